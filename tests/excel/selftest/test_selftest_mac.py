"""Excel for Mac as the self-test drives it, on the host in memory; no Mac is needed."""

import shutil
from types import SimpleNamespace

import pytest
import xlwings

from tests.excel.selftest.test_selftest_breakage import only
from tests.hosts.memory import api
from tests.hosts.memory.app import App
from xlsx_addin.doctor.office import Excel
from xlsx_addin.excel.selftest import mac_host
from xlsx_addin.excel.selftest.buttons import DirectButtons
from xlsx_addin.excel.selftest.mac_host import MacExcel

FOUND = Excel("Mac", "16.89", 0)


@pytest.fixture
def mac(memory_host, monkeypatch):
    """Let xlwings start an Excel in memory, whose process is there until it is quit."""
    there = SimpleNamespace(pids={7}, killed=[], macros=[])

    def start(*, visible, add_book):
        assert visible
        assert not add_book
        app = memory_host.start()
        there.pids.add(app.pid)
        there.pid = app.pid
        return app

    def quit_app(app):
        there.pids.discard(there.pid)

    monkeypatch.setattr(xlwings, "App", start)
    monkeypatch.setattr(App, "quit", quit_app)
    monkeypatch.setattr(mac_host, "named", lambda _name: set(there.pids))
    monkeypatch.setattr(mac_host.psutil, "pid_exists", lambda pid: pid in there.pids)
    for name, on in (("protect_worksheet", True), ("unprotect", False)):
        monkeypatch.setattr(
            api.SheetApi,
            name,
            lambda sheet, on=on: setattr(sheet.grid.protection, "on", on),
            raising=False,
        )

    class Made(MacExcel):
        found = FOUND

        def __init__(self, _host, bench, waiting):
            super().__init__(bench, self.found, waiting)
            self._buttons = DirectButtons(bench.settings, lambda one: self.app.books[one.name])

        def open(self, path):
            return memory_host.open(path)

        def copy(self, book, path):
            memory_host.save(book)
            shutil.copy(book.fullname, path)

    there.make = Made
    return there


def test_all_steps_about_buttons_are_well_without_a_macro(run, mac):
    names = ("second press", "selection", "undo", "cancel", "protected sheet", "save")
    result = run(mac.make, steps=only(*names))
    assert result.failed == []
    assert set(result.words.values()) == {"ok"}
    assert "Not run on a Mac" in result["workbook"].message
    assert mac.pids == {7}


def test_formulas_are_skipped_with_the_reason(run, mac):
    class WithAddIn(mac.make):
        def load_add_in(self):
            return "It was opened."

    steps = only("add-in", "formula spill", "recalculation")
    result = run(WithAddIn, steps=[one for one in steps if one.name != "button"])
    assert result["formula spill"].message == "Formulas need Excel for Windows."
    assert result["recalculation"].message == "It needs the step formula spill, which was skipped."


def test_an_excel_that_runs_already_is_left_alone(run, mac, monkeypatch, memory_host):
    running = memory_host.start()
    mac.pids.add(running.pid)
    monkeypatch.setattr(xlwings, "App", lambda **_options: running)
    result = run(mac.make, steps=only())
    assert result.failed == ["start"]
    assert "gave the one that runs already" in result["start"].message
    assert running.pid in mac.pids


def test_without_excel_nothing_is_started(run, mac):
    class Nothing(mac.make):
        found = None

    result = run(Nothing, steps=only())
    assert result.failed == ["excel"]
    assert mac.pids == {7}
