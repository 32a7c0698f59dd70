"""The payment of invoices, from Amazon Business' Reconciliation API."""

from collections.abc import Sequence
from typing import Final

from xlsx_addin.amazon.asking import Refusing
from xlsx_addin.amazon.batches import BatchClient, BatchForm
from xlsx_addin.amazon.funnel import Operation
from xlsx_addin.amazon.session import Session
from xlsx_addin.core.payments import PaymentAnswer, read_payments

PAYMENTS: Final = Operation(
    "getBatchInvoicePaymentDetails",
    "POST",
    "/reconciliation/2021-01-08/invoices/batch/paymentDetails",
)


class PaymentClient(BatchClient[str, PaymentAnswer]):
    """Asks Amazon for the payment of invoices; any number of threads may use it.

    Args:
        session: the account's way to Amazon; the rate of this operation is one of its options.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session, _FORM)


def _payload(numbers: Sequence[str]) -> object:
    return {"invoiceIds": list(numbers)}


_FORM: Final = BatchForm(
    PAYMENTS,
    _payload,
    read_payments,
    Refusing(lambda words: PaymentAnswer(refusal=words), "invoice numbers"),
)
