"""Excel for Windows as the self-test drives it, on the host in memory; no Windows is needed."""

import gc
import subprocess
import sys
import types
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
import xlwings

from tests.excel.selftest.test_selftest_breakage import only
from tests.hosts.memory import api
from tests.hosts.memory.app import App
from xlsx_addin.doctor.office import Excel
from xlsx_addin.errors import XlsxAddinError
from xlsx_addin.excel.selftest.bench import HOME_VARIABLE
from xlsx_addin.excel.selftest.buttons import DirectButtons
from xlsx_addin.excel.selftest.desktop import WindowsDesktop
from xlsx_addin.excel.selftest.lifeline import tie
from xlsx_addin.excel.selftest.waiting import Waiting
from xlsx_addin.excel.selftest.windows_host import Installed, WindowsExcel

PROGRAM = r"C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE"
EXCEL = Installed(Excel("Click-to-Run", "16.0.1", 64), PROGRAM, python="")
WAITING = [sys.executable, "-c", "import time; time.sleep(100)"]


class Process:
    """A process that does nothing until it is ended."""

    pid = 4711

    def __init__(self):
        self.code = None

    def poll(self):
        return self.code

    def kill(self):
        self.code = 1

    def wait(self, timeout=None):
        return self.code


class Desktop:
    """No windows, but for the dialogs that a test gives it."""

    def __init__(self):
        self.shown = []

    def dialogs(self, pid):
        return self.shown if pid == Process.pid else []

    def dismiss(self, pid):
        self.shown = []

    def close(self, pids):
        return True


class InMemory(WindowsExcel):
    """The real class on an Excel in memory; as it runs no macros, the work is done in threads."""

    installed = EXCEL
    opens = True

    def __init__(self, host, bench, waiting):
        self.started = []
        self.ties = []
        self.others = {1, 2}
        self.desktop = Desktop()
        super().__init__(
            bench,
            self.installed,
            waiting,
            launch=self.launch,
            attach=self.attach,
            desktop=self.desktop,
            programs=lambda _name: set(self.others),
            make_tie=self.ties.append,
        )
        self.host = host
        self.settings = self.changed = None
        self.buttons = DirectButtons(bench.settings, lambda one: self.app.books[one.name])
        self._processes = SimpleNamespace(
            workers=lambda: [1] if self.buttons.is_working() else [],
            running=list,
            end=lambda: None,
        )

    def launch(self, words, environment):
        self.started.append((words, environment))
        self.process = Process()
        return self.process

    def attach(self, pid):
        assert pid == Process.pid
        return self.host.start() if self.opens else None

    def leave(self):
        self.buttons.leave()

    def insert_rows(self, sheet, row, count):
        self.host.insert_row(sheet, row, count)

    def portray(self, book, path):
        return None


@pytest.fixture
def windows(monkeypatch):
    """Give the host in memory the members of Excel that the self-test uses; what they did."""
    did = []

    def run(app, macro, arguments):
        did.append(macro)
        book, _, name = macro.partition("!")
        actions = {
            "RefreshInvoices": "refresh",
            "RefreshSelection": "refresh_selection",
            "RefreshEverything": "refresh_everything",
            "UndoRefresh": "undo",
        }
        if name in actions:
            excel = windows.excel
            excel.buttons.press(excel.named(excel.app.books[book.strip("'")]), actions[name])
        return r"C:\Users\me\.xlsx_addin\xlsx_addin.conf"

    def protect(on):
        return lambda sheet: setattr(sheet.grid.protection, "on", on)

    def quit_excel(application):
        did.append("Quit")
        windows.excel.process.code = 0

    windows = SimpleNamespace(did=did, excel=None)
    for owner, name, value in (
        (App, "run", run),
        (api.SheetApi, "Protect", protect(on=True)),
        (api.SheetApi, "Unprotect", protect(on=False)),
        (api.WorkbookApi, "SaveCopyAs", lambda book, path: book._workbook.save(Path(path))),
        (api.ApplicationApi, "Quit", quit_excel),
        (api.ApplicationApi, "Evaluate", lambda _api, _formula: 46_000.5),
        (api.ApplicationApi, "OnTime", lambda _api, _when, macro: run(None, macro, ())),
    ):
        monkeypatch.setattr(owner, name, value, raising=False)

    class Made(InMemory):
        def __init__(self, *parts):
            super().__init__(*parts)
            windows.excel = self

    windows.make = Made
    return windows


def test_all_steps_about_buttons_are_well(run, windows):
    names = ("second press", "selection", "undo", "cancel", "moved rows", "protected sheet", "save")
    result = run(windows.make, steps=only(*names))
    assert result.failed == []
    assert set(result.words.values()) == {"ok"}
    assert result["excel"].message == f"Excel 16.0.1 (Click-to-Run, 64 bit), {PROGRAM}."
    assert result["start"].message == "Excel 16.0, process 4711; 2 others are left alone."
    assert windows.did[-1] == "Quit"


def test_it_starts_apart_from_others_with_an_environment_of_its_own(run, windows, monkeypatch):
    monkeypatch.setenv("AMAZON_BUSINESS_CLIENT_ID", "amzn1.real")
    monkeypatch.setenv("XLSX_ADDIN_STORE", "/real/store")
    run(windows.make, steps=only())
    ((words, environment),) = windows.excel.started
    assert windows.excel.ties == [Process.pid]
    assert words[:2] == [PROGRAM, "/x"]
    assert environment[HOME_VARIABLE] == str(windows.excel.bench.home)
    assert environment["AMAZON_BUSINESS_ENDPOINT"].startswith("http://127.0.0.1:")
    assert "amzn1.real" not in environment.values()
    assert "XLSX_ADDIN_STORE" not in environment


@pytest.mark.parametrize("python", [r"C:\Python\python.exe", ""])
def test_the_macros_start_this_python_unless_another_is_set_up(run, windows, python):
    entries = []

    class Made(windows.make):
        installed = Installed(EXCEL.excel, PROGRAM, python)

        def check_macros(self, book):
            entries.extend(book.sheets["xlsx_addin.conf"].range("A1:B3").options(ndim=2).value)
            return super().check_macros(book)

    result = run(Made, steps=only())
    assert result.failed == []
    assert (["INTERPRETER_WIN", sys.executable] in entries) is not bool(python)
    assert f"start {python or sys.executable}" in result["workbook"].message
    assert ["ADD_WORKBOOK_TO_PYTHONPATH", "false"] in entries


def test_an_excel_that_hands_over_to_another_one_is_told(run, windows):
    class HandsOver(windows.make):
        opens = False

        def launch(self, words, environment):
            process = super().launch(words, environment)
            process.code = 0
            return process

    result = run(HandsOver, steps=only())
    assert result.failed == ["start"]
    assert "let another Excel open the workbook" in result["start"].message
    assert result.words["quit"] == "ok"


def test_an_excel_that_asks_at_its_start_is_told(run, windows, monkeypatch):
    class Asks(windows.make):
        opens = False

        def launch(self, words, environment):
            self.desktop.shown = ["Microsoft Office: Activate Office"]
            return super().launch(words, environment)

    monkeypatch.setattr("xlsx_addin.excel.selftest.windows_host._STARTING_S", 0.2)
    result = run(Asks, steps=only())
    assert result.failed == ["start", "quit"]
    assert "Activate Office" in result["start"].message
    assert windows.excel.process.code == 1


def test_an_excel_that_windows_refuses_to_start_is_told(run, windows):
    class Refused(windows.make):
        def launch(self, words, environment):
            raise PermissionError(13, "Access is denied")

    result = run(Refused, steps=only())
    assert result.failed == ["start"]
    assert "cannot be started: Access is denied" in result["start"].message
    assert "by hand" in result["start"].next_step


def test_without_excel_nothing_is_started(run, windows):
    class Nothing(windows.make):
        installed = Installed(None, "", python="")

    result = run(Nothing, steps=only())
    assert result.failed == ["excel"]
    assert result.excel.started == []
    assert result["quit"].message == "Excel was not started."


def test_an_excel_of_the_user_that_went_away_is_told(run, windows):
    class Gone(windows.make):
        def quit_application(self):
            super().quit_application()
            self.others = {1}

    result = run(
        Gone,
        steps=[one for one in only() if one.name != "button"],
        limits=run.limits._replace(patience_s=0.2),
    )
    assert result.failed == ["quit"]
    assert "Excel that ran before (process 2)" in result["quit"].message


def test_macros_that_are_blocked_are_told(run, windows, monkeypatch):
    def blocked(app, macro, arguments):
        raise RuntimeError("Cannot run the macro")

    monkeypatch.setattr(App, "run", blocked)
    result = run(windows.make, steps=only())
    assert result.failed == ["workbook"]
    assert "The macros of the workbook do not run" in result["workbook"].message
    assert "Trust Center" in result["workbook"].next_step


def test_a_message_box_of_a_macro_is_told_and_closed(run, windows, monkeypatch):
    def show(_api, _when, _macro):
        windows.excel.desktop.shown = ["Microsoft Excel: Could not find Interpreter!"]

    monkeypatch.setattr(api.ApplicationApi, "OnTime", show)
    result = run(windows.make, steps=only())
    assert result.failed == ["button"]
    assert result["button"].message == ("Excel shows: Microsoft Excel: Could not find Interpreter!")
    assert windows.excel.desktop.shown == []


def test_a_macro_that_excel_does_not_run_later_is_called(run, windows, monkeypatch):
    def refuse(_api, _when, _macro):
        raise RuntimeError("Method 'OnTime' of object '_Application' failed")

    monkeypatch.setattr(api.ApplicationApi, "OnTime", refuse)
    result = run(windows.make, steps=only())
    assert result.failed == []
    assert "'xlsx-addin-selftest.xlsm'!RefreshInvoices" in windows.did


def test_a_macro_that_starts_nothing_is_told(run, windows, monkeypatch):
    monkeypatch.setattr(api.ApplicationApi, "OnTime", lambda _api, _when, _macro: None)
    monkeypatch.setattr("xlsx_addin.excel.selftest.windows_host._BEGINNING_S", 0.2)
    result = run(windows.make, steps=only())
    assert result.failed == ["button"]
    assert result["button"].message == "RefreshInvoices started no process."
    assert "ask your IT department" in result["button"].next_step


def test_no_object_of_excel_is_held_when_it_is_to_end(run, windows):
    held = []

    class Counting(windows.make):
        def quit_application(self):
            gc.collect()
            held.extend(
                one
                for one in gc.get_objects()
                if isinstance(one, (xlwings.Range, xlwings.Sheet, xlwings.Book))
            )
            super().quit_application()

    result = run(Counting, steps=only("second press", "selection"))
    assert result.failed == []
    assert held == []


def test_only_the_process_that_was_started_is_killed(tmp_path):
    ours, other = (subprocess.Popen(WAITING) for _ in range(2))  # noqa: S603  # our own words
    bench = SimpleNamespace(folder=tmp_path, home=tmp_path / "home", environment=dict)
    try:
        excel = WindowsExcel(
            bench,
            EXCEL,
            Waiting(lambda: 0.0, lambda _seconds: True),
            launch=lambda _words, _environment: ours,
            attach=lambda _pid: None,
            desktop=Desktop(),
            programs=lambda _name: {other.pid},
            make_tie=lambda _pid: None,
        )
        with pytest.raises(XlsxAddinError):
            excel.start()
        assert excel.is_running
        excel.kill()
        excel.kill()
        assert not psutil.pid_exists(ours.pid)
        assert other.poll() is None
    finally:
        for process in (ours, other):
            process.kill()
            process.wait()


# --- the desktop, with a library of Windows made of Python objects

WINDOWS = {
    10: ("XLMAIN", "Book1 - Excel", 4711, True),
    11: ("#32770", "Microsoft Excel", 4711, True),
    12: ("#32770", "Microsoft Excel", 4712, True),
    13: ("TkTopLevel", "march.xlsm", 5000, True),
    14: ("TkTopLevel", "other.xlsm", 5001, True),
    15: ("#32770", "hidden", 4711, False),
}
CHILDREN = {11: ["OK", "", "Could not find Interpreter!"]}


@pytest.fixture
def posted(monkeypatch):
    """The messages that windows get."""
    messages = []

    def enum(callback, extra):
        for window in WINDOWS:
            callback(window, extra)

    def enum_children(window, callback, extra):
        for number, _ in enumerate(CHILDREN.get(window, [])):
            callback((window, number), extra)

    def text(window):
        return CHILDREN[window[0]][window[1]] if isinstance(window, tuple) else WINDOWS[window][1]

    gui = types.ModuleType("win32gui")
    gui.EnumWindows, gui.EnumChildWindows, gui.GetWindowText = enum, enum_children, text
    gui.GetClassName = lambda window: WINDOWS[window][0]
    gui.IsWindowVisible = lambda window: WINDOWS[window][3]
    gui.PostMessage = lambda *message: messages.append(message)
    process = types.ModuleType("win32process")
    process.GetWindowThreadProcessId = lambda window: (1, WINDOWS[window][2])
    monkeypatch.setitem(sys.modules, "win32gui", gui)
    monkeypatch.setitem(sys.modules, "win32process", process)
    return messages


def test_dialogs_of_one_process_are_read(posted):
    assert WindowsDesktop().dialogs(4711) == ["Microsoft Excel: OK: Could not find Interpreter!"]


def test_dialogs_of_one_process_are_closed(posted):
    WindowsDesktop().dismiss(4711)
    assert posted == [(11, 0x0010, 0, 0)]


def test_windows_of_the_add_in_in_one_process_are_closed(posted):
    assert WindowsDesktop().close({5000, 4711})
    assert posted == [(13, 0x0010, 0, 0)]
    assert not WindowsDesktop().close({4711})


# --- the tie, likewise


def test_a_process_is_tied_by_a_job_that_ends_it(monkeypatch):
    did = []
    job, con, win32api = (types.ModuleType(name) for name in ("win32job", "win32con", "win32api"))
    job.JobObjectExtendedLimitInformation, job.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE = 9, 0x2000
    job.CreateJobObject = lambda _security, _name: "job"
    job.QueryInformationJobObject = lambda _job, _kind: {"BasicLimitInformation": {"LimitFlags": 1}}
    job.SetInformationJobObject = lambda *limits: did.append(limits)
    job.AssignProcessToJobObject = lambda *tied: did.append(tied)
    con.PROCESS_SET_QUOTA, con.PROCESS_TERMINATE = 0x100, 1
    win32api.OpenProcess = lambda rights, _inherit, pid: (rights, pid)
    win32api.CloseHandle = lambda handle: did.append(("closed", handle))
    for module in (job, con, win32api):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    assert tie(4711) == "job"
    assert did == [
        ("job", 9, {"BasicLimitInformation": {"LimitFlags": 0x2001}}),
        ("job", (0x101, 4711)),
        ("closed", (0x101, 4711)),
    ]


def test_a_process_that_cannot_be_tied_is_left_as_it_is(monkeypatch, caplog):
    monkeypatch.setitem(sys.modules, "win32job", None)
    assert tie(4711) is None
    assert "process 4711 is not tied" in caplog.text
