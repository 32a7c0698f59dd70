"""Choosing: which sheet is meant, and where its columns are."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from xlsx_addin.core.columns import detect_on_sheet
from xlsx_addin.core.data_rows import is_repeated_header
from xlsx_addin.core.headers import KeyField
from xlsx_addin.core.layout import Ambiguous, Finding, Layout, NotFound, Region
from xlsx_addin.core.line_items import LineItem, read_line_item
from xlsx_addin.core.shapes import has_shape
from xlsx_addin.errors import SheetError
from xlsx_addin.jobs.details import DETAILS_HEADER, DETAILS_SHEET
from xlsx_addin.jobs.run_log import RUN_LOG_HEADER, RUN_LOG_SHEET
from xlsx_addin.workbooks.contract import SheetFacts, SheetInfo, TableInfo, Workbook


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows of a workbook the user means.

    Args:
        sheet: its name, None to look for it.
        table: name of the table, None to look for it.
        rows: first and last data row; the header is the row above the first.
        columns: the ID columns by letters or headers; those left out are detected.
        only: first and last row numbers of the rows that are meant, None for all; unlike
            `rows` they say nothing of the header.
        region: cells that are looked at first.
    """

    sheet: str | None = None
    table: str | None = None
    rows: tuple[int, int] | None = None
    columns: Mapping[KeyField, str] = field(default_factory=dict)
    only: Sequence[tuple[int, int]] | None = None
    region: Region | None = None

    @property
    def header_row(self) -> int | None:
        """The header row that follows from the rows, 0 for none, None to look for it."""
        return None if self.rows is None else self.rows[0] - 1


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sheet with what was found on it."""

    info: SheetInfo
    facts: SheetFacts
    finding: Finding


def choose(workbook: Workbook, selection: Selection) -> Candidate:
    """Choose the sheet of a workbook.

    Args:
        workbook: the open workbook.
        selection: what the user named.

    Raises:
        SheetError: there is no such sheet, or several fit.
    """
    sheets = workbook.sheets()
    if selection.sheet is not None:
        return _examine(workbook, named_sheet(sheets, selection.sheet, workbook), selection)
    candidates = []
    for info in sorted(sheets, key=lambda info: not info.active):
        if info.visible and not is_own_sheet(workbook, info):
            candidates.append(_examine(workbook, info, selection))
            if info.active and isinstance(candidates[-1].finding, Layout):
                return candidates[-1]
    fitting = [one for one in candidates if isinstance(one.finding, Layout)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        names = ", ".join(repr(one.info.name) for one in fitting)
        raise SheetError(
            f"Several sheets of {workbook.path.name} have the three ID columns: {names}.",
            next_step="Name one of them with --sheet NAME.",
            code="several-sheets",
        )
    _check_hidden(workbook, [info for info in sheets if not info.visible], selection)
    if not candidates:
        raise SheetError(
            f"{workbook.path.name} has no visible worksheet.",
            next_step="Name the hidden sheet with --sheet NAME, or show it in Excel.",
            code="no-sheet",
        )
    return max(candidates, key=_promise)


def _check_hidden(workbook: Workbook, hidden: Sequence[SheetInfo], selection: Selection) -> None:
    """Point to a hidden sheet that has what no visible one has."""
    for info in hidden:
        if isinstance(_examine(workbook, info, selection).finding, Layout):
            raise SheetError(
                f"Only the hidden sheet {info.name!r} of {workbook.path.name} has the three ID"
                " columns.",
                next_step=f"Refresh it with --sheet {info.name}, or show it in Excel.",
                code="hidden-sheet",
            )


_OURS: Final = {DETAILS_SHEET: DETAILS_HEADER, RUN_LOG_SHEET: RUN_LOG_HEADER}
"""The headers of the sheets that we add, by how their names begin."""


def is_own_sheet(workbook: Workbook, info: SheetInfo) -> bool:
    """Say whether a sheet is a list of our own making, which nobody fills in.

    Args:
        workbook: the open workbook.
        info: the sheet.
    """
    header = next((one for name, one in _OURS.items() if info.name.startswith(name)), None)
    if header is None:
        return False
    head = workbook.head(info.name, first_row=1, rows=1)
    return bool(head) and tuple(head[0][: len(header)]) == header


def named_sheet(sheets: Sequence[SheetInfo], name: str, workbook: Workbook) -> SheetInfo:
    """Find the sheet that the user named, in any case.

    Args:
        sheets: of the workbook.
        name: as the user wrote it.
        workbook: the open workbook.

    Raises:
        SheetError: there is no such sheet.
    """
    for info in sheets:
        # Excel takes sheet names that differ only in case for equal.
        if info.name.casefold() == name.casefold():
            return info
    names = [info.name for info in sheets]
    close = difflib.get_close_matches(name, names, n=1)
    hint = f"Did you mean {close[0]!r}?" if close else f"Its sheets are: {', '.join(names)}."
    raise SheetError(
        f"{workbook.path.name} has no sheet {name!r}.", next_step=hint, code="no-such-sheet"
    )


def _examine(workbook: Workbook, info: SheetInfo, selection: Selection) -> Candidate:
    facts = workbook.facts(info.name)
    detect = partial(
        detect_on_sheet,
        partial(workbook.head, info.name),
        tables=facts.tables,
        first_row=facts.used.first_row if facts.used else 1,
        merges=facts.merges,
        given=selection.columns,
        table=selection.table,
    )
    finding = _in_region(workbook, info, facts, selection) or detect(
        header_row=selection.header_row
    )
    if selection.header_row and _is_data(workbook, info, finding, selection.header_row):
        # Rows from the middle of the data: its own header is further up.
        finding = detect(header_row=None)
        if isinstance(finding, Layout):
            finding = replace(finding, first_data_row=selection.header_row + 1)
    return Candidate(info, facts, finding)


def _in_region(
    workbook: Workbook, info: SheetInfo, facts: SheetFacts, selection: Selection
) -> Layout | None:
    """Find the columns in the region that is looked at first, None if it has none."""
    region = selection.region
    if region is None or selection.table or selection.rows:
        return None
    if region.sheet.casefold() != info.name.casefold():
        return None
    table = _table_in(region, facts)
    finding = detect_on_sheet(
        partial(workbook.head, info.name),
        tables=[table] if table else (),
        first_row=region.area.first_row,
        merges=facts.merges,
        given=selection.columns,
        table=table.name if table else None,
    )
    if isinstance(finding, Layout) and (table is not None or _is_inside(finding, region)):
        return finding
    return None


def _table_in(region: Region, facts: SheetFacts) -> TableInfo | None:
    """Choose a table of a region: the one in which something is selected, else the first."""
    for part in (region.selected, region.area):
        for table in facts.tables:
            if table.area.meets(part):
                return table
    return None


def _is_inside(layout: Layout, region: Region) -> bool:
    area = region.area
    return all(area.first_column <= column <= area.last_column for column in layout.keys.values())


def _is_data(workbook: Workbook, info: SheetInfo, finding: Finding, row: int) -> bool:
    """Say whether a row that should be the header holds the IDs of a line item."""
    head = workbook.head(info.name, first_row=row, rows=1)
    if not head or (isinstance(finding, Layout) and finding.header_row != row):
        return False
    if isinstance(finding, Layout):
        cells = [head[0][finding.keys[key] - 1] for key in KeyField]
        return isinstance(read_line_item(*cells), LineItem) and not is_repeated_header(*cells)
    return any(has_shape(KeyField.ORDER, cell) for cell in head[0])


def _promise(candidate: Candidate) -> tuple[bool, int, bool]:
    """Rank the sheets that do not fit by how much their error can help."""
    finding = candidate.finding
    found = len(finding.found) if isinstance(finding, NotFound) else 0
    report = isinstance(finding, NotFound) and finding.report is not None
    return isinstance(finding, Ambiguous), found + report, candidate.info.active


def layout_of(candidate: Candidate, workbook: Workbook) -> Layout:
    """Give the layout of a chosen sheet.

    Args:
        candidate: the sheet.
        workbook: the open workbook.

    Raises:
        SheetError: its columns were not found, or several fit.
    """
    finding = candidate.finding
    if isinstance(finding, Layout):
        return finding
    where = f"Sheet {candidate.info.name!r} of {workbook.path.name}"
    if isinstance(finding, NotFound) and finding.table is not None:
        _check_table(finding.table, workbook)
    if candidate.facts.used is None:
        raise SheetError(
            f"{where} is empty.",
            next_step="Paste order, line item and shipment IDs under headers, save and refresh.",
            code="empty-sheet",
        )
    raise SheetError(
        f"{where}: {finding.message}",
        next_step=finding.next_step,
        code="columns-ambiguous" if isinstance(finding, Ambiguous) else "columns-not-found",
    )


def _check_table(name: str, workbook: Workbook) -> None:
    """Say which tables there are if none has this name."""
    tables = [
        table.name for info in workbook.sheets() for table in workbook.facts(info.name).tables
    ]
    if name.casefold() not in (table.casefold() for table in tables):
        raise SheetError(
            f"{workbook.path.name} has no table {name!r}.",
            next_step=f"Its tables are: {', '.join(tables)}." if tables else "It has no table.",
            code="no-such-table",
        )
