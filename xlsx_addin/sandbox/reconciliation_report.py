"""The Reconciliation report as Amazon Business offers it: one row per charge or refund and order.

Made from the same transactions that getTransactions answers with, and without their IDs.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from typing import Any, Final

from xlsx_addin.core.line_items import LineItem
from xlsx_addin.sandbox.charges import Charges
from xlsx_addin.sandbox.orders_report import FIRST_DAY, ReportRow
from xlsx_addin.sandbox.report_texts import Style

COLUMNS: Final = (
    *("Transaction Date", "Payment Reference ID", "Transaction Type", "Currency"),
    *("Payment Amount", "Account Group", "Payment Instrument Type", "Payment Identifier"),
    *("Account User", "Order Date", "Order ID", "PO Number", "Order Status", "Approver"),
    *("GL Code", "Department", "Cost Center", "Project Code", "Location", "Custom Field 1"),
)
"""The columns in their order."""

_DAYS: Final = 400


def reconciliation_report(charges: Charges, rows: int, style: Style) -> list[ReportRow]:
    """Make the rows of a Reconciliation report.

    Args:
        charges: of the account.
        rows: how many.
        style: how texts are written.
    """
    return list(islice(_rows(charges, style), rows))


def _rows(charges: Charges, style: Style) -> Iterator[ReportRow]:
    start = datetime.combine(FIRST_DAY, time(), UTC)
    for day in range(_DAYS):
        first = start + timedelta(days=day)
        for transaction in charges.between(first, first + timedelta(days=1)):
            lines = transaction["transactionLineItems"]
            if lines:
                yield _row(transaction, lines, style)


def _row(transaction: Mapping[str, Any], lines: list[Mapping[str, Any]], style: Style) -> ReportRow:
    order_id, money = lines[0]["orderId"], transaction["amount"]
    decimals = 0 if money["currencyCode"] == "JPY" else 2
    write = style.money_of(money["currencyCode"], decimals)
    info = lines[0]["businessOrderInfo"]
    cells = {
        "Transaction Date": style.day(
            datetime.fromisoformat(transaction["transactionDate"]).date()
        ),
        "Payment Reference ID": transaction["transactionId"][::-1],
        "Transaction Type": "Charge" if transaction["transactionType"] == "CHARGE" else "Refund",
        "Currency": money["currencyCode"],
        "Payment Amount": write(round(float(money["amount"]) * 10**decimals)),
        "Account Group": transaction["purchasingCustomerGroupName"],
        "Payment Instrument Type": transaction["paymentInstrumentType"],
        "Payment Identifier": style.protected(transaction["paymentInstrumentLast4Digits"] or "N/A"),
        "Account User": transaction["buyer"]["name"],
        "Order ID": order_id,
        "PO Number": lines[0]["purchaseOrderNumber"] or "N/A",
        "Order Status": "Closed",
        "GL Code": info.get("GL code") or "N/A",
        "Cost Center": info.get("Cost center") or "N/A",
    }
    truth = tuple(
        LineItem(order_id, line["orderLineItemId"] or "", line["shipmentId"] or "")
        for line in lines
    )
    return ReportRow(cells, truth)
