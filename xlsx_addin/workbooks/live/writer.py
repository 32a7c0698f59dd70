"""Writing an edit into an open sheet, in blocks, and reading back what Excel made of it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cached_property, partial
from typing import Any, Final, NamedTuple

import xlwings

from xlsx_addin.core.cells import Area, CellValue, cell_name
from xlsx_addin.core.ownership import text_of
from xlsx_addin.errors import SheetError
from xlsx_addin.workbooks.contract import ColumnEdit, ColumnKind, ResultValue, SheetEdit
from xlsx_addin.workbooks.live.areas import halves, size, union
from xlsx_addin.workbooks.live.looks import CODES, TEXT_CODE, Code, try_look
from xlsx_addin.workbooks.live.readback import ReadBack
from xlsx_addin.workbooks.live.reading import SheetReading
from xlsx_addin.workbooks.live.rectangles import rectangles, runs
from xlsx_addin.workbooks.live.texts import typed
from xlsx_addin.workbooks.resultvalues import as_read

Spell = Callable[[ResultValue, ColumnKind], Any]


class Attempt(NamedTuple):
    """A way to write cells once more.

    Args:
        spell: how values are spelled.
        in_blocks: whether neighbours are written in one call.
    """

    spell: Spell
    in_blocks: bool


class SheetWriter:
    """Writes one edit into one sheet.

    Args:
        edit: the edit, free of harm (see `workbooks.harm`).
        reading: what the sheet holds.
        filled: columns whose empty cells get formulas, and must not be written over.
    """

    def __init__(
        self, edit: SheetEdit, reading: SheetReading, filled: Collection[int] = ()
    ) -> None:
        self._filled = filled
        self._prepared: dict[Area, xlwings.Range] = {}
        self._edit = edit
        self._reading = reading
        self._calls = reading.calls
        self._columns = {column.column: column for column in edit.columns}

    def prepare(self) -> None:
        """Ask for the cells of all blocks: rows that are inserted from now on move them along."""
        self._prepared = {area: self._calls.cells(area) for area in self._areas}

    def write(self) -> None:
        """Write headers, formats and values, a block at a time."""
        self._write_headers()
        for area in self._areas:
            cells = self._prepared.get(area) or self._calls.cells(area)
            self._set_formats(area, cells)
            self._write(area, cells, _spell)

    def correct(
        self, after: ReadBack, attempt: Attempt, has_moved: Callable[[], bool] = lambda: False
    ) -> bool:
        """Write cells once more that do not hold what they were given; say whether there were any.

        Args:
            after: the sheet, read back.
            attempt: in which way.
            has_moved: says whether rows moved, and nothing may be written any more.
        """
        wrong: dict[int, set[int]] = {}
        for row, column, _ in self._wrong(after):
            wrong.setdefault(column, set()).add(row)
        areas = [(area, self._calls.cells(area)) for area in self._wrong_areas(wrong, attempt)]
        if not areas or has_moved():
            return bool(areas)
        for area, cells in areas:
            self._write(area, cells, attempt.spell)
        return True

    @staticmethod
    def _wrong_areas(wrong: Mapping[int, Collection[int]], attempt: Attempt) -> Iterable[Area]:
        if attempt.in_blocks:
            return rectangles({column: runs(rows, ()) for column, rows in wrong.items()})
        return [
            Area(row, column, row, column) for column, rows in wrong.items() for row in sorted(rows)
        ]

    def check(self, after: ReadBack) -> None:
        """Make sure that every cell holds what it was given.

        Args:
            after: the sheet, read back.

        Raises:
            SheetError: Excel holds something else; the first such cell is named.
        """
        for row, column, value in self._wrong(after):
            given = text_of(as_read(value))
            ((held,),) = after.block(Area(row, column, row, column))
            raise SheetError(
                f"Cell {cell_name(row, column)} of sheet {self._edit.sheet} was given"
                f" {given!r}, but Excel made {text_of(held)!r} of it.",
                next_step="Give the result columns the format Text (the date column a date"
                " format), then refresh again.",
                code="not-as-written",
            )

    def _wrong(self, after: ReadBack) -> Iterator[tuple[int, int, ResultValue]]:
        """List cells that do not hold what they should, those between changed ones included."""
        for area in self._areas:
            now, before = after.block(area), self._reading.block(area)
            for row, cells in enumerate(zip(now, before, strict=True), start=area.first_row):
                for number, held, old in zip(area.columns(), *cells, strict=True):
                    given = self._value(row, number, old)
                    if not _holds(held, given):
                        yield row, number, given

    # --- headers

    def _write_headers(self) -> None:
        row = self._edit.header_row
        new = {
            number: column.header
            for number, column in self._columns.items()
            if column.header is not None
        }
        if row is None or not new:
            return
        for area in rectangles({number: [(row, row)] for number in new}):
            try_look(self._edit.sheet, partial(self._look_like_left, area))
            headers = [typed(new[number] or "", in_text_cell=False) for number in area.columns()]
            cells = self._calls.cells(area)
            self._calls.write(cells, [headers])
            try_look(self._edit.sheet, partial(self._widen, area, cells))

    def _look_like_left(self, area: Area) -> None:
        """Give new headers the format of the header at their left."""
        if area.first_column == 1:
            return
        left = Area(area.first_row, area.first_column - 1, area.last_row, area.first_column - 1)
        self._calls.copy_format(self._calls.cells(left), self._calls.cells(union(left, area)))

    def _widen(self, area: Area, cells: xlwings.Range) -> None:
        """Give new columns the width that was wished for, if they are narrower."""
        wanted = {number: self._columns[number].width for number in area.columns()}
        if not any(wanted.values()):
            return
        # New columns mostly have the usual width, all of them.
        width = self._calls.column_width(cells)
        for number, wished in wanted.items():
            if not wished or (width is not None and width >= wished):
                continue
            cell = self._calls.cells(Area(1, number, 1, number))
            if width is not None or (self._calls.column_width(cell) or 0.0) < wished:
                self._calls.set_column_width(cell, wished)

    # --- blocks

    @cached_property
    def _areas(self) -> list[Area]:
        """List the blocks to write; none has hidden rows beside others.

        Where a filter hides rows of a block, Excel writes the others only, and the first row
        into each of them (xlwings issues 679 and 747).
        """
        return rectangles(
            {number: self._runs(column) for number, column in self._columns.items() if column.cells}
        )

    def _runs(self, column: ColumnEdit) -> list[tuple[int, int]]:
        bridges, hidden = self._bridges(column), self._reading.hidden_rows
        if not hidden:
            return runs(column.cells, bridges)
        shown = [row for row in column.cells if row not in hidden]
        unseen = [row for row in column.cells if row in hidden]
        return runs(shown, bridges - hidden) + runs(unseen, bridges & hidden)

    def _bridges(self, column: ColumnEdit) -> set[int]:
        """List the rows between written ones that may be written again, equal."""
        if column.column in self._filled:
            return set(column.cells)
        first, last = min(column.cells), max(column.cells)
        held = self._reading.column(column.column, first, last)
        rows = {
            row
            for row, value in enumerate(held, start=first)
            if value is None or row in column.steady
        }
        rows.update(column.cells)
        return rows

    def _write(self, area: Area, cells: xlwings.Range, spell: Spell) -> None:
        held = self._reading.block(area)
        block = [
            [
                spell(self._value(row, number, cell), self._columns[number].kind)
                for number, cell in zip(area.columns(), in_row, strict=True)
            ]
            for row, in_row in enumerate(held, start=area.first_row)
        ]
        self._calls.write(cells, block)

    def _value(self, row: int, number: int, held: CellValue) -> ResultValue:
        """Tell what a cell gets; one that does not change gets what it holds."""
        values = self._columns[number].cells
        if row in values:
            return values[row]
        if isinstance(held, datetime):
            return held.date()
        if isinstance(held, float | int) and not isinstance(held, bool):
            return Decimal(repr(held))
        return held if isinstance(held, str) else None

    # --- number formats

    def _set_formats(self, area: Area, cells: xlwings.Range) -> None:
        alone = area.first_column == area.last_column
        for number in area.columns():
            column = self._columns[number]
            if column.kind is ColumnKind.TEXT:
                continue
            rows = Area(area.first_row, number, area.last_row, number)
            part = cells if alone else self._calls.cells(rows)
            if column.kind is ColumnKind.IDENTIFIER:
                self._try_format(part, TEXT_CODE)
            else:
                self._let_show(rows, part, CODES[column.kind])

    def _let_show(self, area: Area, cells: xlwings.Range, wanted: Code) -> None:
        """Let cells show what they get; those that do so in their own way keep it."""
        now = self._calls.number_format(cells)
        if now is None and size(area) > 1:
            for half in halves(area):
                self._let_show(half, self._calls.cells(half), wanted)
        elif now is None or not wanted.is_shown_by(now):
            self._try_format(cells, wanted.code)

    def _try_format(self, cells: xlwings.Range, code: str) -> None:
        try_look(self._edit.sheet, partial(self._calls.set_number_format, cells, code))


def _spell(value: ResultValue, kind: ColumnKind) -> Any:  # noqa: ANN401  # what xlwings takes
    held = as_read(value)
    if isinstance(held, str):
        return typed(held, in_text_cell=kind is ColumnKind.IDENTIFIER)
    return held


def _spell_otherwise(value: ResultValue, kind: ColumnKind) -> Any:  # noqa: ANN401  # as above
    """Spell a text the other way: with an apostrophe before it, or without."""
    spelled = _spell(value, kind)
    if not isinstance(spelled, str):
        return spelled
    return spelled[1:] if spelled.startswith("'") else f"'{spelled}"


def _holds(cell: CellValue, value: ResultValue) -> bool:
    held = as_read(value)
    if isinstance(held, float | int):
        return isinstance(cell, float | int) and not isinstance(cell, bool) and cell == held
    return type(cell) is type(held) and cell == held


ATTEMPTS: Final = (
    # Texts that Excel took for something else, mostly few and in a column.
    Attempt(_spell_otherwise, in_blocks=True),
    # Across rows that a filter hides, Excel writes blocks into the wrong cells.
    Attempt(_spell, in_blocks=False),
    Attempt(_spell_otherwise, in_blocks=False),
)
"""What is tried, in this order, until all cells hold what they were given."""
