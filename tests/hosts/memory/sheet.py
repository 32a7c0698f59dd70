"""A worksheet as xlwings sees it."""

from numbers import Number

from xlwings import base_classes

from tests.hosts.memory.api import SheetApi
from tests.hosts.memory.boxes import MAX_COLUMNS, MAX_ROWS, WHOLE_SHEET, Box
from tests.hosts.memory.calls import round_trip
from tests.hosts.memory.errors import refused
from tests.hosts.memory.grid import Grid, Reference
from tests.hosts.memory.ranges import Range
from tests.hosts.memory.tables import Tables
from tests.hosts.memory.workbook import Workbook
from tests.hosts.memory.writing import clear_contents

VISIBLE, HIDDEN, VERY_HIDDEN = -1, 0, 2
_STATES = {"visible": VISIBLE, "hidden": HIDDEN, "veryHidden": VERY_HIDDEN}


class Sheet(base_classes.Sheet):
    """A worksheet."""

    def __init__(self, engine, workbook: Workbook, grid: Grid) -> None:
        self.engine = engine
        self.workbook = workbook
        self.grid = grid
        self.calls = engine.calls

    @property
    def api(self) -> SheetApi:
        """What Excel knows beyond xlwings."""
        return SheetApi(self.calls, self.grid)

    @property
    @round_trip
    def name(self) -> str:
        """Its name."""
        self.grid.check()
        return self.grid.part.title

    @name.setter
    @round_trip
    def name(self, value: str) -> None:
        self.grid.check()
        if value.lower() != self.grid.part.title.lower():
            self.workbook.check_name(value)
        self.grid.part.title = value

    @property
    @round_trip
    def index(self) -> int:
        """Its position among the worksheets, from 1 on."""
        self.grid.check()
        return self.workbook.grids.index(self.grid) + 1

    @property
    @round_trip
    def book(self):
        """The workbook that it belongs to."""
        from tests.hosts.memory.book import Book  # noqa: PLC0415 - they know each other

        self.grid.check()
        return Book(self.engine, self.workbook)

    @property
    @round_trip
    def visible(self) -> int:
        """-1 if it can be seen, 0 if it is hidden, 2 if people cannot even unhide it.

        xlwings passes on these numbers of Excel on Windows, so a sheet that is very hidden is
        true there.
        """
        self.grid.check()
        return _STATES[self.grid.part.sheet_state]

    @visible.setter
    @round_trip
    def visible(self, value: int) -> None:
        self.grid.check()
        state = {number: name for name, number in _STATES.items()}[-1 if value is True else value]
        others = [one for one in self.workbook.grids if one is not self.grid]
        if state != "visible" and all(one.part.sheet_state != "visible" for one in others):
            raise refused("A workbook must contain at least one visible worksheet.")
        self.grid.part.sheet_state = state

    def _made(self, box: Box) -> Range:
        return Range(self.engine, self.workbook, Reference(self.grid, box))

    def range(self, first, second=None) -> Range:
        """Make a range of an address, of corners, or of first cell and shape.

        Raises:
            ComError: it is no address of one rectangle of cells.
        """
        if isinstance(first, tuple) and len(first) == 4:
            # xlwings makes no call for it before something is asked of the cells.
            return Range.later(self.engine, self.workbook, self.grid, first)
        if isinstance(first, Number) and isinstance(second, Number):
            first, second = (int(first), int(second)), None
        one = self._corner(first)
        if second is None:
            return self._made(one)
        two = self._corner(second)
        self.calls.enter("Sheet.range")
        return self._made(Box.around(one, two))

    def _corner(self, place: "str | tuple[int, int] | Range") -> Box:
        if isinstance(place, Range):
            return place.reference.box
        if isinstance(place, tuple) and 0 in place:
            raise IndexError("Attempted to access 0-based Range. xlwings/Excel Ranges are 1-based.")
        self.calls.enter("Sheet.range")
        self.grid.check()
        if isinstance(place, str):
            return self._addressed(place)
        row, column = place
        if not (1 <= row <= MAX_ROWS and 1 <= column <= MAX_COLUMNS):
            raise refused("Application-defined or object-defined error")
        return Box(row, column, row, column)

    def _addressed(self, address: str) -> Box:
        try:
            return Box.parse(address)
        except ValueError:
            pass
        for table in self.grid.tables:
            if table.name.lower() == address.lower() and table.body_box is not None:
                return table.body_box
        raise refused(f"{address!r} is no address of one rectangle of cells.")

    @property
    @round_trip
    def cells(self) -> Range:
        """All of its cells."""
        self.grid.check()
        return self._made(WHOLE_SHEET)

    @property
    @round_trip
    def used_range(self) -> Range:
        """The area of cells with a content or a format; A1 if there are none."""
        self.grid.check()
        return self._made(self.grid.used)

    @property
    @round_trip
    def tables(self) -> Tables:
        """Its tables."""
        self.grid.check()
        return Tables(self)

    @round_trip
    def activate(self) -> None:
        """Bring it to the front of its workbook."""
        self.grid.check()
        if self.grid.part.sheet_state != "visible":
            raise refused("Activate method of Worksheet class failed")
        self.workbook.active = self.grid
        self.workbook.application.activate(self.workbook)

    select = activate

    @round_trip
    def clear_contents(self) -> None:
        """Empty all of its cells."""
        self.grid.check()
        clear_contents(self.grid, WHOLE_SHEET)

    @round_trip
    def delete(self) -> None:
        """Delete it."""
        self.grid.check()
        self.workbook.delete_sheet(self.grid)
