"""The table of filled cells: what jobs other than the refresh wrote beside which key."""

import json
from collections.abc import Collection, Iterable
from typing import Final

from xlsx_addin.core.filling import Filled
from xlsx_addin.store.database import Database

TABLES: Final = (
    """
    CREATE TABLE filled (
        key TEXT NOT NULL,
        header TEXT NOT NULL,
        text TEXT NOT NULL,
        PRIMARY KEY (key, header, text)
    ) WITHOUT ROWID
    """,
)


class FilledTable:
    """Filled cells in a database, see `contract.FilledStore`.

    Args:
        database: an open one with the table.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def filled(self, keys: Collection[str]) -> frozenset[Filled]:
        """Tell what was written in the rows of these keys.

        Args:
            keys: any number of them.
        """
        query = """
            SELECT filled.key, filled.header, filled.text
            FROM json_each(?) AS asked CROSS JOIN filled
            WHERE filled.key = asked.value
        """
        asked = json.dumps(sorted(keys), ensure_ascii=False)
        rows = self._database.read(
            lambda connection: connection.execute(query, (asked,)).fetchall()
        )
        return frozenset(Filled(*row) for row in rows)

    def record_filled(self, values: Iterable[Filled]) -> None:
        """Remember values before they are saved into a workbook; older ones stay on record.

        Args:
            values: what is about to be written.
        """
        # In the order of the table, which is then walked through only once.
        ordered = sorted(set(values))
        if ordered:
            self._database.write(
                lambda connection: connection.executemany(
                    "INSERT OR IGNORE INTO filled VALUES (?, ?, ?)", ordered
                )
            )
