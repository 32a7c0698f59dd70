"""The arguments of a formula: cells, columns and literals, brought to one shape."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Final, NamedTuple

from xlsx_addin.core.cells import CellError, CellValue
from xlsx_addin.core.data_rows import is_repeated_header
from xlsx_addin.core.line_items import read_line_item
from xlsx_addin.core.results import RowKey

_ERRORS: Final = frozenset(
    {
        *("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"),
        *("#BLOCKED!", "#BUSY!", "#CALC!", "#CONNECT!", "#FIELD!", "#SPILL!", "#UNKNOWN!"),
    }
)
"""What Excel shows for an error; such a text is none that anybody typed as an ID."""


class UsedPart(list[Sequence[object]]):
    """The used part of a whole column, which ends where its sheet ends to be used."""


class Unreadable:
    """Stands for an argument that Excel did not hand over."""


class Heading(Enum):
    """Stands for the header row of whole columns."""

    ROW = "header row"


Key = RowKey | Heading


class Shape(NamedTuple):
    """Rows and columns of a block."""

    rows: int
    columns: int

    def __str__(self) -> str:
        return f"{self.rows} x {self.columns} cells"


@dataclass(frozen=True, slots=True)
class Arguments:
    """What a formula asks about.

    Args:
        keys: of each cell, row by row: a line item, an outcome of cells that hold none, None
            where all three cells are blank, or the heading.
        shape: of the cells asked about.
    """

    keys: Sequence[Key]
    shape: Shape


class WrongArgument(Exception):
    """The arguments do not fit together; the message says which one is off."""


def read_arguments(names: Sequence[str], values: Sequence[object]) -> Arguments:
    """Bring the three arguments of a formula to one shape and read the line items in them.

    Args:
        names: of the arguments, for messages.
        values: what Excel handed over: a value, a row, or rows of values.

    Raises:
        WrongArgument: they have different shapes, and none of them is a single cell; or one of
            them could not be read.
    """
    for name, value in zip(names, values, strict=True):
        if isinstance(value, Unreadable):
            raise WrongArgument(f"Check {name}: Excel does not let its cells be read.")
    if all(_is_single(value) for value in values):
        # A formula for one cell, of which there may be thousands.
        return Arguments([read_line_item(*map(_first, values))], Shape(1, 1))
    blocks = [_as_block(value) for value in values]
    shape = _common_shape(names, blocks)
    columns = [_spread(block, shape) for block in blocks]
    keys: list[Key] = [read_line_item(*cells) for cells in zip(*columns, strict=True)]
    if shape.columns == 1 and (shape.rows > 1 or _is_cut(values)):
        first = [column[0] for column in columns]
        if is_repeated_header(*first):
            keys[0] = Heading.ROW
    return Arguments(keys, shape)


def _is_cut(values: Sequence[object]) -> bool:
    return any(isinstance(value, UsedPart) for value in values)


def _is_single(value: object) -> bool:
    if not isinstance(value, (list, tuple)):
        return True
    if len(value) != 1 or isinstance(value, UsedPart):
        return False
    row = value[0]
    return not isinstance(row, (list, tuple)) or len(row) == 1


def _first(value: object) -> CellValue:
    while isinstance(value, (list, tuple)):
        value = value[0] if value else None
    return _cell(value)


def _as_block(value: object) -> list[list[CellValue]] | UsedPart:
    """Make rows of cells out of anything; rows that are too short are filled up."""
    if not isinstance(value, (list, tuple)):
        return [[_cell(value)]]
    rows = [row if isinstance(row, (list, tuple)) else None for row in value]
    if None in rows:
        return [[_cell(one) for one in value] or [None]]
    width = max((len(row) for row in rows if row), default=0) or 1
    block = [[_cell(one) for one in row] + [None] * (width - len(row)) for row in rows if row]
    block = block or [[None] * width]
    return _without_blank_end(block) if isinstance(value, UsedPart) else block


def _without_blank_end(block: list[list[CellValue]]) -> UsedPart:
    """Leave away the last rows that are blank: results that spill there would never cease."""
    rows = len(block)
    while rows > 1 and all(cell is None or cell == "" for cell in block[rows - 1]):
        rows -= 1
    return UsedPart(block[:rows])


def _cell(value: object) -> CellValue:
    """Take a value from Excel as a workbook adapter would report it."""
    if isinstance(value, str):
        return CellError(value) if value in _ERRORS else value
    if isinstance(value, Decimal):  # a cell formatted as currency
        return int(value) if value == value.to_integral_value() else float(value)
    return value  # type: ignore[return-value]  # what is no cell's value is no ID either


def _common_shape(names: Sequence[str], blocks: Sequence[Sequence[Sequence[object]]]) -> Shape:
    shapes = [Shape(len(block), len(block[0])) for block in blocks]
    fixed = {
        name: shape
        for name, shape, block in zip(names, shapes, blocks, strict=True)
        if shape != (1, 1) and not isinstance(block, UsedPart)
    }
    open_ended = [
        shape for shape, block in zip(shapes, blocks, strict=True) if isinstance(block, UsedPart)
    ]
    if not fixed:
        return max(open_ended, default=Shape(1, 1))
    (first, shape), *others = fixed.items()
    for name, other in others:
        if other != shape:
            raise WrongArgument(f"Check {name}: it has {other}, {first} has {shape}.")
    for name, block in zip(names, blocks, strict=True):
        if isinstance(block, UsedPart):
            raise WrongArgument(f"Check {name}: it is a whole column, {first} has {shape}.")
    return shape


def _spread(block: Sequence[Sequence[object]], shape: Shape) -> list[CellValue]:
    """List the cells of a block row by row, a single one as often as the shape needs."""
    cells: list[CellValue] = [cell for row in block for cell in row]  # type: ignore[misc]  # cells
    wanted = shape.rows * shape.columns
    if len(cells) == 1 and not isinstance(block, UsedPart):
        return cells * wanted
    return cells + [None] * (wanted - len(cells))
