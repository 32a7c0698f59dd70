"""What a disturbed writing leaves in the wrong rows: taken out again.

Rows that are inserted or deleted between reading and writing move, and results come to stand
one or more rows off. Those beside line items are written anew; those in rows without any stay
unless they are found here. Excel also fills cells with #N/A that were inserted into a block
while it was written.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Final

from xlsx_addin.core.cells import CellError, CellValue, cell_text, is_blank
from xlsx_addin.workbooks.contract import ColumnEdit, ResultValue, SheetEdit
from xlsx_addin.workbooks.live.reading import SheetReading
from xlsx_addin.workbooks.live.rectangles import rectangles, runs

_FILLED_UP: Final = CellError("#N/A")


def clear_strays(
    edit: SheetEdit, before: SheetReading, now: SheetReading, beside: Collection[int]
) -> None:
    """Clear results that stand in rows where there is nothing else.

    Args:
        edit: what was written.
        before: the sheet as it was read before that.
        now: the sheet as it is now.
        beside: columns that hold something in every row with results.
    """
    blank_before, blank_now = _blank_rows(before, beside), _blank_rows(now, beside)
    strays = {
        column.column: runs(set(_strays(column, before, now, blank_before, blank_now)), ())
        for column in edit.columns
    }
    for area in rectangles(strays):
        width = area.last_column - area.first_column + 1
        height = area.last_row - area.first_row + 1
        now.calls.write(now.calls.cells(area), [[None] * width] * height)


def _strays(
    column: ColumnEdit,
    before: SheetReading,
    now: SheetReading,
    blank_before: Collection[int],
    blank_now: Collection[int],
) -> Iterator[int]:
    was = _column(before, column.column)
    ours = {*map(_held, column.cells.values()), *map(_held, [column.header]), *was.values()}
    theirs = {was[row] for row in blank_before} | {None}
    for row, value in _column(now, column.column).items():
        filled_up = value == _FILLED_UP and _FILLED_UP not in was.values()
        if filled_up or (row in blank_now and value in ours - theirs):
            yield row


def _blank_rows(reading: SheetReading, columns: Collection[int]) -> set[int]:
    rows: Sequence[dict[int, CellValue]] = [_column(reading, column) for column in columns]
    return {
        row
        for row in range(reading.shown.first_row, reading.shown.last_row + 1)
        if all(is_blank(cells[row]) for cells in rows)
    }


def _column(reading: SheetReading, column: int) -> dict[int, CellValue]:
    first, last = reading.shown.first_row, reading.shown.last_row
    return dict(enumerate(reading.column(column, first, last), start=first))


def _held(value: ResultValue) -> CellValue:
    if isinstance(value, str):
        return cell_text(value) or None
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001  # a cell's
    return value
