"""What a refresh came to, in words for the person who pressed the button."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from xlsx_addin.core.outcomes import Status
from xlsx_addin.core.wording import counted
from xlsx_addin.errors import XlsxAddinError, unexpected
from xlsx_addin.excel.advice import in_excel
from xlsx_addin.jobs.report import RefreshReport, WorkbookReport

WHAT_TO_DO: Final = {
    Status.FOUND: "Nothing to do.",
    Status.SEVERAL: "More than one document: see which you need.",
    Status.PENDING: "The consolidated number comes later: refresh again.",
    Status.NO_INVOICE_YET: "Refresh again later.",
    Status.NOT_RETURNED: "Refresh again later.",
    Status.CHECK_IDS: "Correct the IDs of the row; its message says what is wrong.",
    Status.ID_DAMAGED: "Enter the ID again as text; the row's message says which.",
    Status.NOT_ALLOWED: "The sign-in or a permission is missing; the row's message says which.",
    Status.FAILED: "Refresh again; only these rows are asked.",
    Status.CANCELLED: "Refresh again; only these rows are asked.",
}
"""What the rows of a status word need, one sentence each."""

_DONE: Final = (Status.FOUND, Status.SEVERAL)
_TO_DO: Final = (Status.CHECK_IDS, Status.ID_DAMAGED, Status.NOT_ALLOWED, Status.FAILED)
"""What a person has to see. Invoices that come later are left to the next refresh."""


@dataclass(frozen=True, slots=True)
class StatusRow:
    """The rows that got one status word.

    Args:
        status: the word.
        rows: how many.
        what_to_do: one sentence.
        needs_attention: whether somebody has to do it.
    """

    status: Status
    rows: int
    what_to_do: str
    needs_attention: bool = False

    def __str__(self) -> str:
        return f"{self.status.value}: {self.rows:,}. {self.what_to_do}"


@dataclass(frozen=True, slots=True)
class Summary:
    """What a job came to.

    Args:
        headline: the one sentence that matters most.
        statuses: the status words that rows got, in the order of `Status`.
        details: what else a person should know, one sentence or two each.
        needs_attention: whether somebody has to read it.
        failed: whether something stood in the way altogether.
    """

    headline: str
    statuses: tuple[StatusRow, ...] = ()
    details: tuple[str, ...] = ()
    needs_attention: bool = False
    failed: bool = False

    def with_notices(self, notices: Sequence[str]) -> "Summary":
        """Add what a person should know besides; it has to be read.

        Args:
            notices: one sentence or two each.
        """
        if not notices:
            return self
        return replace(self, details=(*self.details, *notices), needs_attention=True)

    @property
    def lines(self) -> tuple[str, ...]:
        """All of it, line by line, for a message box."""
        return (self.headline, *map(str, self.statuses), *self.details)

    @property
    def text(self) -> str:
        """All of it, for the clipboard."""
        return "\n".join(self.lines)


def summarize(report: RefreshReport) -> Summary:
    """Put into words what a refresh did.

    Args:
        report: of one or more workbooks.
    """
    statuses, to_do = report.statuses, _to_do(report)
    failed = any(book.error is not None for book in report.workbooks)
    kept = any(book.kept for book in report.workbooks)
    added = any(book.added for book in report.workbooks)
    return Summary(
        headline=_headline(report),
        statuses=tuple(
            StatusRow(one, statuses[one], WHAT_TO_DO[one], one in to_do)
            for one in Status
            if statuses[one]
        ),
        details=tuple(_details(report.workbooks)),
        needs_attention=failed or kept or added or bool(to_do),
        failed=failed,
    )


def _to_do(report: RefreshReport) -> list[Status]:
    """List the status words of rows that a person has to see."""
    # Whoever pressed Cancel knows why rows are Cancelled.
    words = _TO_DO if report.interrupted else (*_TO_DO, Status.CANCELLED)
    return [one for one in words if report.statuses[one]]


def summarize_error(error: Exception, headline: str = "The refresh did not work.") -> Summary:
    """Put into words what kept a job from ending well.

    Args:
        error: what was raised.
        headline: what did not work.
    """
    known = error if isinstance(error, XlsxAddinError) else unexpected(error)
    return Summary(headline, details=(in_excel(known),), needs_attention=True, failed=True)


def _headline(report: RefreshReport) -> str:
    failed = [book for book in report.workbooks if book.error is not None]
    if failed:
        return _failed_headline(failed, len(report.workbooks))
    statuses = report.statuses
    rows = sum(statuses.values())
    of_rows = f"of {counted(rows, 'row')}"
    done = sum(statuses[one] for one in _DONE)
    to_do = sum(statuses[one] for one in _to_do(report))
    if report.interrupted:
        return f"Stopped: {rows - statuses[Status.CANCELLED]:,} {of_rows} are finished."
    if not rows:
        return "There is no row with an ID."
    if to_do:
        return f"{to_do:,} {of_rows} {_need(to_do)} your attention."
    if done == rows:
        return "The row has its invoice." if rows == 1 else f"All {rows:,} rows have their invoice."
    return f"{done:,} {of_rows} have their invoice; the others come later."


def _failed_headline(failed: Sequence[WorkbookReport], books: int) -> str:
    if books == 1:
        return f"{failed[0].path.name} was not refreshed."
    return f"{len(failed):,} of {books:,} workbooks were not refreshed."


def _details(books: Sequence[WorkbookReport]) -> Iterator[str]:
    for book in books:
        name = f"{book.path.name}: " if len(books) > 1 else ""
        yield from (f"{name}{sentence}" for sentence in _details_of(book))


def _details_of(book: WorkbookReport) -> Iterator[str]:
    if book.error is not None:
        yield in_excel(book.error)
    if book.cause:
        yield f"Why rows got no answer: {book.cause}"
    if book.added:
        came = "line item was added" if book.added == 1 else "line items were added"
        yield f"{book.added:,} {came} meanwhile: refresh again for the rest."
    if book.kept:
        keep = "keeps" if book.kept == 1 else "keep"
        yield f"{counted(book.kept, 'row')} {keep} a value of yours; Invoice Message says which."
    if book.backup is not None:
        yield f"The old content is in {book.backup.name}."


def _need(count: int) -> str:
    return "needs" if count == 1 else "need"
