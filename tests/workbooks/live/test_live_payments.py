"""Payments in a workbook that is open, while somebody works in it."""

import itertools
import threading
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
import xlsxwriter

from tests.workbooks.live.live_books import patient_gate
from xlsx_addin.core.payments import PaymentAnswer
from xlsx_addin.jobs.payments import PaymentOptions, payments
from xlsx_addin.jobs.tools import JobTools, WorkbookTools
from xlsx_addin.store.memory import MemoryStore
from xlsx_addin.workbooks.live import LiveWorkbook

SHEET = "Invoices"
HEADERS = ("Vendor", "Invoice Number", "Amount")
NUMBERS = [f"INV-{n}" for n in range(1, 9)]
WORDS = {n: "Closed" if int(n[-1]) % 2 else "Past Due" for n in NUMBERS}
DAY = datetime(2025, 3, 1)  # cells have no zone

CHANGES = {
    "sorted": lambda host, sheet: host.sort_rows(sheet, 2, 9, by=3, descending=True),
    "inserted": lambda host, sheet: host.insert_row(sheet, 4, 2),
    "deleted": lambda host, sheet: host.delete_row(sheet, 4),
}


@dataclass
class Source:
    """Answers every invoice by its last digit."""

    asked: list[str] = field(default_factory=list)
    counts: object = field(
        default_factory=lambda: SimpleNamespace(requests=1, retries=0, throttled=0)
    )

    def ask(self, numbers, _cancel):
        self.asked += numbers
        yield {
            one: PaymentAnswer(WORDS.get(one, "Issued"), "2025-03-01T00:00:00Z") for one in numbers
        }


def workbook(path, *, table=False, results=False):
    headers = [*HEADERS]
    if results:
        headers += ["Payment Status", "Payment Due Date", "Payment Message"]
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(SHEET)
        sheet.write_row(0, 0, headers)
        for at, number in enumerate(NUMBERS, start=1):
            sheet.write_row(at, 0, ["Amazon", number, at])
        if table:
            columns = [{"header": header} for header in headers]
            size = (0, 0, len(NUMBERS), len(headers) - 1)
            sheet.add_table(*size, {"name": "Bills", "columns": columns})
    return path


@pytest.fixture
def run():
    """Fill in the payments of an open workbook as a button does."""

    @contextmanager
    def connect():
        yield SimpleNamespace(payments=run_open.source)

    def run_open(book, **options):
        with LiveWorkbook(book, patient_gate()) as live:
            tools = JobTools(
                run_open.store,
                connect,
                "account",
                now=lambda: next(run_open.times),
                zone=UTC,
                cancel=threading.Event(),
            )
            workbooks = WorkbookTools(
                lambda _: live, lambda *_: None, lambda _: nullcontext(), lambda _: "book"
            )
            return payments(live.path, PaymentOptions(**options), tools, workbooks)

    run_open.store, run_open.source = MemoryStore(), Source()
    run_open.times = itertools.count(1_790_000_000.0)
    return run_open


def found(book):
    """Give status and due date by invoice number, in whatever row that is."""
    sheet = book.sheets[SHEET]
    bottom = sheet.used_range.last_cell.row
    rows = sheet[f"B2:E{bottom}"].options(ndim=2).value
    return {row[0]: row[2:] for row in rows if row[0] is not None}


@pytest.fixture(params=["memory_host", "libreoffice_host"])
def host(request):
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("table", [False, True])
def test_an_open_workbook_is_filled_in_and_a_second_time_left_alone(host, run, tmp_path, table):
    book = host.open(workbook(tmp_path / "book.xlsx", table=table))
    report = run(book)
    assert (report.exit_code, report.changed) == (0, 3 * 8 + 3)
    assert found(book) == {one: [WORDS[one], DAY] for one in NUMBERS}
    assert book.sheets[SHEET]["D1:F1"].value == [
        *("Payment Status", "Payment Due Date", "Payment Message")
    ]
    run.source.asked.clear()
    assert (run(book).changed, run.source.asked) == (0, [])


def at_every_call(host, run, path, disturb, prepare=lambda _: None):
    """Fill in a fresh workbook again and again, each time disturbed before another call."""
    opened = None
    for at in itertools.count(1):
        if opened is not None:
            host.close(opened)
        opened, met = host.open(path()), []
        prepare(opened.sheets[SHEET])

        def meet(call, opened=opened, met=met):
            met.append(call)
            disturb(host, opened.sheets[SHEET])

        host.on_call(meet, at=at)
        run(opened)
        if not met:
            assert at > 15
            return
        yield at, opened


@pytest.mark.parametrize("results", [False, True])
@pytest.mark.parametrize("table", [False, True])
@pytest.mark.parametrize("change", CHANGES)
def test_whatever_moves_meanwhile_every_result_stands_in_its_own_row(
    memory_host, run, tmp_path, change, table, results
):
    def path():
        return workbook(tmp_path / "book.xlsx", table=table, results=results)

    for at, opened in at_every_call(memory_host, run, path, CHANGES[change]):
        values = found(opened)
        assert values == {one: [WORDS[one], DAY] for one in values}, at
        assert len(values) == len(NUMBERS) - (change == "deleted"), at


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("note", ["paid by hand", "Closed"])
def test_what_a_person_wrote_stays_in_its_row(memory_host, run, tmp_path, change, note):
    def path():
        return workbook(tmp_path / "book.xlsx", results=True)

    def write(sheet):
        sheet["D7"].value = note  # beside INV-6, which is past due

    for at, opened in at_every_call(memory_host, run, path, CHANGES[change], write):
        values = found(opened)
        assert values.pop("INV-6") == [note, DAY], at
        assert values == {one: [WORDS[one], DAY] for one in values}, at


def test_an_invoice_that_comes_meanwhile_is_asked_about_too(memory_host, run, tmp_path):
    book = memory_host.open(workbook(tmp_path / "book.xlsx"))
    ask = run.source.ask

    def ask_while_somebody_types(numbers, cancel):
        book.sheets[SHEET]["A10:C10"].value = ["Amazon", "INV-NEW", 9]
        yield from ask(numbers, cancel)

    run.source.ask = ask_while_somebody_types
    report = run(book)
    assert (report.added, report.invoices) == (0, 9)
    assert report.statuses == {"Closed": 4, "Past Due": 4, "Issued": 1}
    assert found(book)["INV-NEW"] == ["Issued", DAY]
