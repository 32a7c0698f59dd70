"""Rectangles of cells, counted from 1 as Excel does, and their addresses."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Self

from tests.hosts.libreoffice.bridge import struct

LAST_ROW: Final = 1_048_576
LAST_COLUMN: Final = 16_384
_CELL: Final = r"\$?([A-Za-z]{1,3})\$?(\d+)"
_ADDRESS: Final = re.compile(rf"{_CELL}(?::{_CELL})?")
_COLUMNS: Final = re.compile(r"\$?([A-Za-z]{1,3}):\$?([A-Za-z]{1,3})")
_ROWS: Final = re.compile(r"\$?(\d+):\$?(\d+)")


@dataclass(frozen=True)
class Box:
    """A rectangle of cells."""

    row: int
    column: int
    last_row: int
    last_column: int

    @property
    def shape(self) -> tuple[int, int]:
        """How many rows and columns."""
        return self.last_row - self.row + 1, self.last_column - self.column + 1

    @property
    def size(self) -> int:
        """How many cells."""
        return self.shape[0] * self.shape[1]

    @classmethod
    def at(cls, row: int, column: int, height: int = 1, width: int = 1) -> Self:
        """Give the box that begins with a cell."""
        return cls(row, column, row + height - 1, column + width - 1)

    @classmethod
    def of(cls, address: Any) -> Self:
        """Give the box of an address that LibreOffice gave."""
        return cls(
            address.StartRow + 1,
            address.StartColumn + 1,
            address.EndRow + 1,
            address.EndColumn + 1,
        )

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read an address such as `$A$1:B2`, `A:C` or `2:3`; None if it is none."""
        if found := _ADDRESS.fullmatch(text):
            first = int(found[2]), column_number(found[1])
            last = (int(found[4]), column_number(found[3])) if found[3] else first
            return cls.around(first, last)
        if found := _COLUMNS.fullmatch(text):
            return cls.around((1, column_number(found[1])), (LAST_ROW, column_number(found[2])))
        if found := _ROWS.fullmatch(text):
            return cls.around((int(found[1]), 1), (int(found[2]), LAST_COLUMN))
        return None

    @classmethod
    def around(cls, one: tuple[int, int], other: tuple[int, int]) -> Self:
        """Give the smallest box that holds two cells."""
        rows, columns = sorted((one[0], other[0])), sorted((one[1], other[1]))
        return cls(rows[0], columns[0], rows[1], columns[1])

    def join(self, other: Self) -> Self:
        """Give the smallest box that holds this and another one."""
        return type(self)(
            min(self.row, other.row),
            min(self.column, other.column),
            max(self.last_row, other.last_row),
            max(self.last_column, other.last_column),
        )

    def meet(self, other: Self) -> Self | None:
        """Give what this and another box have in common; None if nothing."""
        row, column = max(self.row, other.row), max(self.column, other.column)
        last_row = min(self.last_row, other.last_row)
        last_column = min(self.last_column, other.last_column)
        if row > last_row or column > last_column:
            return None
        return type(self)(row, column, last_row, last_column)

    def cells(self, within: Self) -> Iterator[tuple[int, int]]:
        """List the cells of this box as indices from 0 into the rows of another one."""
        common = self.meet(within)
        if common is None:
            return
        for row in range(common.row - within.row, common.last_row - within.row + 1):
            for column in range(
                common.column - within.column, common.last_column - within.column + 1
            ):
                yield row, column

    def address(self, *, absolute_row: bool = True, absolute_column: bool = True) -> str:
        """Write the address as Excel does."""
        row, column = "$" * absolute_row, "$" * absolute_column
        if self.shape[1] == LAST_COLUMN and self.shape[0] < LAST_ROW:
            return f"{row}{self.row}:{row}{self.last_row}"
        if self.shape[0] == LAST_ROW and self.shape[1] < LAST_COLUMN:
            letters = column_letters(self.column), column_letters(self.last_column)
            return f"{column}{letters[0]}:{column}{letters[1]}"
        first = f"{column}{column_letters(self.column)}{row}{self.row}"
        if self.size == 1:
            return first
        return f"{first}:{column}{column_letters(self.last_column)}{row}{self.last_row}"

    def for_office(self, sheet: int) -> Any:
        """Write the address as LibreOffice wants it; its sheets count from 0."""
        return struct(
            "table.CellRangeAddress",
            Sheet=sheet,
            StartRow=self.row - 1,
            StartColumn=self.column - 1,
            EndRow=self.last_row - 1,
            EndColumn=self.last_column - 1,
        )


def column_letters(number: int) -> str:
    """Name a column: 28 is AB."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Count a column: AB is 28."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
