"""What Excel makes of something that is put into a cell, with the habits of an American one.

Nothing here knows of LibreOffice: it parses less, and other things, than Excel does.
"""

import datetime as dt
import re
from dataclasses import dataclass
from decimal import ROUND_DOWN, Context, Decimal
from typing import Final

from tests.hosts.libreoffice.errors import CODES

DATE: Final = "m/d/yyyy"
DATE_AND_TIME: Final = "m/d/yyyy h:mm"

_LONGEST_NUMBER: Final = 21
_FIFTEEN_DIGITS: Final = Context(prec=15, rounding=ROUND_DOWN)
_NUMBER: Final = re.compile(
    r"(?P<sign>[+-]?)\$?(?P<digits>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+)"
    r"(?P<power>[eE][+-]?\d{1,3})?(?P<percent>%?)"
)
_MONTH_NAMES: Final = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_MONTHS: Final = {
    spelling: number for number, name in enumerate(_MONTH_NAMES, 1) for spelling in (name, name[:3])
}
_TIME: Final = r"(?P<h>\d{1,2}):(?P<min>\d{2})(?::(?P<s>\d{2}))?(?: ?(?P<half>[AaPp])[Mm])?"
_MONTH: Final = r"(?P<mon>[A-Za-z]{3,9})"
_DATES: Final = tuple(
    (re.compile(rf"{pattern}(?: {_TIME})?"), code)
    for pattern, code in (
        (r"(?P<y>\d{4})[-/](?P<m>\d{1,2})[-/](?P<d>\d{1,2})", DATE),
        (r"(?P<m>\d{1,2})[-/](?P<d>\d{1,2})[-/](?P<y>\d{4}|\d{2})", DATE),
        (r"(?P<m>\d{1,2})[-/](?P<d>\d{1,2})", "d-mmm"),
        (rf"(?P<d>\d{{1,2}})[- ]{_MONTH}[- ](?P<y>\d{{4}}|\d{{2}})", "d-mmm-yy"),
        (rf"(?P<d>\d{{1,2}})[- ]{_MONTH}", "d-mmm"),
        (rf"{_MONTH} (?P<d>\d{{1,2}}), ?(?P<y>\d{{4}})", "d-mmm-yy"),
        (rf"{_MONTH}[- ](?P<d>\d{{1,2}})", "d-mmm"),
    )
)
_MIDNIGHT: Final = dt.datetime(1899, 12, 30)


@dataclass(frozen=True)
class Formula:
    """A formula in Excel's words, with its equals sign."""

    text: str


@dataclass(frozen=True)
class Moment:
    """A date or a time, and the format that a cell without one gets."""

    when: dt.datetime
    code: str


@dataclass(frozen=True)
class Percent:
    """A number that was typed as a percentage."""

    number: float
    code: str


Entry = None | bool | float | str | Formula | Moment | Percent


def entry(value: object, *, year: int) -> Entry:
    """Tell what a cell without the format Text gets.

    Args:
        value: What is assigned.
        year: That of a date which is typed without one.
    """
    match value:
        case None | "":
            return None
        case bool():
            return value
        case dt.datetime():
            naive = value.replace(tzinfo=None)
            return Moment(naive, DATE if naive.time() == dt.time() else DATE_AND_TIME)
        case dt.date():
            return Moment(dt.datetime.combine(value, dt.time()), DATE)
        case str():
            return typed(value, year=year)
        case _:
            return float(str(value)) if isinstance(value, Decimal) else float(value)  # type: ignore[arg-type]


def text_entry(value: object) -> str | None:
    """Tell what a cell with the format Text gets: text, whatever is assigned."""
    match value:
        case None | "":
            return None
        case str():
            return value.removeprefix("'") or None
        case bool():
            return str(value).upper()
        case dt.datetime() | dt.date():
            return f"{value.month}/{value.day}/{value.year}"
        case _:
            return number_text(float(value))  # type: ignore[arg-type]


def number_text(number: float) -> str:
    """Write a number as Excel does in its line of formulas."""
    short = Decimal(f"{number:.15g}")
    plain = f"{short:f}"
    return plain if len(plain.lstrip("-")) <= _LONGEST_NUMBER else f"{short.normalize():E}"


def typed(text: str, *, year: int) -> Entry:
    """Tell what text becomes that is typed into a cell."""
    if text.startswith("'"):
        return text[1:] or None
    if text.startswith("=") and len(text) > 1:
        return Formula(text)
    bare = text.strip()
    if bare.upper() in ("TRUE", "FALSE"):
        return bare.upper() == "TRUE"
    if bare.upper() in CODES:
        return Formula(f"={bare.upper()}")
    for reading in (_number, lambda one: _moment(one, year)):
        if (found := reading(bare)) is not None:
            return found
    return _calculation(text)


def _number(text: str) -> float | Percent | None:
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    exact = Decimal(found["digits"].replace(",", "") + (found["power"] or ""))
    number = float(_FIFTEEN_DIGITS.plus(exact)) * (-1 if found["sign"] == "-" else 1)
    if found["percent"]:
        return Percent(number / 100, "0.00%" if "." in found["digits"] else "0%")
    return number


def _moment(text: str, year: int) -> Moment | None:
    if (found := re.fullmatch(_TIME, text)) and (time := _time(found)) is not None:
        return Moment(_MIDNIGHT + time, "h:mm:ss" if found["s"] else "h:mm")
    for pattern, code in _DATES:
        if found := pattern.fullmatch(text):
            return _date(found, code, year)
    return None


def _date(found: re.Match[str], code: str, year: int) -> Moment | None:
    parts = found.groupdict()
    month = _MONTHS.get(parts["mon"].lower()) if parts.get("mon") else int(parts["m"])
    try:
        day = dt.datetime(_year(parts.get("y"), year), month or 0, int(parts["d"]))
    except ValueError:
        return None
    if not parts["h"]:
        return Moment(day, code)
    time = _time(found)
    return None if time is None else Moment(day + time, DATE_AND_TIME)


def _year(text: str | None, this_year: int) -> int:
    if text is None:
        return this_year
    number = int(text)
    if len(text) == 4:
        return number
    return 2000 + number if number < 30 else 1900 + number


def _time(found: re.Match[str]) -> dt.timedelta | None:
    hours, minutes, seconds = int(found["h"]), int(found["min"]), int(found["s"] or 0)
    if found["half"]:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if found["half"].lower() == "p" else 0)
    if hours > 23 or minutes > 59 or seconds > 59:
        return None
    return dt.timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _calculation(text: str) -> Entry:
    """Text with the signs that Lotus 1-2-3 began its formulas with is one in Excel too."""
    if len(text) > 1 and text[0] in "+-":
        return Formula(f"={text}")
    if len(text) > 1 and text[0] == "@":
        return Formula(f"={text[1:]}")
    return text
