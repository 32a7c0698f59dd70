"""What jobs work with, handed in by the composition root."""

import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Protocol, TypeVar

from xlsx_addin.core.answers import Answer
from xlsx_addin.core.feed import Continuation, FeedPage, WindowFailed
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import Failure
from xlsx_addin.core.payments import PaymentAnswer
from xlsx_addin.core.plan import Item
from xlsx_addin.core.report_answers import Report
from xlsx_addin.errors import XlsxAddinError
from xlsx_addin.jobs.progress import NoProgress, Progress
from xlsx_addin.store.contract import NOBODY, Caller, Store
from xlsx_addin.workbooks.contract import Workbook


class RequestCounts(Protocol):
    """How many calls of an operation were made."""

    @property
    def requests(self) -> int:
        """All calls, repetitions included."""
        ...

    @property
    def retries(self) -> int:
        """The repetitions among them."""
        ...

    @property
    def throttled(self) -> int:
        """The answers of 429 among them."""
        ...


Reply = TypeVar("Reply")
"""What Amazon says about one item."""


class BatchSource(Protocol[Item, Reply]):
    """Where answers come from that are asked for in batches."""

    @property
    def counts(self) -> RequestCounts:
        """What asking has cost so far."""
        ...

    def ask(
        self, items: Sequence[Item], cancel: threading.Event, /
    ) -> Generator[dict[Item, Reply | Failure], None, None]:
        """Ask about distinct valid items; every one of them comes back exactly once.

        Args:
            items: what to ask about.
            cancel: set by whoever wants it to stop.
        """
        ...


class InvoiceSource(BatchSource[LineItem, Answer], Protocol):
    """Where invoices come from."""

    def ask_as_they_come(
        self, more: Callable[[threading.Event], Sequence[LineItem]], cancel: threading.Event
    ) -> Generator[dict[LineItem, Answer | Failure], None, None]:
        """Ask about line items that are not known beforehand, until there are no more.

        Args:
            more: waits for the next batch of line items; gives none once no more can come, or
                when the event that it is given is set.
            cancel: set by whoever wants it to stop.
        """
        ...


class DocumentSource(Protocol):
    """Where PDFs come from; its methods raise an XlsxAddinError, or anything once cancelled."""

    @property
    def requests(self) -> int:
        """All calls so far, repetitions and downloads included."""
        ...

    @property
    def throttled(self) -> int:
        """The answers of 429 among them."""
        ...

    def order(self, specification: Mapping[str, object], cancel: threading.Event) -> str:
        """Order a report and give its id."""
        ...

    def report(self, report_id: str, cancel: threading.Event) -> Report:
        """Tell how far a report is."""
        ...

    def pdf(self, document_id: str, cancel: threading.Event) -> bytes:
        """Fetch a document."""
        ...

    def ends_run(self, error: XlsxAddinError) -> bool:
        """Say whether no other call can do better after an error."""
        ...

    def interrupt(self) -> None:
        """Break off every exchange in flight whose `cancel` is set."""
        ...


class TransactionSource(Protocol):
    """Where transactions come from."""

    @property
    def counts(self) -> RequestCounts:
        """What asking has cost so far."""
        ...

    def ask(
        self, starts: Sequence[Continuation], cancel: threading.Event
    ) -> Generator[FeedPage | WindowFailed, None, None]:
        """Ask for the pages of windows; those of one window come in order.

        Args:
            starts: where to begin with each window.
            cancel: set by whoever wants it to stop.
        """
        ...


class Amazon(Protocol):
    """All that can be asked of Amazon."""

    @property
    def documents(self) -> DocumentSource:
        """Where PDFs come from."""
        ...

    @property
    def invoices(self) -> InvoiceSource:
        """Where invoices come from."""
        ...

    @property
    def payments(self) -> BatchSource[str, PaymentAnswer]:
        """Where the payment of invoices comes from."""
        ...

    @property
    def transactions(self) -> TransactionSource:
        """Where transactions come from."""
        ...


@dataclass(frozen=True, slots=True)
class JobTools:
    """What every job that asks Amazon works with.

    Args:
        store: what is known.
        connect: makes the client; called only if something has to be asked.
        account: the account whose answers are used.
        now: the wall clock, seconds since 1970.
        zone: where the day of an invoice is counted.
        cancel: set by whoever wants the job to stop.
        progress: whoever watches.
        caller: who started the job, and how.
    """

    store: Store
    connect: Callable[[], AbstractContextManager[Amazon]]
    account: str
    now: Callable[[], float]
    zone: tzinfo = UTC
    cancel: threading.Event = field(default_factory=threading.Event)
    progress: Progress = field(default_factory=NoProgress)
    caller: Caller = NOBODY


@dataclass(frozen=True, slots=True)
class WorkbookTools:
    """What a job handles workbooks with.

    Args:
        open: opens a workbook for reading and editing.
        check: makes sure, before anybody is asked, that the result of a workbook can be saved
            in its place or, if one is named, as another file.
        lock: keeps other jobs off a workbook while it is held.
        key: names a workbook in the store, however it was reached.
    """

    open: Callable[[Path], Workbook]
    check: Callable[[Path, Path | None], None]
    lock: Callable[[Path], AbstractContextManager[object]]
    key: Callable[[Path], str]


class PdfFiles(Protocol):
    """The folder that PDFs are saved in; its methods raise LocalError."""

    @property
    def path(self) -> Path:
        """Where it is."""
        ...

    def choose(self, name: str, sha256: str) -> Path:
        """Choose where a file goes: where it is already, or the first name that is free."""
        ...

    def write(self, path: Path, content: bytes) -> None:
        """Put a whole file in place at once."""
        ...


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast documents can be had.

    Args:
        rate_per_s: orders, and documents, a second in the long run.
        burst: how many at once after a rest.
        poll_s: seconds between two looks at a report.
    """

    rate_per_s: float
    burst: float
    poll_s: float

    def seconds_for(self, calls: int, *, sent: int = 0) -> float:
        """Tell how long some calls of one operation take.

        Args:
            calls: how many are left.
            sent: how many were made in this run.
        """
        at_once = max(0.0, self.burst - sent)
        return max(0.0, calls - at_once) / self.rate_per_s


@dataclass(frozen=True, slots=True)
class PdfTools:
    """What fetching PDFs works with, besides `JobTools`.

    Args:
        region: na, eu or jp.
        marketplaces: marketplace ids that documents are asked for in.
        folder: opens the folder that PDFs are saved in.
        holds: says whether a file is there and has this SHA-256.
        lock: keeps other runs off the queue of the account while it is held.
        pace: how fast documents can be had.
        wait: lets seconds pass, and says whether the event was set meanwhile.
    """

    region: str
    marketplaces: Sequence[str]
    folder: Callable[[Path], PdfFiles]
    holds: Callable[[Path, str], bool]
    lock: Callable[[], AbstractContextManager[object]]
    pace: Pace
    wait: Callable[[float, threading.Event], bool]
