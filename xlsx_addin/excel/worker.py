"""The process behind a button: it does the work, shows the window and ends.

`python -m xlsx_addin.excel.worker ACTION EXCEL-PROCESS WORKBOOK`, started by `macros`.
"""

import argparse
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

import platformdirs
import xlwings

from xlsx_addin.app import App
from xlsx_addin.core.plan import Policy
from xlsx_addin.errors import XlsxAddinError, unexpected
from xlsx_addin.excel import about
from xlsx_addin.excel.actions import (
    ACTIONS,
    DATA,
    DEFAULT_DAYS,
    HELP,
    REFRESHES,
    SETTINGS,
    UNDO,
    Action,
)
from xlsx_addin.excel.advice import in_excel
from xlsx_addin.excel.presence import Presence
from xlsx_addin.excel.progress_state import ProgressState
from xlsx_addin.excel.selected import around_selection, selected_rows
from xlsx_addin.excel.status_bar import StatusBar
from xlsx_addin.excel.stoppable import StoppableWait
from xlsx_addin.excel.summary import Summary, summarize, summarize_error
from xlsx_addin.excel.undo_summary import summarize_undo
from xlsx_addin.excel.windows import Windows
from xlsx_addin.jobs.progress import Progress
from xlsx_addin.jobs.refresh import RefreshOptions
from xlsx_addin.logging_start import start_logging
from xlsx_addin.settings import Settings, load_settings
from xlsx_addin.settings_file import DEFAULT_PROFILE
from xlsx_addin.workbook_profiles import profile_for
from xlsx_addin.workbooks.live import ExcelGate, LiveWorkbook
from xlsx_addin.workbooks.live.attach import OpenBook, find_book, let_thread_call_excel

# Not by its own name, which is `__main__` in the process that it is made for.
_log = logging.getLogger("xlsx_addin.excel.worker")

TITLE: Final = "Amazon Business invoices"
SIGN_IN_TITLE: Final = "Sign in and settings"

Find = Callable[[OpenBook], xlwings.Book]


class _Open(NamedTuple):
    """The workbook as a job works with it."""

    book: xlwings.Book
    workbook: LiveWorkbook
    gate: ExcelGate


class Worker:
    """Does what a button stands for.

    Args:
        settings: of the profile.
        wanted: the workbook whose button was pressed.
        windows: what the person sees.
        find: finds the open workbook; called in the thread that uses it.
        clock: seconds, never set back.
        settings_of: reads the settings of the profile that a workbook uses; None where all use
            the same.
        today: the day it is.
    """

    def __init__(  # by name
        self,
        settings: Settings,
        wanted: OpenBook,
        windows: Windows,
        *,
        find: Find = find_book,
        clock: Callable[[], float] = time.monotonic,
        settings_of: Callable[[Path], Settings] | None = None,
        today: Callable[[], date] = date.today,
    ) -> None:
        self._settings = settings
        self._settings_of = settings_of or (lambda _: settings)
        self._wanted = wanted
        self._windows = windows
        self._find = find
        self._clock = clock
        self._today = today
        self._command = ""
        self.cancel = threading.Event()

    def run(self, action: str) -> Summary | None:
        """Do it.

        Args:
            action: one of `ACTIONS`.

        Returns:
            What it came to; None where there is nothing to tell.

        Raises:
            XlsxAddinError: it could not begin.
        """
        home = self._settings.home
        self._command = f"button {action}"
        if action == HELP:
            self._windows.show(TITLE, about.help_text(home))
            return None
        presence = Presence(home, self._key())
        with presence.alone() as is_first:
            if not is_first:
                return None
            if action == UNDO:
                return self._watch("Undoing the last refresh", self._undo, presence)
            if action in DATA:
                return self._work_on_data(action, presence)
            return self._refresh(REFRESHES[action], presence)

    def _work_on_data(self, name: str, presence: Presence) -> Summary | None:
        # Imported for these buttons alone: a refresh starts sooner without.
        from xlsx_addin.excel import data_jobs  # noqa: PLC0415  # see above

        action = data_jobs.DATA[name]
        file = Path(self._key())
        asker = data_jobs.Asker(
            self._windows,
            file if file.is_absolute() else None,
            platformdirs.user_documents_path(),
            self._today(),
        )
        job = action.prepare(action.title, asker)
        if job is None:
            return None

        def done(state: ProgressState) -> Summary:
            try:
                return self._work_on_open(
                    state,
                    lambda app, workbook, progress: job(
                        data_jobs.Desk(app, workbook, self.cancel, progress)
                    ),
                )
            except XlsxAddinError as error:
                _log.warning("%s: %s: %s", name, error.code, error)
                return summarize_error(error, action.failed)

        return self._watch(action.title, done, presence)

    def _refresh(self, action: Action, presence: Presence) -> Summary | None:
        policy = action.policy
        if policy is None:
            days = self._windows.ask_days(action.title, DEFAULT_DAYS)
            if days is None:
                return None
            policy = Policy(recheck_days=days)

        def job(state: ProgressState) -> Summary:
            return self._refresh_open(state, policy, selected=action.selected)

        return self._watch(action.title, job, presence)

    def _watch(
        self, title: str, job: Callable[[ProgressState], Summary], presence: Presence
    ) -> Summary:
        state = ProgressState(self._clock, title)

        def done_alone() -> Summary:
            try:
                return job(state)
            finally:
                # While its summary is read, the button may be pressed again.
                presence.done()

        return self._windows.watch(
            self._wanted.name,
            state,
            done_alone,
            cancel=self.cancel,
            wants_front=presence.wants_front,
        )

    def _key(self) -> str:
        with self._opened() as opened:
            return opened.workbook.key

    # --- in the thread of the job

    def _refresh_open(self, state: ProgressState, policy: Policy, *, selected: bool) -> Summary:
        with self._opened() as (book, workbook, gate):
            selection = (selected_rows if selected else around_selection)(book, gate)
            options = RefreshOptions(selection=selection, policy=policy, fit=True)
            return self._with_app(
                _Open(book, workbook, gate),
                state,
                lambda app, progress: summarize(
                    app.refresh_open(workbook, options, cancel=self.cancel, progress=progress)
                ),
            )

    def _work_on_open(
        self, state: ProgressState, work: Callable[[App, LiveWorkbook, Progress], Summary]
    ) -> Summary:
        with self._opened() as opened:
            return self._with_app(
                opened, state, lambda app, progress: work(app, opened.workbook, progress)
            )

    def _with_app(
        self, opened: _Open, state: ProgressState, work: Callable[[App, Progress], Summary]
    ) -> Summary:
        """Do something with the program wired, while Excel's status bar shows how far it is."""
        status_bar = StatusBar(opened.book.app, state, self._clock, threading.Event().wait)
        try:
            with App(self._settings_of(Path(opened.workbook.key)), self._command) as app:
                summary = work(app, status_bar)
                return summary.with_notices(app.notices)
        finally:
            status_bar.clear()

    def _undo(self, state: ProgressState) -> Summary:
        try:
            with (
                self._opened() as opened,
                App(self._settings_of(Path(opened.workbook.key)), self._command) as app,
            ):
                return summarize_undo(app.undo_open(opened.workbook, progress=state))
        except XlsxAddinError as error:
            _log.warning("undo: %s: %s", error.code, error)
            return summarize_error(error, "The undo did not work.")

    @contextmanager
    def _opened(self) -> Iterator[_Open]:
        let_thread_call_excel()
        gate = ExcelGate(self._clock, StoppableWait(self.cancel, self._clock))
        book = gate.do(lambda: self._find(self._wanted))
        memo = self._settings.home / "locks" / f"excel-{self._wanted.app}.json"
        with LiveWorkbook(book, gate, memo=memo) as workbook:
            yield _Open(book, workbook, gate)


def main(
    words: Sequence[str] | None = None,
    *,
    find: Find = find_book,
    make_windows: Callable[[Callable[[str, str], None]], Windows] = Windows,
) -> int:
    """Do what the command line of this process says; every failure is shown.

    Args:
        words: of the command line, None for those of this process.
        find: finds the open workbook.
        make_windows: makes what the person sees, given what shows a text in Excel.
    """
    parser = argparse.ArgumentParser(prog="xlsx_addin.excel.worker")
    parser.add_argument("action", choices=ACTIONS)
    parser.add_argument("app", type=int)
    parser.add_argument("name")
    options = parser.parse_args(words)
    wanted = OpenBook(options.app, options.name)
    windows = make_windows(lambda title, text: _alert(find, wanted, title, text))
    with ExitStack() as logs:
        try:
            start_logging(logs, os.environ)
            if options.action == SETTINGS:
                # Without settings: this is where wrong ones are mended.
                _sign_in(windows)
                return 0
            worker = Worker(
                load_settings(os.environ), wanted, windows, find=find, settings_of=_settings_of
            )
            summary = worker.run(options.action)
        except XlsxAddinError as error:
            _log.warning("%s: %s: %s", options.action, error.code, error)
            windows.show(TITLE, in_excel(error), "error")
            return error.exit_code
        except Exception as error:  # noqa: BLE001  # a person must never see a traceback
            _log.exception("the action %s failed", options.action)
            windows.show(TITLE, str(unexpected(error)), "error")
            return 1
    return int(summary is not None and summary.failed)


def _sign_in(windows: Windows) -> None:
    # Imported for this button alone: what asks Amazon takes 0.1 s, which the others save.
    from xlsx_addin.excel.desk import Desk  # noqa: PLC0415  # see above
    from xlsx_addin.signing_in import Tools  # noqa: PLC0415  # likewise

    windows.sign_in(SIGN_IN_TITLE, Desk(Tools(os.environ)), DEFAULT_PROFILE)


def _settings_of(workbook: Path) -> Settings:
    return load_settings(os.environ, profile_for(os.environ, workbook))


def _alert(find: Find, wanted: OpenBook, title: str, text: str) -> None:
    """Show a text in Excel itself; where even that fails, it is in the log."""
    try:
        let_thread_call_excel()
        find(wanted).app.alert(text, title)
    except Exception:  # noqa: BLE001  # there is no other way to say it
        _log.exception("nothing can be shown: %s", text)


if __name__ == "__main__":
    sys.exit(main())
