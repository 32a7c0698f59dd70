"""Reading: which sheet is meant, where its columns are, what its rows hold."""

import difflib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from xlsx_addin.core.cells import CellValue, is_blank
from xlsx_addin.core.columns import detect_on_sheet
from xlsx_addin.core.data_rows import is_repeated_header, last_data_row
from xlsx_addin.core.headers import KeyField
from xlsx_addin.core.layout import Ambiguous, Finding, Layout, NotFound
from xlsx_addin.core.line_items import read_line_item
from xlsx_addin.core.outcomes import ResultField
from xlsx_addin.core.placement import Placement, Surroundings, place
from xlsx_addin.core.results import RowKey, SheetRows
from xlsx_addin.errors import SheetError
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
    """

    sheet: str
    layout: Layout
    rows: SheetRows
    placement: Placement


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
    candidates = [_examine(workbook, info, selection) for info in sheets if info.visible]
    if not candidates:
        raise SheetError(
            f"{workbook.path.name} has no visible worksheet.",
            next_step="Name the hidden sheet with --sheet NAME, or show it in Excel.",
            code="no-sheet",
        )
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
    return max(candidates, key=_promise)


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
    finding = detect_on_sheet(
        partial(workbook.head, info.name),
        tables=facts.tables,
        first_row=facts.used.first_row if facts.used else 1,
        merges=facts.merges,
        given=selection.columns,
        header_row=selection.header_row,
        table=selection.table,
    )
    return _Candidate(info, facts, finding)


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
        self._bottom = self._table.area.last_row if self._table else self._last_possible
        self._cells: dict[int, list[CellValue]] = {}

    def read(self, fields: Collection[ResultField]) -> Target:
        """Read the rows and find a column for every field.

        Args:
            fields: the result fields that are written.
        """
        layout = self._layout
        adjacent = max(layout.keys.values()) + 1
        self._load(
            [
                layout.region[0],
                *layout.keys.values(),
                *layout.results.values(),
                *range(adjacent, adjacent + len(fields)),
            ]
        )
        last = self._last_data_row()
        keys = self._keys(last)
        placement = self._place(fields, last)
        results = {one: self._data(column)[: len(keys)] for one, column in layout.results.items()}
        merged = {one: self._merged_rows(column) for one, column in layout.results.items()}
        return Target(self._sheet, layout, SheetRows(self._first, keys, results, merged), placement)

    def _last_used_row(self) -> int:
        """Tell which row is the last that can hold data."""
        if self._table is not None:
            last = self._table.area.last_row - self._table.totals_rows
        else:
            last = self._facts.used.last_row if self._facts.used else self._first - 1
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
        blank: list[CellValue] = [None] * max(0, self._bottom - self._top + 1)
        self._cells |= {column: blank for column in wanted if column not in self._cells}

    def _data(self, column: int) -> list[CellValue]:
        self._load([column])
        return self._cells[column][self._first - self._top : self._last_possible - self._top + 1]

    def _ids(self) -> list[list[CellValue]]:
        return [self._data(self._layout.keys[key]) for key in KeyField]

    def _last_data_row(self) -> int:
        if self._rows is not None:
            return self._last_possible
        left = self._layout.region[0]
        text = None if left in self._layout.keys.values() else self._data(left)
        return last_data_row(*self._ids(), first_row=self._first, text=text)

    def _keys(self, last: int) -> list[RowKey]:
        rows = zip(*(cells[: last - self._first + 1] for cells in self._ids()), strict=True)
        return [None if is_repeated_header(*cells) else read_line_item(*cells) for cells in rows]

    def _merged_rows(self, column: int) -> Collection[int]:
        areas = [
            area for area in self._facts.merges if area.first_column <= column <= area.last_column
        ]
        return {row for area in areas for row in range(area.first_row, area.last_row + 1)}

    def _place(self, fields: Collection[ResultField], last: int) -> Placement:
        layout, table = self._layout, self._table
        bottom = table.area.last_row if table else max(self._top, last)
        surroundings = Surroundings(
            rows=(self._top, bottom),
            key_columns=tuple(layout.keys.values()),
            last_column=layout.region[1],
            table=table.area if table and table.header_rows else None,
            obstacles=(*self._facts.merges, *(one.area for one in self._facts.tables)),
            is_filled=partial(self._is_filled, bottom),
        )
        placement = place(fields, layout.results, surroundings)
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
        cells = self._cells[column][: bottom - self._top + 1]
        return not all(is_blank(cell) for cell in cells)
