"""PDFs of invoices, from Amazon Business' Document API: order, watch, address, download."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final, TypeVar
from urllib.parse import urlsplit

from xlsx_addin.amazon.errors import decoded, unreadable
from xlsx_addin.amazon.funnel import Operation, Question
from xlsx_addin.amazon.regions import is_loopback
from xlsx_addin.amazon.session import Session
from xlsx_addin.amazon.transport import HttpResponse
from xlsx_addin.amazon.unpacking import NotAPdf, unpack_pdf
from xlsx_addin.amazon.verdicts import ends_run
from xlsx_addin.core.answers import Unreadable
from xlsx_addin.core.report_answers import (
    Report,
    ReportPage,
    read_address,
    read_report,
    read_report_id,
    read_reports,
)
from xlsx_addin.errors import AmazonError, DocumentUnusable, UnreadableAnswer, XlsxAddinError

T = TypeVar("T")

_REPORTS: Final = "/reports/2021-09-30/reports"
_REPORT: Final = f"{_REPORTS}/{{reportId}}"

CREATE: Final = Operation(
    "createReport", "POST", _REPORTS, rate_per_s=0.1, burst=15, successes=(200, 202)
)
GET: Final = Operation("getReport", "GET", _REPORT, rate_per_s=2, burst=15)
LIST: Final = Operation("getReports", "GET", _REPORTS, rate_per_s=0.1, burst=10)
CANCEL: Final = Operation(
    "cancelReport", "DELETE", _REPORT, rate_per_s=0.1, burst=10, successes=(200, 204)
)
ADDRESS: Final = Operation(
    "getReportDocument",
    "GET",
    "/reports/2021-09-30/documents/{reportDocumentId}",
    rate_per_s=0.1,
    burst=15,
)
DOWNLOAD: Final = Operation("download", "GET", "", rate_per_s=1000, burst=1000)
"""The file itself, from an address outside of the API: as often as there are addresses."""

_ADDRESSES: Final = 3
"""Addresses of one document to try: each dies after five minutes."""

_ADDRESS_IS_DEAD: Final = frozenset({400, 401, 403, 404, 410})
"""Statuses of a signed address that has expired; which of them Amazon's has is not published."""


class DocumentsClient:
    """Asks Amazon for documents; any number of threads may use it.

    Every method raises what `Funnel.call` raises.

    Args:
        session: the account's way to Amazon.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._create = session.funnel(self._paced(CREATE))
        self._get = session.funnel(self._paced(GET))
        self._list = session.funnel(self._paced(LIST))
        self._cancel = session.funnel(self._paced(CANCEL))
        self._address = session.funnel(self._paced(ADDRESS))
        # Whoever knows the address may download; the token would give more away than that.
        self._download = session.funnel(DOWNLOAD, signed=False)

    @property
    def requests(self) -> int:
        """Calls of all its operations so far, repetitions and downloads included."""
        funnels = (self._create, self._get, self._list, self._cancel, self._address)
        return sum(one.counts.requests for one in (*funnels, self._download))

    @property
    def throttled(self) -> int:
        """Answers of 429 so far."""
        funnels = (self._create, self._get, self._list, self._cancel, self._address)
        return sum(one.counts.throttled for one in funnels)

    def ends_run(self, error: XlsxAddinError) -> bool:
        """Say whether no other call can do better after an error.

        Args:
            error: what a method raised.
        """
        return ends_run(error)

    def interrupt(self) -> None:
        """Break off every exchange in flight whose `cancel` is set."""
        self._session.transport.interrupt()

    def order(self, specification: Mapping[str, object], cancel: threading.Event) -> str:
        """Order a report (createReport).

        Args:
            specification: of the report, in the API's words.
            cancel: ends all waiting.

        Returns:
            The report's id.
        """
        return self._create.call(Question(specification), _reading(read_report_id), cancel=cancel)

    def report(self, report_id: str, cancel: threading.Event) -> Report:
        """Ask how far a report is (getReport).

        Args:
            report_id: of the report.
            cancel: ends all waiting.
        """
        question = Question(path={"reportId": report_id})
        return self._get.call(question, _reading(read_report), cancel=cancel)

    def reports(self, query: Mapping[str, str], cancel: threading.Event) -> ReportPage:
        """List reports (getReports).

        Args:
            query: `reportTypes` with what narrows the list down, or `nextToken` alone.
            cancel: ends all waiting.
        """
        return self._list.call(Question(query=query), _reading(read_reports), cancel=cancel)

    def cancel(self, report_id: str, cancel: threading.Event) -> None:
        """Cancel a report that is still in its queue (cancelReport).

        Args:
            report_id: of the report.
            cancel: ends all waiting.
        """
        question = Question(path={"reportId": report_id})
        self._cancel.call(question, lambda _: None, cancel=cancel)

    def address(self, document_id: str, cancel: threading.Event) -> str:
        """Ask where a document can be downloaded for five minutes (getReportDocument).

        Args:
            document_id: of the document.
            cancel: ends all waiting.
        """
        question = Question(path={"reportDocumentId": document_id})
        return self._address.call(question, _reading(read_address), cancel=cancel).url

    def pdf(self, document_id: str, cancel: threading.Event) -> bytes:
        """Fetch a document; an address that has died is renewed.

        Args:
            document_id: of the document.
            cancel: ends all waiting.

        Returns:
            The PDF.

        Raises:
            DocumentUnusable: what came is no PDF, or its address cannot be used.
        """
        for left in reversed(range(_ADDRESSES)):
            url = self.address(document_id, cancel)
            _check(url)
            try:
                body = self._download.call(Question(url=url), _body, cancel=cancel)
            except AmazonError as error:
                if error.status not in _ADDRESS_IS_DEAD:
                    raise
                if not left:
                    raise _dead(error) from error
            else:
                return self._unpacked(body)
        raise AssertionError("the last address is used or refused")

    def _unpacked(self, body: bytes) -> bytes:
        try:
            return unpack_pdf(body, most_bytes=self._session.options.max_document_bytes)
        except NotAPdf as error:
            raise DocumentUnusable(
                f"What Amazon delivered is no PDF: {error}.",
                next_step="Run the command again with --retry; if it stays so, download the"
                " document by hand in Amazon Business.",
            ) from error

    def _paced(self, operation: Operation) -> Operation:
        pace = self._session.options.document_pace
        return replace(
            operation, rate_per_s=operation.rate_per_s * pace, burst=operation.burst * pace
        )


def _reading(read: Callable[[object], T | Unreadable]) -> Callable[[HttpResponse], T]:
    """Make what reads an answer out of what reads its JSON."""

    def reader(response: HttpResponse) -> T:
        result = read(decoded(response))
        if isinstance(result, Unreadable):
            raise unreadable(result.cause, response)
        return result

    return reader


def _body(response: HttpResponse) -> bytes:
    return response.body


def _check(url: str) -> None:
    """Refuse an address that is not encrypted on its way."""
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and parts.username is None
    except ValueError:
        parts, usable = None, False
    if parts is None or not usable or not (parts.scheme == "https" or is_loopback(url)):
        raise DocumentUnusable(
            "The address that Amazon gives for the document is not one that begins with https://.",
            next_step="Run the command again with --retry; if it stays so, send this message to"
            " support.",
        )


def _dead(error: AmazonError) -> UnreadableAnswer:
    return UnreadableAnswer(
        f"The address that Amazon gives for the document does not work (status {error.status}).",
        next_step="Run the command again later: the report is kept for 90 days.",
        status=error.status,
    )
