import errno
import sqlite3
from pathlib import Path

import pytest

from xlsx_addin.errors import StoreError
from xlsx_addin.store.failures import explained, is_damage

PATH = Path("store.sqlite")


def failure(result: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("in SQLite's words")
    error.sqlite_errorcode = result
    return error


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (failure(sqlite3.SQLITE_FULL), "store-disk-full"),
        (failure(sqlite3.SQLITE_READONLY), "store-not-writable"),
        (failure(sqlite3.SQLITE_READONLY_DIRECTORY), "store-not-writable"),
        (failure(sqlite3.SQLITE_CANTOPEN_ISDIR), "store-not-writable"),
        (failure(sqlite3.SQLITE_IOERR_WRITE), "store-disk"),
        (failure(sqlite3.SQLITE_BUSY_SNAPSHOT), "store-busy"),
        (failure(sqlite3.SQLITE_LOCKED), "store-busy"),
        (failure(sqlite3.SQLITE_TOOBIG), "store"),
        (OSError(errno.EACCES, "Permission denied"), "store-not-writable"),
        (OSError(errno.ENOSPC, "No space left on device"), "store-disk-full"),
        (TimeoutError(), "store-busy"),
    ],
)
def test_every_failure_is_explained_with_the_file_and_a_next_step(
    error: Exception, code: str
) -> None:
    with pytest.raises(StoreError) as caught, explained(PATH):
        raise error
    assert caught.value.code == code
    assert str(PATH) in caught.value.message
    assert caught.value.next_step
    assert caught.value.__cause__ is error


def test_what_has_been_explained_stays_as_it_is() -> None:
    error = StoreError("newer")
    with pytest.raises(StoreError) as caught, explained(PATH):
        raise error
    assert caught.value is error


@pytest.mark.parametrize("error", [sqlite3.ProgrammingError("closed"), ValueError("a mistake")])
def test_mistakes_of_the_program_are_not_explained_away(error: Exception) -> None:
    with pytest.raises(type(error)), explained(PATH):
        raise error


@pytest.mark.parametrize(
    ("result", "damage"),
    [
        (sqlite3.SQLITE_CORRUPT, True),
        (sqlite3.SQLITE_CORRUPT_INDEX, True),
        (sqlite3.SQLITE_NOTADB, True),
        (sqlite3.SQLITE_IOERR, False),
        (sqlite3.SQLITE_FULL, False),
    ],
)
def test_damage_is_told_from_a_failing_disk(result: int, damage: bool) -> None:
    assert is_damage(failure(result)) is damage
