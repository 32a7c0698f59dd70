"""The names by which the API's description calls its operations, and the role they need."""

from typing import Final

TOKEN: Final = "lwaToken"  # noqa: S105  # the name of an operation
INVOICES: Final = "getInvoiceDetailsByOrderLineItems"
PAYMENTS: Final = "getBatchInvoicePaymentDetails"
TRANSACTIONS: Final = "getTransactions"
UNLISTED: Final = "unlisted"
"""A call of no operation the sandbox has."""

RECONCILIATION_ROLE: Final = "Business Purchase Reconciliation"
