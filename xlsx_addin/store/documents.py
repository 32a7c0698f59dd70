"""The table of documents: how far each PDF is on its way from Amazon into a folder."""

import json
from collections.abc import Collection
from dataclasses import astuple
from typing import Any, Final

from xlsx_addin.core.document_records import DocumentRecord, DocumentState
from xlsx_addin.core.documents import DocumentKey
from xlsx_addin.store.database import Database

TABLES: Final = (
    """
    CREATE TABLE documents (
        account TEXT NOT NULL,
        kind TEXT NOT NULL,
        number TEXT NOT NULL,
        state TEXT NOT NULL,
        changed_at REAL NOT NULL,
        way INTEGER NOT NULL,
        options TEXT NOT NULL,
        reports INTEGER NOT NULL,
        report_id TEXT NOT NULL,
        requested_at REAL NOT NULL,
        document_id TEXT NOT NULL,
        path TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        size INTEGER NOT NULL,
        words TEXT NOT NULL,
        PRIMARY KEY (account, kind, number)
    ) WITHOUT ROWID
    """,
)


class DocumentsTable:
    """Documents in a database, see `contract.DocumentStore`.

    Args:
        database: an open one with the table.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def documents(
        self, account: str, keys: Collection[DocumentKey]
    ) -> dict[DocumentKey, DocumentRecord]:
        """Look up how far documents are; absent keys were never wanted.

        Args:
            account: key of the account.
            keys: any number of them.
        """
        wanted = json.dumps([[key.kind.value, _text(key.number)] for key in keys])
        query = """
            SELECT documents.* FROM json_each(?) AS asked CROSS JOIN documents
            WHERE account = ? AND kind = asked.value ->> 0 AND number = asked.value ->> 1
        """
        rows = self._database.read(
            lambda connection: connection.execute(query, (wanted, account)).fetchall()
        )
        by_text = {(key.kind.value, _text(key.number)): key for key in keys}
        return {by_text[row[1], row[2]]: _record(by_text[row[1], row[2]], row) for row in rows}

    def keep_document(self, account: str, record: DocumentRecord) -> None:
        """Keep how far a document is, in one transaction.

        Args:
            account: key of the account.
            record: how far it is, in place of what was kept.
        """
        row = _row(account, record)
        statement = "INSERT OR REPLACE INTO documents VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
        self._database.write(lambda connection: connection.execute(statement, row))


def _row(account: str, record: DocumentRecord) -> tuple[Any, ...]:
    _key, state, changed_at, way, options, *rest = astuple(record)
    kind, number = record.key
    texts = (_text(one) if isinstance(one, str) else one for one in rest)
    return (
        account,
        kind.value,
        _text(number),
        state.value,
        changed_at,
        way,
        json.dumps(dict(options)),
        *texts,
    )


def _record(key: DocumentKey, row: tuple[Any, ...]) -> DocumentRecord:
    state, changed_at, way, options, *rest = row[3:]
    return DocumentRecord(
        key,
        DocumentState(state),
        changed_at,
        way,
        json.loads(options),
        *rest,
    )


def _text(text: str) -> str:
    """Replace what cannot be stored as UTF-8: file names may hold any bytes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
