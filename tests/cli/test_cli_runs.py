"""`runs`: what was run and what it came to, killed runs among it."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest

from xlsx_addin.core.line_items import LineItem
from xlsx_addin.sandbox import INVOICES, Limit
from xlsx_addin.store.address import default_store_path
from xlsx_addin.store.contract import Caller
from xlsx_addin.store.sqlite import SCHEMA, SqliteStore
from xlsx_addin.workbooks.access import lock
from xlsx_addin.workbooks.keys import file_key

LINES = [LineItem("111-1087441-1234567", f"{n:014d}", "XWwjNjAbC") for n in range(1, 4)]
NEEDS_SIGKILL = pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX's")


@pytest.fixture
def store(home):
    with SqliteStore(default_store_path(home)) as store:
        yield store


def test_at_first_there_are_no_runs(cli):
    done = cli("runs")
    assert (done.code, done.out) == (0, "")
    assert "Nothing was run yet." in done.err
    assert cli("runs", "--json").json == {"runs": []}


def test_runs_are_listed_a_line_each_the_latest_first(amazon, cli, make_book, monkeypatch):
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "Zoë 山田")
    book = make_book([*LINES, ("111-1087441-1234567", None, "XWwjNjAbC")])
    cli("refresh", book)
    cli("undo", book)
    header, undone, refreshed = cli("runs").out.splitlines()
    assert header.split() == [
        *("Run", "Started", "Duration", "Workbook", "Sheet", "Rows", "Result")
    ]
    assert undone.split()[0] == "2"
    assert undone.endswith("undo: done")
    assert refreshed.split()[0] == "1"
    assert refreshed.split()[-4:] == ["4", "1", "Check", "IDs"]
    assert " book.xlsx  Lines " in refreshed
    shown = dict(line.split(maxsplit=1) for line in cli("runs", 1).out.splitlines())
    assert shown["Workbook"] == str(book)
    assert shown["Started"] in ("by Zoë 山田 with refresh", shown["Started"])
    assert "Zoë 山田 with refresh" in cli("runs", 1).out
    assert (shown["Rows"], shown["Requests"], shown["Found"]) == ("4", "1", "3")


def test_runs_are_printed_as_json(amazon, cli, make_book):
    books = [make_book(LINES[:1], name="a.xlsx"), make_book(LINES[1:], name="b.xlsx")]
    cli("refresh", *books)
    runs = cli("runs", "--json").json["runs"]
    assert [run["workbook"] for run in runs] == [str(books[1]), str(books[0])]
    assert {run["result"] for run in runs} == {"done"}
    assert [run["counts"]["requests"] for run in runs] == [None, None]
    assert cli("runs", 1, "--json").json == runs[1]
    assert "shared with other workbooks" in cli("runs", 1).out


def test_a_number_of_runs_can_be_chosen(cli, store):
    for _ in range(30):
        store.start_run("book", "a.xlsx", "Lines", at=1.0)
    assert len(cli("runs").out.splitlines()) == 1 + 20
    assert len(cli("runs", "--last", 5).out.splitlines()) == 1 + 5


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ((99,), "no-such-run", "There is no run 99."),
        ((2**63 - 1,), "no-such-run", "There is no run"),
        ((2**63,), "usage", "not the number of a run"),
        ((0,), "usage", "not the number of a run"),
        (("march.xlsx",), "usage", "not the number of a run"),
        (("--last", "0"), "usage", "no number from 1 to 10,000"),
    ],
)
def test_what_is_no_run_is_told(words, code, message, cli):
    done = cli("runs", *words, "--json")
    assert done.code == 2
    assert done.json["error"]["code"] == code
    assert message in done.json["error"]["message"]


def test_a_run_is_one_line_whatever_its_workbook_is_called(cli, store):
    store.start_run(
        "book",
        "/home/ann/two\nlines\u2028\x1b[31m.xlsx",
        "a\tb\r\nc",
        at=1.0,
        caller=Caller("ann\nlee", "refresh", "1"),
    )
    _, line = cli("runs").out.splitlines()
    assert "two lines  [31m.xlsx  a b  c" in line
    shown = cli("runs", 1).out
    assert len(shown.splitlines()) == 10
    assert "\x1b" not in shown


def test_columns_stay_in_line_with_letters_of_east_asia(cli, store):
    store.start_run("a", "買掛金.xlsx", "Lines", at=1.0)
    store.start_run("b", "payable-12.xlsx", "Lines", at=1.0)
    header, wide, narrow = cli("runs").out.splitlines()[:1] + cli("runs").out.splitlines()[1:][::-1]
    assert wide.index("Lines") + 3 == narrow.index("Lines") == header.index("Sheet")


def test_a_clock_that_was_set_back_tells_no_duration(cli, store):
    number = store.start_run("book", "a.xlsx", "Lines", at=1000.0)
    store.end_run(number, at=10.0, counts={"rows": 1})
    assert cli("runs").out.splitlines()[1].split()[3] == "-"
    assert cli("runs", number, "--json").json["seconds"] is None


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.04, "0.0 s"), (59.9, "59.9 s"), (61, "1 min 01 s"), (3725, "1 h 02 min")],
)
def test_a_duration_is_told_in_units_of_its_size(seconds, shown, cli, store):
    number = store.start_run("book", "a.xlsx", "Lines", at=1000.0)
    store.end_run(number, at=1000.0 + seconds, counts={})
    assert f"  {shown}  a.xlsx" in cli("runs").out


def test_a_run_that_holds_its_workbook_is_under_way(cli, store, home, tmp_path):
    book = tmp_path / "march.xlsx"
    for _ in range(2):
        store.start_run(f"{file_key(book)}\nLines", str(book), "Lines", at=1.0)
    with lock(book, home):
        results = [line.split("Lines")[1].strip() for line in cli("runs").out.splitlines()[1:]]
        assert results == ["under way", "did not end"]
        for number, result in ((1, "did not end"), (2, "under way")):
            assert cli("runs", number, "--json").json["result"] == result
    assert [run["result"] for run in cli("runs", "--json").json["runs"]] == ["did not end"] * 2


@NEEDS_SIGKILL
def test_a_refresh_that_is_killed_is_listed_without_an_end(start_amazon, cli, make_book, home):
    start_amazon(limits={INVOICES: Limit(100, 100)}, latency_s=30.0)
    book = make_book(LINES)
    command = [sys.executable, "-m", "xlsx_addin", "refresh", str(book)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:  # noqa: S603  # our own
        try:
            assert _wait_for(lambda: _placed(home))
            assert cli("runs", "--json").json["runs"][0]["result"] == "under way"
        finally:
            process.send_signal(signal.SIGKILL)
    (run,) = cli("runs", "--json").json["runs"]
    assert (run["result"], run["ended"], run["sheet"]) == ("did not end", None, "Lines")
    assert cli("runs").out.splitlines()[1].endswith("did not end")


def _placed(home):
    path = default_store_path(home)
    if not path.exists():
        return False
    with closing(sqlite3.connect(path)) as connection:
        try:
            return connection.execute("SELECT 1 FROM runs WHERE sheet <> ''").fetchone()
        except sqlite3.OperationalError:  # the tables are being made
            return False


def _wait_for(condition, patience_s=30.0):
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def test_a_store_of_a_newer_version_is_told(cli, store):
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA.version + 1}")
    done = cli("runs", "--json")
    assert done.code == 1
    assert done.json["error"]["code"] == "store-newer"


def test_a_store_that_is_kept_busy_is_told(cli, store, monkeypatch):
    monkeypatch.setattr("xlsx_addin.store.database.PATIENCE_S", 0.0)
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        store.close()  # another connection would keep WAL, in which readers never wait
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        done = cli("runs", "--json")
    assert done.code == 1
    assert done.json["error"]["code"] == "store-busy"
