"""Invoice dates: from the API's instants to the day that stands in the sheet."""

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final

# RFC 3339 as Amazon writes it, any number of decimals (`.37Z`, `.077Z` and none occur), and
# the forms its sister APIs use: no zone (taken as UTC), a blank for T, a day alone.
_INSTANT: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII | re.IGNORECASE,
)

# Any time of a day in UTC; the careful way tells what is no time.
_PLAIN: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?Z"
)

# A leap second falls on the same day as the second before it.
_LEAP: Final = {"60": 59}

# Amazon began in 1994. Earlier days are placeholders such as 0001-01-01 and 1970-01-01, and
# some have no spreadsheet date at all (the 1904 system).
_FIRST_YEAR: Final = 1994


def invoice_day(text: str, zone: tzinfo) -> date | None:
    """Tell on which day an invoice was issued.

    Args:
        text: the API's `invoiceDate`.
        zone: where the day is counted; a day without a time of day is taken as it is.

    Returns:
        The day, None if the text is no believable date.
    """
    if zone is UTC and _PLAIN.fullmatch(text):
        # The way nearly every answer has it, at a fifth of the cost.
        return _plain_day(text[:10])
    return _careful_day(text, zone)


@lru_cache(maxsize=4096)
def _plain_day(text: str) -> date | None:
    """Read a day; a year's worth of them is remembered, for speed and so that they share memory."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year >= _FIRST_YEAR else None


def _careful_day(text: str, zone: tzinfo) -> date | None:
    match = _INSTANT.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day, hour, minute, second, offset = match.groups()
    try:
        if hour is None:
            result = date(int(year), int(month), int(day))
        else:
            clock = int(hour), int(minute), _LEAP.get(second, int(second or 0))
            instant = datetime(int(year), int(month), int(day), *clock, tzinfo=_offset(offset))
            result = instant.astimezone(zone).date()
    except (ValueError, OverflowError):
        return None
    return result if result.year >= _FIRST_YEAR else None


def _offset(text: str | None) -> tzinfo:
    if text is None or text in "Zz":
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)


_EPOCHS: Final = (date(1899, 12, 30), date(1904, 1, 1))


def is_serial_of(number: float, day: date) -> bool:
    """Say whether a number is a day's spreadsheet serial, in the 1900 or the 1904 system.

    Source: ECMA-376 part 1, 18.17.4.1.
    """
    return any((day - epoch).days == number for epoch in _EPOCHS)
