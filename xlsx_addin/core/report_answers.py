"""What Amazon says about reports and their documents, read tolerantly from its answers.

Source: createReport, getReport, getReports and getReportDocument, `docs/api.md`.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from xlsx_addin.core.answers import Unreadable


class ReportState(StrEnum):
    """How far the making of a report is, in the API's words."""

    IN_QUEUE = "IN_QUEUE"
    IN_PROGRESS = "IN_PROGRESS"
    DONE = "DONE"
    CANCELLED = "CANCELLED"
    FATAL = "FATAL"


class Report(NamedTuple):
    """A report as getReport tells it; texts are empty where Amazon says nothing.

    Args:
        report_id: its id.
        state: how far it is.
        document_id: of its document, once it is done.
        report_type: what was ordered.
        created_time: when, as Amazon wrote it.
    """

    report_id: str
    state: ReportState
    document_id: str = ""
    report_type: str = ""
    created_time: str = ""


class ReportPage(NamedTuple):
    """One page of reports.

    Args:
        reports: those that could be read, in Amazon's order.
        next_token: asks for the next page; empty if this is the last one.
    """

    reports: tuple[Report, ...]
    next_token: str = ""


class DocumentAddress(NamedTuple):
    """Where a document can be downloaded for five minutes.

    Args:
        url: the address; it is signed, so whoever has it can read the document.
        compression: how Amazon says that it is packed, empty if it does not say.
    """

    url: str
    compression: str = ""


def read_report_id(body: object) -> str | Unreadable:
    """Read the answer of createReport.

    Args:
        body: the decoded JSON.
    """
    return _text(_object(body), "reportId") or Unreadable("it has no reportId")


def read_report(body: object) -> Report | Unreadable:
    """Read the answer of getReport.

    Args:
        body: the decoded JSON.
    """
    entry = _object(body)
    report_id, word = _text(entry, "reportId"), _text(entry, "processingStatus")
    if not report_id:
        return Unreadable("it has no reportId")
    try:
        state = ReportState(word)
    except ValueError:
        return Unreadable(f"its processingStatus is {word[:40]!r}")
    document_id = _text(entry, "reportDocumentId")
    if state is ReportState.DONE and not document_id:
        return Unreadable("the report is done but has no reportDocumentId")
    return Report(
        report_id, state, document_id, _text(entry, "reportType"), _text(entry, "createdTime")
    )


def read_reports(body: object) -> ReportPage | Unreadable:
    """Read the answer of getReports.

    Args:
        body: the decoded JSON.
    """
    entry = _object(body)
    entries = entry.get("reports")
    if not isinstance(entries, list):
        return Unreadable("it has no list of reports")
    read = map(read_report, entries)
    reports = tuple(one for one in read if isinstance(one, Report))
    return ReportPage(reports, _text(entry, "nextToken"))


def read_address(body: object) -> DocumentAddress | Unreadable:
    """Read the answer of getReportDocument.

    Args:
        body: the decoded JSON.
    """
    entry = _object(body)
    url = _text(entry, "url")
    if not url:
        return Unreadable("it has no url")
    return DocumentAddress(url, _text(entry, "compressionAlgorithm"))


def _object(body: object) -> Mapping[str, Any]:
    return body if isinstance(body, Mapping) else {}


def _text(entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    return value.strip() if isinstance(value, str) else ""
