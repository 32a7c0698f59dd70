"""What the jobs expect of a store, whatever keeps it.

Times are seconds since 1970 (UTC). An *account* is the hashed region, endpoint and client id,
so that answers of one account never pass for those of another. A *book* is the key of one
sheet of one workbook.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol

from xlsx_addin.core.answers import Answer, KnownAnswer
from xlsx_addin.core.document_records import DocumentRecord
from xlsx_addin.core.documents import DocumentKey
from xlsx_addin.core.feed import FeedPage, FeedRecord, Window
from xlsx_addin.core.filling import Filled, FilledRecords
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.ownership import Written, WrittenRecords
from xlsx_addin.core.payments import KnownPayment, PaymentAnswer
from xlsx_addin.core.snapshots import Snapshot

__all__ = [
    "NOBODY",
    "REFRESH",
    "AnswerStore",
    "Caller",
    "Counts",
    "DocumentStore",
    "FeedStore",
    "Filled",
    "FilledStore",
    "KnownAnswer",
    "KnownPayment",
    "PaymentStore",
    "RunRecord",
    "RunStore",
    "Store",
    "UndoRecord",
    "UndoStore",
    "Written",
    "WrittenStore",
]


REFRESH: Final = "refresh"
"""The kind of a run that fills in invoices."""

Counts = Mapping[str, int | None]
"""Rows, requests, statuses and so on by name; None for what several runs share."""


class Caller(NamedTuple):
    """Who started a run, and how.

    Args:
        who: the user's name in the operating system.
        command: which command or button it was.
        version: of this program.
    """

    who: str = ""
    command: str = ""
    version: str = ""


NOBODY: Final = Caller()


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run of one job on one workbook, such as a refresh of one of its sheets.

    Args:
        number: its number.
        book: key of the sheet, that of the workbook while the sheet is not known.
        path: the workbook's path, for people.
        sheet: the sheet's name, empty while it is not known.
        started_at: when it began.
        ended_at: when it ended, None if it did not: it still runs, or there was a crash.
        cancelled: whether the user stopped it.
        counts: rows, requests and statuses by name.
        kind: which job it was.
        caller: who started it, and how.
        error: code of the error that ended it, empty if none did.
    """

    number: int
    book: str
    path: str
    sheet: str
    started_at: float
    ended_at: float | None = None
    cancelled: bool = False
    counts: Counts = field(default_factory=dict)
    kind: str = REFRESH
    caller: Caller = NOBODY
    error: str = ""


class AnswerStore(Protocol):
    """Answers per account and line item; every `save` is one transaction."""

    def known(self, account: str, line_items: Collection[LineItem]) -> dict[LineItem, KnownAnswer]:
        """Look up what is known of these line items; absent keys are not known."""
        ...

    def save(self, account: str, answers: Mapping[LineItem, Answer], *, at: float) -> None:
        """Keep answers for good.

        An earlier settled answer that differs becomes `previous`; an equal one changes only
        `answered_at`.
        """
        ...

    def revision(self) -> int:
        """Give a number that changes when somebody else saves into the same store."""
        ...


class WrittenStore(WrittenRecords, Protocol):
    """What we wrote beside which line item, so that nobody else's values are overwritten."""

    def record_written(self, values: Iterable[tuple[LineItem, Written]]) -> None:
        """Remember values before they are saved into a workbook; older ones stay on record."""
        ...


class RunStore(Protocol):
    """The history of runs."""

    def start_run(
        self,
        book: str,
        path: str,
        sheet: str,
        *,
        at: float,
        policy: str = "",
        kind: str = REFRESH,
        caller: Caller = NOBODY,
    ) -> int:
        """Record that a run begins, with which policy, and number it."""
        ...

    def place_run(self, number: int, book: str, sheet: str) -> None:
        """Record of which sheet a run is, once that is known."""
        ...

    def end_run(
        self, number: int, *, at: float, counts: Counts, cancelled: bool = False, error: str = ""
    ) -> None:
        """Record that a run ended, and with which error."""
        ...

    def unfinished_since(
        self, book: str, policy: str | None = None, *, kind: str = REFRESH
    ) -> float | None:
        """Tell when the earliest run began that was not followed by a completed one.

        Args:
            book: key of the sheet.
            policy: only runs with this policy count; None for all.
            kind: only runs of this job count.
        """
        ...

    def runs(self, limit: int = 50) -> list[RunRecord]:
        """List the latest runs, newest first."""
        ...

    def run(self, number: int) -> RunRecord | None:
        """Give one run, None if it is not known (any more)."""
        ...


@dataclass(frozen=True, slots=True)
class UndoRecord:
    """What a run overwrote.

    Args:
        run: its number.
        at: when it wrote, seconds since 1970.
        snapshot: what it overwrote.
    """

    run: int
    at: float
    snapshot: Snapshot


class UndoStore(Protocol):
    """What the last refreshes of a workbook overwrote."""

    def keep_undo(self, run: int, workbook: str, snapshot: Snapshot, *, at: float) -> None:
        """Keep what a run is about to overwrite, in place of what was kept of it."""
        ...

    def last_undo(self, workbook: str) -> UndoRecord | None:
        """Give the latest snapshot of a workbook, None if there is none."""
        ...

    def drop_undo(self, run: int) -> None:
        """Forget the snapshot of a run."""
        ...


class PaymentStore(Protocol):
    """Payments per account and invoice number; every `save_payments` is one transaction."""

    def known_payments(self, account: str, invoices: Collection[str]) -> dict[str, KnownPayment]:
        """Look up what is known of these invoices; absent keys are not known."""
        ...

    def save_payments(
        self, account: str, answers: Mapping[str, PaymentAnswer], *, at: float
    ) -> None:
        """Keep answers for good, in place of earlier ones."""
        ...


class FilledStore(FilledRecords, Protocol):
    """What other jobs than the refresh wrote, so that nobody else's values are overwritten."""

    def record_filled(self, values: Iterable[Filled]) -> None:
        """Remember values before they are saved into a workbook; older ones stay on record."""
        ...


class DocumentStore(Protocol):
    """How far each PDF is on its way from Amazon into a folder, per account."""

    def documents(
        self, account: str, keys: Collection[DocumentKey]
    ) -> dict[DocumentKey, DocumentRecord]:
        """Look up how far documents are; absent keys were never wanted."""
        ...

    def keep_document(self, account: str, record: DocumentRecord) -> None:
        """Keep how far a document is, in one transaction and in place of what was kept."""
        ...


class FeedStore(Protocol):
    """Pages of transactions by account and window; every `save_page` is one transaction."""

    def feed(self, account: str, windows: Collection[Window]) -> dict[Window, FeedRecord]:
        """Tell what is known of windows; absent keys are not known."""
        ...

    def save_page(self, account: str, page: FeedPage, *, at: float) -> None:
        """Keep a page for good.

        Page 0 begins its window anew; one that does not follow the last one kept is passed
        over.
        """
        ...

    def feed_pages(self, account: str, window: Window) -> list[bytes]:
        """Give the pages of a window in their order."""
        ...


class Store(
    AnswerStore,
    WrittenStore,
    RunStore,
    UndoStore,
    PaymentStore,
    FilledStore,
    DocumentStore,
    FeedStore,
    Protocol,
):
    """All that the jobs need."""
