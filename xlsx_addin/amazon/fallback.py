"""Permits that go on without being shared when sharing them fails."""

import logging

from xlsx_addin.amazon.limits import Permits
from xlsx_addin.errors import LocalError

_log = logging.getLogger(__name__)


class FallbackPermits:
    """Token buckets shared with other processes as long as that works, then of our own.

    A disk that is full or read-only must not keep anybody from asking; the worst that follows
    is some answers of 429, which are borne anyway.

    Args:
        shared: buckets that may fail.
        own: buckets that do not.
    """

    def __init__(self, shared: Permits, own: Permits) -> None:
        self._permits = shared
        self._own = own

    def reserve(self, key: str, *, rate_per_s: float, burst: float) -> float:
        """Take one permit, perhaps in advance; see `Permits`."""
        try:
            return self._permits.reserve(key, rate_per_s=rate_per_s, burst=burst)
        except LocalError as error:
            self._go_on_alone(error)
            return self._permits.reserve(key, rate_per_s=rate_per_s, burst=burst)

    def give_back(self, key: str) -> None:
        """Return an unused permit."""
        try:
            self._permits.give_back(key)
        except LocalError as error:
            self._go_on_alone(error)

    def drain(self, key: str) -> None:
        """Empty the bucket: Amazon just answered 429."""
        try:
            self._permits.drain(key)
        except LocalError as error:
            self._go_on_alone(error)

    def _go_on_alone(self, error: LocalError) -> None:
        _log.warning("the pace is not shared with other processes any more: %s", error)
        self._permits = self._own
