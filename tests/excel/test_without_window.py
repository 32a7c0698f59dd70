"""What happens where Tk or a screen is missing."""

import logging
import subprocess
import sys
import threading
import time

import pytest

from xlsx_addin.errors import LocalError, WorkbookBusy
from xlsx_addin.excel.progress_state import ProgressState
from xlsx_addin.excel.summary import Summary
from xlsx_addin.excel.window import (
    ProgressWindow,
    WindowUnavailable,
    ask_days,
    run_without_window,
    show_message,
)

WITHOUT_TK = """
import sys
sys.modules["tkinter"] = sys.modules["_tkinter"] = None
import threading, time
from xlsx_addin.excel import window
from xlsx_addin.excel.progress_state import ProgressState
try:
    window.ProgressWindow(
        "march.xlsx", ProgressState(time.monotonic), cancel=threading.Event(),
        wants_front=lambda: False,
    )
except window.WindowUnavailable as error:
    print(error)
"""


def make_window():
    ProgressWindow(
        "march.xlsx",
        ProgressState(time.monotonic),
        cancel=threading.Event(),
        wants_front=lambda: False,
    )


def test_without_tk_the_module_can_be_imported_and_says_what_is_missing():
    done = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-c", WITHOUT_TK], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("Python's window library Tk is missing")
    assert "python3-tk" in done.stdout
    assert done.stderr == ""


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="has a screen always")
@pytest.mark.parametrize(
    "show",
    [make_window, lambda: ask_days("Days", 45), lambda: show_message("Title", "Text", "info")],
)
def test_without_a_screen_it_is_said(show, monkeypatch):
    pytest.importorskip("tkinter")
    monkeypatch.delenv("DISPLAY", raising=False)
    with pytest.raises(WindowUnavailable, match="No window can be shown: ") as caught:
        show()
    assert isinstance(caught.value, LocalError)
    assert caught.value.next_step


def test_a_job_runs_in_the_calling_thread():
    threads = []

    def job():
        threads.append(threading.current_thread())
        return Summary("All is well.")

    assert run_without_window(job) == Summary("All is well.")
    assert threads == [threading.current_thread()]


def test_an_error_of_ours_is_put_into_words():
    def job():
        raise WorkbookBusy("It is busy.", next_step="Wait.")

    assert run_without_window(job).lines == ("The refresh did not work.", "It is busy. Wait.")


def test_any_other_error_is_logged_with_its_traceback_and_said_without(caplog):
    def job():
        raise ZeroDivisionError("division by zero")

    with caplog.at_level(logging.ERROR):
        summary = run_without_window(job)
    assert "ZeroDivisionError: division by zero" in summary.text
    assert "Traceback" not in summary.text
    assert "Traceback" in caplog.text
