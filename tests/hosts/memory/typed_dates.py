"""Days and times as Excel reads them when they are typed, in its American English."""

import re
from datetime import date

_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)

_ISO = re.compile(r"([0-9]{4})([-/])([0-9]{1,2})\2([0-9]{1,2})")
_MONTH_FIRST = re.compile(r"([0-9]{1,2})([-/])([0-9]{1,2})\2([0-9]{4}|[0-9]{1,2})")
_TWO_NUMBERS = re.compile(r"([0-9]{1,2})[-/]([0-9]{4}|[0-9]{1,2})")
_DAY_AND_NAME = re.compile(r"([0-9]{1,2})[-/ ]?([a-z]{3,9})(?:[-/ ,]+([0-9]{4}|[0-9]{2}))?")
_NAME_AND_NUMBER = re.compile(r"([a-z]{3,9})[-/ ]?([0-9]{4}|[0-9]{1,2})")
_NAME_DAY_YEAR = re.compile(r"([a-z]{3,9}) ?([0-9]{1,2})(?:, ?| )([0-9]{4}|[0-9]{2})")
_TIME = re.compile(
    r"([0-9]{1,4}):([0-9]{1,2})?(?::([0-9]{1,2})(\.[0-9]{1,3})?)?(?: ?([ap])m?)?", re.IGNORECASE
)

SHORT_DATE = "m/d/yyyy"
SHORT_DATE_AND_TIME = "m/d/yyyy h:mm"
_DAY_AND_MONTH = "d-mmm"
_MONTH_AND_YEAR = "mmm-yy"
_DAY_MONTH_YEAR = "d-mmm-yy"

Found = tuple[date, str] | None
"""A day and the number format that Excel gives to a General cell for it."""


def read_date(text: str, today: date) -> Found:
    """Read a day.

    Args:
        text: what is typed, without blanks around it.
        today: it lends its year to days without one.
    """
    lower = text.lower()
    for read in (_iso, _month_first, _two_numbers, _day_and_name, _name_day_year, _name_and_number):
        found = read(lower, today)
        if found is not None:
            return found
    return None


def _day(year: int, month: int, day: int, number_format: str) -> Found:
    # Excel's calendar begins in 1900; what lies before stays text.
    try:
        return (date(year, month, day), number_format) if year >= 1900 else None
    except ValueError:
        return None


def _year(text: str) -> int:
    year = int(text)
    if len(text) > 2:
        return year
    return year + (2000 if year < 30 else 1900)


def _month(name: str) -> int:
    """Tell the number of a month from its name or the three letters of it, 0 if it is none."""
    return next(
        (number for number, full in enumerate(_MONTHS, 1) if name in {full, full[:3]}),
        0,
    )


def _iso(text: str, today: date) -> Found:
    match = _ISO.fullmatch(text)
    return match and _day(int(match[1]), int(match[3]), int(match[4]), SHORT_DATE)


def _month_first(text: str, today: date) -> Found:
    match = _MONTH_FIRST.fullmatch(text)
    return match and _day(_year(match[4]), int(match[1]), int(match[3]), SHORT_DATE)


def _two_numbers(text: str, today: date) -> Found:
    """Read month and day, else day and month, else month and year."""
    match = _TWO_NUMBERS.fullmatch(text)
    if match is None:
        return None
    first, second = int(match[1]), int(match[2])
    if len(match[2]) <= 2:
        for month, day in ((first, second), (second, first)):
            found = _day(today.year, month, day, _DAY_AND_MONTH)
            if found is not None:
                return found
    return _day(_year(match[2]), first, 1, _MONTH_AND_YEAR)


def _day_and_name(text: str, today: date) -> Found:
    match = _DAY_AND_NAME.fullmatch(text)
    if match is None:
        return None
    day, month = int(match[1]), _month(match[2])
    if match[3] is None:
        return _day(today.year, month, day, _DAY_AND_MONTH)
    return _day(_year(match[3]), month, day, _DAY_MONTH_YEAR)


def _name_day_year(text: str, today: date) -> Found:
    match = _NAME_DAY_YEAR.fullmatch(text)
    return match and _day(_year(match[3]), _month(match[1]), int(match[2]), _DAY_MONTH_YEAR)


def _name_and_number(text: str, today: date) -> Found:
    match = _NAME_AND_NUMBER.fullmatch(text)
    if match is None:
        return None
    month = _month(match[1])
    if len(match[2]) <= 2:
        found = _day(today.year, month, int(match[2]), _DAY_AND_MONTH)
        if found is not None:
            return found
    return _day(_year(match[2]), month, 1, _MONTH_AND_YEAR)


def read_time(text: str) -> tuple[float, str] | None:
    """Read a time of day: the part of a day that it is, and its number format."""
    match = _TIME.fullmatch(text)
    if match is None or not (match[2] or match[5]):
        return None
    hours, minutes, seconds = (int(match[number] or 0) for number in (1, 2, 3))
    if minutes > 59 or seconds > 59 or (match[5] and not 1 <= hours <= 12):
        return None
    if match[5]:
        hours = hours % 12 + 12 * (match[5].lower() == "p")
    part = (hours * 3600 + minutes * 60 + seconds + float(match[4] or 0)) / 86400
    return part, _time_format(match, hours)


def _time_format(match: re.Match[str], hours: int) -> str:
    if match[4]:
        return "mm:ss.0"
    if hours > 23:
        return "[h]:mm:ss"
    return f"h:mm{':ss' if match[3] else ''}{' AM/PM' if match[5] else ''}"
