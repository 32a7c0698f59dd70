"""Looking at a file of ours without changing it: whether it is sound, how large, which version."""

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from xlsx_addin.errors import StoreError
from xlsx_addin.store.database import Schema, has_tables
from xlsx_addin.store.failures import is_damage
from xlsx_addin.store.looking import looked_into
from xlsx_addin.store.sqlite import SCHEMA

LOOK_S: Final = 5.0
"""Seconds that looking at all of a file may take."""

_STEPS: Final = 10_000
"""Steps of SQLite's machine after which it is asked whether there is time left."""


class FileState(NamedTuple):
    """A file that is sound.

    Args:
        size_bytes: how large it is.
        version: of its tables; 0 if there are none yet.
        is_whole: whether there was time to look at all of it.
    """

    size_bytes: int
    version: int
    is_whole: bool


def look_at(
    path: Path,
    schema: Schema = SCHEMA,
    *,
    patience_s: float = LOOK_S,
    clock: Callable[[], float] = time.monotonic,
) -> FileState | None:
    """Look whether a file is sound; None if there is none.

    Args:
        path: the file.
        schema: what it should hold.
        patience_s: seconds after which the rest of it is taken on trust.
        clock: seconds, never set back.

    Raises:
        StoreError: it is damaged, another program's, of a newer version, or cannot be read.
    """
    if not path.exists():
        return None
    deadline = clock() + patience_s
    try:
        with looked_into(path) as connection:
            version = 0
            if has_tables(connection, path, schema):
                version = connection.execute("PRAGMA user_version").fetchone()[0]
            connection.set_progress_handler(lambda: clock() >= deadline, _STEPS)
            return FileState(path.stat().st_size, version, is_whole=_is_whole(connection, path))
    except StoreError as error:
        if isinstance(error.__cause__, sqlite3.Error) and is_damage(error.__cause__):
            raise _damaged(path) from error
        raise


def _is_whole(connection: sqlite3.Connection, path: Path) -> bool:
    try:
        found = connection.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
            return False
        raise
    if found != ("ok",):
        raise _damaged(path)
    return True


def _damaged(path: Path) -> StoreError:
    return StoreError(
        f"The store {path} is damaged.",
        next_step="The next refresh moves it aside and begins a new one: Amazon is asked again for"
        " what was known.",
        code="store-damaged",
    )
