"""The sheet `Run Log`: one row a refresh, so that the workbook itself tells what was done to it.

It is written in the same save as the invoices: a closed workbook is saved once. What somebody
adds to the sheet is not ours to rewrite; then the log goes on in a new sheet.
"""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from itertools import count
from typing import Final

from xlsx_addin.core.cells import CellValue, is_blank
from xlsx_addin.core.outcomes import Status
from xlsx_addin.jobs.recording import Recording
from xlsx_addin.jobs.report import WorkbookReport
from xlsx_addin.workbooks.contract import ResultValue, Workbook

RUN_LOG_SHEET: Final = "Run Log"

RUN_LOG_HEADER: Final = (
    *("Run", "Who", "Started", "Ended", "Sheet", "Rows", "Line items", "Known", "Requests"),
    *(status.value for status in Status),
    "Version",
)

Row = Sequence[ResultValue]


def add_to_run_log(workbook: Workbook, row: Row) -> None:
    """Append a row to the run log of a workbook, which gets one if it has none.

    Args:
        workbook: the workbook; it is committed by the caller.
        row: as `run_log_row` makes it.
    """
    names = {info.name.casefold(): info.name for info in workbook.sheets()}
    for number in count(1):
        name = RUN_LOG_SHEET if number == 1 else f"{RUN_LOG_SHEET} {number}"
        present = names.get(name.casefold())
        rows = [RUN_LOG_HEADER] if present is None else _rows_of(workbook, present)
        if rows is not None:
            workbook.put_sheet(present or name, [*rows, row])
            return


def run_log_row(run: Recording, report: WorkbookReport, ended_at: float, zone: tzinfo) -> Row:
    """Make the row of a refresh.

    Args:
        run: the refresh on record.
        report: what it came to.
        ended_at: when it ended, seconds since 1970.
        zone: in which the times are told.
    """
    counts = (report.rows, report.line_items, report.known, report.requests)
    return (
        str(run.number),
        run.caller.who or None,
        _moment(run.began, zone),
        _moment(ended_at, zone),
        report.sheet,
        *map(_number, counts),
        *(_number(report.statuses.get(status, 0)) for status in Status),
        run.caller.version,
    )


def _number(count: int | None) -> ResultValue:
    return "shared" if count is None else str(count)


def _moment(seconds: float, zone: tzinfo) -> str:
    return f"{datetime.fromtimestamp(seconds, zone):%Y-%m-%d %H:%M:%S %Z}"


def _rows_of(workbook: Workbook, sheet: str) -> list[Row] | None:
    """Read the rows of a run log, header included; None if anything but ours is on the sheet."""
    facts, width = workbook.facts(sheet), len(RUN_LOG_HEADER)
    used = facts.used
    if used is None or used.first_row != 1 or used.last_column > width or facts.merges:
        return None
    columns = workbook.columns(
        sheet, range(1, width + 1), first_row=1, last_row=used.last_row
    ).values()
    header, *rows = zip(*columns, strict=True)
    if header != RUN_LOG_HEADER or not all(_is_plain(cell) for row in rows for cell in row):
        return None
    return [header, *([_text(cell) for cell in row] for row in rows)]


def _is_plain(cell: CellValue) -> bool:
    return cell is None or (isinstance(cell, (str, int, float)) and not isinstance(cell, bool))


def _text(cell: CellValue) -> str | None:
    """Spell a cell as it was written; numbers are those that somebody typed over."""
    if is_blank(cell):
        return None
    return f"{cell:.15g}" if isinstance(cell, float) else str(cell)
