"""An edit of a sheet, checked against what the first pass found."""

from collections.abc import Iterable, Iterator
from typing import Final

from xlsx_addin.core.cells import LAST_COLUMN, LAST_ROW, Area, cell_name
from xlsx_addin.errors import SheetError
from xlsx_addin.workbooks.contract import ColumnEdit, SheetEdit, TableInfo
from xlsx_addin.workbooks.saved.findings import SheetSurvey, area_name
from xlsx_addin.workbooks.saved.formulas import LostMasters
from xlsx_addin.workbooks.saved.refusals import not_writable

_MOVE_RESULTS: Final = (
    "or move the headers of the result columns above free columns; then refresh again."
)
_MORE_ROOM: Final = "Move the data further to the left or up, then refresh again."


def check(edit: SheetEdit, survey: SheetSurvey, tables: Iterable[TableInfo]) -> LostMasters:
    """Make sure that an edit harms no cell but its own.

    Args:
        edit: the edit.
        survey: what the first pass found in the sheet.
        tables: the sheet's tables.

    Returns:
        The shared formulas whose text is overwritten.

    Raises:
        SheetError: it does harm; the first such cell is named.
    """
    _check_bounds(edit)
    for area in survey.spilled:
        why = f"it is part of the formula that fills {area_name(area)}"
        _refuse_in(edit, area, why, f"Turn the formula into values in Excel, {_MOVE_RESULTS}")
    for area in survey.merges:
        _refuse_hidden(edit, area)
    for table in tables:
        _check_table(edit, table)
    return _lost_masters(edit, survey)


def _check_bounds(edit: SheetEdit) -> None:
    seen: set[int] = set()
    for column in edit.columns:
        rows = [*([edit.header_row] if edit.header_row else []), *_ends(column)]
        inside = 1 <= column.column <= LAST_COLUMN and all(1 <= row <= LAST_ROW for row in rows)
        if column.column in seen or not inside:
            raise SheetError(
                f"The results do not fit into sheet {edit.sheet}.",
                next_step=_MORE_ROOM,
                code="outside-sheet",
            )
        seen.add(column.column)


def _ends(column: ColumnEdit) -> list[int]:
    return [min(column.cells), max(column.cells)] if column.cells else []


def _written(edit: SheetEdit, area: Area) -> Iterator[tuple[int, ColumnEdit]]:
    """List the cells of an edit that lie in an area: row and column, headers included."""
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


def _refuse_in(edit: SheetEdit, area: Area, why: str, next_step: str) -> None:
    for row, column in _written(edit, area):
        raise not_writable(cell_name(row, column.column), edit.sheet, why, next_step)


def _refuse_hidden(edit: SheetEdit, area: Area) -> None:
    for row, column in _written(edit, area):
        shown = (row, column.column) == (area.first_row, area.first_column)
        cleared = column.cells.get(row) is None and row != edit.header_row
        if not shown and not cleared:
            raise not_writable(
                cell_name(row, column.column),
                edit.sheet,
                f"it is hidden in the merged cells {area_name(area)}",
                f"Unmerge them in Excel, {_MOVE_RESULTS}",
            )


def _check_table(edit: SheetEdit, table: TableInfo) -> None:
    area = table.area
    next_step = f"Move the table away from the results in Excel, {_MOVE_RESULTS}"
    if table.header_rows:
        header = Area(area.first_row, area.first_column, area.first_row, area.last_column)
        _refuse_in(edit, header, f"it is a header of the table {table.name}", next_step)
    if table.totals_rows:
        totals = Area(area.last_row, area.first_column, area.last_row, area.last_column)
        _refuse_in(edit, totals, f"it is in the totals row of the table {table.name}", next_step)


def _lost_masters(edit: SheetEdit, survey: SheetSurvey) -> LostMasters:
    columns = {column.column: column for column in edit.columns}
    lost = {
        index: master
        for index, master in survey.masters.items()
        if master.column in columns and _writes(columns[master.column], master.row, edit.header_row)
    }
    for index, master in lost.items():
        if index in survey.early:
            raise not_writable(
                cell_name(master.row, master.column),
                edit.sheet,
                "cells before it share its formula",
                f"Clear the formulas of its column in Excel, {_MOVE_RESULTS}",
            )
    return LostMasters(lost)


def _writes(column: ColumnEdit, row: int, header_row: int | None) -> bool:
    return row in column.cells or (column.header is not None and row == header_row)
