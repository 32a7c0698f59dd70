"""Writing contents into cells as Excel does: all or nothing, and with its readings of texts."""

import numbers
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from tests.hosts.memory.boxes import Box
from tests.hosts.memory.cells import GENERAL, Calendar, Cell, CellError, content_text
from tests.hosts.memory.errors import on_a_protected_sheet, part_of_an_array, refused
from tests.hosts.memory.filters import filtered_rows
from tests.hosts.memory.grid import Grid
from tests.hosts.memory.rows import translated
from tests.hosts.memory.table_model import TableModel, column_names
from tests.hosts.memory.typed_dates import SHORT_DATE, SHORT_DATE_AND_TIME
from tests.hosts.memory.typing_rules import NotReadable, Typed, read_typed


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes into the cells of a sheet.

    Args:
        grid: the sheet.
        calendar: how its workbook counts days.
        today: it lends its year to days that are typed without one.
    """

    grid: Grid
    calendar: Calendar
    today: date

    def write(self, box: Box, values: object) -> None:
        """Write one value into all cells, or a block of values.

        As in Excel one formula for all cells is read as that of the first one, one row or one
        column of values is repeated, cells beyond the block get #N/A, and values beyond the
        cells are left out.

        Raises:
            ComError: a cell is locked, part of an array, or a text begins like a formula.
            TypeError: a value is nothing that COM knows.
            ValueError: the rows of a block are not of the same length.
        """
        is_block = isinstance(values, (list, tuple))
        if is_block and len({len(row) for row in values if isinstance(row, (list, tuple))}) > 1:
            raise ValueError("All dimensions must be a sequence of the same size")
        check_contents(self.grid, box)
        planned = [
            (at, self._read(value, at, at if is_block else box.corner))
            for at, value in self._given(box, values)
        ]
        for at, typed in planned:
            self._put(at, typed)
        after_change(self.grid, box)

    def store_result(self, at: tuple[int, int], value: object) -> None:
        """Keep what the formula of a cell comes to; texts are taken as they are.

        Raises:
            ValueError: the cell has no formula.
        """
        cell = self.grid.cell(*at)
        if cell.formula is None:
            raise ValueError("Only a formula has a result.")
        cell.value = value if isinstance(value, str) else self._read(value, at, at).value

    def _given(self, box: Box, values: object) -> Iterator[tuple[tuple[int, int], object]]:
        """Pair the cells that are written with their values.

        Where a filter hides rows, Excel writes the shown ones only, and the first row of a
        block into each of them. Rows that are hidden by hand make no difference.
        """
        filtered = filtered_rows(self.grid, box)
        if len(filtered) == box.height:
            filtered = set()
        for row, column in box.cells():
            if row not in filtered:
                down = 0 if filtered else row - box.top
                yield (row, column), _element(values, down, column - box.left)

    def _read(self, value: object, at: tuple[int, int], origin: tuple[int, int]) -> Typed:
        """Turn a value into what the cell will hold.

        Raises:
            ComError: Excel would refuse it.
            TypeError: it is nothing that COM knows.
        """
        look = self.grid.look(*at)
        match value:
            case None:
                return Typed()
            case str():
                typed = self._read_text(value, look.number_format)
                return replace(typed, formula=translated(typed.formula, origin, at))
            case CellError() | bool():
                typed = Typed(value)
            case date():
                typed = Typed(self.calendar.number(value), number_format=_date_format(value))
            case numbers.Real():
                typed = Typed(float(value))
            case _:
                kind = type(value).__name__
                raise TypeError(f"Objects of type '{kind}' can not be converted to a COM VARIANT")
        return self._as_text(typed, value) if look.is_text else typed

    def _read_text(self, text: str, number_format: str) -> Typed:
        try:
            return read_typed(
                text, number_format=number_format, today=self.today, calendar=self.calendar
            )
        except NotReadable as error:
            raise refused(str(error)) from error

    @staticmethod
    def _as_text(typed: Typed, value: object) -> Typed:
        """Make a text of a value, as cells that are formatted as text do."""
        if isinstance(value, CellError):
            return typed
        if isinstance(value, date):
            return Typed(f"{value.month}/{value.day}/{value.year}")
        return Typed(content_text(typed.value))

    def _put(self, at: tuple[int, int], typed: Typed) -> None:
        merge = self.grid.merge_at(*at)
        if merge is not None and merge.corner != at:
            return  # Excel keeps nothing in the cells behind a merged one.
        if typed.value is None and typed.formula is None:
            if at in self.grid.cells:
                self.grid.cells[at].empty()
            return
        cell = self.grid.cell(*at)
        cell.empty()
        cell.value, cell.formula = typed.value, typed.formula
        if typed.number_format and cell.look.number_format == GENERAL:
            cell.look = replace(cell.look, number_format=typed.number_format, changed=True)


def _element(values: object, down: int, right: int) -> object:
    """Find a value of a block; what is no block is the value of all cells."""
    if not isinstance(values, (list, tuple)):
        return values
    rows: Sequence = values if values and isinstance(values[0], (list, tuple)) else [values]
    row = 0 if len(rows) == 1 else down
    if row >= len(rows):
        return CellError.NA
    column = 0 if len(rows[row]) == 1 else right
    return rows[row][column] if column < len(rows[row]) else CellError.NA


def _date_format(moment: date) -> str:
    has_time = isinstance(moment, datetime) and (moment.hour, moment.minute, moment.second) != (
        *(0, 0),
        0,
    )
    return SHORT_DATE_AND_TIME if has_time else SHORT_DATE


def clear_contents(grid: Grid, box: Box) -> None:
    """Take the contents out of cells; formats stay.

    Raises:
        ComError: a cell is locked or part of an array.
    """
    check_contents(grid, box)
    for _, cell in list(grid.inside(box)):
        cell.empty()
    after_change(grid, box)


def copy_cells(source: Grid, box: Box, target: Grid, corner: tuple[int, int]) -> None:
    """Copy contents and looks of cells.

    Raises:
        ComError: a target cell is locked or part of an array.
    """
    down, right = corner[0] - box.top, corner[1] - box.left
    onto = Box(box.top + down, box.left + right, box.bottom + down, box.right + right)
    check_contents(target, onto)
    copies = {}
    for (row, column), cell in source.inside(box):
        place = row + down, column + right
        formula = translated(cell.formula, (row, column), place)
        copies[place] = Cell(cell.look, cell.value, formula, link=cell.link)
    for at, _ in list(target.inside(onto)):
        del target.cells[at]
    target.cells.update(copies)
    after_change(target, onto)


def check_contents(grid: Grid, box: Box) -> None:
    """Make sure that contents of cells may be changed.

    Raises:
        ComError: a cell is locked, or the cells are part of an array formula.
    """
    if grid.protection.on and any(look.locked for look in grid.looks(box)):
        raise on_a_protected_sheet()
    for _, cell in grid.inside(box):
        if cell.array is not None and not box.covers(cell.array):
            raise part_of_an_array()


def check_allowed(grid: Grid, what: str) -> None:
    """Make sure that the protection of a sheet allows a change of something else than contents.

    Raises:
        ComError: it does not.
    """
    if grid.protection.forbids(what):
        raise on_a_protected_sheet()


def after_change(grid: Grid, box: Box) -> None:
    """Keep tables in order whose header cells were written."""
    for table in grid.tables:
        header = table.header_box
        if header is not None and header.meets(box):
            name_columns(grid, table)


def name_columns(grid: Grid, table: TableModel) -> None:
    """Make names of the columns of a table from its header cells, and texts of those."""
    header = table.header_box
    if header is None:
        table.columns = column_names([*table.columns, *[""] * table.box.width][: table.box.width])
        return
    cells = [grid.cell(*at) for at in header.cells()]
    table.columns = column_names(content_text(cell.value) for cell in cells)
    for cell, name in zip(cells, table.columns, strict=True):
        cell.empty()
        cell.value = name
