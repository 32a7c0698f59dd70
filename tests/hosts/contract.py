"""What tests expect of a spreadsheet application that they drive through xlwings.

Two hosts stand in for Excel: one in memory, fast and with Excel's habits of reading what is
typed, and a real LibreOffice. Both are engines of xlwings, so that the code under test sees
nothing but `xlwings` objects. Where xlwings has no member for what Excel knows, code reaches for
`api`; a host gives it the few members of Excel's object model that are named in `EXCEL_API`.
"""

from pathlib import Path
from typing import Final, Protocol

import xlwings

EXCEL_API: Final = {
    "Application": ("Ready", "Hwnd"),
    "Workbook": ("FullName",),
    "Worksheet": ("ProtectContents", "AutoFilterMode", "FilterMode"),
    "Range": ("Locked", "HasFormula", "HasArray", "MergeCells", "EntireRow"),
    "EntireRow": ("Hidden",),
    "ListObject": ("Name", "Range", "ShowHeaders", "ShowTotals", "Resize"),
}
"""Members of Excel's object model that a host offers behind `api`, besides those of xlwings.

As in Excel, `Locked`, `HasFormula`, `MergeCells` and `Hidden` of several cells are True or False
if all agree, else None.
"""


class Host(Protocol):
    """A spreadsheet application."""

    @property
    def calls(self) -> int:
        """How many calls into the application were made, each a round trip in Excel."""
        ...

    def open(self, path: Path) -> xlwings.Book:
        """Open a workbook as a user does; its sheets are those of the file."""
        ...

    def save(self, book: xlwings.Book, path: Path | None = None) -> Path:
        """Save an open workbook as .xlsx, in its place or as another file."""
        ...

    def close(self, book: xlwings.Book) -> None:
        """Close a workbook without saving it."""
        ...
