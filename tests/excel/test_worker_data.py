"""The buttons of the group Data on a host in memory, against the sandbox."""

import os
from datetime import date

import openpyxl
import pytest

from tests.excel.test_worker import Recorder
from tests.hosts.fixtures import memory_host  # noqa: F401  # a fixture
from xlsx_addin.excel.destinations import Destination
from xlsx_addin.excel.periods import Period
from xlsx_addin.excel.worker import Worker
from xlsx_addin.sandbox import UNLIMITED
from xlsx_addin.sandbox.names import DOCUMENT_API, INVOICES, PAYMENTS, TRANSACTIONS
from xlsx_addin.settings import load_settings
from xlsx_addin.workbooks.live.attach import OpenBook

TODAY = date(2025, 4, 2)
HEADERS = ("Order ID", "Order Line Item ID", "Shipment ID")
OPERATIONS = (INVOICES, PAYMENTS, TRANSACTIONS, *DOCUMENT_API)


class Answering(Recorder):
    """Answers the questions of the buttons."""

    period: Period | None = None
    destination: Destination | None = None

    def ask_period(self, title, initial, today):
        self.asked.append((title, initial, today))
        return self.period

    def ask_destination(self, title, initial):
        self.asked.append((title, initial))
        return self.destination


@pytest.fixture
def windows():
    return Answering()


@pytest.fixture
def sandbox(start_amazon):
    return start_amazon(region="eu", limits=dict.fromkeys(OPERATIONS, UNLIMITED))


@pytest.fixture
def open_book(memory_host, tmp_path):  # noqa: F811  # the fixture
    def make(rows, name="book.xlsx"):
        book = openpyxl.Workbook()
        book.active.title = "Lines"
        for row in rows:
            book.active.append(row)
        path = tmp_path / name
        book.save(path)
        opened = memory_host.open(path)
        opened.activate()
        return opened

    return make


@pytest.fixture
def press(windows, sandbox):
    def run(book, action):
        settings = load_settings(dict(os.environ))
        wanted = OpenBook(book.app.pid, book.name)
        return Worker(settings, wanted, windows, today=lambda: TODAY).run(action)

    return run


@pytest.fixture
def imported(open_book, press, windows):
    """A workbook into which some days were imported, with their invoices."""
    windows.period = Period(date(2025, 3, 1), date(2025, 3, 4))
    book = open_book([HEADERS])
    summary = press(book, "transactions")
    assert not summary.failed, summary.text
    return book, summary


def column(book, header):
    """The cells below a header, as far as there are rows."""
    sheet = book.sheets["Lines"]
    headers = sheet.range("A1:AZ1").value
    at = headers.index(header) + 1
    rows = int(sheet.used_range.last_cell.row)
    return sheet.range((2, at), (rows, at)).value


def test_transactions_come_with_their_invoices(imported, windows):
    book, summary = imported
    lines, statuses = column(book, "Order Line Item ID"), column(book, "Invoice Status")
    assert len(lines) > 20
    assert all(statuses[n] for n, line in enumerate(lines) if line)
    assert "added; 0 were there already" in summary.headline
    assert summary.statuses
    title, initial, today = windows.asked[0]
    assert title == "Importing transactions"
    assert (initial.first, initial.last, today) == (date(2025, 3, 1), TODAY, TODAY)


def test_the_same_days_add_nothing_twice(imported, press, sandbox):
    book, _ = imported
    before = book.sheets["Lines"].used_range.value
    asked = len(sandbox.requests)
    summary = press(book, "transactions")
    assert summary.headline.startswith("0 rows added")
    assert book.sheets["Lines"].used_range.value == before
    assert len(sandbox.requests) == asked


def test_whoever_changes_their_mind_gets_nothing(open_book, press, windows, sandbox):
    book = open_book([HEADERS])
    assert press(book, "transactions") is None
    assert press(book, "pdfs") is None
    assert len(sandbox.requests) == 0


def test_payments_are_filled_in_beside_the_invoice_numbers(imported, press):
    book, _ = imported
    summary = press(book, "payments")
    assert not summary.failed, summary.text
    numbers, statuses = column(book, "Invoice Number"), column(book, "Payment Status")
    assert any(numbers)
    assert [bool(one) for one in numbers] == [bool(one) for one in statuses]
    assert "was looked up" in summary.headline


def test_missing_ids_are_added(imported, press, open_book):
    book, _ = imported
    orders = list(dict.fromkeys(one for one in column(book, "Order ID") if one))[:5]
    dates = dict(zip(column(book, "Order ID"), column(book, "Transaction Date"), strict=True))
    amounts = dict(zip(column(book, "Order ID"), column(book, "Amount"), strict=True))
    rows = [["Order ID", "Transaction Date", "Amount"]]
    rows += [[order, dates[order], amounts[order]] for order in orders]
    other = open_book(rows, "orders.xlsx")
    summary = press(other, "add_ids")
    assert not summary.failed, summary.text
    assert all(column(other, "ID Status"))
    assert "without IDs" in summary.headline


def test_pdfs_are_fetched_and_linked(imported, press, windows, tmp_path):
    book, _ = imported
    windows.destination = Destination(tmp_path / "pdfs")
    summary = press(book, "pdfs")
    assert not summary.failed, summary.text
    files = list((tmp_path / "pdfs").glob("*.pdf"))
    assert files
    assert all(file.read_bytes().startswith(b"%PDF") for file in files)
    assert any(str(one).endswith(".pdf") for one in column(book, "Invoice PDF"))
    assert f"{len(files)} of" in summary.headline


def test_a_sheet_without_what_a_job_needs_is_told_in_words_of_excel(open_book, press):
    book = open_book([["Something", "else"], [1, 2]])
    summary = press(book, "payments")
    assert summary.failed
    assert summary.headline == "The payments were not looked up."
    assert "Invoice Number" in summary.text
    assert "--" not in summary.text


def test_a_role_that_is_missing_is_told(open_book, start_amazon, windows):
    start_amazon(region="eu", roles=frozenset())
    windows.period = Period(date(2025, 3, 1), date(2025, 3, 4))
    book = open_book([HEADERS])
    wanted = OpenBook(book.app.pid, book.name)
    summary = Worker(load_settings(dict(os.environ)), wanted, windows).run("transactions")
    assert summary.needs_attention
    assert "role" in summary.text
