"""The store in a SQLite file: survives crashes, shared by all processes of a user."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from xlsx_addin.core.closing import Closing
from xlsx_addin.store import answers, documents, feed, filled, payments, runs, undo, written
from xlsx_addin.store.database import Database, Schema

_NEW_IN_3: Final = (*payments.TABLES, *filled.TABLES, *feed.TABLES, *documents.TABLES)

SCHEMA: Final = Schema(
    application_id=0x58414453,  # "XADS"
    version=3,
    statements=(
        *answers.TABLES,
        *written.TABLES,
        *runs.TABLES,
        *undo.TABLES,
        *_NEW_IN_3,
    ),
    upgrades={1: undo.TABLES, 2: (*runs.UPGRADE_TO_3, *_NEW_IN_3)},
    content="saved answers (Amazon is asked again) and the history of runs",
)


class SqliteStore(
    Closing,
    answers.AnswersTable,
    written.WrittenTable,
    runs.RunsTable,
    undo.UndoTable,
    payments.PaymentsTable,
    filled.FilledTable,
    feed.FeedTable,
    documents.DocumentsTable,
):
    """All that jobs need to remember, in one file.

    Threads may share it; every process opens its own, also after a fork.

    Args:
        path: the file; it and its folder are made if missing, readable by the user only.
        clock: seconds since 1970.

    Raises:
        StoreError: the file cannot be opened, is another program's, or was written by a newer
            version of this one; from every method: it cannot be read or written.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        super().__init__(Database(path, SCHEMA, clock))

    @property
    def path(self) -> Path:
        """Where it is."""
        return self._database.path

    @property
    def moved_aside(self) -> Path | None:
        """Where a damaged file was moved, None if the file was sound.

        Nothing but saved answers, which Amazon is asked for again, and the history of runs
        is lost with it.
        """
        return self._database.moved_aside

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()
