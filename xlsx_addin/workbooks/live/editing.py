"""Writing an edit into an open sheet while people may move its rows."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import xlwings

from xlsx_addin.core.cells import Area
from xlsx_addin.workbooks import growth
from xlsx_addin.workbooks.contract import NewRows, SheetEdit, TableInfo
from xlsx_addin.workbooks.live.addedrows import FilledDown, Place, first_filled, parted
from xlsx_addin.workbooks.live.links import write_links
from xlsx_addin.workbooks.live.misplaced import put_right
from xlsx_addin.workbooks.live.readback import ReadBack, results_of
from xlsx_addin.workbooks.live.reading import SheetReading
from xlsx_addin.workbooks.live.writer import ATTEMPTS, SheetWriter

Disturbed = Callable[[ReadBack], bool]
"""Says of a sheet that was read back whether somebody moved its rows."""


def _never() -> bool:
    return False


class Editing:
    """Writes an edit into a sheet.

    Args:
        edit: the edit, free of harm (see `workbooks.harm`).
        before: what the sheet held when the edit was made.
        watched: what was read of it, and tells whether rows moved.
    """

    def __init__(self, edit: SheetEdit, before: SheetReading, watched: Sequence[Area]) -> None:
        self._here, self._below = parted(edit)
        self._before = before
        self._watched = watched
        self._calls = before.calls

    def write(self) -> bool:
        """Write; say whether somebody changed what was read while it was written.

        Raises:
            SheetError: Excel made something else of a value; the first such cell is named.
        """
        if was_mixed(self._before, self._watched):
            return True
        if self._here.changed_cells and self._write_here():
            return True
        below = self._below
        if below is None or below.new_rows is None:
            return False
        return self._add_rows(below, below.new_rows)

    # --- rows that are there

    def _write_here(self) -> bool:
        grown = grown_table(self._here, self._before)
        if grown is not None:
            table, area = grown
            if not self._calls.resize_table(table, self._calls.cells(area)):
                return True
        writer = SheetWriter(self._here, self._before)
        writer.write()
        read_back = partial(ReadBack, self._before, self._here)
        if _corrected(writer, read_back, self._was_disturbed):
            return True
        write_links(self._here, self._before)
        return False

    def _was_disturbed(self, after: ReadBack) -> bool:
        """Say whether rows moved while they were written; what was misplaced is put right then."""
        edit, before = self._here, self._before
        written = {column.column for column in edit.columns}
        beside = [area for area in self._watched if area.first_column not in written]
        same = all(results_of(before.block(area)) == after.block(area) for area in beside)
        if same and not before.has_moved(after.area):
            return False
        now = SheetReading(before.calls, before)
        put_right(edit, before, now, {area.first_column for area in beside})
        return True

    # --- new rows

    def _add_rows(self, edit: SheetEdit, new: NewRows) -> bool:
        # All ranges are asked for first: from then on they move with the rows around them.
        place = Place(new, self._calls)
        table = self._longer_table(edit, new)
        filled = FilledDown(edit, new, self._before)
        writer = SheetWriter(edit, self._before, filled.columns)
        writer.prepare()
        now = SheetReading(self._calls, self._before)
        if self._has_moved(now) or first_filled(edit, now) is not None or place.has_moved():
            return True
        if table is not None and not self._calls.resize_table(*table):
            return True
        filled.fill()
        writer.write()
        read_back = partial(ReadBack, now, edit)
        disturbed = partial(self._was_moved_above, place, now, new)
        if _corrected(writer, read_back, disturbed, place.has_moved):
            return True
        write_links(edit, self._before)
        return False

    def _longer_table(
        self, edit: SheetEdit, new: NewRows
    ) -> tuple[TableInfo, xlwings.Range] | None:
        """Tell which table reaches new rows, and the cells that it then covers."""
        if new.table is None:
            return None
        table = growth.growing_table(edit, self._before.tables)
        if table is None:
            return None
        wider = grown_table(self._here, self._before)
        area = table.area if wider is None or wider[0] is not table else wider[1]
        longer = self._calls.cells(replace(area, last_row=new.last))
        return replace(table, area=area), longer

    def _has_moved(self, now: SheetReading) -> bool:
        """Say whether what was read stands elsewhere by now, beside what was written."""
        written = {column.column for column in self._here.columns if column.cells}
        return any(
            results_of(self._before.block(area)) != results_of(now.block(area))
            for area in self._watched
            if area.first_column not in written
        )

    def _was_moved_above(
        self, place: Place, now: SheetReading, new: NewRows, after: ReadBack
    ) -> bool:
        """Say whether rows moved while new ones were written."""
        data = [
            replace(area, last_row=min(area.last_row, new.first - 1))
            for area in self._watched
            if area.first_row < new.first
        ]
        is_other = any(results_of(now.block(area)) != after.block(area) for area in data)
        # Last: what was read back is only then known to be what was written.
        return is_other or place.has_moved()


def grown_table(edit: SheetEdit, reading: SheetReading) -> tuple[TableInfo, Area] | None:
    """Tell which table grows by an edit and what it then covers; None if none does.

    Args:
        edit: the edit.
        reading: what its sheet holds.

    Raises:
        SheetError: the table cannot grow.
    """
    table = growth.growing_table(edit, reading.tables)
    if table is None:
        return None
    if edit.new_rows is not None and reading.calls.is_filled_by_query(table.name):
        raise growth.filled_by_query(table, edit.sheet)
    others = [one.area for one in reading.tables if one is not table]
    names = _column_names(table, reading)
    return table, growth.grown_area(table, edit, names, [*others, *reading.merges])


def _column_names(table: TableInfo, reading: SheetReading) -> list[str]:
    if not table.header_rows:
        return []
    return [cell for cell in reading.block(table.top)[0] if isinstance(cell, str)]


def was_mixed(reading: SheetReading, watched: Sequence[Area]) -> bool:
    """Say whether rows of a sheet that was read in parts moved meanwhile.

    Args:
        reading: what was read.
        watched: what of it tells.
    """
    if reading.is_small:
        return False
    return reading.has_moved() or any(
        results_of(reading.block(area)) != reading.fresh(area) for area in watched
    )


def _corrected(
    writer: SheetWriter,
    read_back: Callable[[], ReadBack],
    disturbed: Disturbed,
    has_moved: Callable[[], bool] = _never,
) -> bool:
    """Write again what Excel made other things of; say whether somebody moved rows meanwhile."""
    after = read_back()
    if disturbed(after):
        return True
    for attempt in ATTEMPTS:
        if not writer.correct(after, attempt, has_moved):
            return False
        after = read_back()
        if disturbed(after):
            return True
    writer.check(after)
    return False
