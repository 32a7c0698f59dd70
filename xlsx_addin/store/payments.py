"""The table of payments: what Amazon said about invoices, by account and invoice number."""

import json
import sqlite3
from collections.abc import Collection, Mapping
from typing import Final

from xlsx_addin.core.payments import KnownPayment, PaymentAnswer
from xlsx_addin.store.database import Database

TABLES: Final = (
    """
    CREATE TABLE payments (
        account INTEGER NOT NULL REFERENCES accounts,
        invoice TEXT NOT NULL,
        answer TEXT NOT NULL,
        answered_at REAL NOT NULL,
        PRIMARY KEY (account, invoice)
    ) WITHOUT ROWID
    """,
)

# In ASCII: an answer may hold what is no text, such as half a surrogate pair.
_to_json: Final = json.JSONEncoder(separators=(",", ":")).encode


class PaymentsTable:
    """Payments in a database, see `contract.PaymentStore`.

    Args:
        database: an open one with the tables.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def known_payments(self, account: str, invoices: Collection[str]) -> dict[str, KnownPayment]:
        """Look up what is known of these invoices; absent keys are not known.

        Args:
            account: key of the account.
            invoices: any number of invoice numbers.
        """
        query = """
            SELECT asked.value, payments.answer, payments.answered_at
            FROM json_each(?) AS asked CROSS JOIN payments
            WHERE payments.account = (SELECT number FROM accounts WHERE name = ?)
              AND payments.invoice = asked.value
        """
        # In the order of the table, which is then walked through only once.
        asked = json.dumps(sorted(invoices), ensure_ascii=False)
        rows = self._database.read(
            lambda connection: connection.execute(query, (asked, account)).fetchall()
        )
        return {
            invoice: KnownPayment(PaymentAnswer(*json.loads(answer)), answered_at)
            for invoice, answer, answered_at in rows
        }

    def save_payments(
        self, account: str, answers: Mapping[str, PaymentAnswer], *, at: float
    ) -> None:
        """Keep answers in one transaction, in place of earlier ones.

        Args:
            account: key of the account.
            answers: what Amazon said about each invoice number.
            at: seconds since 1970 when it said so.
        """
        if answers:
            self._database.write(lambda connection: _save(connection, account, answers, at))


def _save(
    connection: sqlite3.Connection, account: str, answers: Mapping[str, PaymentAnswer], at: float
) -> None:
    rows = [(account, invoice, _to_json(answer), at) for invoice, answer in answers.items()]
    connection.execute("INSERT OR IGNORE INTO accounts (name) VALUES (?)", (account,))
    connection.executemany(
        """
        INSERT OR REPLACE INTO payments
        VALUES ((SELECT number FROM accounts WHERE name = ?), ?, ?, ?)
        """,
        rows,
    )
