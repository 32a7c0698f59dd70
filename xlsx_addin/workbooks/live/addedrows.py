"""Rows that are added below the data of an open sheet."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import xlwings

from xlsx_addin.core.cells import Area, Formula
from xlsx_addin.workbooks.contract import NewRows, SheetEdit
from xlsx_addin.workbooks.growth import below_in_the_way, check_new_rows, new_areas
from xlsx_addin.workbooks.live.areas import common
from xlsx_addin.workbooks.live.looks import try_look
from xlsx_addin.workbooks.live.reading import SheetReading
from xlsx_addin.workbooks.live.rectangles import runs
from xlsx_addin.workbooks.live.sheetcalls import SheetCalls


def parted(edit: SheetEdit) -> tuple[SheetEdit, SheetEdit | None]:
    """Part an edit into what goes into rows that are there, and what goes into new ones.

    Args:
        edit: the edit.
    """
    new = edit.new_rows
    if new is None:
        return edit, None
    here, below = [], []
    for column in edit.columns:
        old = {row: value for row, value in column.cells.items() if row not in new.numbers}
        added = {row: value for row, value in column.cells.items() if row in new.numbers}
        here.append(replace(column, cells=old))
        if added:
            below.append(replace(column, cells=added, header=None, width=0, steady=()))
    return replace(edit, columns=here, new_rows=None), replace(edit, columns=below)


def first_filled(edit: SheetEdit, reading: SheetReading) -> tuple[int, int] | None:
    """Find the first cell in the way of the new rows of an edit: row and column.

    Args:
        edit: the edit.
        reading: what its sheet holds.
    """
    found = [
        (row, column)
        for area in new_areas(edit)
        if (inside := common(area, reading.shown)) is not None
        for row, cells in enumerate(reading.block(inside), start=inside.first_row)
        for column, value in zip(inside.columns(), cells, strict=True)
        if value is not None
    ]
    return min(found, default=None)


def check_free(edit: SheetEdit, reading: SheetReading) -> None:
    """Make sure that nothing stands where rows are added.

    Args:
        edit: the edit.
        reading: what its sheet holds.

    Raises:
        SheetError: something does; the first such cell is named.
    """
    check_new_rows(edit, reading.tables, ())
    merges = [merged for area in new_areas(edit) for merged in reading.merges_in(area)]
    check_new_rows(edit, reading.tables, merges)
    filled = first_filled(edit, reading)
    if filled is not None:
        # Rows may have moved while the sheet was read, which is told once it is written.
        filled = first_filled(edit, SheetReading(reading.calls, reading))
    if filled is not None:
        raise below_in_the_way(edit.sheet, *filled)


class Place:
    """Where rows are added, told by a range that moves with the rows around it.

    Args:
        new: the rows.
        calls: the calls into Excel about their sheet.
    """

    def __init__(self, new: NewRows, calls: SheetCalls) -> None:
        # With the row above: rows that are inserted between both make it longer.
        self._area = Area(max(1, new.first - 1), new.area[0], new.last, new.area[1])
        self._calls = calls
        self._cells = calls.cells(self._area)

    def has_moved(self) -> bool:
        """Say whether it is elsewhere by now."""
        return self._calls.area(self._cells) != self._area


class FilledDown:
    """Formats and formulas of a row, on their way into the rows that are added.

    Ranges are asked for beforehand: rows that somebody inserts meanwhile move them along.

    Args:
        edit: the edit that adds the rows.
        new: the rows.
        reading: what its sheet holds.

    Attributes:
        columns: the columns that get formulas.
    """

    def __init__(self, edit: SheetEdit, new: NewRows, reading: SheetReading) -> None:
        self._sheet = edit.sheet
        self._new = new
        self._calls = reading.calls
        self.columns: set[int] = set()
        self._copy: tuple[xlwings.Range, xlwings.Range] | None = None
        self._emptied: list[xlwings.Range] = []
        self._fills: list[tuple[xlwings.Range, xlwings.Range]] = []
        if new.like is None:
            return
        self.columns = {
            column
            for run in _formula_runs(new, reading)
            for column in self._fillable(new.like, run)
        }
        formulas = runs(self.columns, ())
        origin = new.like
        if origin != new.first - 1:
            origin = new.first
            self._copy = self._row(new.like, new.area), self._row(origin, new.area)
            others = set(range(new.area[0], new.area[1] + 1)) - self.columns
            self._emptied = [self._row(origin, run) for run in runs(others, ())]
        if origin < new.last:
            self._fills = [self._down(origin, run) for run in (new.area, *formulas)]

    def _row(self, row: int, columns: tuple[int, int]) -> xlwings.Range:
        return self._calls.cells(Area(row, columns[0], row, columns[1]))

    def _down(self, row: int, columns: tuple[int, int]) -> tuple[xlwings.Range, xlwings.Range]:
        whole = Area(row, columns[0], self._new.last, columns[1])
        return self._row(row, columns), self._calls.cells(whole)

    def _fillable(self, row: int, columns: tuple[int, int]) -> Iterator[int]:
        """List the columns whose formulas can be filled down: arrays cannot."""
        state = self._calls.has_array(self._row(row, columns))
        first, last = columns
        if state is False:
            yield from range(first, last + 1)
        elif first < last:
            for column in range(first, last + 1):
                yield from self._fillable(row, (column, column))

    def fill(self) -> None:
        """Bring them there."""
        if self._copy is not None:
            self._calls.copy(*self._copy)
            if self._calls.has_links():
                try_look(self._sheet, partial(self._calls.remove_links, self._copy[1]))
        for cells in self._emptied:
            self._calls.clear(cells)
        if not self._fills:
            return
        looks, *formulas = self._fills
        try_look(self._sheet, partial(self._calls.copy_format, *looks))
        for one in formulas:
            self._calls.fill_down(*one)


def _formula_runs(new: NewRows, reading: SheetReading) -> list[tuple[int, int]]:
    first, last = new.area
    row = new.like or new.first
    (held,) = reading.block(Area(row, first, row, last))
    columns = [number for number, cell in enumerate(held, first) if isinstance(cell, Formula)]
    return runs(columns, ())
