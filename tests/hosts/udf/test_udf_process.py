"""The functions in a process of their own, wired as for a user, with real connections."""

import json
import subprocess
import sys
from pathlib import Path

from xlsx_addin.sandbox import INVOICES

PROCESS = Path(__file__).with_name("process.py")
UNWANTED = {"openpyxl", "tkinter", "keyring", "requests", "pandas", "numpy"}
ROWS = 1000


def run(*arguments: str) -> str:
    done = subprocess.run(  # noqa: S603  # our own script
        [sys.executable, *arguments], capture_output=True, text=True, check=False, timeout=100
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_new_process_asks_nothing_that_another_one_knows(start_amazon):
    amazon = start_amazon(region="eu")
    first = json.loads(run(str(PROCESS), str(ROWS)))
    assert amazon.requests.count(INVOICES) == 40
    assert sum(row[0] == "No invoice yet" for row in first) < 200
    assert sum(row[1].startswith("20") for row in first) > 800
    again = json.loads(run(str(PROCESS), str(ROWS)))
    assert again == first
    assert amazon.requests.count(INVOICES) == 40


def test_without_a_sign_in_every_cell_says_what_to_do(home):
    shown = json.loads(run(str(PROCESS), "3"))
    assert shown == [["Not allowed: check the sign-in, then Refresh", "", ""]] * 3


def test_importing_the_functions_imports_nothing_that_takes_long():
    code = "import sys, xlsx_addin.excel.functions; print(*sys.modules)"
    assert not UNWANTED & set(run("-c", code).split())
