"""The refresh: workbooks in, invoices beside their line items, workbooks out.

The same for the button and for saved files. It walks once from left to right: read, plan,
ask, write. The distinct line items of all workbooks are asked about once; a workbook that
cannot be read or written does not hold up the others.
"""

import logging
import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from xlsx_addin.core.bulk import collector_paused
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import Failure, ResultField
from xlsx_addin.core.ownership import VALUE_FIELDS
from xlsx_addin.core.plan import DAY_S, Policy, line_items_to_ask
from xlsx_addin.core.results import find_changes
from xlsx_addin.errors import SheetError, XlsxAddinError, unexpected
from xlsx_addin.jobs.asking import Asked, ask_and_keep
from xlsx_addin.jobs.choosing import Selection
from xlsx_addin.jobs.details import DETAILS_SHEET, detail_rows
from xlsx_addin.jobs.edits import sheet_edit
from xlsx_addin.jobs.outcomes import Outcomes, in_portions
from xlsx_addin.jobs.report import RefreshReport, WorkbookReport
from xlsx_addin.jobs.targets import Target, read_target
from xlsx_addin.jobs.tools import JobTools
from xlsx_addin.workbooks.contract import SheetEdit, Workbook

_log = logging.getLogger(__name__)

RESUME_WITHIN_S: Final = DAY_S
"""How long the answers of an unfinished run of a workbook count as known."""


@dataclass(frozen=True, slots=True)
class RefreshOptions:
    """What a user can choose for a refresh.

    Args:
        selection: which sheet, table, columns and rows.
        policy: which known answers are good enough.
        output: where the result goes instead of the workbook itself.
        dry_run: no request, nothing written.
        backup: keep a copy of the old content.
        status_columns: write status and message beside the values.
        details: list every document on a sheet of its own.
        fit: give new columns a width in which their values can be read.
        force: refresh a digitally signed workbook although that voids its signature.
    """

    selection: Selection = field(default_factory=Selection)
    policy: Policy = field(default_factory=Policy)
    output: Path | None = None
    dry_run: bool = False
    backup: bool = True
    status_columns: bool = True
    details: bool = False
    fit: bool = False
    force: bool = False

    @property
    def fields(self) -> Collection[ResultField]:
        """The result fields that are written."""
        return tuple(ResultField) if self.status_columns else VALUE_FIELDS


@dataclass(frozen=True, slots=True)
class WorkbookTools:
    """What a refresh handles workbooks with.

    Args:
        open: opens a workbook for reading and editing.
        check: makes sure, before anybody is asked, that the result of a workbook can be saved
            in its place or, if one is named, as another file.
        lock: keeps other refreshes off a workbook while it is held.
    """

    open: Callable[[Path], Workbook]
    check: Callable[[Path, Path | None], None]
    lock: Callable[[Path], AbstractContextManager[object]]


def refresh(
    paths: Iterable[Path], options: RefreshOptions, tools: JobTools, workbooks: WorkbookTools
) -> RefreshReport:
    """Fill in the invoices of workbooks.

    Args:
        paths: the workbooks, each once.
        options: what the user chose.
        tools: what it works with.
        workbooks: what it handles workbooks with.

    Returns:
        What happened to each workbook. Errors are in there, not raised: what stands in the
        way of one workbook does not hold up the others.
    """
    began = tools.now()
    books = [_Book(path, options, tools) for path in paths]
    try:
        for book in books:
            with book.guarded():
                book.read(workbooks)
        report = RefreshReport([book.report for book in books])
        failures = _ask(books, options, tools, report)
        for book in books:
            with book.guarded():
                book.write(failures)
            book.finish()
    finally:
        for book in books:
            book.close()
    report.seconds = max(0.0, tools.now() - began)
    report.interrupted = tools.cancel.is_set()
    return report


def _ask(
    books: Sequence["_Book"], options: RefreshOptions, tools: JobTools, report: RefreshReport
) -> Mapping[LineItem, Failure]:
    """Ask about the line items of all books and share the count of requests out."""
    asking = [book for book in books if book.asked and book.report.error is None]
    if options.dry_run:
        return {}
    asked = Asked()
    line_items = list(dict.fromkeys(line for book in asking for line in book.asked))
    try:
        ask_and_keep(asked, line_items, tools)
    except XlsxAddinError as error:
        _log.warning("asking ended: %s: %s", error.code, error)
        for book in asking:
            book.report.error = error
    report.requests, report.retries = asked.requests, asked.retries
    report.throttled, report.answered = asked.throttled, asked.answered
    for book in asking:
        book.report.requests = asked.requests if len(asking) == 1 else None
    return asked.failures


class _Read(NamedTuple):
    """A workbook that was read, and what is known of the line items nobody is asked about."""

    workbook: Workbook
    target: Target
    outcomes: Outcomes


class _Book:
    """One workbook on its way through a refresh."""

    def __init__(self, path: Path, options: RefreshOptions, tools: JobTools) -> None:
        self.report = WorkbookReport(path)
        self.asked: list[LineItem] = []
        self._options = options
        self._tools = tools
        self._began = tools.now()
        self._stack = ExitStack()
        self._read: _Read | None = None
        self._run: int | None = None

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Keep what stands in the way of this workbook for its report; the others go on."""
        try:
            with collector_paused():
                yield
        except XlsxAddinError as error:
            self._fail(error)
        except Exception as error:  # noqa: BLE001  # the other workbooks have a right to go on
            _log.exception("unexpected, %s", self.report.path)
            self._fail(unexpected(error))

    def _fail(self, error: XlsxAddinError) -> None:
        _log.warning("%s: %s: %s", self.report.path, error.code, error)
        self.report.error = self.report.error or error
        self.report.changed = 0

    def read(self, workbooks: WorkbookTools) -> None:
        """Read the rows and find out which line items have to be asked about.

        Args:
            workbooks: what it handles workbooks with.
        """
        path, tools, report = self.report.path, self._tools, self.report
        self._stack.enter_context(workbooks.lock(path))
        workbook = self._stack.enter_context(workbooks.open(path))
        if not self._options.dry_run:
            workbooks.check(path, self._options.output)
        target = read_target(workbook, self._options.selection, self._options.fields)
        line_items = target.rows.line_items()
        # File names may hold any bytes; a key is text.
        name = os.fsencode(path.resolve()).decode("utf-8", "backslashreplace")
        key = f"{name}\n{target.sheet}"
        outcomes = Outcomes(tools.zone)
        self._read = _Read(workbook, target, outcomes)
        self.asked = self._plan(line_items, outcomes, self._resumed_since(key))
        report.sheet, report.rows = target.sheet, target.rows.row_count
        report.line_items, report.known = len(line_items), len(line_items) - len(self.asked)
        if self._options.dry_run:
            report.would_ask = len(self.asked)
        else:
            policy = self._options.policy.name
            self._run = tools.store.start_run(
                key, str(path), target.sheet, at=self._began, policy=policy
            )

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
        tools, (workbook, target, outcomes) = self._tools, self._read
        for portion, known in in_portions(self.asked, tools):
            outcomes.take(known, {one: failures[one] for one in portion if one in failures})
        # A dry run asks nobody: it shows what the known answers would change.
        rows = target.rows.of(outcomes) if self._options.dry_run else target.rows
        changes = find_changes(
            rows, outcomes.__getitem__, tuple(target.placement.columns), tools.store
        )
        edit = sheet_edit(target, changes, fit=self._options.fit)
        self.report.statuses, self.report.kept = changes.statuses, changes.kept
        self.report.changed = edit.changed_cells
        causes = Counter(failures[line].cause for line in self.asked if line in failures)
        self.report.cause = causes.most_common(1)[0][0] if causes else ""
        if self._options.dry_run:
            return
        self._check_locks(workbook, edit)
        details = None
        if self._options.details:
            in_order = rows.line_items()
            known = tools.store.known(tools.account, in_order)
            details = detail_rows({one: known[one] for one in in_order if one in known}, tools.zone)
            del known
        # What was read and known is let go before more memory is needed.
        del rows, target
        outcomes.clear()
        self._read = None
        if changes.written:
            # Before the file: a crash in between then hides nothing of ours.
            tools.store.record_written(changes.written)
        del changes
        if edit.changed_cells:
            workbook.apply(edit)
        if details is not None:
            workbook.put_sheet(DETAILS_SHEET, details)
        self._save(workbook)

    def _check_locks(self, workbook: Workbook, edit: SheetEdit) -> None:
        locked = workbook.locked_cell(edit)
        if locked is not None:
            raise SheetError(
                f"Sheet {edit.sheet!r} of {self.report.path.name} is protected and its cell"
                f" {locked} is locked.",
                next_step="Unprotect the sheet in Excel (Review > Unprotect Sheet) or unlock the"
                " result columns, then refresh again: the answers are kept.",
                code="sheet-protected",
            )

    def _save(self, workbook: Workbook) -> None:
        self._tools.progress.say(f"Saving {self.report.path.name}")
        committed = workbook.commit(output=self._options.output, backup=self._options.backup)
        self.report.output, self.report.backup = committed.output, committed.backup

    def finish(self) -> None:
        """Record how the run ended."""
        tools, report, run = self._tools, self.report, self._run
        self.close()
        report.seconds = max(0.0, tools.now() - self._began)
        if run is None:
            return
        counts = {
            "rows": report.rows,
            "line_items": report.line_items,
            "known": report.known,
            "changed": report.changed,
            **{status.value: count for status, count in report.statuses.items()},
        }
        cancelled = tools.cancel.is_set() or report.error is not None
        try:
            tools.store.end_run(run, at=tools.now(), counts=counts, cancelled=cancelled)
        except XlsxAddinError as error:
            report.error = report.error or error

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
