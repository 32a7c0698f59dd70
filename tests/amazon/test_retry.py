import threading

import pytest

from xlsx_addin.amazon.options import ClientOptions, Tolerance
from xlsx_addin.amazon.retry import (
    Gate,
    RetryBudget,
    asked_wait,
    ceiling,
    equal_jitter,
    full_jitter,
)
from xlsx_addin.amazon.verdicts import LASTING
from xlsx_addin.amazon.waiting import Cancelled
from xlsx_addin.errors import ConnectionFault, ServerFault, Throttled, UnreadableAnswer

OPTIONS = ClientOptions(
    probe_base_s=2,
    probe_cap_s=8,
    throttled=Tolerance(in_a_row=3, patience_s=900),
    connection=Tolerance(in_a_row=5, patience_s=30),
    server=Tolerance(in_a_row=4, patience_s=120, uses_attempts=True),
)


@pytest.fixture
def never() -> threading.Event:
    return threading.Event()


@pytest.fixture
def gate(clock) -> Gate:
    return Gate(OPTIONS, clock=clock, random=lambda: 0.5)


def fail(gate: Gate, clock, error, times: int = 1, *, probe: bool = False) -> bool:
    frees = [gate.failed(error, probe=probe, tried_at=clock.now()) for _ in range(times)]
    return frees[-1]


@pytest.mark.parametrize(
    ("attempt", "longest_s"), [(1, 1), (2, 2), (3, 4), (4, 8), (5, 10), (60, 10), (10**6, 10)]
)
def test_the_longest_wait_doubles_up_to_its_cap(attempt: int, longest_s: float) -> None:
    assert ceiling(attempt, base_s=1, cap_s=10) == longest_s


@pytest.mark.parametrize(("chance", "full", "equal"), [(0, 0, 4), (0.5, 4, 6), (1, 8, 8)])
def test_jitter_spreads_waits(chance: float, full: float, equal: float) -> None:
    assert full_jitter(8, lambda: chance) == full
    assert equal_jitter(8, lambda: chance) == equal


def test_the_budget_is_spent_and_earned_back() -> None:
    budget = RetryBudget(2, 0.5)
    assert [budget.spend() for _ in range(3)] == [True, True, False]
    budget.earn()
    assert not budget.spend()
    budget.earn()
    assert budget.spend()


def test_the_budget_does_not_grow_beyond_its_capacity() -> None:
    budget = RetryBudget(1, 1)
    for _ in range(5):
        budget.earn()
    assert [budget.spend() for _ in range(2)] == [True, False]


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (Throttled("."), 0),
        (Throttled(".", retry_after_s=7), 7),
        (Throttled(".", retry_after_s=1e9), 600),
        (ConnectionFault("."), 0),
    ],
)
def test_amazon_may_ask_to_wait_within_reason(error, seconds: float) -> None:
    assert asked_wait(error, ClientOptions()) == seconds


def test_in_calm_everybody_goes_at_once(gate, clock, never) -> None:
    with gate.turn(never) as first, gate.turn(never) as second:
        assert not first
        assert not second
    assert clock.waits == []


@pytest.mark.parametrize(
    ("error", "in_a_row", "free"),
    [
        (Throttled("."), 3, True),
        (ConnectionFault("."), 5, True),
        (ServerFault("."), 4, False),
        (UnreadableAnswer("."), 4, False),
    ],
)
def test_a_storm_begins_with_so_many_failures_of_a_kind(
    gate,
    clock,
    error,
    in_a_row: int,
    free: bool,
) -> None:
    assert not fail(gate, clock, error, in_a_row - 1)
    assert not gate.is_stormy
    assert fail(gate, clock, error) is free
    assert gate.is_stormy


def test_a_success_between_failures_keeps_the_storm_away(gate, clock) -> None:
    fail(gate, clock, Throttled("."), 2)
    assert gate.succeeded() is False
    fail(gate, clock, Throttled("."), 2)
    assert not gate.is_stormy


def test_failures_of_different_kinds_do_not_add_up(gate, clock) -> None:
    fail(gate, clock, Throttled("."), 2)
    fail(gate, clock, ServerFault("."), 3)
    fail(gate, clock, Throttled("."), 2)
    assert not gate.is_stormy


def test_probes_come_at_growing_distances_until_one_succeeds(gate, clock, never) -> None:
    fail(gate, clock, Throttled("."), 3)
    began = clock.now()
    probed_at = []
    for _ in range(4):
        with gate.turn(never) as probe:
            assert probe
            probed_at.append(clock.now() - began)
            fail(gate, clock, Throttled("."), probe=probe)
    with gate.turn(never):
        probed_at.append(clock.now() - began)
        assert gate.succeeded() is True
    assert probed_at == [1.5, 4.5, 10.5, 16.5, 22.5]
    with gate.turn(never) as probe:
        assert not probe


def test_the_next_storm_begins_with_short_distances_again(gate, clock, never) -> None:
    for _ in range(2):
        fail(gate, clock, Throttled("."), 3)
        with gate.turn(never):
            gate.succeeded()
    assert sum(clock.waits) == 1.5 + 1.5


def test_a_probe_waits_as_long_as_amazon_asks(gate, clock, never) -> None:
    fail(gate, clock, Throttled(".", retry_after_s=40), 3)
    with gate.turn(never):
        pass
    assert sum(clock.waits) == 40


def test_only_one_probe_is_on_its_way(gate, clock, never) -> None:
    fail(gate, clock, Throttled("."), 3)
    second_is_in, probes = threading.Event(), []

    def second() -> None:
        with gate.turn(never) as probe:
            probes.append(probe)
            second_is_in.set()

    with gate.turn(never):
        thread = threading.Thread(target=second)
        thread.start()
        assert not second_is_in.wait(0.03)
        gate.succeeded()
    assert second_is_in.wait(5)
    thread.join(5)
    assert probes == [False]


def test_a_probe_that_a_storm_left_behind_is_the_only_one_of_the_next_storm(
    gate, clock, never
) -> None:
    fail(gate, clock, Throttled("."), 3)
    second_is_in = threading.Event()

    def second() -> None:
        with gate.turn(never):
            second_is_in.set()

    with gate.turn(never) as probe:
        assert probe
        gate.succeeded()
        with gate.turn(never) as calm:
            assert not calm
        fail(gate, clock, Throttled("."), 3)
        thread = threading.Thread(target=second)
        thread.start()
        assert not second_is_in.wait(0.03)
    assert second_is_in.wait(5)
    thread.join(5)


def test_a_waiting_probe_goes_as_soon_as_somebody_elses_success_ends_the_storm(
    gate, clock, never
) -> None:
    fail(gate, clock, Throttled(".", retry_after_s=500), 3)
    began, wait = clock.now(), clock.wait

    def answered_meanwhile(seconds: float, cancel: threading.Event) -> bool:
        gate.succeeded()
        return wait(seconds, cancel)

    clock.wait = answered_meanwhile
    with gate.turn(never):
        assert clock.now() - began <= 1


def test_the_next_in_line_probes_when_a_probe_fails(gate, clock, never) -> None:
    fail(gate, clock, Throttled("."), 3)
    with gate.turn(never) as probe:
        fail(gate, clock, Throttled("."), probe=probe)
    with gate.turn(never) as probe:
        assert probe


def test_a_cancelled_probe_leaves_its_place_to_the_next(gate, clock, never) -> None:
    fail(gate, clock, Throttled("."), 3)
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Cancelled), gate.turn(cancel):
        pass
    with gate.turn(never) as probe:
        assert probe


def test_who_waits_behind_a_probe_can_cancel(gate, clock, never) -> None:
    fail(gate, clock, Throttled("."), 3)
    cancel = threading.Event()
    cancel.set()
    with gate.turn(never), pytest.raises(Cancelled), gate.turn(cancel):
        pass


@pytest.mark.parametrize(
    ("error", "in_a_row", "patience_s"),
    [(ConnectionFault("."), 5, 30), (Throttled("."), 3, 900), (ServerFault("."), 4, 120)],
)
def test_patience_ends_after_so_long_without_success(
    gate, clock, error, in_a_row: int, patience_s: float
) -> None:
    fail(gate, clock, error, in_a_row)
    clock.pass_by(patience_s - 1)
    fail(gate, clock, error)
    clock.pass_by(1)
    with pytest.raises(type(error)) as caught:
        fail(gate, clock, error)
    assert caught.value.code == LASTING


def test_four_failed_connections_end_nothing_however_long_they_take(gate, clock) -> None:
    for _ in range(4):
        fail(gate, clock, ConnectionFault("."))
        clock.pass_by(60)


def test_patience_counts_from_the_last_success(gate, clock) -> None:
    tried_at = clock.now()
    clock.pass_by(40)
    gate.succeeded()
    for _ in range(6):
        gate.failed(ConnectionFault("."), probe=False, tried_at=tried_at)


def test_a_rest_between_two_runs_is_no_lack_of_success(gate, clock) -> None:
    fail(gate, clock, ConnectionFault("."), 9)
    clock.pass_by(1_000)
    fail(gate, clock, ConnectionFault("."), 9)
    clock.pass_by(31)
    with pytest.raises(ConnectionFault):
        fail(gate, clock, ConnectionFault("."))


def test_after_patience_ended_the_next_run_begins_in_calm(gate, clock) -> None:
    fail(gate, clock, ConnectionFault("."), 5)
    clock.pass_by(31)
    with pytest.raises(ConnectionFault):
        fail(gate, clock, ConnectionFault("."))
    assert not gate.is_stormy
    assert not fail(gate, clock, ConnectionFault("."), 4)
