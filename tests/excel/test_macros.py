"""The entry of the buttons: it starts the worker and returns, or says why it cannot."""

import re
import sys
from datetime import datetime
from pathlib import Path

import pytest

from xlsx_addin.excel.actions import ACTIONS
from xlsx_addin.excel.macros import main, start_process, worker_command
from xlsx_addin.logs import log_path
from xlsx_addin.workbooks.live.attach import OpenBook

BOOK = OpenBook(4711, "Käufe März & Co's (1).xlsm")


@pytest.fixture
def press(home):
    """Call the entry as a macro does; give the commands that were started."""
    started = []

    def run(*words, find=lambda: BOOK):
        main(*words, find=find, launch=started.append)
        return started

    return run


def log_of(home):
    return "".join(path.read_text() for path in (home / "logs").glob("*.log"))


@pytest.mark.parametrize("action", ACTIONS)
def test_every_button_starts_a_worker_for_its_workbook(press, action):
    ((interpreter, *words),) = press(action)
    assert Path(interpreter).stem in (Path(sys.executable).stem, "pythonw")
    assert words == ["-P", "-m", "xlsx_addin.excel.worker", "--", action, "4711", BOOK.name]


def test_the_button_without_a_word_refreshes(press):
    ((*_, action, _, _),) = press()
    assert action == "refresh"


def test_a_word_of_another_version_is_said(press, home):
    with pytest.raises(SystemExit) as caught:
        press("translate")
    assert "update both" in str(caught.value)
    assert "no-such-action" not in str(caught.value)
    assert "translate" in log_of(home)


def test_what_goes_wrong_is_said_without_a_traceback_which_is_in_the_log(press, home):
    def find():
        raise ZeroDivisionError("by zero")

    with pytest.raises(SystemExit) as caught:
        press("refresh", find=find)
    text = str(caught.value)
    assert text.startswith("Something unexpected went wrong")
    assert "Traceback" not in text
    assert "Traceback" in log_of(home)


def test_a_folder_of_nobody_is_said_without_a_traceback(press, monkeypatch):
    monkeypatch.setenv("XLSX_ADDIN_HOME", "~nobody-of-this-name/addin")
    with pytest.raises(SystemExit, match="there is no such user"):
        press("refresh")


def test_a_program_that_cannot_be_started_is_said(home):
    def launch(_):
        raise FileNotFoundError("no such interpreter")

    with pytest.raises(SystemExit, match="no such interpreter"):
        main("refresh", find=lambda: BOOK, launch=launch)


def test_a_started_process_goes_on_by_itself_outside_of_the_workbooks_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "json.py").write_text("raise SystemExit('a module of the workbook folder')")
    said = tmp_path / "said.txt"
    code = "import json, os, sys; open(sys.argv[1], 'w').write(os.getcwd() + ' ' + sys.argv[2])"
    process = start_process([sys.executable, "-P", "-c", code, str(said), BOOK.name])
    assert process.wait(timeout=30) == 0
    folder, name = said.read_text().split(" ", 1)
    assert Path(folder) == Path.home()
    assert name == BOOK.name


def test_the_windowed_python_is_taken_where_there_is_one(tmp_path, monkeypatch):
    (tmp_path / "pythonw.exe").touch()
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python.exe"))
    assert worker_command("undo", BOOK)[0] == str(tmp_path / "pythonw.exe")


def test_the_log_tells_what_was_started(press, home):
    press("undo")
    assert re.search(r"undo: started for .* in Excel 4711", log_of(home))
    assert log_path(home, datetime.now().astimezone().date()).exists()
