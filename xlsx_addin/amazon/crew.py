"""Worker threads that end in time, whatever they are waiting for."""

import threading
import time
from collections.abc import Callable
from typing import Final

from xlsx_addin.amazon.waiting import POLL_S

_JOIN_S: Final = 0.4
"""How long interrupted workers are waited for."""


class Crew:
    """The threads of one run.

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
        self._workers: list[threading.Thread] = []

    def start(self, count: int) -> None:
        """Start workers.

        Args:
            count: how many.
        """
        for _ in range(count):
            worker = threading.Thread(target=self._work, name="xlsx-addin-ask", daemon=True)
            self._workers.append(worker)
            worker.start()

    def is_working(self) -> bool:
        """Say whether any of them still runs."""
        return any(worker.is_alive() for worker in self._workers)

    def end(self) -> None:
        """See every worker off; one whose connection is still being made ends by itself."""
        self.stop.set()
        # Threads live in real time, whatever clock was handed in.
        deadline = time.monotonic() + _JOIN_S
        while self.is_working() and time.monotonic() < deadline:
            self._interrupt()
            alive = [worker for worker in self._workers if worker.is_alive()]
            if alive:
                alive[0].join(POLL_S)
