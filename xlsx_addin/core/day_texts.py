"""Days as reports write them: ``2026-03-31``, ``03/31/2026``, ``31/03/2026``, ``31.03.2026``.

Whether the month or the day comes first is told by a column's texts together, or by those of a
whole file; ``03/04/2026`` alone is either of two days, and then it is none.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from enum import Enum, auto
from typing import Final

from xlsx_addin.core.cells import CellValue, Formula, Missing


class DayOrder(Enum):
    """What comes first where a day is written with slashes or hyphens."""

    DAY_FIRST = auto()
    MONTH_FIRST = auto()


_TIME: Final = (
    r"(?:[T ,]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?"
    r"\s*(?:[AP]M)?\s*(?:Z|UTC|[+-][0-9:]{2,6})?)?"
)
_YEAR_FIRST: Final = re.compile(
    rf"([0-9]{{4}})[-/.]([0-9]{{1,2}})[-/.]([0-9]{{1,2}}){_TIME}", re.IGNORECASE
)
_YEAR_LAST: Final = re.compile(
    rf"([0-9]{{1,2}})([-/.])([0-9]{{1,2}})\2([0-9]{{4}}|[0-9]{{2}}){_TIME}", re.IGNORECASE
)
_LONGEST: Final = 40
_MONTHS: Final = 12


def day_of(value: CellValue, order: DayOrder | None = None) -> date | None:
    """Read the day in a cell.

    Args:
        value: the cell; a formula counts by its result.
        order: what comes first in its column, None if nothing told it.

    Returns:
        The day; None if the cell holds none, or a text that can be read as two.
    """
    days = set(possible_days(value, order))
    return days.pop() if len(days) == 1 else None


def possible_days(value: CellValue, order: DayOrder | None = None) -> Iterator[date]:
    """List the days that a cell may mean: none, one, or both readings of ``03/04/2026``.

    Args:
        value: the cell; a formula counts by its result.
        order: what comes first in its column, None if nothing told it.
    """
    if isinstance(value, Formula):
        value = None if isinstance(value.result, Missing) else value.result
    if isinstance(value, datetime):
        yield value.date()
    elif isinstance(value, date):
        yield value
    elif isinstance(value, str) and len(value) <= _LONGEST:
        yield from _days_in(value.strip(), order)


def day_order(texts: Iterable[str]) -> DayOrder | None:
    """Tell what comes first in days that belong together.

    Args:
        texts: the texts of a column or of a file's days.

    Returns:
        The order that those say which can be read one way only; None if none can or if they
        disagree.
    """
    orders = set()
    for text in texts:
        found = _YEAR_LAST.fullmatch(text.strip()) if len(text) <= _LONGEST else None
        if found is None or found[2] == ".":
            continue
        first, second = int(found[1]), int(found[3])
        if first > _MONTHS >= second:
            orders.add(DayOrder.DAY_FIRST)
        elif second > _MONTHS >= first:
            orders.add(DayOrder.MONTH_FIRST)
    return orders.pop() if len(orders) == 1 else None


def _days_in(text: str, order: DayOrder | None) -> Iterator[date]:
    if found := _YEAR_FIRST.fullmatch(text):
        yield from _day(int(found[1]), int(found[2]), int(found[3]))
    elif found := _YEAR_LAST.fullmatch(text):
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        year += 2000 if year < 100 else 0
        # Points are written where the day comes first.
        if found[2] == "." or order is not DayOrder.MONTH_FIRST:
            yield from _day(year, second, first)
        if found[2] != "." and order is not DayOrder.DAY_FIRST:
            yield from _day(year, first, second)


def _day(year: int, month: int, day: int) -> Iterator[date]:
    try:
        yield date(year, month, day)
    except ValueError:
        return
