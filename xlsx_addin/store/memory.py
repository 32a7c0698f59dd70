"""A store that forgets everything when the program ends."""

import threading
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from xlsx_addin.core.answers import Answer, KnownAnswer
from xlsx_addin.core.document_records import DocumentRecord
from xlsx_addin.core.documents import DocumentKey
from xlsx_addin.core.feed import SETTLED_AFTER_S, FeedPage, FeedRecord, Window
from xlsx_addin.core.filling import Filled
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.payments import KnownPayment, PaymentAnswer
from xlsx_addin.core.snapshots import Snapshot
from xlsx_addin.store.contract import (
    NOBODY,
    REFRESH,
    Caller,
    Counts,
    RunRecord,
    UndoRecord,
    Written,
)
from xlsx_addin.store.history import updated


class MemoryStore:
    """The contract of `contract.Store` kept in memory; threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: dict[tuple[str, LineItem], KnownAnswer] = {}
        self._written: dict[LineItem, set[Written]] = {}
        self._runs: list[RunRecord] = []
        self._policies: list[str] = []
        self._undo: dict[int, tuple[str, UndoRecord]] = {}
        self._documents: dict[tuple[str, DocumentKey], DocumentRecord] = {}
        self._payments: dict[tuple[str, str], KnownPayment] = {}
        self._filled: set[Filled] = set()
        self._feed: dict[tuple[str, Window], tuple[FeedRecord, list[bytes]]] = {}

    def known(self, account: str, line_items: Collection[LineItem]) -> dict[LineItem, KnownAnswer]:
        """Look up what is known of these line items; absent keys are not known."""
        with self._lock:
            return {
                line_item: self._answers[account, line_item]
                for line_item in line_items
                if (account, line_item) in self._answers
            }

    def save(self, account: str, answers: Mapping[LineItem, Answer], *, at: float) -> None:
        """Keep answers, all of them or none."""
        with self._lock:
            self._answers |= {
                (account, line_item): updated(self._answers.get((account, line_item)), answer, at)
                for line_item, answer in answers.items()
            }

    def revision(self) -> int:
        """Give a number that changes when somebody else saves: nobody else can."""
        return 0

    def written(self, line_items: Collection[LineItem]) -> dict[LineItem, frozenset[Written]]:
        """Tell what was ever written for these line items, see `core.ownership`."""
        with self._lock:
            return {
                line_item: frozenset(self._written[line_item])
                for line_item in line_items
                if line_item in self._written
            }

    def on_record(self, values: Collection[Written]) -> frozenset[Written]:
        """Tell which values were ever written as a whole, see `core.ownership`."""
        with self._lock:
            return frozenset(values) & set().union(*self._written.values())

    def record_written(self, values: Iterable[tuple[LineItem, Written]]) -> None:
        """Remember values before they are saved into a workbook; older ones stay on record."""
        complete = list(values)
        with self._lock:
            for line_item, cells in complete:
                self._written.setdefault(line_item, set()).add(cells)

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
        """Record that a run begins and number it."""
        with self._lock:
            number = len(self._runs) + 1
            run = RunRecord(number, book, path, sheet, at, kind=kind, caller=caller)
            self._runs.append(run)
            self._policies.append(policy)
            return number

    def place_run(self, number: int, book: str, sheet: str) -> None:
        """Record of which sheet a run is; an unknown number is passed over."""
        self._change_run(number, book=book, sheet=sheet)

    def end_run(
        self, number: int, *, at: float, counts: Counts, cancelled: bool = False, error: str = ""
    ) -> None:
        """Record that a run ended; an unknown number is passed over."""
        self._change_run(number, ended_at=at, cancelled=cancelled, counts=dict(counts), error=error)

    def _change_run(self, number: int, **changes: Any) -> None:  # noqa: ANN401  # its fields
        with self._lock:
            if 0 < number <= len(self._runs):
                self._runs[number - 1] = replace(self._runs[number - 1], **changes)

    def unfinished_since(
        self, book: str, policy: str | None = None, *, kind: str = REFRESH
    ) -> float | None:
        """Tell when the earliest run began that was not followed by a completed one."""
        since = None
        with self._lock:
            for run, its_policy in zip(self._runs, self._policies, strict=True):
                if run.book != book or run.kind != kind:
                    continue
                if run.ended_at is not None and not run.cancelled and not run.error:
                    since = None
                elif since is None and policy in (None, its_policy):
                    since = run.started_at
        return since

    def runs(self, limit: int = 50) -> list[RunRecord]:
        """List the latest runs, newest first."""
        with self._lock:
            return self._runs[::-1][:limit]

    def run(self, number: int) -> RunRecord | None:
        """Give one run, None if it is not known."""
        with self._lock:
            return self._runs[number - 1] if 0 < number <= len(self._runs) else None

    def keep_undo(self, run: int, workbook: str, snapshot: Snapshot, *, at: float) -> None:
        """Keep what a run is about to overwrite, in place of what was kept of it."""
        complete = replace(snapshot, entries=list(snapshot.entries))
        with self._lock:
            self._undo[run] = workbook, UndoRecord(run, at, complete)

    def last_undo(self, workbook: str) -> UndoRecord | None:
        """Give the latest snapshot of a workbook, None if there is none."""
        with self._lock:
            of_workbook = [record for name, record in self._undo.values() if name == workbook]
        return max(of_workbook, key=lambda record: record.run, default=None)

    def drop_undo(self, run: int) -> None:
        """Forget the snapshot of a run."""
        with self._lock:
            self._undo.pop(run, None)

    def documents(
        self, account: str, keys: Collection[DocumentKey]
    ) -> dict[DocumentKey, DocumentRecord]:
        """Look up how far documents are; absent keys were never wanted."""
        with self._lock:
            found = {key: self._documents.get((account, key)) for key in keys}
        return {key: record for key, record in found.items() if record is not None}

    def keep_document(self, account: str, record: DocumentRecord) -> None:
        """Keep how far a document is, in place of what was kept."""
        with self._lock:
            self._documents[account, record.key] = record

    def known_payments(self, account: str, invoices: Collection[str]) -> dict[str, KnownPayment]:
        """Look up what is known of these invoices; absent keys are not known."""
        with self._lock:
            return {
                invoice: self._payments[account, invoice]
                for invoice in invoices
                if (account, invoice) in self._payments
            }

    def save_payments(
        self, account: str, answers: Mapping[str, PaymentAnswer], *, at: float
    ) -> None:
        """Keep answers, all of them or none, in place of earlier ones."""
        with self._lock:
            self._payments |= {
                (account, invoice): KnownPayment(answer, at) for invoice, answer in answers.items()
            }

    def filled(self, keys: Collection[str]) -> frozenset[Filled]:
        """Tell what was written in the rows of these keys."""
        wanted = set(keys)
        with self._lock:
            return frozenset(one for one in self._filled if one.key in wanted)

    def record_filled(self, values: Iterable[Filled]) -> None:
        """Remember values before they are saved into a workbook; older ones stay on record."""
        complete = set(values)
        with self._lock:
            self._filled |= complete

    def feed(self, account: str, windows: Collection[Window]) -> dict[Window, FeedRecord]:
        """Tell what is known of windows; absent keys are not known."""
        with self._lock:
            return {
                window: self._feed[account, window][0]
                for window in windows
                if (account, window) in self._feed
            }

    def save_page(self, account: str, page: FeedPage, *, at: float) -> None:
        """Keep a page; page 0 begins its window anew."""
        with self._lock:
            if page.number == 0:
                self._begin(account, page.window, at)
            record, bodies = self._feed.get((account, page.window), (None, []))
            if record is not None and record.pages == page.number:
                record = FeedRecord(
                    record.began_at,
                    record.pages + 1,
                    page.next_page_token,
                    record.damaged + page.damaged,
                )
                self._feed[account, page.window] = record, [*bodies, page.body]

    def _begin(self, account: str, window: Window, at: float) -> None:
        for name, other in list(self._feed):
            record, _ = self._feed[name, other]
            unsettled = other.end.timestamp() > record.began_at - SETTLED_AFTER_S
            if name == account and other.start == window.start and unsettled:
                del self._feed[name, other]
        self._feed[account, window] = FeedRecord(at, 0), []

    def feed_pages(self, account: str, window: Window) -> list[bytes]:
        """Give the pages of a window in their order."""
        with self._lock:
            return list(self._feed.get((account, window), (None, []))[1])
