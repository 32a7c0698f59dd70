"""From the cells of open sheets to a file, by way of openpyxl.

openpyxl writes no results of formulas: after saving and opening again they are empty. Nor does it
write empty cells of the usual look: in a formatted column they look like that from then on.
"""

from collections.abc import Sequence
from copy import copy
from pathlib import Path

from openpyxl.styles import Protection as PartProtection
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook as Parts
from openpyxl.worksheet.cell_range import MultiCellRange
from openpyxl.worksheet.dimensions import ColumnDimension, DimensionHolder
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table as TablePart
from openpyxl.worksheet.table import TableColumn, TableList
from openpyxl.worksheet.worksheet import Worksheet

from tests.hosts.memory.cells import USUAL_LOOK, Cell, CellError, Look
from tests.hosts.memory.grid import Grid
from tests.hosts.memory.loading import SHOWN_FORMATS
from tests.hosts.memory.strings import encoded
from tests.hosts.memory.table_model import TableModel

_STORED_FORMATS = {shown: stored for stored, shown in SHOWN_FORMATS.items()}


def save_parts(parts: Parts, grids: Sequence[Grid], path: Path) -> None:
    """Write a workbook; macros stay in files that may have them."""
    for grid in grids:
        _fill(grid)
    macros = parts.vba_archive
    try:
        if path.suffix.lower() != ".xlsm":
            parts.vba_archive = None
        parts.save(path)
    finally:
        parts.vba_archive = macros


def _fill(grid: Grid) -> None:
    """Bring the sheet that openpyxl keeps up to date."""
    part = grid.part
    part._cells.clear()
    part._hyperlinks.clear()
    part.merged_cells = MultiCellRange()
    for (row, column), cell in sorted(grid.cells.items()):
        if cell.used:
            _fill_cell(part, row, column, cell)
    for box in grid.merges:
        part.merge_cells(box.address(row_absolute=False, column_absolute=False))
    part.column_dimensions = _column_dimensions(grid)
    _fill_rows(grid)
    part._tables = TableList()
    for table in grid.tables:
        part.add_table(_table_part(table))


def _fill_cell(part: Worksheet, row: int, column: int, cell: Cell) -> None:
    target = part.cell(row, column)
    _fill_look(target, cell.look)
    if cell.link is not None:
        target.hyperlink = cell.link
    if cell.array is not None and cell.array.corner == (row, column):
        address = cell.array.address(row_absolute=False, column_absolute=False)
        target.value = ArrayFormula(address, cell.formula)
    elif cell.formula is not None and cell.array is None:
        target.value = cell.formula
    elif isinstance(cell.value, CellError):
        target.value, target.data_type = cell.value.text, "e"
    elif isinstance(cell.value, str):
        # Set last: texts that look like formulas and errors are texts all the same.
        target.value, target.data_type = encoded(cell.value), "s"
    elif isinstance(cell.value, float) and cell.value.is_integer():
        target.value = int(cell.value)
    elif cell.value is not None:
        target.value = cell.value


def _fill_look(target, look: Look) -> None:
    if look.style is not None:
        target._style = copy(look.style)
    if look.changed:
        target.number_format = _STORED_FORMATS.get(look.number_format, look.number_format)
        target.protection = PartProtection(
            locked=look.locked, hidden=bool(target.protection.hidden)
        )


def _fill_rows(grid: Grid) -> None:
    grid.part.row_dimensions.clear()
    for number, line in sorted(grid.rows.items()):
        target = grid.part.row_dimensions[number]
        target.height, target.hidden = line.size, line.hidden
        if line.look != USUAL_LOOK:
            _fill_look(target, line.look)


def _column_dimensions(grid: Grid) -> DimensionHolder:
    holder = DimensionHolder(worksheet=grid.part)
    for number, line in sorted(grid.columns.items()):
        letter = get_column_letter(number)
        options = {} if line.size is None else {"width": line.size, "customWidth": True}
        dimension = ColumnDimension(grid.part, index=letter, hidden=line.hidden, **options)
        if line.look != USUAL_LOOK:
            _fill_look(dimension, line.look)
        holder[letter] = dimension
    return holder


def _table_part(table: TableModel) -> TablePart:
    part = table.part
    part.name = part.displayName = table.name
    part.ref = table.box.address(row_absolute=False, column_absolute=False)
    part.headerRowCount = None if table.headers else 0
    part.totalsRowCount = 1 if table.totals else None
    known = {column.name: column for column in part.tableColumns}
    part.tableColumns = []
    for number, name in enumerate(table.columns, 1):
        column = known.pop(name, None) or TableColumn(id=number, name=name)
        column.id = number
        part.tableColumns.append(column)
    _fill_filter(table)
    return part


def _fill_filter(table: TableModel) -> None:
    part = table.part
    if not table.filters:
        part.autoFilter = None
        return
    filtered = table.box._replace(bottom=table.box.bottom - table.totals)
    address = filtered.address(row_absolute=False, column_absolute=False)
    if part.autoFilter is None:
        part.autoFilter = AutoFilter(ref=address)
    part.autoFilter.ref = address
