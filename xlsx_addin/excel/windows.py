"""The windows that the worker shows, or what stands in for them where none can be shown."""

import logging
import threading
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from xlsx_addin.excel.destinations import Destination
from xlsx_addin.excel.periods import Period
from xlsx_addin.excel.progress_state import ProgressState
from xlsx_addin.excel.summary import Summary
from xlsx_addin.excel.window import (
    Kind,
    ProgressWindow,
    WindowUnavailable,
    ask_days,
    ask_destination,
    ask_period,
    run_without_window,
    show_message,
    show_sign_in,
)

if TYPE_CHECKING:
    from xlsx_addin.excel.desk import Desk

_log = logging.getLogger(__name__)


class Windows:
    """Shows windows of our own; without Tk or a screen, message boxes of Excel.

    Args:
        tell: shows a text in Excel: title and text.
    """

    def __init__(self, tell: Callable[[str, str], None]) -> None:
        self._tell = tell

    def watch(
        self,
        title: str,
        state: ProgressState,
        job: Callable[[], Summary],
        *,
        cancel: threading.Event,
        wants_front: Callable[[], bool],
    ) -> Summary:
        """Do a job while its progress is shown.

        Args:
            title: the name of the workbook.
            state: keeps how far the job is.
            job: what is done, in a thread of its own if there is a window.
            cancel: set when the person wants the job to stop.
            wants_front: whether the window shall come to the front.
        """
        try:
            window = ProgressWindow(title, state, cancel=cancel, wants_front=wants_front)
        except WindowUnavailable as error:
            _log.warning("%s", error)
            summary = run_without_window(job)
            self._tell(title, summary.text)
            return summary
        return window.run(job)

    def ask_days(self, title: str, initial: int) -> int | None:
        """Ask how many days back a refresh looks.

        Args:
            title: of the window.
            initial: the number that is offered, and taken where nobody can be asked.
        """
        try:
            return ask_days(title, initial)
        except WindowUnavailable as error:
            _log.warning("%s", error)
            return initial

    def ask_period(self, title: str, initial: Period, today: date) -> Period | None:
        """Ask from which day to which transactions are imported.

        Args:
            title: of the window.
            initial: the period that is offered, and taken where nobody can be asked.
            today: the day it is.
        """
        try:
            return ask_period(title, initial, today)
        except WindowUnavailable as error:
            _log.warning("%s", error)
            return initial

    def ask_destination(self, title: str, initial: Destination) -> Destination | None:
        """Ask where invoice PDFs go.

        Args:
            title: of the window.
            initial: what is offered, and taken where nobody can be asked.
        """
        try:
            return ask_destination(title, initial)
        except WindowUnavailable as error:
            _log.warning("%s", error)
            return initial

    def sign_in(self, title: str, desk: "Desk", profile: str) -> None:
        """Let a person sign in; without a window the settings file is opened, and said how.

        Args:
            title: of the window.
            desk: does the work.
            profile: whose sign-in is shown first.
        """
        try:
            show_sign_in(title, desk, profile)
        except WindowUnavailable as error:
            _log.warning("%s", error)
            desk.open_settings()
            self._tell(title, desk.text())

    def show(self, title: str, text: str, kind: Kind = "info") -> None:
        """Show a short message until it is read.

        Args:
            title: of the window.
            text: a few sentences.
            kind: which sign stands beside it.
        """
        try:
            show_message(title, text, kind)
        except WindowUnavailable as error:
            _log.warning("%s", error)
            self._tell(title, text)
