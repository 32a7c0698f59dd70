"""What a refresh reports, as objects, as JSON and as an exit code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from xlsx_addin.core.outcomes import Status
from xlsx_addin.errors import XlsxAddinError

EXIT_OK: Final = 0
EXIT_ROWS_FAILED: Final = 1
EXIT_INPUT: Final = 2
EXIT_REFUSED: Final = 3
EXIT_INTERRUPTED: Final = 4
EXIT_BUSY: Final = 5

_UNANSWERED: Final = (Status.FAILED, Status.NOT_ALLOWED, Status.CANCELLED)


@dataclass(slots=True)
class WorkbookReport:
    """What happened to one workbook.

    Args:
        path: the workbook as it was named.
        sheet: the sheet that was refreshed, empty if none could be chosen.
        rows: rows with at least one ID.
        line_items: distinct valid line items.
        known: line items that the store answered.
        requests: calls of the invoice operation, None if batches were shared between books.
        retries: repetitions among them, likewise.
        throttled: answers of 429 among them, likewise.
        seconds: from opening it to its end.
        statuses: rows per status word.
        output: where the result is, None if nothing was written.
        backup: where the copy of the old content is.
        changed: cells that were written, or would be in a dry run.
        kept: rows with a cell that is not ours and differs from what Amazon says.
        added: line items that came into an open workbook while it was refreshed.
        cause: why most of the line items without an answer got none, empty if all got one.
        would_ask: line items that a run would ask about; only in a dry run.
        error: what stood in the way.
    """

    path: Path
    sheet: str = ""
    rows: int = 0
    line_items: int = 0
    known: int = 0
    requests: int | None = 0
    retries: int | None = 0
    throttled: int | None = 0
    seconds: float = 0.0
    statuses: Mapping[Status, int] = field(default_factory=dict)
    output: Path | None = None
    backup: Path | None = None
    changed: int = 0
    kept: int = 0
    added: int = 0
    cause: str = ""
    would_ask: int | None = None
    error: XlsxAddinError | None = None

    @property
    def counts(self) -> dict[str, int | None]:
        """What the record of a run holds, by name."""
        return {
            "rows": self.rows,
            "line_items": self.line_items,
            "known": self.known,
            "changed": self.changed,
            "requests": self.requests,
            "retries": self.retries,
            "throttled": self.throttled,
            **{one.value: self.statuses[one] for one in Status if one in self.statuses},
        }

    def as_json(self) -> dict[str, Any]:
        """Give the object that `refresh --json` prints for the workbook."""
        result: dict[str, Any] = {
            "path": str(self.path),
            "sheet": self.sheet,
            "rows": self.rows,
            "line_items": self.line_items,
            "known": self.known,
            "requests": self.requests,
            "seconds": round(self.seconds, 3),
            "statuses": {status.value: self.statuses.get(status, 0) for status in Status},
            "output": str(self.output) if self.output else None,
            "backup": str(self.backup) if self.backup else None,
            "changed": self.changed,
            "kept": self.kept,
            "cause": self.cause,
            "error": error_as_json(self.error),
        }
        if self.would_ask is not None:
            result["would_ask"] = self.would_ask
        return result


@dataclass(slots=True)
class RefreshReport:
    """What a refresh did.

    Args:
        workbooks: one report a workbook, in the order they were named.
        requests: calls of the invoice operation with their repetitions, tokens not counted.
        retries: repetitions among them.
        throttled: answers of 429 among them.
        seconds: how long all of it took.
        answered: line items that Amazon answered in this run.
        interrupted: whether the user stopped it.

    """

    workbooks: list[WorkbookReport] = field(default_factory=list)
    requests: int = 0
    retries: int = 0
    throttled: int = 0
    seconds: float = 0.0
    answered: int = 0
    interrupted: bool = False

    @property
    def statuses(self) -> dict[Status, int]:
        """Rows per status word over all workbooks."""
        return {
            status: sum(book.statuses.get(status, 0) for book in self.workbooks)
            for status in Status
        }

    @property
    def exit_code(self) -> int:
        """The exit code of the command, the first that applies."""
        errors = [book.error for book in self.workbooks if book.error is not None]
        codes = {error.exit_code for error in errors}
        refused = self.statuses[Status.NOT_ALLOWED] > 0 or EXIT_REFUSED in codes
        rules = (
            (EXIT_INTERRUPTED, self.interrupted),
            (EXIT_REFUSED, refused and self.answered == 0),
            (EXIT_BUSY, EXIT_BUSY in codes),
            (EXIT_INPUT, EXIT_INPUT in codes),
            (EXIT_ROWS_FAILED, bool(codes) or any(self.statuses[one] for one in _UNANSWERED)),
        )
        return next((code for code, applies in rules if applies), EXIT_OK)

    def as_json(self) -> dict[str, Any]:
        """Give the object that `refresh --json` prints."""
        return {
            "workbooks": [book.as_json() for book in self.workbooks],
            "requests": self.requests,
            "retries": self.retries,
            "throttled": self.throttled,
            "seconds": round(self.seconds, 3),
        }


def joined(reports: Sequence[RefreshReport], order: Sequence[Path]) -> RefreshReport:
    """Make one report of those of several accounts, one after the other.

    Args:
        reports: one an account.
        order: the workbooks as they were named.
    """
    if len(reports) == 1:
        return reports[0]
    books = {book.path: book for report in reports for book in report.workbooks}
    return RefreshReport(
        [books[path] for path in order if path in books],
        requests=sum(one.requests for one in reports),
        retries=sum(one.retries for one in reports),
        throttled=sum(one.throttled for one in reports),
        seconds=sum(one.seconds for one in reports),
        answered=sum(one.answered for one in reports),
        interrupted=any(one.interrupted for one in reports),
    )


def error_as_json(error: XlsxAddinError | None) -> dict[str, str] | None:
    """Give the object that stands for an error in JSON.

    Args:
        error: the error, None if there was none.
    """
    if error is None:
        return None
    return {"code": error.code, "message": error.message, "next_step": error.next_step}
