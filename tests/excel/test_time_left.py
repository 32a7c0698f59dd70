import pytest

from xlsx_addin.excel.time_left import AMAZON_PACE, Pace, TimeLeft, time_left_in_words


def amazon_run(total, until, *, latency=0.5, burst=250, per_second=50):
    """An estimate after Amazon has answered as its limits let it, in batches of 25."""
    left = TimeLeft(total, 0.0)
    for number in range(total // 25):
        moment = latency + max(0.0, (25 * (number + 1) - burst) / per_second)
        if moment <= until:
            left.advance(25, moment)
    return left


@pytest.mark.parametrize("total", [1_000, 4_000, 30_000])
@pytest.mark.parametrize("part", [0.0, 0.02, 0.1, 0.3, 0.6, 0.9])
@pytest.mark.parametrize("latency", [0.1, 0.5, 3.0])
def test_the_estimate_is_right_from_the_first_second_on(total, part, latency):
    ends = latency + (total - 250) / 50
    now = part * ends
    guess = amazon_run(total, now, latency=latency).seconds(now)
    assert guess == pytest.approx(ends - now, rel=0.2, abs=5)


def test_the_burst_does_not_promise_too_much():
    left = amazon_run(4_000, 1.0)
    naive = 1.0 / 275 * (4_000 - 275)
    assert left.seconds(1.0) > 5 * naive


def test_a_bucket_that_others_emptied_is_noticed():
    ends = 4_000 / 50
    guess = amazon_run(4_000, 20.0, burst=0).seconds(20.0)
    assert guess == pytest.approx(ends - 20, rel=0.2)


def test_a_slower_pace_takes_over_within_half_a_minute():
    guess = amazon_run(4_000, 40.0, burst=0, per_second=10).seconds(40.0)
    assert guess == pytest.approx((4_000 - 400) / 10, rel=0.1)


def test_a_much_faster_service_is_believed_at_once():
    left = TimeLeft(100_000, 0.0)
    left.advance(5_000, 0.5)
    assert left.seconds(0.5) < 95_000 / 5_000


def test_only_the_recent_speed_counts():
    left = TimeLeft(10_000, 0.0)
    for second in range(1, 61):
        left.advance(5, float(second))
    for second in range(61, 121):
        left.advance(50, float(second))
    assert left.seconds(120.0) == pytest.approx((10_000 - 3_300) / 50, rel=0.1)


def test_nobody_can_tell_after_a_long_silence():
    left = amazon_run(4_000, 10.0)
    assert left.seconds(12.0) is not None
    assert left.seconds(35.0) is None


def test_a_first_answer_that_does_not_come_makes_it_unknown():
    left = TimeLeft(4_000, 0.0)
    assert left.seconds(19.0) is not None
    assert left.seconds(20.0) is None


def test_an_answer_after_a_silence_makes_it_known_again():
    left = amazon_run(4_000, 10.0)
    left.advance(25, 40.0)
    assert left.seconds(40.0) is not None


def test_nothing_is_left_when_all_is_answered():
    left = TimeLeft(50, 0.0)
    left.advance(50, 1.0)
    assert left.seconds(1.0) == 0.0


def test_another_pace_can_be_expected():
    assert TimeLeft(1_000, 0.0, Pace(0, 10)).seconds(0.0) == 100
    assert TimeLeft(1_000, 0.0, AMAZON_PACE).seconds(0.0) == 15


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "a few seconds left"),
        (9.9, "a few seconds left"),
        (10, "about 10 seconds left"),
        (44, "about 40 seconds left"),
        (50, "about 1 minute left"),
        (89, "about 1 minute left"),
        (91, "about 2 minutes left"),
        (9 * 60, "about 9 minutes left"),
        (11 * 60, "about 10 minutes left"),
        (58 * 60, "about 1 hour left"),
        (65 * 60, "about 1 hour 5 minutes left"),
        (6_000, "about 1 hour 40 minutes left"),
        (7_200, "about 2 hours left"),
    ],
)
def test_time_left_in_words(seconds, words):
    assert time_left_in_words(seconds) == words
