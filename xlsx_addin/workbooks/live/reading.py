"""One reading of a sheet in a few block calls, kept until the sheet is to be read anew."""

from collections.abc import Collection, Iterator
from functools import cached_property
from typing import Any, Final

import xlwings

from xlsx_addin.core.cells import LAST_COLUMN, Area, Block, CellValue
from xlsx_addin.errors import SheetError
from xlsx_addin.workbooks.contract import SheetFacts, TableInfo
from xlsx_addin.workbooks.live.areas import common, covers, cut_out, halves, size, union
from xlsx_addin.workbooks.live.cellvalues import block_of
from xlsx_addin.workbooks.live.sheetcalls import SheetCalls

_AT_ONCE: Final = 1_000_000
"""Cells that are read in one call; a larger sheet is read in the parts that are asked for."""

_MOST_AT_ONCE: Final = 8_000_000
"""Cells of a large sheet that are read in one call, so that their rows belong together."""

_FEW_ROWS: Final = 100
"""Rows of a large sheet that are read by themselves, as of its head."""

_MOST_MERGES: Final = 500

_MOST_TRIES: Final = 4
"""How often cells are read anew because somebody inserts or deletes rows meanwhile."""

_MARGIN: Final = 10
"""Columns right of the used range in which merged cells are looked for."""


class SheetReading:
    """What a sheet held when it was read.

    Args:
        calls: the calls into Excel about it.
        before: an earlier reading; its tables and merged cells are taken over if the used range
            and the headers of its tables are still the same.
    """

    def __init__(self, calls: SheetCalls, before: "SheetReading | None" = None) -> None:
        self.calls = calls
        self._before = before
        # Of a large sheet what was read so far, so that it stays what it was.
        self._columns: dict[int, list[CellValue]] = {}
        self._rows: dict[Area, Block] = {}

    @cached_property
    def facts(self) -> SheetFacts:
        """What is known of it besides its cells."""
        return SheetFacts(self.used, self.tables, self.merges)

    @cached_property
    def used(self) -> Area | None:
        """The smallest area with all values and formulas."""
        shown = self.shown
        if not self.is_small:
            return self._without_empty_end(shown)
        rows = [place for place, row in enumerate(self._whole) if _is_filled(row)]
        if not rows:
            return None
        filled = [
            place
            for place, column in enumerate(zip(*self._whole, strict=True))
            if _is_filled(column)
        ]
        return Area(
            shown.first_row + rows[0],
            shown.first_column + filled[0],
            shown.first_row + rows[-1],
            shown.first_column + filled[-1],
        )

    @cached_property
    def protected(self) -> bool:
        """Whether its content is protected."""
        return self.calls.is_protected()

    @cached_property
    def tables(self) -> tuple[TableInfo, ...]:
        """Its tables."""
        old = self._before
        return old.tables if old is not None and self._is_as(old) else self.calls.tables()

    @cached_property
    def hidden_rows(self) -> frozenset[int]:
        """The numbers of its hidden rows within the used range."""
        shown = self.shown
        column = Area(shown.first_row, shown.first_column, shown.last_row, shown.first_column)
        return frozenset(self._hidden(column))

    def _hidden(self, area: Area) -> Iterator[int]:
        """Halve rows until those of every part are all hidden or all shown."""
        state = self.calls.has_hidden_rows(self.calls.cells(area))
        if state:
            yield from range(area.first_row, area.last_row + 1)
        elif state is None:
            for half in halves(area):
                yield from self._hidden(half)

    @cached_property
    def merges(self) -> tuple[Area, ...]:
        """Its merged areas."""
        old = self._before
        if old is not None and self._is_as(old):
            return old.merges
        shown = self.shown
        # Merged cells without a value may lie right of the used range, where results go.
        right = min(LAST_COLUMN, shown.last_column + _MARGIN)
        wider = Area(shown.first_row, shown.first_column, shown.last_row, right)
        return self.merges_in(wider)

    def merges_in(self, area: Area) -> tuple[Area, ...]:
        """Give the merged areas that meet an area, which may lie outside the used range.

        Args:
            area: which.
        """
        return tuple(dict.fromkeys(self._merged(area, [_MOST_MERGES])))

    def _is_as(self, old: "SheetReading") -> bool:
        return self.shown == old.shown and all(
            self.block(header) == old.block(header)
            for header in (table.top for table in old.tables)
        )

    def block(self, area: Area) -> Block:
        """Read cells; those outside the used range are empty.

        Args:
            area: which.

        Returns:
            rows x columns.
        """
        rows, columns = area.last_row - area.first_row + 1, area.last_column - area.first_column + 1
        block: Block = [[None] * columns for _ in range(rows)]
        inside = common(area, self.shown)
        if inside is None:
            return block
        down, right = inside.first_row - area.first_row, inside.first_column - area.first_column
        for place, cells in enumerate(self._cells(inside), start=down):
            block[place][right : right + len(cells)] = cells
        return block

    def column(self, column: int, first_row: int, last_row: int) -> list[CellValue]:
        """Read cells of one column.

        Args:
            column: its number.
            first_row: number of the first row.
            last_row: number of the last row, included.
        """
        return [row[0] for row in self.block(Area(first_row, column, last_row, column))]

    def load(self, columns: Collection[int]) -> None:
        """Read columns of a large sheet in one call, so that their rows belong together.

        Args:
            columns: their numbers; those read already stay as they were.
        """
        wanted = sorted(column for column in columns if column not in self._columns)
        if self.is_small or not wanted:
            return
        whole = Area(self.shown.first_row, wanted[0], self.shown.last_row, wanted[-1])
        if size(whole) > _MOST_AT_ONCE and len(wanted) > 1:
            for column in wanted:
                self.load([column])
            return
        block = self._at_once(whole)
        for place, column in enumerate(whole.columns()):
            if column in wanted:
                self._columns[column] = [row[place] for row in block]

    def has_moved(self, written: Area | None = None) -> bool:
        """Say whether a large sheet has other rows than when its reading began.

        Args:
            written: what may have been written into since then.
        """
        if self.is_small:
            return False
        expected = union(self.shown, written or self.shown)
        _, area = self.calls.used()
        return (area.first_row, area.last_row) != (expected.first_row, expected.last_row)

    def fresh(self, area: Area) -> Block:
        """Read cells anew, of formulas the results.

        Args:
            area: which.

        Returns:
            rows x columns.
        """
        return self._at_once(area, with_formulas=False)

    @property
    def shown(self) -> Area:
        """What Excel calls the used range: cells with a format alone count, too."""
        return self._read_at_once[0]

    @property
    def is_small(self) -> bool:
        """Whether it is read in one call."""
        return self._read_at_once[1] is not None

    # --- reading in blocks

    @property
    def _whole(self) -> Block:
        return self._read_at_once[1] or []

    @cached_property
    def _read_at_once(self) -> tuple[Area, Block | None]:
        """The used range and its cells; no cells if there are too many to be read at once."""
        for _ in range(_MOST_TRIES):
            cells, area = self.calls.used()
            if size(area) > _AT_ONCE:
                return area, None
            block = self._block_of(cells, area)
            if block is not None:
                return area, block
        raise _in_use()

    def _at_once(self, area: Area, *, with_formulas: bool = True) -> Block:
        for _ in range(_MOST_TRIES):
            cells = self.calls.cells(area)
            block = self._block_of(cells, area, with_formulas=with_formulas)
            if block is not None:
                return block
        raise _in_use()

    def _block_of(
        self, cells: xlwings.Range, area: Area, *, with_formulas: bool = True
    ) -> Block | None:
        """Read cells; None if they are not where they were: cells move with their rows."""
        rows, columns = area.last_row - area.first_row + 1, area.last_column - area.first_column + 1
        raw = self.calls.values(cells, rows)
        formulas = self.calls.formulas(cells, rows) if with_formulas else None
        for read in (raw, raw if formulas is None else formulas):
            if len(read) != rows or any(len(row) != columns for row in read):
                return None
        return block_of(raw, formulas, self.calls.clean)

    def _cells(self, area: Area) -> Block:
        if not self.is_small:
            return self._cells_of_large(area)
        return cut_out(self._whole, self.shown, area)

    def _cells_of_large(self, area: Area) -> Block:
        """Give cells of a large sheet: whole columns are kept, and a few rows by themselves."""
        is_low = area.last_row - area.first_row < _FEW_ROWS
        if is_low and not all(column in self._columns for column in area.columns()):
            if area not in self._rows:
                self._rows[area] = self._at_once(area)
            return [list(row) for row in self._rows[area]]
        top = self.shown.first_row
        columns = [
            self._whole_column(column)[area.first_row - top : area.last_row - top + 1]
            for column in area.columns()
        ]
        return [list(row) for row in zip(*columns, strict=True)]

    def _whole_column(self, column: int) -> list[CellValue]:
        self.load([column])
        return self._columns[column]

    def _without_empty_end(self, shown: Area) -> Area:
        """Leave out the empty rows at the end of a large sheet, read from its end."""
        height = max(1, _AT_ONCE // (shown.last_column - shown.first_column + 1))
        last = shown.last_row
        while last >= shown.first_row:
            first = max(shown.first_row, last - height + 1)
            block = self._at_once(Area(first, shown.first_column, last, shown.last_column))
            for row in reversed(block):
                if _is_filled(row):
                    return Area(shown.first_row, shown.first_column, last, shown.last_column)
                last -= 1
        return Area(shown.first_row, shown.first_column, shown.first_row, shown.last_column)

    # --- merged cells: halved until every part is merged as a whole or not at all

    def _merged(self, area: Area, most: list[int]) -> Iterator[Area]:
        state = self.calls.is_merged(self.calls.cells(area))
        if state is False:
            return
        most[0] -= 1
        if most[0] < 0:
            raise SheetError(
                "The sheet has too many merged cells to be refreshed in Excel.",
                next_step="Unmerge them, or save, close and refresh it with xlsx-addin refresh.",
                code="too-many-merges",
            )
        corner = Area(area.first_row, area.first_column, area.first_row, area.first_column)
        if state is True or size(area) == 1:
            whole = self.calls.merge_area(self.calls.cells(corner)) or corner
            yield whole
            if covers(whole, area):
                return
        for half in halves(area):
            yield from self._merged(half, most)


def _in_use() -> SheetError:
    return SheetError(
        "The sheet was changed again and again while it was read.",
        next_step="Refresh again once nobody works in it.",
        code="sheet-in-use",
    )


def _is_filled(cells: Any) -> bool:  # noqa: ANN401  # any sequence
    return any(cell is not None for cell in cells)
