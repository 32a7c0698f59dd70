"""The table of written values: what we wrote beside which line item, in which book."""

import json
import sqlite3
from collections.abc import Collection, Iterable
from typing import Final

from xlsx_addin.core.bulk import collector_paused
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.store.answers import in_table_order
from xlsx_addin.store.codec import key_of
from xlsx_addin.store.contract import Written
from xlsx_addin.store.database import Database

TABLES: Final = (
    "CREATE TABLE books (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
    """
    CREATE TABLE written (
        line_item TEXT NOT NULL,
        book INTEGER NOT NULL REFERENCES books,
        cells TEXT NOT NULL,
        PRIMARY KEY (line_item, book, cells)
    ) WITHOUT ROWID
    """,
)

Records = dict[LineItem, tuple[bool, frozenset[Written]]]


class WrittenTable:
    """Written values in a database, see `contract.WrittenStore`.

    Args:
        database: an open one with the tables.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def written(self, book: str, line_items: Collection[LineItem]) -> Records:
        """Tell what was ever written for these line items.

        Args:
            book: key of the sheet.
            line_items: any number of them.

        Returns:
            For each line item with a record: whether one of them is of this very book, and
            all values written for it into any book.
        """
        with collector_paused():
            return self._database.read(lambda connection: _written(connection, book, line_items))

    def record_written(self, book: str, values: Iterable[tuple[LineItem, Written]]) -> None:
        """Remember values before they are saved into a workbook; older ones stay on record.

        Args:
            book: key of the sheet.
            values: line items with their value cells.
        """
        rows = [(key_of(line_item), book, json.dumps(cells)) for line_item, cells in values]
        if rows:
            self._database.write(lambda connection: _record(connection, book, rows))


def _written(
    connection: sqlite3.Connection, book: str, line_items: Collection[LineItem]
) -> Records:
    here: set[LineItem] = set()
    values: dict[LineItem, set[Written]] = {}
    for portion, keys in in_table_order(line_items):
        rows = connection.execute(
            """
            SELECT asked.key, written.cells,
                   written.book IS (SELECT number FROM books WHERE name = ?)
            FROM json_each(?) AS asked CROSS JOIN written
            WHERE written.line_item = asked.value
            """,
            (book, keys),
        )
        for place, cells, is_here in rows:
            line_item = portion[place]
            values.setdefault(line_item, set()).add(Written._make(json.loads(cells)))
            if is_here:
                here.add(line_item)
    return {line_item: (line_item in here, frozenset(found)) for line_item, found in values.items()}


def _record(connection: sqlite3.Connection, book: str, rows: Collection[tuple[str, ...]]) -> None:
    connection.execute("INSERT OR IGNORE INTO books (name) VALUES (?)", (book,))
    connection.executemany(
        """
        INSERT OR IGNORE INTO written
        VALUES (?, (SELECT number FROM books WHERE name = ?), ?)
        """,
        rows,
    )
