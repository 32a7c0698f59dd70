"""The self-test in a real LibreOffice: its macros start real workers, whose windows are closed."""

import os
import signal

import psutil
import pytest

from tests.excel.selftest import libreoffice_excel
from tests.excel.selftest.libreoffice_excel import LibreOfficeExcel
from tests.excel.selftest.test_selftest_breakage import only
from tests.hosts.libreoffice.bridge import skip_without
from tests.hosts.libreoffice.screen import TOOLS

SKIPPED = ("add-in", "formula spill", "formula cells", "recalculation")


@pytest.fixture
def run_in_libreoffice(run):
    skip_without(*TOOLS)
    return lambda make=LibreOfficeExcel, **options: run(
        lambda _host, *parts: make(*parts), **options
    )


@pytest.mark.timeout(300)
def test_all_is_well_in_libreoffice(run_in_libreoffice):
    result = run_in_libreoffice()
    assert result.failed == [], result.json["steps"]
    for name, word in result.words.items():
        assert word == ("skipped" if name in SKIPPED else "ok"), result[name]
    kept = sorted(path.name for path in result.folder.iterdir())
    assert "04-button.xlsm" in kept
    assert "04-button.png" in kept


class Stopped(LibreOfficeExcel):
    """Hangs in the middle of a call, as an Excel does that shows a question."""

    def press(self, book, action):
        self.pid = self.office.pid
        os.kill(self.pid, signal.SIGSTOP)
        super().press(book, action)


@pytest.mark.timeout(200)
def test_an_application_that_hangs_is_ended_and_nothing_is_left(run_in_libreoffice):
    result = run_in_libreoffice(Stopped, steps=only("selection", limit_s=15.0))
    assert result.failed == ["button"]
    assert "It had not ended after 15 s" in result["button"].message
    assert not psutil.pid_exists(result.excel.pid)
    assert result.excel.left() == []


class WithoutPython(LibreOfficeExcel):
    """Its macros start a Python that is not there."""

    python = "/nowhere/python"


@pytest.mark.timeout(200)
def test_macros_that_start_nothing_are_told(run_in_libreoffice, monkeypatch):
    monkeypatch.setattr(libreoffice_excel, "BEGINNING_S", 1.0)
    result = run_in_libreoffice(WithoutPython, steps=only())
    assert result.failed == ["button"]
    assert result["button"].message == "The macro started no worker."
    assert result.words["quit"] == "ok"
