"""Reading: what the rows of a sheet hold, and where their results go."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Final

from xlsx_addin.core.cells import Area, CellValue, is_blank
from xlsx_addin.core.data_rows import is_repeated_header, last_data_row
from xlsx_addin.core.headers import KeyField
from xlsx_addin.core.layout import Layout
from xlsx_addin.core.line_items import LineItem, read_line_item, read_line_items
from xlsx_addin.core.outcomes import ResultField
from xlsx_addin.core.placement import Placement, Surroundings, place, results_block
from xlsx_addin.core.results import RowKey, SheetRows
from xlsx_addin.errors import SheetError
from xlsx_addin.jobs.choosing import Candidate, Selection, choose, layout_of
from xlsx_addin.workbooks.contract import Workbook

# One row that has to be looked at holds up no more than these.
_ROWS_AT_ONCE: Final = 256
_OUR_HEADERS: Final = {one.header.lower(): one for one in ResultField}


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
    placement: Placement[ResultField]
    headers: Collection[str] = frozenset()


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
    candidate = choose(workbook, selection)
    layout = layout_of(candidate, workbook)
    return _Reader(workbook, candidate, layout, selection).read(fields)


class _Reader:
    """Reads the rows of a sheet whose columns are known, and finds room for results."""

    def __init__(
        self, workbook: Workbook, candidate: Candidate, layout: Layout, selection: Selection
    ) -> None:
        self._workbook = workbook
        self._sheet = candidate.info.name
        self._facts = candidate.facts
        self._layout = layout
        self._rows = selection.rows
        self._given = selection.columns
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
        self._check_given()
        existing = {**self._results_beside_table(), **layout.results}
        existing = existing or self._results_without_header(last)
        # Status columns that are there must not go stale when they are not wanted.
        wanted = [one for one in ResultField if one in fields or one in existing]
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
        headers = self._headers.values() if placement.created else ()
        return Target(self._sheet, layout, rows, placement, frozenset(headers))

    @cached_property
    def _headers(self) -> dict[int, str]:
        """The texts of the header row, in lower case, by column."""
        row = self._layout.header_row
        head = self._workbook.head(self._sheet, first_row=row, rows=1) if row else []
        return {
            column: cell.strip().lower()
            for cells in head
            for column, cell in enumerate(cells, start=1)
            if isinstance(cell, str)
        }

    def _check_given(self) -> None:
        """Refuse a column that the user named and that holds nothing beside filled IDs."""
        blank = {
            key: all(map(is_blank, cells)) for key, cells in zip(KeyField, self._ids(), strict=True)
        }
        wrong = [key for key in self._given if blank[key] and not all(blank.values())]
        if wrong:
            named = ", ".join(f"{key.value}={self._given[key]}" for key in wrong)
            raise SheetError(
                f"--columns {named} names an empty column of sheet {self._sheet!r}.",
                next_step="Correct the letters or headers after --columns; nothing was changed.",
                code="column-empty",
            )

    def _results_beside_table(self) -> dict[ResultField, int]:
        """Find the results of an earlier run right of a table that could not grow."""
        table, row = self._table, self._layout.header_row
        if table is None or row is None or len(self._layout.results) == len(ResultField):
            return {}
        others = [one.area for one in self._facts.tables if one is not table]
        found: dict[ResultField, int] = {}
        for column, text in self._headers.items():
            one, at = _OUR_HEADERS.get(text), Area(row, column, row, column)
            if one and column > table.area.last_column and not any(map(at.meets, others)):
                found.setdefault(one, column)
        return found

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
        ids = [cells[: last - self._first + 1] for cells in self._ids()]
        keys: list[RowKey] = []
        for start in range(0, len(ids[0]), _ROWS_AT_ONCE):
            keys += _read_keys([cells[start : start + _ROWS_AT_ONCE] for cells in ids])
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
        self, fields: Sequence[ResultField], existing: Mapping[ResultField, int], last: int
    ) -> Placement[ResultField]:
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


def _read_keys(ids: Sequence[Sequence[CellValue]]) -> Sequence[RowKey]:
    """Tell what some rows are: nearly always line items that are read all at once."""
    keys = read_line_items(*ids)
    if keys is not None:
        return keys
    return [
        None if is_repeated_header(*cells) else read_line_item(*cells)
        for cells in zip(*ids, strict=True)
    ]
