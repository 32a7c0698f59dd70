"""The processes of a self-test, found by their mark: real ones, and no others."""

import os
import subprocess
import sys

import psutil
import pytest

from xlsx_addin.excel.selftest.bench import HOME_VARIABLE
from xlsx_addin.excel.selftest.processes import Processes, named

WAITING = "import time; print(flush=True); time.sleep(60)"


@pytest.fixture
def start():
    """Start a Python that waits, with the mark of a home folder."""
    started = []

    def run(home, *words):
        process = subprocess.Popen(  # noqa: S603  # our own words
            [sys.executable, "-c", WAITING, *words],
            env=os.environ | {HOME_VARIABLE: str(home)},
            stdout=subprocess.PIPE,
        )
        started.append(process)
        process.stdout.readline()
        return process

    yield run
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def test_processes_are_found_by_their_mark_alone(start, tmp_path):
    ours, other = start(tmp_path / "ours"), start(tmp_path / "others")
    processes = Processes(HOME_VARIABLE, str(tmp_path / "ours"))
    assert [one.pid for one in processes.running()] == [ours.pid]
    processes.end()
    ours.wait(10)
    assert not psutil.pid_exists(ours.pid)
    assert other.poll() is None
    assert processes.running() == []


def test_workers_are_told_from_other_processes(start, tmp_path):
    start(tmp_path)
    worker = start(tmp_path, "xlsx_addin.excel.worker", "refresh")
    assert Processes(HOME_VARIABLE, str(tmp_path)).workers() == [worker.pid]


def test_the_process_of_the_self_test_itself_is_never_ended(monkeypatch, tmp_path):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    assert os.getpid() not in [one.pid for one in Processes(HOME_VARIABLE, str(tmp_path)).running()]


def test_programs_are_listed_by_name():
    name = psutil.Process().name()
    assert os.getpid() in named(name.upper())
    assert named("EXCEL.EXE") == set()
