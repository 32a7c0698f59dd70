"""What fetching PDFs reports, as objects, as JSON and as an exit code."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xlsx_addin.core.documents import DocumentKey
from xlsx_addin.errors import XlsxAddinError
from xlsx_addin.jobs.report import (
    EXIT_INTERRUPTED,
    EXIT_OK,
    EXIT_REFUSED,
    EXIT_ROWS_FAILED,
    error_as_json,
)

SAVED = "saved"
THERE = "there"
COPIED = "copied"
WAITING = "waiting"
NO_PDF = "no PDF"
FAILED = "failed"
UNAVAILABLE = "not available"
STATES = (SAVED, THERE, COPIED, WAITING, NO_PDF, UNAVAILABLE, FAILED)
"""What can become of a document in a run."""


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """What became of a document.

    Args:
        key: which one.
        state: one of `STATES`.
        file: where its PDF is, None if there is none.
        words: why there is none, and what to do.
    """

    key: DocumentKey
    state: str
    file: Path | None = None
    words: str = ""

    def as_json(self) -> dict[str, Any]:
        """Give its object in `pdfs --json`."""
        return {
            "kind": self.key.kind.value,
            "number": self.key.number,
            "state": self.state,
            "file": str(self.file) if self.file else None,
            "words": self.words,
        }


@dataclass(slots=True)
class PdfReport:
    """What fetching the PDFs of a sheet did.

    Args:
        path: the workbook.
        folder: where the PDFs are.
        sheet: the sheet.
        rows: rows with at least one ID.
        not_refreshed: rows whose invoices are not known yet.
        documents: what became of each document.
        would_ask: documents that a run would ask for; only in a dry run.
        seconds_left: about how long that, or the rest, takes.
        requests: calls of the Document API with their repetitions, downloads included.
        throttled: answers of 429 among them.
        seconds: how long it took.
        linked: cells that were written, headers included.
        kept: rows whose cell for the link holds somebody else's text.
        output: where the workbook with the links is, None if nothing was written.
        backup: where the copy of its old content is.
        notice: what the user should know besides, a sentence or two.
        interrupted: whether the user stopped it.
        error: what stood in the way.
    """

    path: Path
    folder: Path
    sheet: str = ""
    rows: int = 0
    not_refreshed: int = 0
    documents: list[DocumentReport] = field(default_factory=list)
    would_ask: int | None = None
    seconds_left: float = 0.0
    requests: int = 0
    throttled: int = 0
    seconds: float = 0.0
    linked: int = 0
    kept: int = 0
    output: Path | None = None
    backup: Path | None = None
    notice: str = ""
    interrupted: bool = False
    error: XlsxAddinError | None = None

    def count(self, *states: str) -> int:
        """Count the documents in some states."""
        return sum(one.state in states for one in self.documents)

    @property
    def counts(self) -> dict[str, int | None]:
        """The numbers by name, for the record of runs."""
        numbers = {
            "rows": self.rows,
            "documents": len(self.documents),
            "requests": self.requests,
            "throttled": self.throttled,
        }
        return {**numbers, **{state: self.count(state) for state in STATES if self.count(state)}}

    @property
    def exit_code(self) -> int:
        """The exit code of the command, the first that applies."""
        answered = self.count(SAVED, NO_PDF) > 0
        error_code = self.error.exit_code if self.error is not None else EXIT_OK
        if error_code == EXIT_REFUSED and answered:
            error_code = EXIT_ROWS_FAILED
        lacking = self.count(FAILED, WAITING) or self.not_refreshed
        rules = (
            (EXIT_INTERRUPTED, self.interrupted),
            (error_code, error_code != EXIT_OK),
            (EXIT_ROWS_FAILED, bool(lacking) and self.would_ask is None),
        )
        return next((code for code, applies in rules if applies), EXIT_OK)

    def as_json(self) -> dict[str, Any]:
        """Give the object that `pdfs --json` prints."""
        result: dict[str, Any] = {
            "path": str(self.path),
            "sheet": self.sheet,
            "folder": str(self.folder),
            "rows": self.rows,
            "not_refreshed": self.not_refreshed,
            "states": {state: self.count(state) for state in STATES},
            "documents": [one.as_json() for one in self.documents],
            "seconds_left": round(self.seconds_left, 1),
            "requests": self.requests,
            "throttled": self.throttled,
            "seconds": round(self.seconds, 3),
            "linked": self.linked,
            "kept": self.kept,
            "output": str(self.output) if self.output else None,
            "backup": str(self.backup) if self.backup else None,
            "error": error_as_json(self.error),
        }
        if self.would_ask is not None:
            result["would_ask"] = self.would_ask
        return result
