"""Adding IDs to workbooks: against the sandbox's truth, resumed anywhere, nothing else touched."""

import random
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import lru_cache
from types import SimpleNamespace

import openpyxl
import pytest

from tests.conftest import cells_of
from tests.jobs.conftest import nullcontext_of
from tests.jobs.test_jobs_transactions import Feed, wire
from xlsx_addin.core.outcomes import Status
from xlsx_addin.jobs.add_ids import AddIdsOptions, add_ids
from xlsx_addin.jobs.tools import WorkbookTools
from xlsx_addin.sandbox import Account, SandboxOptions
from xlsx_addin.sandbox.charges import Charges
from xlsx_addin.sandbox.orders_report import COLUMNS, orders_report
from xlsx_addin.sandbox.purchases import Purchases
from xlsx_addin.sandbox.reconciliation_report import COLUMNS as RECONCILIATION_COLUMNS
from xlsx_addin.sandbox.reconciliation_report import reconciliation_report
from xlsx_addin.sandbox.report_texts import STYLES
from xlsx_addin.store.memory import MemoryStore
from xlsx_addin.workbooks.keys import file_key
from xlsx_addin.workbooks.opening import open_workbook
from xlsx_addin.workbooks.report_book import new_from_report

ROWS = 2_000
ORDER = "111-0000001-0000001"
ONE = (ORDER, "12345678901231", "ShipAAAA1")
TWO = (ORDER, "12345678901232", "ShipAAAA1")
HEADERS = ("Order Date", "Order ID", "Amount", "Note")
DAY = datetime(2025, 3, 1)
NEW = ["Order Line Item ID", "Shipment ID", "ID Status", "ID Message"]


@lru_cache(maxsize=8)
def world(region, seed):
    """The purchases and charges of an account."""
    options = SandboxOptions(region=region, seed=seed)
    account = Account(options)
    purchases = Purchases(account, options)
    return purchases, Charges(account, purchases, options)


class WorldFeed(Feed):
    """Gives the transactions of an account in pages."""

    charges = None

    def pages(self, window):
        found = self.charges.between(window.start, window.end)
        return [found[at : at + 50] for at in range(0, len(found) or 1, 50)]


@pytest.fixture
def feed():
    return Feed(transactions=[])


@pytest.fixture
def tools(tools, feed, source):
    @contextmanager
    def connect():
        yield SimpleNamespace(transactions=feed, invoices=source)

    return replace(tools, connect=connect)


@pytest.fixture
def run(tools):
    """Add IDs to a workbook; keyword arguments are options."""

    def start(path, with_tools=None, **options):
        workbooks = WorkbookTools(
            open_workbook, lambda _path, _output: None, nullcontext_of, file_key
        )
        return add_ids(path, AddIdsOptions(**options), with_tools or tools, workbooks)

    return start


@pytest.fixture
def make_report(tmp_path):
    """Make the workbook of a report of the sandbox, and give the truth of its rows."""

    def make(region, seed, kind="orders", rows=ROWS):
        purchases, charges = world(region, seed)
        style = STYLES[region]
        if kind == "orders":
            made, columns = orders_report(purchases, rows, style, seed), COLUMNS
        else:
            made, columns = reconciliation_report(charges, rows, style), RECONCILIATION_COLUMNS
        source = tmp_path / f"{kind}.csv"
        text = style.csv_text(columns, (row.cells for row in made))
        source.write_text(text, encoding="utf-8", newline="")
        path = tmp_path / f"{kind}.xlsx"
        new_from_report(path, source)
        feed = WorldFeed()
        feed.charges = charges
        return path, made, feed

    return make


def with_feed(tools, feed, store=None):
    @contextmanager
    def connect():
        yield SimpleNamespace(transactions=feed)

    return replace(tools, connect=connect, store=store or MemoryStore())


def table(path):
    """The rows below the header as dictionaries by header."""
    book = openpyxl.load_workbook(path, read_only=True)
    header, *rows = book.worksheets[0].iter_rows(values_only=True)
    book.close()
    width = len(header)
    return [dict(zip(header, (*row, *[None] * (width - len(row))), strict=True)) for row in rows]


def told(charges):
    """The line items of which every charge tells both IDs, and how often others are like them."""
    told, untold = set(), set()
    start, end = datetime(2025, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    for transaction in charges.between(start, end):
        for line in transaction["transactionLineItems"] or []:
            ids = (line["orderId"], line["orderLineItemId"], line["shipmentId"])
            (told if all(ids) else untold).add(ids)
    hidden = {(order, line or "", shipment or "") for order, line, shipment in untold}
    return {
        ids
        for ids in told
        if (ids[0], "", ids[2]) not in hidden and (ids[0], ids[1], "") not in hidden
    }


def looks(purchases):
    """How often each order has goods, quantity and price alike."""
    count = Counter()
    of_line = {}
    for order in purchases.orders(date(2025, 1, 1), date.max):
        for shipment in order.shipments:
            for line in shipment.lines:
                look = (order.order_id, line.asin, line.quantity, line.principal)
                count[look] += 1
                of_line[tuple(line.line_item)] = look
    return {ids: count[look] for ids, look in of_line.items()}


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("region", ["na", "eu", "jp"])
def test_an_orders_report_gets_no_wrong_id_and_nearly_all_that_are_clear(
    region, seed, run, tools, make_report
):
    path, made, feed = make_report(region, seed)
    report = run(path, with_feed(tools, feed))
    assert (report.exit_code, report.error, report.rows) == (0, None, ROWS)
    purchases, charges = world(region, seed)
    known, alike = told(charges), looks(purchases)
    clear, filled, rows = 0, 0, table(path)
    for row, truth in zip(rows, (one.truth for one in made), strict=True):
        ids = (row["Order Line Item ID"], row["Shipment ID"])
        assert all(ids) == (row["ID Status"] == "Filled")
        if any(ids):
            assert [ids] == [tuple(one[1:]) for one in truth]
        if len(truth) == 1 and tuple(truth[0]) in known and alike[tuple(truth[0])] == 1:
            clear += 1
            filled += all(ids)
    assert clear > 0.85 * ROWS
    assert filled >= 0.95 * clear
    assert {row["ID Status"] for row in rows} >= {"Filled", "Split", "Skipped", "Not found"}


@pytest.mark.parametrize("region", ["na", "eu", "jp"])
def test_a_reconciliation_report_gets_only_the_ids_of_charges_of_one_line(
    region, run, tools, make_report
):
    path, made, feed = make_report(region, 1, "reconciliation", 600)
    report = run(path, with_feed(tools, feed))
    assert (report.exit_code, report.rows) == (0, 600)
    for row, truth in zip(table(path), (one.truth for one in made), strict=True):
        ids = (row["Order Line Item ID"], row["Shipment ID"])
        if any(ids):
            assert [ids] == [tuple(one[1:]) for one in truth]
        elif row["ID Status"] == "Split":
            assert len(truth) > 1
    assert report.filled > 100


def test_lines_that_are_billed_after_the_days_that_came_make_no_wrong_id(run, tools, make_report):
    path, made, feed = make_report("na", 3, rows=1_000)
    dice = random.Random(3)
    whole = feed.pages
    feed.pages = lambda window: [
        [one for one in page if dice.random() < 0.7] for page in whole(window)
    ]
    run(path, with_feed(tools, feed))
    for row, truth in zip(table(path), (one.truth for one in made), strict=True):
        if row["Shipment ID"]:
            assert [(row["Order Line Item ID"], row["Shipment ID"])] == [
                tuple(one[1:]) for one in truth
            ]


def test_a_second_run_asks_nothing_and_leaves_the_file_alone(run, tools, make_report):
    path, _, feed = make_report("eu", 1, rows=300)
    tools = with_feed(tools, feed)
    first = run(path, tools)
    before, requests = path.read_bytes(), feed.counts.requests
    second = run(path, tools)
    assert (second.changed, second.requests, second.filled) == (0, 0, 0)
    assert second.windows == second.windows_known > 0
    assert second.statuses == first.statuses
    assert (path.read_bytes(), feed.counts.requests, second.backup) == (before, requests, None)


@pytest.mark.parametrize("seed", range(4))
def test_interrupted_anywhere_and_resumed_it_comes_out_the_same(seed, run, tools, make_report):
    path, _, feed = make_report("na", 1, rows=200)
    straight = path.with_name("straight.xlsx")
    straight.write_bytes(path.read_bytes())
    run(straight, with_feed(tools, feed))
    dice, store = random.Random(seed), MemoryStore()

    def stop(cancel):
        if dice.random() < 0.3:
            if dice.random() < 0.5:
                raise KeyboardInterrupt
            cancel.set()

    feed.after_page = stop
    stops = 0
    for _ in range(200):
        tools.cancel.clear()
        try:
            report = run(path, with_feed(tools, feed, store))
        except KeyboardInterrupt:
            stops += 1
            continue
        if not report.interrupted:
            break
        assert (report.exit_code, report.filled) == (4, 0)
        assert {row["Shipment ID"] for row in table(path)} == {None}
        stops += 1
    assert stops
    assert table(path) == table(straight)


def test_only_free_cells_are_filled_and_all_else_stays(run, feed, make_book, tmp_path):
    feed.transactions = [wire("T1", ONE)]
    path = make_book(
        [(DAY, ORDER, 5.0, "mine", None, "N/A", "seen", "call Ada")],
        headers=(*HEADERS, "orderLineItemId", "Amazon Shipment #", "ID Status", "ID Message"),
    )
    report = run(path)
    (row,) = table(path)
    assert row["orderLineItemId"] == ONE[1]
    assert row["Amazon Shipment #"] == ONE[2]
    assert (row["ID Status"], row["ID Message"], row["Note"]) == ("seen", "call Ada", "mine")
    assert (report.filled, report.kept, report.changed) == (1, 1, 2)


def test_new_columns_stand_right_of_the_data_as_text(run, feed, make_book):
    feed.transactions = [wire("T1", ONE)]
    path = make_book([(DAY, ORDER, 5.0, "mine")], headers=HEADERS)
    report = run(path)
    assert cells_of(path)[0] == (*HEADERS, *NEW)
    sheet = openpyxl.load_workbook(path).active
    assert [sheet.cell(2, column).number_format for column in (5, 6)] == ["@", "@"]
    assert sheet["E2"].value == ONE[1]
    assert (report.changed, report.backup is not None) == (8, True)


def test_a_formula_that_was_never_calculated_is_kept_and_said(run, feed, make_book):
    feed.transactions = [wire("T1", ONE)]
    rows = [(DAY, ORDER, 5.0, "mine", '="" & ""', None)]
    path = make_book(rows, headers=(*HEADERS, *NEW[:2]))
    report = run(path)
    (row,) = table(path)
    assert (row[NEW[0]], row["Shipment ID"]) == ('="" & ""', None)
    assert row["ID Status"] == "Check IDs"
    assert "never calculated" in row["ID Message"]
    assert report.filled == 0


def test_rows_of_every_kind_end_in_a_word_and_a_sentence(run, feed, make_book):
    feed.transactions = [wire("T1", ONE, TWO)]
    rows = [
        (DAY, ORDER, 5.0, None),
        (DAY, "999-0000001-0000001", 5.0, None),
        (DAY, "111 0000", 5.0, None),
        (DAY, 1.5e20, 5.0, None),
        (DAY, None, 5.0, "no order"),
        (None, "Total", 20.0, None),
    ]
    path = make_book(rows, headers=HEADERS)
    report = run(path)
    found = [(row["ID Status"], bool(row["ID Message"])) for row in table(path)]
    assert found[:4] == [
        ("Ambiguous", True),
        ("Not found", True),
        ("Check IDs", True),
        ("ID damaged", True),
    ]
    assert found[4:] == [(None, False)] * 2
    assert (report.rows, report.exit_code) == (4, 0)


def test_if_a_week_does_not_come_nothing_is_filled_in_and_the_rows_say_why(
    run, tools, feed, make_book
):
    feed.transactions = [wire("T1", ONE)]
    path = make_book([(DAY, ORDER, 5.0, None)], headers=HEADERS)
    probe = run(path, dry_run=True)
    assert (probe.windows > 5, probe.requests, probe.changed) == (True, 0, 0)

    class Broken(Feed):
        def ask(self, starts, cancel):
            self.refused = {starts[-1].window}
            return super().ask(starts, cancel)

    broken = Broken(transactions=feed.transactions)
    report = run(path, with_feed(tools, broken, tools.store))
    (row,) = table(path)
    assert (row["ID Status"], row["Shipment ID"]) == ("Failed", None)
    assert row["ID Message"] == "Amazon cannot be reached."
    assert (report.exit_code, report.missing[0].failure.status) == (1, Status.FAILED)
    again = run(path)
    (row,) = table(path)
    assert (again.exit_code, again.requests, row["ID Status"]) == (0, 1, "Filled")


def test_a_sheet_that_has_all_ids_is_left_alone_without_a_request(run, feed, make_book):
    path = make_book([(DAY, *ONE)], headers=("Order Date", "Order ID", NEW[0], NEW[1]))
    before = path.read_bytes()
    report = run(path)
    assert (report.lacking, report.requests, report.windows, report.first) == (0, 0, 0, None)
    assert path.read_bytes() == before


def test_without_dates_it_asks_for_them_before_it_asks_amazon(run, feed, make_book):
    path = make_book([(ORDER, 5.0)], headers=("Order ID", "Amount"))
    report = run(path)
    assert (report.error.code, report.exit_code, feed.counts.requests) == ("no-days", 2, 0)
    assert "--from" in report.error.next_step
    feed.transactions = [wire("T1", ONE)]
    report = run(path, first=date(2025, 2, 1), last=date(2025, 4, 1))
    assert (report.filled, report.exit_code) == (1, 0)


def test_days_in_the_wrong_order_are_refused(run, feed, make_book):
    path = make_book([(DAY, ORDER, 5.0, None)], headers=HEADERS)
    report = run(path, first=date(2025, 2, 1), last=date(2025, 1, 1))
    assert (report.error.code, report.exit_code) == ("wrong-days", 2)


def test_the_days_are_those_of_the_sheet_and_some_after(run, feed, make_book):
    rows = [(DAY, ORDER, 5.0, None), ("31.03.2025", "222-0000001-0000001", 5.0, None)]
    path = make_book(rows, headers=HEADERS)
    report = run(path, days_after=10)
    # Whole weeks: from the Monday before 28 February to the Sunday after 10 April.
    assert (report.first, report.last) == (date(2025, 2, 24), date(2025, 4, 13))


def test_a_sheet_without_order_ids_is_refused(run, feed, make_book):
    report = run(make_book([("x", 1)], headers=("What", "Amount")))
    assert (report.error.code, report.exit_code) == ("headers-not-found", 2)
    assert "no column Order ID" in report.error.message


def test_the_invoices_come_afterwards_on_request(run, tools, feed, source, make_book):
    feed.transactions = [wire("T1", ONE)]
    path = make_book([(DAY, ORDER, 5.0, None)], headers=HEADERS)
    report = run(path, refresh=True)
    assert report.refresh is not None
    assert table(path)[0]["Invoice Number"] == f"INV-{ONE[1]}"
    assert report.refresh.workbooks[0].backup is None


def test_the_result_can_go_elsewhere(run, feed, make_book, tmp_path):
    feed.transactions = [wire("T1", ONE)]
    path = make_book([(DAY, ORDER, 5.0, None)], headers=HEADERS)
    before = path.read_bytes()
    report = run(path, output=tmp_path / "done.xlsx")
    assert (path.read_bytes(), report.backup) == (before, None)
    assert table(tmp_path / "done.xlsx")[0]["ID Status"] == "Filled"


def test_a_refresh_of_what_went_elsewhere_keeps_no_backup_of_it(run, feed, make_book, tmp_path):
    feed.transactions = [wire("T1", ONE)]
    path = make_book([(DAY, ORDER, 5.0, None)], headers=HEADERS)
    report = run(path, output=tmp_path / "done.xlsx", refresh=True)
    assert report.refresh is not None
    assert table(tmp_path / "done.xlsx")[0]["Invoice Number"] == f"INV-{ONE[1]}"
    assert {one.name for one in tmp_path.glob("*.xlsx")} == {path.name, "done.xlsx"}


def test_the_run_is_on_record(run, tools, feed, make_book):
    feed.transactions = [wire("T1", ONE)]
    run(make_book([(DAY, ORDER, 5.0, None)], headers=HEADERS))
    (record,) = tools.store.runs()
    assert (record.kind, record.sheet, record.counts["filled"]) == ("add-ids", "Lines", 1)
    assert record.counts["Filled"] == 1
