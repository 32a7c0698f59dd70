"""The invoices of order line items, from Amazon Business' Reconciliation API."""

from collections.abc import Sequence
from typing import Final

from xlsx_addin.amazon.asking import Refusing
from xlsx_addin.amazon.batches import BatchClient, BatchForm
from xlsx_addin.amazon.funnel import Operation
from xlsx_addin.amazon.session import Session
from xlsx_addin.core.answers import Answer, read_answers
from xlsx_addin.core.line_items import LineItem

INVOICES: Final = Operation(
    "getInvoiceDetailsByOrderLineItems", "POST", "/reconciliation/2021-01-08/invoices"
)


class ReconciliationClient(BatchClient[LineItem, Answer]):
    """Asks Amazon for the invoices of order line items; any number of threads may use it.

    Args:
        session: the account's way to Amazon; the rate of this operation is one of its options.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session, _FORM)


def _payload(line_items: Sequence[LineItem]) -> object:
    return {
        "orderLineItems": [
            {
                "orderId": line.order_id,
                "orderLineItemId": line.order_line_item_id,
                "shipmentId": line.shipment_id,
            }
            for line in line_items
        ]
    }


_FORM: Final = BatchForm(
    INVOICES,
    _payload,
    read_answers,
    Refusing(lambda words: Answer(refusal=words), "line items"),
)
