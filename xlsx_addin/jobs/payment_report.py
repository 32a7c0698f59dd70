"""What payments report, as an object, as JSON and as an exit code."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from xlsx_addin.core.judging import SEPARATOR
from xlsx_addin.core.payment_rows import PaymentWord
from xlsx_addin.jobs.report import (
    EXIT_INTERRUPTED,
    EXIT_OK,
    EXIT_REFUSED,
    EXIT_ROWS_FAILED,
)

_UNANSWERED: Final = (PaymentWord.FAILED, PaymentWord.NOT_ALLOWED, PaymentWord.CANCELLED)


@dataclass(slots=True)
class PaymentsReport:
    """What filling in payments did.

    Args:
        path: the workbook as it was named.
        sheet: the sheet with the invoice numbers.
        rows: rows with an invoice number, or with something in place of one.
        without_number: other rows with something in their first column.
        invoices: distinct invoice numbers.
        known: those of them that did not have to be asked about.
        answered: those that Amazon answered in this run.
        requests: calls of the payment operation with their repetitions.
        retries: repetitions among them.
        throttled: answers of 429 among them.
        seconds: how long all of it took.
        statuses: rows per status as it stands in the sheet.
        output: where the result is, None if nothing was saved.
        backup: where the copy of the old content is.
        changed: cells that were written, or would be in a dry run.
        kept: rows with a cell that is not ours and differs from what Amazon says.
        added: invoices that came into an open workbook too late to be asked about.
        cause: why most of the invoices without an answer got none, empty if all got one.
        would_ask: invoices that a run would ask about; only in a dry run.
        interrupted: whether the user stopped it.
    """

    path: Path
    sheet: str = ""
    rows: int = 0
    without_number: int = 0
    invoices: int = 0
    known: int = 0
    answered: int = 0
    requests: int = 0
    retries: int = 0
    throttled: int = 0
    seconds: float = 0.0
    statuses: Mapping[str, int] = field(default_factory=dict)
    output: Path | None = None
    backup: Path | None = None
    changed: int = 0
    kept: int = 0
    added: int = 0
    cause: str = ""
    would_ask: int | None = None
    interrupted: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """What the record of the run holds."""
        numbers = {
            "rows": self.rows,
            "invoices": self.invoices,
            "known": self.known,
            "requests": self.requests,
            "retries": self.retries,
            "throttled": self.throttled,
            "changed": self.changed,
            "kept": self.kept,
        }
        return numbers | self._words

    @property
    def _words(self) -> Counter[str]:
        """Rows per word; one with several invoices counts for each of its words."""
        words: Counter[str] = Counter()
        for status, rows in self.statuses.items():
            words.update(dict.fromkeys(status.split(SEPARATOR), rows))
        return words

    @property
    def exit_code(self) -> int:
        """The exit code of the command, the first that applies."""
        words = self._words
        refused = PaymentWord.NOT_ALLOWED.value in words and self.answered == 0
        rules = (
            (EXIT_INTERRUPTED, self.interrupted),
            (EXIT_REFUSED, refused),
            (EXIT_ROWS_FAILED, any(word.value in words for word in _UNANSWERED)),
        )
        return next((code for code, applies in rules if applies), EXIT_OK)

    def as_json(self) -> dict[str, Any]:
        """Give the object that `payments --json` prints."""
        result: dict[str, Any] = {
            "path": str(self.path),
            "sheet": self.sheet,
            "rows": self.rows,
            "without_number": self.without_number,
            "invoices": self.invoices,
            "known": self.known,
            "requests": self.requests,
            "retries": self.retries,
            "throttled": self.throttled,
            "seconds": round(self.seconds, 3),
            "statuses": dict(self.statuses),
            "output": str(self.output) if self.output else None,
            "backup": str(self.backup) if self.backup else None,
            "changed": self.changed,
            "kept": self.kept,
            "cause": self.cause,
            "error": None,  # an error ends the command with an object of its own
        }
        if self.would_ask is not None:
            result["would_ask"] = self.would_ask
        return result
