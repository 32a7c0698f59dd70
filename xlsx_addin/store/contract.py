"""What the jobs expect of a store, whatever keeps it.

Times are seconds since 1970 (UTC). An *account* is the hashed region, endpoint and client id,
so that answers of one account never pass for those of another. A *book* is the key of one
sheet of one workbook.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from xlsx_addin.core.answers import Answer, KnownAnswer
from xlsx_addin.core.feed import FeedPage, FeedRecord, Window
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.ownership import Written, WrittenRecords
from xlsx_addin.core.snapshots import Snapshot

__all__ = [
    "AnswerStore",
    "FeedStore",
    "KnownAnswer",
    "RunRecord",
    "RunStore",
    "Store",
    "UndoRecord",
    "UndoStore",
    "Written",
    "WrittenStore",
]


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One refresh of one sheet.

    Args:
        number: its number.
        book: key of the sheet.
        path: the workbook's path, for people.
        sheet: the sheet's name.
        started_at: when it began.
        ended_at: when it ended, None if it did not (a crash).
        cancelled: whether the user stopped it.
        counts: rows, requests and statuses by name.
    """

    number: int
    book: str
    path: str
    sheet: str
    started_at: float
    ended_at: float | None = None
    cancelled: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)


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

    def start_run(self, book: str, path: str, sheet: str, *, at: float, policy: str = "") -> int:
        """Record that a run begins, with which policy, and number it."""
        ...

    def end_run(
        self, number: int, *, at: float, counts: Mapping[str, int], cancelled: bool = False
    ) -> None:
        """Record that a run ended."""
        ...

    def unfinished_since(self, book: str, policy: str | None = None) -> float | None:
        """Tell when the earliest run began that was not followed by a completed one.

        Args:
            book: key of the sheet.
            policy: only runs with this policy count; None for all.
        """
        ...

    def runs(self, limit: int = 50) -> list[RunRecord]:
        """List the latest runs, newest first."""
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


class Store(AnswerStore, WrittenStore, RunStore, UndoStore, FeedStore, Protocol):
    """All that a refresh needs."""
