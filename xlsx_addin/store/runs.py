"""The table of runs: which refresh began when, and how it ended."""

import json
import sqlite3
from collections.abc import Mapping
from typing import Any, Final

from xlsx_addin.store.contract import RunRecord
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
        counts TEXT NOT NULL DEFAULT '{}'
    )
    """,
    "CREATE INDEX runs_of_book ON runs (book)",
)


class RunsTable:
    """The history of runs in a database, see `contract.RunStore`.

    Args:
        database: an open one with the tables.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def start_run(self, book: str, path: str, sheet: str, *, at: float, policy: str = "") -> int:
        """Record that a run begins and number it.

        Args:
            book: key of the sheet.
            path: the workbook's path, for people.
            sheet: the sheet's name.
            at: seconds since 1970.
            policy: which known answers were good enough for it.
        """

        def insert(connection: sqlite3.Connection) -> int:
            connection.execute(
                "INSERT INTO runs (book, path, sheet, policy, started_at) VALUES (?, ?, ?, ?, ?)",
                (book, _storable(path), _storable(sheet), policy, at),
            )
            return int(connection.execute("SELECT last_insert_rowid()").fetchone()[0])

        return self._database.write(insert)

    def end_run(
        self, number: int, *, at: float, counts: Mapping[str, int], cancelled: bool = False
    ) -> None:
        """Record that a run ended; an unknown number is passed over.

        Args:
            number: of the run.
            at: seconds since 1970.
            counts: rows, requests and statuses by name.
            cancelled: whether the user stopped it.
        """
        values = (at, cancelled, json.dumps(dict(counts)), number)
        self._database.write(
            lambda connection: connection.execute(
                "UPDATE runs SET ended_at = ?, cancelled = ?, counts = ? WHERE number = ?", values
            )
        )

    def unfinished_since(self, book: str, policy: str | None = None) -> float | None:
        """Tell when the earliest run began that was not followed by a completed one.

        Args:
            book: key of the sheet.
            policy: only runs with this policy count; None for all.

        Returns:
            Seconds since 1970, None if the latest run was completed or there was none.
        """
        # The order of runs is that of their numbers: clocks can be set back.
        query = """
            SELECT started_at FROM runs
            WHERE book = :book AND (:policy IS NULL OR policy = :policy) AND number > COALESCE(
                (SELECT MAX(number) FROM runs
                 WHERE book = :book AND ended_at IS NOT NULL AND NOT cancelled), 0)
            ORDER BY number LIMIT 1
        """
        row = self._database.read(
            lambda connection: connection.execute(
                query, {"book": book, "policy": policy}
            ).fetchone()
        )
        return row[0] if row else None

    def runs(self, limit: int = 50) -> list[RunRecord]:
        """List the latest runs, newest first.

        Args:
            limit: how many at most.
        """
        query = """
            SELECT number, book, path, sheet, started_at, ended_at, cancelled, counts
            FROM runs ORDER BY number DESC LIMIT ?
        """
        rows = self._database.read(
            lambda connection: connection.execute(query, (limit,)).fetchall()
        )
        return [_run(*row) for row in rows]


def _run(*row: Any) -> RunRecord:  # noqa: ANN401  # what SQLite gives
    number, book, path, sheet, started_at, ended_at, cancelled, counts = row
    return RunRecord(
        number, book, path, sheet, started_at, ended_at, bool(cancelled), json.loads(counts)
    )


def _storable(text: str) -> str:
    """Replace what cannot be stored as UTF-8: file names may hold any bytes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
