"""What the jobs of the group Data came to, in words for the person who pressed the button."""

from collections.abc import Iterator
from typing import Final

from xlsx_addin.core.id_outcomes import UNANSWERED, IdStatus
from xlsx_addin.core.payment_rows import PaymentWord
from xlsx_addin.core.wording import counted
from xlsx_addin.errors import XlsxAddinError
from xlsx_addin.excel.advice import in_excel
from xlsx_addin.excel.summary import Summary, summarize
from xlsx_addin.excel.time_left import time_left_in_words
from xlsx_addin.jobs import pdf_report
from xlsx_addin.jobs.add_ids_report import AddIdsReport
from xlsx_addin.jobs.payment_report import PaymentsReport
from xlsx_addin.jobs.pdf_report import PdfReport
from xlsx_addin.jobs.report import RefreshReport
from xlsx_addin.jobs.sweep_reports import MissingDays
from xlsx_addin.jobs.transactions_report import TransactionsReport

_GO_ON: Final = "Press the button again to go on; what came is kept."
_SHOWN: Final = 5
"""Days or documents that are named one by one."""

_ID_ADVICE: Final = {
    IdStatus.AMBIGUOUS: "several lines fit; ID Message lists them",
    IdStatus.SPLIT: "the row is several lines; ID Message lists them",
    IdStatus.NOT_FOUND: "Amazon has no transaction of the order in these days",
    IdStatus.SKIPPED: "the order was cancelled or is pending",
    IdStatus.CHECK_IDS: "the order ID cannot be right",
    IdStatus.ID_DAMAGED: "enter the ID again as text",
    IdStatus.NOT_ALLOWED: "the sign-in or a permission is missing",
    IdStatus.FAILED: "press the button again",
    IdStatus.CANCELLED: "press the button again",
}
_PAYMENT_ADVICE: Final = {
    PaymentWord.NOT_RETURNED.value: "look again later",
    PaymentWord.REFUSED.value: "Payment Message has Amazon's words",
    PaymentWord.CHECK_NUMBER.value: "correct the invoice number",
    PaymentWord.NOT_ALLOWED.value: "the sign-in or a permission is missing",
    PaymentWord.FAILED.value: "press the button again",
    PaymentWord.CANCELLED.value: "press the button again",
}


def summarize_import(report: TransactionsReport) -> Summary:
    """Put into words what an import of transactions did.

    Args:
        report: what it did.
    """
    if report.error is not None:
        return _stopped(report.error, "The transactions were not imported.", _missing(report))
    headline = (
        f"{counted(report.rows_added, 'row')} added; {report.rows_known:,} were there already."
    )
    if not report.transactions and not report.missing:
        headline = "Amazon published no transactions on these days."
    details = (*_missing(report), *_of_import(report))
    summary = Summary(
        "Stopped. " + headline if report.interrupted else headline,
        details=details,
        needs_attention=bool(report.missing or report.damaged or report.typed_too),
    )
    return _with_refresh(summary, report.refresh)


def summarize_ids(report: AddIdsReport) -> Summary:
    """Put into words what adding IDs did.

    Args:
        report: what it did.
    """
    if report.error is not None:
        return _stopped(report.error, "The IDs were not added.", _missing(report))
    words = [
        f"{status.value}: {report.statuses[status]:,}, {advice}."
        for status, advice in _ID_ADVICE.items()
        if report.statuses.get(status)
    ]
    if report.kept:
        words.append(f"{counted(report.kept, 'row')} kept an ID Status that is not ours.")
    if report.interrupted:
        words.append(_GO_ON)
    to_do = any(report.statuses.get(one) for one in (*UNANSWERED, *_ID_ADVICE))
    summary = Summary(
        f"{report.filled:,} of {counted(report.lacking, 'row')} without IDs"
        f" {'has' if report.filled == 1 else 'have'} them now.",
        details=(*_missing(report), *words),
        needs_attention=to_do or bool(report.kept),
    )
    return _with_refresh(summary, report.refresh)


def summarize_payments(report: PaymentsReport) -> Summary:
    """Put into words what looking up payments did.

    Args:
        report: what it did.
    """
    words = [
        f"{status}: {rows:,}{_advice(status)}."
        for status, rows in sorted(report.statuses.items(), key=lambda one: -one[1])
    ]
    if report.cause:
        words.append(f"Why invoices got no answer: {report.cause}")
    if report.kept:
        kept = counted(report.kept, "row")
        words.append(f"{kept} kept a value of yours; Payment Message says which.")
    if report.added:
        words.append(f"{counted(report.added, 'invoice')} came meanwhile: press the button again.")
    if report.interrupted:
        words.append(_GO_ON)
    headline = f"The payment of {counted(report.invoices, 'invoice')} was looked up."
    return Summary(
        headline if report.rows else "There is no row with an invoice number.",
        details=tuple(words),
        needs_attention=bool(report.kept or report.cause or report.added)
        or any(_advice(status) for status in report.statuses),
    )


def summarize_pdfs(report: PdfReport) -> Summary:
    """Put into words what fetching PDFs did.

    Args:
        report: what it did.
    """
    there = report.count(pdf_report.SAVED, pdf_report.THERE, pdf_report.COPIED)
    headline = f"{there:,} of {counted(len(report.documents), 'invoice PDF')} are in the folder."
    details = (f"The folder: {report.folder}", *_of_pdfs(report))
    if report.error is not None:
        return _stopped(report.error, headline, details)
    lacking = report.count(*pdf_report.STATES) - there
    return Summary(
        f"Stopped. {headline}" if report.interrupted else headline,
        details=details,
        needs_attention=bool(lacking or report.not_refreshed or report.kept or report.notice),
    )


def _stopped(
    error: XlsxAddinError, headline: str, details: Iterator[str] | tuple[str, ...]
) -> Summary:
    return Summary(headline, details=(in_excel(error), *details), needs_attention=True, failed=True)


def _with_refresh(summary: Summary, refresh: RefreshReport | None) -> Summary:
    """Put what the refresh came to below what was done before it."""
    if refresh is None:
        return summary
    after = summarize(refresh)
    return Summary(
        summary.headline,
        after.statuses,
        (*summary.details, after.headline, *after.details),
        needs_attention=summary.needs_attention or after.needs_attention,
        failed=after.failed,
    )


def _missing(report: TransactionsReport | AddIdsReport) -> tuple[str, ...]:
    named = [f"{_days(one)} did not come: {one.failure.cause}" for one in report.missing[:_SHOWN]]
    if len(report.missing) > _SHOWN:
        named.append(f"and {len(report.missing) - _SHOWN:,} more such periods.")
    if report.damaged:
        named.append(f"{counted(report.damaged, 'transaction')} cannot be read: import again.")
    return tuple(named)


def _days(missing: MissingDays) -> str:
    return f"{missing.first} to {missing.last}"


def _of_import(report: TransactionsReport) -> Iterator[str]:
    if report.info_without_column:
        names = ", ".join(report.info_without_column)
        yield f"No column for {names}: give one that header, for the rows to come."
    if report.typed_too:
        yield (
            f"{counted(report.typed_too, 'row')} added although the same IDs stand in rows without"
            " a transaction ID; those were left as they are."
        )
    if report.lines_without_ids:
        yield f"{counted(report.lines_without_ids, 'line')} without all three IDs at Amazon."
    if report.interrupted:
        yield _GO_ON


def _advice(status: str) -> str:
    advice = next((text for word, text in _PAYMENT_ADVICE.items() if word in status), "")
    return f", {advice}" if advice else ""


def _of_pdfs(report: PdfReport) -> Iterator[str]:
    if report.not_refreshed:
        rows = counted(report.not_refreshed, "row")
        yield f"{rows} not refreshed yet: press Refresh invoices first."
    waiting = report.count(pdf_report.WAITING)
    if waiting:
        left = time_left_in_words(report.seconds_left)
        yield f"{waiting:,} not there yet, {left}: press the button again."
    lacking = [
        one
        for one in report.documents
        if one.state in (pdf_report.NO_PDF, pdf_report.UNAVAILABLE, pdf_report.FAILED)
    ]
    yield from (f"{one.key}: {one.words}" for one in lacking[:_SHOWN])
    if len(lacking) > _SHOWN:
        yield f"and {len(lacking) - _SHOWN:,} more without a PDF."
    if report.kept:
        yield f"{counted(report.kept, 'row')} kept a text of yours in Invoice PDF."
    if report.notice:
        yield report.notice
