"""Time that passes when a test turns the hands."""

import threading
import time
from collections import Counter
from collections.abc import Callable

_LOOK_S = 0.0005


class TurnedClock:
    """A clock for several threads that only `turn` moves."""

    def __init__(self, start: float = 1_000_000.0) -> None:
        self._now = start
        self.waited_s: Counter[str] = Counter()
        """How long each thread waited, by its name."""

    def now(self) -> float:
        return self._now

    def wait(self, seconds: float, cancel: threading.Event) -> bool:
        began, cancelled = self._now, False
        while self._now < began + seconds and not cancelled:
            cancelled = cancel.wait(_LOOK_S)
        self.waited_s[threading.current_thread().name] += self._now - began
        return cancelled or cancel.is_set()

    def turn(self, seconds: float) -> None:
        """Let time pass, and the other threads take note of it."""
        self._now += seconds
        time.sleep(_LOOK_S / 2)

    def turn_until(
        self, is_over: Callable[[], bool], *, at_most_s: float, step_s: float = 0.02
    ) -> float:
        """Let time pass until something is the case, and tell how much it took.

        Real time is limited too, so that what never comes fails a test instead of hanging it.
        """
        began, real = self._now, time.monotonic()
        while not is_over():
            assert self._now - began < at_most_s, f"not within {at_most_s} s"
            assert time.monotonic() - real < 60, "not within a minute of real time"
            self.turn(step_s)
        return self._now - began
