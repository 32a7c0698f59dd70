"""From a file to the cells of open sheets, by way of openpyxl."""

import warnings
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path

from openpyxl.cell.cell import Cell as PartCell
from openpyxl.utils.datetime import to_excel
from openpyxl.workbook import Workbook as Parts
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table as TablePart
from openpyxl.worksheet.worksheet import Worksheet

from tests.hosts.memory.boxes import MAX_COLUMNS, Box
from tests.hosts.memory.cells import USUAL_LOOK, Calendar, Cell, CellError, Content, Look
from tests.hosts.memory.grid import Grid, Line, Protection
from tests.hosts.memory.strings import decoded, read_file
from tests.hosts.memory.table_model import TableModel

SHOWN_FORMATS = {"mm-dd-yy": "m/d/yyyy", "m/d/yy h:mm": "m/d/yyyy h:mm"}
"""Formats of the file that depend on the region, and how Excel shows them in the USA."""

Results = Mapping[str, Mapping[tuple[int, int], object]]
"""Stored results of formulas, by sheet and cell."""

_ALLOWABLE = {
    "format_cells": "formatCells",
    "format_columns": "formatColumns",
    "format_rows": "formatRows",
    "insert_rows": "insertRows",
    "delete_rows": "deleteRows",
}


def load_parts(path: Path) -> tuple[Parts, Results]:
    """Read a file, once for formulas and once for their results."""
    with warnings.catch_warnings():
        # openpyxl tells what it leaves out; tests of the host know.
        warnings.simplefilter("ignore", UserWarning)
        parts = read_file(path, keep_vba=path.suffix.lower() == ".xlsm")
        shown = read_file(path, data_only=True)
    # Not by rows: these would be filled up with cells that are not in the file.
    results = {
        sheet.title: {
            at: shown[sheet.title].cell(*at)
            for at, cell in sheet._cells.items()
            if cell.data_type == "f"
        }
        for sheet in parts.worksheets
    }
    shown.close()
    return parts, results


def load_grid(
    part: Worksheet,
    results: Mapping[tuple[int, int], PartCell],
    calendar: Calendar,
    check: Callable[[], object],
) -> Grid:
    """Make the grid of a sheet.

    Args:
        part: the sheet as openpyxl has it.
        results: cells with the stored results of its formulas.
        calendar: how its workbook counts days.
        check: raises if the sheet is gone.
    """
    grid = Grid(part, check)
    grid.protection = _protection(part)
    grid.merges = [
        Box(one.min_row, one.min_col, one.max_row, one.max_col) for one in part.merged_cells.ranges
    ]
    grid.columns = _columns(part)
    grid.rows = {
        number: Line(line.height, bool(line.hidden), _look(line) if line.has_style else USUAL_LOOK)
        for number, line in part.row_dimensions.items()
    }
    grid.tables = [_table(one) for one in part.tables.values()]
    for at, cell in part._cells.items():
        grid.cells[at] = Cell(_look(cell) if cell.has_style else USUAL_LOOK)
        _load_content(grid.cells[at], cell, results.get(at), calendar)
        grid.cells[at].link = cell.hyperlink.target if cell.hyperlink else None
    _load_arrays(grid)
    return grid


def _load_content(cell: Cell, part: PartCell, result: PartCell | None, calendar: Calendar) -> None:
    if part.data_type != "f":
        cell.value = content(part, calendar)
        return
    cell.value = None if result is None else content(result, calendar)
    if isinstance(part.value, ArrayFormula):
        cell.formula = part.value.text
        cell.array = Box.parse(part.value.ref)
    elif isinstance(part.value, str):
        cell.formula = part.value
    else:
        raise NotImplementedError("Data tables are not for this host.")


def _load_arrays(grid: Grid) -> None:
    """Give the formula of an array to all of its cells; the file has it in the first one."""
    for cell in list(grid.cells.values()):
        if cell.array is None:
            continue
        for at in cell.array.cells():
            other = grid.cell(*at)
            other.array, other.formula = cell.array, cell.formula


def content(part: PartCell, calendar: Calendar) -> Content:
    """Tell what a cell of openpyxl holds."""
    value = part.value
    match value:
        case None | bool():
            return value
        case datetime() | date():
            return float(calendar.number(value))
        case time() | timedelta():
            return float(to_excel(value))
        case str() if part.data_type == "e":
            return CellError.of(value) or CellError.VALUE
        case str():
            return decoded(value)
    return float(value)


def _look(part) -> Look:
    return Look(
        number_format=SHOWN_FORMATS.get(part.number_format, part.number_format),
        locked=bool(part.protection.locked),
        style=part._style.__copy__(),
    )


def _columns(part: Worksheet) -> dict[int, Line]:
    columns = {}
    for dimension in part.column_dimensions.values():
        first = dimension.min or Box.parse(f"{dimension.index}1").left
        last = min(dimension.max or first, MAX_COLUMNS)
        look = _look(dimension) if dimension.has_style else USUAL_LOOK
        width = dimension.width if dimension.customWidth else None
        for number in range(first, last + 1):
            columns[number] = Line(width, bool(dimension.hidden), look)
    return columns


def _protection(part: Worksheet) -> Protection:
    # In the file "1" means that the protection covers it.
    allowed = {
        name
        for name, attribute in _ALLOWABLE.items()
        if getattr(part.protection, attribute) is False
    }
    return Protection(bool(part.protection.sheet), frozenset(allowed))


def _table(part: TablePart) -> TableModel:
    return TableModel(
        name=part.displayName,
        box=Box.parse(part.ref),
        headers=part.headerRowCount != 0,
        totals=bool(part.totalsRowCount),
        filters=part.autoFilter is not None,
        columns=[one.name for one in part.tableColumns],
        part=part,
    )
