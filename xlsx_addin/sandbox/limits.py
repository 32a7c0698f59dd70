"""Limits: one token bucket for each operation and customer.

Source: `docs/api.md`, throttling. A bucket is filled at *rate* per second up to *burst*; a
call takes one token; an empty bucket refuses it.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Final

from xlsx_addin.sandbox import names


@dataclass(frozen=True, slots=True)
class Limit:
    """How often an operation may be called.

    Args:
        rate_per_s: calls per second in the long run.
        burst: calls at once from a full bucket.
    """

    rate_per_s: float
    burst: float


UNLIMITED: Final = Limit(rate_per_s=1e6, burst=1e6)
"""A limit that nobody reaches, for measurements."""

DOCUMENT_LIMITS: Final[Mapping[str, Limit]] = {
    names.CREATE_REPORT: Limit(rate_per_s=0.1, burst=15),
    names.GET_REPORT: Limit(rate_per_s=2, burst=15),
    names.GET_REPORTS: Limit(rate_per_s=0.1, burst=10),
    names.CANCEL_REPORT: Limit(rate_per_s=0.1, burst=10),
    names.GET_DOCUMENT: Limit(rate_per_s=0.1, burst=15),
}
"""The operations of the Document API; that of getReport is taken from a sister API."""

STATIC_LIMIT: Final = Limit(rate_per_s=5, burst=15)
"""Each call of Amazon's static sandbox."""


@dataclass(frozen=True, slots=True)
class RateChange:
    """Another limit for an operation, from some moment on.

    Args:
        operation: its name.
        limit: the new limit, also announced in the rate header.
        after_requests: requests of the operation that must have come before.
        after_s: seconds that must have passed since the start.
    """

    operation: str
    limit: Limit
    after_requests: int = 0
    after_s: float = 0.0

    def applies(self, operation: str, number: int, elapsed_s: float) -> bool:
        """Say whether it holds for a request, by its number and the time since the start."""
        return (
            self.operation == operation
            and number > self.after_requests
            and elapsed_s >= self.after_s
        )


class Buckets:
    """Token buckets by key, full until first used.

    The limit is handed in with every call, so that it may change at any time.
    """

    def __init__(self) -> None:
        self._levels: dict[Hashable, tuple[float, float]] = {}

    def take(self, key: Hashable, limit: Limit, now_s: float) -> bool:
        """Take a token.

        Args:
            key: which bucket.
            limit: of that bucket, from now on.
            now_s: the time, in seconds from any fixed moment.

        Returns:
            Whether there was one.
        """
        level, filled_s = self._levels.get(key, (limit.burst, now_s))
        level = min(limit.burst, level + (now_s - filled_s) * limit.rate_per_s)
        granted = level >= 1
        self._levels[key] = (level - granted, now_s)
        return granted
