"""Waiting for a busy Excel, but not for long once its user wants to stop."""

import threading
from collections.abc import Callable


class StoppableWait:
    """Waits for some seconds at a time.

    Args:
        cancel: set when the person wants the job to stop.
        clock: seconds, never set back.
        grace_s: how long waiting may go on after that, so that finished rows are written.
    """

    def __init__(
        self, cancel: threading.Event, clock: Callable[[], float], grace_s: float = 2.0
    ) -> None:
        self._cancel = cancel
        self._clock = clock
        self._grace_s = grace_s
        self._stopping_since: float | None = None
        self._sleep = threading.Event().wait

    def __call__(self, seconds: float) -> bool:
        """Wait; say whether to give up.

        Args:
            seconds: how long at most.
        """
        if not self._cancel.wait(seconds):
            return False
        if self._stopping_since is None:
            self._stopping_since = self._clock()
            return False
        self._sleep(seconds)
        return self._clock() - self._stopping_since > self._grace_s
