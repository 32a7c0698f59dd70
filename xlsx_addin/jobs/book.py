"""One workbook on its way through a refresh: read, planned, written."""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

from xlsx_addin.core.bulk import collector_paused
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import Failure
from xlsx_addin.core.plan import DAY_S, line_items_to_ask
from xlsx_addin.core.results import Changes, SheetRows, find_changes
from xlsx_addin.core.snapshots import Entry, Snapshot, take_entries
from xlsx_addin.core.steady import steady_rows
from xlsx_addin.errors import SheetError, StoreError, XlsxAddinError, unexpected
from xlsx_addin.jobs.choosing import Selection
from xlsx_addin.jobs.details import DETAILS_SHEET, detail_rows
from xlsx_addin.jobs.edits import check_locks, sheet_edit
from xlsx_addin.jobs.options import RefreshOptions
from xlsx_addin.jobs.outcomes import Outcomes, in_portions
from xlsx_addin.jobs.recording import Recording
from xlsx_addin.jobs.report import WorkbookReport
from xlsx_addin.jobs.run_log import add_to_run_log, run_log_row
from xlsx_addin.jobs.targets import Target, read_target
from xlsx_addin.jobs.tools import JobTools, WorkbookTools
from xlsx_addin.store.contract import REFRESH
from xlsx_addin.workbooks.contract import ResultValue, Workbook

_log = logging.getLogger(__name__)

RESUME_WITHIN_S: Final = DAY_S
"""How long the answers of an unfinished run of a workbook count as known."""

MOST_ROUNDS: Final = 4
"""How often an open workbook is read and written anew because somebody works in it."""


class _Read(NamedTuple):
    """A workbook that was read, and what the rows of its line items get."""

    workbook: Workbook
    target: Target
    outcomes: Outcomes


class BookRefresh:
    """One workbook on its way through a refresh.

    Args:
        path: the workbook.
        options: what the user chose.
        tools: what it works with.

    Attributes:
        report: what happened to it.
        asked: the line items that have to be asked about.
    """

    def __init__(self, path: Path, options: RefreshOptions, tools: JobTools) -> None:
        self.report = WorkbookReport(path)
        self.asked: list[LineItem] = []
        self._options = options
        self._tools = tools
        self._began = tools.now()
        self._stack = ExitStack()
        self._read: _Read | None = None
        self._run: Recording | None = None
        self._workbook_key = ""
        self._is_shared = False
        self._overwritten: list[Entry] = []
        self._keeps_undo = False

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Keep what stands in the way of this workbook for its report; the others go on."""
        try:
            with collector_paused():
                yield
        except XlsxAddinError as error:
            self._fail(error)
        except Exception as error:  # noqa: BLE001  # the other workbooks have a right to go on
            _log.exception("unexpected, %s", self.report.path.name)
            self._fail(unexpected(error))

    def _fail(self, error: XlsxAddinError) -> None:
        _log.warning("%s: %s: %s", self.report.path.name, error.code, error)
        self.report.error = self.report.error or error
        self.report.changed = 0

    def read(self, workbooks: WorkbookTools) -> None:
        """Read the rows and find out which line items have to be asked about.

        Args:
            workbooks: what it handles workbooks with.
        """
        path, tools, report = self.report.path, self._tools, self.report
        self._workbook_key = workbooks.key(path)
        if not self._options.dry_run:
            policy = self._options.policy.name
            self._run = Recording(tools, REFRESH, path, book=self._workbook_key, policy=policy)
        self._stack.enter_context(workbooks.lock(path))
        workbook = self._stack.enter_context(workbooks.open(path))
        if not self._options.dry_run:
            workbooks.check(path, self._options.output)
        target = read_target(workbook, self._options.selection, self._options.fields)
        target = _selected(target, self._options.selection)
        line_items = target.rows.line_items()
        self._is_shared = workbook.is_shared
        key = f"{self._workbook_key}\n{target.sheet}"
        outcomes = Outcomes(tools.zone)
        self._read = _Read(workbook, target, outcomes)
        self.asked = self._plan(line_items, outcomes, self._resumed_since(key))
        report.sheet, report.rows = target.sheet, target.rows.row_count
        report.line_items, report.known = len(line_items), len(line_items) - len(self.asked)
        if self._run is None:
            report.would_ask = len(self.asked)
        else:
            self._run.place(key, target.sheet)

    def _plan(
        self, line_items: Sequence[LineItem], outcomes: Outcomes, resumed_since: float | None
    ) -> list[LineItem]:
        """List what has to be asked about, and take in what is known of the others."""
        asked: set[LineItem] = set()
        now, tools = self._tools.now(), self._tools
        for portion, known in in_portions(line_items, tools):
            to_ask = line_items_to_ask(
                portion,
                known,
                self._options.policy,
                now=now,
                resumed_since=resumed_since,
                zone=tools.zone,
            )
            asked.update(to_ask)
            for line_item in to_ask:
                known.pop(line_item, None)
            outcomes.take(known)
        return [line_item for line_item in line_items if line_item in asked] if asked else []

    def write(self, failures: Mapping[LineItem, Failure]) -> None:
        """Write what changes and save the workbook.

        Args:
            failures: why line items that were asked about got no answer.
        """
        if self._read is None or self.report.error is not None:
            return
        self._take_in(failures)
        if self._is_shared and not self._options.dry_run:
            self._write_shared(self._read)
        else:
            self._write_once()

    def _take_in(self, failures: Mapping[LineItem, Failure]) -> None:
        """Take in what the line items got that were asked about."""
        if self._read is not None:
            for portion, known in in_portions(self.asked, self._tools):
                missing = {one: failures[one] for one in portion if one in failures}
                self._read.outcomes.take(known, missing)
        causes = Counter(failures[line].cause for line in self.asked if line in failures)
        self.report.cause = causes.most_common(1)[0][0] if causes else ""

    def _write_shared(self, read: "_Read") -> None:
        """Read, compare and write until nobody moved rows meanwhile."""
        with read.workbook.writing():
            for _ in range(MOST_ROUNDS):
                self._read = self._read_again(read)
                if not self._write_once():
                    return
        raise in_use(self.report.sheet, self.report.path)

    def _read_again(self, read: "_Read") -> "_Read":
        """Read the rows of an open workbook anew: people sort, insert and delete meanwhile."""
        options, before = self._options, read.target.rows
        selection = replace(options.selection, sheet=read.target.sheet)
        target = read_target(read.workbook, selection, options.fields)
        line_items, rows = set(before.line_items()), target.rows
        meant = rows if selection.only is None else rows.only(selection.only)
        found = set(meant.line_items())
        self.report.added = len(found - line_items)
        if selection.only is not None:
            # Those that were moved out of the selected rows are meant where they are now.
            rows = rows.only(selection.only, keep=line_items - found)
        return read._replace(target=replace(target, rows=rows.of(line_items)))

    def _write_once(self) -> bool:
        """Compare and write what was read; say whether somebody changed the sheet meanwhile."""
        if self._read is None:
            return False
        tools, options, report = self._tools, self._options, self.report
        workbook, target, outcomes = self._read
        # From here on only these names hold what was read.
        self._read = None
        # A dry run asks nobody: it shows what the known answers would change.
        rows = target.rows.of(outcomes) if options.dry_run else target.rows
        fields = tuple(target.placement.columns)
        changes = find_changes(rows, outcomes.__getitem__, fields, tools.store)
        steady = steady_rows(rows, outcomes.__getitem__) if workbook.is_shared else {}
        edit = sheet_edit(target, changes, fit=options.fit, steady=steady)
        report.statuses, report.kept = changes.statuses, changes.kept
        report.changed += edit.changed_cells
        if options.dry_run:
            return False
        check_locks(workbook, edit)
        details = self._details(rows) if options.details else None
        if edit.changed_cells:
            self._keep_undo(target.sheet, rows, changes)
        # What was read and known is let go before more memory is needed.
        del rows, target, steady
        if not workbook.is_shared:
            outcomes.clear()
        if changes.written:
            # Before the file: a crash in between then hides nothing of ours.
            tools.store.record_written(changes.written)
        del changes
        if edit.changed_cells:
            workbook.apply(edit)
        if details is not None:
            workbook.put_sheet(DETAILS_SHEET, details)
        if options.run_log and self._run is not None and not workbook.is_shared:
            add_to_run_log(workbook, run_log_row(self._run, report, tools.now(), tools.zone))
        return self._save(workbook)

    def _details(self, rows: SheetRows) -> Sequence[Sequence[ResultValue]]:
        in_order = rows.line_items()
        known = self._tools.store.known(self._tools.account, in_order)
        in_order = [one for one in in_order if one in known]
        return detail_rows({one: known[one] for one in in_order}, self._tools.zone)

    def _keep_undo(self, sheet: str, rows: SheetRows, changes: Changes) -> None:
        """Keep what is about to be overwritten; of a row changed twice, what it held first."""
        if self._run is None:
            return
        entries: Iterable[Entry] = take_entries(rows, changes)
        if self._is_shared:
            noted = {entry.line_item for entry in self._overwritten}
            self._overwritten += [one for one in entries if one.line_item not in noted]
            entries = self._overwritten
        self._keeps_undo = True
        selection = self._options.selection
        columns = {key.value: column for key, column in selection.columns.items()}
        snapshot = Snapshot(sheet, entries, selection.table, columns, selection.region)
        tools = self._tools
        tools.store.keep_undo(self._run.number, self._workbook_key, snapshot, at=tools.now())

    def _save(self, workbook: Workbook) -> bool:
        doing = "Writing into" if workbook.is_shared else "Saving"
        self._tools.progress.say(f"{doing} {self.report.path.name}")
        committed = workbook.commit(output=self._options.output, backup=self._options.backup)
        self.report.output, self.report.backup = committed.output, committed.backup
        return committed.disturbed

    def finish(self) -> None:
        """Let go of the workbook and record how the run ended; once is enough."""
        tools, report, run = self._tools, self.report, self._run
        self.close()
        report.seconds = report.seconds or max(0.0, tools.now() - self._began)
        self._run = None
        if run is None:
            return
        run.counts = report.counts
        run.cancelled = tools.cancel.is_set()
        run.error = report.error.code if report.error else ""
        try:
            if self._keeps_undo and report.output is None and not self._is_shared:
                # Nothing was written after all; an open workbook may be filled in part.
                tools.store.drop_undo(run.number)
            run.end()
        except XlsxAddinError as error:
            report.error = report.error or error

    def break_off(self) -> None:
        """Record that the user wants it to end at once; what it overwrote may be in the file."""
        run, self._run = self._run, None
        if run is not None:
            run.counts, run.cancelled = self.report.counts, True
            with suppress(StoreError):
                run.end()

    def close(self) -> None:
        """Let go of the workbook."""
        self._stack.close()

    def _resumed_since(self, key: str) -> float | None:
        """Tell since when answers count as known, because a run of the sheet did not end."""
        policy = self._options.policy
        since = self._tools.store.unfinished_since(
            key, policy.name if policy.asks_settled else None
        )
        return None if since is None else max(since, self._began - RESUME_WITHIN_S)


def _selected(target: Target, selection: Selection) -> Target:
    """Leave out the rows that the user did not select."""
    if selection.only is None:
        return target
    rows = target.rows.only(selection.only)
    if not rows.row_count:
        raise SheetError(
            f"The selection on sheet {target.sheet!r} holds no line items.",
            next_step="Select rows with IDs, then refresh the selection again.",
            code="nothing-selected",
        )
    return replace(target, rows=rows)


def in_use(sheet: str, path: Path) -> SheetError:
    """Say that people did not stop moving rows of a sheet while it was written.

    Args:
        sheet: its name.
        path: of the workbook.
    """
    return SheetError(
        f"Sheet {sheet!r} of {path.name} was changed again and again while it was written.",
        next_step="Try again once nobody works in it: nothing that was answered is lost.",
        code="sheet-in-use",
    )
