"""What a cell holds, as every workbook adapter reports it, and blocks of such cells.

A *block* is a list of rows, each a list of cell values: rows x columns. Row and column
numbers count from 1 as in the sheet.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Final, NamedTuple


class CellError(NamedTuple):
    """An error value such as ``#N/A``."""

    text: str


class Missing(Enum):
    """Tells an absent stored result from an empty one."""

    RESULT = "a formula that was never calculated"


Plain = str | int | float | bool | date | datetime | time | timedelta | CellError | None


class Formula(NamedTuple):
    """A cell that holds a formula, an array or a spilled result.

    Args:
        result: the stored result, `Missing.RESULT` if the file holds none.
    """

    result: Plain | Missing


CellValue = Plain | Formula
Block = list[list[CellValue]]


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, both ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    def meets(self, other: "Area") -> bool:
        """Say whether the two areas share a cell."""
        return (
            self.first_row <= other.last_row
            and other.first_row <= self.last_row
            and self.first_column <= other.last_column
            and other.first_column <= self.last_column
        )

    def columns(self) -> Iterator[int]:
        """Count its columns from left to right."""
        return iter(range(self.first_column, self.last_column + 1))


def is_blank(value: CellValue) -> bool:
    """Say whether a cell shows nothing: empty, or nothing but white space."""
    return value is None or (isinstance(value, str) and not value.strip())


# ECMA-376 part 1, 18.3.1.73 and 18.18.7: a worksheet ends at XFD1048576.
LAST_ROW: Final = 1_048_576
LAST_COLUMN: Final = 16_384
# ECMA-376 part 1, 18.3.1.96 with Excel's published limits: characters in a cell.
LONGEST_TEXT: Final = 32_767

# What XML 1.0 (section 2.2) cannot hold, and so no .xlsx cell either.
_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def column_letters(column: int) -> str:
    """Name a column as Excel does: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int | None:
    """Number a column from its letters, in any case; None if no sheet has such a column."""
    if not re.fullmatch(r"[A-Za-z]{1,3}", letters):
        return None
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number if number <= LAST_COLUMN else None


def cell_name(row: int, column: int) -> str:
    """Name a cell as Excel does: row 7, column 3 is C7."""
    return f"{column_letters(column)}{row}"


def cell_text(text: str) -> str:
    """Make a text that a cell can hold: characters XML forbids become U+FFFD, an overlong end …."""
    if len(text) <= LONGEST_TEXT // 2 and text.isprintable():
        return text
    if _NOT_IN_XML.search(text):
        text = _NOT_IN_XML.sub("\ufffd", text)
    return cut_text(text, LONGEST_TEXT)


def cut_text(text: str, longest: int) -> str:
    """Cut a text as Excel counts it; an overlong end becomes ….

    Args:
        text: the text.
        longest: UTF-16 code units that it may have.
    """
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) <= 2 * longest:
        return text
    return units[: 2 * (longest - 1)].decode("utf-16-le", "ignore") + "…"


def start_of_day(day: date) -> datetime:
    """Give a day as cells are read: sheets know no days without a time.

    Args:
        day: the day.
    """
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001  # cells have no time zone
