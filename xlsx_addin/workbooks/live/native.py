"""What xlwings has no members for, asked of Excel itself: by COM on Windows, by Apple events."""

import sys
from collections.abc import Sequence
from typing import Final, Protocol

import xlwings

# XlListObjectSourceType: xlSrcQuery.
_FROM_QUERY: Final = 3


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

    def add_link(self, cells: xlwings.Range, address: str, text: str) -> None:
        """Let a cell, which shows a text, lead to an address."""
        ...

    def has_links(self, sheet: xlwings.Sheet) -> bool:
        """Say whether a sheet has hyperlinks."""
        ...

    def remove_links(self, cells: xlwings.Range) -> None:
        """Take hyperlinks off cells; their formats stay."""
        ...

    def is_filled_by_query(self, table: xlwings.main.Table) -> bool:
        """Say whether a query fills a table."""
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

    def add_link(self, cells: xlwings.Range, address: str, text: str) -> None:  # noqa: ARG002  # the cell keeps it
        """Let a cell, which shows a text, lead to an address."""
        # Not by xlwings, which sets the text once more: Excel would read 007 as a number.
        cells.api.Hyperlinks.Add(cells.api, address)

    def has_links(self, sheet: xlwings.Sheet) -> bool:
        """Say whether a sheet has hyperlinks."""
        return bool(sheet.api.Hyperlinks.Count)

    def remove_links(self, cells: xlwings.Range) -> None:
        """Take hyperlinks off cells; their formats stay."""
        cells.api.ClearHyperlinks()

    def is_filled_by_query(self, table: xlwings.main.Table) -> bool:
        """Say whether a query fills a table."""
        return bool(table.api.SourceType == _FROM_QUERY)

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

    def add_link(self, cells: xlwings.Range, address: str, text: str) -> None:
        """Let a cell, which shows a text, lead to an address."""
        cells.add_hyperlink(address, text, address)

    def has_links(self, sheet: xlwings.Sheet) -> bool:
        """Say whether a sheet has hyperlinks."""
        return bool(sheet.api.hyperlinks.get())

    def remove_links(self, cells: xlwings.Range) -> None:
        """Take hyperlinks off cells; their formats stay."""
        for link in cells.api.hyperlinks.get():
            link.delete()

    def is_filled_by_query(self, table: xlwings.main.Table) -> bool:  # noqa: ARG002  # unknown there
        """Say whether a query fills a table; Apple events do not tell."""
        return False

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
