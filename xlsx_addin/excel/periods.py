"""Periods of days, as people type them."""

from datetime import date, timedelta
from typing import Final, NamedTuple

EARLIEST: Final = date(2015, 1, 1)
"""Before Amazon Business sold anything."""


class Period(NamedTuple):
    """Days from the first to the last, both included.

    Args:
        first: the first day.
        last: the last day.
        refresh: whether the invoices of what was imported are filled in right away.
    """

    first: date
    last: date
    refresh: bool = True


def since_last_month(today: date) -> Period:
    """Give the days from the first of the last month until today.

    Args:
        today: the day it is.
    """
    end_of_last_month = today.replace(day=1) - timedelta(days=1)
    return Period(end_of_last_month.replace(day=1), today)


def read_period(first: str, last: str, today: date) -> tuple[date, date] | str:
    """Read two days, or say in a sentence what is wrong with them.

    Args:
        first: the first day as typed, YYYY-MM-DD.
        last: the last day as typed.
        today: the day it is.
    """
    days = _read_day(first), _read_day(last)
    if days[0] is None or days[1] is None:
        return f"Enter days such as {today}: year, month, day."
    if days[1] < days[0]:
        return "The last day is before the first one."
    if days[0] > today:
        return "The first day is yet to come."
    if days[0] < EARLIEST:
        return f"Enter a first day from {EARLIEST} on."
    return days[0], days[1]


def _read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
