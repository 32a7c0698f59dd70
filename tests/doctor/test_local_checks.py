"""Python, packages, store, disk and locks."""

from pathlib import Path

import filelock
import pytest

from xlsx_addin.diagnosing import _is_held
from xlsx_addin.doctor.check import Health
from xlsx_addin.doctor.local import check_home, check_locks, check_room, check_store, free_bytes
from xlsx_addin.doctor.python import check_packages, check_python
from xlsx_addin.store.health import FileState

MB = 1024**2


def test_python_is_named_and_may_be_too_old():
    assert check_python((3, 11, 7), "/env/python").message == "Python 3.11.7, /env/python."
    assert check_python((3, 10, 1), "/env/python").health is Health.PROBLEM


@pytest.mark.parametrize(
    ("program", "found", "words"),
    [
        ("0.1.0", {"xlwings": "1.0", "requests": None}, "requests missing"),
        ("0", {"xlwings": "1.0"}, "the program is not installed"),
        ("0.1.0", {"xlwings": "0.9"}, "xlwings is of version 0.9, the add-in needs 1.0"),
    ],
)
def test_packages_that_do_not_fit_are_named(program, found, words):
    finding = check_packages(program, found, "1.0")
    assert (finding.health, words in finding.message) == (Health.PROBLEM, True)
    assert "pip install" in finding.next_step


def test_packages_that_fit_are_listed():
    finding = check_packages("0.1.0", {"xlwings": "1.0", "requests": "2.32"}, "1.0")
    assert finding.message == "xlsx_addin 0.1.0, xlwings 1.0, requests 2.32."


def test_the_store_tells_its_size_and_version():
    path = Path("store.sqlite")
    state = FileState(3 * MB, 2, is_whole=True)
    assert check_store(path, lambda: state).message == "store.sqlite is sound: 3,072 kB, version 2."
    assert "time to look" in check_store(path, lambda: state._replace(is_whole=False)).message
    assert "No answers are kept yet" in check_store(path, lambda: None).message


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    home = tmp_path / "not" / "there"
    assert check_home(home, lambda _: True).message.endswith(f"are in {home}.")
    finding = check_home(home, lambda _: False)
    assert finding.health is Health.PROBLEM
    assert f"{tmp_path} cannot be written" in finding.message
    (tmp_path / "not").touch()
    assert check_home(home, lambda _: True).health is Health.PROBLEM


def test_the_disk_with_the_least_room_counts(tmp_path):
    missing = tmp_path / "not" / "there"
    free = {tmp_path: 150 * MB}
    finding = check_room([missing, Path("/")], lambda one: free.get(one, 5000 * MB))
    assert finding.health is Health.PROBLEM
    assert f"Only 150 MB are free on the disk of {missing}" in finding.message
    assert check_room([tmp_path], lambda _: 5000 * MB).message == f"5 GB are free for {tmp_path}."
    assert free_bytes(tmp_path) > 0


def test_left_over_lock_files_are_no_locks(tmp_path):
    (tmp_path / "a.lock").touch()
    assert check_locks(tmp_path, _is_held, 0.0).message.startswith("No workbook")
    assert check_locks(tmp_path / "missing", _is_held, 0.0).health is Health.OK


def test_a_refresh_at_work_is_told_and_one_that_hangs_is_a_problem(tmp_path):
    path = tmp_path / "a.lock"
    with filelock.FileLock(path):
        began = path.stat().st_mtime
        finding = check_locks(tmp_path, _is_held, began + 60)
        assert finding.health is Health.OK
        assert finding.message.startswith("1 workbook being refreshed right now")
        assert path.stat().st_mtime == began
        assert check_locks(tmp_path, _is_held, began + 4 * 3600).health is Health.PROBLEM
    assert check_locks(tmp_path, _is_held, began).message.startswith("No workbook")
