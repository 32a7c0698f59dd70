"""The line items of the self-test, and what is true about each.

The truth is read from the sandbox's account alone, not by the code that is tested.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from xlsx_addin.core.line_items import LineItem
from xlsx_addin.sandbox import Shares
from xlsx_addin.sandbox.account import Account
from xlsx_addin.sandbox.options import Detail, Verdict

ONE_INVOICE_EACH: Final = Shares(
    without_invoice=0.0, second_invoice=0.0, credit_memo=0.0, pending=0.0
)
"""An account whose lines have one invoice each, some within a consolidated one."""


def _detail(number: str, moment: str, consolidated: str | None = None) -> Detail:
    within = None if consolidated is None else {"invoiceNumber": consolidated}
    return {"invoiceNumber": number, "invoiceDate": moment, "consolidatedInvoiceDetails": within}


_ORDER: Final = "000-0000123-0000045"

# What spreadsheets like to change: zeros at the left, numbers, dates, formulas, truth values.
SPECIAL: Final[Mapping[LineItem, Sequence[Detail] | Verdict]] = {
    LineItem(_ORDER, "00000000012345", "0012E5"): [
        _detail("00123", "2024-02-29T23:59:59.5Z", "0007")
    ],
    LineItem(_ORDER, "00000000012346", "1E5"): [_detail("=1+1", "2024-12-31T00:00:00Z", "1E5")],
    LineItem(_ORDER, "00000000012347", "2024-07-19"): [
        _detail("2024-07-19", "2023-03-26T01:30:00Z", "1/2")
    ],
    LineItem(_ORDER, "00000000012348", "TRUE"): [_detail("TRUE", "2000-01-01T12:00:00.123Z")],
    LineItem(_ORDER, "00000000012349", "12345678901234567890"): [
        _detail("12345678901234567890", "2024-01-01T00:00:00.000Z", "+49")
    ],
    LineItem(_ORDER, "00000000012350", "XWwjNjAbC"): "nulls",
    LineItem(_ORDER, "00000000012351", "XWwjNjAbC"): "omit",
}
"""Line items with what the sandbox is to answer about them."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a row has to show.

    Args:
        line_item: its line item.
        number: the invoice number, None for an empty cell.
        day: the day of the invoice.
        consolidated: the number of the consolidated invoice.
        status: the status word.
    """

    line_item: LineItem
    number: str | None
    day: date | None
    consolidated: str | None
    status: str


def expected(account: Account, line_item: LineItem) -> Expected:
    """Tell what a row has to show.

    Args:
        account: of the sandbox, whose lines have one invoice or none.
        line_item: of the row.
    """
    entry = account.truth(line_item)
    if entry is None:
        return Expected(line_item, None, None, None, "Not returned")
    detail: Mapping[str, Any] = (entry["invoiceDetails"] or [{}])[0]
    number = detail.get("invoiceNumber")
    if number is None:
        return Expected(line_item, None, None, None, "No invoice yet")
    # The sandbox writes UTC, which is the zone of an account without settings.
    day = datetime.fromisoformat(detail["invoiceDate"]).date()
    consolidated = (detail.get("consolidatedInvoiceDetails") or {}).get("invoiceNumber")
    return Expected(line_item, number, day, consolidated, "Found")
