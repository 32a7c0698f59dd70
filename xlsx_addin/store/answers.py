"""The table of answers: what Amazon said, by account and line item."""

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from xlsx_addin.core.answers import Answer, KnownAnswer
from xlsx_addin.core.bulk import collector_paused
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.store.codec import decode_known, encode_known, key_of
from xlsx_addin.store.database import Database
from xlsx_addin.store.history import updated

TABLES: Final = (
    "CREATE TABLE accounts (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
    """
    CREATE TABLE answers (
        account INTEGER NOT NULL REFERENCES accounts,
        line_item TEXT NOT NULL,
        known TEXT NOT NULL,
        PRIMARY KEY (account, line_item)
    ) WITHOUT ROWID
    """,
)

_LINES_AT_ONCE: Final = 500
_to_json: Final = json.JSONEncoder(ensure_ascii=False).encode


class AnswersTable:
    """Answers in a database, see `contract.AnswerStore`.

    Args:
        database: an open one with the tables.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def known(self, account: str, line_items: Collection[LineItem]) -> dict[LineItem, KnownAnswer]:
        """Look up what is known of these line items; absent keys are not known.

        Args:
            account: key of the account.
            line_items: any number of them.
        """
        with collector_paused():
            return self._database.read(lambda connection: _known(connection, account, line_items))

    def save(self, account: str, answers: Mapping[LineItem, Answer], *, at: float) -> None:
        """Keep answers in one transaction.

        Args:
            account: key of the account.
            answers: what Amazon said about each line item.
            at: seconds since 1970 when it said so.
        """
        if answers:
            self._database.write(lambda connection: _save(connection, account, answers, at))

    def revision(self) -> int:
        """Give a number that changes when another connection saves into the same file.

        Source: https://sqlite.org/pragma.html#pragma_data_version.
        """
        return self._database.read(_data_version)


def _data_version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA data_version").fetchone()[0])


def in_table_order(line_items: Collection[LineItem]) -> Iterator[tuple[list[LineItem], str]]:
    """Give line items in the order of the tables, which are then walked through only once.

    Args:
        line_items: any number of them.

    Returns:
        Portions of bearable length, with their keys as a JSON array.
    """
    ordered = sorted(line_items)
    for start in range(0, len(ordered), _LINES_AT_ONCE):
        portion = ordered[start : start + _LINES_AT_ONCE]
        yield portion, _to_json([*map(key_of, portion)])


def _known(
    connection: sqlite3.Connection, account: str, line_items: Collection[LineItem]
) -> dict[LineItem, KnownAnswer]:
    known: dict[LineItem, KnownAnswer] = {}
    for portion, keys in in_table_order(line_items):
        rows = connection.execute(
            """
            SELECT asked.key, answers.known
            FROM json_each(?) AS asked CROSS JOIN answers
            WHERE answers.account = (SELECT number FROM accounts WHERE name = ?)
              AND answers.line_item = asked.value
            """,
            (keys, account),
        ).fetchall()
        decoded = decode_known([text for _, text in rows])
        known |= zip([portion[place] for place, _ in rows], decoded, strict=True)
    return known


def _save(
    connection: sqlite3.Connection, account: str, answers: Mapping[LineItem, Answer], at: float
) -> None:
    known = _known(connection, account, answers)
    connection.execute("INSERT OR IGNORE INTO accounts (name) VALUES (?)", (account,))
    connection.executemany(
        """
        INSERT OR REPLACE INTO answers
        VALUES ((SELECT number FROM accounts WHERE name = ?), ?, ?)
        """,
        [
            (account, key_of(line_item), encode_known(updated(known.get(line_item), answer, at)))
            for line_item, answer in answers.items()
        ],
    )
