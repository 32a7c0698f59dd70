"""`xlsx-addin selftest` in the whole program, with an Excel in memory."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from tests.excel.selftest.memory_excel import MemoryExcel
from tests.hosts.fixtures import memory_host  # noqa: F401  # a fixture
from xlsx_addin.errors import InputError, LocalError
from xlsx_addin.excel.selftest import choosing, self_test
from xlsx_addin.excel.selftest.choosing import Choice, choose
from xlsx_addin.excel.selftest.evidence import new_folder

FEW = ("excel", "start", "workbook", "button", "quit")


@pytest.fixture
def excel(memory_host, monkeypatch, tmp_path):  # noqa: F811  # the fixture
    """Let the command use an Excel in memory and do a few steps; gives a class to change it by."""
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "me"))
    (tmp_path / "me").mkdir()
    steps = self_test.all_steps
    monkeypatch.setattr(self_test, "all_steps", lambda: [one for one in steps() if one.name in FEW])

    def take(make=MemoryExcel):
        made = []

        def choice(_environ, _home):
            return Choice(lambda *parts: made.append(make(memory_host, *parts)) or made[-1])

        monkeypatch.setattr(self_test, "choose", choice)
        return made

    return take


class Broken(MemoryExcel):
    def press(self, book, action):
        super().press(book, action)
        self.buttons._thread.join()
        book.sheets["Reconcile"]["L9"].value = "soon"


def test_a_person_reads_what_was_seen(excel, cli, tmp_path):
    excel()
    done = cli("selftest")
    assert done.code == 0, done.out
    lines = done.out.splitlines()
    assert lines[0].split(maxsplit=2) == ["OK", "excel", "An Excel in memory."]
    assert lines[-1] == "All is well."
    (folder,) = (tmp_path / "me").iterdir()
    assert folder.name == f"xlsx-addin-selftest-{datetime.now():%Y-%m-%d}"  # noqa: DTZ005  # local
    assert done.err == f"The evidence goes into {folder}.\n"
    kept = {path.name for path in folder.iterdir()}
    assert {"result.json", "03-workbook.xlsm", "04-button.xlsm"} <= kept
    assert any(name.endswith(".log") for name in kept)


def test_a_failure_is_told_and_ends_with_1(excel, cli):
    made = excel(Broken)
    done = cli("selftest")
    assert done.code == 1
    assert "FAILED  button           Invoice Date in L9 is the text 'soon'" in done.out
    assert done.out.splitlines()[-1] == "1 step failed."
    assert made[0].killed


def test_json_tells_the_same(excel, cli, tmp_path):
    excel(Broken)
    done = cli("selftest", "--json", "--to", tmp_path / "there")
    assert done.code == 1
    assert done.json["ok"] is False
    assert {one["step"]: one["status"] for one in done.json["steps"]} == {
        **dict.fromkeys(FEW, "ok"),
        "button": "failed",
    }
    assert done.json["versions"].keys() == {"xlsx_addin", "xlwings", "python", "system"}
    assert json.loads((tmp_path / "there" / "result.json").read_text()) == done.json


def test_older_evidence_is_never_overwritten(excel, cli, tmp_path):
    excel()
    there = tmp_path / "there"
    there.mkdir()
    done = cli("selftest", "--to", there)
    assert done.code == 2
    assert f"There is a file or folder {there} already." in done.err
    assert list(there.iterdir()) == []


def test_folders_of_one_day_are_numbered(tmp_path):
    day = datetime(2026, 3, 1)  # local
    names = [new_folder(tmp_path, day).name for _ in range(3)]
    assert names == [
        "xlsx-addin-selftest-2026-03-01",
        "xlsx-addin-selftest-2026-03-01-2",
        "xlsx-addin-selftest-2026-03-01-3",
    ]


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(LocalError, match="cannot be made"):
        new_folder(tmp_path, datetime(2026, 3, 1), tmp_path / "file" / "below")


def test_ctrl_c_ends_the_excel_and_keeps_what_was_seen(excel, cli, tmp_path):
    class Interrupted(MemoryExcel):
        def questions(self):
            raise AssertionError("nothing hangs")

    made = excel(Interrupted)
    folder = tmp_path / "there"

    def interrupt(_step):
        raise KeyboardInterrupt

    # In the main thread, between two steps.
    pressed = pytest.MonkeyPatch()
    pressed.setattr("xlsx_addin.cli.selftest._print", interrupt)
    try:
        done = cli("selftest", "--to", folder)
    finally:
        pressed.undo()
    assert done.code == 4
    assert made[0].killed
    assert [one["step"] for one in json.loads((folder / "result.json").read_text())["steps"]] == [
        "excel"
    ]


def test_where_there_is_no_excel_it_says_so_and_makes_no_folder(cli, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(self_test, "choose", lambda environ, home: choose(environ, home, "linux"))
    before = set(tmp_path.iterdir())
    done = cli("selftest", "--json")
    assert done.code == 2
    assert done.json["error"]["code"] == "no-excel-here"
    assert "on the computer that has Excel" in done.err
    assert set(tmp_path.iterdir()) - before <= {Path(tmp_path, "home")}


def test_on_a_mac_its_files_are_where_excel_may_open_them(tmp_path):
    assert choose({}, tmp_path, "darwin").parent is None
    container = tmp_path / "Library/Containers/com.microsoft.Excel/Data"
    container.mkdir(parents=True)
    assert choose({}, tmp_path, "darwin").parent == container


def test_no_other_system_is_taken_for_one_with_excel(tmp_path):
    with pytest.raises(InputError):
        choose({}, tmp_path, "cygwin")


@pytest.mark.parametrize(
    ("content", "python"),
    [(b'"INTERPRETER_WIN","C:\\Python\\python.exe"\r\n', r"C:\Python\python.exe"), (None, "")],
)
def test_on_windows_it_finds_excel_and_the_python_that_is_set_up(
    content, python, tmp_path, monkeypatch
):
    program = r"C:\Office16\EXCEL.EXE"
    registry = {("HKEY_LOCAL_MACHINE", ""): f'"{program}"'}

    def read(key, name):
        return registry.get((key.partition("\\")[0], name)) if "App Paths" in key else None

    monkeypatch.setattr(choosing, "read_registry", read)
    monkeypatch.setattr(choosing, "_CODE_PAGE", "cp1252")
    made = []
    monkeypatch.setattr(choosing, "WindowsExcel", lambda *parts: made.append(parts))
    if content:
        (tmp_path / ".xlsx_addin").mkdir()
        (tmp_path / ".xlsx_addin" / "xlsx_addin.conf").write_bytes(content)
    choose({}, tmp_path, "win32").make("bench", "waiting")
    ((bench, installed, waiting),) = made
    assert (bench, waiting) == ("bench", "waiting")
    assert (installed.program, installed.python) == (program, python)
