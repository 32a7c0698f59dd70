"""Whether Excel runs."""

import subprocess

import pytest

from xlsx_addin.installing.places import System
from xlsx_addin.installing.running import excel_runs

ROW = b'"EXCEL.EXE","4711","Console","1","150.212 K"\r\n'
NONE = b"INFORMATION: Es werden keine Aufgaben ausgef\x81hrt.\r\n"


@pytest.mark.parametrize(
    ("system", "printed", "expected"),
    [
        (System.WINDOWS, ROW, True),
        (System.WINDOWS, NONE, False),
        (System.MAC, b"4711\n", True),
        (System.MAC, b"", False),
    ],
)
def test_the_system_is_asked(system, printed, expected):
    assert excel_runs(system, lambda _words: printed) is expected


@pytest.mark.parametrize("error", [FileNotFoundError(), subprocess.TimeoutExpired("pgrep", 5)])
def test_where_the_system_does_not_say_nobody_knows(error):
    def fail(words):
        raise error

    assert excel_runs(System.MAC, fail) is None


def test_a_real_question_is_asked_without_harm():
    assert excel_runs(System.MAC) in {True, False, None}
