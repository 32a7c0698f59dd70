"""What a user does with rows, done by LibreOffice itself."""

from typing import Any

from tests.hosts.libreoffice.bridge import bridge, properties, struct
from tests.hosts.libreoffice.ranges import Range
from tests.hosts.libreoffice.sheets import Sheet


def sort_rows(rows: Range, column: int, *, descending: bool) -> None:
    """Sort rows by one of their columns.

    Args:
        rows: The cells, without a header.
        column: Which column, counted from 0.
        descending: The greatest first.
    """
    field = struct("table.TableSortField", Field=column, IsAscending=not descending)
    fields = bridge().Any("[]com.sun.star.table.TableSortField", (field,))
    how = properties(SortFields=fields, ContainsHeader=False, BindFormatsToContent=True)
    rows.cells.xl.sort(how)


def insert_row(sheet: Sheet, row: int) -> None:
    """Insert an empty row above a row, counted from 1."""
    _rows(sheet).insertByIndex(row - 1, 1)


def delete_row(sheet: Sheet, row: int) -> None:
    """Delete a row, counted from 1."""
    _rows(sheet).removeByIndex(row - 1, 1)


def _rows(sheet: Sheet) -> Any:
    return sheet.xl.Rows
