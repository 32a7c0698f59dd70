"""The refresh that follows another job, for the IDs that this one brought."""

from pathlib import Path
from typing import Protocol

from xlsx_addin.core.plan import JUST_ASKED_S, Policy
from xlsx_addin.jobs.choosing import Selection
from xlsx_addin.jobs.options import RefreshOptions
from xlsx_addin.jobs.refresh import refresh
from xlsx_addin.jobs.sweep_reports import SweepReport
from xlsx_addin.jobs.tools import JobTools, WorkbookTools


class Choices(Protocol):
    """What a user chose for both."""

    @property
    def dry_run(self) -> bool:
        """No request, nothing written."""
        ...

    @property
    def backup(self) -> bool:
        """Keep a copy of the old content."""
        ...

    @property
    def force(self) -> bool:
        """Change a digitally signed workbook although that voids its signature."""
        ...


def refresh_afterwards(
    path: Path, report: SweepReport, chosen: Choices, tools: JobTools, workbooks: WorkbookTools
) -> None:
    """Refresh the sheet that a job worked on, unless it was stopped or came to nothing.

    Line items that were answered just now are not asked about again, new columns get their
    widths, and the old content is kept once.

    Args:
        path: the workbook that the job wrote.
        report: of the job; what the refresh did is put into it.
        chosen: what the user chose.
        tools: what it works with.
        workbooks: what it handles workbooks with.
    """
    if report.interrupted or report.error or not report.sheet:
        return
    options = RefreshOptions(
        selection=Selection(sheet=report.sheet, table=report.table or None),
        policy=Policy(fresh_s=JUST_ASKED_S),
        dry_run=chosen.dry_run,
        backup=chosen.backup and report.backup is None,
        fit=True,
        force=chosen.force,
    )
    report.refresh = refresh([path], options, tools, workbooks)
    report.interrupted = report.refresh.interrupted
