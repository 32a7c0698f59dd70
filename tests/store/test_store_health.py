"""Looking at a store without changing it."""

import sqlite3
from contextlib import closing

import pytest

from xlsx_addin.errors import StoreError
from xlsx_addin.store.health import look_at
from xlsx_addin.store.sqlite import SCHEMA, SqliteStore


@pytest.fixture
def path(tmp_path):
    with SqliteStore(tmp_path / "store.sqlite"):
        pass
    return tmp_path / "store.sqlite"


def test_a_sound_store_tells_size_and_version_and_is_not_changed(path):
    before = path.read_bytes()
    state = look_at(path)
    assert state == (path.stat().st_size, SCHEMA.version, True)
    assert path.read_bytes() == before


def test_no_store_is_no_fault(tmp_path):
    assert look_at(tmp_path / "missing.sqlite") is None
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_has_no_version_yet(tmp_path):
    (tmp_path / "store.sqlite").touch()
    assert look_at(tmp_path / "store.sqlite") == (0, 0, True)


def test_a_store_in_use_can_be_looked_at(path):
    with SqliteStore(path):
        assert look_at(path).is_whole


def test_a_file_that_is_no_store_is_damaged_and_stays_where_it_is(tmp_path):
    path = tmp_path / "store.sqlite"
    path.write_bytes(b"not a database, but long enough to be taken for one" * 100)
    before = path.read_bytes()
    with pytest.raises(StoreError) as error:
        look_at(path)
    assert error.value.code == "store-damaged"
    assert "moves it aside" in error.value.next_step
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_damaged_page_is_found(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("CREATE TABLE filling (x)")
        connection.executemany("INSERT INTO filling VALUES (?)", [("y" * 500,)] * 200)
        connection.commit()
    content = bytearray(path.read_bytes())
    content[-8000:-4000] = b"\xff" * 4000
    path.write_bytes(content)
    with pytest.raises(StoreError, match="is damaged"):
        look_at(path)


@pytest.mark.parametrize(
    ("pragma", "code"),
    [("application_id = 1", "store-foreign"), ("user_version = 999", "store-newer")],
)
def test_a_store_of_somebody_else_or_of_a_newer_version_is_told(path, pragma, code):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA {pragma}")
    with pytest.raises(StoreError) as error:
        look_at(path)
    assert error.value.code == code


def test_what_there_is_no_time_for_is_taken_on_trust(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE filling (x)")
        connection.executemany("INSERT INTO filling VALUES (?)", [(n,) for n in range(20_000)])
        connection.commit()
    assert look_at(path, patience_s=0.0, clock=lambda: 0.0).is_whole is False
