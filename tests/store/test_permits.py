import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.store.worker import BURST, RATE_PER_S
from xlsx_addin.store.looking import permits_left
from xlsx_addin.store.permits import FORGOTTEN_AFTER_S, SqlitePermits

NOW = 1000.0


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "permits.sqlite"


@pytest.fixture
def permits(path: Path, clock: Clock) -> Iterator[SqlitePermits]:
    with SqlitePermits(path, clock) as permits:
        yield permits


def reserve(permits: SqlitePermits, times: int = 1, key: str = "key") -> list[float]:
    return [permits.reserve(key, rate_per_s=2.0, burst=3.0) for _ in range(times)]


def test_a_full_bucket_is_emptied_at_once_and_then_queues_at_the_rate(
    permits: SqlitePermits,
) -> None:
    assert reserve(permits, 6) == [0, 0, 0, 0.5, 1.0, 1.5]


@pytest.mark.parametrize(
    ("passed_s", "waits"),
    [
        (0.0, [1.0, 1.5]),
        (0.25, [0.75, 1.25]),
        (1.0, [0.0, 0.5]),
        (1.5, [0.0, 0.0]),
        (3600.0, [0.0, 0.0]),
    ],
)
def test_permits_come_back_with_time(
    permits: SqlitePermits, clock: Clock, passed_s: float, waits: list[float]
) -> None:
    reserve(permits, 4)
    clock.now += passed_s
    assert reserve(permits, 2) == waits


def test_no_more_than_a_burst_is_saved_up(permits: SqlitePermits, clock: Clock) -> None:
    reserve(permits)
    clock.now += 3600
    assert reserve(permits, 5) == [0, 0, 0, 0.5, 1.0]


@pytest.mark.parametrize("back_s", [1.0, 3600.0, 10 * FORGOTTEN_AFTER_S])
def test_a_clock_set_back_causes_no_wait_of_its_own(
    permits: SqlitePermits, clock: Clock, back_s: float
) -> None:
    reserve(permits, 3)
    clock.now -= back_s
    assert reserve(permits)[0] <= 0.5
    clock.now += 0.5
    assert reserve(permits)[0] <= 0.5


def test_a_clock_set_forward_gives_one_burst_at_most(permits: SqlitePermits, clock: Clock) -> None:
    reserve(permits, 3)
    clock.now += 3600
    reserve(permits, 3)
    clock.now -= 3600
    assert reserve(permits, 2) == [0.5, 1.0]


@pytest.mark.parametrize(("passed_s", "left"), [(0.0, -2.0), (2.0, 2.0), (3600.0, 3.0)])
def test_what_is_left_is_told_without_taking_any(
    permits: SqlitePermits, path: Path, passed_s: float, left: float
) -> None:
    assert permits_left(path, "key", burst=3.0, now_s=NOW) == 3.0
    reserve(permits, 5)
    for _ in range(2):
        assert permits_left(path, "key", burst=3.0, now_s=NOW + passed_s) == left


def test_where_no_permit_was_ever_taken_all_are_left(tmp_path: Path) -> None:
    path = tmp_path / "missing.sqlite"
    assert permits_left(path, "key", burst=3.0, now_s=NOW) == 3.0
    assert not path.exists()


def test_a_new_rate_holds_from_then_on(permits: SqlitePermits, clock: Clock) -> None:
    reserve(permits, 3)
    assert permits.reserve("key", rate_per_s=0.5, burst=3.0) == 2.0
    clock.now += 2.0
    assert permits.reserve("key", rate_per_s=10.0, burst=3.0) == pytest.approx(0.1)


def test_a_smaller_burst_holds_at_once(permits: SqlitePermits) -> None:
    reserve(permits)
    waits = [permits.reserve("key", rate_per_s=2.0, burst=1.0) for _ in range(2)]
    assert waits == [0.0, 0.5]


def test_a_permit_given_back_is_used_again(permits: SqlitePermits) -> None:
    assert reserve(permits, 4)[-1] == 0.5
    permits.give_back("key")
    assert reserve(permits) == [0.5]


def test_giving_back_does_not_overfill_a_bucket(permits: SqlitePermits) -> None:
    reserve(permits)
    for _ in range(5):
        permits.give_back("key")
    assert reserve(permits, 4) == [0, 0, 0, 0.5]


def test_a_drained_bucket_is_empty_and_refills(permits: SqlitePermits, clock: Clock) -> None:
    reserve(permits)
    clock.now += 3600
    permits.drain("key")
    assert reserve(permits) == [0.5]
    clock.now += 1.0
    assert reserve(permits) == [0.0]


def test_draining_forgives_no_debt(permits: SqlitePermits) -> None:
    reserve(permits, 5)
    permits.drain("key")
    assert reserve(permits) == [1.5]


def test_an_unknown_bucket_stays_full(permits: SqlitePermits) -> None:
    permits.give_back("key")
    permits.drain("key")
    assert reserve(permits, 4) == [0, 0, 0, 0.5]


def test_keys_have_buckets_of_their_own(permits: SqlitePermits) -> None:
    reserve(permits, 5, "one")
    permits.drain("one")
    assert reserve(permits, 1, "two") == [0.0]


def test_a_bucket_outlives_the_program(path: Path, clock: Clock) -> None:
    with SqlitePermits(path, clock) as permits:
        reserve(permits, 4)
    with SqlitePermits(path, clock) as permits:
        assert reserve(permits) == [1.0]


@pytest.mark.parametrize("direction", [1, -1])
def test_buckets_unused_for_a_day_are_forgotten(
    permits: SqlitePermits, clock: Clock, path: Path, direction: int
) -> None:
    reserve(permits, 1, "old")
    clock.now += direction * (FORGOTTEN_AFTER_S + 1)
    reserve(permits, 1, "new")
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT key FROM buckets").fetchall() == [("new",)]


def test_a_damaged_file_does_not_stop_anybody(path: Path, clock: Clock) -> None:
    path.write_bytes(b"no database at all" * 100)
    with SqlitePermits(path, clock) as permits:
        assert reserve(permits) == [0.0]


def test_processes_together_keep_within_the_rate(path: Path, start_worker) -> None:
    each = 20
    processes = [start_worker("reserve", path, each) for _ in range(3)]
    waits = sorted(float(line) for process in processes for line in process.stdout)
    queued = 3 * each - int(BURST)
    in_line = [place / RATE_PER_S for place in range(1, queued + 1)]
    assert waits == pytest.approx([0.0] * int(BURST) + in_line)
