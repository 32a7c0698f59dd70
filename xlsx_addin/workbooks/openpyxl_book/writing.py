"""Writing edits into a worksheet of openpyxl, formatted like the cells around them."""

from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import replace
from datetime import date
from typing import Final, cast

from openpyxl.cell import Cell
from openpyxl.styles.numbers import is_datetime
from openpyxl.styles.styleable import StyleableObject
from openpyxl.worksheet.dimensions import ColumnDimension
from openpyxl.worksheet.worksheet import Worksheet

from xlsx_addin.core.cells import Area, cell_name, cell_text, column_letters
from xlsx_addin.errors import SheetError
from xlsx_addin.workbooks.contract import ColumnEdit, ColumnKind, ResultValue, SheetEdit
from xlsx_addin.workbooks.openpyxl_book.cells import escape_text, existing_cells, merged_areas
from xlsx_addin.workbooks.openpyxl_book.reading import array_areas
from xlsx_addin.workbooks.openpyxl_book.tables import check_growth, grow, tables_of

TEXT_FORMAT: Final = "@"
DATE_FORMAT: Final = "yyyy-mm-dd"

# What openpyxl keeps all formatting of a cell, row or column in.
_STYLE: Final = "_style"

_NARROWEST: Final = 12
_WIDEST: Final = 60


def locked_cell(sheet: Worksheet, edit: SheetEdit) -> str | None:
    """Name the first cell of an edit that the sheet's protection locks, None if none is."""
    if not sheet.protection.sheet:
        return None
    locked = [position for position in _positions(edit) if _is_locked(sheet, *position)]
    return cell_name(*min(locked)) if locked else None


def apply_edit(sheet: Worksheet, edit: SheetEdit) -> None:
    """Write an edit into a sheet, all of it or nothing.

    Raises:
        SheetError: a cell cannot be written without harm to another; names the cell.
    """
    headers = {column.column: column.header for column in edit.columns if column.header is not None}
    if edit.extend_table is not None:
        check_growth(sheet, edit.extend_table, headers)
    _check_cells(sheet, edit)
    for column in sorted(edit.columns, key=lambda column: column.column):
        if column.header is not None and edit.header_row is not None:
            _write_header(sheet, edit.header_row, column, column.header)
        for row, value in column.cells.items():
            write_value(_styled_cell(sheet, row, column.column), value, column.kind)
    if edit.extend_table is not None and headers:
        grow(sheet, edit.extend_table, headers)


def write_value(cell: Cell, value: ResultValue, kind: ColumnKind) -> None:
    """Write a value into a cell, its number format first.

    Args:
        cell: the cell.
        value: a text, a date, or None to clear it.
        kind: how the cell is formatted.
    """
    if value is None:
        cell.value = None
    elif isinstance(value, date):
        if is_datetime(cell.number_format) not in {"date", "datetime"}:
            cell.number_format = DATE_FORMAT
        cell.value = value
    else:
        if kind is ColumnKind.IDENTIFIER:
            cell.number_format = TEXT_FORMAT
        cell.value = escape_text(cell_text(value))
        # openpyxl takes =, #N/A and the like for more than text.
        cell.data_type = "s"


def _positions(edit: SheetEdit) -> Iterator[tuple[int, int]]:
    """Count the cells of an edit as row and column."""
    for column, rows in _rows_by_column(edit).items():
        for row in rows:
            yield row, column


def _rows_by_column(edit: SheetEdit) -> dict[int, set[int]]:
    rows = {column.column: set(column.cells) for column in edit.columns}
    if edit.header_row is not None:
        for column in edit.columns:
            if column.header is not None:
                rows[column.column].add(edit.header_row)
    return rows


def _is_locked(sheet: Worksheet, row: int, column: int) -> bool:
    cell = existing_cells(sheet).get((row, column)) or _inherited(sheet, row, column)
    return cell is None or bool(cell.protection.locked)


def _check_cells(sheet: Worksheet, edit: SheetEdit) -> None:
    """Make sure that no cell is written that belongs to something larger."""
    rows = _rows_by_column(edit)
    for area in merged_areas(sheet):
        first = (area.first_row, area.first_column)
        _check_area(sheet, rows, area, "hidden by merged cells", spared=first)
    for area in array_areas(sheet):
        _check_area(sheet, rows, area, "part of a formula over several cells")
    for table in tables_of(sheet):
        if table.header_rows:
            header = replace(table.area, last_row=table.area.first_row)
            _check_area(sheet, rows, header, f"a header of the table {table.name}")


def _check_area(
    sheet: Worksheet,
    rows: Mapping[int, set[int]],
    area: Area,
    what: str,
    spared: tuple[int, int] | None = None,
) -> None:
    for column in rows.keys() & set(area.columns()):
        for row in range(area.first_row, area.last_row + 1):
            if row in rows[column] and (row, column) != spared:
                raise SheetError(
                    f"The cell {cell_name(row, column)} of the sheet {sheet.title} cannot be"
                    f" written: it is {what}.",
                    next_step="Free the cell in Excel, or name other columns, and refresh again.",
                    code="cell-not-free",
                )


def _write_header(sheet: Worksheet, row: int, column: ColumnEdit, text: str) -> None:
    cell = _styled_cell(sheet, row, column.column)
    left = _nearest_header(sheet, row, column.column)
    if left is not None and not cell.has_style:
        _take_style(cell, left)
    write_value(cell, text, ColumnKind.TEXT)
    _widen(sheet, column, text)


def _nearest_header(sheet: Worksheet, row: int, column: int) -> StyleableObject | None:
    cells = existing_cells(sheet)
    for left in range(column - 1, 0, -1):
        cell = cells.get((row, left))
        if cell is not None and cell.value is not None:
            return cell
    return None


def _widen(sheet: Worksheet, column: ColumnEdit, header: str) -> None:
    """Give a new column a width that fits what is written, unless it has one."""
    if _column_dimension(sheet, column.column) is not None:
        return
    # A date shows ten characters.
    texts = (value if isinstance(value, str) else DATE_FORMAT for value in column.cells.values())
    longest = max((len(text) for text in (header, *texts)), default=0)
    width = min(max(longest + 2, _NARROWEST), _WIDEST)
    sheet.column_dimensions[column_letters(column.column)].width = width


def _styled_cell(sheet: Worksheet, row: int, column: int) -> Cell:
    """Get a cell; a new one looks as its row or column says."""
    existing = existing_cells(sheet).get((row, column))
    if existing is not None:
        return cast("Cell", existing)
    cell = cast("Cell", sheet.cell(row, column))
    model = _inherited(sheet, row, column)
    if model is not None:
        _take_style(cell, model)
    return cell


def _inherited(sheet: Worksheet, row: int, column: int) -> StyleableObject | None:
    """Find what formats a cell that is not there: its row, else its column."""
    row_dimension = sheet.row_dimensions.get(row)
    if row_dimension is not None and row_dimension.has_style:
        return cast("StyleableObject", row_dimension)
    return _column_dimension(sheet, column)


def _column_dimension(sheet: Worksheet, column: int) -> ColumnDimension | None:
    # One entry may stand for several columns.
    for dimension in sheet.column_dimensions.values():
        dimension.reindex()
        if (dimension.min or 0) <= column <= (dimension.max or 0):
            return dimension
    return None


def _take_style(cell: Cell, model: StyleableObject) -> None:
    # The public way copies six objects one by one.
    setattr(cell, _STYLE, copy(getattr(model, _STYLE)))
