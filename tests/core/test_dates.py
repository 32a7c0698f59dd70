from datetime import UTC, date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlsx_addin.core.dates import invoice_day, is_serial_of

TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-07-19T09:20:36.767Z", date(2024, 7, 19)),
        ("2023-11-22T11:23:04.37Z", date(2023, 11, 22)),
        ("2022-03-30T15:30:22.077Z", date(2022, 3, 30)),
        ("2022-03-29T18:46:51Z", date(2022, 3, 29)),
        ("2024-07-19T23:59:59Z", date(2024, 7, 19)),
        ("2024-07-19T23:59:59.999999999Z", date(2024, 7, 19)),
        ("2024-07-19T23:59:60Z", date(2024, 7, 19)),
        ("2024-07-19T23:30:00-02:00", date(2024, 7, 20)),
        ("2024-07-19T00:30:00+0900", date(2024, 7, 18)),
        ("2024-07-19T00:30:00+09", date(2024, 7, 18)),
        ("2024-07-19T09:20:36", date(2024, 7, 19)),
        ("2024-07-19 09:20Z", date(2024, 7, 19)),
        ("2024-07-19", date(2024, 7, 19)),
        ("  2024-02-29T00:00:00Z ", date(2024, 2, 29)),
        ("2024-07-19t09:20:36z", date(2024, 7, 19)),
    ],
)
def test_every_way_of_writing_an_instant_gives_its_day_in_utc(text, day):
    assert invoice_day(text, UTC) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2022-03-30T15:30:22.077Z", date(2022, 3, 31)),
        ("2022-03-30T14:59:59Z", date(2022, 3, 30)),
        ("2022-03-30", date(2022, 3, 30)),
    ],
)
def test_the_day_is_counted_in_the_zone_of_the_profile(text, day):
    assert invoice_day(text, TOKYO) == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Pending",
        "19/07/2024",
        "2024-13-01T00:00:00Z",
        "2024-02-30",
        "2024-07-19T25:00:00Z",
        "2024-07-19T24:00:00Z",
        "2024-07-19T09:20:61Z",
        "2024-07-19T09:20:36+99:00",
        "0001-01-01T00:00:00Z",
        "1970-01-01T00:00:00Z",
        "9999-12-31T23:59:59-10:00",
        "20240719",
        "2024-W29-5",
        "٢٠٢٤-07-19",
    ],
)
def test_garbage_is_no_date(text):
    assert invoice_day(text, UTC) is None


@given(st.text())
def test_no_text_makes_it_fail(text):
    invoice_day(text, UTC)


def test_a_serial_is_recognised_in_both_date_systems():
    assert is_serial_of(45492, date(2024, 7, 19))
    assert is_serial_of(45492 - 1462, date(2024, 7, 19))
    assert not is_serial_of(45493, date(2024, 7, 19))
