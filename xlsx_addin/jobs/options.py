"""What a user can choose for a refresh."""

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from xlsx_addin.core.outcomes import ResultField
from xlsx_addin.core.ownership import VALUE_FIELDS
from xlsx_addin.core.plan import Policy
from xlsx_addin.jobs.choosing import Selection


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
        run_log: append the refresh to a sheet `Run Log`; of closed workbooks only.
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
    run_log: bool = False
    fit: bool = False
    force: bool = False

    @property
    def fields(self) -> Collection[ResultField]:
        """The result fields that are written."""
        return tuple(ResultField) if self.status_columns else VALUE_FIELDS
