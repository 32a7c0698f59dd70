"""Importing transactions: those of some days become rows of a sheet, each once.

Walked from left to right: sweep the feed, find the sheet, add the rows that it does not have yet.
Rows that are there are never touched, whoever wrote them.
"""

from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Final

from xlsx_addin.core.bulk import collector_paused
from xlsx_addin.core.importing import Found, find_new
from xlsx_addin.core.transaction_fields import TransactionRow
from xlsx_addin.core.transactions import Transaction
from xlsx_addin.errors import InputError
from xlsx_addin.jobs.afterwards import refresh_afterwards
from xlsx_addin.jobs.book import MOST_ROUNDS, in_use
from xlsx_addin.jobs.choosing import Selection
from xlsx_addin.jobs.edits import check_locks
from xlsx_addin.jobs.importing import ImportTarget, find_import_target
from xlsx_addin.jobs.recording import Recording, recorded
from xlsx_addin.jobs.sweep_reports import MissingDays, kept_for
from xlsx_addin.jobs.sweeping import Sweep
from xlsx_addin.jobs.tools import JobTools, WorkbookTools
from xlsx_addin.jobs.transactions_report import TransactionsReport
from xlsx_addin.workbooks.contract import Workbook

TRANSACTIONS: Final = "transactions"
"""The kind of its runs."""

MOST_DAYS: Final = 5 * 366
"""Days that one import may ask for."""


@dataclass(frozen=True, slots=True)
class TransactionsOptions:
    """What a user can choose for an import of transactions.

    Args:
        first: the first day.
        last: the last day, included; None for today. Days are those on which Amazon published
            the transactions, in the profile's time zone.
        sheet: the sheet to add to, None to look for it.
        table: the table to add to, None to look for it.
        ask_all: ask also for days that are known.
        dry_run: no request, nothing written.
        backup: keep a copy of the old content.
        refresh: fill in the invoices of the sheet afterwards.
        force: change a digitally signed workbook although that voids its signature.
    """

    first: date
    last: date | None = None
    sheet: str | None = None
    table: str | None = None
    ask_all: bool = False
    dry_run: bool = False
    backup: bool = True
    refresh: bool = False
    force: bool = False

    def days(self, now: float, zone: tzinfo) -> tuple[date, date]:
        """Give the first and the last day.

        Args:
            now: seconds since 1970.
            zone: where days are counted.

        Raises:
            InputError: there are none, or too many.
        """
        today = datetime.fromtimestamp(now, zone).date()
        last = self.last or today
        if self.first > today:
            raise _wrong_days(
                f"The first day, {self.first}, is in the future.", "Begin with today or earlier."
            )
        if last < self.first:
            raise _wrong_days(
                f"The last day, {last}, is before the first, {self.first}.", "Exchange the two."
            )
        if (last - self.first).days >= MOST_DAYS:
            raise _wrong_days(
                f"From {self.first} to {last} are more than five years.",
                "Import them in several parts: rows that are there already are left alone.",
            )
        return self.first, min(last, today)


def _wrong_days(message: str, next_step: str) -> InputError:
    return InputError(message, next_step=next_step, code="wrong-days")


def import_transactions(
    path: Path, options: TransactionsOptions, tools: JobTools, workbooks: WorkbookTools
) -> TransactionsReport:
    """Add the transactions of some days to a workbook.

    Args:
        path: the workbook.
        options: what the user chose.
        tools: what it works with.
        workbooks: what it handles workbooks with.

    Returns:
        What happened. Errors are in there, not raised.

    Raises:
        InputError: the days make no sense.
    """
    began = tools.now()
    first, last = options.days(began, tools.zone)
    report = TransactionsReport(path, first, last, dry_run=options.dry_run)
    with kept_for(report), collector_paused():
        _Import(options, tools, report).run(workbooks)
    report.interrupted = tools.cancel.is_set()
    if options.refresh:
        refresh_afterwards(path, report, options, tools, workbooks)
    report.seconds = max(0.0, tools.now() - began)
    return report


class _Import:
    """One import on its way."""

    def __init__(
        self, options: TransactionsOptions, tools: JobTools, report: TransactionsReport
    ) -> None:
        self._options = options
        self._tools = tools
        self._report = report
        self._selection = Selection(sheet=options.sheet, table=options.table)
        self._run: Recording | None = None
        self._key = ""
        self._is_told = False
        self._added: list[TransactionRow] = []

    def run(self, workbooks: WorkbookTools) -> None:
        """Ask, compare and write."""
        path, report = self._report.path, self._report
        with ExitStack() as stack:
            if not self._options.dry_run:
                self._key = workbooks.key(path)
                recording = recorded(self._tools, TRANSACTIONS, path, book=self._key)
                self._run = stack.enter_context(recording)
                stack.callback(self._count, self._run)
            stack.enter_context(workbooks.lock(path))
            workbook = stack.enter_context(workbooks.open(path))
            if not self._options.dry_run:
                workbooks.check(path, None)
            # Before anybody is asked: the sheet may not fit.
            find_import_target(workbook, self._selection, ())
            sweep = self._swept()
            transactions = list(sweep.transactions())
            report.damaged = sweep.damaged()
            report.lines_without_ids = _count_without_ids(transactions)
            if workbook.is_shared and not self._options.dry_run:
                self._write_shared(workbook, transactions)
            else:
                self._write_once(workbook, transactions)

    def _count(self, run: Recording) -> None:
        report = self._report
        run.counts |= {
            "rows": report.rows_added,
            "known": report.rows_known,
            "transactions": report.transactions,
            "requests": report.requests,
            "retries": report.retries,
            "throttled": report.throttled,
        }

    def _swept(self) -> Sweep:
        """Ask for what is not known; say what is missing then."""
        tools, report, zone = self._tools, self._report, self._tools.zone
        start = datetime.combine(report.first, time(), zone)
        end = datetime.combine(report.last + timedelta(days=1), time(), zone)
        sweep = Sweep(tools, start, end, anew=self._options.ask_all)
        report.windows, report.windows_known = len(sweep.windows), sweep.known
        if self._options.dry_run:
            return sweep
        try:
            sweep.ask()
        finally:
            report.pages, report.requests = sweep.pages, sweep.requests
            report.retries, report.throttled = sweep.retries, sweep.throttled
        report.missing = [
            MissingDays.of(window, failure, zone)
            for window, failure in sorted(sweep.failures.items(), key=lambda one: one[0])
        ]
        return sweep

    def _write_shared(self, workbook: Workbook, transactions: list[Transaction]) -> None:
        """Read, compare and write until nobody moved rows meanwhile."""
        with workbook.writing():
            for _ in range(MOST_ROUNDS):
                if not self._write_once(workbook, transactions):
                    return
                self._selection = replace(self._selection, sheet=self._report.sheet)
        raise in_use(self._report.sheet, self._report.path)

    def _write_once(self, workbook: Workbook, transactions: list[Transaction]) -> bool:
        """Add what the sheet does not have; say whether somebody changed it meanwhile."""
        report, tools = self._report, self._tools
        info = dict.fromkeys(
            key for one in transactions for line in one.lines for key, _ in line.business_order_info
        )
        target = find_import_target(workbook, self._selection, info)
        found = find_new(transactions, target.existing(), tools.zone)
        self._tell(target, found)
        if not (found.new or self._added):
            return False
        # What somebody's insertion of rows split while it was written is put right.
        edit = target.edit(found.new, target.numbers_of(self._added))
        made = report.columns_made or target.made()
        if self._options.dry_run:
            report.columns_made = made
            return False
        check_locks(workbook, edit)
        workbook.apply(edit)
        tools.progress.say(
            f"{'Writing into' if workbook.is_shared else 'Saving'} {report.path.name}"
        )
        committed = workbook.commit(backup=self._options.backup)
        report.rows_added, report.columns_made = report.rows_new, made
        self._added += found.new
        report.output, report.backup = committed.output, report.backup or committed.backup
        return committed.disturbed

    def _tell(self, target: ImportTarget, found: Found) -> None:
        report, data = self._report, target.data
        report.sheet, report.table = data.sheet, data.table.name if data.table else ""
        report.transactions = found.transactions
        if self._is_told:
            return  # an open workbook that is read once more
        self._is_told = True
        if self._run is not None:
            self._run.place(f"{self._key}\n{data.sheet}", data.sheet)
        report.rows_known, report.rows_new = found.known, len(found.new)
        typed = target.typed()
        report.typed_too = sum(
            row.line.line_item in typed for row in found.new if all(row.line.line_item)
        )
        report.info_without_column = target.unplaced()


def _count_without_ids(transactions: list[Transaction]) -> int:
    return sum(not all(line.line_item) for one in transactions for line in one.lines)
