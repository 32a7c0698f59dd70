"""Windows of the feed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from xlsx_addin.core.feed import FeedRecord, Window, cut

WEEK = timedelta(days=7)
START, END = datetime(2025, 3, 5, 23, tzinfo=UTC), datetime(2025, 4, 2, 22, tzinfo=UTC)


def test_windows_are_weeks_and_what_is_left_at_the_ends() -> None:
    windows = cut(START, END)
    assert windows[0] == Window(START, datetime(2025, 3, 10, tzinfo=UTC))
    assert windows[-1] == Window(datetime(2025, 3, 31, tzinfo=UTC), END)
    assert all(one.end - one.start == WEEK for one in windows[1:-1])
    assert all(one.start.weekday() == 0 for one in windows[1:])


@pytest.mark.parametrize("days", [0, 1, 3, 7, 8, 365])
def test_windows_hold_the_range_without_gap_or_overlap(days: int) -> None:
    windows = cut(START, START + timedelta(days=days))
    ends = [START, *(one.end for one in windows)]
    assert ends[:-1] == [one.start for one in windows]
    assert ends[-1] == START + timedelta(days=days)


def test_ranges_that_overlap_share_their_weeks() -> None:
    first, second = cut(START, END), cut(START + timedelta(days=2), END + timedelta(days=40))
    assert len(set(first) & set(second)) == len(first) - 2


def test_ranges_in_other_zones_are_cut_at_the_same_moments() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    windows = cut(datetime(2025, 3, 1, tzinfo=berlin), datetime(2025, 4, 1, tzinfo=berlin))
    assert windows[0].start == datetime(2025, 2, 28, 23, tzinfo=UTC)
    assert windows[-1].end == datetime(2025, 3, 31, 22, tzinfo=UTC)
    assert {one.start.tzinfo for one in windows} == {UTC}


def test_range_that_ends_before_it_begins_has_no_windows() -> None:
    assert cut(END, START) == []
    assert cut(START, START) == []


@pytest.mark.parametrize(
    ("later_s", "token", "damaged", "settled"),
    [(86_400, "", 0, True), (86_399, "", 0, False), (1e9, "x", 0, False), (1e9, "", 1, False)],
)
def test_window_is_settled_once_all_came_a_day_after_its_end(
    later_s: float, token: str, damaged: int, settled: bool
) -> None:
    window = Window(START, END)
    record = FeedRecord(END.timestamp() + later_s, 3, token, damaged)
    assert record.is_settled(window) is settled
