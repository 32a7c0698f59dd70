"""Tables (ListObjects) of a worksheet of openpyxl: listing them and growing one."""

from collections.abc import Mapping
from typing import cast

from openpyxl.worksheet.table import Table, TableColumn
from openpyxl.worksheet.worksheet import Worksheet

from xlsx_addin.core.cells import Area, cell_name, column_letters
from xlsx_addin.errors import SheetError
from xlsx_addin.workbooks.contract import TableInfo
from xlsx_addin.workbooks.openpyxl_book.cells import area_of, merged_areas


def tables_of(sheet: Worksheet) -> tuple[TableInfo, ...]:
    """List the tables of a sheet."""
    return tuple(_info(table) for table in sheet.tables.values())


def _info(table: Table) -> TableInfo:
    header_rows = 1 if table.headerRowCount is None else table.headerRowCount
    return TableInfo(
        table.displayName, area_of(table.ref), header_rows, int(bool(table.totalsRowCount))
    )


def check_growth(sheet: Worksheet, name: str, headers: Mapping[int, str]) -> None:
    """Make sure that a table can grow to the right.

    Args:
        sheet: its worksheet.
        name: its display name.
        headers: the new headers by column number.

    Raises:
        SheetError: there is no such table, the columns are not the next ones, or something
            is in the way.
    """
    table = _find(sheet, name)
    area = area_of(table.ref)
    if sorted(headers) != list(range(area.last_column + 1, area.last_column + 1 + len(headers))):
        raise _cannot_grow(name, "its new columns would not stand directly at its right")
    known = {column.name.lower() for column in table.tableColumns}
    for header in headers.values():
        if header.lower() in known:
            raise _cannot_grow(name, f"it has a column {header} already")
    grown = Area(area.first_row, area.last_column + 1, area.last_row, max(headers, default=0))
    for info in tables_of(sheet):
        if info.name != name and info.area.meets(grown):
            raise _cannot_grow(name, f"the table {info.name} is in the way")
    for merged in merged_areas(sheet):
        if merged.meets(grown):
            cell = cell_name(merged.first_row, merged.first_column)
            raise _cannot_grow(name, f"the merged cells at {cell} are in the way")


def _cannot_grow(name: str, reason: str) -> SheetError:
    return SheetError(
        f"The table {name} cannot be extended: {reason}.",
        next_step="Make room at the right of the table, or add the result columns by hand.",
        code="table-cannot-grow",
    )


def grow(sheet: Worksheet, name: str, headers: Mapping[int, str]) -> None:
    """Let a table grow to the right; `check_growth` has said that it can.

    Args:
        sheet: its worksheet.
        name: its display name.
        headers: the new headers by column number.
    """
    table = _find(sheet, name)
    last = column_letters(max(headers))
    first_free = max((column.id for column in table.tableColumns), default=0) + 1
    for number, column in enumerate(sorted(headers), start=first_free):
        table.tableColumns.append(TableColumn(id=number, name=headers[column]))
    table.ref = _widened(table.ref, last)
    if table.autoFilter is not None and table.autoFilter.ref:
        table.autoFilter.ref = _widened(table.autoFilter.ref, last)


def _widened(ref: str, last_column: str) -> str:
    area = area_of(ref)
    return f"{cell_name(area.first_row, area.first_column)}:{last_column}{area.last_row}"


def _find(sheet: Worksheet, name: str) -> Table:
    for table in sheet.tables.values():
        if table.displayName == name:
            return cast("Table", table)
    raise SheetError(
        f"The sheet {sheet.title} has no table {name}.",
        next_step="Name one of its tables: "
        f"{', '.join(info.name for info in tables_of(sheet)) or 'it has none'}.",
        code="no-such-table",
    )
