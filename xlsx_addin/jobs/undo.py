"""The undo: what the last refresh of a workbook overwrote is put back, unless it was edited."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from xlsx_addin.core.headers import KeyField
from xlsx_addin.core.outcomes import ResultField
from xlsx_addin.core.snapshots import Snapshot, Undone, put_back
from xlsx_addin.errors import InputError
from xlsx_addin.jobs.book import MOST_ROUNDS, in_use
from xlsx_addin.jobs.choosing import Selection
from xlsx_addin.jobs.edits import check_locks, sheet_edit
from xlsx_addin.jobs.recording import recorded
from xlsx_addin.jobs.targets import read_target
from xlsx_addin.jobs.tools import JobTools, WorkbookTools
from xlsx_addin.store.contract import Store, UndoRecord
from xlsx_addin.workbooks.contract import Workbook

UNDO: Final = "undo"
"""The kind of its runs."""


@dataclass(slots=True)
class UndoReport:
    """What an undo did.

    Args:
        path: the workbook.
        sheet: the sheet.
        changed: cells that were put back.
        edited: rows with a cell that was edited since and stays as it is.
        lost: rows that are gone, or cannot be told apart any more.
        output: where the result is, None if nothing was written.
        backup: where the copy of the old content is.
    """

    path: Path
    sheet: str
    changed: int = 0
    edited: int = 0
    lost: int = 0
    output: Path | None = None
    backup: Path | None = None

    def as_json(self) -> dict[str, Any]:
        """Give the object that `undo --json` prints."""
        return {
            "path": str(self.path),
            "sheet": self.sheet,
            "changed": self.changed,
            "edited": self.edited,
            "lost": self.lost,
            "output": str(self.output) if self.output else None,
            "backup": str(self.backup) if self.backup else None,
        }


def undo(
    path: Path, tools: JobTools, workbooks: WorkbookTools, *, backup: bool = True
) -> UndoReport:
    """Put back what the last refresh of a workbook overwrote.

    Args:
        path: the workbook.
        tools: what it works with.
        workbooks: what workbooks are handled with.
        backup: keep a copy of the old content.

    Raises:
        InputError: there is nothing to undo, or the workbook or its sheet cannot be used.
        LocalError: the workbook is busy or cannot be written.
        StoreError: the store cannot be read.
    """
    key = workbooks.key(path)
    with ExitStack() as stack:
        run = stack.enter_context(recorded(tools, UNDO, path, book=key))
        stack.enter_context(workbooks.lock(path))
        workbook = stack.enter_context(workbooks.open(path))
        record = _record(path, tools.store, key)
        run.place(key, record.snapshot.sheet)
        workbooks.check(path, None)
        report = UndoReport(path, record.snapshot.sheet)
        stack.enter_context(workbook.writing())
        tools.progress.say(f"Putting back what {path.name} held")
        _put_back(workbook, record.snapshot, tools.store, report, backup=backup)
        tools.store.drop_undo(record.run)
        run.counts |= {
            "undone_run": record.run,
            "changed": report.changed,
            "edited": report.edited,
            "lost": report.lost,
        }
    return report


def _record(path: Path, store: Store, key: str) -> UndoRecord:
    record = store.last_undo(key)
    if record is None:
        raise InputError(
            f"There is no refresh of {path.name} to undo.",
            next_step="Only the last refreshes made on this computer can be undone; what a closed"
            " workbook held before is also in its backup, beside it.",
            code="nothing-to-undo",
        )
    return record


def _put_back(
    workbook: Workbook, snapshot: Snapshot, store: Store, report: UndoReport, *, backup: bool
) -> None:
    columns = {KeyField(key): column for key, column in snapshot.columns.items()}
    selection = Selection(snapshot.sheet, snapshot.table, columns=columns, region=snapshot.region)
    for _ in range(MOST_ROUNDS):
        target = read_target(workbook, selection, tuple(ResultField))
        undone = put_back(snapshot, target.rows, store)
        edit = sheet_edit(target, undone.changes, new_columns=False)
        _count(undone, report, changed=edit.changed_cells)
        if not edit.changed_cells:
            return
        check_locks(workbook, edit)
        workbook.apply(edit)
        committed = workbook.commit(backup=backup)
        report.output, report.backup = committed.output, committed.backup
        if not committed.disturbed:
            return
    raise in_use(snapshot.sheet, report.path)


def _count(undone: Undone, report: UndoReport, *, changed: int) -> None:
    if not report.changed:
        report.edited, report.lost = undone.edited, undone.lost
    report.changed += changed
