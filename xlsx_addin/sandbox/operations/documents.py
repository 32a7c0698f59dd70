"""The Document API: createReport, getReport, getReports, cancelReport, getReportDocument.

Source: `docs/api.md`. Besides them the sandbox serves the file behind a document's address,
which Amazon keeps outside of its API. How wrong options are refused is not published.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from xlsx_addin.core.line_items import LineItem
from xlsx_addin.sandbox import names
from xlsx_addin.sandbox.limits import DOCUMENT_LIMITS, Limit
from xlsx_addin.sandbox.messages import Answer, Refused, Request, error_answer, json_answer
from xlsx_addin.sandbox.operations.base import Call, World
from xlsx_addin.sandbox.options import Region
from xlsx_addin.sandbox.reports import Order

REPORT_TYPE: Final = "GET_AB_INVOICE_PDF"

_PATH: Final = "/reports/2021-09-30/reports"
_FILES: Final = "/sandbox-files/"
_MOST_MARKETPLACES: Final = 25
_MOST_PER_PAGE: Final = 100
_STATES: Final = frozenset({"CANCELLED", "DONE", "FATAL", "IN_PROGRESS", "IN_QUEUE"})

_MARKETPLACES: Final[Mapping[Region, frozenset[str]]] = {
    "na": frozenset({"ATVPDKIKX0DER", "A2EUQ1WTGCTBG2", "A1AM78C64UM0Y8"}),
    "eu": frozenset(
        {"A1F83G8C2ARO7P", "A1PA6795UKMFR9", "A13V1IB3VIYZZH", "APJ6JRA9NG5V4"}
        | {"A1RKKUPIHCS9HS", "A21TJRUUN4KGV"}
    ),
    "jp": frozenset({"A1VC38T7YXB528", "A39IBJ37TRP1C6"}),
}

_IDS: Final = frozenset({"orderId", "orderLineItemId", "shipmentId"})
_BY_NUMBER: Final = frozenset({"invoiceId", "documentType"})
_SUMMARY: Final = frozenset({"orderId", "documentType"})
_TYPES: Final[Mapping[tuple[Region, frozenset[str]], frozenset[str]]] = {
    ("na", _BY_NUMBER): frozenset({"Invoice", "Credits"}),
    ("na", _SUMMARY): frozenset({"OrderSummary"}),
    ("eu", _BY_NUMBER): frozenset({"Invoice"}),
    ("eu", _IDS): frozenset(),
    ("eu", frozenset({"orderId"})): frozenset(),
    ("jp", _BY_NUMBER): frozenset({"Invoice"}),
    ("jp", _IDS): frozenset(),
}
"""The values of documentType by region and names of the options."""


class _DocumentOperation(ABC):
    """What the operations have in common."""

    name: ClassVar[str]
    route: ClassVar[re.Pattern[str]]
    role: ClassVar[str | None] = names.RECONCILIATION_ROLE

    def __init__(self, world: World) -> None:
        self._world = world
        self._reports = world.reports

    @property
    def limit(self) -> Limit | None:
        """The documented limit."""
        return DOCUMENT_LIMITS.get(self.name)

    def line_items(self, request: Request) -> tuple[LineItem, ...]:  # noqa: ARG002  # a contract
        """Return nothing: documents are no line items."""
        return ()

    @abstractmethod
    def answer(self, call: Call) -> Answer:
        """Answer a call that is allowed and within the limit."""

    def _named(self, call: Call) -> str:
        """Read the last part of the path."""
        return call.request.path.rpartition("/")[2]

    def _order(self, call: Call) -> Order:
        order = self._reports.find(self._named(call), call.elapsed_s)
        if order is None:
            raise _not_found("The report does not exist.")
        return order


class CreateReport(_DocumentOperation):
    """Takes an order for a document."""

    name = names.CREATE_REPORT
    route = re.compile(f"POST {_PATH}")

    def answer(self, call: Call) -> Answer:
        """Take the order, if its options are those of the region."""
        payload = call.request.payload
        specification = payload if isinstance(payload, dict) else {}
        if specification.get("reportType") != REPORT_TYPE:
            raise _refusal(f"reportType must be {REPORT_TYPE}.")
        self._check_marketplaces(specification.get("marketplaceIds"))
        self._check_options(specification.get("reportOptions"))
        report_id = self._reports.order(specification, call.elapsed_s)
        return json_answer(202, {"reportId": report_id})

    def _check_marketplaces(self, ids: object) -> None:
        known = _MARKETPLACES[self._world.options.region]
        if not isinstance(ids, list) or not 1 <= len(ids) <= _MOST_MARKETPLACES:
            raise _refusal(f"marketplaceIds must hold 1 to {_MOST_MARKETPLACES} ids.")
        if not all(isinstance(one, str) and one in known for one in ids):
            raise _refusal("marketplaceIds has one of another region.")

    def _check_options(self, options: object) -> None:
        if not isinstance(options, dict) or not all(
            isinstance(one, str) and one for one in options.values()
        ):
            raise _refusal("reportOptions must be a map of texts.")
        region = self._world.options.region
        types = _TYPES.get((region, frozenset(options)))
        if types is None:
            raise _refusal(f"reportOptions {', '.join(sorted(options))} do not fit this region.")
        if types and options["documentType"] not in types:
            raise _refusal(f"documentType must be one of {', '.join(sorted(types))}.")


class GetReport(_DocumentOperation):
    """Tells how far a report is."""

    name = names.GET_REPORT
    route = re.compile(f"GET {_PATH}/[^/]+")

    def answer(self, call: Call) -> Answer:
        """Describe the report."""
        return json_answer(200, self._reports.describe(self._order(call), call.elapsed_s))


class GetReports(_DocumentOperation):
    """Lists reports, page by page."""

    name = names.GET_REPORTS
    route = re.compile(f"GET {_PATH}")

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._tokens: list[tuple[dict[str, str], int]] = []

    def answer(self, call: Call) -> Answer:
        """List the reports that are asked for, the newest first."""
        query = dict(call.request.query)
        start = 0
        if "nextToken" in query:
            if len(query) > 1:
                raise _refusal("nextToken must stand alone.")
            query, start = self._continued(query["nextToken"])
        elif "reportTypes" not in query:
            raise _refusal("Either reportTypes or nextToken must be given.")
        size = self._page_size(query.get("pageSize", "10"))
        found = [one for one in self._described(call) if _fits(one, query)]
        page: dict[str, Any] = {"reports": found[start : start + size]}
        if start + size < len(found):
            self._tokens.append((query, start + size))
            page["nextToken"] = f"page-{len(self._tokens)}"
        return json_answer(200, page)

    def _continued(self, token: str) -> tuple[dict[str, str], int]:
        number = token.removeprefix("page-")
        if not number.isdecimal() or not 1 <= int(number) <= len(self._tokens):
            raise _refusal("nextToken is not one that was given out.")
        return self._tokens[int(number) - 1]

    def _page_size(self, text: str) -> int:
        if not text.isdecimal() or not 1 <= int(text) <= _MOST_PER_PAGE:
            raise _refusal(f"pageSize must be 1 to {_MOST_PER_PAGE}.")
        return int(text)

    def _described(self, call: Call) -> list[dict[str, Any]]:
        now_s = call.elapsed_s
        return [self._reports.describe(one, now_s) for one in self._reports.kept(now_s)]


def _fits(report: Mapping[str, Any], query: Mapping[str, str]) -> bool:
    statuses = query.get("processingStatuses", "").split(",")
    if statuses != [""] and not _STATES.issuperset(statuses):
        raise _refusal("processingStatuses has one that does not exist.")
    wanted = query.get("marketplaceIds", "").split(",")
    created = report["createdTime"]
    return (
        report["reportType"] in query["reportTypes"].split(",")
        and (statuses == [""] or report["processingStatus"] in statuses)
        and (wanted == [""] or not set(wanted).isdisjoint(report["marketplaceIds"]))
        and query.get("createdSince", "") <= created <= query.get("createdUntil", "9")
    )


class CancelReport(_DocumentOperation):
    """Cancels a report that is still in its queue."""

    name = names.CANCEL_REPORT
    route = re.compile(f"DELETE {_PATH}/[^/]+")

    def answer(self, call: Call) -> Answer:
        """Cancel it, if it is not too late."""
        order = self._order(call)
        if self._reports.status(order, call.elapsed_s) != "IN_QUEUE":
            raise _refusal("The report is not in its queue any more.")
        self._reports.cancel(order)
        return Answer(200)


class GetDocument(_DocumentOperation):
    """Gives the address of a document."""

    name = names.GET_DOCUMENT
    route = re.compile("GET /reports/2021-09-30/documents/[^/]+")

    def answer(self, call: Call) -> Answer:
        """Make a new address, on this very sandbox."""
        document_id = self._named(call)
        order = self._reports.document(document_id, call.elapsed_s)
        if order is None:
            raise _not_found("The document does not exist.")
        secret = self._reports.give_address(order, call.elapsed_s)
        host = call.request.headers.get("host", "127.0.0.1")
        payload = {
            "reportDocumentId": document_id,
            "url": f"http://{host}{_FILES}{secret}?signature=sandbox",
        }
        if self._world.options.documents.wrapping.startswith("gzip"):
            payload["compressionAlgorithm"] = "GZIP"
        return json_answer(200, payload)


class Download(_DocumentOperation):
    """Serves the file behind an address, to everybody but those who show a token."""

    name = names.DOWNLOAD
    route = re.compile(f"GET {_FILES}[^/]+")
    role = None

    def answer(self, call: Call) -> Answer:
        """Send the file, or say in XML why not."""
        leaked = {"x-amz-access-token", "authorization"}.intersection(call.request.headers)
        if leaked:
            return _xml(400, "InvalidArgument", f"{leaked.pop()} must not be sent here.")
        file = self._reports.file_at(self._named(call), call.elapsed_s)
        if file is None:
            return _xml(403, "AccessDenied", "Request has expired")
        return Answer(200, {"Content-Type": "application/octet-stream"}, file)


def _xml(status: int, code: str, message: str) -> Answer:
    body = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    return Answer(status, {"Content-Type": "application/xml"}, body.encode())


def _refusal(details: str) -> Refused:
    return Refused(
        error_answer(
            400, "INVALID_REQUEST_PARAMETER", "The request contains invalid parameters.", details
        )
    )


def _not_found(details: str) -> Refused:
    return Refused(error_answer(404, "NotFound", "The resource does not exist.", details))
