"""IDs come into a workbook that is open, while somebody works in it."""

import itertools
import json
import threading
from contextlib import contextmanager, nullcontext
from datetime import UTC, date
from types import SimpleNamespace

import openpyxl
import pytest

from tests.workbooks.live.live_books import patient_gate
from xlsx_addin.core.feed import FeedPage
from xlsx_addin.jobs.add_ids import AddIdsOptions, add_ids
from xlsx_addin.jobs.tools import JobTools, WorkbookTools
from xlsx_addin.store.memory import MemoryStore
from xlsx_addin.workbooks.live import LiveWorkbook

NUMBERS = range(1, 9)
CHANGES = {
    "nobody": lambda _host, _sheet: None,
    "sorted": lambda host, sheet: host.sort_rows(sheet, 2, 9, by=2, descending=True),
    "inserted": lambda host, sheet: host.insert_row(sheet, 4, 2),
    "deleted": lambda host, sheet: host.delete_row(sheet, 4),
}


def order_id(number):
    return f"111-000000{number}-0000001"


def transaction(number):
    line = {
        "orderId": order_id(number),
        "orderLineItemId": f"1234567890123{number}",
        "shipmentId": f"ShipAAAA{number}",
        "totalAmount": {"currencyCode": "EUR", "amount": f"{number}.00"},
    }
    return {
        "transactionId": f"T{number}",
        "transactionType": "CHARGE",
        "transactionDate": "2025-03-01T10:00:00Z",
        "transactionLineItems": [line],
    }


class Source:
    """Gives one page, and lets somebody work in the sheet before it comes."""

    def __init__(self, meanwhile):
        self.meanwhile = meanwhile
        self.counts = SimpleNamespace(requests=1, retries=0, throttled=0)

    def ask(self, starts, _cancel):
        self.meanwhile()
        for start in starts:
            body = json.dumps({"transactions": [transaction(one) for one in NUMBERS]}).encode()
            yield FeedPage(start.window, 0, body)


@pytest.mark.parametrize("change", CHANGES)
def test_every_row_gets_its_own_ids_wherever_it_is_by_then(change, memory_host, tmp_path):
    path = tmp_path / "orders.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "Orders"
    book.active.append(["Note", "Order ID", "Amount"])
    for number in NUMBERS:
        book.active.append([f"note {number}", order_id(number), number])
    book.save(path)
    opened = memory_host.open(path)
    seconds = itertools.count(1_790_000_000)

    @contextmanager
    def connect():
        yield SimpleNamespace(
            transactions=Source(lambda: CHANGES[change](memory_host, opened.sheets["Orders"]))
        )

    with LiveWorkbook(opened, patient_gate()) as live:
        key = live.key
        workbooks = WorkbookTools(
            lambda _: live, lambda *_: None, lambda _: nullcontext(), lambda _: key
        )
        tools = JobTools(
            MemoryStore(),
            connect,
            "account",
            now=lambda: float(next(seconds)),
            zone=UTC,
            cancel=threading.Event(),
        )
        options = AddIdsOptions(first=date(2025, 3, 1), last=date(2025, 3, 4))
        report = add_ids(live.path, options, tools, workbooks)
    assert (report.error, report.exit_code) == (None, 0)
    rows = opened.sheets["Orders"].range("A2:G12").value
    found = {row[1]: row for row in rows if row[1]}
    assert len(found) == len(NUMBERS) - (change == "deleted")
    for number in NUMBERS:
        if row := found.get(order_id(number)):
            assert row == [
                *(f"note {number}", order_id(number), number),
                *(f"1234567890123{number}", f"ShipAAAA{number}", "Filled"),
                "Matched by amount.",
            ]
