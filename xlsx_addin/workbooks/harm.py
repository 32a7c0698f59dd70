"""What no edit may do: write outside the sheet, or into a cell that belongs to something else."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from xlsx_addin.core.cells import LAST_COLUMN, LAST_ROW, Area, cell_name
from xlsx_addin.errors import SheetError
from xlsx_addin.workbooks.contract import ColumnEdit, SheetEdit, TableInfo
from xlsx_addin.workbooks.references import area_name

MOVE_RESULTS: Final = (
    "or move the headers of the result columns above free columns; then refresh again."
)
"""What lets results go elsewhere: they follow their headers."""


def not_writable(cell: str, sheet: str, why: str, next_step: str) -> SheetError:
    """Refuse to write a cell because others would be harmed.

    Args:
        cell: its name, such as C7.
        sheet: the name of its sheet.
        why: a clause that follows "cannot be written:".
        next_step: what the user can do.
    """
    return SheetError(
        f"Cell {cell} of sheet {sheet} cannot be written: {why}.",
        next_step=next_step,
        code="cell-not-writable",
    )


def check_bounds(edit: SheetEdit) -> None:
    """Make sure that an edit stays inside the sheet and has a column at most once.

    Args:
        edit: the edit.

    Raises:
        SheetError: it does not.
    """
    seen: set[int] = set()
    for column in edit.columns:
        rows = [*([edit.header_row] if edit.header_row else []), *_ends(column)]
        inside = 1 <= column.column <= LAST_COLUMN and all(1 <= row <= LAST_ROW for row in rows)
        if column.column in seen or not inside:
            raise SheetError(
                f"The results do not fit into sheet {edit.sheet}.",
                next_step="Move the data further to the left or up, then refresh again.",
                code="outside-sheet",
            )
        seen.add(column.column)


def _ends(column: ColumnEdit) -> list[int]:
    return [min(column.cells), max(column.cells)] if column.cells else []


def written_cells(edit: SheetEdit, area: Area) -> Iterator[tuple[int, ColumnEdit]]:
    """List the cells of an edit that lie in an area: row and column, headers included.

    Args:
        edit: the edit.
        area: any area.
    """
    for column in edit.columns:
        if not area.first_column <= column.column <= area.last_column:
            continue
        header = edit.header_row if column.header is not None else None
        if header is not None and area.first_row <= header <= area.last_row:
            yield header, column
        yield from ((row, column) for row in _rows_in(column, area))


def _rows_in(column: ColumnEdit, area: Area) -> Iterable[int]:
    rows = range(area.first_row, area.last_row + 1)
    if len(rows) < len(column.cells):
        return (row for row in rows if row in column.cells)
    return (row for row in column.cells if row in rows)


def refuse_in(edit: SheetEdit, area: Area, why: str, next_step: str) -> None:
    """Refuse an edit that writes into an area.

    Args:
        edit: the edit.
        area: the area.
        why: a clause that follows "cannot be written:".
        next_step: what the user can do.

    Raises:
        SheetError: it does; the first such cell is named.
    """
    for row, column in written_cells(edit, area):
        raise not_writable(cell_name(row, column.column), edit.sheet, why, next_step)


def check_spilled(edit: SheetEdit, areas: Iterable[Area]) -> None:
    """Refuse an edit that writes into what one formula fills.

    Args:
        edit: the edit.
        areas: areas of array formulas and data tables.

    Raises:
        SheetError: it does; the first such cell is named.
    """
    for area in areas:
        refuse_in(
            edit,
            area,
            f"it is part of the formula that fills {area_name(area)}",
            f"Turn the formula into values in Excel, {MOVE_RESULTS}",
        )


def check_merges(edit: SheetEdit, areas: Iterable[Area]) -> None:
    """Refuse an edit that writes a cell hidden in merged ones; clearing it does no harm.

    Args:
        edit: the edit.
        areas: merged areas.

    Raises:
        SheetError: it does; the first such cell is named.
    """
    for area in areas:
        for row, column in written_cells(edit, area):
            shown = (row, column.column) == (area.first_row, area.first_column)
            cleared = column.cells.get(row) is None and row != edit.header_row
            if not shown and not cleared:
                raise not_writable(
                    cell_name(row, column.column),
                    edit.sheet,
                    f"it is hidden in the merged cells {area_name(area)}",
                    f"Unmerge them in Excel, {MOVE_RESULTS}",
                )


def check_tables(edit: SheetEdit, tables: Iterable[TableInfo]) -> None:
    """Refuse an edit that writes a header or a total of a table.

    Args:
        edit: the edit.
        tables: the tables of the sheet.

    Raises:
        SheetError: it does; the first such cell is named.
    """
    for table in tables:
        area = table.area
        next_step = f"Move the table away from the results in Excel, {MOVE_RESULTS}"
        if table.header_rows:
            refuse_in(edit, table.top, f"it is a header of the table {table.name}", next_step)
        if table.totals_rows:
            totals = Area(area.last_row, area.first_column, area.last_row, area.last_column)
            refuse_in(edit, totals, f"it is in the totals row of the table {table.name}", next_step)


def grown_area(
    table: TableInfo, edit: SheetEdit, names: Iterable[str], others: Sequence[Area]
) -> Area:
    """Tell the area of a table that grows to the right by the new columns of an edit.

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
    new = sorted(column.column for column in edit.columns if column.header is not None)
    if new != list(range(old.last_column + 1, old.last_column + 1 + len(new))):
        raise _in_the_way(table, edit.sheet, "the new columns are not directly beside it")
    added = Area(old.first_row, old.last_column + 1, old.last_row, old.last_column + len(new))
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
    return Area(old.first_row, old.first_column, old.last_row, added.last_column)


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
