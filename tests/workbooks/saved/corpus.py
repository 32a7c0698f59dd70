"""Workbooks to try the adapter on: made with every feature that the libraries at hand have.

`RICH` are whole workbooks; `VARIANTS` rewrite the parts of any workbook into other forms of
the same content, as other programs write them. What cannot be made by a library is put in by
hand: see `rebuilt`.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path

import openpyxl
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.formatting.rule import ColorScaleRule, IconSetRule
from openpyxl.styles import Border, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from tests.workbooks.books import HEADERS, ROWS, SHEET, Make

SHEET_PART = "xl/worksheets/sheet1.xml"

# A picture of one dot.
DOT = b"\x89PNG\r\n\x1a\n" + b"".join(
    struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    for kind, body in (
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0\xff\0\0")),
        (b"IEND", b""),
    )
)


def _fill(sheet: xlsxwriter.worksheet.Worksheet) -> None:
    for number, row in enumerate((HEADERS, *ROWS)):
        sheet.write_row(number, 0, row)


# --- whole workbooks


def drawings(path: Path) -> Path:
    """Charts, a chart sheet, pictures, text boxes, a background, comments, check boxes."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(SHEET)
        _fill(sheet)
        for kind in ("column", "pie", "scatter"):
            chart = book.add_chart({"type": kind})
            amounts = f"={SHEET}!$D$2:$D$4"
            chart.add_series({"values": amounts, "categories": f"={SHEET}!$A$2:$A$4"})
            sheet.insert_chart("P2", chart)
        sheet.insert_image("P20", "dot.png", {"image_data": io.BytesIO(DOT)})
        sheet.embed_image("R1", "dot.png", {"image_data": io.BytesIO(DOT)})
        sheet.insert_textbox("P30", "note <&>", {"url": "https://example.com/a?b=1&c"})
        sheet.write_comment("A2", "checked", {"author": "A. N. Other"})
        sheet.insert_checkbox("R3", True)
        sheet.insert_button("P40", {"caption": "Go"})
        sheet.set_header("&C&G", {"image_center": "dot.png", "image_data_center": io.BytesIO(DOT)})
        last = book.add_chart({"type": "line"})
        last.add_series({"values": f"={SHEET}!$D$2:$D$4"})
        book.add_chartsheet("Chart").set_chart(last)
    return path


def rules(path: Path) -> Path:
    """Conditional formats old and new, validations, sparklines, filters, outlines, panes, print."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(SHEET)
        _fill(sheet)
        red = book.add_format({"bg_color": "#FFC7CE"})
        sheet.conditional_format(
            "D2:D4", {"type": "cell", "criteria": ">", "value": 9, "format": red}
        )
        sheet.conditional_format("D2:D4", {"type": "data_bar", "data_bar_2010": True})
        sheet.conditional_format("D2:D4", {"type": "icon_set", "icon_style": "3_traffic_lights"})
        sheet.data_validation("D2:D9", {"validate": "list", "source": ["a", "b & c"]})
        sheet.add_sparkline("R2", {"range": f"{SHEET}!D2:D4"})
        sheet.autofilter("A1:D4")
        sheet.set_row(2, None, None, {"level": 1, "hidden": True})
        sheet.set_row(1, 30, red)
        sheet.set_column("B:B", 20, book.add_format({"italic": True}), {"level": 1})
        sheet.freeze_panes(1, 1)
        sheet.set_landscape()
        sheet.repeat_rows(0)
        sheet.print_area("A1:D4")
        sheet.set_h_pagebreaks([3])
        sheet.set_tab_color("red")
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD9"})
        sheet.write_url("R9", "https://example.com", string="site")
        sheet.write_url("R10", f"internal:{SHEET}!A1")
        book.define_name("Amounts", f"={SHEET}!$D$2:$D$4")
        book.define_name(f"{SHEET}!Local", f"={SHEET}!$A$1")
        book.set_custom_property("Checked", True)
        book.set_properties({"title": "Purchases & more"})
    return path


def formulas(path: Path) -> Path:
    """Formulas with results, arrays old and dynamic, a formula column beside the amounts."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(SHEET)
        _fill(sheet)
        for row in (1, 2, 3):
            sheet.write_formula(
                row, 10, f'=IF(E{row + 1}="","<none>",D{row + 1}*2)', None, "<none>"
            )
        sheet.write_array_formula("L2:L4", "{=D2:D4*2}", None, 25)
        sheet.write_dynamic_array_formula("M2:M4", "=_xlfn.UNIQUE(D2:D4)", None, 12.5)
        sheet.write_formula("N2", "=_xlfn.XLOOKUP(A2,A2:A4,D2:D4)", None, 12.5)
        other = book.add_worksheet("Sums")
        other.write_formula("A1", f"=COUNTA({SHEET}!E:E)", None, 0)
    return path


def texts(path: Path) -> Path:
    """Rich, empty, long and foreign texts, errors, booleans, dates."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(SHEET)
        _fill(sheet)
        bold = book.add_format({"bold": True})
        sheet.write_rich_string("K2", "one ", bold, "two", " three")
        sheet.write_string("K3", " blanks ")
        sheet.write_string("K4", "\u65e5\u672c\U0001f600 _x0041_")
        sheet.write_string("K5", "x" * 32_767)
        sheet.write_boolean("L2", True)
        sheet.write_formula("L3", "=NA()", None, "#N/A")
        sheet.write_datetime("L4", datetime(2026, 3, 31), book.add_format({"num_format": 14}))
        sheet.write_blank("L5", None, bold)
    return path


def tables(path: Path) -> Path:
    """Two tables, one with formulas in a column and a totals row."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(SHEET)
        columns = [{"header": header} for header in HEADERS]
        sheet.add_table("A1:D4", {"name": "Purchases", "data": ROWS, "columns": columns})
        sheet.add_table(
            "K1:L5",
            {
                "name": "Totals",
                "total_row": True,
                "columns": [
                    {"header": "n", "total_string": "all"},
                    {"header": "twice", "formula": "=[@n]*2", "total_function": "sum"},
                ],
            },
        )
    return path


def macros(path: Path) -> Path:
    """A workbook with macros: the project is only carried, never read."""
    project = path.with_name("vbaProject.bin")
    project.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)))
    path = path.with_suffix(".xlsm")
    with xlsxwriter.Workbook(path) as book:
        _fill(book.add_worksheet(SHEET))
        book.add_vba_project(str(project))
    project.unlink()
    return path


def inline(path: Path) -> Path:
    """Strings inline, rows written one by one."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        _fill(book.add_worksheet(SHEET))
    return path


def by_openpyxl(path: Path) -> Path:
    """What openpyxl writes: inline strings, comments, validations, rules, array, data table."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = SHEET
    for row in (HEADERS, *ROWS):
        sheet.append(row)
    sheet["A2"].comment = Comment("checked", "A. N. Other")
    sheet["A2"].fill = PatternFill("solid", fgColor="FFFF00")
    sheet["A2"].border = Border(left=Side("thin"))
    sheet["K2"] = "=D2*2"
    sheet["L2"] = ArrayFormula("L2:L4", "=D2:D4*2")
    sheet["M2"] = DataTableFormula("M2:M4", dt2D=False, r1="D2", t="dataTable")
    sheet["N2"] = date(2026, 3, 31)
    validation = DataValidation(type="list", formula1='"a,b"')
    validation.add("D2:D4")
    sheet.add_data_validation(validation)
    sheet.conditional_formatting.add(
        "D2:D4", ColorScaleRule("min", None, "FF0000", "max", None, "00FF00")
    )
    sheet.conditional_formatting.add("D2:D4", IconSetRule("3Arrows", "percent", [0, 33, 67]))
    book.defined_names["Amounts"] = DefinedName("Amounts", attr_text=f"{SHEET}!$D$2:$D$4")
    sheet.row_dimensions[3].height = 33
    sheet.oddHeader.center.text = "&A"
    book.save(path)
    return path


RICH: tuple[Make, ...] = (
    drawings,
    rules,
    formulas,
    texts,
    tables,
    macros,
    inline,
    by_openpyxl,
)

# --- the same content in other forms

Rewrite = Callable[[bytes], bytes]


def rebuilt(
    source: Path,
    target: Path,
    rewrites: Mapping[str, Rewrite] | None = None,
    added: Mapping[str, bytes] | None = None,
    names: Callable[[str], str] = str,
    method: int = zipfile.ZIP_DEFLATED,
) -> Path:
    """Write a workbook anew with some parts rewritten, added or renamed."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", method) as new:
        for info in old.infolist():
            content = old.read(info)
            rewrite = (rewrites or {}).get(info.filename)
            label = zipfile.ZipInfo(names(info.filename), info.date_time)
            label.compress_type = method
            label.external_attr = info.external_attr
            new.writestr(label, rewrite(content) if rewrite else content)
        for name, content in (added or {}).items():
            new.writestr(name, content)
    return target


def prefixed(xml: bytes) -> bytes:
    """Write elements of the main namespace with a prefix."""
    xml = re.sub(rb"<(/?)([A-Za-z]+)(?=[\s/>])", rb"<\1x:\2", xml)
    return xml.replace(b"<?x:xml", b"<?xml").replace(b" xmlns=", b" xmlns:x=", 1)


def strict(xml: bytes) -> bytes:
    """Write in the namespaces of the strict form."""
    xml = xml.replace(
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    )
    return xml.replace(
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
    )


def without_names(xml: bytes) -> bytes:
    """Leave out the names of cells and rows where their place says them."""
    head, data, tail = _parts(xml)
    cells = re.sub(rb'<c r="[A-D][0-9]+"', b"<c", data)
    return head + re.sub(rb'<row r="[1-4]" spans="[0-9:]+"', b"<row", cells) + tail


def spaced(xml: bytes) -> bytes:
    """Write rows and cells on lines of their own, with odd blanks in the tags."""
    head, data, tail = _parts(xml)
    data = data.replace(b"><row", b">\r\n  <row").replace(b"><c ", b">\n\t<c  ")
    return head + data.replace(b"</row>", b"\n</row >").replace(b'"/>', b'" />') + tail


def single_quoted(xml: bytes) -> bytes:
    """Write attributes of cells in single quotes, the format before the name."""
    head, data, tail = _parts(xml)
    data = re.sub(rb'<c r="([A-Z]+[0-9]+)" s="([0-9]+)"', rb"<c s='\2' r='\1'", data)
    return head + data.replace(b'<row r="2"', b"<row r='2'") + tail


def with_extensions(xml: bytes) -> bytes:
    """Put unknown attributes and elements into rows and cells."""
    head, data, tail = _parts(xml)
    head = head.replace(
        b"<worksheet ",
        b'<worksheet xmlns:u="urn:unknown" xmlns:m='
        b'"http://schemas.openxmlformats.org/markup-compatibility/2006" ',
        1,
    )
    data = data.replace(
        b"</row>", b"<extLst><ext><u:c r='A1'>&lt;c&gt;</u:c></ext></extLst></row>", 1
    )
    data = data.replace(b'<row r="2"', b'<row u:kept="a>b" r="2"')
    data = data.replace(b'<c r="A3"', b'<c u:kept="1/2" r="A3" ph="1"')
    return head + data + tail


def utf16(xml: bytes) -> bytes:
    """Write in UTF-16."""
    text = xml.decode("utf-8-sig").replace('encoding="UTF-8"', 'encoding="UTF-16"')
    return text.encode("utf-16")


def latin1(xml: bytes) -> bytes:
    """Write in ISO-8859-1."""
    text = xml.decode("utf-8-sig").replace('encoding="UTF-8"', 'encoding="ISO-8859-1"')
    return text.encode("latin-1", "xmlcharrefreplace")


def with_mark(xml: bytes) -> bytes:
    """Begin with a byte order mark, and with a comment that looks like rows."""
    mark = b"\xef\xbb\xbf"
    return mark + xml.replace(b"<sheetData>", b"<!-- <sheetData><row/> --><sheetData>", 1)


def without_hints(xml: bytes) -> bytes:
    """Leave out what is a hint: dimension and spans."""
    xml = re.sub(rb"<dimension [^>]*>", b"", xml)
    return re.sub(rb' spans="[^"]*"', b"", xml)


def _parts(xml: bytes) -> tuple[bytes, bytes, bytes]:
    start = xml.index(b"<sheetData>") + len(b"<sheetData>")
    end = xml.index(b"</sheetData>")
    return xml[:start], xml[start:end], xml[end:]


SHEET_REWRITES: tuple[Rewrite, ...] = (
    prefixed,
    without_names,
    spaced,
    single_quoted,
    with_extensions,
    utf16,
    latin1,
    with_mark,
    without_hints,
)


# --- the same package in other forms


def stored(source: Path, target: Path) -> Path:
    """Compress nothing."""
    return rebuilt(source, target, method=zipfile.ZIP_STORED)


def backslashed(source: Path, target: Path) -> Path:
    """Write back-slashes in the names of members."""
    return rebuilt(source, target, names=_backslashed)


def _backslashed(name: str) -> str:
    return name.replace("/", "\\") if name.startswith("xl/") and "rels" not in name else name


def shouted(source: Path, target: Path) -> Path:
    """Write names of members in another case than the relationships."""
    return rebuilt(source, target, names=lambda name: name.replace("xl/", "XL/"))


def absolute(source: Path, target: Path) -> Path:
    """Let relationships name their parts from the root."""

    def rewrite(xml: bytes) -> bytes:
        return re.sub(rb'Target="(worksheets|styles|sharedStrings)', rb'Target="/xl/\1', xml)

    return rebuilt(source, target, {"xl/_rels/workbook.xml.rels": rewrite})


def with_leftovers(source: Path, target: Path) -> Path:
    """Carry members that belong to nothing, and a comment of the zip."""
    rebuilt(source, target, added={"[trash]/0000.dat": b"\0" * 100, "xl/empty/": b""})
    with zipfile.ZipFile(target, "a") as archive:
        archive.comment = b"made by hand"
    return target


def streamed(source: Path, target: Path) -> Path:
    """Write as to a pipe: sizes follow the content (data descriptors)."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.written = io.BytesIO()

        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:  # type: ignore[override]
            return self.written.write(data)

    pipe = Pipe()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, old.read(info))
    target.write_bytes(pipe.written.getvalue())
    return target


def zip64(source: Path, target: Path) -> Path:
    """Write sizes in zip64 fields though they are small."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            with new.open(info.filename, "w", force_zip64=True) as member:
                member.write(old.read(info))
    return target


def all_strict(source: Path, target: Path) -> Path:
    """Write all parts in the namespaces of the strict form."""
    with zipfile.ZipFile(source) as archive:
        names = [name for name in archive.namelist() if name.endswith((".xml", ".rels"))]
    return rebuilt(source, target, dict.fromkeys(names, strict))


PACKAGE_CHANGES = (
    all_strict,
    stored,
    backslashed,
    shouted,
    absolute,
    with_leftovers,
    streamed,
    zip64,
)


def part(path: Path, name: str) -> bytes:
    """Read a part."""
    with zipfile.ZipFile(path) as archive:
        return archive.read(name)
