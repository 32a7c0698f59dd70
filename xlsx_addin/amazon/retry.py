"""When to try again: how long to wait, how often, and who goes first after trouble."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from xlsx_addin.amazon.options import ClientOptions, Tolerance
from xlsx_addin.amazon.verdicts import lasting
from xlsx_addin.amazon.waiting import POLL_S, Cancelled, Clock, pause
from xlsx_addin.errors import AmazonError, ConnectionFault, Throttled, XlsxAddinError

_MOST_DOUBLINGS: Final = 30

_LOOK_S: Final = 1.0
"""How often a probe that waits looks whether the storm is over."""


def ceiling(attempt: int, *, base_s: float, cap_s: float) -> float:
    """Give the longest wait before another attempt; it doubles from one to the next.

    Args:
        attempt: how many failed so far, from 1.
        base_s: after the first, in seconds.
        cap_s: after any, in seconds.
    """
    return float(min(cap_s, base_s * 2 ** min(attempt - 1, _MOST_DOUBLINGS)))


def full_jitter(longest_s: float, random: Callable[[], float]) -> float:
    """Wait anything up to the longest, so that many callers spread out."""
    return longest_s * random()


def equal_jitter(longest_s: float, random: Callable[[], float]) -> float:
    """Wait at least half of the longest, so that one caller stays slow."""
    return longest_s * (1 + random()) / 2


class RetryBudget:
    """Repetitions that all calls share, so that a fault of Amazon's is not multiplied.

    Args:
        capacity: repetitions in stock, at most and at first.
        earned: what a success puts back.
    """

    def __init__(self, capacity: float, earned: float) -> None:
        self._capacity = capacity
        self._earned = earned
        self._stock = capacity
        self._lock = threading.Lock()

    def spend(self) -> bool:
        """Take one repetition, if there is one."""
        with self._lock:
            granted = self._stock >= 1
            self._stock -= granted
            return granted

    def earn(self) -> None:
        """Put back what a success earns."""
        with self._lock:
            self._stock = min(self._capacity, self._stock + self._earned)


class Gate:
    """Lets everybody through in calm, and one probe at a time in a storm.

    A storm is when nothing comes back but failures of one kind, so many in a row. It ends
    with the first success, whoever has it.

    Args:
        options: when a storm begins, how long it is borne, how far apart probes are.
        clock: lets the waits pass.
        random: numbers from 0 to 1.
    """

    def __init__(
        self, options: ClientOptions, *, clock: Clock, random: Callable[[], float]
    ) -> None:
        self._options = options
        self._clock = clock
        self._random = random
        self._changed = threading.Condition()
        self._kind: Tolerance | None = None
        self._failures = 0
        self._since = 0.0
        self._succeeded_at = clock.now()
        self._stormy = False
        self._probing = False
        self._probes = 0
        self._probe_at = 0.0
        self._due_at = 0.0

    @property
    def is_stormy(self) -> bool:
        """Whether only probes may go."""
        return self._stormy

    @contextmanager
    def turn(self, cancel: threading.Event) -> Iterator[bool]:
        """Wait for the turn to try.

        Yields:
            Whether this try is the probe of a storm.

        Raises:
            Cancelled: somebody set `cancel`.
        """
        probe = self._enter(cancel)
        try:
            if probe:
                self._wait_for_probe(cancel)
            yield probe
        finally:
            if probe:
                self._release()

    def succeeded(self) -> bool:
        """Note that Amazon answered as it should.

        Returns:
            Whether this ended a storm.
        """
        with self._changed:
            was_stormy = self._stormy
            self._calm_down()
            self._succeeded_at = self._clock.now()
            return was_stormy

    def failed(self, error: XlsxAddinError, *, probe: bool, tried_at: float) -> bool:
        """Note a failure that may pass.

        Args:
            error: what came back.
            probe: whether it came back to the probe.
            tried_at: when the try began.

        Returns:
            Whether the try does not use up an attempt, because of a storm.

        Raises:
            XlsxAddinError: the error, with the code "lasting", once patience is at its end.
        """
        kind = self._tolerance(error)
        with self._changed:
            self._count(error, kind, tried_at)
            if self._failures >= kind.in_a_row:
                self._check_patience(error, kind)
                if not self._stormy:
                    self._stormy, self._probes = True, 0
                    self._plan_probe(error)
            if probe:
                self._plan_probe(error)
            return self._stormy and not kind.uses_attempts

    def _enter(self, cancel: threading.Event) -> bool:
        with self._changed:
            while self._stormy and self._probing and not cancel.is_set():
                self._changed.wait(POLL_S)
            if cancel.is_set():
                raise Cancelled
            # A probe may still be on its way after a storm that somebody else's success ended:
            # if the next storm has begun meanwhile, it is that one's probe, too.
            self._probing = self._probing or self._stormy
            return self._stormy

    def _wait_for_probe(self, cancel: threading.Event) -> None:
        """Wait until the probe is due, or until somebody else's success ends the storm."""
        while self._stormy and (left_s := self._probe_at - self._clock.now()) > 0:
            pause(self._clock, min(left_s, _LOOK_S), cancel)

    def _release(self) -> None:
        with self._changed:
            self._probing = False
            self._changed.notify_all()

    def _tolerance(self, error: XlsxAddinError) -> Tolerance:
        if isinstance(error, Throttled):
            return self._options.throttled
        if isinstance(error, ConnectionFault):
            return self._options.connection
        return self._options.server

    def _count(self, error: XlsxAddinError, kind: Tolerance, tried_at: float) -> None:
        # Time in which nobody asked says nothing of Amazon: a client may rest between two runs.
        rested = tried_at > max(self._due_at, self._probe_at) + kind.patience_s
        if kind is not self._kind or rested:
            self._kind, self._failures = kind, 0
            self._since = max(tried_at, self._succeeded_at)
        self._failures += 1
        wait_s = max(self._options.backoff_cap_s, asked_wait(error, self._options))
        self._due_at = self._clock.now() + wait_s

    def _check_patience(self, error: XlsxAddinError, kind: Tolerance) -> None:
        seconds = self._clock.now() - self._since
        if seconds >= kind.patience_s:
            failures = self._failures
            self._calm_down()
            raise lasting(error, failures=failures, seconds=seconds)

    def _plan_probe(self, error: XlsxAddinError) -> None:
        self._probes += 1
        longest_s = ceiling(
            self._probes, base_s=self._options.probe_base_s, cap_s=self._options.probe_cap_s
        )
        wait_s = max(equal_jitter(longest_s, self._random), asked_wait(error, self._options))
        self._probe_at = self._clock.now() + wait_s

    def _calm_down(self) -> None:
        self._kind, self._failures, self._stormy = None, 0, False
        self._changed.notify_all()


def asked_wait(error: XlsxAddinError, options: ClientOptions) -> float:
    """Tell how many seconds Amazon asks to wait, within reason."""
    asked = error.retry_after_s if isinstance(error, AmazonError) else None
    return min(asked or 0.0, options.retry_after_cap_s)
