"""The calls into Excel about one sheet, each made through the gate.

They go to xlwings' engine beneath its own objects where those would make calls of their own: an
`xlwings.Range` asks for its book, its application and its process before it gives a value.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import xlwings

from xlsx_addin.core.cells import Area
from xlsx_addin.errors import SheetError
from xlsx_addin.workbooks.contract import TableInfo
from xlsx_addin.workbooks.live.cellvalues import Raw, as_rows
from xlsx_addin.workbooks.live.gate import ExcelGate
from xlsx_addin.workbooks.live.native import Native
from xlsx_addin.workbooks.references import area_name, area_of_address


class SheetCalls:
    """Calls about one sheet.

    Args:
        sheet: the sheet.
        engine: the engine of xlwings that it belongs to.
        gate: makes the calls.
        native: what xlwings has no members for.
    """

    def __init__(
        self,
        sheet: xlwings.Sheet,
        engine: Any,  # noqa: ANN401  # xlwings has no type for it
        gate: ExcelGate,
        native: Native,
    ) -> None:
        self.sheet = sheet
        self._engine = engine
        self._do = gate.do
        self._native = native

    def used(self) -> tuple[xlwings.Range, Area]:
        """Give what Excel calls the used range, and where it is.

        Raises:
            SheetError: it is no area.
        """
        cells = self._do(lambda: self.sheet.used_range)
        address = self._do(lambda: cells.address)
        area = area_of_address(address)
        if area is None:
            raise SheetError(f"The used range {address} is no area.")
        return cells, area

    def is_protected(self) -> bool:
        """Say whether its content is protected."""
        return self._do(lambda: self._native.is_protected(self.sheet))

    def tables(self) -> tuple[TableInfo, ...]:
        """Describe its tables."""
        return self._do(lambda: tuple(map(_table_info, self.sheet.tables)))

    def is_filled_by_query(self, name: str) -> bool:
        """Say whether a query fills a table."""
        return self._do(lambda: self._native.is_filled_by_query(self.sheet.tables[name]))

    def resize_table(self, old: TableInfo, cells: xlwings.Range) -> bool:
        """Let a table cover other cells; say whether it was still where it had been.

        Args:
            old: the table as it was when it was read.
            cells: what it shall cover.
        """
        table = self._do(lambda: self.sheet.tables[old.name])
        # From here on rows that somebody inserts move table and cells alike.
        if area_of_address(self._do(lambda: table.range.address)) != old.area:
            return False
        self._do(lambda: table.resize(cells))
        return True

    def cells(self, area: Area) -> xlwings.Range:
        """Give the range of an area."""
        # By its name: numbers cost a call for each corner on Windows.
        name = area_name(area)
        return self._do(lambda: xlwings.Range(impl=self.sheet.impl.range(name)))

    def area(self, cells: xlwings.Range) -> Area | None:
        """Tell where cells are by now; None if they are no area any more."""
        return area_of_address(self._do(lambda: cells.address))

    def values(self, cells: xlwings.Range, rows: int) -> Raw:
        """Read raw values, rows x columns."""
        return as_rows(self._do(lambda: cells.raw_value), rows)

    def formulas(self, cells: xlwings.Range, rows: int) -> Raw | None:
        """Read formulas, rows x columns; None if no cell has one."""
        if self._do(lambda: self._native.has_formula(cells)) is False:
            return None
        return as_rows(self._do(lambda: cells.formula), rows)

    def clean(self, raw: Raw) -> Raw:
        """Turn errors into their texts, dates into `datetime`, empty texts into None."""
        cleaned: Raw = self._engine.clean_value_data(raw, datetime, None, None, True)
        return cleaned

    def write(self, cells: xlwings.Range, block: Sequence[Sequence[Any]]) -> None:
        """Write values, rows x columns, as if they were typed."""
        prepare = self._engine.prepare_xl_data_element
        prepared = [
            [prepare(value, None) if isinstance(value, date) else value for value in row]
            for row in block
        ]
        self._do(lambda: setattr(cells, "raw_value", prepared))

    def number_format(self, cells: xlwings.Range) -> str | None:
        """Give the number format of cells, None if they differ."""
        return self._do(lambda: cells.number_format)

    def set_number_format(self, cells: xlwings.Range, code: str) -> None:
        """Give cells a number format."""
        self._do(lambda: setattr(cells, "number_format", code))

    def has_hidden_rows(self, cells: xlwings.Range) -> bool | None:
        """Say whether the rows of cells are hidden, None if they differ."""
        return self._do(lambda: self._native.has_hidden_rows(cells))

    def is_locked(self, cells: xlwings.Range) -> bool | None:
        """Say whether cells are locked, None if they differ."""
        return self._do(lambda: self._native.is_locked(cells))

    def has_array(self, cells: xlwings.Range) -> bool | None:
        """Say whether cells are part of an array formula, None if they differ."""
        return self._do(lambda: cells.has_array)

    def is_merged(self, cells: xlwings.Range) -> bool | None:
        """Say whether cells are merged, None if they differ."""
        return self._do(lambda: cells.merge_cells)

    def merge_area(self, cells: xlwings.Range) -> Area | None:
        """Give the merged cells that a cell belongs to."""
        return area_of_address(self._do(lambda: cells.merge_area.address))

    def copy_format(self, cells: xlwings.Range, onto: xlwings.Range) -> None:
        """Give cells the formats of their first ones, which they begin with."""
        # Not by copying, which would take the user's clipboard.
        self._do(lambda: cells.impl.autofill(onto.impl, "fill_formats"))

    def fill_down(self, cells: xlwings.Range, onto: xlwings.Range) -> None:
        """Fill a row down into the rows below it, as the handle at a selection's corner does.

        Args:
            cells: the row.
            onto: the same row and those below it.
        """
        self._do(lambda: cells.impl.autofill(onto.impl, "fill_copy"))

    def copy(self, cells: xlwings.Range, onto: xlwings.Range) -> None:
        """Copy cells with all they have, past the clipboard."""
        self._do(lambda: cells.impl.copy(onto))

    def clear(self, cells: xlwings.Range) -> None:
        """Empty cells; their formats stay."""
        self._do(cells.clear_contents)

    def add_link(self, cells: xlwings.Range, address: str, text: str) -> None:
        """Let a cell lead to a file or a page; its text stays.

        Args:
            cells: the cell.
            address: where it leads.
            text: what it shows.
        """
        self._do(lambda: self._native.add_link(cells, address, text))

    def has_links(self) -> bool:
        """Say whether the sheet has hyperlinks."""
        return self._do(lambda: self._native.has_links(self.sheet))

    def remove_links(self, cells: xlwings.Range) -> None:
        """Take hyperlinks off cells; their formats stay."""
        self._do(lambda: self._native.remove_links(cells))

    def column_width(self, cells: xlwings.Range) -> float | None:
        """Give the width of columns in characters, None if they differ."""
        width = self._do(lambda: cells.column_width)
        # Apple events say "missing value" where COM says None.
        return width if isinstance(width, (int, float)) else None

    def set_column_width(self, cells: xlwings.Range, width: float) -> None:
        """Give a column a width in characters."""
        self._do(lambda: setattr(cells, "column_width", width))


def _table_info(table: Any) -> TableInfo:  # noqa: ANN401  # xlwings has no exact type
    name = table.display_name
    area = area_of_address(table.range.address)
    if area is None:
        raise ValueError(f"the table {name} has no area")
    return TableInfo(name, area, int(bool(table.show_headers)), int(bool(table.show_totals)))
