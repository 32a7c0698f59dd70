"""The payments job, with a scripted source and a store in memory."""

import threading
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.conftest import cells_of
from xlsx_addin.core.outcomes import Failure, Status
from xlsx_addin.core.payment_rows import FRESH_S
from xlsx_addin.core.payments import PaymentAnswer
from xlsx_addin.errors import SheetError, StoreError, WorkbookBusy
from xlsx_addin.jobs.filling import Saving
from xlsx_addin.jobs.payments import PaymentOptions, payments
from xlsx_addin.jobs.tools import JobTools, WorkbookTools
from xlsx_addin.store.memory import MemoryStore
from xlsx_addin.workbooks.keys import file_key
from xlsx_addin.workbooks.opening import open_workbook
from xlsx_addin.workbooks.saved.adapter import SavedWorkbook

ISSUED = PaymentAnswer("Issued", "2026-01-31T00:00:00Z")
CLOSED = PaymentAnswer("Closed", "2026-01-31T00:00:00Z")
FAILED = Failure(Status.FAILED, "Amazon had a fault. Amazon's request id: 42.")


@dataclass
class Source:
    """Answers every invoice with `answers`, by default Issued, five at a time."""

    answers: dict = field(default_factory=dict)
    asked: list = field(default_factory=list)
    after_batch: object = lambda: None
    counts: object = field(
        default_factory=lambda: SimpleNamespace(requests=1, retries=0, throttled=0)
    )

    def ask(self, numbers, cancel):
        for start in range(0, len(numbers), 5):
            batch = numbers[start : start + 5]
            self.asked += batch
            yield {one: self.answers.get(one, ISSUED) for one in batch}
            self.after_batch()


@pytest.fixture
def source():
    return Source()


@pytest.fixture
def clock():
    return SimpleNamespace(now=1_790_000_000.0)


@pytest.fixture
def tools(source, clock):
    @contextmanager
    def connect():
        yield SimpleNamespace(payments=source)

    return JobTools(
        MemoryStore(),
        connect,
        "account",
        now=lambda: clock.now,
        zone=UTC,
        cancel=threading.Event(),
    )


@pytest.fixture
def run(tools):
    """Fill in a workbook; keyword arguments are options."""

    def start(path: Path, *, with_tools=None, check=lambda *_: None, **options):
        workbooks = WorkbookTools(open_workbook, check, lambda _: nullcontext(), file_key)
        saving = Saving(backup=False)
        chosen = PaymentOptions(**({"saving": saving} | options))
        return payments(path, chosen, with_tools or tools, workbooks)

    return start


@pytest.fixture
def book(make_book):
    return make_book([(f"N{n}",) for n in range(12)], headers=("Invoice Number",))


def test_open_invoices_are_asked_again_only_when_their_answer_is_old(run, source, clock, book):
    source.answers = {"N0": CLOSED}
    run(book)
    for seconds, asked in ((1.0, 0), (FRESH_S, 11), (1.0, 0)):
        source.asked.clear()
        clock.now += seconds
        report = run(book)
        assert (len(source.asked), report.known) == (asked, 12 - asked)
    source.asked.clear()
    run(book, ask_all=True)
    assert len(source.asked) == 12


def test_a_status_that_changed_is_shown(run, source, clock, book):
    run(book)
    source.answers = {"N3": CLOSED}
    clock.now += FRESH_S
    assert run(book).changed == 2
    assert cells_of(book)[4][1] == "Closed"


def test_a_failure_is_marked_with_the_due_date_known_before_and_asked_again(
    run, source, clock, book
):
    run(book)
    source.answers = {"N3": FAILED}
    clock.now += FRESH_S
    report = run(book)
    assert (report.exit_code, report.cause) == (1, FAILED.cause)
    row = cells_of(book)[4]
    assert (row[1], row[2].isoformat()[:10], row[3]) == ("Failed", "2026-01-31", FAILED.cause)
    source.answers.clear()
    clock.now += FRESH_S
    run(book)
    assert cells_of(book)[4][1] == "Issued"


def test_an_invoice_that_the_source_forgets_is_marked_failed(run, source, book):
    source.ask = _nothing
    report = run(book)
    assert report.statuses == {"Failed": 12}
    assert report.exit_code == 1


def _nothing(_numbers, _cancel):
    yield from ()


def test_a_run_that_did_not_come_to_its_end_goes_on_where_it_was(run, source, clock, book, tools):
    def stop():
        raise StoreError("The disk is full.")

    source.after_batch = stop
    with pytest.raises(StoreError):
        run(book, ask_all=True)
    assert source.asked == ["N0", "N1", "N2", "N3", "N4"]
    source.after_batch = lambda: None
    source.asked.clear()
    clock.now += 5 * FRESH_S
    report = run(book, ask_all=True)
    assert source.asked == [f"N{n}" for n in range(5, 12)]
    assert (report.known, report.statuses) == (5, {"Issued": 12})
    source.asked.clear()
    run(book, ask_all=True)
    assert len(source.asked) == 12


def test_answers_outlive_a_workbook_that_cannot_be_saved(run, source, clock, book, monkeypatch):
    def busy(*_args, **_options):
        raise WorkbookBusy("Somebody has it open.")

    with monkeypatch.context() as patch:
        patch.setattr(SavedWorkbook, "commit", busy)
        with pytest.raises(WorkbookBusy):
            run(book)
    source.asked.clear()
    clock.now += 5 * FRESH_S
    assert run(book).statuses == {"Issued": 12}
    assert source.asked == []


def test_a_cancelled_run_writes_what_it_has(run, source, book, tools):
    source.answers = {f"N{n}": Failure(Status.CANCELLED, "Stopped.") for n in range(5, 12)}
    tools.cancel.set()
    report = run(book)
    assert (report.exit_code, report.interrupted) == (4, True)
    assert report.statuses == {"Issued": 5, "Cancelled": 7}
    tools.cancel.clear()
    source.asked.clear()
    source.answers.clear()
    assert run(book).statuses == {"Issued": 12}
    assert source.asked == [f"N{n}" for n in range(5, 12)]


def test_a_store_that_cannot_record_leaves_the_workbook_as_it_is(run, book, tools):
    class Full(MemoryStore):
        def record_filled(self, values):
            raise StoreError("The disk is full.")

    before = book.read_bytes()
    with pytest.raises(StoreError):
        run(book, with_tools=replace(tools, store=Full()))
    assert book.read_bytes() == before


def test_nobody_is_asked_if_the_workbook_cannot_be_saved(run, source, book):
    def check(*_):
        raise WorkbookBusy("Read-only.")

    with pytest.raises(WorkbookBusy):
        run(book, check=check)
    assert source.asked == []


def test_runs_are_recorded_and_those_of_a_refresh_are_others(run, book, tools):
    run(book)
    (record,) = tools.store.runs()
    assert record.counts["rows"] == 12
    assert record.counts["Issued"] == 12
    assert record.ended_at is not None
    assert not record.cancelled
    assert (record.kind, record.sheet) == ("payments", "Lines")
    assert record.book.endswith("\nLines")


def test_a_row_of_several_invoices_is_recorded_under_each_of_its_words(
    run, source, make_book, tools
):
    source.answers = {"A": CLOSED, "B": FAILED}
    report = run(make_book([("A; B",), ("A",)], headers=("Invoice Number",)))
    assert (report.exit_code, report.statuses) == (1, {"Closed; Failed": 1, "Closed": 1})
    counts = tools.store.runs()[0].counts
    assert (counts["Closed"], counts["Failed"]) == (2, 1)


def test_a_dry_run_leaves_no_record(run, source, book, tools):
    report = run(book, saving=Saving(dry_run=True))
    assert (report.would_ask, source.asked, tools.store.runs()) == (12, [], [])


def test_a_run_that_ends_in_an_error_is_recorded_with_it(run, make_book, tools):
    with pytest.raises(SheetError):
        run(make_book([("x",)], headers=("Order",)))
    assert [record.error for record in tools.store.runs()] == ["no-invoice-numbers"]


def test_a_sheet_without_rows_is_no_trouble(run, source, make_book):
    book = make_book([], headers=("Invoice Number",))
    report = run(book)
    assert (report.rows, report.changed, source.asked) == (0, 0, [])
