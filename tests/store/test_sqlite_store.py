import os
import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.store.contract import ACCOUNT, INVOICE, LINE, OTHER, StoreContract, start
from xlsx_addin.core.answers import KnownAnswer
from xlsx_addin.errors import StoreError
from xlsx_addin.store.contract import Store, Written
from xlsx_addin.store.database import use_best_journal
from xlsx_addin.store.sqlite import SCHEMA, SqliteStore

WRITTEN = Written("INV-1", "2026-03-04", "")
posix_only = pytest.mark.skipif(os.name != "posix", reason="file modes and VFS of POSIX")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "store.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(path, clock=lambda: 0.0) as store:
        yield store


class TestSqliteStore(StoreContract):
    @pytest.fixture
    def store(self, path: Path) -> Iterator[Store]:
        with SqliteStore(path) as store:
            yield store


def test_the_revision_changes_when_another_connection_saves(path: Path) -> None:
    with SqliteStore(path) as store, SqliteStore(path) as other:
        before = store.revision()
        other.save(ACCOUNT, {LINE: INVOICE}, at=1.0)
        assert store.revision() != before


def execute(path: Path, *statements: str) -> None:
    """Do something to the file from outside."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def test_everything_is_there_after_the_store_was_closed(path: Path) -> None:
    with SqliteStore(path) as store:
        store.save(ACCOUNT, {LINE: INVOICE}, at=1.0)
        store.save(ACCOUNT, {LINE: OTHER}, at=2.0)
        store.record_written([(LINE, WRITTEN)])
        number = start(store)
    with SqliteStore(path) as store:
        assert store.path == path
        assert store.known(ACCOUNT, [LINE]) == {LINE: KnownAnswer(OTHER, 2.0, 1.0, INVOICE)}
        assert store.written([LINE]) == {LINE: frozenset({WRITTEN})}
        assert store.unfinished_since("book") == 1.0
        assert start(store) > number


def test_two_stores_on_one_file_see_each_other(path: Path, store: SqliteStore) -> None:
    with SqliteStore(path) as other:
        other.save(ACCOUNT, {LINE: INVOICE}, at=1.0)
        assert store.known(ACCOUNT, [LINE])[LINE].answer == INVOICE


def test_answers_are_written_ahead_so_that_readers_do_not_wait(
    path: Path, store: SqliteStore
) -> None:
    store.save(ACCOUNT, {LINE: INVOICE}, at=1.0)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        other.execute("BEGIN IMMEDIATE")
        assert LINE in store.known(ACCOUNT, [LINE])


@posix_only
def test_a_rollback_journal_is_used_where_wal_is_impossible(tmp_path: Path) -> None:
    # SQLite's "dotfile" locking has no shared memory, like some network drives.
    address = f"file:{tmp_path / 'store.sqlite'}?vfs=unix-dotfile"
    with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as connection:
        use_best_journal(connection, durable=True)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL


class WithoutSharedMemory(sqlite3.Connection):
    """A connection to a drive on which WAL fails outright."""

    def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        if sql.endswith("WAL"):
            raise sqlite3.OperationalError("disk I/O error")
        return super().execute(sql, *parameters)


def test_a_rollback_journal_is_used_where_wal_fails(tmp_path: Path) -> None:
    file = tmp_path / "store.sqlite"
    with closing(sqlite3.connect(file, factory=WithoutSharedMemory)) as connection:
        use_best_journal(connection, durable=True)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)


@posix_only
def test_files_are_readable_by_the_user_only(path: Path, store: SqliteStore) -> None:
    store.save(ACCOUNT, {LINE: INVOICE}, at=1.0)
    files = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert files == dict.fromkeys(files, 0o600)
    assert {"store.sqlite", "store.sqlite-wal"} <= set(files)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_failure_in_the_middle_of_a_save_leaves_nothing(path: Path, store: SqliteStore) -> None:
    sibling = LINE._replace(shipment_id="refused")
    execute(
        path,
        "CREATE TRIGGER fail BEFORE INSERT ON answers WHEN NEW.line_item LIKE '%refused'"
        " BEGIN SELECT RAISE(ABORT, 'no'); END",
    )
    with pytest.raises(StoreError):
        store.save(ACCOUNT, {LINE: INVOICE, sibling: OTHER}, at=1.0)
    assert store.known(ACCOUNT, [LINE, sibling]) == {}
    store.save(ACCOUNT, {LINE: INVOICE}, at=1.0)
    assert LINE in store.known(ACCOUNT, [LINE])


def test_a_store_of_a_newer_version_is_refused_untouched(path: Path) -> None:
    SqliteStore(path).close()
    execute(path, f"PRAGMA user_version = {SCHEMA.version + 1}")
    before = path.read_bytes()
    with pytest.raises(StoreError, match="newer version") as caught:
        SqliteStore(path)
    assert caught.value.code == "store-newer"
    assert "Update" in caught.value.next_step
    assert path.read_bytes() == before


def test_a_database_of_another_program_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "places.sqlite"
    execute(path, "CREATE TABLE bookmarks (url TEXT)")
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program") as caught:
        SqliteStore(path)
    assert caught.value.code == "store-foreign"
    assert path.read_bytes() == before


def test_a_full_disk_is_said_and_costs_nothing_that_was_saved(store: SqliteStore) -> None:
    store.save(ACCOUNT, {LINE: INVOICE}, at=1.0)
    store._database._connection.execute("PRAGMA max_page_count = 1")  # not below what is used
    many = {LINE._replace(shipment_id=f"{n:0100}"): INVOICE for n in range(1000)}
    with pytest.raises(StoreError, match="disk is full") as caught:
        store.save(ACCOUNT, many, at=2.0)
    assert "Free some space" in caught.value.next_step
    assert list(store.known(ACCOUNT, [LINE, *many])) == [LINE]


def test_a_store_that_cannot_be_written_is_said(path: Path, store: SqliteStore) -> None:
    store._database._connection.execute("PRAGMA query_only = ON")
    with pytest.raises(StoreError, match="cannot be opened for writing") as caught:
        store.save(ACCOUNT, {LINE: INVOICE}, at=1.0)
    assert str(path) in caught.value.message
    assert "XLSX_ADDIN_STORE" in caught.value.next_step


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="cannot be opened for writing") as caught:
        SqliteStore(tmp_path / "file" / "store.sqlite")
    assert "XLSX_ADDIN_STORE" in caught.value.next_step


def test_a_store_kept_busy_is_said(path: Path, store: SqliteStore) -> None:
    store._database._patience_s = 0
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="busy") as caught:
            store.save(ACCOUNT, {LINE: INVOICE}, at=1.0)
    assert caught.value.code == "store-busy"


def test_what_is_known_can_be_read_while_a_save_waits_for_another_process(
    path: Path, store: SqliteStore
) -> None:
    store.save(ACCOUNT, {LINE: INVOICE}, at=1.0)
    tried = threading.Event()
    store._database._connection.set_trace_callback(lambda sql: "BEGIN" in sql and tried.set())
    saving = threading.Thread(target=lambda: store.save(ACCOUNT, {LINE: OTHER}, at=2.0))
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        saving.start()
        assert tried.wait(20)
        assert store.known(ACCOUNT, [LINE])[LINE].answer == INVOICE
        assert saving.is_alive()
        other.execute("ROLLBACK")
    saving.join()
    assert store.known(ACCOUNT, [LINE])[LINE].answer == OTHER


def test_using_a_closed_store_is_a_mistake_of_the_program(path: Path) -> None:
    store = SqliteStore(path)
    store.close()
    with pytest.raises(sqlite3.ProgrammingError):
        store.known(ACCOUNT, [LINE])
