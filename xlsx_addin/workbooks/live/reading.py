"""One reading of a sheet in a few block calls, kept until the sheet is to be read anew."""

from collections.abc import Iterator
from datetime import datetime
from functools import cached_property, partial
from typing import Any, Final

import xlwings

from xlsx_addin.core.cells import Area, Block, CellValue
from xlsx_addin.errors import SheetError
from xlsx_addin.workbooks.contract import SheetFacts, TableInfo
from xlsx_addin.workbooks.live.areas import common, covers, halves, size
from xlsx_addin.workbooks.live.cellvalues import as_rows, block_of
from xlsx_addin.workbooks.live.gate import ExcelGate
from xlsx_addin.workbooks.live.native import Native
from xlsx_addin.workbooks.references import area_of_address

_AT_ONCE: Final = 1_000_000
"""Cells that are read in one call; a larger sheet is read in the parts that are asked for."""

_MOST_MERGES: Final = 500


class SheetReading:
    """What a sheet held when it was read.

    Args:
        sheet: the sheet.
        gate: makes calls into Excel.
        native: what xlwings has no members for.
    """

    def __init__(self, sheet: xlwings.Sheet, gate: ExcelGate, native: Native) -> None:
        self.sheet = sheet
        self._do = gate.do
        self._native = native

    @cached_property
    def facts(self) -> SheetFacts:
        """What is known of it besides its cells."""
        return SheetFacts(self.used, self.tables, self.merges, self.protected)

    @cached_property
    def used(self) -> Area | None:
        """The smallest area with all values and formulas."""
        shown = self._shown
        if not self._is_small:
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
        return self._do(partial(self._native.is_protected, self.sheet))

    @cached_property
    def tables(self) -> tuple[TableInfo, ...]:
        """Its tables."""
        return self._do(lambda: tuple(map(_table_info, self.sheet.tables)))

    @cached_property
    def merges(self) -> tuple[Area, ...]:
        """Its merged areas."""
        return tuple(dict.fromkeys(self._merged(self._shown, [_MOST_MERGES])))

    def block(self, area: Area) -> Block:
        """Read cells; those outside the used range are empty.

        Args:
            area: which.

        Returns:
            rows x columns.
        """
        rows, columns = area.last_row - area.first_row + 1, area.last_column - area.first_column + 1
        block: Block = [[None] * columns for _ in range(rows)]
        inside = common(area, self._shown)
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

    def fresh(self, cell: Area) -> CellValue:
        """Read a cell anew.

        Args:
            cell: an area of one cell.
        """
        return self._read(cell)[0][0]

    # --- reading in blocks

    @cached_property
    def _shown(self) -> Area:
        """What Excel calls the used range: cells with a format alone count, too."""
        address = self._do(lambda: self.sheet.used_range.address)
        area = area_of_address(address)
        if area is None:
            raise SheetError(f"The used range {address} of sheet {self.sheet.name} is no area.")
        return area

    @property
    def _is_small(self) -> bool:
        return size(self._shown) <= _AT_ONCE

    @cached_property
    def _whole(self) -> Block:
        return self._read(self._shown)

    def _cells(self, area: Area) -> Block:
        if not self._is_small:
            return self._read(area)
        shown = self._shown
        left, right = area.first_column - shown.first_column, area.last_column - shown.first_column
        rows = range(area.first_row - shown.first_row, area.last_row - shown.first_row + 1)
        return [self._whole[row][left : right + 1] for row in rows]

    def _read(self, area: Area) -> Block:
        rows = area.last_row - area.first_row + 1
        cells = self._do(partial(self.range, area))
        raw = as_rows(self._do(lambda: cells.raw_value), rows)
        formulas = None
        if self._do(partial(self._native.has_formula, cells)) is not False:
            formulas = as_rows(self._do(lambda: cells.formula), rows)
        return block_of(raw, formulas, self._clean)

    def range(self, area: Area) -> xlwings.Range:
        """Give the range of an area; a call into Excel.

        Args:
            area: which.
        """
        return self.sheet.range(
            (area.first_row, area.first_column), (area.last_row, area.last_column)
        )

    def _clean(self, raw: Any) -> Any:  # noqa: ANN401  # what Excel gives
        engine = self.sheet.book.app.engine.impl
        return engine.clean_value_data(raw, datetime, None, None, True)  # not ours

    def _without_empty_end(self, shown: Area) -> Area:
        """Leave out the empty rows at the end of a large sheet, read from its end."""
        height = max(1, _AT_ONCE // (shown.last_column - shown.first_column + 1))
        last = shown.last_row
        while last >= shown.first_row:
            first = max(shown.first_row, last - height + 1)
            block = self._read(Area(first, shown.first_column, last, shown.last_column))
            for row in reversed(block):
                if _is_filled(row):
                    return Area(shown.first_row, shown.first_column, last, shown.last_column)
                last -= 1
        return Area(shown.first_row, shown.first_column, shown.first_row, shown.last_column)

    # --- merged cells: halved until every part is merged as a whole or not at all

    def _merged(self, area: Area, most: list[int]) -> Iterator[Area]:
        cells = self._do(partial(self.range, area))
        # None if they differ, which xlwings' types do not say.
        state: bool | None = self._do(partial(getattr, cells, "merge_cells"))
        if state is False:
            return
        most[0] -= 1
        if most[0] < 0:
            raise SheetError(
                f"Sheet {self.sheet.name} has too many merged cells to be refreshed in Excel.",
                next_step="Unmerge them, or save, close and refresh it with xlsx-addin refresh.",
                code="too-many-merges",
            )
        corner = Area(area.first_row, area.first_column, area.first_row, area.first_column)
        if state is True or size(area) == 1:
            whole = self._merge_area(corner)
            yield whole
            if covers(whole, area):
                return
        for half in halves(area):
            yield from self._merged(half, most)

    def _merge_area(self, corner: Area) -> Area:
        found = area_of_address(self._do(lambda: self.range(corner).merge_area.address))
        return corner if found is None else found


def _table_info(table: Any) -> TableInfo:  # noqa: ANN401  # xlwings has no exact type
    area = area_of_address(table.range.address)
    if area is None:
        raise SheetError(f"The table {table.display_name} has no area.")
    return TableInfo(
        table.display_name, area, int(bool(table.show_headers)), int(bool(table.show_totals))
    )


def _is_filled(cells: Any) -> bool:  # noqa: ANN401  # any sequence
    return any(cell is not None for cell in cells)
