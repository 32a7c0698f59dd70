"""Cells as xlwings sees them."""

from xlwings import base_classes, utils

from tests.hosts.memory import sizes
from tests.hosts.memory.api import RangeApi, agreed, hidden, hide_rows, merged
from tests.hosts.memory.boxes import MAX_COLUMNS, MAX_ROWS, Box
from tests.hosts.memory.calls import round_trip
from tests.hosts.memory.cells import formula_of, value_of
from tests.hosts.memory.errors import on_a_protected_sheet, refused
from tests.hosts.memory.grid import Grid, Line, Reference
from tests.hosts.memory.rows import delete_rows, insert_rows
from tests.hosts.memory.workbook import Workbook
from tests.hosts.memory.writing import check_allowed, clear_contents, copy_cells

_STEPS = {
    "down": (1, 0),
    "up": (-1, 0),
    "right": (0, 1),
    "left": (0, -1),
    "d": (1, 0),
    "u": (-1, 0),
    "r": (0, 1),
    "l": (0, -1),
}
_QUESTIONS_FOR_PLACE = ("Worksheet", "Row", "Column", "Rows.Count", "Columns.Count")


class Range(base_classes.Range):
    """A rectangle of cells.

    Like the one of xlwings on Windows it asks once where it is and remembers the answer, while
    the cells that it stands for move with the rows around them.
    """

    def __init__(self, engine, workbook: Workbook, reference: Reference | None) -> None:
        self.engine = engine
        self.workbook = workbook
        self.calls = engine.calls
        self._reference = reference
        self._place: tuple[Grid, int, int, int, int] | None = None

    @classmethod
    def later(cls, engine, workbook: Workbook, grid: Grid, place: tuple[int, ...]) -> "Range":
        """Make a range that is known by its place, and is not looked for in Excel yet."""
        made = cls(engine, workbook, None)
        made._place = (grid, *place)
        return made

    @property
    def reference(self) -> Reference:
        """The cells in Excel."""
        if self._reference is None:
            grid, row, column, height, width = self._place
            for _ in ("Cells", "Cells", "Range"):
                self.calls.enter("Range.reference")
            bottom, right = row + height - 1, column + width - 1
            if not (height and width and bottom <= MAX_ROWS and right <= MAX_COLUMNS):
                raise refused("Application-defined or object-defined error")
            self._reference = Reference(grid, Box(row, column, bottom, right))
        return self._reference

    @property
    def coords(self) -> tuple[Grid, int, int, int, int]:
        """Sheet, first row, first column, rows and columns, as they were when first asked for."""
        if self._place is None:
            box = self.reference.box
            for question in _QUESTIONS_FOR_PLACE:
                self.calls.enter(f"Range.{question}")
            self._place = (self.reference.grid, box.top, box.left, box.height, box.width)
        return self._place

    @property
    def _grid(self) -> Grid:
        return self.reference.grid

    @property
    def _box(self) -> Box:
        return self.reference.box

    def _made(self, box: Box) -> "Range":
        return Range(self.engine, self.workbook, Reference(self._grid, box))

    @property
    def api(self) -> RangeApi:
        """What Excel knows beyond xlwings."""
        return RangeApi(self.calls, self.reference)

    @property
    def sheet(self):
        """The sheet of the cells."""
        from tests.hosts.memory.sheet import Sheet  # noqa: PLC0415 - they know each other

        return Sheet(self.engine, self.workbook, self.coords[0])

    @property
    def row(self) -> int:
        """The first row."""
        return self.coords[1]

    @property
    def column(self) -> int:
        """The first column."""
        return self.coords[2]

    @property
    def shape(self) -> tuple[int, int]:
        """How many rows and columns there are."""
        return self.coords[3], self.coords[4]

    @round_trip
    def __len__(self) -> int:
        return self._box.size

    @round_trip
    def __call__(self, row: int, column: int | None = None) -> "Range":
        box = self._box
        if column is None:
            row, column = (row - 1) // box.width + 1, (row - 1) % box.width + 1
        at = box.top + row - 1, box.left + column - 1
        if not (1 <= at[0] <= MAX_ROWS and 1 <= at[1] <= MAX_COLUMNS):
            raise refused("Application-defined or object-defined error")
        return self._made(Box(*at, *at))

    def _block(self, read):
        """Read one cell as it is, and several as rows of columns."""
        box, cells = self._box, self._grid.cells
        rows = tuple(
            tuple(read(cells.get((row, column))) for column in range(box.left, box.right + 1))
            for row in range(box.top, box.bottom + 1)
        )
        return rows[0][0] if box.size == 1 else rows

    @property
    @round_trip
    def raw_value(self):
        """The values, as COM gives them."""
        return self._block(lambda cell: value_of(cell, self.workbook.calendar))

    @raw_value.setter
    @round_trip
    def raw_value(self, values) -> None:
        self.workbook.writer(self._grid).write(self._box, values)

    @property
    @round_trip
    def formula(self):
        """The formulas, and the constants of cells without one."""
        return self._block(formula_of)

    @formula.setter
    @round_trip
    def formula(self, values) -> None:
        self.workbook.writer(self._grid).write(self._box, values)

    @property
    @round_trip
    def formula2(self):
        """The same: what tells dynamic arrays apart is not kept here."""
        return self._block(formula_of)

    @formula2.setter
    @round_trip
    def formula2(self, values) -> None:
        self.workbook.writer(self._grid).write(self._box, values)

    @property
    @round_trip
    def number_format(self) -> str | None:
        """The number format, None if the cells have several."""
        return agreed(look.number_format for look in self._grid.looks(self._box))

    @number_format.setter
    @round_trip
    def number_format(self, value: str) -> None:
        check_allowed(self._grid, "format_cells")
        self._grid.change_looks(self._box, number_format=value)

    @round_trip
    def get_address(self, row_absolute: bool, column_absolute: bool, external: bool) -> str:
        """Write the address."""
        address = self._box.address(row_absolute=row_absolute, column_absolute=column_absolute)
        if not external:
            return address
        where = f"[{self.workbook.name}]{self._grid.part.title}".replace("'", "''")
        plain = where.replace("[", "").replace("]", "").replace("_", "").replace(".", "")
        return f"{where}!{address}" if plain.isalnum() else f"'{where}'!{address}"

    @property
    @round_trip
    def address(self) -> str:
        """The address with dollar signs."""
        return self._box.address()

    @property
    @round_trip
    def has_array(self) -> bool | None:
        """Whether the cells belong to an array formula."""
        cells = [cell.array is not None for _, cell in self._grid.inside(self._box)]
        return agreed(cells if len(cells) == self._box.size else [*cells, False])

    @property
    @round_trip
    def merge_cells(self) -> bool | None:
        """Whether the cells are merged, None if only some are."""
        return merged(self.reference)

    @property
    @round_trip
    def merge_area(self) -> "Range":
        """The merged area that a cell belongs to, else the cell."""
        if self._box.size > 1:
            raise refused("Unable to get the MergeArea property of the Range class")
        return self._made(self._grid.merge_at(*self._box.corner) or self._box)

    @round_trip
    def merge(self, across: bool = False) -> None:
        """Merge the cells; only the content of the first one stays."""
        check_allowed(self._grid, "format_cells")
        box = self._box
        if across:
            raise NotImplementedError
        clear_rest = [at for at, _ in self._grid.inside(box) if at != box.corner]
        for at in clear_rest:
            self._grid.cells[at].empty()
        self._grid.merges = [one for one in self._grid.merges if not one.meets(box)] + [box]

    @round_trip
    def unmerge(self) -> None:
        """Take merged cells apart."""
        check_allowed(self._grid, "format_cells")
        self._grid.merges = [one for one in self._grid.merges if not one.meets(self._box)]

    @property
    @round_trip
    def table(self):
        """The table that the first cell belongs to."""
        from tests.hosts.memory.tables import Table  # noqa: PLC0415 - they know each other

        table = self._grid.table_at(*self._box.corner)
        return None if table is None else Table(self.sheet, table)

    @property
    @round_trip
    def current_region(self) -> "Range":
        """The area around the cells that empty rows and columns surround."""
        return self._made(self._grid.region(self._box))

    @round_trip
    def end(self, direction: str) -> "Range":
        """The cell that Ctrl and an arrow key lead to."""
        at = self._grid.end(*self._box.corner, _STEPS[direction])
        return self._made(Box(*at, *at))

    @property
    @round_trip
    def column_width(self) -> float | None:
        """The width in characters, None if the columns have several."""
        lines = sizes.lines(self._grid.columns, self._box.left, self._box.right)
        return agreed(sizes.column_width(line, self._grid.part) for line in lines)

    @column_width.setter
    @round_trip
    def column_width(self, value: float) -> None:
        check_allowed(self._grid, "format_columns")
        for column in range(self._box.left, self._box.right + 1):
            sizes.set_column_width(self._grid.columns.setdefault(column, Line()), value)

    @property
    @round_trip
    def row_height(self) -> float | None:
        """The height in points, None if the rows have several."""
        lines = sizes.lines(self._grid.rows, self._box.top, self._box.bottom)
        return agreed(sizes.row_height(line, self._grid.part) for line in lines)

    @row_height.setter
    @round_trip
    def row_height(self, value: float) -> None:
        check_allowed(self._grid, "format_rows")
        for row in range(self._box.top, self._box.bottom + 1):
            self._grid.rows.setdefault(row, Line()).size = float(value)

    @property
    @round_trip
    def row_hidden(self) -> bool | None:
        """Whether the rows are hidden, None if only some are; xlwings asks row by row."""
        for _ in range(self._box.height):
            self.calls.enter("Range.row_hidden")
        return hidden(self._grid.rows, self._box.top, self._box.bottom)

    @row_hidden.setter
    @round_trip
    def row_hidden(self, value: bool) -> None:
        hide_rows(self.reference, hide=value)

    @property
    @round_trip
    def column_hidden(self) -> bool | None:
        """Whether the columns are hidden, None if only some are; xlwings asks one by one."""
        for _ in range(self._box.width):
            self.calls.enter("Range.column_hidden")
        return hidden(self._grid.columns, self._box.left, self._box.right)

    @column_hidden.setter
    @round_trip
    def column_hidden(self, value: bool) -> None:
        check_allowed(self._grid, "format_columns")
        for column in range(self._box.left, self._box.right + 1):
            self._grid.columns.setdefault(column, Line()).hidden = value

    @property
    @round_trip
    def color(self) -> tuple[int, int, int] | None:
        """The fill, None if there is none or the cells have several."""
        return agreed(
            sizes.fill(look.style, self._grid.part) for look in self._grid.looks(self._box)
        )

    @round_trip
    def clear_contents(self) -> None:
        """Empty the cells; formats stay."""
        clear_contents(self._grid, self._box)

    @round_trip
    def select(self) -> None:
        """Select the cells; their sheet must be the one in front."""
        if self.workbook.active is not self._grid:
            raise refused("Select method of Range class failed")
        self.workbook.application.selection = self._grid, self._box

    @round_trip
    def insert(self, shift: str | None = None, copy_origin: str | None = None) -> None:
        """Insert as many rows before the first one as there are; whole rows only."""
        if not self._box.whole_rows:
            raise NotImplementedError("Only whole rows can be inserted.")
        check_allowed(self._grid, "insert_rows")
        insert_rows(self._grid, self._box.top, self._box.height)

    @round_trip
    def delete(self, shift: str | None = None) -> None:
        """Delete rows; whole rows only."""
        box = self._box
        if not box.whole_rows:
            raise NotImplementedError("Only whole rows can be deleted.")
        check_allowed(self._grid, "delete_rows")
        if self._grid.protection.on and any(look.locked for look in self._grid.looks(box)):
            raise on_a_protected_sheet()
        delete_rows(self._grid, box.top, box.height)

    @round_trip
    def autofill(self, destination, type_: str) -> None:
        """Give the formats of the cells to more cells in their rows or columns, or all they have.

        Contents are filled down a row at a time only.

        Raises:
            ComError: the cells are not among those, or the protection of the sheet forbids it.
        """
        if type_ not in ("fill_formats", "fill_copy"):
            raise NotImplementedError("Only formats and copies are filled.")
        source, target = self._box, destination.api.reference
        onto = target.box
        one_way = (source.top, source.bottom) == (onto.top, onto.bottom) or (
            (source.left, source.right) == (onto.left, onto.right)
        )
        if target.grid is not self._grid or not (one_way and onto.covers(source)):
            raise refused("AutoFill method of Range class failed")
        if any(one.meets(onto) for one in self._grid.merges):
            raise refused("To do this, all the merged cells need to be the same size.")
        if type_ == "fill_copy":
            for row in range(source.bottom + 1, onto.bottom + 1):
                copy_cells(self._grid, source, self._grid, (row, source.left))
            return
        check_allowed(self._grid, "format_cells")
        self._grid.fill_looks(source, onto)

    @round_trip
    def copy(self, destination=None) -> None:
        """Copy the cells to a place; there is no clipboard."""
        if destination is None:
            raise NotImplementedError("There is no clipboard.")
        target = destination.impl.reference
        copy_cells(self._grid, self._box, target.grid, target.box.corner)

    def __repr__(self) -> str:
        if self._reference is None:
            return f"<Range {utils.col_name(self.column)}{self.row} not looked for yet>"
        return f"<Range {self._reference.box.address()}>"
