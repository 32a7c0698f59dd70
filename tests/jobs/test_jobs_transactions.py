"""Importing transactions: sweeping the feed, resuming, rows added once, nothing else touched."""

import json
import random
import shutil
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest
from openpyxl.worksheet.table import Table, TableColumn

from tests.conftest import cells_of
from tests.jobs.conftest import Counts, nullcontext_of
from tests.reliability.test_r05_answers import HOSTILE
from xlsx_addin.core.feed import FeedPage, WindowFailed
from xlsx_addin.core.outcomes import Failure, Status
from xlsx_addin.errors import InputError, StoreError
from xlsx_addin.jobs.sweeping import Sweep
from xlsx_addin.jobs.tools import WorkbookTools
from xlsx_addin.jobs.transactions import TransactionsOptions, import_transactions
from xlsx_addin.sandbox import Account, SandboxOptions
from xlsx_addin.sandbox.charges import Charges
from xlsx_addin.sandbox.purchases import Purchases
from xlsx_addin.workbooks.keys import file_key
from xlsx_addin.workbooks.opening import open_workbook

TEMPLATE = Path(__file__).parents[2] / "templates" / "Reconciliation.xlsx"
MARCH = {"first": date(2025, 3, 1), "last": date(2025, 3, 31)}
PAGE = 10
SEED = SandboxOptions()
CHARGES = Charges(Account(SEED), Purchases(Account(SEED), SEED), SEED)
STOPPED = Failure(Status.CANCELLED, "Stopped.")
BROKEN = Failure(Status.FAILED, "Amazon cannot be reached.")


@dataclass
class Feed:
    """Gives the sandbox's transactions in pages; `after_page` may stop it."""

    counts: Counts = field(default_factory=Counts)
    asked: list = field(default_factory=list)
    refused: set = field(default_factory=set)
    after_page: object = None
    transactions: object = None
    damaged: int = 0

    def ask(self, starts, cancel):
        for number, start in enumerate(starts):
            if start.window in self.refused:
                yield WindowFailed(start.window, BROKEN)
                continue
            pages = self.pages(start.window)
            for at in range(start.page, len(pages)):
                self.counts.requests += 1
                self.asked.append((start.window, at))
                last = at + 1 == len(pages)
                body = json.dumps({"transactions": pages[at]}).encode()
                yield FeedPage(start.window, at, body, "" if last else f"{at + 1}", self.damaged)
                if self.after_page:
                    self.after_page(cancel)
                if cancel.is_set():
                    rest = starts[number + last :]
                    yield from [WindowFailed(one.window, STOPPED) for one in rest]
                    return

    def pages(self, window):
        found = self.transactions
        if found is None:
            found = CHARGES.between(window.start, window.end)
        elif window.start > datetime(2025, 3, 1, tzinfo=UTC):
            found = []
        return [found[at : at + PAGE] for at in range(0, len(found) or 1, PAGE)]


@pytest.fixture
def feed():
    return Feed()


@pytest.fixture
def tools(tools, feed, source):
    @contextmanager
    def connect():
        yield SimpleNamespace(transactions=feed, invoices=source)

    return replace(tools, connect=connect)


@pytest.fixture
def run(tools):
    """Import into a workbook; keyword arguments are options."""

    def start(path, with_tools=None, **options):
        workbooks = WorkbookTools(
            open_workbook, lambda _path, _output: None, nullcontext_of, file_key
        )
        chosen = TransactionsOptions(**(MARCH | options))
        return import_transactions(path, chosen, with_tools or tools, workbooks)

    return start


@pytest.fixture
def fresh(tmp_path):
    """A workbook as `xlsx-addin new` makes it."""
    path = tmp_path / "march.xlsx"
    shutil.copy(TEMPLATE, path)
    return path


def rows(path, sheet="Reconcile"):
    """The rows below the header as dictionaries by header."""
    cells = cells_of(path, sheet)
    top = next(at for at, row in enumerate(cells) if "Order ID" in row)
    return [dict(zip(cells[top], row, strict=True)) for row in cells[top + 1 :]]


def wire(name, *ids, kind="CHARGE", amount="5.00", day="2025-03-01", info=None):
    """A transaction as it comes over the wire."""
    lines = [
        {
            **dict(zip(("orderId", "orderLineItemId", "shipmentId"), one, strict=True)),
            "totalAmount": {"currencyCode": "EUR", "amount": amount},
            "businessOrderInfo": info,
        }
        for one in ids
    ]
    return {
        "transactionId": name,
        "transactionType": kind,
        "transactionDate": f"{day}T10:00:00Z",
        "amount": {"currencyCode": "EUR", "amount": amount},
        "transactionLineItems": lines,
    }


ONE = ("111-0000001-0000001", "12345678901231", "ShipAAAA1")
TWO = ("111-0000001-0000001", "12345678901232", "ShipAAAA1")


def test_a_month_comes_into_the_template_with_types_and_a_table_that_grew(run, feed, fresh):
    report = run(fresh)
    assert (report.exit_code, report.error) == (0, None)
    found = CHARGES.between(datetime(2025, 3, 1, tzinfo=UTC), datetime(2025, 4, 1, tzinfo=UTC))
    table = rows(fresh)
    expected = sum(len(one["transactionLineItems"] or [1]) for one in found)
    assert len(table) == report.rows_added == expected > 400
    assert report.transactions == len(found)
    book = openpyxl.load_workbook(fresh)
    assert book["Reconcile"].tables["tblLines"].ref == f"A4:AD{4 + expected}"
    first = table[0]
    assert isinstance(first["Transaction Date"], datetime)
    assert isinstance(first["Amount"], float)
    assert isinstance(first["Order Line Item ID"], str)
    assert first["Currency"] == "USD"
    assert first["GL Code"] in ("535-office", "540-lab", "620-it")
    assert {row["Notes"] for row in table} == {None}
    dates = [row["Transaction Date"] for row in table]
    assert dates == sorted(dates)
    totals = sum(row["Amount"] for row in table)
    assert round(totals, 2) == round(sum(float(one["amount"]["amount"]) for one in found), 2)


def test_the_same_import_again_asks_nothing_and_writes_nothing(run, feed, fresh):
    run(fresh)
    before, requests = fresh.read_bytes(), feed.counts.requests
    report = run(fresh)
    assert (report.rows_added, report.rows_known) == (0, len(rows(fresh)))
    assert (feed.counts.requests, report.requests, report.windows_known) == (requests, 0, 6)
    assert fresh.read_bytes() == before
    assert report.backup is None


def test_an_overlapping_import_adds_only_what_is_new(run, feed, fresh):
    run(fresh)
    first = rows(fresh)
    report = run(fresh, first=date(2025, 3, 10), last=date(2025, 4, 10))
    assert report.windows_known == 3
    assert rows(fresh)[: len(first)] == first
    names = [(row["Transaction ID"], row["Order Line Item ID"]) for row in rows(fresh)]
    assert len(names) == len(first) + report.rows_added
    whole = run(fresh, last=date(2025, 4, 10))
    assert whole.rows_added == 0


@pytest.mark.parametrize("seed", range(5))
def test_interrupted_anywhere_and_resumed_nothing_is_lost_or_doubled(
    run, tools, feed, fresh, tmp_path, seed
):
    dice = random.Random(seed)
    stops = 0

    def stop(cancel):
        nonlocal stops
        if dice.random() < 0.3:
            stops += 1
            kind = dice.choice(("cancel", "crash", "store"))
            if kind == "cancel":
                cancel.set()
            elif kind == "crash":
                raise KeyboardInterrupt
            else:
                raise StoreError("The disk is full.")

    feed.after_page = stop
    for _ in range(100):
        tools.cancel.clear()
        try:
            report = run(fresh)
        except KeyboardInterrupt:
            continue
        if report.exit_code == 0:
            break
    assert stops > 1
    assert report.exit_code == 0
    once = tmp_path / "once.xlsx"
    shutil.copy(TEMPLATE, once)
    feed.after_page = None
    assert run(once).requests == 0
    by_key = sorted(json.dumps(row, default=str, sort_keys=True) for row in rows(fresh))
    assert by_key == sorted(json.dumps(row, default=str, sort_keys=True) for row in rows(once))
    # Every page of every week came, and none twice.
    assert len(feed.asked) == len(set(feed.asked))


def test_a_stopped_import_writes_complete_weeks_and_says_how_to_go_on(run, feed, fresh):
    pages = iter(range(100))

    def stop(cancel):
        if next(pages) == 7:
            cancel.set()

    feed.after_page = stop
    report = run(fresh, refresh=True)
    assert (report.exit_code, report.interrupted, report.refresh) == (4, True, None)
    assert 0 < report.rows_added < 400
    assert {one.failure.status for one in report.missing} == {Status.CANCELLED}


def test_days_that_do_not_come_are_named_and_the_others_are_written(run, feed, fresh, tools):
    window = Sweep(
        tools, datetime(2025, 3, 1, tzinfo=UTC), datetime(2025, 4, 1, tzinfo=UTC)
    ).windows[2]
    feed.refused.add(window)
    report = run(fresh)
    assert report.exit_code == 1
    ((first, last, failure),) = report.missing
    assert (first, last, failure) == (date(2025, 3, 10), date(2025, 3, 16), BROKEN)
    assert report.rows_added > 200
    feed.refused.clear()
    report = run(fresh)
    assert (report.exit_code, report.windows_known) == (0, 5)
    assert report.rows_added > 50


def test_rows_that_people_edited_or_typed_stay_as_they_are(run, fresh):
    run(fresh)
    book = openpyxl.load_workbook(fresh)
    sheet = book["Reconcile"]
    columns = {cell.value: cell.column for cell in sheet[4]}
    sheet.cell(10, columns["Amount"]).value = 1.23
    sheet.cell(10, columns["Notes"]).value = "mine"
    for row in range(5, sheet.max_row + 1):
        if not sheet.cell(row, columns["Shipment ID"]).value:
            sheet.cell(row, columns["Shipment ID"]).value = "filledIn1"
    book.save(fresh)
    before = cells_of(fresh, "Reconcile")
    report = run(fresh)
    assert report.rows_added == 0
    assert cells_of(fresh, "Reconcile") == before


def test_pasted_ids_without_a_transaction_are_left_alone_and_told(run, feed, make_book):
    feed.transactions = [wire("t1", ONE, TWO)]
    book = make_book(
        [(*ONE, "typed")], headers=("Order ID", "Order Line Item ID", "Shipment ID", "X")
    )
    report = run(book)
    assert (report.rows_added, report.typed_too) == (2, 1)
    table = rows(book, "Lines")
    assert [row["X"] for row in table] == ["typed", None, None]
    assert [row["Transaction ID"] for row in table] == [None, "t1", "t1"]


def test_columns_are_found_in_other_spellings_and_no_new_ones_are_made_later(run, feed, make_book):
    feed.transactions = [wire("t1", ONE, info={"Kostenträger": "4711"})]
    headers = (
        "Bestellnummer",
        "orderLineItemId",
        "shipmentId",
        "Transaktions-ID",
        "Betrag",
        "Datum",
    )
    book = make_book([], headers=headers)
    report = run(book)
    assert (report.columns_made, report.info_without_column) == ([], ["Kostenträger"])
    assert cells_of(book) == [headers, (*ONE, "t1", 5, None)]


def test_a_banks_transactions_are_not_taken_for_amazons(run, feed, tmp_path):
    feed.transactions = [wire("t1", ONE)]
    path = tmp_path / "book.xlsx"
    book = openpyxl.Workbook()
    book.worksheets[0].title = "Bank"
    book.worksheets[0].append(["Transaction ID", "Amount"])
    book.worksheets[0].append(["B-1", 7])
    book.create_sheet("Lines").append(["Order ID", "Order Line Item ID", "Shipment ID"])
    book.save(path)
    assert run(path).sheet == "Lines"
    assert run(path).rows_known == 1
    assert cells_of(path, "Bank") == [("Transaction ID", "Amount"), ("B-1", 7)]


def test_a_column_for_transactions_is_enough(run, feed, make_book):
    feed.transactions = [wire("t1", ONE)]
    book = make_book([], headers=("Transaction ID", "Amount"))
    assert run(book).rows_added == 1
    assert run(book).rows_known == 1
    assert cells_of(book) == [("Transaction ID", "Amount"), ("t1", 5)]


def test_fields_of_the_customer_get_columns_on_the_first_import(run, feed, make_book):
    feed.transactions = [
        wire("t1", ONE, info={"Kostenträger": "4711"}),
        wire("t2", TWO, info={"Projekt": "007", "kostentraeger": "x"}),
    ]
    book = make_book([])
    report = run(book)
    assert {"Kostenträger", "Projekt"} <= set(report.columns_made)
    table = rows(book, "Lines")
    assert [row["Projekt"] for row in table] == [None, "007"]
    assert table[0]["Kostenträger"] == "4711"


def test_formulas_of_a_table_go_on_in_new_rows(run, feed, tmp_path):
    feed.transactions = [wire("t1", ONE, TWO), wire("r1", TWO, kind="REFUND", day="2025-03-02")]
    path = tmp_path / "table.xlsx"
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Order ID", "Order Line Item ID", "Shipment ID", "Amount", "Gross"])
    sheet.append([None, None, None, None, "=D2*1.19"])
    table = Table(displayName="tblMine", ref="A1:E2")
    table._initialise_columns()
    for column, cell in zip(table.tableColumns, sheet[1], strict=True):
        column.name = cell.value
    assert isinstance(table.tableColumns[0], TableColumn)
    sheet.add_table(table)
    book.save(path)
    report = run(path)
    assert report.rows_added == 3
    after = openpyxl.load_workbook(path).worksheets[0]
    assert [after.cell(row, 5).value for row in (2, 3, 4)] == [
        "=D2*1.19",
        "=D3*1.19",
        "=D4*1.19",
    ]
    assert [after.cell(row, 4).value for row in (2, 3, 4)] == [5, 5, -5]
    assert after.tables["tblMine"].ref.endswith("4")


def test_what_stands_below_the_data_is_not_harmed(run, feed, make_book):
    feed.transactions = [wire("t1", ONE, TWO)]
    book = make_book(
        [(*TWO, None), ("Total", None, None, "=SUM(D2:D2)")],
        headers=("Order ID", "Order Line Item ID", "Shipment ID", "Amount"),
    )
    before = book.read_bytes()
    report = run(book)
    assert report.exit_code == 2
    assert report.rows_added == 0
    assert report.pages > 0
    assert book.read_bytes() == before


def test_a_totals_row_is_in_the_way_only_of_new_rows(run, feed, tmp_path):
    feed.transactions = [wire("t1", ONE)]
    path = tmp_path / "table.xlsx"
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Order ID", "Order Line Item ID", "Shipment ID", "Transaction ID"])
    sheet.append([*ONE, "t1"])
    sheet.append(["Total", None, None, None])
    sheet.add_table(Table(displayName="tblMine", ref="A1:D3", totalsRowCount=1))
    book.save(path)
    assert run(path).exit_code == 0
    feed.transactions = [wire("t1", ONE, TWO)]
    report = run(path, ask_all=True)
    assert (report.exit_code, report.error.code, report.columns_made) == (2, "totals-row", [])
    assert "Total Row" in report.error.next_step


def test_a_table_without_room_at_its_right_is_refused(run, feed, tmp_path):
    feed.transactions = [wire("t1", ONE)]
    path = tmp_path / "table.xlsx"
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Order ID", "Order Line Item ID", "Shipment ID", "taken"])
    sheet.append([*TWO, "taken"])
    sheet.add_table(Table(displayName="tblMine", ref="A1:C2"))
    book.save(path)
    report = run(path)
    assert (report.exit_code, report.error.code) == (2, "no-room")


def test_a_damaged_answer_is_told_and_asked_for_again(run, feed, fresh):
    feed.damaged = 2
    report = run(fresh)
    assert report.exit_code == 1
    assert report.damaged == 2 * report.pages
    feed.damaged = 0
    report = run(fresh)
    assert (report.exit_code, report.rows_added, report.windows_known) == (0, 0, 0)


def test_all_asks_anew(run, feed, fresh):
    run(fresh)
    requests = feed.counts.requests
    report = run(fresh, ask_all=True)
    assert report.pages == requests
    assert report.rows_added == 0


def test_a_dry_run_asks_nobody_and_writes_nothing(run, feed, fresh):
    before = fresh.read_bytes()
    report = run(fresh, dry_run=True, refresh=True)
    assert (report.windows, report.windows_known, report.requests) == (6, 0, 0)
    assert (report.rows_added, fresh.read_bytes()) == (0, before)


def test_no_transactions_make_no_columns(run, feed, fresh):
    before = fresh.read_bytes()
    report = run(fresh, first=date(2020, 1, 1), last=date(2020, 1, 31))
    assert (report.exit_code, report.transactions, report.output) == (0, 0, None)
    assert fresh.read_bytes() == before


def test_refresh_afterwards_fills_in_the_invoices(run, feed, source, fresh):
    feed.transactions = [wire("t1", ONE, TWO)]
    report = run(fresh, refresh=True)
    assert report.refresh is not None
    assert (report.exit_code, report.refresh.requests) == (0, 1)
    assert [row["Invoice Number"] for row in rows(fresh)] == [f"INV-{ONE[1]}", f"INV-{TWO[1]}"]
    assert report.backup is not None
    assert report.refresh.workbooks[0].backup is None
    again = run(fresh, refresh=True)
    assert (again.rows_added, again.refresh.requests) == (0, 0)


def test_a_sheet_that_does_not_fit_is_refused_before_anybody_is_asked(run, feed, make_book):
    book = make_book([], headers=("Date", "What"))
    report = run(book)
    assert (report.exit_code, report.error.code) == (2, "columns-not-found")
    assert "xlsx-addin new" in report.error.next_step
    assert feed.counts.requests == 0


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ({"first": date(2025, 4, 1)}, "is before the first"),
        ({"first": date(2030, 1, 1), "last": date(2030, 1, 2)}, "in the future"),
        ({"first": date(2015, 1, 1)}, "more than five years"),
    ],
)
def test_days_that_make_no_sense_are_refused(run, fresh, days, words):
    with pytest.raises(InputError, match=words):
        run(fresh, **days)


def test_the_newest_week_is_asked_for_every_time(run, feed, fresh, tools):
    today = datetime.fromtimestamp(tools.now(), UTC).date()
    for _ in range(2):
        report = run(fresh, first=today, last=None)
        assert (report.windows, report.windows_known) == (1, 0)
        assert report.last == today


def test_a_sweep_gives_transactions_to_any_job(tools, feed):
    sweep = Sweep(tools, datetime(2025, 3, 1, tzinfo=UTC), datetime(2025, 3, 8, tzinfo=UTC))
    assert (sweep.known, list(sweep.transactions()), len(sweep.incomplete())) == (0, [], 2)
    sweep.ask()
    names = [one.transaction_id for one in sweep.transactions()]
    wanted = CHARGES.between(datetime(2025, 3, 1, tzinfo=UTC), datetime(2025, 3, 8, tzinfo=UTC))
    assert names == [one["transactionId"] for one in wanted]
    assert (sweep.incomplete(), sweep.damaged()) == ([], 0)


def test_hostile_titles_and_fields_stay_texts(feed, run, fresh):
    """R15: nothing of what Amazon sends becomes a formula, and every row is there."""
    line = ("111-0000001-0000001", "92258882544123", "XWwjNjAbC")
    feed.transactions = []
    for number, text in enumerate(HOSTILE):
        one = wire(f"T{number}", line, info=[{"name": text, "value": text}])
        told = {"productTitle": text, "asin": text, "purchaseOrderNumber": text}
        one["transactionLineItems"][0] |= told
        feed.transactions.append(one | {"purchasingCustomerGroupName": text})
    report = run(fresh)
    assert report.error is None, report.error
    assert report.rows_added == len(HOSTILE) == len(rows(fresh))
    with zipfile.ZipFile(fresh) as package:
        sheets = [name for name in package.namelist() if name.startswith("xl/worksheets/sheet")]
        assert not any(b"<f>" in package.read(name) for name in sheets)
    assert run(fresh).rows_added == 0
