"""A worksheet, read for what openpyxl would drop from it.

Sources: ECMA-376 part 1, 18.3; openpyxl 3.1 for what is read and written.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import islice, product
from typing import ClassVar, Final

from xlsx_addin.core.cells import cell_name
from xlsx_addin.workbooks.openpyxl_book.cells import area_of
from xlsx_addin.workbooks.openpyxl_book.scans import Attributes, Findings, PartScan, check_text

_DIGITS_WRITTEN: Final = 16
_FONT_CODE: Final = re.compile('&["K0-9]')


class SheetScan(PartScan):
    """Reads a worksheet."""

    kept = frozenset(
        (
            "sheetPr",
            "dimension",
            "sheetViews",
            "sheetFormatPr",
            "cols",
            "sheetData",
            "sheetProtection",
            "autoFilter",
            "mergeCells",
            "phoneticPr",
            "conditionalFormatting",
            "dataValidations",
            "hyperlinks",
            "printOptions",
            "pageMargins",
            "pageSetup",
            "headerFooter",
            "rowBreaks",
            "colBreaks",
            "tableParts",
            "extLst",
        )
    )
    dropped: ClassVar[Mapping[str, str]] = {
        "drawing": "drawings",
        "legacyDrawing": "comments or form controls",
        "legacyDrawingHF": "pictures in headers or footers",
        "picture": "a background picture",
        "oleObjects": "embedded objects",
        "controls": "form controls",
        "AlternateContent": "form controls",
        "ignoredErrors": "error marks that were switched off",
        "protectedRanges": "ranges that some users may edit",
        "sortState": "the last sort order",
        "customSheetViews": "custom views",
        "scenarios": "scenarios",
        "dataConsolidate": "a consolidation",
        "cellWatches": "watched cells",
    }

    def __init__(self, findings: Findings) -> None:
        super().__init__(findings)
        self._cell: Attributes = {}
        self._has_formula = False
        self._has_text = False
        self._value = ""
        self._formatted_blanks: set[str] = set()
        self._merges: list[str] = []
        self._links: list[str] = []

    def enter(self, name: str, attributes: Attributes) -> None:
        """See rows, cells and what refers to them."""
        if name == "c":
            self._cell, self._value = attributes, ""
            self._has_formula = self._has_text = False
        elif name == "f":
            self._has_formula = True
        elif name == "is":
            self._has_text = True
        elif name == "v" or self.parent() == "headerFooter":
            self.collect_text()
        elif name == "row":
            self._enter_row(attributes)
        elif name == "mergeCell":
            self._merges.append(attributes.get("ref", ""))
        elif name == "hyperlink":
            self._links.append(attributes.get("ref", ""))
        else:
            check_text(self, name)

    def _enter_row(self, attributes: Attributes) -> None:
        if "ht" in attributes and attributes.get("customHeight") not in {"1", "true"}:
            self.findings.lose("row heights that follow the content")

    def leave(self, name: str, text: str | None) -> None:
        """See what a cell holds, and the texts of headers and footers."""
        if name == "v":
            self._value = text or ""
        elif name == "c":
            self._leave_cell()
        elif self.parent() == "headerFooter" and not _is_plain_header(text or ""):
            self.findings.lose("headers or footers with fonts")

    def _leave_cell(self) -> None:
        attributes, value = self._cell, self._value
        if value or self._has_formula or self._has_text:
            self.findings.values += 1
        elif attributes.get("s", "0") != "0":
            self._formatted_blanks.add(attributes.get("r", ""))
        if not attributes.keys() <= {"r", "s", "t"}:
            self.findings.lose("dynamic arrays, linked data types or phonetic guides")
        if self._has_formula and (value or "t" in attributes):
            self.findings.lose("results of formulas")
        elif attributes.get("t", "n") == "n" and _is_shortened(value):
            self.findings.lose("the last digits of numbers")

    def finish(self) -> None:
        """See what openpyxl does to cells that are merged or linked."""
        blanks = self._formatted_blanks
        if blanks and any(not blanks.isdisjoint(_hidden_cells(ref)) for ref in self._merges):
            self.findings.lose("formats of merged cells")
        if any(":" in ref for ref in self._links):
            self.findings.lose("links over several cells")


def _hidden_cells(ref: str) -> Iterator[str]:
    """Name the cells of a merged area but the first, which alone is shown."""
    area = area_of(ref)
    cells = product(range(area.first_row, area.last_row + 1), area.columns())
    return (cell_name(row, column) for row, column in islice(cells, 1, None))


def _is_shortened(number: str) -> bool:
    # openpyxl writes 16 digits of what is no whole number; 17 tell every double apart.
    if len(number) <= _DIGITS_WRITTEN or number.isdigit():
        return False
    return float(f"{float(number):.16g}") != float(number)


def _is_plain_header(text: str) -> bool:
    return not text or (text[:2] in {"&L", "&C", "&R"} and not _FONT_CODE.search(text))
