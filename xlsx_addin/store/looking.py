"""Looking into the files of the store without changing them, whatever state they are in.

For whoever helps a user: nothing is made, upgraded or moved aside, and no value is told.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from xlsx_addin.errors import StoreError
from xlsx_addin.store.contract import RunRecord
from xlsx_addin.store.failures import explained
from xlsx_addin.store.permits import load_bucket
from xlsx_addin.store.runs import latest_runs

_PATIENCE_S: Final = 2.0


@contextmanager
def looked_into(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a file for reading only, as long as a `with` block lasts.

    Args:
        path: the file.

    Raises:
        StoreError: it is not there, or cannot be read.
    """
    if not path.exists():
        raise StoreError(f"There is no {path.name} yet.", code="no-store")
    with explained(path):
        address = f"{path.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=_PATIENCE_S)) as connection:
            yield connection


def statistics(path: Path) -> dict[str, int]:
    """Count what a file holds.

    Args:
        path: the file.

    Returns:
        Its size in bytes, the version of its tables, and the rows of each.

    Raises:
        StoreError: it is not there, or cannot be read.
    """
    with looked_into(path) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        tables = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            " ORDER BY name"
        ).fetchall()
        counts = {
            table: connection.execute(f'SELECT COUNT(*) FROM "{table}"').fetchone()[0]  # noqa: S608  # a name of its own
            for (table,) in tables
        }
    return {"bytes": path.stat().st_size, "version": version, **counts}


def recorded_runs(path: Path, limit: int) -> list[RunRecord]:
    """Read the latest runs of a store, newest first.

    Args:
        path: the store.
        limit: how many at most.

    Raises:
        StoreError: it is not there, cannot be read, or its runs are those of another version.
    """
    with looked_into(path) as connection:
        return latest_runs(connection, limit)


def permits_left(path: Path, key: str, *, burst: float, now_s: float) -> float:
    """Tell how many permits of a bucket are left; below zero if some are owed.

    Args:
        path: the file of permits.
        key: of the bucket.
        burst: permits in a full bucket.
        now_s: seconds since 1970.

    Raises:
        StoreError: the file is there, but cannot be read.
    """
    if not path.exists():
        return burst
    with looked_into(path) as connection:
        bucket = load_bucket(connection, key)
    return burst if bucket is None else min(burst, bucket.refilled(now_s).level)


def permit_levels(path: Path) -> list[dict[str, Any]]:
    """Tell how many permits there are for each account and operation, both named by a hash.

    Args:
        path: the file of permits.

    Raises:
        StoreError: it is not there, or cannot be read.
    """
    with looked_into(path) as connection:
        rows = connection.execute("SELECT key, level, at, rate_per_s FROM buckets ORDER BY key")
        return [dict(zip(("key", "level", "at", "rate_per_s"), row, strict=True)) for row in rows]
