"""The table of snapshots: what the last refreshes of a workbook overwrote."""

import json
import sqlite3
import zlib
from collections.abc import Mapping
from dataclasses import astuple
from datetime import date
from itertools import islice
from typing import Any, Final

from xlsx_addin.core.cells import Area
from xlsx_addin.core.layout import Region
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.snapshots import Entry, Overwritten, Snapshot
from xlsx_addin.store.contract import UndoRecord
from xlsx_addin.store.database import Database

TABLES: Final = (
    """
    CREATE TABLE undo (
        run INTEGER PRIMARY KEY,
        workbook TEXT NOT NULL,
        at REAL NOT NULL,
        snapshot BLOB NOT NULL
    )
    """,
    "CREATE INDEX undo_of_workbook ON undo (workbook)",
)

KEPT: Final = 5
"""Snapshots of a workbook at most; older ones make room."""

_QUICK: Final = 1
_AT_ONCE: Final = 2000

# In ASCII, so that only our own line breaks end a line.
_to_text: Final = json.JSONEncoder(separators=(",", ":")).encode


class UndoTable:
    """Snapshots in a database, see `contract.UndoStore`.

    Args:
        database: an open one with the tables.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep_undo(self, run: int, workbook: str, snapshot: Snapshot, *, at: float) -> None:
        """Keep what a run is about to overwrite, in place of what it overwrote before.

        Args:
            run: its number.
            workbook: key of the workbook.
            snapshot: what is overwritten.
            at: seconds since 1970.
        """
        values = (run, workbook, at, encode_snapshot(snapshot))

        def insert(connection: sqlite3.Connection) -> None:
            connection.execute("INSERT OR REPLACE INTO undo VALUES (?, ?, ?, ?)", values)
            connection.execute(
                """
                DELETE FROM undo WHERE workbook = :workbook AND run NOT IN (
                    SELECT run FROM undo WHERE workbook = :workbook ORDER BY run DESC LIMIT :kept)
                """,
                {"workbook": workbook, "kept": KEPT},
            )

        self._database.write(insert)

    def last_undo(self, workbook: str) -> UndoRecord | None:
        """Give the latest snapshot of a workbook, None if there is none.

        Args:
            workbook: its key.
        """
        row = self._database.read(
            lambda connection: connection.execute(
                "SELECT run, at, snapshot FROM undo WHERE workbook = ? ORDER BY run DESC LIMIT 1",
                (workbook,),
            ).fetchone()
        )
        return None if row is None else UndoRecord(row[0], row[1], decode_snapshot(row[2]))

    def drop_undo(self, run: int) -> None:
        """Forget the snapshot of a run.

        Args:
            run: its number.
        """
        self._database.write(
            lambda connection: connection.execute("DELETE FROM undo WHERE run = ?", (run,))
        )


def encode_snapshot(snapshot: Snapshot) -> bytes:
    """Write a snapshot, compressed: a line of JSON, then a line an entry.

    A row that was empty is its number and its IDs, which hold no control characters, with tabs
    between; any other is JSON.

    Args:
        snapshot: any; its entries are gone through once, and not held.
    """
    packer = zlib.compressobj(_QUICK)
    head = _to_text(_head(snapshot))
    pieces = [packer.compress(f"{head}\n".encode())]
    entries = iter(snapshot.entries)
    while lines := [_line(entry) for entry in islice(entries, _AT_ONCE)]:
        pieces.append(packer.compress("".join(lines).encode()))
    return b"".join([*pieces, packer.flush()])


def _head(snapshot: Snapshot) -> list[Any]:
    region = snapshot.region
    cells = region and [region.sheet, astuple(region.area), astuple(region.selected)]
    return [snapshot.sheet, snapshot.table, dict(snapshot.columns), cells]


def _line(entry: Entry) -> str:
    row, line_item, cells = entry
    if line_item is not None and cells is None:
        return f"{row}\t{line_item[0]}\t{line_item[1]}\t{line_item[2]}\n"
    return f"{_to_text([row, line_item, _cells(cells)])}\n"


def decode_snapshot(data: bytes) -> Snapshot:
    """Read a snapshot.

    Args:
        data: as `encode_snapshot` wrote it.
    """
    head, *lines = zlib.decompress(data).decode().rstrip("\n").split("\n")
    sheet, table, columns, cells = json.loads(head)
    region = cells and Region(cells[0], Area(*cells[1]), Area(*cells[2]))
    return Snapshot(sheet, [_read(line) for line in lines], table, columns, region)


def _read(line: str) -> Entry:
    if line.startswith("["):
        return _entry(*json.loads(line))
    row, *ids = line.split("\t")
    return Entry(int(row), LineItem(*ids), None)


def _cells(cells: Mapping[int, Overwritten] | None) -> dict[int, list[Any]] | None:
    if cells is None:
        return None
    return {number: [_to_json(value) for value in pair] for number, pair in cells.items()}


def _entry(row: int, line_item: list[str] | None, cells: Mapping[str, Any] | None) -> Entry:
    return Entry(
        row,
        LineItem(*line_item) if line_item is not None else None,
        None
        if cells is None
        else {int(number): Overwritten(*map(_from_json, pair)) for number, pair in cells.items()},
    )


def _to_json(value: str | date | None) -> str | list[str] | None:
    return [value.isoformat()] if isinstance(value, date) else value


def _from_json(value: Any) -> str | date | None:  # noqa: ANN401  # what JSON gives
    return date.fromisoformat(value[0]) if isinstance(value, list) else value
