"""The table of written values: what we wrote beside which line item."""

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from itertools import chain
from typing import Final

from xlsx_addin.core.bulk import collector_paused
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.store.answers import in_table_order
from xlsx_addin.store.codec import key_of
from xlsx_addin.store.contract import Written
from xlsx_addin.store.database import Database

TABLES: Final = (
    """
    CREATE TABLE written (
        line_item TEXT NOT NULL,
        cells TEXT NOT NULL,
        PRIMARY KEY (line_item, cells)
    ) WITHOUT ROWID
    """,
)

# SQLite takes 999 parameters at least (https://sqlite.org/limits.html).
_ROWS_AT_ONCE: Final = 200

_SEPARATOR: Final = "\x1f"
"""Between the values of a row; no cell can hold it (XML 1.0, section 2.2)."""


class WrittenTable:
    """Written values in a database, see `contract.WrittenStore`.

    Args:
        database: an open one with the table.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def written(self, line_items: Collection[LineItem]) -> dict[LineItem, frozenset[Written]]:
        """Tell what was written for these line items; those without a record are absent.

        Args:
            line_items: any number of them.
        """
        with collector_paused():
            return self._database.read(lambda connection: _written(connection, line_items))

    def on_record(self, values: Collection[Written]) -> frozenset[Written]:
        """Tell which of these values were ever written as a whole, for whatever line item.

        The table is read from end to end: the question is rare, and an index for it would
        make every refresh slower.

        Args:
            values: any number of them.
        """
        wanted = {_SEPARATOR.join(cells): cells for cells in values}
        with collector_paused():
            rows = self._database.read(
                lambda connection: [
                    cells
                    for (cells,) in connection.execute("SELECT cells FROM written")
                    if cells in wanted
                ]
            )
        return frozenset(wanted[cells] for cells in rows)

    def record_written(self, values: Iterable[tuple[LineItem, Written]]) -> None:
        """Remember values before they are saved into a workbook; older ones stay on record.

        Args:
            values: line items with their value cells.
        """
        # In the order of the table, which is then walked through only once.
        ordered = sorted(values)
        if ordered:
            self._database.write(lambda connection: _record(connection, ordered))


def _record(connection: sqlite3.Connection, values: Sequence[tuple[LineItem, Written]]) -> None:
    # Many rows a statement: a call for each of them would take most of the time.
    for start in range(0, len(values), _ROWS_AT_ONCE):
        portion = values[start : start + _ROWS_AT_ONCE]
        rows = [(key_of(line_item), _SEPARATOR.join(cells)) for line_item, cells in portion]
        places = ", ".join(["(?, ?)"] * len(rows))
        connection.execute(
            f"INSERT OR IGNORE INTO written VALUES {places}",  # noqa: S608  # places and no more
            [*chain.from_iterable(rows)],
        )


def _written(
    connection: sqlite3.Connection, line_items: Collection[LineItem]
) -> dict[LineItem, frozenset[Written]]:
    values: dict[LineItem, set[Written]] = {}
    for portion, keys in in_table_order(line_items):
        rows = connection.execute(
            """
            SELECT asked.key, written.cells
            FROM json_each(?) AS asked CROSS JOIN written
            WHERE written.line_item = asked.value
            """,
            (keys,),
        )
        for place, cells in rows:
            found = values.setdefault(portion[place], set())
            found.add(Written._make(cells.split(_SEPARATOR)))
    return {line_item: frozenset(found) for line_item, found in values.items()}
