"""A workbook written by hand, of which a test decides every byte that matters."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

from xlsx_addin.workbooks.contract import ColumnEdit, ColumnKind, ResultValue, SheetEdit
from xlsx_addin.workbooks.saved import SavedWorkbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"

SHEET = "Orders"
SHEET_PART = "xl/worksheets/sheet1.xml"

STYLES = (
    f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font><sz val="11"/></font></fonts>'
    '<fills count="1"><fill/></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0"/>'
    '<xf numFmtId="49"/><xf numFmtId="14"/></cellXfs></styleSheet>'
)


def parts(rows: str, *, head: str = "", tail: str = "") -> dict[str, str]:
    """Write the parts of a workbook with one sheet.

    Args:
        rows: what is inside ``sheetData``.
        head: what stands before it.
        tail: what stands after it.
    """
    return {
        "[Content_Types].xml": (
            f'<Types xmlns="{PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{SPREADSHEET}.sheet.main+xml"/>'
            f'<Override PartName="/{SHEET_PART}" ContentType="{SPREADSHEET}.worksheet+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{SPREADSHEET}.styles+xml"/>'
            "</Types>"
        ),
        "_rels/.rels": relationships({"officeDocument": "xl/workbook.xml"}),
        "xl/workbook.xml": (
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
            f'<sheet name="{SHEET}" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": relationships(
            {"worksheet": "worksheets/sheet1.xml", "styles": "styles.xml"}
        ),
        "xl/styles.xml": STYLES,
        SHEET_PART: (
            f'<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}">'
            f"{head}<sheetData>{rows}</sheetData>{tail}</worksheet>"
        ),
    }


def relationships(targets: Mapping[str, str]) -> str:
    """Write a part of relationships: target by kind, the ids counted from 1."""
    entries = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets.items(), 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{entries}</Relationships>'


def write(path: Path, contents: Mapping[str, str | bytes]) -> Path:
    """Write a package."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return path


def book(path: Path, rows: str, *, head: str = "", tail: str = "") -> Path:
    """Write a workbook with one sheet; see `parts`."""
    return write(path, parts(rows, head=head, tail=tail))


def texts(cells: Mapping[str, ResultValue]) -> SheetEdit:
    """Make an edit that writes texts, named as ``C7``."""
    columns: dict[int, dict[int, ResultValue]] = {}
    for name, value in cells.items():
        columns.setdefault(ord(name[0]) - 64, {})[int(name[1:])] = value
    return SheetEdit(
        SHEET,
        tuple(ColumnEdit(number, ColumnKind.TEXT, found) for number, found in columns.items()),
    )


def edited(path: Path, edit: SheetEdit) -> str:
    """Apply an edit to a workbook and return its sheet's part."""
    with SavedWorkbook(path) as workbook:
        workbook.apply(edit)
        workbook.commit(backup=False)
    return read(path, SHEET_PART)


def read(path: Path, part: str) -> str:
    """Read a part."""
    with zipfile.ZipFile(path) as archive:
        return archive.read(part).decode()


def names(path: Path) -> list[str]:
    """Name the members."""
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def rows_of(sheet: str) -> str:
    """Give what is inside ``sheetData``."""
    return sheet.partition("<sheetData>")[2].partition("</sheetData>")[0]
