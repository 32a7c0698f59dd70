"""The table of runs: which job began when on which workbook, and how it ended."""

import json
import sqlite3
from functools import partial
from typing import Any, Final

from xlsx_addin.store.contract import NOBODY, REFRESH, Caller, Counts, RunRecord
from xlsx_addin.store.database import Database

TABLES: Final = (
    """
    CREATE TABLE runs (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        book TEXT NOT NULL,
        path TEXT NOT NULL,
        sheet TEXT NOT NULL,
        policy TEXT NOT NULL,
        started_at REAL NOT NULL,
        ended_at REAL,
        cancelled INTEGER NOT NULL DEFAULT FALSE,
        counts TEXT NOT NULL DEFAULT '{}',
        kind TEXT NOT NULL DEFAULT 'refresh',
        who TEXT NOT NULL DEFAULT '',
        command TEXT NOT NULL DEFAULT '',
        version TEXT NOT NULL DEFAULT '',
        error TEXT NOT NULL DEFAULT ''
    )
    """,
    "CREATE INDEX runs_of_book ON runs (book)",
)

UPGRADE_TO_3: Final = (
    "ALTER TABLE runs ADD COLUMN kind TEXT NOT NULL DEFAULT 'refresh'",
    "ALTER TABLE runs ADD COLUMN who TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE runs ADD COLUMN command TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE runs ADD COLUMN version TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE runs ADD COLUMN error TEXT NOT NULL DEFAULT ''",
)
"""What brings the table from version 2 of the store to version 3."""

KEPT: Final = 10_000
"""Runs that are kept, about five million bytes; older ones make room."""

_COLUMNS: Final = """
    number, book, path, sheet, started_at, ended_at, cancelled, counts, kind, who, command,
    version, error
"""


class RunsTable:
    """The history of runs in a database, see `contract.RunStore`.

    Args:
        database: an open one with the tables.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def start_run(
        self,
        book: str,
        path: str,
        sheet: str,
        *,
        at: float,
        policy: str = "",
        kind: str = REFRESH,
        caller: Caller = NOBODY,
    ) -> int:
        """Record that a run begins and number it; the oldest runs make room.

        Args:
            book: key of the sheet, or of the workbook while the sheet is not known.
            path: the workbook's path, for people.
            sheet: the sheet's name, empty while it is not known.
            at: seconds since 1970.
            policy: which known answers were good enough for it.
            kind: which job it is.
            caller: who started it, and how.
        """
        values = (
            book,
            _storable(path),
            _storable(sheet),
            policy,
            at,
            kind,
            *map(_storable, caller),
        )

        def insert(connection: sqlite3.Connection) -> int:
            connection.execute(
                """
                INSERT INTO runs
                (book, path, sheet, policy, started_at, kind, who, command, version)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                values,
            )
            number = int(connection.execute("SELECT last_insert_rowid()").fetchone()[0])
            connection.execute("DELETE FROM runs WHERE number <= ?", (number - KEPT,))
            return number

        return self._database.write(insert)

    def place_run(self, number: int, book: str, sheet: str) -> None:
        """Record of which sheet a run is; an unknown number is passed over.

        Args:
            number: of the run.
            book: key of the sheet.
            sheet: the sheet's name.
        """
        values = (book, _storable(sheet), number)
        self._database.write(
            lambda connection: connection.execute(
                "UPDATE runs SET book = ?, sheet = ? WHERE number = ?", values
            )
        )

    def end_run(
        self, number: int, *, at: float, counts: Counts, cancelled: bool = False, error: str = ""
    ) -> None:
        """Record that a run ended; an unknown number is passed over.

        Args:
            number: of the run.
            at: seconds since 1970.
            counts: rows, requests and statuses by name.
            cancelled: whether the user stopped it.
            error: code of the error that ended it.
        """
        values = (at, cancelled, json.dumps(dict(counts)), error, number)
        self._database.write(
            lambda connection: connection.execute(
                "UPDATE runs SET ended_at = ?, cancelled = ?, counts = ?, error = ?"
                " WHERE number = ?",
                values,
            )
        )

    def unfinished_since(
        self, book: str, policy: str | None = None, *, kind: str = REFRESH
    ) -> float | None:
        """Tell when the earliest run began that was not followed by a completed one.

        Args:
            book: key of the sheet.
            policy: only runs with this policy count; None for all.
            kind: only runs of this job count.

        Returns:
            Seconds since 1970, None if the latest run was completed or there was none.
        """
        # The order of runs is that of their numbers: clocks can be set back.
        query = """
            SELECT started_at FROM runs
            WHERE book = :book AND kind = :kind AND (:policy IS NULL OR policy = :policy)
            AND number > COALESCE(
                (SELECT MAX(number) FROM runs
                 WHERE book = :book AND kind = :kind
                 AND ended_at IS NOT NULL AND NOT cancelled AND error = ''), 0)
            ORDER BY number LIMIT 1
        """
        values = {"book": book, "kind": kind, "policy": policy}
        row = self._database.read(lambda connection: connection.execute(query, values).fetchone())
        return row[0] if row else None

    def runs(self, limit: int = 50) -> list[RunRecord]:
        """List the latest runs, newest first.

        Args:
            limit: how many at most.
        """
        return self._database.read(partial(latest_runs, limit=limit))

    def run(self, number: int) -> RunRecord | None:
        """Give one run, None if it is not known (any more).

        Args:
            number: of the run.
        """
        query = f"SELECT {_COLUMNS} FROM runs WHERE number = ?"  # noqa: S608  # names
        row = self._database.read(
            lambda connection: connection.execute(query, (number,)).fetchone()
        )
        return None if row is None else _run(*row)


def latest_runs(connection: sqlite3.Connection, limit: int) -> list[RunRecord]:
    """Read the latest runs, newest first.

    Args:
        connection: to a store.
        limit: how many at most.
    """
    query = f"SELECT {_COLUMNS} FROM runs ORDER BY number DESC LIMIT ?"  # noqa: S608  # names
    return [_run(*row) for row in connection.execute(query, (limit,))]


def _run(*row: Any) -> RunRecord:  # noqa: ANN401  # what SQLite gives
    number, book, path, sheet, started_at, ended_at, cancelled, counts, kind, *rest = row
    *caller, error = rest
    return RunRecord(
        number,
        book,
        path,
        sheet,
        started_at,
        ended_at,
        bool(cancelled),
        json.loads(counts),
        kind,
        Caller(*caller),
        error,
    )


def _storable(text: str) -> str:
    """Replace what cannot be stored as UTF-8: file names may hold any bytes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
