"""The operations of the API, one module each or a few; those in the table are served."""

from collections.abc import Callable
from typing import Final

from xlsx_addin.sandbox.operations.base import Operation, World
from xlsx_addin.sandbox.operations.documents import (
    CancelReport,
    CreateReport,
    Download,
    GetDocument,
    GetReport,
    GetReports,
)
from xlsx_addin.sandbox.operations.invoices import InvoiceOperation
from xlsx_addin.sandbox.operations.payments import PaymentOperation
from xlsx_addin.sandbox.operations.tokens import TokenOperation
from xlsx_addin.sandbox.operations.transactions import TransactionOperation
from xlsx_addin.sandbox.operations.unlisted import UnlistedOperation

OPERATIONS: Final[tuple[Callable[[World], Operation], ...]] = (
    TokenOperation,
    InvoiceOperation,
    PaymentOperation,
    TransactionOperation,
    CreateReport,
    GetReports,
    GetReport,
    CancelReport,
    GetDocument,
    Download,
    UnlistedOperation,
)
"""In the order in which their routes are tried; the last takes whatever is left."""
