"""Transactions come into a workbook that is open, while somebody works in it."""

import itertools
import json
import threading
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from tests.workbooks.live import purchases
from tests.workbooks.live.live_books import patient_gate
from tests.workbooks.live.purchases import SHEET
from xlsx_addin.core.feed import FeedPage
from xlsx_addin.jobs.tools import JobTools, WorkbookTools
from xlsx_addin.jobs.transactions import TransactionsOptions, import_transactions
from xlsx_addin.store.memory import MemoryStore
from xlsx_addin.workbooks.live import LiveWorkbook

TYPED = purchases.purchases(4)
COMING = purchases.purchases(9)[4:]
CHANGES = {
    "sorted": lambda host, sheet: host.sort_rows(sheet, 2, 5, by=4, descending=True),
    "inserted": lambda host, sheet: host.insert_row(sheet, 4, 2),
    "deleted": lambda host, sheet: host.delete_row(sheet, 4),
}


def transaction(row):
    line = dict(zip(("orderId", "orderLineItemId", "shipmentId"), row[:3], strict=True))
    amount = {"currencyCode": "EUR", "amount": f"{row[3]}"}
    return {
        "transactionId": f"T-{row[1]}",
        "transactionType": "CHARGE",
        "transactionDate": "2025-03-01T10:00:00Z",
        "transactionLineItems": [{**line, "totalAmount": amount}],
    }


@dataclass
class Import:
    """Imports into open workbooks what one page holds."""

    store: MemoryStore = field(default_factory=MemoryStore)
    seconds: float = 1_790_000_000.0

    def ask(self, starts, _cancel):
        for start in starts:
            body = json.dumps({"transactions": [transaction(row) for row in COMING]}).encode()
            yield FeedPage(start.window, 0, body)

    @property
    def counts(self):
        return SimpleNamespace(requests=1, retries=0, throttled=0)

    @contextmanager
    def connect(self):
        yield SimpleNamespace(transactions=self)

    def now(self):
        self.seconds += 1
        return self.seconds

    def __call__(self, book):
        day = date(2025, 3, 4)
        with LiveWorkbook(book, patient_gate()) as live:
            key = live.key
            workbooks = WorkbookTools(
                lambda _: live, lambda *_: None, lambda _: nullcontext(), lambda _: key
            )
            tools = JobTools(
                self.store,
                self.connect,
                "account",
                now=self.now,
                zone=UTC,
                cancel=threading.Event(),
            )
            return import_transactions(live.path, TransactionsOptions(day, day), tools, workbooks)


@pytest.fixture
def book(memory_host, tmp_path):
    """Open a fresh workbook, the one before it is closed."""
    opened = []

    def book(**options):
        for one in opened:
            memory_host.close(one)
        path = purchases.workbook(tmp_path / "march.xlsx", TYPED, results=False, **options)
        opened[:] = [memory_host.open(path)]
        return opened[0]

    return book


def table_of(book):
    """The rows as dictionaries by header, blank ones left out."""
    sheet = book.sheets[SHEET]
    cells = sheet.used_range.options(ndim=2).value
    top = next(at for at, row in enumerate(cells) if row[0] == "Order ID")
    rows = [dict(zip(cells[top], row, strict=True)) for row in cells[top + 1 :]]
    return [row for row in rows if any(value is not None for value in row.values())]


def check(book, *, typed):
    rows = table_of(book)
    added = [row for row in rows if row["Transaction ID"]]
    assert {row["Transaction ID"]: row["Order Line Item ID"] for row in added} == {
        f"T-{row[1]}": row[1] for row in COMING
    }
    assert len(added) == len(COMING)
    for row in added:
        assert f"T-{row['Order Line Item ID']}" == row["Transaction ID"]
        assert row["Amount"] == next(
            one[3] for one in COMING if one[1] == row["Order Line Item ID"]
        )
        assert row["Currency"] == "EUR"
        assert row["Transaction Date"] == datetime(2025, 3, 1)
    others = [row for row in rows if not row["Transaction ID"]]
    assert len(others) == typed
    assert all(row["Amount"] and row["Currency"] is None for row in others)


@pytest.mark.parametrize("table", [False, True])
def test_rows_come_into_an_open_workbook_once(book, table):
    job, opened = Import(), book(table=table)
    report = job(opened)
    assert report.error is None
    assert (report.rows_added, report.typed_too) == (5, 0)
    check(opened, typed=4)
    if table:
        assert opened.sheets[SHEET].tables["Purchases"].range.last_cell.row == 10
    again = job(opened)
    assert (again.error, again.rows_added, again.rows_known) == (None, 0, 5)
    check(opened, typed=4)


@pytest.mark.parametrize("table", [False, True])
@pytest.mark.parametrize("change", CHANGES)
def test_somebody_who_works_in_the_sheet_meanwhile_loses_nothing(memory_host, book, change, table):
    calls = 0
    for at in itertools.count(1, 3):
        opened, met = book(table=table), []

        def meet(call, opened=opened, met=met):
            met.append(call)
            CHANGES[change](memory_host, opened.sheets[SHEET])

        memory_host.on_call(meet, at=at)
        job = Import()
        report = job(opened)
        if not met:
            break
        calls += 1
        if report.error is not None:
            # What was in the way is gone: once more, as the message says.
            assert report.error.next_step, at
            assert job(opened).error is None, at
        check(opened, typed=len(TYPED) - (change == "deleted"))
    assert calls > 10
