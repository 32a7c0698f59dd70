import sqlite3
from contextlib import closing

from tests.store.contract import LINE
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
