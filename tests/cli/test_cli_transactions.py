"""`xlsx-addin transactions` on a sandbox over loopback, as a user runs it."""

import os
import signal
import threading
from datetime import datetime

import openpyxl
import pytest

from tests.conftest import cells_of
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.sandbox import INVOICES, TRANSACTIONS, UNLIMITED, read_fault_plan

MARCH = ("--from", "2025-03-01", "--to", "2025-03-31")
WEEK = ("--from", "2025-03-03", "--to", "2025-03-09")
LIMITS = {INVOICES: UNLIMITED, TRANSACTIONS: UNLIMITED}


@pytest.fixture
def book(cli, tmp_path):
    path = tmp_path / "march.xlsx"
    assert cli("new", path).code == 0
    return path


def table_of(path):
    cells = cells_of(path, "Reconcile")
    return [dict(zip(cells[3], row, strict=True)) for row in cells[4:]]


@pytest.mark.parametrize("region", ["na", "eu", "jp"])
def test_a_month_is_imported_and_refreshed_without_a_429(cli, start_amazon, book, region):
    sandbox = start_amazon(region=region, limits={INVOICES: UNLIMITED})
    done = cli("transactions", book, *MARCH, "--refresh", "--json")
    assert done.code == 0, done.out
    report = done.json
    assert sandbox.requests.statuses(TRANSACTIONS) == {200: report["requests"]}
    assert report["throttled"] == 0
    table = table_of(book)
    assert len(table) == report["rows_added"] > 300
    assert all(isinstance(row["Amount"], int | float) for row in table)
    assert {row["Currency"] for row in table} <= {"USD", "EUR", "GBP", "JPY"}
    known = [row for row in table if row["Invoice Status"] == "Found"]
    assert len(known) > 200
    for row in known[:50]:
        line = LineItem(row["Order ID"], row["Order Line Item ID"], row["Shipment ID"])
        (detail,) = sandbox.account.truth(line)["invoiceDetails"]
        assert detail["invoiceNumber"] == row["Invoice Number"]
    again = cli("transactions", book, *MARCH, "--json").json
    assert (again["rows_added"], again["requests"]) == (0, 0)


@pytest.mark.parametrize(("comes", "setting"), [("with-dates", "with-dates"), ("alone", "alone")])
def test_page_tokens_come_as_the_setting_says(cli, start_amazon, home, book, comes, setting):
    file = home / "settings.toml"
    file.write_text(f'{file.read_text()}page_token = "{setting}"\n')
    sandbox = start_amazon(limits=LIMITS, continuation=comes, transactions_per_page=15)
    report = cli("transactions", book, *WEEK, "--json").json
    assert report["pages"] > 1
    assert sandbox.requests.statuses(TRANSACTIONS) == {200: report["pages"]}


def test_a_setting_that_does_not_exist_is_refused(cli, home, book):
    file = home / "settings.toml"
    file.write_text(f'{file.read_text()}page_token = "both"\n')
    done = cli("transactions", book, *WEEK)
    assert done.code == 2
    assert "page_token" in done.err


@pytest.mark.parametrize("kind", ["throttle", "error", "reset", "truncated", "html", "cut"])
def test_faults_on_the_way_lose_and_double_nothing(cli, start_amazon, tmp_path, book, kind):
    start_amazon(limits=LIMITS, transactions_per_page=10)
    assert cli("transactions", book, *WEEK).code == 0
    rule = {"kind": kind, "operation": TRANSACTIONS, "every": 2}
    start_amazon(limits=LIMITS, transactions_per_page=10, faults=read_fault_plan({"rule": [rule]}))
    other = tmp_path / "other.xlsx"
    cli("new", other)
    done = cli("transactions", other, *WEEK)
    for _ in range(10):
        if done.code == 0:
            break
        done = cli("transactions", other, *WEEK)
    assert done.code == 0, done.out
    assert table_of(other) == table_of(book)


def test_a_token_that_expired_begins_the_week_anew(cli, start_amazon, book):
    rule = {"kind": "denied", "operation": TRANSACTIONS, "from_request": 3}
    plan = read_fault_plan({"rule": [rule]})
    first = start_amazon(limits=LIMITS, transactions_per_page=10, faults=plan)
    done = cli("transactions", book, *WEEK)
    assert done.code == 1
    assert "Did not come: 2025-03-03 to 2025-03-09. Amazon does not let this app" in done.out
    assert "only these days are asked for" in done.out
    # The same account: what comes is kept by region, endpoint and client id.
    port = int(first.endpoint.rpartition(":")[2])
    first.stop()
    second = start_amazon(limits=LIMITS, transactions_per_page=10, continuation="alone", port=port)
    report = cli("transactions", book, *WEEK, "--json").json
    assert report["rows_added"] == 0
    assert second.requests.statuses(TRANSACTIONS)[400] >= 1
    second.stop()
    start_amazon(limits=LIMITS, transactions_per_page=10, port=port)
    report = cli("transactions", book, *WEEK, "--json").json
    assert report["rows_added"] == len(table_of(book)) > 60


def test_a_missing_role_is_told_once_and_ends_the_import(cli, start_amazon, book):
    start_amazon(limits=LIMITS, roles=frozenset())
    before = book.read_bytes()
    done = cli("transactions", book, *MARCH)
    assert done.code == 3
    assert done.out.count("Business Purchase Reconciliation") == 1
    assert "Did not come: 2025-03-01 to 2025-03-31." in done.out
    assert book.read_bytes() == before


def test_without_a_sign_in_nothing_is_written(cli, home, book):
    done = cli("transactions", book, *MARCH)
    assert done.code == 2
    assert "AMAZON_BUSINESS_CLIENT_ID" in done.out
    assert "No row was added." in done.out


@pytest.mark.skipif(os.name == "nt", reason="SIGINT cannot be sent to one process there")
def test_a_stop_is_heard_and_says_how_to_go_on(start_amazon, book, cli):
    # Half a year takes much longer than a moment: every answer takes a while.
    sandbox = start_amazon(limits=LIMITS, latency_s=0.2)
    days = ("--from", "2024-06-01", "--to", "2024-12-31")
    press = threading.Timer(0.8, os.kill, (os.getpid(), signal.SIGINT))
    press.start()
    done = cli("transactions", book, *days)
    press.join()
    assert done.code == 4
    assert "run the same command again" in done.out
    asked = sandbox.requests.count(TRANSACTIONS)
    assert asked < 40
    sandbox.stop()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--from", "03/01/2025"), "write it as 2025-03-01"),
        (("--from", "2025-02-30"), "is no day"),
        (("--from", "2025-W10-1"), "is no day"),
        (("--to", "2025-03-01"), "--from"),
        (("--from", "2025-03-02", "--to", "2025-03-01"), "before the first"),
        (("--from", "2999-01-01"), "in the future"),
        (("--from", "2001-01-01"), "more than five years"),
    ],
)
def test_days_that_make_no_sense_are_told(cli, amazon, book, words, message):
    done = cli("transactions", book, *words)
    assert done.code == 2
    assert message in done.err + done.out


def test_a_newcomer_who_asks_for_this_year_learns_when_the_sandbox_bought(cli, home, book):
    done = cli("transactions", book, "--from", "2026-01-01", "--to", "2026-01-02", "--sandbox")
    assert "2024 and 2025" not in done.err
    done = cli("transactions", book, "--from", "2026-03-01", "--to", "2026-03-02", "--sandbox")
    assert done.code == 0
    assert "Amazon published none on these days" in done.out
    assert "2024 and 2025" in done.err


def test_a_missing_workbook_is_told(cli, amazon, tmp_path):
    done = cli("transactions", tmp_path / "none.xlsx", *WEEK)
    assert done.code == 2
    assert "none.xlsx" in done.out
    assert amazon.requests.statuses(TRANSACTIONS) == {}


def test_a_dry_run_says_what_would_be_asked(cli, amazon, book):
    done = cli("transactions", book, *MARCH, "--dry-run")
    assert done.code == 0
    assert "Dry run: would ask for 6 weeks" in done.out
    assert amazon.requests.statuses(TRANSACTIONS) == {}


def test_types_are_those_of_a_sheet(cli, start_amazon, book):
    start_amazon(limits=LIMITS)
    cli("transactions", book, *WEEK)
    sheet = openpyxl.load_workbook(book)["Reconcile"]
    cells = {cell.value: sheet.cell(5, cell.column) for cell in sheet[4]}
    assert isinstance(cells["Transaction Date"].value, datetime)
    assert cells["Amount"].number_format == "#,##0.00"
    assert cells["Transaction ID"].number_format == "@"
    assert cells["Quantity"].data_type == "n"
