"""The names by which the API's description calls its operations, and the role they need."""

from typing import Final

TOKEN: Final = "lwaToken"  # noqa: S105  # the name of an operation
INVOICES: Final = "getInvoiceDetailsByOrderLineItems"
PAYMENTS: Final = "getBatchInvoicePaymentDetails"
TRANSACTIONS: Final = "getTransactions"
CREATE_REPORT: Final = "createReport"
GET_REPORT: Final = "getReport"
GET_REPORTS: Final = "getReports"
CANCEL_REPORT: Final = "cancelReport"
GET_DOCUMENT: Final = "getReportDocument"
DOCUMENT_API: Final = (CREATE_REPORT, GET_REPORT, GET_REPORTS, CANCEL_REPORT, GET_DOCUMENT)
DOWNLOAD: Final = "download"
"""The file behind a document's address, which is no operation of the API."""

UNLISTED: Final = "unlisted"
"""A call of no operation the sandbox has."""

RECONCILIATION_ROLE: Final = "Business Purchase Reconciliation"
