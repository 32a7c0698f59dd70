import sqlite3
from contextlib import closing

import pytest

from tests.store.contract import LINE
from xlsx_addin.core.answers import Answer, Detail
from xlsx_addin.core.snapshots import Entry, Snapshot
from xlsx_addin.store.sqlite import SqliteStore
from xlsx_addin.store.undo import KEPT


def test_the_oldest_snapshots_of_a_workbook_make_room(tmp_path):
    with SqliteStore(tmp_path / "store.sqlite") as store:
        for run in range(1, KEPT + 3):
            store.keep_undo(run, "book", Snapshot("Lines", []), at=float(run))
        store.keep_undo(100, "other", Snapshot("Lines", []), at=1.0)
        kept = []
        while (record := store.last_undo("book")) is not None:
            kept.append(record.run)
            store.drop_undo(record.run)
    assert kept == list(range(KEPT + 2, 2, -1))


def test_a_snapshot_of_many_rows_is_small(tmp_path):
    path = tmp_path / "store.sqlite"
    entries = [
        Entry(row, LINE._replace(order_id=f"111-{row:07d}-1234567"), None) for row in range(10_000)
    ]
    with SqliteStore(path) as store:
        store.keep_undo(1, "book", Snapshot("Lines", entries), at=1.0)
        record = store.last_undo("book")
    assert record.snapshot.entries == entries
    with closing(sqlite3.connect(path)) as connection:
        (size,) = connection.execute("SELECT length(snapshot) FROM undo").fetchone()
    assert size < 20 * len(entries)


@pytest.fixture
def old_store(tmp_path):
    """A store as the version before wrote it, without a table of snapshots."""
    path = tmp_path / "store.sqlite"
    with SqliteStore(path) as store:
        store.save("account", {LINE: Answer((Detail("INV-1"),))}, at=1.0)
    with closing(sqlite3.connect(path)) as connection:
        for table in ("undo", "feed_pages", "feed_windows"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("PRAGMA user_version = 1")
        connection.commit()
    return path


def test_a_store_of_the_version_before_is_brought_up_to_date(old_store):
    with SqliteStore(old_store) as store:
        assert store.moved_aside is None
        store.keep_undo(1, "book", Snapshot("Lines", []), at=1.0)
        assert store.last_undo("book") is not None
        assert store.known("account", [LINE])[LINE].answer == Answer((Detail("INV-1"),))
    with SqliteStore(old_store) as store:
        assert store.last_undo("book") is not None
