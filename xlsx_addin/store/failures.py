"""What SQLite and the disk complain about, as sentences for the user."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from xlsx_addin.errors import StoreError

_ANOTHER_PLACE: Final = "set XLSX_ADDIN_STORE or XLSX_ADDIN_HOME to another place"
_NOT_WRITABLE: Final = (
    "store-not-writable",
    "cannot be opened for writing",
    f"Make this file and its folder writable, or {_ANOTHER_PLACE}.",
)
_DISK_FAILS: Final = (
    "store-disk",
    "cannot be read or written, the disk reports an error",
    f"Check the disk or network drive, or {_ANOTHER_PLACE}.",
)
BUSY: Final = "store-busy"
"""The code of the error when another process keeps a file busy."""

_BUSY: Final = (
    BUSY,
    "is kept busy by another program",
    "Wait until other refreshes have ended, then repeat.",
)
_DISK_FULL: Final = (
    "store-disk-full",
    "cannot grow, the disk is full",
    "Free some space, then repeat: what was saved before is kept.",
)
# Primary result codes, https://sqlite.org/rescode.html.
_BY_RESULT: Final = {
    sqlite3.SQLITE_FULL: _DISK_FULL,
    sqlite3.SQLITE_READONLY: _NOT_WRITABLE,
    sqlite3.SQLITE_CANTOPEN: _NOT_WRITABLE,
    sqlite3.SQLITE_PERM: _NOT_WRITABLE,
    sqlite3.SQLITE_IOERR: _DISK_FAILS,
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_PROTOCOL: _BUSY,
}
_DAMAGE: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what goes wrong with a file of the store into a `StoreError`.

    Args:
        path: the file.

    Raises:
        StoreError: says what happened to which file and what to do.
    """
    try:
        yield
    except sqlite3.Error as error:
        if not _result_of(error):  # raised by Python itself: a mistake in this program
            raise
        unknown = ("store", f"does not work ({error})", f"Repeat, or {_ANOTHER_PLACE}.")
        raise _explanation(path, _BY_RESULT.get(_result_of(error), unknown)) from error
    except TimeoutError as error:
        raise _explanation(path, _BUSY) from error
    except OSError as error:
        full = error.errno == errno.ENOSPC
        raise _explanation(path, _DISK_FULL if full else _NOT_WRITABLE) from error


def _explanation(path: Path, words: tuple[str, str, str]) -> StoreError:
    code, complaint, next_step = words
    return StoreError(f"The store {path} {complaint}.", next_step=next_step, code=code)


def is_damage(error: sqlite3.Error) -> bool:
    """Tell whether the content of the file is broken, rather than the disk or the access.

    Args:
        error: as SQLite raised it.
    """
    return _result_of(error) in _DAMAGE


def _result_of(error: sqlite3.Error) -> int:
    """Take the primary result code, the low byte of the extended one; 0 if there is none."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
