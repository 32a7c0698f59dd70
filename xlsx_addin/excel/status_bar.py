"""Excel's status bar shows the line that the progress window shows."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

import xlwings

from xlsx_addin.core.outcomes import Status
from xlsx_addin.excel.progress_state import ProgressState
from xlsx_addin.jobs.progress import LINE_ITEMS
from xlsx_addin.workbooks.live import ExcelGate

_EVERY_S: Final = 1.0

_PATIENCE_S: Final = 10.0
"""Seconds to wait for Excel to take its status bar back."""


class StatusBar:
    """Watches a job and writes how far it is into Excel's status bar.

    A line that cannot be written, since Excel is busy, is left out: the next one comes.

    Args:
        app: the Excel; only the thread of the job may use it.
        state: keeps how far the job is.
        clock: seconds, never set back.
        wait: sleeps for some seconds.
    """

    def __init__(
        self,
        app: xlwings.App,
        state: ProgressState,
        clock: Callable[[], float],
        wait: Callable[[float], bool],
    ) -> None:
        self._app = app
        self._state = state
        self._clock = clock
        self._next = clock()
        self._gate = ExcelGate(clock, wait, _PATIENCE_S)

    def begin(self, count: int, what: str = LINE_ITEMS) -> None:
        """Begin to ask about this many line items, or whatever else is asked about."""
        self._state.begin(count, what)
        self._show()

    def advance(self, count: int) -> None:
        """So many more of them are answered."""
        self._state.advance(count)
        self._show()

    def count(self, statuses: Mapping[Status, int]) -> None:
        """So many line items more got these status words."""
        self._state.count(statuses)

    def end(self) -> None:
        """Nothing more is asked about."""
        self._state.end()

    def say(self, sentence: str) -> None:
        """Tell what is done now, such as writing into a workbook."""
        self._state.say(sentence)

    def clear(self) -> None:
        """Give the status bar back to Excel, which may be busy for a moment."""
        with suppress(Exception):
            self._gate.do(lambda: setattr(self._app, "status_bar", False))

    def _show(self) -> None:
        if self._clock() >= self._next:
            self._next = self._clock() + _EVERY_S
            self._write(self._state.view().line)

    def _write(self, line: str) -> None:
        with suppress(Exception):
            self._app.status_bar = line
