"""Adding IDs: rows that know their order get the IDs of their line, if only one line fits.

Walked from left to right: read the rows, sweep the feed of transactions over their days, match,
write. Only if all transactions of these days are there is any row filled in: a line that is
missing might fit, too.
"""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from xlsx_addin.core.billing import Billing, BillingCollector
from xlsx_addin.core.bulk import collector_paused
from xlsx_addin.core.id_outcomes import IdOutcome, IdStatus
from xlsx_addin.core.matching import match_rows, needs_ids, unanswered_rows
from xlsx_addin.core.outcomes import Failure, Status
from xlsx_addin.core.purchase_rows import span_of_days
from xlsx_addin.errors import InputError
from xlsx_addin.jobs.add_ids_report import AddIdsReport
from xlsx_addin.jobs.afterwards import refresh_afterwards
from xlsx_addin.jobs.book import MOST_ROUNDS, in_use
from xlsx_addin.jobs.choosing import Selection
from xlsx_addin.jobs.edits import check_locks
from xlsx_addin.jobs.id_target import IdTarget, read_id_target
from xlsx_addin.jobs.recording import Recording, recorded
from xlsx_addin.jobs.sweep_reports import MissingDays, kept_for
from xlsx_addin.jobs.sweeping import Sweep
from xlsx_addin.jobs.tools import JobTools, WorkbookTools
from xlsx_addin.workbooks.contract import Workbook

ADD_IDS: Final = "add-ids"
"""What such a run is called on record."""

DAYS_AFTER: Final = 60
"""Days after the last one in the sheet that are looked at: goods are billed when they ship."""

_DAY: Final = timedelta(days=1)
_STOPPED: Final = Failure(Status.CANCELLED, "Stopped before all transactions had come.")


@dataclass(frozen=True, slots=True)
class AddIdsOptions:
    """What a user can choose for adding IDs.

    Args:
        sheet: the sheet, None to look for it.
        table: the table, None to look for it.
        first: the first day of transactions, None to take the first one in the sheet.
        last: the last day, included; None to take the last one in the sheet and `days_after`.
        days_after: days after the last one in the sheet that are looked at.
        output: where the result goes instead of the workbook itself.
        dry_run: no request, nothing written.
        backup: keep a copy of the old content.
        refresh: fill in the invoices of the sheet afterwards.
        force: change a digitally signed workbook although that voids its signature.
    """

    sheet: str | None = None
    table: str | None = None
    first: date | None = None
    last: date | None = None
    days_after: int = DAYS_AFTER
    output: Path | None = None
    dry_run: bool = False
    backup: bool = True
    refresh: bool = False
    force: bool = False


def add_ids(
    path: Path, options: AddIdsOptions, tools: JobTools, workbooks: WorkbookTools
) -> AddIdsReport:
    """Fill in the order line item IDs and shipment IDs of a workbook.

    Args:
        path: the workbook.
        options: what the user chose.
        tools: what it works with.
        workbooks: what it handles workbooks with.

    Returns:
        What happened. Errors are in there, not raised.
    """
    began = tools.now()
    report = AddIdsReport(path, options.dry_run)
    with kept_for(report), collector_paused():
        _AddIds(options, tools, report).run(workbooks)
    report.interrupted = tools.cancel.is_set()
    if options.refresh:
        # What was written elsewhere has no old content.
        chosen = replace(options, backup=options.backup and options.output is None)
        refresh_afterwards(options.output or path, report, chosen, tools, workbooks)
    report.seconds = max(0.0, tools.now() - began)
    return report


def _whole_weeks(first: date, last: date) -> tuple[date, date]:
    """Give the Monday before the first day and the Sunday after the last."""
    return first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())


class _AddIds:
    """One workbook on its way."""

    def __init__(self, options: AddIdsOptions, tools: JobTools, report: AddIdsReport) -> None:
        self._options = options
        self._tools = tools
        self._report = report
        self._selection = Selection(sheet=options.sheet, table=options.table)
        self._billing: Billing = {}
        self._failure: Failure | None = None

    def run(self, workbooks: WorkbookTools) -> None:
        """Read, ask, match and write."""
        path, report, options = self._report.path, self._report, self._options
        with ExitStack() as stack:
            recording = self._recording(stack, workbooks)
            stack.enter_context(workbooks.lock(path))
            workbook = stack.enter_context(workbooks.open(path))
            if not options.dry_run:
                workbooks.check(path, options.output)
            target = read_id_target(workbook, self._selection)
            self._selection = replace(self._selection, sheet=target.data.sheet)
            report.sheet = target.data.sheet
            if recording is not None:
                recording.place(f"{workbooks.key(path)}\n{report.sheet}", report.sheet)
            report.table = target.data.table.name if target.data.table else ""
            report.lacking = sum(map(needs_ids, target.rows))
            if report.lacking:
                # Before anybody is asked: there may be no room.
                _ = target.placement
                self._ask(target)
            if workbook.is_shared and not options.dry_run:
                self._write_shared(workbook)
            else:
                self._write_once(workbook, target)

    def _recording(self, stack: ExitStack, workbooks: WorkbookTools) -> Recording | None:
        """Record the run until the stack ends; a dry run is none."""
        if self._options.dry_run:
            return None
        path = self._report.path
        run = recorded(self._tools, ADD_IDS, path, book=workbooks.key(path))
        recording = stack.enter_context(run)
        stack.callback(self._count, recording)
        return recording

    def _count(self, recording: Recording) -> None:
        report = self._report
        recording.counts |= {
            "rows": report.rows,
            "filled": report.filled,
            "transactions": report.transactions,
            "requests": report.requests,
            "retries": report.retries,
            "throttled": report.throttled,
            **{status.value: count for status, count in report.statuses.items()},
        }

    def _ask(self, target: IdTarget) -> None:
        """Sweep the days of the rows, and collect what was billed of their orders."""
        tools, report, zone = self._tools, self._report, self._tools.zone
        # Whole weeks are kept as wholes, so that another run over other days can use them.
        first, last = _whole_weeks(*self._days(target))
        start, end = (datetime.combine(day, time(), UTC) for day in (first, last + _DAY))
        sweep = Sweep(tools, start, end)
        today = datetime.fromtimestamp(tools.now(), zone).date()
        report.first, report.last = first, min(last, today)
        report.windows, report.windows_known = len(sweep.windows), sweep.known
        if not self._options.dry_run:
            self._sweep(sweep)
        incomplete = sweep.incomplete()
        if incomplete:
            self._failure = next(iter(sweep.failures.values()), _STOPPED)
            return
        orders = {row.order_id for row in target.rows}
        collector = BillingCollector(orders, zone)
        for transaction in sweep.transactions():
            collector.take([transaction])
            report.transactions += 1
        report.damaged = sweep.damaged()
        self._billing = collector.billing()

    def _sweep(self, sweep: Sweep) -> None:
        report, zone = self._report, self._tools.zone
        try:
            sweep.ask()
        finally:
            report.pages, report.requests = sweep.pages, sweep.requests
            report.retries, report.throttled = sweep.retries, sweep.throttled
        report.missing = [
            MissingDays.of(window, failure, zone) for window, failure in sweep.failures.items()
        ]

    def _days(self, target: IdTarget) -> tuple[date, date]:
        """Tell the days whose transactions are looked at.

        Raises:
            InputError: nothing tells them, or they make no sense.
        """
        options, tools = self._options, self._tools
        today = datetime.fromtimestamp(tools.now(), tools.zone).date()
        lacking = [row.number - target.data.first_row for row in target.rows if needs_ids(row)]
        span = span_of_days(target.cells, lacking, today)
        first = options.first or (span[0] - _DAY if span else None)
        last = options.last or (span[1] + timedelta(days=options.days_after) if span else None)
        if first is None:
            raise InputError(
                f"Sheet {target.data.sheet!r} of {self._report.path.name} has no date that says"
                " when its orders were billed.",
                next_step="Say it with --from DAY and --to DAY, such as --from 2025-03-01, or add"
                " a column Order Date.",
                code="no-days",
            )
        last = min(last or today, today)
        if last < first:
            raise InputError(
                f"The last day of transactions, {last}, is before the first, {first}.",
                next_step="Correct the days after --from and --to.",
                code="wrong-days",
            )
        return first, last

    def _outcomes(self, target: IdTarget) -> Mapping[int, IdOutcome]:
        if self._failure is not None:
            return unanswered_rows(target.rows, self._failure)
        return match_rows(target.rows, self._billing)

    def _write_shared(self, workbook: Workbook) -> None:
        """Read, match and write until nobody moved rows meanwhile."""
        with workbook.writing():
            for _ in range(MOST_ROUNDS):
                if not self._write_once(workbook, read_id_target(workbook, self._selection)):
                    return
        raise in_use(self._report.sheet, self._report.path)

    def _write_once(self, workbook: Workbook, target: IdTarget) -> bool:
        """Match and write what was read; say whether somebody changed the sheet meanwhile."""
        report, options, tools = self._report, self._options, self._tools
        outcomes = self._outcomes(target)
        report.rows = len(target.rows)
        changes = target.changes(outcomes)
        if not target.has_status and set(changes.statuses) <= {IdStatus.KEPT}:
            # All IDs were there before: the sheet gets no columns that say so.
            changes.clear()
        edit = target.edit(changes)
        report.statuses, report.kept = changes.statuses, changes.kept
        report.filled += changes.filled
        report.changed += edit.changed_cells
        if options.dry_run:
            if self._failure is not None:
                report.statuses, report.changed = {}, 0
            return False
        check_locks(workbook, edit)
        if edit.changed_cells:
            workbook.apply(edit)
        tools.progress.say(
            f"{'Writing into' if workbook.is_shared else 'Saving'} {report.path.name}"
        )
        committed = workbook.commit(output=options.output, backup=options.backup)
        report.output, report.backup = committed.output, report.backup or committed.backup
        return committed.disturbed
