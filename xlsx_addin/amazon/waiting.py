"""Waiting that ends at once when somebody cancels."""

import threading
import time
from typing import Final, Protocol

POLL_S: Final = 0.05
"""How often a wait for another thread looks whether it was cancelled."""


class Cancelled(Exception):
    """The caller does not want the answer any more."""


class Clock(Protocol):
    """The time, and a way to let it pass."""

    def now(self) -> float:
        """Tell the seconds since any fixed moment; never goes back."""
        ...

    def wait(self, seconds: float, cancel: threading.Event) -> bool:
        """Let seconds pass, fewer if it is cancelled.

        Returns:
            Whether it was cancelled.
        """
        ...


class SystemClock:
    """The computer's clock."""

    def now(self) -> float:
        """Tell the seconds since any fixed moment."""
        return time.monotonic()

    def wait(self, seconds: float, cancel: threading.Event) -> bool:
        """Let seconds pass, fewer if it is cancelled."""
        return cancel.wait(max(0.0, seconds))


def pause(clock: Clock, seconds: float, cancel: threading.Event) -> None:
    """Let seconds pass.

    Raises:
        Cancelled: somebody set `cancel`.
    """
    if clock.wait(seconds, cancel):
        raise Cancelled


def acquire(lock: threading.Lock, cancel: threading.Event) -> None:
    """Acquire a lock that another thread may hold for long.

    Raises:
        Cancelled: somebody set `cancel`; the lock is not held then.
    """
    while not lock.acquire(timeout=POLL_S):
        if cancel.is_set():
            raise Cancelled
