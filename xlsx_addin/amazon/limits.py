"""The token bucket of an operation: never faster than Amazon allows.

A bucket is filled at *rate* per second up to *burst*; a call takes one permit (`docs/api.md`,
throttling). Ours may go into debt: a permit is taken in advance and used when it is due.
"""

import hashlib
import math
import threading
from dataclasses import dataclass
from typing import Final, Protocol

from xlsx_addin.amazon.waiting import Cancelled, Clock, acquire
from xlsx_addin.secrets import Credentials

_RATE_USED: Final = 0.99
"""The share of the rate that we use, so that the bucket at Amazon recovers from mishaps."""

_JITTER_S: Final = 0.15
"""How much closer together requests may arrive than they left, in ordinary networks."""

_SPARE: Final = 2.0
"""Permits of the burst that stay unused at least, if there are so many; see `_usable`."""

_SLOWER: Final = 0.9
_FASTER: Final = 1.01
_SLOWEST_TOLD: Final = 1e-4
"""Calls a second below which an announced rate makes no sense: less than ten a day."""

_SLOWEST: Final = 0.1


class Permits(Protocol):
    """Token buckets by key, perhaps shared with other processes."""

    def reserve(self, key: str, *, rate_per_s: float, burst: float) -> float:
        """Take one permit, perhaps in advance.

        Args:
            key: which bucket; it is full when first used.
            rate_per_s: how fast it is filled from now on.
            burst: how much it holds.

        Returns:
            The seconds to wait before the permit may be used.
        """
        ...

    def give_back(self, key: str) -> None:
        """Return an unused permit."""
        ...

    def drain(self, key: str) -> None:
        """Empty the bucket: Amazon just answered 429."""
        ...


@dataclass(slots=True)
class _Bucket:
    burst: float
    rate_per_s: float
    level: float
    filled_at: float

    def fill(self, now: float) -> None:
        """Add what came in since the last time."""
        gained = (now - self.filled_at) * self.rate_per_s
        self.level = min(self.burst, self.level + gained)
        self.filled_at = now


class MemoryPermits:
    """Token buckets of this process alone.

    Args:
        clock: fills them.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: dict[str, _Bucket] = {}

    def reserve(self, key: str, *, rate_per_s: float, burst: float) -> float:
        """Take one permit, perhaps in advance; see `Permits`."""
        with self._lock:
            now = self._clock.now()
            bucket = self._buckets.setdefault(key, _Bucket(burst, rate_per_s, burst, now))
            # At the old rate: a new one holds from now on.
            bucket.fill(now)
            bucket.burst, bucket.rate_per_s = burst, rate_per_s
            bucket.level = min(burst, bucket.level) - 1
            return max(0.0, -bucket.level / rate_per_s)

    def give_back(self, key: str) -> None:
        """Return an unused permit."""
        with self._lock:
            if key in self._buckets:
                self._buckets[key].level += 1

    def drain(self, key: str) -> None:
        """Empty the bucket; a debt stays one."""
        with self._lock:
            bucket = self._buckets.get(key)
            if bucket is not None:
                bucket.fill(self._clock.now())
                bucket.level = min(bucket.level, 0.0)


class Limiter:
    """Keeps one operation of one account within its rate.

    One thread at a time waits for a permit, the others wait for their turn: a new rate holds
    from the next permit on, and nobody stampedes when a wait ends.

    Args:
        permits: the buckets.
        key: which of them; see `permit_key`.
        rate_per_s: calls a second until Amazon says otherwise.
        burst: calls at once from a full bucket.
        clock: lets the waits pass.
    """

    def __init__(
        self, permits: Permits, key: str, *, rate_per_s: float, burst: float, clock: Clock
    ) -> None:
        self._permits = permits
        self._key = key
        self._rate_per_s = rate_per_s
        self._burst = burst
        self._clock = clock
        self._turn = threading.Lock()
        self._lock = threading.Lock()
        self._pace = 1.0
        self._pace_in_calm = 1.0

    @property
    def rate_per_s(self) -> float:
        """The rate that is kept now: what Amazon allows, less what others seem to use."""
        return self._rate_per_s * self._pace * _RATE_USED

    def take(self, cancel: threading.Event) -> float:
        """Wait for a permit.

        Returns:
            The seconds waited for the permit itself.

        Raises:
            Cancelled: somebody set `cancel`; no permit is used up.
        """
        acquire(self._turn, cancel)
        try:
            wait_s = self._permits.reserve(
                self._key,
                rate_per_s=self.rate_per_s,
                burst=usable_burst(self._rate_per_s, self._burst),
            )
            if self._clock.wait(wait_s, cancel):
                self.give_back()
                raise Cancelled
        finally:
            self._turn.release()
        return wait_s

    def give_back(self) -> None:
        """Return a permit that was not used."""
        self._permits.give_back(self._key)

    def learn(self, header: str | None) -> None:
        """Follow the rate that Amazon announces.

        Args:
            header: text of `x-amzn-RateLimit-Limit`; what makes no sense is ignored.
        """
        try:
            rate_per_s = float(header or "")
        except ValueError:
            return
        if math.isfinite(rate_per_s) and rate_per_s >= _SLOWEST_TOLD:
            self._rate_per_s = rate_per_s

    def throttled(self, *, storm: bool) -> None:
        """Slow down after a 429.

        Args:
            storm: whether nothing but 429 comes back, which says nothing about our pace:
                it is then as it was before.
        """
        with self._lock:
            slower = max(_SLOWEST, self._pace * _SLOWER)
            self._pace = self._pace_in_calm if storm else slower
        self._permits.drain(self._key)

    def succeeded(self) -> None:
        """Speed up again after a success; one 429 in a dozen calls keeps the balance."""
        with self._lock:
            self._pace = self._pace_in_calm = min(1.0, self._pace * _FASTER)

    def start_anew(self) -> None:
        """Begin without a burst, after a storm."""
        self._permits.drain(self._key)


def permit_key(credentials: Credentials, endpoint: str, operation: str) -> str:
    """Name the bucket of an operation without giving anything away.

    Args:
        credentials: whose bucket; Amazon has one for each app and customer.
        endpoint: which region.
        operation: the operation's name.
    """
    words = (credentials.client_id, credentials.refresh_token.reveal(), endpoint, operation)
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:32]


def usable_burst(rate_per_s: float, burst: float) -> float:
    """Tell how much of a burst may be used.

    The rest makes good for requests that arrive closer together than they left, which an
    empty bucket at Amazon would answer with 429.
    """
    spare = min(burst / 2, max(_SPARE, rate_per_s * _JITTER_S))
    return max(1.0, burst - spare)
