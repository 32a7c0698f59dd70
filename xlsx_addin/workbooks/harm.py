"""What no edit may do: write outside the sheet, or into a cell that belongs to something else."""

from collections.abc import Iterable, Iterator
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
            raise outside_sheet(edit.sheet)
        seen.add(column.column)


def outside_sheet(sheet: str) -> SheetError:
    """Refuse an edit that reaches beyond the last row or column.

    Args:
        sheet: the name of the sheet.
    """
    return SheetError(
        f"The results do not fit into sheet {sheet}.",
        next_step="Move the data further to the left or up, then refresh again.",
        code="outside-sheet",
    )


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
