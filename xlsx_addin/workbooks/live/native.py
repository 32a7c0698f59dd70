"""What xlwings has no members for, asked of Excel itself: by COM on Windows, by Apple events."""

import sys
from collections.abc import Sequence
from typing import Protocol

import xlwings


class Native(Protocol):
    """Facts about sheets and cells. Of several cells: None if they differ."""

    def is_protected(self, sheet: xlwings.Sheet) -> bool:
        """Say whether the content of a sheet is protected."""
        ...

    def is_locked(self, cells: xlwings.Range) -> bool | None:
        """Say whether cells are locked once their sheet is protected."""
        ...

    def has_formula(self, cells: xlwings.Range) -> bool | None:
        """Say whether cells hold formulas."""
        ...

    def has_hidden_rows(self, cells: xlwings.Range) -> bool | None:
        """Say whether the rows of cells are hidden, by a filter or by hand."""
        ...

    def areas(self, cells: xlwings.Range) -> Sequence[str]:
        """Give the addresses of areas that are selected together."""
        ...

    def address(self, book: xlwings.Book) -> str:
        """Give the path of a workbook, or its address on a server."""
        ...


class WindowsNative:
    """By the names of Excel's object model."""

    def is_protected(self, sheet: xlwings.Sheet) -> bool:
        """Say whether the content of a sheet is protected."""
        return bool(sheet.api.ProtectContents)

    def is_locked(self, cells: xlwings.Range) -> bool | None:
        """Say whether cells are locked once their sheet is protected."""
        return _agreed(cells.api.Locked)

    def has_formula(self, cells: xlwings.Range) -> bool | None:
        """Say whether cells hold formulas."""
        return _agreed(cells.api.HasFormula)

    def has_hidden_rows(self, cells: xlwings.Range) -> bool | None:
        """Say whether the rows of cells are hidden, by a filter or by hand."""
        return _agreed(cells.api.EntireRow.Hidden)

    def areas(self, cells: xlwings.Range) -> Sequence[str]:
        """Give the addresses of areas that are selected together."""
        return [str(area.Address) for area in cells.api.Areas]

    def address(self, book: xlwings.Book) -> str:
        """Give the path of a workbook, or its address on a server."""
        # Not `fullname`, which looks for a local copy of a file on a server and may fail.
        return str(book.api.FullName)


class MacNative:
    """By the names of Excel's AppleScript dictionary."""

    def is_protected(self, sheet: xlwings.Sheet) -> bool:
        """Say whether the content of a sheet is protected."""
        return bool(sheet.api.protect_contents.get())

    def is_locked(self, cells: xlwings.Range) -> bool | None:
        """Say whether cells are locked once their sheet is protected."""
        return _agreed(cells.api.locked.get())

    def has_formula(self, cells: xlwings.Range) -> bool | None:
        """Say whether cells hold formulas."""
        return _agreed(cells.api.has_formula.get())

    def has_hidden_rows(self, cells: xlwings.Range) -> bool | None:
        """Say whether the rows of cells are hidden, by a filter or by hand."""
        return _agreed(cells.api.entire_row.hidden.get())

    def areas(self, cells: xlwings.Range) -> Sequence[str]:
        """Give the addresses of areas that are selected together."""
        return [str(area.get_address()) for area in cells.api.areas.get()]

    def address(self, book: xlwings.Book) -> str:
        """Give the path of a workbook, or its address on a server."""
        return str(book.api.full_name.get())


def native(platform: str = sys.platform) -> Native:
    """Choose the way for a platform.

    Args:
        platform: as `sys.platform` names it.
    """
    return MacNative() if platform == "darwin" else WindowsNative()


def _agreed(value: object) -> bool | None:
    # Apple events say "missing value" where COM says None.
    return value if isinstance(value, bool) else None
