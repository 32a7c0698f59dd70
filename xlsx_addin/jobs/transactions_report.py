"""What an import of transactions reports, as objects, as JSON and as an exit code."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from xlsx_addin.errors import XlsxAddinError
from xlsx_addin.jobs.report import RefreshReport, error_as_json
from xlsx_addin.jobs.sweep_reports import MissingDays, sweep_exit_code


@dataclass(slots=True)
class TransactionsReport:
    """What an import of transactions did.

    Args:
        path: the workbook.
        first: the first day that was asked for.
        last: the last day, included.
        dry_run: whether nobody was asked and nothing written.
        sheet: the sheet, empty if none could be chosen.
        table: the table on it, empty for plain data.
        transactions: how many are known of these days.
        rows_new: rows that the sheet did not have, before the import.
        rows_added: rows that were added.
        rows_known: rows that the sheet had already.
        typed_too: added rows whose line item stands in a row without a transaction ID, too.
        lines_without_ids: lines for which Amazon does not say all three IDs.
        columns_made: headers of new columns.
        info_without_column: the customer's own fields that have no column.
        windows: parts of the days that are asked for each on its own.
        windows_known: those that needed no request.
        missing: days that did not come, and why.
        damaged: entries of Amazon's answers that cannot be read.
        pages: how many came.
        requests: calls of getTransactions with their repetitions.
        retries: repetitions among them.
        throttled: answers of 429 among them.
        output: where the result is, None if nothing was written.
        backup: where the copy of the old content is.
        seconds: how long all of it took.
        interrupted: whether the user stopped it.
        refresh: what the refresh afterwards did, None without one.
        error: what stood in the way.
    """

    path: Path
    first: date
    last: date
    dry_run: bool = False
    sheet: str = ""
    table: str = ""
    transactions: int = 0
    rows_new: int = 0
    rows_added: int = 0
    rows_known: int = 0
    typed_too: int = 0
    lines_without_ids: int = 0
    columns_made: list[str] = field(default_factory=list)
    info_without_column: list[str] = field(default_factory=list)
    windows: int = 0
    windows_known: int = 0
    missing: list[MissingDays] = field(default_factory=list)
    damaged: int = 0
    pages: int = 0
    requests: int = 0
    retries: int = 0
    throttled: int = 0
    output: Path | None = None
    backup: Path | None = None
    seconds: float = 0.0
    interrupted: bool = False
    refresh: RefreshReport | None = None
    error: XlsxAddinError | None = None

    @property
    def exit_code(self) -> int:
        """The exit code of the command, the first that applies."""
        return sweep_exit_code(self, rows_failed=bool(self.missing or self.damaged))

    def as_json(self) -> dict[str, Any]:
        """Give the object that `transactions --json` prints."""
        return {
            "path": str(self.path),
            "sheet": self.sheet,
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            "dry_run": self.dry_run,
            "transactions": self.transactions,
            "rows_new": self.rows_new,
            "rows_added": self.rows_added,
            "rows_known": self.rows_known,
            "typed_too": self.typed_too,
            "lines_without_ids": self.lines_without_ids,
            "columns_made": self.columns_made,
            "info_without_column": self.info_without_column,
            "windows": self.windows,
            "windows_known": self.windows_known,
            "missing": [one.as_json() for one in self.missing],
            "damaged": self.damaged,
            "pages": self.pages,
            "requests": self.requests,
            "retries": self.retries,
            "throttled": self.throttled,
            "output": str(self.output) if self.output else None,
            "backup": str(self.backup) if self.backup else None,
            "seconds": round(self.seconds, 3),
            "refresh": self.refresh.as_json() if self.refresh else None,
            "error": error_as_json(self.error),
        }
