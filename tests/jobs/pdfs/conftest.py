"""Fetching PDFs with a scripted source of documents, a store in memory and a clock of its own."""

import threading
from collections import Counter
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC
from types import SimpleNamespace

import pytest

from tests.hosts.fixtures import memory_host
from tests.jobs.conftest import nullcontext_of
from xlsx_addin.core.answers import Answer, Detail
from xlsx_addin.core.documents import DocumentKey, DocumentKind
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.report_answers import Report, ReportState
from xlsx_addin.errors import AccessDenied, RequestRefused
from xlsx_addin.jobs.pdfs import PdfOptions, fetch_pdfs
from xlsx_addin.jobs.tools import JobTools, Pace, PdfTools, WorkbookTools
from xlsx_addin.store.pdf_folder import PdfFolder, file_has
from xlsx_addin.workbooks.keys import file_key
from xlsx_addin.workbooks.opening import open_workbook

__all__ = ["memory_host"]

LINES = [LineItem(f"111-000000{n}-0000000", f"9225888254412{n}", "XWwjNjAbC") for n in range(9)]
PACE = Pace(rate_per_s=0.1, burst=15, poll_s=15)


@dataclass
class Documents:
    """Delivers a PDF of every document, after two looks, unless told otherwise.

    `ends` are the states in which the reports of a number end, one after the other; errors are
    raised when a step is made for a number, one after the other.
    """

    ends: dict = field(default_factory=dict)
    errors: dict = field(default_factory=dict)
    orders: list = field(default_factory=list)
    looks: Counter = field(default_factory=Counter)
    fetched: list = field(default_factory=list)
    requests: int = 0
    throttled: int = 0
    forgotten: set = field(default_factory=set)
    fatal_errors: tuple = (AccessDenied,)
    on_call: object = None

    def order(self, specification, cancel):
        options = specification["reportOptions"]
        self._call("order", options["invoiceId"], cancel)
        self.orders.append((options["invoiceId"], options["documentType"]))
        return f"{options['invoiceId']}/{len(self.orders)}"

    def report(self, report_id, cancel):
        number = report_id.partition("/")[0]
        self._call("report", number, cancel)
        if report_id in self.forgotten:
            raise RequestRefused("Amazon does not know the report.")
        self.looks[report_id] += 1
        if self.looks[report_id] < 2:
            return Report(report_id, ReportState.IN_QUEUE)
        ends = self.ends.get(number, [])
        end = ends.pop(0) if ends else ReportState.DONE
        return Report(report_id, end, report_id if end is ReportState.DONE else "")

    def pdf(self, document_id, cancel):
        number = document_id.partition("/")[0]
        self._call("pdf", number, cancel)
        self.fetched.append(number)
        return b"%PDF-" + number.encode()

    def ends_run(self, error):
        return isinstance(error, self.fatal_errors)

    def interrupt(self):
        pass

    def _call(self, step, number, cancel):
        self.requests += 1
        if self.on_call:
            self.on_call(step, number, cancel)
        errors = self.errors.get((step, number))
        if errors:
            raise errors.pop(0)


class Clock:
    """Time that passes when somebody waits."""

    def __init__(self):
        self.now_s = 1_790_000_000.0
        self.lock = threading.Lock()

    def now(self):
        return self.now_s

    def wait(self, seconds, cancel):
        with self.lock:
            self.now_s += max(0.0, seconds)
        return cancel.is_set()


@pytest.fixture
def documents():
    return Documents()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def tools(documents, store, clock):
    @contextmanager
    def connect():
        yield SimpleNamespace(documents=documents)

    return JobTools(
        store=store,
        connect=connect,
        account="account",
        now=clock.now,
        zone=UTC,
        cancel=threading.Event(),
    )


@pytest.fixture
def pdf_tools(clock):
    return PdfTools(
        region="na",
        marketplaces=("ATVPDKIKX0DER",),
        folder=PdfFolder,
        holds=file_has,
        lock=nullcontext,
        pace=PACE,
        wait=clock.wait,
    )


@pytest.fixture
def fetch(tools, pdf_tools, tmp_path):
    """Fetch the PDFs of a workbook; keyword arguments are options."""

    def start(
        book, *, with_tools=None, region="na", show=lambda _: None, opened=open_workbook, **options
    ):
        workbooks = WorkbookTools(opened, lambda _path, _output: None, nullcontext_of, file_key)
        chosen = PdfOptions(**({"folder": tmp_path / "out"} | options))
        tools_of_region = replace(pdf_tools, region=region)
        return fetch_pdfs(book, chosen, with_tools or tools, tools_of_region, workbooks, show)

    return start


def answer(*numbers, kind="STANDARD"):
    return Answer(tuple(Detail(one, "2026-03-04T00:00:00Z", invoice_type=kind) for one in numbers))


@pytest.fixture
def know(store):
    """Let the store know answers, by default one invoice A0, A1, ... for each line."""

    def keep(answers=None):
        if answers is None:
            answers = {line: answer(f"A{n}") for n, line in enumerate(LINES)}
        store.save("account", answers, at=1.0)

    return keep


def key(number, kind=DocumentKind.INVOICE):
    return DocumentKey(kind, number)
