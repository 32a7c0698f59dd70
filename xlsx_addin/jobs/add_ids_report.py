"""What adding IDs reports, as objects, as JSON and as an exit code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from xlsx_addin.core.id_outcomes import UNANSWERED, IdStatus
from xlsx_addin.errors import XlsxAddinError
from xlsx_addin.jobs.report import RefreshReport, error_as_json
from xlsx_addin.jobs.sweep_reports import MissingDays, sweep_exit_code


@dataclass(slots=True)
class AddIdsReport:
    """What adding IDs did.

    Args:
        path: the workbook.
        dry_run: whether nobody was asked and nothing written.
        sheet: the sheet, empty if none could be chosen.
        table: the table on it, empty for plain data.
        first: the first day whose transactions were looked at, None if none were needed.
        last: the last day, included.
        rows: rows with an order ID.
        lacking: those of them that lacked an ID.
        filled: rows that got their IDs.
        statuses: rows per status word.
        kept: rows whose status cell is somebody else's.
        transactions: how many were looked at.
        windows: parts of the days that are asked for each on its own.
        windows_known: those that needed no request.
        missing: days that did not come, and why; then no row is filled in.
        damaged: entries of Amazon's answers that cannot be read.
        pages: how many came.
        requests: calls of getTransactions with their repetitions.
        retries: repetitions among them.
        throttled: answers of 429 among them.
        changed: cells that were written, or would be in a dry run.
        output: where the result is, None if nothing was written.
        backup: where the copy of the old content is.
        seconds: how long all of it took.
        interrupted: whether the user stopped it.
        refresh: what the refresh afterwards did, None without one.
        error: what stood in the way.
    """

    path: Path
    dry_run: bool = False
    sheet: str = ""
    table: str = ""
    first: date | None = None
    last: date | None = None
    rows: int = 0
    lacking: int = 0
    filled: int = 0
    statuses: Mapping[IdStatus, int] = field(default_factory=dict)
    kept: int = 0
    transactions: int = 0
    windows: int = 0
    windows_known: int = 0
    missing: list[MissingDays] = field(default_factory=list)
    damaged: int = 0
    pages: int = 0
    requests: int = 0
    retries: int = 0
    throttled: int = 0
    changed: int = 0
    output: Path | None = None
    backup: Path | None = None
    seconds: float = 0.0
    interrupted: bool = False
    refresh: RefreshReport | None = None
    error: XlsxAddinError | None = None

    @property
    def exit_code(self) -> int:
        """The exit code of the command, the first that applies."""
        return sweep_exit_code(self, rows_failed=any(self.statuses.get(one) for one in UNANSWERED))

    def as_json(self) -> dict[str, Any]:
        """Give the object that `add-ids --json` prints."""
        return {
            "path": str(self.path),
            "dry_run": self.dry_run,
            "sheet": self.sheet,
            "table": self.table,
            "from": self.first.isoformat() if self.first else None,
            "to": self.last.isoformat() if self.last else None,
            "rows": self.rows,
            "lacking": self.lacking,
            "filled": self.filled,
            "statuses": {status.value: self.statuses.get(status, 0) for status in IdStatus},
            "kept": self.kept,
            "transactions": self.transactions,
            "windows": self.windows,
            "windows_known": self.windows_known,
            "missing": [one.as_json() for one in self.missing],
            "damaged": self.damaged,
            "pages": self.pages,
            "requests": self.requests,
            "retries": self.retries,
            "throttled": self.throttled,
            "changed": self.changed,
            "output": str(self.output) if self.output else None,
            "backup": str(self.backup) if self.backup else None,
            "seconds": round(self.seconds, 3),
            "refresh": self.refresh.as_json() if self.refresh else None,
            "error": error_as_json(self.error),
        }
