"""What a user does with rows, done by LibreOffice itself."""

from tests.hosts.libreoffice.boxes import Box
from tests.hosts.libreoffice.bridge import bridge, properties, struct
from tests.hosts.libreoffice.sheets import Sheet


def sort_rows(sheet: Sheet, rows: tuple[int, int], column: int, *, descending: bool) -> None:
    """Sort rows by a column, as far to the right as the sheet is used.

    Args:
        sheet: Where.
        rows: The first and the last row, without a header.
        column: The number of the column.
        descending: Large values come first.
    """
    box = Box(rows[0], 1, rows[1], sheet.used_box().last_column)
    field = struct("table.TableSortField", Field=column - 1, IsAscending=not descending)
    fields = bridge().Any("[]com.sun.star.table.TableSortField", (field,))
    how = properties(SortFields=fields, ContainsHeader=False, BindFormatsToContent=True)
    sheet.at(box).cells.xl.sort(how)


def insert_rows(sheet: Sheet, row: int, count: int) -> None:
    """Insert rows above a row."""
    sheet.xl.Rows.insertByIndex(row - 1, count)


def delete_rows(sheet: Sheet, row: int, count: int) -> None:
    """Delete rows from a row on."""
    sheet.xl.Rows.removeByIndex(row - 1, count)
