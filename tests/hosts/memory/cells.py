"""A cell: what is in it, how it looks, and what others see of it."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import IntEnum
from typing import Any, Self

from openpyxl.styles.numbers import is_date_format

from tests.hosts.memory.boxes import Box


class CellError(IntEnum):
    """The errors that a cell can show, by the number that COM gives for them."""

    NULL = -2146826288
    DIV0 = -2146826281
    VALUE = -2146826273
    REF = -2146826265
    NAME = -2146826259
    NUM = -2146826252
    NA = -2146826246

    @property
    def text(self) -> str:
        """How the cell shows it."""
        return _ERROR_TEXTS[self]

    @classmethod
    def of(cls, text: str) -> Self | None:
        """Find the error that a text is the name of."""
        upper = text.upper()
        return next((one for one in cls if one.text == upper), None)


_ERROR_TEXTS = {
    CellError.NULL: "#NULL!",
    CellError.DIV0: "#DIV/0!",
    CellError.VALUE: "#VALUE!",
    CellError.REF: "#REF!",
    CellError.NAME: "#NAME?",
    CellError.NUM: "#NUM!",
    CellError.NA: "#N/A",
}

Content = float | str | bool | CellError | None
"""What a cell holds: a date is the number of its day, as in Excel."""

GENERAL = "General"
TEXT = "@"


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell looks and whether it is locked.

    Args:
        number_format: as in the file.
        locked: whether a protected sheet keeps it from being changed.
        style: the rest of it, as openpyxl keeps it; None for the usual style.
        changed: whether number format or lock differ from what `style` says.
    """

    number_format: str = GENERAL
    locked: bool = True
    style: Any = None
    changed: bool = field(default=False, compare=False)

    @property
    def is_text(self) -> bool:
        """Whether it makes a text of everything."""
        return self.number_format == TEXT

    @property
    def is_date(self) -> bool:
        """Whether it shows numbers as days or times."""
        return bool(is_date_format(self.number_format))


USUAL_LOOK = Look()


@dataclass(slots=True)
class Cell:
    """A cell.

    Args:
        look: how it looks.
        value: its constant, or the stored result of its formula.
        formula: its formula with the equals sign.
        array: the area of the array formula that it belongs to.
        link: where its hyperlink leads.
    """

    look: Look = USUAL_LOOK
    value: Content = None
    formula: str | None = None
    array: Box | None = None
    link: str | None = None

    @property
    def filled(self) -> bool:
        """Whether there is anything in it."""
        return self.value is not None or self.formula is not None

    @property
    def used(self) -> bool:
        """Whether it counts for the used range: a format is enough."""
        return self.filled or self.look != USUAL_LOOK

    def empty(self) -> None:
        """Take out what is in it."""
        self.value = self.formula = self.array = None


class Calendar:
    """Turns days into numbers and back.

    Args:
        from_1904: whether the workbook counts days from 1904 on.
    """

    _ZERO = datetime(1899, 12, 30)
    _OFFSET_OF_1904 = 1462
    _END = 2958466

    def __init__(self, *, from_1904: bool = False) -> None:
        self.from_1904 = from_1904

    def number(self, moment: date) -> float:
        """Turn a day or a moment into a number; a time zone is dropped, as xlwings does."""
        if not isinstance(moment, datetime):
            moment = datetime(moment.year, moment.month, moment.day)
        days = (moment.replace(tzinfo=None) - self._ZERO) / timedelta(days=1)
        return days - self._OFFSET_OF_1904 * self.from_1904

    def moment(self, number: float) -> datetime | None:
        """Turn a number into a moment; None if it is none."""
        days = number + self._OFFSET_OF_1904 * self.from_1904
        if not (number >= 0 and days < self._END):
            return None
        # COM dates are exact to the millisecond.
        return self._ZERO + timedelta(milliseconds=round(days * 86_400_000))


def value_of(cell: Cell | None, calendar: Calendar) -> object:
    """Tell what `Range.Value` gives for a cell."""
    if cell is None:
        return None
    if isinstance(cell.value, CellError):
        return int(cell.value)
    if isinstance(cell.value, float) and cell.look.is_date:
        moment = calendar.moment(cell.value)
        return cell.value if moment is None else moment
    return cell.value


def formula_of(cell: Cell | None) -> str:
    """Tell what `Range.Formula` gives for a cell."""
    if cell is None:
        return ""
    return content_text(cell.value) if cell.formula is None else cell.formula


def content_text(value: Content) -> str:
    """Write what a cell holds as its formula bar shows it."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case CellError():
            return value.text
        case float():
            return number_text(value)
    return value


_LONGEST_PLAIN = 21


def number_text(number: float) -> str:
    """Write a number with 15 significant digits, with an exponent only if it is very long."""
    if number == 0:
        return "0"
    mantissa, _, exponent = f"{number:.14e}".partition("e")
    power = int(exponent)
    if power >= _LONGEST_PLAIN:
        plain = ""
    elif power >= 15:
        plain = mantissa.replace(".", "").ljust(power + 1 + (number < 0), "0")
    else:
        plain = _without_zeros(f"{number:.{14 - power}f}")
    if plain and len(plain) <= _LONGEST_PLAIN:
        return plain
    return f"{_without_zeros(mantissa)}E{power:+03d}"


def _without_zeros(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
