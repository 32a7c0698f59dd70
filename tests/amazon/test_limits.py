import random
import threading
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlsx_addin.amazon.limits import Limiter, MemoryPermits, permit_key
from xlsx_addin.amazon.waiting import Cancelled
from xlsx_addin.secrets import Credentials, Secret


@dataclass
class Bucket:
    """A bucket as strict as Amazon's."""

    rate_per_s: float
    burst: float
    level: float = -1.0
    filled_at: float = 0.0

    def allows(self, now: float) -> bool:
        level = self.burst if self.level < 0 else self.level
        self.level = min(self.burst, level + (now - self.filled_at) * self.rate_per_s)
        self.filled_at = now
        allowed = self.level >= 1
        self.level -= allowed
        return allowed


@pytest.fixture
def never() -> threading.Event:
    return threading.Event()


@pytest.fixture
def permits(clock) -> MemoryPermits:
    return MemoryPermits(clock)


@pytest.fixture
def limiter(permits, clock) -> Limiter:
    return Limiter(permits, "key", rate_per_s=2, burst=10, clock=clock)


def take(limiter: Limiter, never: threading.Event, count: int) -> list[float]:
    return [limiter.take(never) for _ in range(count)]


def test_a_full_bucket_serves_its_burst_at_once_and_then_its_rate(permits) -> None:
    waits = [permits.reserve("key", rate_per_s=2, burst=3) for _ in range(6)]
    assert waits == [0, 0, 0, 0.5, 1.0, 1.5]


def test_a_bucket_fills_up_but_not_beyond_its_burst(permits, clock) -> None:
    for _ in range(3):
        permits.reserve("key", rate_per_s=2, burst=3)
    clock.pass_by(1000)
    assert [permits.reserve("key", rate_per_s=2, burst=3) for _ in range(4)] == [0, 0, 0, 0.5]


def test_buckets_do_not_know_each_other(permits) -> None:
    permits.reserve("one", rate_per_s=1, burst=1)
    assert permits.reserve("one", rate_per_s=1, burst=1) == 1
    assert permits.reserve("two", rate_per_s=1, burst=1) == 0


def test_a_permit_given_back_serves_the_next(permits) -> None:
    permits.reserve("key", rate_per_s=2, burst=1)
    permits.reserve("key", rate_per_s=2, burst=1)
    permits.give_back("key")
    assert permits.reserve("key", rate_per_s=2, burst=1) == 0.5


def test_a_drained_bucket_is_empty_and_a_debt_stays_one(permits) -> None:
    permits.reserve("key", rate_per_s=2, burst=10)
    permits.drain("key")
    assert permits.reserve("key", rate_per_s=2, burst=10) == 0.5
    permits.drain("key")
    assert permits.reserve("key", rate_per_s=2, burst=10) == 1.0


def test_unknown_buckets_may_be_drained_and_given_to(permits) -> None:
    permits.drain("key")
    permits.give_back("key")
    assert permits.reserve("key", rate_per_s=2, burst=1) == 0


def test_the_limiter_keeps_a_little_below_burst_and_rate(limiter, never) -> None:
    waits = take(limiter, never, 28)
    assert waits[:8] == [0] * 8
    assert waits[8:] == pytest.approx([1 / (2 * 0.99)] * 20)


@pytest.mark.parametrize(("rate", "burst"), [(2, 10), (40, 10), (5, 15), (0.1, 15), (1, 1)])
@pytest.mark.parametrize("seed", range(5))
def test_a_strict_bucket_never_refuses_requests_that_jitter_on_their_way(
    clock, never, rate: float, burst: float, seed: int
) -> None:
    limiter = Limiter(MemoryPermits(clock), "key", rate_per_s=rate, burst=burst, clock=clock)
    chance = random.Random(seed)
    longest_s = (1 if burst > 1 else 0) * max(0.05, 1 / rate)
    arrivals = []
    for _ in range(300):
        limiter.take(never)
        arrivals.append(clock.now() + chance.uniform(0, longest_s))
    bucket = Bucket(rate, burst, filled_at=min(arrivals))
    assert all(bucket.allows(arrival) for arrival in sorted(arrivals))


@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["take", "back", "wait"]), st.floats(0, 5)), max_size=60
    )
)
def test_no_interval_sees_more_permits_than_burst_and_rate_allow(steps) -> None:
    now = [0.0]

    class Clock:
        def now(self) -> float:
            return now[0]

    permits = MemoryPermits(Clock())
    bucket = Bucket(2, 4)
    due: list[float] = []
    for step, seconds in steps:
        if step == "take":
            due.append(now[0] + permits.reserve("key", rate_per_s=2, burst=4))
        elif step == "back" and due and due[-1] > now[0]:
            permits.give_back("key")
            due.pop()
        elif step == "wait":
            now[0] += seconds
    assert all(bucket.allows(moment + 1e-6 * n) for n, moment in enumerate(sorted(due)))


@pytest.mark.parametrize(
    ("header", "rate_per_s"),
    [
        ("4", 4),
        ("0.5", 0.5),
        (" 4.0 ", 4),
        *((text, 2) for text in ("0", "-1", "nan", "inf", "x", "1e-300")),
    ],
)
def test_the_announced_rate_is_followed_and_nonsense_is_not(
    limiter, never, header: str, rate_per_s: float
) -> None:
    take(limiter, never, 10)
    limiter.learn(header)
    assert take(limiter, never, 3) == pytest.approx([1 / (rate_per_s * 0.99)] * 3)


def test_an_answer_without_a_rate_changes_nothing(limiter) -> None:
    limiter.learn(None)
    assert limiter.rate_per_s == pytest.approx(2 * 0.99)


def test_a_cancelled_wait_gives_its_permit_back(limiter, never) -> None:
    take(limiter, never, 8)
    cancel = threading.Event()
    cancel.set()
    for _ in range(5):
        with pytest.raises(Cancelled):
            limiter.take(cancel)
    assert limiter.take(never) == pytest.approx(1 / (2 * 0.99))


def test_who_waits_for_another_thread_can_cancel_and_uses_no_permit(permits, never) -> None:
    class Clock:
        def __init__(self) -> None:
            self.entered, self.leave = threading.Event(), threading.Event()

        def now(self) -> float:
            return 0.0

        def wait(self, _seconds: float, _cancel: threading.Event) -> bool:
            self.entered.set()
            assert self.leave.wait(5)
            return False

    clock, cancel = Clock(), threading.Event()
    limiter = Limiter(permits, "key", rate_per_s=2, burst=10, clock=clock)
    holder = threading.Thread(target=limiter.take, args=(never,))
    holder.start()
    assert clock.entered.wait(5)
    cancel.set()
    with pytest.raises(Cancelled):
        limiter.take(cancel)
    clock.leave.set()
    holder.join(5)
    assert permits.reserve("key", rate_per_s=2, burst=8) == 0


def test_one_429_among_many_successes_hardly_slows_down(limiter) -> None:
    paces = []
    for n in range(1, 401):
        limiter.throttled(storm=False) if n % 20 == 0 else limiter.succeeded()
        paces.append(limiter.rate_per_s)
    assert min(paces) > 2 * 0.85
    assert sum(paces) / len(paces) > 2 * 0.95


def test_a_lasting_share_of_429_slows_down_and_success_restores(limiter) -> None:
    for n in range(100):
        limiter.throttled(storm=False) if n % 3 == 0 else limiter.succeeded()
    assert 2 * 0.05 < limiter.rate_per_s < 2 * 0.5
    for _ in range(300):
        limiter.succeeded()
    assert limiter.rate_per_s == pytest.approx(2 * 0.99)


def test_a_storm_leaves_the_pace_as_it_was_before(limiter) -> None:
    limiter.succeeded()
    before = limiter.rate_per_s
    for storm in (False, False, True, True):
        limiter.throttled(storm=storm)
    assert limiter.rate_per_s == before


def test_a_429_empties_the_bucket(limiter, never) -> None:
    assert limiter.take(never) == 0
    limiter.throttled(storm=True)
    assert limiter.take(never) > 0.5


def test_the_first_requests_after_a_storm_come_one_by_one(limiter, never) -> None:
    limiter.take(never)
    limiter.start_anew()
    assert take(limiter, never, 3) == pytest.approx([1 / (2 * 0.99)] * 3)


def test_the_name_of_a_bucket_tells_accounts_apart_and_gives_nothing_away() -> None:
    mine = Credentials("app", Secret("secret"), Secret("Atzr|mine"))
    rotated = Credentials("app", Secret("another"), Secret("Atzr|mine"))
    theirs = Credentials("app", Secret("secret"), Secret("Atzr|theirs"))
    key = permit_key(mine, "https://api.test", "op")
    assert permit_key(rotated, "https://api.test", "op") == key
    others = {
        permit_key(theirs, "https://api.test", "op"),
        permit_key(mine, "https://other.test", "op"),
        permit_key(mine, "https://api.test", "other"),
    }
    assert len(others | {key}) == 4
    assert "mine" not in key
    assert "app" not in key
