import pytest

from xlsx_addin.core.line_items import LineItem
from xlsx_addin.excel.formulas.gathering import Gathering


def line(number):
    return LineItem("o", str(number), "s")


def gather(arrivals, permits_at):
    """Send batches when a permit is free and a batch is due; give their sizes."""
    gathering, sent, now = Gathering(), [], 0.0
    arrivals, permits = list(arrivals), list(permits_at)
    while arrivals or len(gathering):
        while arrivals and arrivals[0][0] <= now + 1e-9:
            at, number = arrivals.pop(0)
            gathering.add([line(number)], at)
        if permits and permits[0] <= now and gathering.due_in(now) == 0:
            permits.pop(0)
            sent.append(len(gathering.take()))
        now += 0.001
    return sent


def apart(seconds, count=1000):
    return [(number * seconds, number) for number in range(count)]


def test_nothing_is_due_when_nothing_waits():
    assert Gathering().due_in(5.0) is None


def test_a_full_batch_is_due_at_once():
    gathering = Gathering()
    gathering.add(map(line, range(24)), 1.0)
    assert gathering.due_in(1.0) == pytest.approx(0.1)
    gathering.add([line(24)], 1.0)
    assert gathering.due_in(1.0) == 0
    assert gathering.take() == [line(number) for number in range(25)]


def test_a_batch_is_due_when_nothing_came_for_a_moment():
    gathering = Gathering()
    gathering.add([line(1)], 1.0)
    gathering.add([line(2)], 1.09)
    assert gathering.due_in(1.1) > 0.08
    assert gathering.due_in(1.2) == 0


def test_the_oldest_waits_a_second_at_most():
    gathering = Gathering()
    for number in range(20):
        gathering.add([line(number)], 1.0 + number * 0.09)
    assert gathering.due_in(2.0) == 0
    gathering.take()
    assert gathering.due_in(2.0) is None


def test_a_line_item_that_waits_keeps_its_place():
    gathering = Gathering()
    gathering.add([line(1), line(2)], 1.0)
    gathering.add([line(1)], 1.05)
    assert gathering.take() == [line(1), line(2)]


def test_what_comes_evenly_goes_in_full_batches():
    for seconds in (0.001, 0.004, 0.013):
        assert gather(apart(seconds), [0.0] * 8 + [n / 2 for n in range(1, 100)]) == [25] * 40


def test_while_permits_are_scarce_batches_fill_up():
    sizes = gather(apart(0.06, 200), [float(n) for n in range(60)])
    assert sum(sizes) == 200
    assert len(sizes) <= 14
