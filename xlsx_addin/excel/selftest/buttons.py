"""Pressing buttons without Excel's macros: the worker runs in a thread of this process.

For an Excel that starts no processes with our environment, and so would ask the real account.
"""

import threading
from collections.abc import Callable

from xlsx_addin.excel.progress_state import ProgressState
from xlsx_addin.excel.summary import Summary
from xlsx_addin.excel.window import Kind, run_without_window
from xlsx_addin.excel.windows import Windows
from xlsx_addin.excel.worker import Find, Worker
from xlsx_addin.settings import Settings
from xlsx_addin.workbooks.live.attach import OpenBook, find_book


class _NoWindows(Windows):
    """Does jobs without a window, and asks nobody."""

    def __init__(self) -> None:
        super().__init__(lambda _title, _text: None)

    def watch(
        self,
        title: str,  # noqa: ARG002  # nobody sees it
        state: ProgressState,  # noqa: ARG002  # likewise
        job: Callable[[], Summary],
        *,
        cancel: threading.Event,  # noqa: ARG002  # set from outside
        wants_front: Callable[[], bool],  # noqa: ARG002  # nothing comes to the front
    ) -> Summary:
        """Do a job."""
        return run_without_window(job)

    def ask_days(self, title: str, initial: int) -> int | None:  # noqa: ARG002  # nobody is asked
        """Take the number that is offered."""
        return initial

    def show(self, title: str, text: str, kind: Kind = "info") -> None:
        """Show nothing."""


class DirectButtons:
    """Buttons whose work is done in this process.

    Args:
        settings: reads the settings, at each press.
        find: finds an open workbook; called in the thread that uses it.
    """

    def __init__(self, settings: Callable[[], Settings], find: Find = find_book) -> None:
        self._settings = settings
        self._find = find
        self._thread: threading.Thread | None = None
        self._worker: Worker | None = None

    def press(self, book: OpenBook, action: str) -> None:
        """Press a button.

        Args:
            book: the workbook.
            action: one of `xlsx_addin.excel.actions.ACTIONS`.
        """
        worker = self._worker = Worker(self._settings(), book, _NoWindows(), find=self._find)
        thread = threading.Thread(target=worker.run, args=(action,), name="button", daemon=True)
        self._thread = thread
        thread.start()

    def is_working(self) -> bool:
        """Whether the work goes on."""
        return self._thread is not None and self._thread.is_alive()

    def leave(self) -> None:
        """Stop it."""
        if self._worker is not None:
            self._worker.cancel.set()
