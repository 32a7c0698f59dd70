"""One SQLite file of ours: opened with care, shared by threads and processes, self-healing."""

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple, TypeVar

from filelock import FileLock

from xlsx_addin.errors import StoreError
from xlsx_addin.store.failures import BUSY, explained, is_damage

_log = logging.getLogger(__name__)

PATIENCE_S: Final = 30.0
"""Seconds to wait for another thread or process before the file counts as busy."""

_LOOK_S: Final = 0.02
"""How often a write looks whether another process has ended its own."""

_CACHE_KIB: Final = 16_384
_COMPANIONS: Final = ("", "-wal", "-shm", "-journal")

Result = TypeVar("Result")
Work = Callable[[sqlite3.Connection], Result]
"""Something to do with the connection; it may be done twice if the file turns out damaged."""


class Schema(NamedTuple):
    """What a file holds.

    Args:
        application_id: tells our file from any other SQLite file.
        version: of the tables; goes up with every change that older programs cannot read.
        statements: make the tables.
        content: what is lost with a damaged file, to follow "Nothing but".
        durable: whether transactions must survive a loss of power.
        upgrades: what brings a file from a version to the next.
    """

    application_id: int
    version: int
    statements: tuple[str, ...]
    content: str
    durable: bool = True
    upgrades: Mapping[int, tuple[str, ...]] = MappingProxyType({})


class Database:
    """A SQLite file with one connection, used by one thread at a time.

    A damaged file is moved aside and a new one begun: what it held can be had again.

    Args:
        path: the file; it and its folder are made if missing, readable by the user only.
        schema: what it holds.
        clock: seconds since 1970, for the name of a damaged file.

    Raises:
        StoreError: the file cannot be opened; from every method: read or written.
    """

    def __init__(self, path: Path, schema: Schema, clock: Callable[[], float]) -> None:
        self.path = path
        self.moved_aside: Path | None = None
        self._schema = schema
        self._clock = clock
        self._patience_s = PATIENCE_S
        self._lock = threading.Lock()
        with explained(path):
            self._connection = self._open()

    def read(self, work: Work[Result]) -> Result:
        """Do something that only reads, and return its result.

        Args:
            work: what to do.
        """
        return self._do(work)

    def write(self, work: Work[Result]) -> Result:
        """Do something in one transaction, and return its result.

        While it waits for another process that writes, other threads of this one can read.

        Args:
            work: what to do.
        """
        deadline = time.monotonic() + self._patience_s
        while True:
            try:
                return self._do(lambda connection: _in_transaction(connection, work, waits=False))
            except StoreError as error:
                if error.code != BUSY or time.monotonic() >= deadline:
                    raise
            time.sleep(_LOOK_S)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock, explained(self.path):
            self._connection.close()

    def _do(self, work: Work[Result]) -> Result:
        with self._lock, explained(self.path):
            try:
                return work(self._connection)
            except sqlite3.DatabaseError as error:
                if not is_damage(error):
                    raise
            self._connection.close()
            self._connection = self._open(suspect=True)
            return work(self._connection)

    def _open(self, *, suspect: bool = False) -> sqlite3.Connection:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # One process at a time opens the file: switching to WAL, making the tables and moving
        # a damaged file aside are safe only without onlookers.
        with FileLock(f"{self.path}.lock", timeout=PATIENCE_S, mode=0o600):
            if suspect and not _is_sound(self.path):
                self._move_aside()
            try:
                return _connect(self.path, self._schema)
            except sqlite3.DatabaseError as error:
                if not is_damage(error):
                    raise
            self._move_aside()
            return _connect(self.path, self._schema)

    def _move_aside(self) -> None:
        moment = datetime.fromtimestamp(self._clock(), UTC)
        target = f"{self.path}.corrupt-{moment:%Y%m%d-%H%M%S}"
        for suffix in _COMPANIONS:
            part = Path(f"{self.path}{suffix}")
            if part.exists():
                part.replace(f"{target}{suffix}")
        self.moved_aside = Path(target)
        _log.warning(
            "The file %s was damaged. It was moved to %s and a new one was begun."
            " Nothing but %s is lost.",
            self.path,
            target,
            self._schema.content,
        )


def use_best_journal(connection: sqlite3.Connection, *, durable: bool) -> None:
    """Choose WAL, or a rollback journal where WAL is impossible, as on some network drives.

    With WAL and synchronous=NORMAL a crash of the program loses nothing and the file stays
    sound on a loss of power; a rollback journal needs FULL for that
    (https://sqlite.org/pragma.html#pragma_synchronous).

    Args:
        connection: a fresh one.
        durable: whether transactions must survive a loss of power.
    """
    try:
        (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    except sqlite3.OperationalError:
        (mode,) = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    safe = "NORMAL" if mode == "wal" else "FULL"
    connection.execute(f"PRAGMA synchronous = {safe if durable else 'OFF'}")


def _connect(path: Path, schema: Schema) -> sqlite3.Connection:
    if not path.exists():
        path.touch(mode=0o600)  # SQLite gives its companions the same mode
    connection = sqlite3.connect(
        path, timeout=PATIENCE_S, isolation_level=None, check_same_thread=False
    )
    try:
        if not has_tables(connection, path, schema):
            _in_transaction(connection, lambda fresh: _make_tables(fresh, schema))
        _upgrade(connection, schema)
        use_best_journal(connection, durable=schema.durable)
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    except BaseException:
        connection.close()
        raise
    return connection


def has_tables(connection: sqlite3.Connection, path: Path, schema: Schema) -> bool:
    """Tell whether the tables exist; False for an empty file.

    Args:
        connection: to the file.
        path: the file.
        schema: what it should hold.

    Raises:
        StoreError: they are another program's, or too new.
    """
    if not connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0]:
        return False
    if connection.execute("PRAGMA application_id").fetchone()[0] != schema.application_id:
        raise StoreError(
            f"The file {path} belongs to another program; it was left as it is.",
            next_step="Set XLSX_ADDIN_STORE to a file of its own.",
            code="store-foreign",
        )
    if connection.execute("PRAGMA user_version").fetchone()[0] > schema.version:
        raise StoreError(
            f"The store {path} was written by a newer version of this program.",
            next_step="Update this program, or set XLSX_ADDIN_STORE to another file.",
            code="store-newer",
        )
    return True


def _make_tables(connection: sqlite3.Connection, schema: Schema) -> None:
    connection.execute(f"PRAGMA application_id = {schema.application_id}")
    connection.execute(f"PRAGMA user_version = {schema.version}")
    for statement in schema.statements:
        connection.execute(statement)


def _upgrade(connection: sqlite3.Connection, schema: Schema) -> None:
    """Bring a file of an older version up to date."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    for number in range(version, schema.version):
        _in_transaction(connection, partial(_upgrade_from, schema=schema, version=number))


def _upgrade_from(connection: sqlite3.Connection, *, schema: Schema, version: int) -> None:
    for statement in schema.upgrades.get(version, ()):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {version + 1}")


def _in_transaction(
    connection: sqlite3.Connection, work: Work[Result], *, waits: bool = True
) -> Result:
    _begin(connection, waits=waits)
    try:
        result = work(connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite ends it by itself on some errors
            connection.execute("ROLLBACK")
        raise
    return result


def _begin(connection: sqlite3.Connection, *, waits: bool) -> None:
    """Begin a transaction that writes, if need be after waiting for another process."""
    if not waits:
        connection.execute("PRAGMA busy_timeout = 0")
    try:
        connection.execute("BEGIN IMMEDIATE")
    finally:
        connection.execute(f"PRAGMA busy_timeout = {PATIENCE_S * 1000:.0f}")


def _is_sound(path: Path) -> bool:
    with closing(sqlite3.connect(path, timeout=PATIENCE_S)) as connection:
        try:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            return False
