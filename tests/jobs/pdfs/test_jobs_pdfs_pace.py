"""Fetching PDFs at Amazon's documented limits, on a clock that runs a hundred times as fast."""

import threading
import time
from collections import Counter
from contextlib import contextmanager, nullcontext

import pytest

from tests.jobs.conftest import nullcontext_of
from xlsx_addin.amazon.client import AmazonClient
from xlsx_addin.amazon.documents import CREATE
from xlsx_addin.amazon.options import ClientOptions
from xlsx_addin.amazon.session import Account, Session
from xlsx_addin.amazon.transport import RequestsTransport
from xlsx_addin.core.answers import Answer, Detail
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.jobs.pdfs import PdfOptions, fetch_pdfs
from xlsx_addin.jobs.tools import JobTools, Pace, PdfTools, WorkbookTools
from xlsx_addin.sandbox import SANDBOX_CREDENTIALS, Documents, Sandbox, SandboxOptions
from xlsx_addin.secrets import Credentials, Secret
from xlsx_addin.store.pdf_folder import PdfFolder, file_has
from xlsx_addin.workbooks.keys import file_key
from xlsx_addin.workbooks.opening import open_workbook

FASTER = 100.0
COUNT = 40
LINES = [LineItem("111-0000000-0000000", f"{n:014d}", "XWwjNjAbC") for n in range(COUNT)]


class FastClock:
    """A clock that runs faster than others."""

    def now(self):
        return time.monotonic() * FASTER

    def wait(self, seconds, cancel):
        return cancel.wait(max(0.0, seconds) / FASTER)


@pytest.fixture
def sandbox():
    documents = Documents(without_pdf=0.0, fatal=0.0)
    with Sandbox(SandboxOptions(documents=documents), clock=FastClock().now) as running:
        yield running


@pytest.fixture
def fetch(sandbox, store, make_book, tmp_path):
    """Fetch the PDFs of 40 invoices; the clock is the client's."""
    clock, cancel = FastClock(), threading.Event()
    credentials = Credentials(
        SANDBOX_CREDENTIALS.client_id,
        Secret(SANDBOX_CREDENTIALS.client_secret),
        Secret(SANDBOX_CREDENTIALS.refresh_token),
    )
    answers = {
        line: Answer((Detail(f"A-{n}", "2026-03-04", invoice_type="STANDARD"),))
        for n, line in enumerate(LINES)
    }
    store.save("account", answers, at=1.0)
    book = make_book(LINES)

    @contextmanager
    def connect():
        transport = RequestsTransport(ClientOptions())
        account = Account(sandbox.endpoint, sandbox.token_url, credentials)
        yield AmazonClient(Session(account, transport=transport, clock=clock))
        transport.close()

    def start(show=lambda _: None):
        return fetch_pdfs(
            book,
            PdfOptions(tmp_path / "out"),
            JobTools(store, connect, "account", clock.now, cancel=cancel),
            PdfTools(
                region="na",
                marketplaces=("ATVPDKIKX0DER",),
                folder=PdfFolder,
                holds=file_has,
                lock=nullcontext,
                pace=Pace(CREATE.rate_per_s, CREATE.burst, 15.0),
                wait=clock.wait,
            ),
            WorkbookTools(open_workbook, lambda _path, _output: None, nullcontext_of, file_key),
            show,
        )

    start.cancel = cancel
    return start


def test_a_clean_run_is_never_told_to_slow_down_and_takes_as_long_as_was_said(fetch, sandbox):
    shown = []
    report = fetch(shown.append)
    calls = Counter(record.operation for record in sandbox.requests)
    assert report.count("saved") == COUNT
    assert report.throttled == 0
    assert all(record.status < 300 for record in sandbox.requests)
    assert calls["createReport"] == calls["getReportDocument"] == calls["download"] == COUNT
    # Looked at about every 15 s, though each takes 30 s to make: two or three looks each.
    assert COUNT <= calls["getReport"] <= 4 * COUNT
    # 13 at once, the rest one in ten seconds; the last is made and looked at, too.
    assert (COUNT - 13) * 10 < report.seconds < (COUNT - 13) * 10 * 1.6 + 90
    first = shown[0].seconds_left
    assert 0.5 * report.seconds < first < 1.5 * report.seconds


def test_a_cancel_in_the_middle_of_waiting_ends_within_two_seconds_and_keeps_all(fetch, sandbox):
    began = []

    def stop_half_way(standing):
        if standing.saved >= 5 and not began:
            began.append(time.monotonic())
            fetch.cancel.set()

    report = fetch(stop_half_way)
    assert time.monotonic() - began[0] < 2
    assert report.interrupted
    assert report.count("waiting") > 0
    assert not [one for one in threading.enumerate() if one.name.startswith("pdfs-")]
    fetch.cancel.clear()
    again = fetch()
    assert again.count("saved", "there") == COUNT
    calls = Counter(one.operation for one in sandbox.requests if one.status < 300)
    assert calls["createReport"] == calls["download"] == COUNT
