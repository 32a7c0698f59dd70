"""Reading: which sheet is meant, where its columns are, what its rows hold."""

import difflib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from xlsx_addin.core.cells import CellValue, is_blank
from xlsx_addin.core.columns import detect_on_sheet
from xlsx_addin.core.data_rows import is_repeated_header, last_data_row
from xlsx_addin.core.headers import KeyField
from xlsx_addin.core.layout import Ambiguous, Finding, Layout, NotFound
from xlsx_addin.core.line_items import LineItem, read_line_item
from xlsx_addin.core.outcomes import ResultField
from xlsx_addin.core.placement import Placement, Surroundings, place, results_block
from xlsx_addin.core.results import RowKey, SheetRows
from xlsx_addin.core.shapes import has_shape
from xlsx_addin.errors import SheetError
from xlsx_addin.jobs.details import DETAILS_HEADER, DETAILS_SHEET
from xlsx_addin.workbooks.contract import SheetFacts, SheetInfo, Workbook


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows of a workbook the user means.

    Args:
        sheet: its name, None to look for it.
        table: name of the table, None to look for it.
        rows: first and last data row; the header is the row above the first.
        columns: the ID columns by letters or headers; those left out are detected.
    """

    sheet: str | None = None
    table: str | None = None
    rows: tuple[int, int] | None = None
    columns: Mapping[KeyField, str] = field(default_factory=dict)

    @property
    def header_row(self) -> int | None:
        """The header row that follows from the rows, 0 for none, None to look for it."""
        return None if self.rows is None else self.rows[0] - 1


@dataclass(frozen=True, slots=True)
class Target:
    """A sheet that is refreshed.

    Args:
        sheet: its name.
        layout: where its columns are.
        rows: its rows as read.
        placement: where its results go.
        headers: the texts of its header row, in lower case.
    """

    sheet: str
    layout: Layout
    rows: SheetRows
    placement: Placement
    headers: Collection[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sheet with what was found on it."""

    info: SheetInfo
    facts: SheetFacts
    finding: Finding


def read_target(
    workbook: Workbook, selection: Selection, fields: Collection[ResultField]
) -> Target:
    """Choose the sheet of a workbook, find its columns and read its rows.

    Args:
        workbook: the open workbook.
        selection: what the user named.
        fields: the result fields that are written.

    Raises:
        SheetError: no sheet fits, several do, or there is no room for results.
    """
    candidate = _choose(workbook, selection)
    layout = _layout_of(candidate, workbook)
    return _Reader(workbook, candidate, layout, selection).read(fields)


def _choose(workbook: Workbook, selection: Selection) -> _Candidate:
    sheets = workbook.sheets()
    if selection.sheet is not None:
        return _examine(workbook, _named(sheets, selection.sheet, workbook), selection)
    candidates = [
        _examine(workbook, info, selection)
        for info in sheets
        if info.visible and not _is_details(workbook, info)
    ]
    fitting = [one for one in candidates if isinstance(one.finding, Layout)]
    active = [one for one in fitting if one.info.active]
    if len(fitting) == 1 or active:
        return (active or fitting)[0]
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


def _is_details(workbook: Workbook, info: SheetInfo) -> bool:
    """Say whether a sheet is the list of documents that `--details` made."""
    if not info.name.startswith(DETAILS_SHEET):
        return False
    head = workbook.head(info.name, first_row=1, rows=1)
    return bool(head) and tuple(head[0][: len(DETAILS_HEADER)]) == DETAILS_HEADER


def _named(sheets: Sequence[SheetInfo], name: str, workbook: Workbook) -> SheetInfo:
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


def _examine(workbook: Workbook, info: SheetInfo, selection: Selection) -> _Candidate:
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
    finding = detect(header_row=selection.header_row)
    if selection.header_row and _is_data(workbook, info, finding, selection.header_row):
        # Rows from the middle of the data: its own header is further up.
        finding = detect(header_row=None)
        if isinstance(finding, Layout):
            finding = replace(finding, first_data_row=selection.header_row + 1)
    return _Candidate(info, facts, finding)


def _is_data(workbook: Workbook, info: SheetInfo, finding: Finding, row: int) -> bool:
    """Say whether a row that should be the header holds the IDs of a line item."""
    head = workbook.head(info.name, first_row=row, rows=1)
    if not head or (isinstance(finding, Layout) and finding.header_row != row):
        return False
    if isinstance(finding, Layout):
        cells = [head[0][finding.keys[key] - 1] for key in KeyField]
        return isinstance(read_line_item(*cells), LineItem) and not is_repeated_header(*cells)
    return any(has_shape(KeyField.ORDER, cell) for cell in head[0])


def _promise(candidate: _Candidate) -> tuple[bool, int, bool]:
    """Rank the sheets that do not fit by how much their error can help."""
    finding = candidate.finding
    found = len(finding.found) if isinstance(finding, NotFound) else 0
    report = isinstance(finding, NotFound) and finding.report is not None
    return isinstance(finding, Ambiguous), found + report, candidate.info.active


def _layout_of(candidate: _Candidate, workbook: Workbook) -> Layout:
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


class _Reader:
    """Reads the rows of a sheet whose columns are known, and finds room for results."""

    def __init__(
        self, workbook: Workbook, candidate: _Candidate, layout: Layout, selection: Selection
    ) -> None:
        self._workbook = workbook
        self._sheet = candidate.info.name
        self._facts = candidate.facts
        self._layout = layout
        self._rows = selection.rows
        self._table = next((one for one in self._facts.tables if one.name == layout.table), None)
        self._first = layout.first_data_row
        self._top = layout.header_row or self._first
        self._last_possible = self._last_used_row()
        table_end = self._table.area.last_row if self._table else 0
        self._bottom = max(self._last_possible, table_end)
        self._cells: dict[int, list[CellValue]] = {}
        self._blank: list[CellValue] = [None] * max(0, self._bottom - self._top + 1)

    def read(self, fields: Collection[ResultField]) -> Target:
        """Read the rows and find a column for every field.

        Args:
            fields: the result fields that are written.
        """
        layout = self._layout
        adjacent = max(layout.keys.values()) + 1
        self._load(
            [
                *layout.keys.values(),
                *layout.results.values(),
                *range(adjacent, adjacent + len(ResultField)),
            ]
        )
        keys = self._keys(self._last_data_row())
        last = self._first + len(keys) - 1
        existing = layout.results or self._results_without_header(last)
        # Status columns that are there must not go stale when they are not wanted.
        wanted = {one for one in ResultField if one in fields or one in existing}
        if layout.header_row is None and ResultField.STATUS not in wanted:
            raise SheetError(
                f"Without a header row and status columns, the results on sheet {self._sheet!r}"
                " could not be found again.",
                next_step="Leave out --no-status, or give the data a header row.",
                code="no-way-back",
            )
        placement = self._place(wanted, existing, last)
        results = {one: self._data(column)[: len(keys)] for one, column in existing.items()}
        merged = {one: self._merged_rows(column) for one, column in existing.items()}
        rows = SheetRows(
            self._first, keys, results, {one: found for one, found in merged.items() if found}
        )
        headers = self._headers() if placement.created else frozenset()
        return Target(self._sheet, layout, rows, placement, headers)

    def _headers(self) -> frozenset[str]:
        if self._layout.header_row is None:
            return frozenset()
        head = self._workbook.head(self._sheet, first_row=self._layout.header_row, rows=1)
        return frozenset(cell.lower() for row in head for cell in row if isinstance(cell, str))

    def _results_without_header(self, last: int) -> dict[ResultField, int]:
        """Find the block of results of an earlier run in data without a header row."""
        if self._layout.header_row is not None or self._facts.used is None:
            return {}
        right = max(self._layout.keys.values())
        return results_block(
            {
                column: self._data(column)[: last - self._first + 1]
                for column in range(right + 1, self._facts.used.last_column + 1)
            }
        )

    def _last_used_row(self) -> int:
        """Tell which row is the last that can hold data."""
        last = self._facts.used.last_row if self._facts.used else self._first - 1
        table = self._table
        if table is not None and table.totals_rows:
            last = table.area.last_row - table.totals_rows
        elif table is not None:
            # What a program appends below a table belongs to it, though the table did not grow.
            below = [
                other.area.first_row - 1
                for other in self._facts.tables
                if other.area.first_row > table.area.last_row
            ]
            last = max(table.area.last_row, min([last, *below]))
        return last if self._rows is None else min(last, self._rows[1])

    def _load(self, columns: Iterable[int]) -> None:
        """Read columns from the header row to the last row; those known already are kept."""
        wanted = sorted({column for column in columns if column not in self._cells})
        used = self._facts.used
        inside = [column for column in wanted if used and column <= used.last_column]
        if inside and self._bottom >= self._top:
            self._cells |= self._workbook.columns(
                self._sheet, inside, first_row=self._top, last_row=self._bottom
            )
        outside = [column for column in wanted if column not in self._cells]
        self._cells |= dict.fromkeys(outside, self._blank)

    def _data(self, column: int) -> list[CellValue]:
        self._load([column])
        return self._cells[column][self._first - self._top : self._last_possible - self._top + 1]

    def _ids(self) -> list[list[CellValue]]:
        return [self._data(self._layout.keys[key]) for key in KeyField]

    def _last_data_row(self) -> int:
        if self._rows is not None:
            return self._last_possible
        ids = self._ids()
        last = last_data_row(*ids, first_row=self._first)
        left = self._layout.region[0]
        if last < self._first or left in self._layout.keys.values():
            return last
        at = last - self._first
        if isinstance(read_line_item(*(cells[at] for cells in ids)), LineItem):
            return last
        # Perhaps a totals row that only the left-most column calls so.
        return last_data_row(*ids, first_row=self._first, text=self._data(left))

    def _keys(self, last: int) -> list[RowKey]:
        rows = zip(*(cells[: last - self._first + 1] for cells in self._ids()), strict=True)
        keys = [None if is_repeated_header(*cells) else read_line_item(*cells) for cells in rows]
        if self._table is None:
            return keys
        inside = self._table.area.last_row - self._first + 1
        # Below a table only rows without a gap are taken for more of it.
        gap = next((at for at in range(inside, len(keys)) if keys[at] is None), len(keys))
        return keys[:gap]

    def _merged_rows(self, column: int) -> Collection[int]:
        areas = [
            area for area in self._facts.merges if area.first_column <= column <= area.last_column
        ]
        return {row for area in areas for row in range(area.first_row, area.last_row + 1)}

    def _place(
        self, fields: Collection[ResultField], existing: Mapping[ResultField, int], last: int
    ) -> Placement:
        layout, table = self._layout, self._table
        bottom = max(self._top, last, table.area.last_row if table else 0)
        surroundings = Surroundings(
            rows=(self._top, bottom),
            key_columns=tuple(layout.keys.values()),
            last_column=layout.region[1],
            table=table.area if table and table.header_rows else None,
            obstacles=(*self._facts.merges, *(one.area for one in self._facts.tables)),
            is_filled=partial(self._is_filled, bottom),
        )
        placement = place(fields, existing, surroundings)
        if placement is None:
            raise SheetError(
                f"Sheet {self._sheet!r} of {self._workbook.path.name} has no room for the result"
                " columns.",
                next_step="Free some columns right of the data, then refresh again.",
                code="no-room",
            )
        return placement

    def _is_filled(self, bottom: int, column: int) -> bool:
        self._load([column])
        cells = self._cells[column]
        if cells is self._blank:
            return False
        return not all(is_blank(cell) for cell in cells[: bottom - self._top + 1])
