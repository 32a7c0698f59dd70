"""Reading a worksheet of openpyxl in the words of the contract."""

from collections.abc import Callable, Iterable, Iterator

from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.worksheet.worksheet import Worksheet

from xlsx_addin.core.cells import Area, Block, CellValue, Formula, Missing
from xlsx_addin.workbooks.contract import SheetFacts
from xlsx_addin.workbooks.openpyxl_book.cells import (
    AnyCell,
    area_of,
    existing_cells,
    merged_areas,
    plain_value,
)
from xlsx_addin.workbooks.openpyxl_book.loading import Position, Results
from xlsx_addin.workbooks.openpyxl_book.tables import tables_of


def array_areas(sheet: Worksheet) -> Iterator[Area]:
    """List the areas of several cells that belong to one formula: arrays and data tables."""
    for cell in existing_cells(sheet).values():
        formula = cell.value
        if isinstance(formula, (ArrayFormula, DataTableFormula)):
            area = area_of(formula.ref)
            if (area.first_row, area.first_column) != (area.last_row, area.last_column):
                yield area


class SheetReader:
    """Reads one worksheet.

    Args:
        sheet: the worksheet, loaded with its formulas.
        read_results: reads the stored results of the formulas at these positions; called
            once, and only if there are any.
    """

    def __init__(self, sheet: Worksheet, read_results: Callable[[set[Position]], Results]) -> None:
        self._sheet = sheet
        self._read_results = read_results
        self._results: Results | None = None

    def facts(self) -> SheetFacts:
        """Tell what is known of the sheet besides its cells."""
        return SheetFacts(
            used=self._used(),
            tables=tables_of(self._sheet),
            merges=merged_areas(self._sheet),
            protected=bool(self._sheet.protection.sheet),
        )

    def head(self, first_row: int, rows: int) -> Block:
        """Read whole rows; see the contract."""
        used = self._used()
        if used is None:
            return []
        last_row = min(first_row + rows - 1, used.last_row)
        columns = self.columns(range(1, used.last_column + 1), first_row, last_row)
        return [list(row) for row in zip(*columns.values(), strict=True)]

    def columns(
        self, columns: Iterable[int], first_row: int, last_row: int
    ) -> dict[int, list[CellValue]]:
        """Read whole columns; see the contract."""
        cells = existing_cells(self._sheet)
        rows = range(first_row, last_row + 1)
        values = {
            column: [self._value((row, column), cells.get((row, column))) for row in rows]
            for column in columns
        }
        for area in array_areas(self._sheet):
            for column in values.keys() & set(area.columns()):
                _mark_formulas(values[column], first_row, area)
        return values

    def _value(self, position: Position, cell: AnyCell | None) -> CellValue:
        if cell is None:
            return None
        if cell.data_type != "f":
            return plain_value(cell.value, cell.data_type)
        if self._results is None:
            self._results = self._read_results(self._formulas())
        return Formula(self._results.get(position, Missing.RESULT))

    def _formulas(self) -> set[Position]:
        cells = existing_cells(self._sheet)
        return {position for position, cell in cells.items() if cell.data_type == "f"}

    def _used(self) -> Area | None:
        filled = [
            position
            for position, cell in existing_cells(self._sheet).items()
            if cell.value not in (None, "")
        ]
        if not filled:
            return None
        rows, columns = zip(*filled, strict=True)
        return Area(min(rows), min(columns), max(rows), max(columns))


def _mark_formulas(values: list[CellValue], first_row: int, area: Area) -> None:
    start = max(area.first_row - first_row, 0)
    for index in range(start, min(area.last_row - first_row + 1, len(values))):
        value = values[index]
        if not isinstance(value, Formula):
            values[index] = Formula(value)
