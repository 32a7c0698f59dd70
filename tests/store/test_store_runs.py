import sqlite3
from contextlib import closing

from tests.store.contract import start
from xlsx_addin.store.runs import KEPT
from xlsx_addin.store.sqlite import SqliteStore


def fill(path, count):
    with closing(sqlite3.connect(path)) as connection:
        connection.executemany(
            "INSERT INTO runs (book, path, sheet, policy, started_at) VALUES (?, ?, ?, ?, ?)",
            [(f"book {n % 50}", "march.xlsx", "Lines", "missing", float(n)) for n in range(count)],
        )
        connection.commit()


def test_the_oldest_runs_make_room(tmp_path):
    path = tmp_path / "store.sqlite"
    with SqliteStore(path) as store:
        fill(path, KEPT)
        newest = start(store)
        assert newest == KEPT + 1
        assert store.run(1) is None
        assert store.run(2) is not None
        assert len(store.runs(2 * KEPT)) == KEPT


def test_the_numbers_of_runs_are_never_given_twice(tmp_path):
    path = tmp_path / "store.sqlite"
    with SqliteStore(path) as store:
        number = start(store)
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("DELETE FROM runs")
            connection.commit()
        assert start(store) == number + 1


def test_the_latest_of_many_runs_are_found_without_looking_at_all(tmp_path):
    path = tmp_path / "store.sqlite"
    with SqliteStore(path) as store:
        fill(path, KEPT)
        steps = []
        store._database._connection.set_progress_handler(lambda: steps.append(1), 1000)
        assert [run.number for run in store.runs(20)] == list(range(KEPT, KEPT - 20, -1))
    assert not steps
