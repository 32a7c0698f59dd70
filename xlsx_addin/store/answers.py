"""The table of answers: what Amazon said, by account and line item."""

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from xlsx_addin.core.answers import Answer, KnownAnswer
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.store.codec import collector_paused, decode_answers, encode_answer
from xlsx_addin.store.database import Database
from xlsx_addin.store.history import updated

TABLES: Final = (
    "CREATE TABLE accounts (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
    """
    CREATE TABLE answers (
        account INTEGER NOT NULL REFERENCES accounts,
        order_id TEXT NOT NULL,
        order_line_item_id TEXT NOT NULL,
        shipment_id TEXT NOT NULL,
        answered_at REAL NOT NULL,
        first_answered_at REAL NOT NULL,
        answer TEXT NOT NULL,
        previous TEXT,
        PRIMARY KEY (account, order_id, order_line_item_id, shipment_id)
    ) WITHOUT ROWID
    """,
)

_ORDERS_AT_ONCE: Final = 250


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


def orders_of(line_items: Collection[LineItem]) -> Iterator[str]:
    """Give the distinct order IDs as JSON arrays of bearable length, in the order of the tables.

    A query by order ID alone brings a few lines that nobody asked for, and is still the
    fastest: it walks through the table once, from its beginning to its end.

    Args:
        line_items: any number of them.
    """
    orders = sorted({line_item.order_id for line_item in line_items})
    for start in range(0, len(orders), _ORDERS_AT_ONCE):
        yield json.dumps(orders[start : start + _ORDERS_AT_ONCE])


def _known(
    connection: sqlite3.Connection, account: str, line_items: Collection[LineItem]
) -> dict[LineItem, KnownAnswer]:
    asked: dict[tuple[str, str, str], LineItem] = {item: item for item in line_items}
    known: dict[LineItem, KnownAnswer] = {}
    for orders in orders_of(line_items):
        rows = connection.execute(
            """
            SELECT order_id, order_line_item_id, shipment_id,
                   answered_at, first_answered_at, answer, previous
            FROM answers
            WHERE account = (SELECT number FROM accounts WHERE name = ?)
              AND order_id IN (SELECT value FROM json_each(?))
            """,
            (account, orders),
        ).fetchall()
        answers = decode_answers(text for row in rows for text in row[5:] if text is not None)
        for order, line, shipment, at, first_at, text, previous in rows:
            line_item = asked.get((order, line, shipment))
            if line_item is not None:
                known[line_item] = KnownAnswer(
                    answers[text], at, first_at, None if previous is None else answers[previous]
                )
    return known


def _save(
    connection: sqlite3.Connection, account: str, answers: Mapping[LineItem, Answer], at: float
) -> None:
    known = _known(connection, account, answers)
    connection.execute("INSERT OR IGNORE INTO accounts (name) VALUES (?)", (account,))
    connection.executemany(
        """
        INSERT OR REPLACE INTO answers
        VALUES ((SELECT number FROM accounts WHERE name = ?), ?, ?, ?, ?, ?, ?, ?)
        """,
        [
            (account, *line_item, *_columns(updated(known.get(line_item), answer, at)))
            for line_item, answer in answers.items()
        ],
    )


def _columns(known: KnownAnswer) -> tuple[float, float, str, str | None]:
    return (
        known.answered_at,
        known.first_answered_at,
        encode_answer(known.answer),
        None if known.previous is None else encode_answer(known.previous),
    )
