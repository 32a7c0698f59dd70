"""Rectangles of cells and their addresses."""

import re
from collections.abc import Iterator
from typing import NamedTuple, Self

from openpyxl.utils import column_index_from_string, get_column_letter

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384

_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_COLUMN = re.compile(r"\$?([A-Za-z]{1,3})")
_ROW = re.compile(r"\$?([0-9]{1,7})")


class Box(NamedTuple):
    """A rectangle of cells, its last row and column included."""

    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def parse(cls, address: str) -> Self:
        """Read an address such as `A1`, `$B$2:C7`, `3:3` or `A:B`.

        Raises:
            ValueError: it is no address of one rectangle.
        """
        first, _, last = address.partition(":")
        one, two = cls._corner(first), cls._corner(last or first)
        if not last and one[:2] != one[2:]:
            raise ValueError(f"{address!r} is no address of cells.")
        box = cls(
            min(one[0], two[0]), min(one[1], two[1]), max(one[2], two[2]), max(one[3], two[3])
        )
        if not (box.top >= 1 and box.bottom <= MAX_ROWS and box.right <= MAX_COLUMNS):
            raise ValueError(f"{address!r} is beyond the edge of a sheet.")
        return box

    @staticmethod
    def _corner(text: str) -> tuple[int, int, int, int]:
        if match := _CELL.fullmatch(text):
            row, column = int(match[2]), column_index_from_string(match[1])
            return row, column, row, column
        if match := _COLUMN.fullmatch(text):
            column = column_index_from_string(match[1])
            return 1, column, MAX_ROWS, column
        if match := _ROW.fullmatch(text):
            return int(match[1]), 1, int(match[1]), MAX_COLUMNS
        raise ValueError(f"{text!r} is no address of cells.")

    @classmethod
    def around(cls, *boxes: "Box") -> Self:
        """Make the smallest box that holds all of these."""
        tops, lefts, bottoms, rights = zip(*boxes, strict=True)
        return cls(min(tops), min(lefts), max(bottoms), max(rights))

    @property
    def height(self) -> int:
        """How many rows it has."""
        return self.bottom - self.top + 1

    @property
    def width(self) -> int:
        """How many columns it has."""
        return self.right - self.left + 1

    @property
    def size(self) -> int:
        """How many cells it has."""
        return self.height * self.width

    @property
    def whole_columns(self) -> bool:
        """Whether it is made of whole columns."""
        return self.top == 1 and self.bottom == MAX_ROWS

    @property
    def whole_rows(self) -> bool:
        """Whether it is made of whole rows."""
        return self.left == 1 and self.right == MAX_COLUMNS

    @property
    def corner(self) -> tuple[int, int]:
        """Its first cell."""
        return self.top, self.left

    def holds(self, row: int, column: int) -> bool:
        """Tell whether a cell lies in it."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    def meets(self, other: "Box") -> bool:
        """Tell whether two boxes have a cell in common."""
        return (
            self.top <= other.bottom
            and other.top <= self.bottom
            and self.left <= other.right
            and other.left <= self.right
        )

    def covers(self, other: "Box") -> bool:
        """Tell whether another box lies in it."""
        return self.holds(*other.corner) and self.holds(other.bottom, other.right)

    def cells(self) -> Iterator[tuple[int, int]]:
        """List its cells, row by row."""
        for row in range(self.top, self.bottom + 1):
            for column in range(self.left, self.right + 1):
                yield row, column

    def after_insert(self, row: int, count: int) -> Self:
        """Tell where it is after rows were inserted before a row."""
        if self.whole_columns:
            return self
        top = self.top + count * (self.top >= row)
        bottom = self.bottom + count * (self.bottom >= row)
        return self._replace(top=min(top, MAX_ROWS), bottom=min(bottom, MAX_ROWS))

    def after_delete(self, row: int, count: int) -> Self | None:
        """Tell where it is after rows were deleted; None if nothing is left of it."""
        if self.whole_columns:
            return self
        after = row + count
        if row <= self.top and self.bottom < after:
            return None
        top = self.top - count if self.top >= after else min(self.top, row)
        bottom = self.bottom - count if self.bottom >= after else min(self.bottom, row - 1)
        return self._replace(top=top, bottom=bottom)

    def address(self, *, row_absolute: bool = True, column_absolute: bool = True) -> str:
        """Write its address as Excel does."""
        row_mark, column_mark = "$" * row_absolute, "$" * column_absolute
        left = f"{column_mark}{get_column_letter(self.left)}"
        right = f"{column_mark}{get_column_letter(self.right)}"
        top, bottom = f"{row_mark}{self.top}", f"{row_mark}{self.bottom}"
        if self.whole_rows:
            return f"{top}:{bottom}"
        if self.whole_columns:
            return f"{left}:{right}"
        return left + top if self.size == 1 else f"{left}{top}:{right}{bottom}"


WHOLE_SHEET = Box(1, 1, MAX_ROWS, MAX_COLUMNS)
