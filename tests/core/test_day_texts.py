"""Days as reports write them; what may be two days is none."""

from datetime import date, datetime

import pytest

from xlsx_addin.core.cells import Formula, Missing
from xlsx_addin.core.day_texts import DayOrder, day_of, day_order, possible_days

DAY_FIRST, MONTH_FIRST = DayOrder.DAY_FIRST, DayOrder.MONTH_FIRST


@pytest.mark.parametrize(
    "cell",
    [
        *("2026-03-31", "2026/03/31", "2026.3.31", "2026-03-31T23:59:59.123Z", "31.03.2026"),
        *("31/03/2026", "03/31/2026", "3/31/26", "31-03-2026", "03/31/2026 11:59 PM", " 31.3.26 "),
        *("31/03/2026, 23:59", "2026-03-31 10:00:00 UTC"),
        *(date(2026, 3, 31), datetime(2026, 3, 31, 23, 59), Formula("31.03.2026")),
    ],
)
def test_what_can_be_read_one_way_is_read(cell):
    assert day_of(cell) == date(2026, 3, 31)


@pytest.mark.parametrize(
    "cell",
    [
        *("03/04/2026", "31/31/2026", "30.02.2026", "soon", "", None, 46112, 1.5, True),
        *(Formula(Missing.RESULT), "2026", "1/2", "2026-13-01", "x" * 100),
    ],
)
def test_what_is_no_day_or_may_be_two_is_none(cell):
    assert day_of(cell) is None


def test_the_order_of_the_column_decides_what_alone_is_in_doubt():
    assert day_of("03/04/2026", DAY_FIRST) == date(2026, 4, 3)
    assert day_of("03/04/2026", MONTH_FIRST) == date(2026, 3, 4)
    assert day_of("04/04/2026") == date(2026, 4, 4)


def test_both_readings_are_listed():
    assert set(possible_days("03/04/2026")) == {date(2026, 4, 3), date(2026, 3, 4)}


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["03/04/2026", "31/03/2026"], DAY_FIRST),
        (["03/04/2026", "03/31/2026"], MONTH_FIRST),
        (["03/31/2026", "31/03/2026"], None),
        (["03/04/2026"], None),
        (["31.03.2026", "2026-03-31", "N/A"], None),
    ],
)
def test_the_order_is_told_by_the_texts_without_doubt(texts, order):
    assert day_order(texts) is order
