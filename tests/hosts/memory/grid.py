"""The cells of a worksheet and what belongs to them: looks, rows, columns, merges, protection."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from weakref import WeakSet

from openpyxl.worksheet.worksheet import Worksheet

from tests.hosts.memory.boxes import MAX_COLUMNS, MAX_ROWS, Box
from tests.hosts.memory.cells import USUAL_LOOK, Cell, Look
from tests.hosts.memory.errors import gone
from tests.hosts.memory.table_model import TableModel

_FEW = 20_000
"""So many cells are asked one by one."""


class Reference:
    """Cells that somebody holds on to: like a Range of Excel they move with rows around them."""

    def __init__(self, grid: "Grid", box: Box) -> None:
        self.grid = grid
        self._box: Box | None = box
        grid.references.add(self)

    @property
    def box(self) -> Box:
        """Where the cells are now.

        Raises:
            ComError: they, their sheet or their workbook are gone.
        """
        self.grid.check()
        if self._box is None:
            raise gone()
        return self._box

    def move(self, change: Callable[[Box], Box | None]) -> None:
        """Follow rows that moved."""
        if self._box is not None:
            self._box = change(self._box)


@dataclass(slots=True)
class Line:
    """A row or a column.

    Args:
        size: height in points or width as in the file; None for the usual one.
        hidden: whether it is hidden.
        look: how its cells look that were never touched.
    """

    size: float | None = None
    hidden: bool = False
    look: Look = USUAL_LOOK


@dataclass(slots=True)
class Protection:
    """What the protection of a sheet allows.

    Args:
        on: whether the sheet is protected.
        allowed: what is allowed all the same: "format_cells", "format_columns", "format_rows",
            "insert_rows", "delete_rows".
    """

    on: bool = False
    allowed: frozenset[str] = frozenset()

    def forbids(self, what: str) -> bool:
        """Tell whether it keeps one from doing something."""
        return self.on and what not in self.allowed


@dataclass(eq=False)
class Grid:
    """A worksheet.

    Args:
        part: what openpyxl keeps of it; title and visibility live there.
        check: raises if the sheet or its workbook is gone.
    """

    part: Worksheet
    check: Callable[[], object]
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    rows: dict[int, Line] = field(default_factory=dict)
    columns: dict[int, Line] = field(default_factory=dict)
    merges: list[Box] = field(default_factory=list)
    tables: list[TableModel] = field(default_factory=list)
    protection: Protection = field(default_factory=Protection)
    references: WeakSet[Reference] = field(default_factory=WeakSet)

    def look(self, row: int, column: int) -> Look:
        """Tell how a cell looks; one that was never touched looks like its row or column."""
        cell = self.cells.get((row, column))
        return self.usual_look(row, column) if cell is None else cell.look

    def usual_look(self, row: int, column: int) -> Look:
        """Tell how a cell looks before it is touched: like its row, else like its column."""
        for lines, number in ((self.rows, row), (self.columns, column)):
            if number in lines and lines[number].look != USUAL_LOOK:
                return lines[number].look
        return USUAL_LOOK

    def cell(self, row: int, column: int) -> Cell:
        """Get a cell to be changed."""
        found = self.cells.get((row, column))
        if found is None:
            found = self.cells[row, column] = Cell(self.look(row, column))
        return found

    def inside(self, box: Box) -> Iterable[tuple[tuple[int, int], Cell]]:
        """List the cells of a box that were ever touched, in no order."""
        if box.size <= len(self.cells):
            return ((at, self.cells[at]) for at in box.cells() if at in self.cells)
        return [(at, cell) for at, cell in self.cells.items() if box.holds(*at)]

    def looks(self, box: Box) -> set[Look]:
        """Collect how the cells of a box look."""
        looks = {cell.look for _, cell in self.inside(box)}
        if sum(1 for _ in self.inside(box)) == box.size:
            return looks
        if box.size <= _FEW:
            return {self.look(*at) for at in box.cells()}
        return looks | self._looks_of_untouched(box)

    def _looks_of_untouched(self, box: Box) -> set[Look]:
        """Collect the looks of columns and of rows in a large box."""
        columns = {
            self.columns[one].look if one in self.columns else USUAL_LOOK
            for one in range(box.left, box.right + 1)
        }
        rows = {
            line.look
            for number, line in self.rows.items()
            if box.top <= number <= box.bottom and line.look != USUAL_LOOK
        }
        return columns | rows

    def fill_looks(self, source: Box, onto: Box) -> None:
        """Let cells look like others, which are repeated."""
        looks = {at: self.look(*at) for at in source.cells()}
        for row, column in onto.cells():
            like = (
                source.top + (row - source.top) % source.height,
                source.left + (column - source.left) % source.width,
            )
            self.cell(row, column).look = looks[like]

    def change_looks(self, box: Box, **changes: object) -> None:
        """Change number format or lock of cells; whole columns keep it for cells to come."""

        def changed(look: Look) -> Look:
            return replace(look, **changes, changed=True)

        if not box.whole_columns:
            for at in box.cells():
                cell = self.cell(*at)
                cell.look = changed(cell.look)
            return
        for column in range(box.left, box.right + 1):
            line = self.columns.setdefault(column, Line())
            line.look = changed(line.look)
        for _, cell in self.inside(box):
            cell.look = changed(cell.look)

    @property
    def used(self) -> Box:
        """The area of all cells with a content or a format; A1 if there are none."""
        places = [at for at, cell in self.cells.items() if cell.used]
        if not places:
            return Box(1, 1, 1, 1)
        rows, columns = zip(*places, strict=True)
        return Box(min(rows), min(columns), max(rows), max(columns))

    def filled(self, row: int, column: int) -> bool:
        """Tell whether there is anything in a cell."""
        cell = self.cells.get((row, column))
        return cell is not None and cell.filled

    def merge_at(self, row: int, column: int) -> Box | None:
        """Find the merged area that a cell belongs to."""
        return next((one for one in self.merges if one.holds(row, column)), None)

    def table_at(self, row: int, column: int) -> TableModel | None:
        """Find the table that a cell belongs to."""
        return next((one for one in self.tables if one.box.holds(row, column)), None)

    def end(self, row: int, column: int, step: tuple[int, int]) -> tuple[int, int]:
        """Tell where Ctrl and an arrow key lead to."""
        down, right = step
        last = self._filled_along(row, column, step)
        if self.filled(row, column) and self.filled(row + down, column + right):
            while (row + down, column + right) in last:
                row, column = row + down, column + right
            return row, column
        ahead = [at for at in last if at != (row, column)]
        if ahead:
            return min(ahead, key=lambda at: abs(at[0] - row) + abs(at[1] - column))
        return _edge(row, column, step)

    def _filled_along(self, row: int, column: int, step: tuple[int, int]) -> set[tuple[int, int]]:
        """Collect the filled cells from a cell on in a direction."""
        down, right = step

        def ahead(at: tuple[int, int]) -> bool:
            distance = (at[0] - row) * down + (at[1] - column) * right
            return distance >= 0 and (at[1] == column if down else at[0] == row)

        return {at for at, cell in self.cells.items() if cell.filled and ahead(at)}

    def region(self, box: Box) -> Box:
        """Grow a box until it is surrounded by empty cells and edges of the sheet."""
        while True:
            grown = self._grown_sideways(self._grown_lengthways(box))
            if grown == box:
                return box
            box = grown

    def _grown_lengthways(self, box: Box) -> Box:
        top, left, bottom, right = box
        beside = range(max(1, left - 1), right + 2)
        while bottom < MAX_ROWS and any(self.filled(bottom + 1, column) for column in beside):
            bottom += 1
        while top > 1 and any(self.filled(top - 1, column) for column in beside):
            top -= 1
        return Box(top, left, bottom, right)

    def _grown_sideways(self, box: Box) -> Box:
        top, left, bottom, right = box
        beside = range(max(1, top - 1), bottom + 2)
        while right < MAX_COLUMNS and any(self.filled(row, right + 1) for row in beside):
            right += 1
        while left > 1 and any(self.filled(row, left - 1) for row in beside):
            left -= 1
        return Box(top, left, bottom, right)

    def move_references(self, change: Callable[[Box], Box | None]) -> None:
        """Let all that hold on to cells follow rows that moved."""
        for reference in tuple(self.references):
            reference.move(change)


def _edge(row: int, column: int, step: tuple[int, int]) -> tuple[int, int]:
    """Find the last cell of a sheet in a direction."""
    match step:
        case (1, 0):
            return MAX_ROWS, column
        case (-1, 0):
            return 1, column
        case (0, -1):
            return row, 1
    return row, MAX_COLUMNS
