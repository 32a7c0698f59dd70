"""What the buttons of the group Data do: ask what they need to know, then do the work.

A button's question is asked before the progress window opens; what its job came to is put into
words in `data_summaries`.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from xlsx_addin.app import App
from xlsx_addin.excel.data_summaries import (
    summarize_ids,
    summarize_import,
    summarize_payments,
    summarize_pdfs,
)
from xlsx_addin.excel.destinations import Destination, usual_destination
from xlsx_addin.excel.periods import Period, since_last_month
from xlsx_addin.excel.summary import Summary
from xlsx_addin.excel.windows import Windows
from xlsx_addin.jobs.add_ids import AddIdsOptions
from xlsx_addin.jobs.payments import PaymentOptions
from xlsx_addin.jobs.pdf_queue import Standing
from xlsx_addin.jobs.pdfs import PdfOptions
from xlsx_addin.jobs.progress import Progress
from xlsx_addin.jobs.transactions import TransactionsOptions
from xlsx_addin.workbooks.live import LiveWorkbook


@dataclass(frozen=True, slots=True)
class Desk:
    """What a job works on and tells.

    Args:
        app: the program, wired.
        workbook: the open workbook.
        cancel: set when the person wants the job to stop.
        progress: whoever watches.
    """

    app: App
    workbook: LiveWorkbook
    cancel: threading.Event
    progress: Progress


Job = Callable[[Desk], Summary]
"""Does the work and says what it came to."""


@dataclass(frozen=True, slots=True)
class Asker:
    """What a button's question is asked with.

    Args:
        windows: what the person sees.
        book: the workbook's file, None if it is none on this computer.
        documents: the person's folder of documents.
        today: the day it is.
    """

    windows: Windows
    book: Path | None
    documents: Path
    today: date


@dataclass(frozen=True, slots=True)
class DataAction:
    """A button of the group Data.

    Args:
        title: what the progress window says.
        failed: what is said if the job could not be done.
        prepare: asks what has to be known; None if the person changed their mind.
    """

    title: str
    failed: str
    prepare: Callable[[str, Asker], Job | None]


def _import(title: str, asker: Asker) -> Job | None:
    period = asker.windows.ask_period(title, since_last_month(asker.today), asker.today)
    return None if period is None else lambda desk: _import_period(desk, period)


def _import_period(desk: Desk, period: Period) -> Summary:
    options = TransactionsOptions(period.first, period.last, refresh=period.refresh)
    return summarize_import(
        desk.app.transactions_open(
            desk.workbook, options, cancel=desk.cancel, progress=desk.progress
        )
    )


def _add_ids(_title: str, _asker: Asker) -> Job:
    return lambda desk: summarize_ids(
        desk.app.add_ids_open(
            desk.workbook, AddIdsOptions(), cancel=desk.cancel, progress=desk.progress
        )
    )


def _check_payments(_title: str, _asker: Asker) -> Job:
    return lambda desk: summarize_payments(
        desk.app.payments_open(
            desk.workbook, PaymentOptions(), cancel=desk.cancel, progress=desk.progress
        )
    )


def _fetch_pdfs(title: str, asker: Asker) -> Job | None:
    offered = usual_destination(asker.book, asker.documents)
    destination = asker.windows.ask_destination(title, offered)
    return None if destination is None else lambda desk: _fetch_into(desk, destination)


def _fetch_into(desk: Desk, destination: Destination) -> Summary:
    options = PdfOptions(destination.folder, link=destination.link)
    shown = _Shown(desk.progress)
    report = desk.app.pdfs_open(desk.workbook, options, cancel=desk.cancel, show=shown)
    return summarize_pdfs(report)


class _Shown:
    """Shows how far the documents are as progress."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._ended: int | None = None

    def __call__(self, standing: Standing) -> None:
        if self._ended is None:
            self._progress.begin(standing.total, "PDFs")
            self._ended = 0
        self._progress.advance(standing.ended - self._ended)
        self._ended = standing.ended


DATA: Final = {
    "transactions": DataAction(
        "Importing transactions", "The transactions were not imported.", _import
    ),
    "add_ids": DataAction("Adding missing IDs", "The IDs were not added.", _add_ids),
    "payments": DataAction(
        "Looking up payments", "The payments were not looked up.", _check_payments
    ),
    "pdfs": DataAction("Fetching invoice PDFs", "The PDFs were not fetched.", _fetch_pdfs),
}
"""By the words that their macros pass."""
