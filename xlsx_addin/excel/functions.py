"""The functions that Excel offers in its cells.

The first sentences and what is told of arguments are what Excel's function wizard shows, 255
characters at most. The last argument, `cell`, is filled in by the add-in and not seen by users.
"""

import logging
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

import xlwings

from xlsx_addin.core.outcomes import ResultField
from xlsx_addin.excel.formulas.answers import Block, Formulas
from xlsx_addin.excel.formulas.serving import server
from xlsx_addin.excel.formulas.used_part import IdCells

CATEGORY: Final = "Amazon Business"

CALLING_CELL: Final = "CallingCell()"
"""What names the calling cell and its Excel, in the add-in's own VBA."""

_ONE: Final = ("order", "line_item", "shipment")
_COLUMNS: Final = ("orders", "line_items", "shipments")
_ONE_DOCS: Final = (
    "The order ID: a cell, a text in quotes, or a column of cells.",
    "The order line item ID: a cell, a text in quotes, or as many cells as there are orders.",
    "The shipment ID: a cell, a text in quotes, or as many cells as there are orders.",
)
_COLUMN_DOCS: Final = (
    "The column of the order IDs, such as A2:A500 or A:A.",
    "The column of the order line item IDs, with as many rows, or one cell for all of them.",
    "The column of the shipment IDs, with as many rows, or one cell for all of them.",
)

# Whatever fails, the server being made included, is told in the cell.
_FORMULAS: Final = Formulas(lambda: server().loader())

_log = logging.getLogger(__name__)

Function = TypeVar("Function", bound=Callable[..., object])


def _offered(names: Sequence[str], docs: Sequence[str]) -> Callable[[Function], Function]:
    """Offer a function in Excel, with help for its arguments."""

    def offer(function: Function) -> Function:
        for name, doc in zip(names, docs, strict=True):
            function = xlwings.arg(name, IdCells, doc=doc)(function)
        function = xlwings.arg("cell", vba=CALLING_CELL)(function)
        return xlwings.func(category=CATEGORY)(function)

    return offer


@_offered(_COLUMNS, _COLUMN_DOCS)
def AB_INVOICES(  # noqa: N802  # as Excel shows it
    orders: object, line_items: object, shipments: object, cell: str
) -> Block:
    """Gives number, date and consolidated number of the invoice for each row of three columns."""
    return _FORMULAS.rows(_COLUMNS, (orders, line_items, shipments), cell)


@_offered(_ONE, _ONE_DOCS)
def AB_INVOICE_NUMBER(  # noqa: N802  # as Excel shows it
    order: object, line_item: object, shipment: object, cell: str
) -> Block:
    """Gives the invoice number of an order line item as text, or a short status."""
    return _field(ResultField.INVOICE_NUMBER, order, line_item, shipment, cell)


@_offered(_ONE, _ONE_DOCS)
def AB_INVOICE_DATE(  # noqa: N802  # as Excel shows it
    order: object, line_item: object, shipment: object, cell: str
) -> Block:
    """Gives the invoice date of an order line item as a date, or a short status as text."""
    return _field(ResultField.INVOICE_DATE, order, line_item, shipment, cell)


@_offered(_ONE, _ONE_DOCS)
def AB_CONSOLIDATED_INVOICE(  # noqa: N802  # as Excel shows it
    order: object, line_item: object, shipment: object, cell: str
) -> Block:
    """Gives the number of the consolidated invoice as text, nothing if there is none."""
    return _field(ResultField.CONSOLIDATED_INVOICE_NUMBER, order, line_item, shipment, cell)


@_offered(_ONE, _ONE_DOCS)
def AB_INVOICE_STATUS(  # noqa: N802  # as Excel shows it
    order: object, line_item: object, shipment: object, cell: str
) -> Block:
    """Gives the status of an order line item, such as Found or No invoice yet, with advice."""
    return _field(ResultField.STATUS, order, line_item, shipment, cell)


@xlwings.sub
@xlwings.arg("window", vba="Application.Hwnd")
@xlwings.arg("book", vba="ActiveWorkbook.Name")
def RefreshInvoiceFormulas(window: int, book: str) -> None:  # noqa: N802  # a macro's name
    """Asks again about all that may have changed, and recalculates the formulas of a workbook."""
    try:
        server().refresh(int(window), book)
    except Exception:
        _log.exception("The formulas could not be refreshed")
        raise  # the macro that called tells the user, without a traceback


def _field(
    field: ResultField, order: object, line_item: object, shipment: object, cell: str
) -> Block:
    return _FORMULAS.field(field, _ONE, (order, line_item, shipment), cell)
