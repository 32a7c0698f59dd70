"""Worker threads that end in time, whatever they are waiting for."""

import threading
import time
from collections.abc import Callable
from typing import Final

from xlsx_addin.amazon.waiting import POLL_S

_JOIN_S: Final = 0.4
"""How long interrupted workers are waited for."""


class Crew:
    """The threads of one run; any of them may start more.

    Args:
        work: what each does, until `stop` is set or nothing is left.
        interrupt: breaks off the requests whose cancel event is set.

    Attributes:
        stop: cancels what the workers wait for.
    """

    def __init__(self, work: Callable[[], None], interrupt: Callable[[], None]) -> None:
        self.stop = threading.Event()
        self._work = work
        self._interrupt = interrupt
        self._lock = threading.Lock()
        self._workers: list[threading.Thread] = []

    def start(self, count: int = 1) -> None:
        """Start workers.

        Args:
            count: how many.
        """
        for _ in range(count):
            worker = threading.Thread(target=self._work, name="xlsx-addin-ask", daemon=True)
            with self._lock:
                worker.start()
                self._workers = [known for known in self._workers if known.is_alive()] + [worker]

    @property
    def working(self) -> int:
        """How many of them still run."""
        return len(self._alive())

    def end(self) -> None:
        """See every worker off; one whose connection is still being made ends by itself."""
        self.stop.set()
        # Threads live in real time, whatever clock was handed in.
        deadline = time.monotonic() + _JOIN_S
        while (alive := self._alive()) and time.monotonic() < deadline:
            self._interrupt()
            alive[0].join(POLL_S)

    def _alive(self) -> list[threading.Thread]:
        with self._lock:
            return [worker for worker in self._workers if worker.is_alive()]
