"""Permits to call Amazon, shared by all processes of this user.

A token bucket per key: a full one holds `burst` permits, `rate_per_s` come back every second.
A permit may be taken in advance; the level then goes below zero and the taker waits for it.
"""

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from xlsx_addin.core.closing import Closing
from xlsx_addin.store.database import Database, Schema

SCHEMA: Final = Schema(
    application_id=0x58414450,  # "XADP"
    version=1,
    statements=(
        """
        CREATE TABLE buckets (
            key TEXT PRIMARY KEY,
            level REAL NOT NULL,
            at REAL NOT NULL,
            rate_per_s REAL NOT NULL
        )
        """,
    ),
    content="the count of the latest requests",
    durable=False,  # a bucket that is lost is a full one; waiting for the disk would cost more
)

PERMITS_FILE: Final = "permits.sqlite"
"""Its name in the folder of this program's data."""

FORGOTTEN_AFTER_S: Final = 86_400.0


class Bucket(NamedTuple):
    """The permits of one key.

    Args:
        level: permits in it, below zero if some were taken in advance.
        at: seconds since 1970 when that was so.
        rate_per_s: permits that come back every second.
    """

    level: float
    at: float
    rate_per_s: float

    def refilled(self, now: float) -> "Bucket":
        """Add what came back since, were the bucket without limit.

        A clock that was set back counts as no time at all: the level stays, so that nobody
        waits for a moment of the old clock to come round again.

        Args:
            now: seconds since 1970.
        """
        back = max(0.0, now - self.at) * self.rate_per_s
        return self._replace(level=self.level + back, at=now)


class SqlitePermits(Closing):
    """Buckets in a small SQLite file of their own, which never waits for the store's.

    Args:
        path: the file; it and its folder are made if missing, readable by the user only.
        clock: seconds since 1970, the same for all processes.

    Raises:
        StoreError: the file cannot be opened; from every method: read or written.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self._database = Database(path, SCHEMA, clock)
        self._clock = clock

    def reserve(self, key: str, *, rate_per_s: float, burst: float) -> float:
        """Take a permit, in advance if there is none.

        Args:
            key: of the bucket.
            rate_per_s: permits that come back every second from now on, more than 0.
            burst: permits in a full bucket.

        Returns:
            Seconds to wait before the permit may be used.
        """

        def take(connection: sqlite3.Connection) -> float:
            now = self._clock()
            _forget_old(connection, now)
            bucket = load_bucket(connection, key)
            filled = burst if bucket is None else min(burst, bucket.refilled(now).level)
            _put(connection, key, Bucket(filled - 1, now, rate_per_s))
            return max(0.0, (1 - filled) / rate_per_s)

        return self._database.write(take)

    def give_back(self, key: str) -> None:
        """Return a permit that was not used.

        Args:
            key: of the bucket.
        """
        self._change(key, lambda level: level + 1)

    def drain(self, key: str) -> None:
        """Empty the bucket: Amazon says that there are no permits left.

        Args:
            key: of the bucket.
        """
        self._change(key, lambda level: min(level, 0.0))

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def _change(self, key: str, new_level: Callable[[float], float]) -> None:
        def change(connection: sqlite3.Connection) -> None:
            bucket = load_bucket(connection, key)
            if bucket is not None:
                bucket = bucket.refilled(self._clock())
                _put(connection, key, bucket._replace(level=new_level(bucket.level)))

        self._database.write(change)


def load_bucket(connection: sqlite3.Connection, key: str) -> Bucket | None:
    """Read a bucket; None if it is full, or was never used.

    Args:
        connection: to the file.
        key: of the bucket.
    """
    query = "SELECT level, at, rate_per_s FROM buckets WHERE key = ?"
    row = connection.execute(query, (key,)).fetchone()
    return Bucket(*row) if row else None


def _put(connection: sqlite3.Connection, key: str, bucket: Bucket) -> None:
    connection.execute("INSERT OR REPLACE INTO buckets VALUES (?, ?, ?, ?)", (key, *bucket))


def _forget_old(connection: sqlite3.Connection, now: float) -> None:
    query = "DELETE FROM buckets WHERE ABS(at - ?) > ?"
    connection.execute(query, (now, FORGOTTEN_AFTER_S))
