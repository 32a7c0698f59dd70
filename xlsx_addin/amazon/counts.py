"""What calling an operation costs, counted by several threads."""

import threading
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Counts:
    """What calling an operation has cost so far.

    Args:
        requests: all requests, repetitions included, tokens not.
        retries: the repetitions among them.
        throttled: the answers of 429 among them.
        first_request_at: when the first one left, on the client's clock; None before.
        last_answer_at: when the last answer came, on the client's clock; None before.
    """

    requests: int = 0
    retries: int = 0
    throttled: int = 0
    first_request_at: float | None = None
    last_answer_at: float | None = None


class Tally:
    """Counts while several threads make calls."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts = Counts()

    @property
    def counts(self) -> Counts:
        """The counts at this moment."""
        return self._counts

    def sending(self, now: float, *, again: bool) -> None:
        """Count a request that leaves.

        Args:
            now: the time.
            again: whether the same call was sent before.
        """
        with self._lock:
            known = self._counts
            self._counts = replace(
                known,
                requests=known.requests + 1,
                retries=known.retries + again,
                first_request_at=now if known.requests == 0 else known.first_request_at,
            )

    def answered(self, now: float, status: int) -> None:
        """Count an answer.

        Args:
            now: the time.
            status: its HTTP status.
        """
        with self._lock:
            throttled = self._counts.throttled + (status == 429)
            self._counts = replace(self._counts, throttled=throttled, last_answer_at=now)
