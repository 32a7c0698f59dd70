"""How data grows, and what may be in its way: tables to the right, and rows below the data."""

from collections.abc import Iterable, Iterator, Sequence

from xlsx_addin.core.cells import LAST_COLUMN, LAST_ROW, Area, cell_name
from xlsx_addin.errors import SheetError
from xlsx_addin.workbooks.contract import NewRows, SheetEdit, TableInfo
from xlsx_addin.workbooks.harm import not_writable, outside_sheet
from xlsx_addin.workbooks.references import area_name


def new_columns(edit: SheetEdit) -> list[int]:
    """Number the columns that an edit makes, in order.

    Args:
        edit: the edit.
    """
    return sorted(column.column for column in edit.columns if column.header is not None)


def growing_table(edit: SheetEdit, tables: Iterable[TableInfo]) -> TableInfo | None:
    """Find the table that grows, to the right or down; None if none does.

    Args:
        edit: the edit.
        tables: the tables of its sheet.

    Raises:
        SheetError: there is no such table.
    """
    name = edit.extend_table if new_columns(edit) else None
    if edit.new_rows is not None:
        name = edit.new_rows.table or name
    if name is None:
        return None
    for table in tables:
        if table.name == name:
            return table
    raise SheetError(
        f"The sheet {edit.sheet} has no table {name}.",
        next_step="Name one of its tables (--table), or refresh again if it was renamed.",
        code="no-such-table",
    )


def grown_area(
    table: TableInfo, edit: SheetEdit, names: Iterable[str], others: Sequence[Area]
) -> Area:
    """Tell the area of a table that grows by the new columns and rows of an edit.

    The rows are to be checked by `check_new_rows` beforehand.

    Args:
        table: the table.
        edit: the edit.
        names: the names of its columns.
        others: areas that it must not meet.

    Raises:
        SheetError: the new columns are not right beside it, something is in the way, or it
            has a column of such a name.
    """
    old = table.area
    last_row = old.last_row if edit.new_rows is None else edit.new_rows.last
    new = new_columns(edit)
    if not new or edit.extend_table != table.name:
        return Area(old.first_row, old.first_column, last_row, old.last_column)
    if new != list(range(old.last_column + 1, old.last_column + 1 + len(new))):
        raise _in_the_way(table, edit.sheet, "the new columns are not directly beside it")
    added = Area(old.first_row, old.last_column + 1, last_row, old.last_column + len(new))
    for other in others:
        if other.meets(added):
            raise _in_the_way(table, edit.sheet, f"the cells {area_name(other)} are in the way")
    taken = {name.casefold() for name in names}
    for column in edit.columns:
        if column.header is None:
            continue
        if column.header.casefold() in taken:
            raise _in_the_way(
                table,
                edit.sheet,
                f"it has a column {column.header} already",
                "Rename or delete that column of the table in Excel, then refresh again.",
            )
        taken.add(column.header.casefold())
    return Area(old.first_row, old.first_column, last_row, added.last_column)


def check_new_rows(edit: SheetEdit, tables: Iterable[TableInfo], others: Iterable[Area]) -> None:
    """Make sure that rows can be added below the data; what their cells hold is not looked at.

    Args:
        edit: the edit.
        tables: the tables of the sheet.
        others: areas that they must not meet, such as merged cells.

    Raises:
        SheetError: they cannot; the first cell in the way is named.
    """
    new = edit.new_rows
    if new is None:
        return
    if new.last > LAST_ROW or not 1 <= new.area[0] <= new.area[1] <= LAST_COLUMN:
        raise outside_sheet(edit.sheet)
    tables = list(tables)
    own = growing_table(edit, tables) if new.table is not None else None
    if own is not None:
        _check_end(own, edit, new)
    foreign = [(table.area, f"of the table {table.name}") for table in tables if table is not own]
    foreign += [
        (area, f"of {area_name(area)}, which are merged or filled by one formula")
        for area in others
    ]
    for area, what in foreign:
        for added in new_areas(edit):
            if area.meets(added):
                row = max(area.first_row, added.first_row)
                column = max(area.first_column, added.first_column)
                raise below_in_the_way(edit.sheet, row, column, f"it is one {what}")


def _check_end(table: TableInfo, edit: SheetEdit, new: NewRows) -> None:
    below = cell_name(new.first, table.area.first_column)
    if table.totals_rows:
        raise not_writable(
            cell_name(table.area.last_row, table.area.first_column),
            edit.sheet,
            f"no row can be added below the totals row of the table {table.name}",
            "Switch off Table Design > Total Row in Excel, run this again, then switch it on"
            " again.",
        )
    if new.first != table.area.last_row + 1:
        raise not_writable(
            below,
            edit.sheet,
            f"it is not directly below the table {table.name}",
            "Run this again: the table was changed meanwhile.",
        )


def filled_by_query(table: TableInfo, sheet: str) -> SheetError:
    """Refuse to add rows to a table that a query fills.

    Args:
        table: the table.
        sheet: the name of its sheet.
    """
    return not_writable(
        cell_name(table.area.last_row + 1, table.area.first_column),
        sheet,
        f"a query fills the table {table.name} and would take new rows away again",
        "Add the rows to a table without a query, on a sheet of its own.",
    )


def new_areas(edit: SheetEdit) -> Iterator[Area]:
    """List the areas that new rows take up: the data region, and other columns with values.

    Args:
        edit: the edit.
    """
    new = edit.new_rows
    if new is None:
        return
    first, last = new.area
    yield Area(new.first, first, new.last, last)
    for column in edit.columns:
        if not first <= column.column <= last and (
            column.header is not None or not column.cells.keys().isdisjoint(new.numbers)
        ):
            yield Area(new.first, column.column, new.last, column.column)


def below_in_the_way(sheet: str, row: int, column: int, why: str = "it is filled") -> SheetError:
    """Refuse to add rows because a cell is in their way.

    Args:
        sheet: the name of the sheet.
        row: row of the cell.
        column: column of the cell.
        why: a clause that says what is in it.
    """
    return SheetError(
        f"No rows can be added to the data of sheet {sheet}: cell {cell_name(row, column)}"
        f" is in the way, {why}.",
        next_step="Move what stands below the data further down or to another sheet, then run"
        " this again.",
        code="rows-in-the-way",
    )


def _in_the_way(
    table: TableInfo,
    sheet: str,
    why: str,
    next_step: str = "Free the columns right of the table in Excel, then refresh again.",
) -> SheetError:
    return not_writable(
        cell_name(table.area.first_row, table.area.last_column + 1),
        sheet,
        f"the table {table.name} cannot grow: {why}",
        next_step,
    )
