from datetime import date, timedelta

import pytest

from xlsx_addin.core.secret_age import days_left, ending_soon

SINCE = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (0, ""),
        (165, ""),
        (166, "ends in 14 days"),
        (178, "ends in 2 days"),
        (179, "ends tomorrow"),
        (180, "180 days only"),
        (400, "180 days only"),
        (-1, ""),
    ],
)
def test_a_secret_is_spoken_of_from_day_166_on(day, words):
    said = ending_soon(SINCE, SINCE + timedelta(days=day))
    assert words in said
    assert bool(said) == bool(words)


def test_days_left():
    assert days_left(SINCE, SINCE + timedelta(days=30)) == 150
