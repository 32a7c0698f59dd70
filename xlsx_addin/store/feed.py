"""The tables of the feed: pages of transactions as they came, by account and window."""

import sqlite3
import zlib
from collections.abc import Collection
from datetime import datetime
from typing import Final

from xlsx_addin.core.feed import SETTLED_AFTER_S, FeedPage, FeedRecord, Window
from xlsx_addin.store.database import Database

TABLES: Final = (
    """
    CREATE TABLE feed_windows (
        number INTEGER PRIMARY KEY,
        account TEXT NOT NULL,
        start_at INTEGER NOT NULL,
        end_at INTEGER NOT NULL,
        began_at REAL NOT NULL,
        pages INTEGER NOT NULL,
        next_page_token TEXT NOT NULL,
        damaged INTEGER NOT NULL,
        UNIQUE (account, start_at, end_at)
    )
    """,
    """
    CREATE TABLE feed_pages (
        feed_window INTEGER NOT NULL REFERENCES feed_windows,
        number INTEGER NOT NULL,
        body BLOB NOT NULL,
        PRIMARY KEY (feed_window, number)
    )
    """,
)


class FeedTable:
    """Pages of transactions in a database, see `contract.FeedStore`.

    Args:
        database: an open one with the tables.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def feed(self, account: str, windows: Collection[Window]) -> dict[Window, FeedRecord]:
        """Tell what is known of windows; absent keys are not known.

        Args:
            account: key of the account.
            windows: any number of them.
        """

        def look_up(connection: sqlite3.Connection) -> dict[Window, FeedRecord]:
            found = {window: _record(connection, account, window) for window in windows}
            return {window: record for window, record in found.items() if record}

        return self._database.read(look_up)

    def save_page(self, account: str, page: FeedPage, *, at: float) -> None:
        """Keep a page in one transaction.

        Page 0 begins its window anew. It takes the place of windows, too, that began on the
        same day and ended before everything had come: every day has another such window.

        Args:
            account: key of the account.
            page: as it came; one that does not follow the last one kept is passed over.
            at: seconds since 1970 when it came.
        """
        self._database.write(lambda connection: _save(connection, account, page, at))

    def feed_pages(self, account: str, window: Window) -> list[bytes]:
        """Give the pages of a window in their order.

        Args:
            account: key of the account.
            window: any.
        """
        query = """
            SELECT body FROM feed_pages WHERE feed_window = (
                SELECT number FROM feed_windows
                WHERE account = ? AND start_at = ? AND end_at = ?)
            ORDER BY number
        """
        rows = self._database.read(
            lambda connection: connection.execute(query, _key(account, window)).fetchall()
        )
        return [zlib.decompress(body) for (body,) in rows]


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _key(account: str, window: Window) -> tuple[str, int, int]:
    return account, _seconds(window.start), _seconds(window.end)


def _record(connection: sqlite3.Connection, account: str, window: Window) -> FeedRecord | None:
    row = connection.execute(
        """
        SELECT began_at, pages, next_page_token, damaged FROM feed_windows
        WHERE account = ? AND start_at = ? AND end_at = ?
        """,
        _key(account, window),
    ).fetchone()
    return FeedRecord(*row) if row else None


def _save(connection: sqlite3.Connection, account: str, page: FeedPage, at: float) -> None:
    key = _key(account, page.window)
    if page.number == 0:
        _begin(connection, key, at)
    connection.execute(
        """
        INSERT INTO feed_pages
        SELECT number, pages, ? FROM feed_windows
        WHERE account = ? AND start_at = ? AND end_at = ? AND pages = ?
        """,
        (zlib.compress(page.body), *key, page.number),
    )
    connection.execute(
        """
        UPDATE feed_windows
        SET pages = pages + 1, next_page_token = ?, damaged = damaged + ?
        WHERE account = ? AND start_at = ? AND end_at = ? AND pages = ?
        """,
        (page.next_page_token, page.damaged, *key, page.number),
    )


def _begin(connection: sqlite3.Connection, key: tuple[str, int, int], at: float) -> None:
    account, start, end = key
    replaced = """
        SELECT number FROM feed_windows
        WHERE account = :account AND start_at = :start
          AND (end_at = :end OR end_at > began_at - :settled_after)
    """
    values = {
        "account": account,
        "start": start,
        "end": end,
        "settled_after": SETTLED_AFTER_S,
    }
    connection.execute(f"DELETE FROM feed_pages WHERE feed_window IN ({replaced})", values)  # noqa: S608  # our own text
    connection.execute(f"DELETE FROM feed_windows WHERE number IN ({replaced})", values)  # noqa: S608  # our own text
    connection.execute("INSERT INTO feed_windows VALUES (NULL, ?, ?, ?, ?, 0, '', 0)", (*key, at))
