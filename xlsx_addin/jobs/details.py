"""The sheet `Invoices`: one row a document, so that no second invoice is lost to sight."""

from collections.abc import Mapping, Sequence
from datetime import date, tzinfo
from typing import Final

from xlsx_addin.core.answers import Detail, KnownAnswer
from xlsx_addin.core.cells import cell_text
from xlsx_addin.core.dates import invoice_day
from xlsx_addin.core.line_items import LineItem

DETAILS_SHEET: Final = "Invoices"

DETAILS_HEADER: Final = (
    "Order ID",
    "Order Line Item ID",
    "Shipment ID",
    "Document Type",
    "Document Number",
    "Document Date",
    "Consolidated Number",
    "Corrects Invoice",
    "Currency",
    "Total",
    "Issuer",
)


def detail_rows(
    known: Mapping[LineItem, KnownAnswer], zone: tzinfo
) -> list[Sequence[str | date | None]]:
    """List every document of the line items of a sheet.

    Args:
        known: the answers of its line items, in the order of the sheet.
        zone: where the day of an invoice is counted.

    Returns:
        rows x 11 columns, the first row the header.
    """
    rows: list[Sequence[str | date | None]] = [DETAILS_HEADER]
    for line_item, one in known.items():
        rows += [_row(line_item, document, zone) for document in one.answer.documents]
    return rows


def _row(line_item: LineItem, document: Detail, zone: tzinfo) -> Sequence[str | date | None]:
    day = invoice_day(document.invoice_date, zone) if document.invoice_date else None
    texts = (
        document.consolidated_invoice_number,
        document.associated_invoice_number,
        document.currency_code,
        document.invoice_total,
        document.invoice_issuer,
    )
    return (
        *line_item,
        "Credit memo" if document.is_credit_memo else "Invoice",
        cell_text(document.invoice_number or "") or None,
        day,
        *(cell_text(text) if text else None for text in texts),
    )
