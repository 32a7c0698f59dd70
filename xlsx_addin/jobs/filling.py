"""Filling in columns of a data range: compared, recorded, written and saved.

For every job that fills in columns row by row, other than the refresh with its own five. A
workbook that is open in Excel is read anew before it is written, as often as somebody moves its
rows meanwhile.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from xlsx_addin.core.fields import Field
from xlsx_addin.core.filling import FilledColumns, Fills, Meanwhile, RowCells, Wish, find_fills
from xlsx_addin.core.placement import Placement
from xlsx_addin.jobs.book import MOST_ROUNDS, in_use
from xlsx_addin.jobs.data_ranges import DataRange, Sought, find_data_range
from xlsx_addin.jobs.edits import check_locks
from xlsx_addin.jobs.tools import JobTools
from xlsx_addin.workbooks.contract import ColumnEdit, ColumnKind, SheetEdit


@dataclass(frozen=True, slots=True)
class Filling:
    """What a job fills in.

    Args:
        sought: the data; its fields include those that are filled in.
        columns: what is filled in.
        kinds: how the cells of these fields are formatted.
        beside: fields right of which new columns go, if there is room.
        wishes: tells for each row of the data what it should show, None for a row that stays
            as it is. It is called once for each time that the data is read.
    """

    sought: Sought
    columns: FilledColumns
    kinds: Mapping[Field, ColumnKind]
    beside: Collection[Field]
    wishes: Callable[[DataRange], Sequence[Wish | None]]


@dataclass(frozen=True, slots=True)
class Saving:
    """How what is filled in is saved.

    Args:
        output: where the result goes instead of the workbook itself.
        dry_run: nothing is written.
        backup: keep a copy of the old content.
    """

    output: Path | None = None
    dry_run: bool = False
    backup: bool = True


@dataclass(slots=True)
class FilledIn:
    """What filling in came to.

    Args:
        changed: cells that were written, or would be in a dry run.
        kept: rows with a cell that is not ours and differs from what it should hold.
        output: where the result is, None if nothing was saved.
        backup: where the copy of the old content is.
    """

    changed: int = 0
    kept: int = 0
    output: Path | None = None
    backup: Path | None = None


def fill_in(data: DataRange, filling: Filling, saving: Saving, tools: JobTools) -> FilledIn:
    """Fill in the columns of a data range and save the workbook.

    Args:
        data: as it was found; what it holds is read here.
        filling: what to fill in.
        saving: how to save it.
        tools: what the job works with.

    Returns:
        What came of it.

    Raises:
        SheetError: there is no room, a cell is locked, or people do not stop moving rows.
        WorkbookBusy: somebody else has the workbook open.
        LocalError: it cannot be saved.
        StoreError: what is written cannot be recorded; then nothing is.
    """
    workbook, done = data.workbook, FilledIn()
    if saving.dry_run or not workbook.is_shared:
        _fill_once(data, filling, saving, tools, done)
        return done
    table = data.table.name if data.table else None
    sought = replace(filling.sought, sheet=data.sheet, table=table)
    meanwhile = Meanwhile()
    with workbook.writing():
        for _ in range(MOST_ROUNDS):
            data = find_data_range(workbook, sought)
            if not _fill_once(data, filling, saving, tools, done, meanwhile):
                return done
    raise in_use(data.sheet, workbook.path)


def _fill_once(
    data: DataRange,
    filling: Filling,
    saving: Saving,
    tools: JobTools,
    done: FilledIn,
    meanwhile: Meanwhile | None = None,
) -> bool:
    """Compare and write; say whether somebody changed the sheet meanwhile."""
    workbook, fields = data.workbook, filling.columns.fields
    there = [one for one in fields if one in data.columns]
    rows = RowCells(data.first_row, data.read(there), {one: _merged(data, one) for one in there})
    wishes = filling.wishes(data)
    if meanwhile is not None:
        meanwhile.note(rows, wishes, filling.columns)
    fills = find_fills(rows, wishes, filling.columns, tools.store, meanwhile)
    edit = _edit(data, filling, fills)
    done.changed += edit.changed_cells
    done.kept = fills.kept
    if saving.dry_run:
        return False
    check_locks(workbook, edit)
    # Before the file: a crash in between then hides nothing of ours.
    tools.store.record_filled(fills.written)
    if meanwhile is not None:
        meanwhile.take(fills.written)
    if edit.changed_cells:
        workbook.apply(edit)
    doing = "Writing into" if workbook.is_shared else "Saving"
    tools.progress.say(f"{doing} {workbook.path.name}")
    committed = workbook.commit(output=saving.output, backup=saving.backup)
    done.output, done.backup = committed.output, committed.backup or done.backup
    return committed.disturbed


def _merged(data: DataRange, one: Field) -> Collection[int]:
    column = data.columns[one]
    areas = [area for area in data.facts.merges if column in area.columns()]
    return {row for area in areas for row in range(area.first_row, area.last_row + 1)}


def _edit(data: DataRange, filling: Filling, fills: Fills) -> SheetEdit:
    """Make the edit of a sheet; new columns come with their headers if anything is written."""
    if not any(fills.cells.values()):
        return SheetEdit(data.sheet)
    placement = data.place(filling.columns.fields, filling.beside)
    columns = [
        ColumnEdit(
            column,
            filling.kinds[one],
            fills.cells[one],
            _new_header(data, one, placement),
            one.width if one in placement.created else 0,
            fills.steady[one] if data.workbook.is_shared else (),
        )
        for one, column in placement.columns.items()
        if fills.cells[one] or one in placement.created
    ]
    table = data.table.name if data.table and placement.extends_table else None
    return SheetEdit(data.sheet, columns, data.header_row, table)


def _new_header(data: DataRange, one: Field, placement: Placement[Field]) -> str | None:
    if one not in placement.created:
        return None
    return data.new_header(one, in_table=placement.extends_table)
