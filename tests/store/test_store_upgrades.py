"""Stores that earlier versions wrote are brought up to date, and lose nothing."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.store.contract import ACCOUNT, FIRST, INVOICE, LINE, StoreContract, start
from xlsx_addin.core.feed import FeedPage
from xlsx_addin.core.snapshots import Snapshot
from xlsx_addin.store.contract import Caller, RunRecord
from xlsx_addin.store.sqlite import SCHEMA, SqliteStore

VERSION_2 = Path(__file__).parent / "data" / "version-2.sqlite"
"""Written by the program when the version of its store was 2."""


@pytest.fixture
def version_2(tmp_path):
    return Path(shutil.copy(VERSION_2, tmp_path / "store.sqlite"))


@pytest.fixture
def version_1(version_2):
    """A store as it was before there were snapshots."""
    with closing(sqlite3.connect(version_2)) as connection:
        connection.execute("DROP TABLE undo")
        connection.execute("PRAGMA user_version = 1")
        connection.commit()
    return version_2


def version_of(path):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("PRAGMA user_version").fetchone()[0]


def layout_of(path):
    with closing(sqlite3.connect(path)) as connection:
        tables = [
            name
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type IN ('table', 'index') ORDER BY name"
            )
        ]
        return {
            table: connection.execute(f"PRAGMA table_info({table})").fetchall() for table in tables
        }


def test_a_store_of_version_2_keeps_all_it_holds(version_2):
    assert version_of(version_2) == 2
    with SqliteStore(version_2) as store:
        assert store.moved_aside is None
        assert store.known(ACCOUNT, [LINE])[LINE].answer == INVOICE
        assert store.written([LINE]) == {LINE: {FIRST}}
        assert store.last_undo("march").snapshot == StoreContract.SNAPSHOT
        assert store.runs() == [
            RunRecord(3, "march", "march.xlsx", "Lines", 30.0),
            RunRecord(2, "march", "march.xlsx", "Lines", 20.0, 21.0, True, {"rows": 7}),
            RunRecord(
                *(1, "march", "march.xlsx", "Lines", 10.0, 12.5, False),
                counts={
                    "rows": 7,
                    "line_items": 6,
                    "known": 0,
                    "changed": 30,
                    "Found": 6,
                    "Check IDs": 1,
                },
            ),
        ]
        assert store.unfinished_since("march") == 20.0


def test_an_upgraded_store_records_runs_as_a_new_one_does(version_2):
    with SqliteStore(version_2) as store:
        number = store.start_run(
            "book", "a.xlsx", "", at=40.0, kind="undo", caller=Caller("ann", "undo", "1")
        )
        assert number == 4
        assert store.run(number).caller == Caller("ann", "undo", "1")
    assert version_of(version_2) == SCHEMA.version


@pytest.mark.parametrize("old", ["version_1", "version_2"])
def test_an_upgraded_store_has_the_tables_of_a_new_one(old, request, tmp_path):
    path = request.getfixturevalue(old)
    SqliteStore(path).close()
    SqliteStore(tmp_path / "new.sqlite").close()
    assert layout_of(path) == layout_of(tmp_path / "new.sqlite")


def test_a_store_of_version_1_is_brought_up_to_date(version_1):
    with SqliteStore(version_1) as store:
        assert store.moved_aside is None
        store.keep_undo(start(store), "book", Snapshot("Lines", []), at=1.0)
        assert store.last_undo("book") is not None
        assert store.known(ACCOUNT, [LINE])[LINE].answer == INVOICE
    with SqliteStore(version_1) as store:
        assert store.last_undo("book") is not None


def test_an_upgrade_that_breaks_off_leaves_the_old_version(version_2, monkeypatch):
    broken = SCHEMA._replace(upgrades={2: (*SCHEMA.upgrades[2], "nonsense")})
    monkeypatch.setattr("xlsx_addin.store.sqlite.SCHEMA", broken)
    with pytest.raises(Exception, match="nonsense"):
        SqliteStore(version_2)
    monkeypatch.undo()
    assert version_of(version_2) == 2
    with SqliteStore(version_2) as store:
        assert len(store.runs()) == 3


@pytest.mark.parametrize("old", ["version_1", "version_2"])
def test_an_upgraded_store_keeps_pages_of_transactions(old, request):
    week = StoreContract.WEEK
    with SqliteStore(request.getfixturevalue(old)) as store:
        store.save_page(ACCOUNT, FeedPage(week, 0, b"body"), at=2.0)
        assert store.feed_pages(ACCOUNT, week) == [b"body"]
