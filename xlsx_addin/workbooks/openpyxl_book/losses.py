"""What openpyxl would drop from a workbook, found in the file itself before it is edited.

openpyxl keeps what it has a model for and writes the rest no more (its documentation and
its source, 3.1). So the parts and elements that it keeps are listed here, and everything
else counts as a loss, said in the words that Excel's menus use.
"""

import re
import zipfile
from collections.abc import Sequence
from typing import IO, Final

from xlsx_addin.workbooks.openpyxl_book.cells import existing_cells
from xlsx_addin.workbooks.openpyxl_book.loading import Loaded
from xlsx_addin.workbooks.openpyxl_book.scans import (
    Findings,
    PartScan,
    StringsScan,
    WorkbookScan,
)
from xlsx_addin.workbooks.openpyxl_book.sheet_scan import SheetScan

# Bounds against archives that are made to exhaust the memory.
MOST_PARTS: Final = 10_000
MOST_BYTES: Final = 4 * 2**30

_SCANS: Final = (
    (re.compile(r"xl/worksheets/[^/]+\.xml"), SheetScan),
    (re.compile(r"xl/sharedstrings\.xml"), StringsScan),
    (re.compile(r"xl/workbook\.xml"), WorkbookScan),
    (
        re.compile(
            r"xl/styles\.xml|xl/tables/[^/]+\.xml|xl/theme/theme1\.xml|docprops/[a-z]+\.xml"
            r"|\[content_types\]\.xml|(?:xl/(?:worksheets/)?)?_rels/[^/]*\.rels"
        ),
        PartScan,
    ),
)
_KEPT_UNREAD: Final = re.compile(r"xl/calcchain\.xml|xl/vbaproject\.bin|.*/")

_PART_WORDS: Final = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"xl/(charts|chartsheets)/", "charts"),
        (r"xl/media/", "pictures"),
        (r"xl/diagrams/", "SmartArt"),
        (r"xl/(comments|threadedcomments|persons)", "comments"),
        (r"xl/drawings/.*vml|xl/ctrlprops/|xl/activex/", "comments or form controls"),
        (r"xl/drawings/", "drawings"),
        (r"xl/pivot", "pivot tables"),
        (r"xl/slicer", "slicers"),
        (r"xl/timeline", "timelines"),
        (r"xl/model/", "a data model"),
        (r"xl/(connections|querytables)", "data connections"),
        (r"xl/externallinks/", "links to other workbooks"),
        (r"customxml/|xl/xmlmaps", "custom XML data"),
        (r"xl/printersettings/", "printer settings"),
        (r"xl/embeddings/", "embedded objects"),
        (r"xl/vba", "a signature of its macros"),
        (r"xl/macrosheets/|xl/dialogsheets/", "Excel 4 macro sheets"),
        (r"customui/|usercustomization/", "buttons of its own in the ribbon"),
        (r"xl/(metadata|richdata)", "dynamic arrays or linked data types"),
        (r"_xmlsignatures/", "a digital signature"),
        (r"docmetadata/", "a sensitivity label"),
        (r"xl/webextensions/", "Office add-ins"),
        (r"xl/revisions/", "tracked changes"),
        (r"docprops/thumbnail", "a preview picture"),
    )
)


def find_losses(content: IO[bytes]) -> Findings:
    """List what openpyxl would drop from a workbook.

    Args:
        content: the .xlsx or .xlsm file.

    Returns:
        The losses in people's words, such as "pivot tables", and what must be there when
        openpyxl has loaded the workbook.

    Raises:
        ValueError: the file is too big, or its XML is damaged or not to be trusted.
        zipfile.BadZipFile: it is damaged.
    """
    findings = Findings()
    with zipfile.ZipFile(content) as package:
        _check_bounds(package)
        names = {name.lower() for name in package.namelist()}
        _check_macros(package, names, findings)
        for info in package.infolist():
            _scan_part(package, info, findings)
    return findings


def find_losses_of_loading(findings: Findings, loaded: Loaded) -> Sequence[str]:
    """List what got lost although openpyxl should have kept it.

    Args:
        findings: what the file holds.
        loaded: what openpyxl made of it.

    Returns:
        The losses in people's words.
    """
    if loaded.complaints:
        return [f"contents that openpyxl cannot read ({loaded.complaints[0].rstrip('.')})"]
    if len(loaded.workbook.sheetnames) != findings.sheets:
        return ["sheets that are kept in an unusual way"]
    cells = (
        cell for sheet in loaded.workbook.worksheets for cell in existing_cells(sheet).values()
    )
    # Values under merged cells vanish, links on blank cells become values.
    if sum(cell.value is not None for cell in cells) != findings.values:
        return ["values hidden under merged cells, or links on blank cells"]
    return []


def _check_bounds(package: zipfile.ZipFile) -> None:
    parts = package.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
        raise ValueError("more parts or bytes than a workbook has")
    if len({part.filename for part in parts}) < len(parts):
        raise ValueError("two parts of one name")


def _check_macros(package: zipfile.ZipFile, names: set[str], findings: Findings) -> None:
    # openpyxl always refers to a macro project when it keeps the type of an .xlsm.
    types = package.read("[Content_Types].xml").lower()
    if b"macroenabled.main" in types and "xl/vbaproject.bin" not in names:
        findings.lose("the type .xlsm without macros")


def _scan_part(package: zipfile.ZipFile, info: zipfile.ZipInfo, findings: Findings) -> None:
    name = info.filename.lower()
    if _KEPT_UNREAD.fullmatch(name):
        return
    for pattern, scan in _SCANS:
        if pattern.fullmatch(name):
            with package.open(info) as part:
                scan(findings).read(part)
            return
    words = (words for pattern, words in _PART_WORDS if pattern.match(name))
    findings.lose(next(words, f"the part {info.filename}"))
