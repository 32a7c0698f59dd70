"""What a disturbed writing leaves in the wrong rows: put right.

Rows that are sorted, inserted or deleted between reading and writing move, and results come to
stand in other rows than theirs. Those beside line items are written anew by whoever reads the
sheet once more. The rest is put right here: results in rows that hold nothing else, cells that
were not to be written and were, and the #N/A with which Excel fills up a block that grew.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final, NamedTuple

from xlsx_addin.core.cells import Area, CellError, CellValue, Formula, is_blank
from xlsx_addin.workbooks.contract import ColumnEdit, SheetEdit
from xlsx_addin.workbooks.live.reading import SheetReading
from xlsx_addin.workbooks.live.rectangles import rectangles, runs
from xlsx_addin.workbooks.live.texts import typed
from xlsx_addin.workbooks.resultvalues import as_read

_FILLED_UP: Final = CellError("#N/A")

Key = tuple[CellValue, ...]
"""What a row holds beside its results; it moves with the row."""


def put_right(
    edit: SheetEdit, before: SheetReading, now: SheetReading, beside: Collection[int]
) -> None:
    """Put cells right that were written by mistake.

    Args:
        edit: what was written.
        before: the sheet as it was read before that.
        now: the sheet as it is now.
        beside: columns by which a row is known again.
    """
    keys_before, keys_now = _keys(before, beside), _keys(now, beside)
    header = keys_before.get(edit.header_row or 0, ())
    cleared: dict[int, set[int]] = {}
    for column in edit.columns:
        was, held = _column(before, column.column), _column(now, column.column)
        if column.header is not None and edit.header_row is not None:
            was[edit.header_row] = as_read(column.header)
        kept = _kept(column, keys_before, was)
        if not before.is_small:
            # Its columns were perhaps not read at the same time.
            kept = {key: value for key, value in kept.items() if key == header}
        found = _Found(column, (keys_before, was), (keys_now, held), kept, header)
        for row, value in _repairs(found):
            if value is None:
                cleared.setdefault(column.column, set()).add(row)
            else:
                cell = now.calls.cells(Area(row, column.column, row, column.column))
                now.calls.write(cell, [[_spelled(value)]])
    for area in rectangles({number: runs(rows, ()) for number, rows in cleared.items()}):
        empty = [None] * (area.last_column - area.first_column + 1)
        cells = now.calls.cells(area)
        now.calls.write(cells, [empty] * (area.last_row - area.first_row + 1))


_Cells = tuple[Mapping[int, Key], Mapping[int, CellValue]]
"""By row: its key, and the cell of a column."""


class _Found(NamedTuple):
    """A column, before and now.

    Args:
        column: what was written into it.
        before: its rows before that.
        now: its rows now.
        kept: what stood in rows that were not to be written.
        header: the key of the row with headers.
    """

    column: ColumnEdit
    before: _Cells
    now: _Cells
    kept: Mapping[Key, CellValue]
    header: Key


def _repairs(found: _Found) -> Iterator[tuple[int, CellValue]]:
    """List the cells that hold something by mistake, and what they should hold."""
    keys, was = found.before
    ours = {*map(as_read, found.column.cells.values()), *was.values()} - {None}
    theirs = {was[row] for row, key in keys.items() if _is_blank(key)}
    filled_up = _FILLED_UP not in ours
    for row, value in found.now[1].items():
        key = found.now[0][row]
        if value == _FILLED_UP and filled_up:
            yield row, None
        elif value not in ours and key != found.header:
            # Of what is written into its headers a table makes other texts.
            continue
        elif _is_blank(key) and value not in theirs:
            yield row, None
        elif key in found.kept and found.kept[key] != value:
            yield row, found.kept[key]


def _kept(
    column: ColumnEdit, keys: Mapping[int, Key], was: Mapping[int, CellValue]
) -> dict[Key, CellValue]:
    """Tell what stood in rows that were not to be written, where their keys leave no doubt."""
    found: dict[Key, set[CellValue]] = {}
    written = {keys[row] for row in column.cells if row in keys}
    for row, key in keys.items():
        if key not in written and not _is_blank(key):
            found.setdefault(key, set()).add(was[row])
    alone = {key: next(iter(values)) for key, values in found.items() if len(values) == 1}
    # Of a formula only the result is known.
    return {key: value for key, value in alone.items() if not isinstance(value, Formula)}


def _is_blank(key: Key) -> bool:
    return all(map(is_blank, key))


def _keys(reading: SheetReading, columns: Collection[int]) -> dict[int, Key]:
    cells = [_column(reading, column) for column in sorted(columns)]
    rows = range(reading.shown.first_row, reading.shown.last_row + 1)
    return {row: tuple(column[row] for column in cells) for row in rows}


def _column(reading: SheetReading, column: int) -> dict[int, CellValue]:
    first, last = reading.shown.first_row, reading.shown.last_row
    return dict(enumerate(reading.column(column, first, last), start=first))


def _spelled(value: CellValue) -> Any:  # noqa: ANN401  # what xlwings takes
    if isinstance(value, CellError):
        return value.text
    return typed(value, in_text_cell=False) if isinstance(value, str) else value
