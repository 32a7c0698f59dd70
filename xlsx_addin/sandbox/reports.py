"""Reports and documents of the sandbox: from an order to a file behind an address."""

import gzip
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from random import Random
from typing import Any, Final

from xlsx_addin.core.line_items import LineItem
from xlsx_addin.sandbox.account import Account
from xlsx_addin.sandbox.details import Document
from xlsx_addin.sandbox.options import SandboxOptions
from xlsx_addin.sandbox.pdf import write_pdf

_CREDITS: Final = "Credits"
_CURRENCIES: Final = {"na": "USD", "eu": "EUR"}
_TAX_PERCENT: Final = 10
_NOTICE: Final = "Made up by the sandbox of xlsx-addin. This is no invoice."
_LINES_KNOWN: Final = 5_000
"""Line items of the account whose documents are known by their numbers."""

_A_DAY_IN_THE_PAST: Final = (2026, 1, 1, 0, 0, 0)
"""What the ZIP says of its entry, the same every time."""


@dataclass(slots=True)
class Order:
    """A report that somebody ordered.

    Args:
        report_id: its id.
        specification: as createReport took it.
        created_s: when, on the sandbox's clock.
        outcome: what it ends with: DONE, CANCELLED or FATAL.
        pdf: what it ends in, if it is DONE.
        is_stopped: whether it was cancelled by whoever ordered it.
    """

    report_id: str
    specification: Mapping[str, Any]
    created_s: float
    outcome: str
    pdf: bytes = b""
    is_stopped: bool = False

    @property
    def document_id(self) -> str:
        """The id of its document."""
        return f"amzn1.spdoc.sandbox.{self.report_id}"


class Reports:
    """All reports that were ordered from this sandbox.

    Args:
        options: how it behaves.
        account: whose documents they are.
    """

    def __init__(self, options: SandboxOptions, account: Account) -> None:
        self._options = options
        self._life = options.documents
        self._account = account
        self._orders: dict[str, Order] = {}
        self._addresses: dict[str, tuple[Order, float]] = {}
        self._fatal: dict[str, int] = {}
        self._began = datetime.now(UTC)

    def order(self, specification: Mapping[str, Any], now_s: float) -> str:
        """Take an order for a report.

        Args:
            specification: as createReport took it, checked.
            now_s: the time on the sandbox's clock.

        Returns:
            The report's id.
        """
        asked = dict(specification["reportOptions"])
        lines = self._content(asked)
        outcome = self._outcome(asked) if lines else "CANCELLED"
        pdf = write_pdf(*lines) if lines and outcome == "DONE" else b""
        report_id = f"ID{len(self._orders) + 1000}"
        self._orders[report_id] = Order(report_id, specification, now_s, outcome, pdf)
        return report_id

    def find(self, report_id: str, now_s: float) -> Order | None:
        """Find a report that is still kept."""
        order = self._orders.get(report_id)
        if order is None or now_s - order.created_s > self._life.kept_s:
            return None
        return order

    def kept(self, now_s: float) -> list[Order]:
        """List the reports that are still kept, the newest first."""
        orders = (self.find(report_id, now_s) for report_id in reversed(self._orders))
        return [one for one in orders if one is not None]

    def status(self, order: Order, now_s: float) -> str:
        """Tell how far a report is."""
        age_s = now_s - order.created_s
        if order.is_stopped:
            return "CANCELLED"
        if age_s < self._life.queue_s:
            return "IN_QUEUE"
        return (
            "IN_PROGRESS" if age_s < self._life.queue_s + self._life.progress_s else order.outcome
        )

    def cancel(self, order: Order) -> None:
        """Cancel a report that is still in its queue."""
        order.is_stopped = True

    def describe(self, order: Order, now_s: float) -> dict[str, Any]:
        """Write a report down as getReport does."""
        status, life = self.status(order, now_s), self._life
        entry = {
            "reportId": order.report_id,
            "reportType": order.specification["reportType"],
            "marketplaceIds": order.specification["marketplaceIds"],
            "createdTime": self.moment(order.created_s),
            "processingStatus": status,
        }
        started_s = order.created_s + life.queue_s
        if status != "IN_QUEUE":
            entry["processingStartTime"] = self.moment(started_s)
        if status not in {"IN_QUEUE", "IN_PROGRESS"}:
            entry["processingEndTime"] = self.moment(started_s + life.progress_s)
        if status == "DONE":
            entry["reportDocumentId"] = order.document_id
        return entry

    def moment(self, at_s: float) -> str:
        """Write a time of the sandbox's clock as the API does."""
        return (self._began + timedelta(seconds=at_s)).strftime("%Y-%m-%dT%H:%M:%SZ")

    def document(self, document_id: str, now_s: float) -> Order | None:
        """Find the report of a document that is done."""
        order = self.find(document_id.rpartition(".")[2], now_s)
        is_done = order and order.document_id == document_id and self.status(order, now_s) == "DONE"
        return order if is_done else None

    def give_address(self, order: Order, now_s: float) -> str:
        """Make a new address of a document; gives its secret part."""
        secret = f"{order.report_id}-{len(self._addresses)}"
        self._addresses[secret] = order, now_s + self._life.address_s
        return secret

    def file_at(self, secret: str, now_s: float) -> bytes | None:
        """Give the file at an address, None if there is none or the address has expired."""
        order, expires_s = self._addresses.get(secret, (None, 0.0))
        if order is None or now_s >= expires_s:
            return None
        return wrap(order.pdf, self._life.wrapping)

    def _outcome(self, asked: Mapping[str, str]) -> str:
        key = json.dumps(asked, sort_keys=True)
        dice = Random(f"{self._options.seed}/{key}")
        if dice.random() < self._life.without_pdf:
            return "CANCELLED"
        if dice.random() < self._life.fatal:
            self._fatal[key] = self._fatal.get(key, 0) + 1
            return "FATAL" if self._fatal[key] <= self._life.fatal_reports else "DONE"
        return "DONE"

    @cached_property
    def _documents(self) -> dict[str, Document]:
        """The documents of the account by their numbers."""
        return {
            document.number: document
            for line in self._account.line_items(_LINES_KNOWN)
            for document in self._account.documents(line)
        }

    def _content(self, asked: Mapping[str, str]) -> tuple[str, list[str]] | None:
        """Tell what the PDF says; None if there is nothing to deliver.

        A number that is not known may be one of a line item of the user's own.
        """
        if "invoiceId" in asked:
            document = self._documents.get(asked["invoiceId"])
            is_credit = document is not None and document.corrects is not None
            tells_apart = self._options.region == "na" and document is not None
            if tells_apart and is_credit != (asked["documentType"] == _CREDITS):
                return None
            return self._page(asked["invoiceId"], document)
        if "shipmentId" not in asked:
            title = "Order summary" if "documentType" in asked else "Invoice"
            return title, [f"Order: {asked['orderId']}", "", _NOTICE]
        line = LineItem(asked["orderId"], asked["orderLineItemId"], asked["shipmentId"])
        entry = self._account.truth(line) or {}
        numbers = [
            one["invoiceNumber"]
            for one in entry.get("invoiceDetails") or []
            if one.get("invoiceNumber") and one.get("invoiceType") != "CREDIT_MEMO"
        ]
        if not numbers:
            return None
        made_up = {one.number: one for one in self._account.documents(line)}
        return self._page(numbers[0], made_up.get(numbers[0]), line)

    def _page(
        self, number: str, document: Document | None, line: LineItem | None = None
    ) -> tuple[str, list[str]]:
        lines = [f"Number: {number}"]
        is_credit = document is not None and document.corrects is not None
        if document is not None:
            total = self._total(document)
            lines += [f"Date: {document.issued:%Y-%m-%d}", f"Total: {'-' * is_credit}{total}"]
        if line is not None:
            lines += [f"Order: {line.order_id}", f"Shipment: {line.shipment_id}"]
        return ("Credit memo" if is_credit else "Invoice"), [*lines, "", _NOTICE]

    def _total(self, document: Document) -> str:
        if self._options.region == "jp":
            return f"{document.price + document.price * _TAX_PERCENT // 100} JPY"
        return f"{document.price / 100:.2f} {_CURRENCIES[self._options.region]}"


def wrap(pdf: bytes, wrapping: str) -> bytes:
    """Wrap a PDF for its download.

    Args:
        pdf: the document.
        wrapping: see `options.Documents`.
    """
    content = pdf
    if "zip" in wrapping.split("+"):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(zipfile.ZipInfo("document.pdf", _A_DAY_IN_THE_PAST), pdf)
        content = packed.getvalue()
    return gzip.compress(content, mtime=0) if "gzip" in wrapping.split("+") else content
