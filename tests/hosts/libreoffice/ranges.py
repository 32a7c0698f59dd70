"""Ranges of cells, for xlwings."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Final, Self

from xlwings import base_classes

from tests.hosts.libreoffice.boxes import LAST_COLUMN, LAST_ROW, Box
from tests.hosts.libreoffice.calls import PartOf, counted
from tests.hosts.libreoffice.cells import Cells, agreed
from tests.hosts.libreoffice.errors import ExcelRefusesError
from tests.hosts.libreoffice.excel_api import RangeApi
from tests.hosts.libreoffice.grammar import moved
from tests.hosts.libreoffice.looks import Look
from tests.hosts.libreoffice.reading import array_cells, read_formulas, read_values
from tests.hosts.libreoffice.widths import column_width, office_width
from tests.hosts.libreoffice.writing import CONTENTS, refuse_if_protected, write_values

_NO_COLOR: Final = -1
_STEPS: Final = {"d": (1, 0), "u": (-1, 0), "r": (0, 1), "l": (0, -1)}


class Range(PartOf, base_classes.Range):
    """A range of one block of cells.

    Args:
        sheet: Its sheet.
        box: Which cells.
    """

    max_cells_per_read: ClassVar[None] = None
    max_cells_per_write: ClassVar[None] = None

    whole = "sheet"

    def __init__(self, sheet: Any, box: Box) -> None:
        if (
            box.row < 1
            or box.column < 1
            or box.last_row > LAST_ROW
            or box.last_column > LAST_COLUMN
        ):
            raise ExcelRefusesError(f"The sheet has no such cells: {box}.")
        self.sheet = sheet
        self.box = box
        self.options: dict[str, Any] = {}
        self.cells = Cells(sheet.xl, box, sheet.book.formats)

    def at(self, box: Box) -> Self:
        """Give another range of the sheet."""
        return type(self)(self.sheet, box)

    @property
    def api(self) -> RangeApi:
        """What Excel's object model offers beyond xlwings."""
        return RangeApi(self)

    @property
    def row(self) -> int:
        return self.box.row

    @property
    def column(self) -> int:
        return self.box.column

    @property
    def shape(self) -> tuple[int, int]:
        return self.box.shape

    @property
    def coords(self) -> tuple[Any, ...]:
        return self.sheet.name, self.row, self.column, *self.shape

    def __len__(self) -> int:
        return self.box.size

    def __call__(self, row: int, column: int | None = None) -> Self:
        if column is None:
            row, column = (part + 1 for part in divmod(row - 1, self.shape[1]))
        return self.at(Box.at(self.row + row - 1, self.column + column - 1))

    @property
    def rows(self) -> list[Self]:
        width = self.shape[1]
        return [
            self.at(Box.at(row, self.column, 1, width))
            for row in range(self.row, self.box.last_row + 1)
        ]

    @property
    def columns(self) -> list[Self]:
        height = self.shape[0]
        return [
            self.at(Box.at(self.row, column, height))
            for column in range(self.column, self.box.last_column + 1)
        ]

    # Contents

    @property
    @counted
    def raw_value(self) -> Any:
        rows = read_values(self.cells)
        return rows[0][0] if self.box.size == 1 else tuple(map(tuple, rows))

    @raw_value.setter
    @counted
    def raw_value(self, value: Any) -> None:
        write_values(self.cells, self._rows(value), self.sheet.book.ranges)
        self.sheet.tables.name_columns(self.box)

    @property
    @counted
    def formula(self) -> Any:
        rows = read_formulas(self.cells)
        return rows[0][0] if self.box.size == 1 else tuple(map(tuple, rows))

    @formula.setter
    def formula(self, value: Any) -> None:
        self.raw_value = value

    formula2 = formula

    def _rows(self, value: Any) -> Sequence[Sequence[Any]]:
        """Spread a value over the cells as Excel does.

        One value goes into all cells, one row into every row, one column into every column. What
        is too much is left out, and where something is missing is #N/A.
        """
        height, width = self.shape
        if not isinstance(value, list | tuple):
            return self._filled(value)
        rows = value if value and isinstance(value[0], list | tuple) else [value]
        if len({len(row) for row in rows}) > 1:
            raise ValueError("All dimensions must be a sequence of the same size")
        spread = [_spread(row, width) for row in rows]
        if len(rows) == 1:
            return spread * height
        return [*spread, *[["#N/A"] * width] * (height - len(spread))][:height]

    def _filled(self, value: Any) -> Sequence[Sequence[Any]]:
        height, width = self.shape
        if isinstance(value, str) and value.startswith("="):
            return [
                [moved(value, rows=row, columns=column) for column in range(width)]
                for row in range(height)
            ]
        return [[value] * width] * height

    @counted
    def clear_contents(self) -> None:
        refuse_if_protected(self.cells)
        self.cells.xl.clearContents(CONTENTS)
        self.sheet.tables.name_columns(self.box)

    @property
    @counted
    def has_array(self) -> bool | None:
        return agreed(one for row in array_cells(self.cells) for one in row)

    # Looks

    @property
    @counted
    def number_format(self) -> str | None:
        codes = self.cells.codes()
        return codes.pop() if len(codes) == 1 else None

    @number_format.setter
    @counted
    def number_format(self, code: str) -> None:
        self._refuse_to_format()
        self.cells.xl.NumberFormat = self.cells.formats.key(code)

    def _refuse_to_format(self) -> None:
        """Refuse to change looks on a protected sheet, those of unlocked cells too.

        Excel can allow that as an exception; LibreOffice does not tell whether it does.
        """
        if self.sheet.xl.isProtected():
            raise ExcelRefusesError("Unable to change the looks of cells on a protected sheet.")

    @property
    @counted
    def color(self) -> tuple[int, int, int] | None:
        colors = {group.CellBackColor for group, _ in self.cells.alike()}
        color = colors.pop() if len(colors) == 1 else _NO_COLOR
        return None if color == _NO_COLOR else (color >> 16 & 255, color >> 8 & 255, color & 255)

    @color.setter
    @counted
    def color(self, color: tuple[int, int, int] | None) -> None:
        self._refuse_to_format()
        red, green, blue = color or (0, 0, 0)
        self.cells.xl.CellBackColor = _NO_COLOR if color is None else red << 16 | green << 8 | blue

    @property
    @counted
    def column_width(self) -> float | None:
        columns = self.cells.xl.Columns
        widths = {columns.getByIndex(index).Width for index in range(columns.Count)}
        return column_width(widths.pop()) if len(widths) == 1 else None

    @column_width.setter
    @counted
    def column_width(self, width: float) -> None:
        self._refuse_to_format()
        self.cells.xl.Columns.Width = office_width(width)

    @counted
    def autofit(self, axis: str | None = None) -> None:
        if axis in (None, "c", "columns"):
            self.cells.xl.Columns.OptimalWidth = True
        if axis in (None, "r", "rows"):
            self.cells.xl.Rows.OptimalHeight = True

    @property
    @counted
    def row_hidden(self) -> bool | None:
        return self.cells.hidden_rows()

    @row_hidden.setter
    @counted
    def row_hidden(self, hidden: bool) -> None:
        self._refuse_to_format()
        self.cells.xl.Rows.IsVisible = not hidden

    @property
    @counted
    def column_hidden(self) -> bool | None:
        columns = self.cells.xl.Columns
        return agreed(not columns.getByIndex(index).IsVisible for index in range(columns.Count))

    @column_hidden.setter
    @counted
    def column_hidden(self, hidden: bool) -> None:
        self._refuse_to_format()
        self.cells.xl.Columns.IsVisible = not hidden

    @counted
    def autofill(self, destination: Any, type_: str) -> None:
        """Give the formats of these cells to more cells in their rows or columns, or all they have.

        Contents are filled down a row at a time only.

        Raises:
            ExcelRefusesError: The cells are not among those, or the sheet is protected.
        """
        if type_ not in ("fill_formats", "fill_copy"):
            raise NotImplementedError("Only formats and copies are filled.")
        source, onto = self.box, destination.api.range.box
        if source.meet(onto) != source or (
            (source.row, source.last_row) != (onto.row, onto.last_row)
            and (source.column, source.last_column) != (onto.column, onto.last_column)
        ):
            raise ExcelRefusesError("AutoFill method of Range class failed")
        if self.cells.sheet.isProtected():
            raise ExcelRefusesError("Cells of a protected sheet cannot be formatted.")
        if type_ == "fill_copy":
            for row in range(source.last_row + 1, onto.last_row + 1):
                self._copy_to(row, source.column)
            return
        for row, column in set(onto.cells(onto)) - set(source.cells(onto)):
            place = Box.at(onto.row + row, onto.column + column)
            down = (place.row - source.row) % source.shape[0]
            right = (place.column - source.column) % source.shape[1]
            Look(self.cells.xl.getCellByPosition(right, down)).give(self.cells.part(place))

    @counted
    def copy(self, destination: Any = None) -> None:
        """Copy the cells to a place; there is no clipboard."""
        if destination is None:
            raise NotImplementedError("There is no clipboard.")
        box = getattr(destination, "impl", destination).box
        self._copy_to(box.row, box.column)

    def _copy_to(self, row: int, column: int) -> None:
        place = self.cells.part(Box.at(row, column)).getCellByPosition(0, 0)
        self.cells.sheet.copyRange(place.CellAddress, self.cells.xl.RangeAddress)

    def link_to(self, address: str) -> None:
        """Let the first cell lead to an address; a text that it has stays."""
        cell = self.cells.xl.getCellByPosition(0, 0)
        field = self.sheet.book.document.createInstance("com.sun.star.text.TextField.URL")
        field.URL, field.Representation = address, cell.String or address
        cell.String = ""
        cell.insertTextContent(cell.createTextCursor(), field, False)

    def unlink(self) -> None:
        """Take the links off the cells; their texts stay."""
        for cell in self.linked():
            cell.String = str(cell.String)

    def linked(self) -> Iterator[Any]:
        """List the cells, as LibreOffice knows them, whose text is a link."""
        for row, column in self.box.cells(self.box):
            cell = self.cells.xl.getCellByPosition(column, row)
            if cell.getTextFields().createEnumeration().hasMoreElements():
                yield cell

    # Places

    @property
    def address(self) -> str:
        return self.box.address()

    def get_address(self, row_absolute: bool, col_absolute: bool, external: bool) -> str:
        address = self.box.address(absolute_row=row_absolute, absolute_column=col_absolute)
        return f"'[{self.sheet.book.name}]{self.sheet.name}'!{address}" if external else address

    @property
    @counted
    def merge_area(self) -> Self:
        return self.at(self.cells.grown_by_merged())

    @property
    @counted
    def merge_cells(self) -> bool | None:
        common = [area.meet(self.box) for area in self.cells.merged_areas()]
        merged = sum(box.size for box in common if box)
        return False if not merged else True if merged == self.box.size else None

    @counted
    def merge(self, across: bool = False) -> None:
        for one in self.rows if across else [self]:
            one.cells.xl.merge(True)

    @counted
    def unmerge(self) -> None:
        self.cells.part(self.cells.grown_by_merged()).merge(False)

    @property
    @counted
    def current_region(self) -> Self:
        cursor = self.cells.sheet.createCursorByRange(self.cells.xl)
        cursor.collapseToCurrentRegion()
        is_empty = not any(value != "" for row in cursor.getDataArray() for value in row)
        return self.at(self.box if is_empty else Box.of(cursor.RangeAddress))

    @counted
    def end(self, direction: str) -> Self:
        down, right = _STEPS[direction[0]]
        line = self._line(down, right)
        filled = [value != "" for value in line]
        steps = steps_to_edge(filled)
        if steps is None:
            return self.at(Box.at(*self._border(down, right)))
        return self.at(Box.at(self.row + down * steps, self.column + right * steps))

    def _border(self, down: int, right: int) -> tuple[int, int]:
        """Give the last cell of the sheet in a direction."""
        row = {1: LAST_ROW, -1: 1, 0: self.row}[down]
        return row, {1: LAST_COLUMN, -1: 1, 0: self.column}[right]

    def _line(self, down: int, right: int) -> list[Any]:
        """Give the cells from here to the end of what is used, the nearest first."""
        used = self.sheet.used_range.box
        row = {1: max(used.last_row, self.row), -1: 1, 0: self.row}[down]
        column = {1: max(used.last_column, self.column), -1: 1, 0: self.column}[right]
        box = Box.around((self.row, self.column), (row, column))
        line = [value for values in self.cells.part(box).getDataArray() for value in values]
        return line[::-1] if down + right < 0 else line

    @counted
    def select(self) -> None:
        if not self.sheet.is_active:
            raise ExcelRefusesError("Select method of Range class failed")
        self.sheet.book.controller.select(self.cells.xl)

    @property
    def table(self) -> Any | None:
        for table in self.sheet.tables:
            if table.range.box.meet(self.box):
                return table
        return None

    @property
    def name(self) -> None:
        return None


def steps_to_edge(filled: list[bool]) -> int | None:
    """Count the steps that Ctrl and an arrow key go; None if they end at the sheet's border.

    Args:
        filled: Which cells of the way have contents, that of the start first.
    """
    if len(filled) > 1 and filled[0] and filled[1]:
        return next((step - 1 for step, full in enumerate(filled) if not full), len(filled) - 1)
    return next((step for step, full in enumerate(filled) if full and step), None)


def _spread(row: Sequence[Any], width: int) -> list[Any]:
    if len(row) == 1:
        return list(row) * width
    return [*row, *["#N/A"] * (width - len(row))][:width]
