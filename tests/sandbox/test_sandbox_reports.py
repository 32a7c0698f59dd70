"""The reports of the sandbox's account: their shape, their traps, and that they tell its truth."""

import csv
import io
from collections import Counter
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from xlsx_addin.core.reports import recognise
from xlsx_addin.sandbox import Account, SandboxOptions
from xlsx_addin.sandbox.charges import Charges
from xlsx_addin.sandbox.orders_report import COLUMNS, orders_report
from xlsx_addin.sandbox.purchases import Purchases
from xlsx_addin.sandbox.reconciliation_report import reconciliation_report
from xlsx_addin.sandbox.report_files import report_texts
from xlsx_addin.sandbox.report_texts import STYLES

REGIONS = ("na", "eu", "jp")


def world(region):
    options = SandboxOptions(region=region)
    purchases = Purchases(Account(options), options)
    return purchases, Charges(Account(options), purchases, options)


def test_the_orders_report_has_the_73_columns_of_a_real_one():
    assert len(COLUMNS) == len(set(COLUMNS)) == 73
    assert (COLUMNS[0], COLUMNS[1], COLUMNS[27], COLUMNS[-1]) == (
        *("Order Date", "Order ID", "Amazon-Internal Product Category", "Seller ZipCode"),
    )


@pytest.mark.parametrize("region", REGIONS)
def test_the_files_are_known_for_what_they_are(region):
    texts = report_texts(SandboxOptions(region=region), 30)
    for kind, name in (("orders", "Orders report"), ("reconciliation", "Reconciliation report")):
        text = texts[kind]()
        assert text.startswith("\ufeff")
        stream = io.StringIO(text.removeprefix("\ufeff"), newline="")
        header, *rows = csv.reader(stream, delimiter=STYLES[region].delimiter)
        assert recognise(header).name == name
        assert [len(row) for row in rows] == [len(header)] * 30


@pytest.mark.parametrize("region", REGIONS)
def test_the_traps_of_real_reports_are_in_it(region):
    rows = orders_report(world(region)[0], 2_000, STYLES[region])
    items = Counter((row.cells["Order ID"], row.truth) for row in rows if row.truth)
    assert sum(count > 1 for count in items.values()) > 50, "items repeated per payment"
    assert sum(len(row.truth) > 1 for row in rows) > 30, "several lines in one row"
    statuses = {row.cells["Order Status"] for row in rows}
    assert statuses >= {"Closed", "Cancelled", "Canceled", "Pending"}
    assert any(row.cells.get("UNSPSC", "").startswith('="') for row in rows)


def test_invoices_of_a_japanese_report_have_the_days_of_japan():
    purchases, _ = world("jp")
    issued = {
        line.line_item: max(one.issued for one in shipment.invoices.documents)
        for order in purchases.orders(date(2025, 1, 1), date.max)
        for shipment in order.shipments
        for line in shipment.lines
    }
    rows = [row for row in orders_report(purchases, 500, STYLES["jp"]) if row.truth]
    told = [(row.cells["Invoice Issue Date"], issued[row.truth[0]]) for row in rows]
    days = [(day, moment) for day, moment in told if day != "N/A"]
    assert all(
        day == moment.astimezone(ZoneInfo("Asia/Tokyo")).strftime("%Y/%m/%d")
        for day, moment in days
    )
    assert any(day != moment.strftime("%Y/%m/%d") for day, moment in days)


def test_the_rows_tell_lines_that_were_bought():
    purchases, _ = world("na")
    rows = orders_report(purchases, 500, STYLES["na"])
    bought = {
        line.line_item: line
        for order in purchases.orders(date(2025, 1, 1), date.max)
        for shipment in order.shipments
        for line in shipment.lines
    }
    for row in rows:
        lines = [bought[one] for one in row.truth]
        if lines:
            assert row.cells["ASIN"] == lines[0].asin
            assert row.cells["Item Quantity"] == str(sum(line.quantity for line in lines))
            total = sum(line.total for line in lines) / 100
            assert row.cells["Item Net Total"] == f"${total:,.2f}"


def test_the_reconciliation_report_has_a_row_for_each_charge_with_lines():
    _, charges = world("na")
    rows = reconciliation_report(charges, 100, STYLES["na"])
    start, end = datetime(2025, 1, 2, tzinfo=UTC), datetime(2025, 3, 1, tzinfo=UTC)
    wanted = [one for one in charges.between(start, end) if one["transactionLineItems"]]
    for row, one in zip(rows, wanted, strict=False):
        assert row.cells["Order ID"] == one["transactionLineItems"][0]["orderId"]
        assert len(row.truth) == len(one["transactionLineItems"])
        kind = "Charge" if one["transactionType"] == "CHARGE" else "Refund"
        assert row.cells["Transaction Type"] == kind
