"""Excel for Windows as the self-test uses it: a process of its own, with an environment of its own.

Started through COM, Excel would have the environment of the user, and so would every Python that
its macros start: they would ask the real account. So `EXCEL.EXE /x` is started as a child process
with our environment; `/x` makes it an Excel apart from any that runs
(https://support.microsoft.com/office/command-line-switches-for-microsoft-office-products).
"""

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import openpyxl
import xlwings

from xlsx_addin.doctor.office import Excel
from xlsx_addin.errors import XlsxAddinError
from xlsx_addin.excel.selftest.bench import HOME_VARIABLE, Bench
from xlsx_addin.excel.selftest.contract import FormulaCells, Wrong
from xlsx_addin.excel.selftest.desktop import Desktop, WindowsDesktop
from xlsx_addin.excel.selftest.host import SheetOfFormulas, XlwingsExcel, missing, no_excel
from xlsx_addin.excel.selftest.lifeline import tie
from xlsx_addin.excel.selftest.processes import Processes, named
from xlsx_addin.excel.selftest.waiting import Waiting
from xlsx_addin.installing.add_in import versions_in
from xlsx_addin.installing.places import ADD_IN_FILE
from xlsx_addin.workbooks.template import Template, copy_template

_log = logging.getLogger(__name__)

_PROGRAM: Final = "EXCEL.EXE"
_STARTING_S: Final = 90.0
_BEGINNING_S: Final = 60.0
_WINDOW_S: Final = 15.0
_KILLING_S: Final = 10.0
_MACROS: Final[Mapping[str, str]] = {
    "refresh": "RefreshInvoices",
    "refresh_selection": "RefreshSelection",
    "refresh_everything": "RefreshEverything",
    "undo": "UndoRefresh",
}
"""The macros of the workbook, by the word of their action."""

_CONF: Final = "xlsx_addin.conf"
_INTERPRETER: Final = "INTERPRETER_WIN"
_FIRST_SHEET: Final = "Reconcile"
_LOW_SECURITY: Final = 1  # msoAutomationSecurityLow: of files that are opened by this program
_PDF: Final = 0  # xlTypePDF
_SEE_DOCTOR: Final = "Run xlsx-addin doctor: it checks Python, library and rules."
_BLOCKED: Final = (
    "A rule may keep Office from starting programs: ask your IT department for an exception."
    " xlsx-addin refresh works without."
)
_BY_HAND: Final = "Start Excel once by hand and answer what it asks, then run the self-test again."


@dataclass(frozen=True, slots=True)
class Installed:
    """The Excel that there is.

    Args:
        excel: what is known of it, None if there is none.
        program: the path of its program.
        python: the Python that the user's file for the macros names, empty if it names none.
    """

    excel: Excel | None
    program: str
    python: str


Launch = Callable[[Sequence[str], Mapping[str, str]], "subprocess.Popen[bytes]"]
"""Starts a process, given its words and its environment."""

Attach = Callable[[int], xlwings.App | None]
"""Gives the application that has a process id; None while it has no window."""


class WindowsExcel(XlwingsExcel):
    """Excel for Windows; fulfils `contract.OwnExcel`.

    Args:
        bench: sandbox and folders.
        installed: the Excel that there is.
        waiting: waits for things.
        launch: starts a process.
        attach: finds the application of a process.
        desktop: the windows.
        programs: lists the processes of a program.
        make_tie: ties a process to this one while what it gives is held.
    """

    def __init__(  # what it touches is handed in
        self,
        bench: Bench,
        installed: Installed,
        waiting: Waiting,
        *,
        launch: Launch | None = None,
        attach: Attach | None = None,
        desktop: Desktop | None = None,
        programs: Callable[[str], set[int]] = named,
        make_tie: Callable[[int], object] = tie,
    ) -> None:
        super().__init__(bench, waiting)
        self._installed = installed
        self._launch = launch or _launch
        self._attach = attach or _attach
        self._desktop = desktop or WindowsDesktop()
        self._programs = programs
        self._processes = Processes(HOME_VARIABLE, str(bench.home))
        self._process: subprocess.Popen[bytes] | None = None
        self._make_tie = make_tie
        self._tie: object = None
        self._others: set[int] = set()

    # --- the application

    def find(self) -> str:
        """Tell which Excel there is."""
        excel, program = self._installed.excel, self._installed.program
        if excel is None or not program:
            raise no_excel()
        return f"{excel}, {program}."

    def start(self) -> str:
        """Start it with an environment of its own."""
        self._others = self._programs(_PROGRAM)
        process = self._process = self._launched()
        self._tie = self._make_tie(process.pid)
        found: list[xlwings.App] = []

        def is_there() -> bool:
            app = self._attach(process.pid)
            found.extend([] if app is None else [app])
            return bool(found) or not self.is_running

        if not self.waiting.until(is_there, _STARTING_S) or not found:
            raise self._not_started()
        self._app = found[0]
        self._set_up(self._app)
        others = f"; {len(self._others)} others are left alone" if self._others else ""
        return f"Excel {self.app.version}, process {process.pid}{others}."

    def _launched(self) -> "subprocess.Popen[bytes]":
        words = [self._installed.program, "/x", str(self._start_book())]
        try:
            return self._launch(words, self.bench.environment(os.environ))
        except OSError as error:
            raise Wrong(
                f"{words[0]} cannot be started: {error.strerror or error}.",
                next_step="Windows lets nobody start an Excel of the Microsoft Store like this:"
                " go through the checklist in docs/excel-checklist.md by hand.",
            ) from error

    def _start_book(self) -> Path:
        # Without a workbook Excel has no window by which it could be reached.
        path = self.bench.folder / "xlsx-addin-selftest-start.xlsx"
        openpyxl.Workbook().save(path)
        return path

    def _not_started(self) -> Wrong:
        asked = self.questions()
        if not self.is_running:
            return Wrong(
                "Excel ended at once, or let another Excel open the workbook.",
                next_step="Close all windows of Excel, then run the self-test again.",
            )
        return Wrong(f"Excel cannot be reached. {' / '.join(asked)}".rstrip(), next_step=_BY_HAND)

    def _set_up(self, app: xlwings.App) -> None:
        """Let it open our files with their macros, ask nothing, and remember none of them."""
        # All of this is forgotten when this Excel ends.
        self.gate.do(lambda: setattr(app.api, "AutomationSecurity", _LOW_SECURITY))
        self.gate.do(lambda: setattr(app, "display_alerts", False))
        with suppress(Exception):  # the list may be turned off
            recent = app.api.RecentFiles
            for number in range(recent.Count, 0, -1):
                if str(self.bench.folder).lower() in str(recent(number).Path).lower():
                    recent(number).Delete()

    @property
    def is_running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def load_add_in(self) -> str:
        """Load the add-in, if Excel has not loaded an installed one."""
        found = self._loaded()
        add_in = found or self._opened_copy()
        # Running a macro has Excel compile the add-in.
        self.gate.do(add_in.macro("RegisterHelpLater"))
        path = Path(self.gate.do(lambda: str(add_in.api.FullName)))
        versions = versions_in(path.read_bytes())
        told = f"version {versions.package}" if versions else "of an unknown version"
        whose = "the installed one" if found else "a copy: it is not installed"
        return f"{path.name} {told} ({whose}) is loaded, and its VBA compiles."

    def _loaded(self) -> xlwings.Book | None:
        try:
            # An add-in is not in the list of workbooks, but is found by its name.
            return self.gate.do(lambda: self.app.books[ADD_IN_FILE])
        except Exception:  # noqa: BLE001  # which one depends on the version of Excel
            return None

    def _opened_copy(self) -> xlwings.Book:
        path = self.bench.folder / ADD_IN_FILE
        copy_template(Template.ADD_IN, path)
        return self._with_python(super().open(path))

    def open(self, path: Path) -> xlwings.Book:
        """Open a workbook with its macros, which start this Python unless another is set up."""
        return self._with_python(super().open(path))

    def _with_python(self, book: xlwings.Book) -> xlwings.Book:
        self._forgo_recovery(book)
        if not self._installed.python:
            sheet = self.gate.do(lambda: book.sheets[_CONF])
            last = self.gate.do(lambda: sheet.used_range.last_cell.row)
            cells = self.gate.do(lambda: sheet.range((last + 1, 1), (last + 1, 2)))
            entry = [[_INTERPRETER, sys.executable]]
            self.gate.do(lambda: setattr(cells, "value", entry))
        return book

    def _forgo_recovery(self, book: xlwings.Book) -> None:
        """Keep the user's next Excel from offering to recover a workbook, were this one ended."""
        with suppress(Exception):  # an add-in may refuse it
            self.gate.do(lambda: setattr(book.api, "EnableAutoRecover", False))

    def check_macros(self, book: xlwings.Book) -> str:
        """Run a macro that changes nothing."""
        try:
            path = self.gate.do(book.macro("GetConfigFilePath"))
        except XlsxAddinError:
            raise
        except Exception as error:
            raise Wrong(
                f"The macros of the workbook do not run: {error}.",
                next_step="See File > Options > Trust Center > Macro Settings; a rule of your IT"
                " department may block macros.",
            ) from error
        python = self._installed.python or f"{sys.executable}, as none is set up"
        return f"Its macros run; they read {path} and start {python}."

    # --- buttons

    def press(self, book: xlwings.Book, action: str) -> None:
        """Press a button: its macro, RunPython, and the process that does the work."""
        before = self.bench.latest_run()
        self._run_soon(book, _MACROS[action])

        def has_begun() -> bool:
            return self.is_working() or bool(self.questions()) or self.bench.latest_run() != before

        began = self.waiting.until(has_begun, _BEGINNING_S)
        asked = self.questions()
        if asked and self._process is not None:
            self._desktop.dismiss(self._process.pid)
            raise Wrong(f"Excel shows: {' / '.join(asked)}", next_step=_SEE_DOCTOR)
        if not began:
            raise Wrong(f"{_MACROS[action]} started no process.", next_step=_BLOCKED)

    def _run_soon(self, book: xlwings.Book, macro: str) -> None:
        """Let Excel run a macro by itself, as after a click, and not within a call of ours."""
        api: Any = self.app.api
        try:
            now = self.gate.do(lambda: api.Evaluate("NOW()"))
            self.gate.do(lambda: api.OnTime(now, f"'{book.name}'!{macro}"))
        except XlsxAddinError:
            raise
        except Exception:  # noqa: BLE001  # whatever COM makes of it
            _log.exception("%s cannot be run by Excel itself, so it is called", macro)
            self.gate.do(book.macro(macro))

    def is_working(self) -> bool:
        """Whether a process does the work of a button."""
        return bool(self._processes.workers())

    def leave(self) -> None:
        """Close the window of the add-in."""

        def is_closed() -> bool:
            workers = self._processes.workers()
            return not workers or self._desktop.close(workers)

        self.waiting.until(is_closed, _WINDOW_S)

    def questions(self) -> list[str]:
        """List the texts of dialogs that wait for an answer."""
        return [] if self._process is None else self._desktop.dialogs(self._process.pid)

    # --- sheets and files

    def protect(self, sheet: xlwings.Sheet, *, on: bool) -> None:
        """Protect a sheet without a password, or end that."""
        api: Any = sheet.api
        self.gate.do(api.Protect if on else api.Unprotect)

    def formula_cells(self) -> FormulaCells:
        """Give an empty sheet of a new workbook."""
        book = self.gate.do(self.app.books.add)
        self._forgo_recovery(book)
        return SheetOfFormulas(book, self.gate)

    def copy(self, book: xlwings.Book, path: Path) -> None:
        """Write a copy of a workbook as it is now."""
        self.gate.do(lambda: book.api.SaveCopyAs(str(path)))

    def portray(self, book: xlwings.Book, path: Path) -> Path | None:
        """Write a PDF: a picture would take the user's clipboard."""
        target = path.with_name(f"{path.name}.pdf")
        sheet: Any = self.gate.do(lambda: book.sheets[_FIRST_SHEET].api)
        self.gate.do(lambda: sheet.ExportAsFixedFormat(_PDF, str(target)))
        return target

    # --- the end

    def quit_application(self) -> None:
        """Ask the application to end."""
        # Not `quit` of xlwings, which ends every Excel without a workbook.
        self.app.api.Quit()

    def kill(self) -> None:
        """End it at once, and all that it started."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_KILLING_S)
        self._processes.end()

    def left(self) -> list[str]:
        """Name what is still there of it, and which other Excels are missing."""
        ours = [f"{one.name} (process {one.pid})" for one in self._processes.running()]
        return ours + missing(self._others, self._programs(_PROGRAM))


def _launch(words: Sequence[str], environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(list(words), env=dict(environment))  # noqa: S603  # Excel's own path


def _attach(pid: int) -> xlwings.App | None:
    try:
        return xlwings.apps[pid]
    except Exception:  # noqa: BLE001  # it has no window yet, or is busy opening
        return None
