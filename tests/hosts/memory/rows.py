"""Inserting, deleting and sorting rows, with all that moves along.

References in formulas follow inserted and deleted rows only within their own sheet, and only
those that are written as plain addresses; names and other sheets' formulas are left alone.
"""

import re
from collections.abc import Callable

from openpyxl.formula.tokenizer import Token, Tokenizer
from openpyxl.formula.translate import Translator
from openpyxl.utils import get_column_letter

from tests.hosts.memory.boxes import Box
from tests.hosts.memory.cells import Cell, CellError, Content
from tests.hosts.memory.grid import Grid

Move = Callable[[Box], Box | None]


def insert_rows(grid: Grid, row: int, count: int = 1) -> None:
    """Insert empty rows before a row; they look like the row above, as in Excel."""
    above = {
        column: cell.look
        for (line, column), cell in grid.cells.items()
        if line == row - 1 and row > 1
    }
    _shift(grid, lambda box: box.after_insert(row, count))
    for new in range(row, row + count):
        for column, look in above.items():
            grid.cells[new, column] = Cell(look)


def delete_rows(grid: Grid, row: int, count: int = 1) -> None:
    """Delete rows from a row on."""
    _shift(grid, lambda box: box.after_delete(row, count))


def _shift(grid: Grid, change: Move) -> None:
    grid.cells = {
        (moved.top, column): _follow(cell, change)
        for (row, column), cell in grid.cells.items()
        if (moved := change(Box(row, column, row, column))) is not None
    }
    grid.rows = {
        moved.top: line
        for row, line in grid.rows.items()
        if (moved := change(Box(row, 1, row, 1))) is not None
    }
    grid.merges = [
        moved for box in grid.merges if (moved := change(box)) is not None and moved.size > 1
    ]
    _shift_tables(grid, change)
    _shift_filter(grid, change)
    grid.move_references(change)


def _shift_tables(grid: Grid, change: Move) -> None:
    kept = []
    for table in grid.tables:
        moved = change(table.box)
        if moved is not None:
            table.box = moved
            kept.append(table)
    grid.tables = kept


def _shift_filter(grid: Grid, change: Move) -> None:
    own = grid.part.auto_filter
    moved = change(Box.parse(own.ref)) if own.ref else None
    own.ref = moved and moved.address(row_absolute=False, column_absolute=False)


def _follow(cell: Cell, change: Move) -> Cell:
    if cell.array is not None:
        cell.array = change(cell.array)
    if cell.formula is not None:
        cell.formula = _moved_formula(cell.formula, change)
    return cell


_ADDRESS = re.compile(r"\$?[A-Z]{1,3}\$?[0-9]+(?::\$?[A-Z]{1,3}\$?[0-9]+)?", re.IGNORECASE)


def _moved_formula(formula: str, change: Move) -> str:
    tokens = Tokenizer(formula)
    for item in tokens.items:
        is_range = (item.type, item.subtype) == (Token.OPERAND, Token.RANGE)
        if is_range and _ADDRESS.fullmatch(item.value):
            item.value = _moved_address(item.value, change)
    return tokens.render()


def _moved_address(address: str, change: Move) -> str:
    moved = change(Box.parse(address))
    if moved is None:
        return CellError.REF.text
    rows = iter((moved.top, moved.bottom))
    return re.sub(r"[0-9]+", lambda _: str(next(rows)), address)


def sort_rows(
    grid: Grid, first_row: int, last_row: int, *, by: int, descending: bool = False
) -> None:
    """Sort whole rows by the values of a column; rows without a value come last.

    Args:
        grid: the sheet.
        first_row: the first row that is sorted.
        last_row: the last one.
        by: number of the column.
        descending: whether large values come first.
    """
    rows: dict[int, dict[int, Cell]] = {row: {} for row in range(first_row, last_row + 1)}
    for row, column in [at for at in grid.cells if at[0] in rows]:
        rows[row][column] = grid.cells.pop((row, column))
    keys = {row: _sort_key(cells[by].value if by in cells else None) for row, cells in rows.items()}
    full = sorted((row for row in rows if keys[row]), key=keys.__getitem__, reverse=descending)
    empty = [row for row in rows if not keys[row]]
    for target, source in enumerate((*full, *empty), first_row):
        for column, cell in rows[source].items():
            cell.formula = translated(cell.formula, (source, column), (target, column))
            grid.cells[target, column] = cell


def _sort_key(value: Content) -> tuple:
    """Order values as Excel does: numbers, texts, logical values, errors."""
    match value:
        case None:
            return ()
        case bool():
            return (2, value)
        case CellError():
            return (3, 0)
        case float():
            return (0, value)
    return (1, value.lower())


def translated(formula: str | None, source: tuple[int, int], target: tuple[int, int]) -> str | None:
    """Move the relative addresses of a formula as copying does."""
    if formula is None or source == target:
        return formula
    origin, destination = (f"{get_column_letter(column)}{row}" for row, column in (source, target))
    return Translator(formula, origin=origin).translate_formula(destination)
