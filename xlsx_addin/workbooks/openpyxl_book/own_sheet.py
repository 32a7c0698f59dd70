"""Sheets of our own in a workbook of openpyxl."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import count, zip_longest
from typing import Final, cast

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from xlsx_addin.core.cells import Plain, cell_text
from xlsx_addin.workbooks.contract import ColumnKind, ResultValue
from xlsx_addin.workbooks.openpyxl_book.cells import plain_value
from xlsx_addin.workbooks.openpyxl_book.writing import write_value

Rows = Sequence[Sequence[ResultValue]]

# Excel's limit for the name of a sheet, in characters.
_LONGEST_NAME: Final = 31
_NARROWEST: Final = 8
_WIDEST: Final = 60


def put_sheet(workbook: Workbook, name: str, rows: Rows) -> bool:
    """Add a sheet of our own at the end, or replace the one that we added earlier.

    Args:
        workbook: the workbook.
        name: its name; a number is appended if a sheet that is not ours has it.
        rows: rows x columns, the first one the header.

    Returns:
        Whether anything changed.
    """
    title, old = _place(workbook, name, rows[:1])
    if old is None:
        _fill(workbook.create_sheet(title), rows)
        return True
    if _is_filled_with(old, rows):
        return False
    position = workbook.index(old)
    workbook.remove(old)
    new = workbook.create_sheet(title, position)
    new.sheet_state = old.sheet_state
    _fill(new, rows)
    return True


def _place(workbook: Workbook, name: str, header: Rows) -> tuple[str, Worksheet | None]:
    """Find a free name, or our own sheet with its name."""
    # Excel does not tell names apart by case.
    taken = {title.lower(): title for title in workbook.sheetnames}
    names = _names(name)
    while True:
        title = next(names)
        if title.lower() not in taken:
            return title, None
        sheet = workbook[taken[title.lower()]]
        if isinstance(sheet, Worksheet) and _is_filled_with(sheet, header, last_row=1):
            return sheet.title, sheet


def _names(name: str) -> Iterator[str]:
    yield name[:_LONGEST_NAME]
    for number in count(2):
        ending = f" {number}"
        yield name[: _LONGEST_NAME - len(ending)] + ending


def _is_filled_with(sheet: Worksheet, rows: Rows, last_row: int | None = None) -> bool:
    held = sheet.iter_rows(max_row=last_row)
    return all(
        _trimmed([plain_value(cell.value, cell.data_type) for cell in cells])
        == _trimmed([_as_read(value) for value in row])
        for cells, row in zip_longest(held, rows, fillvalue=())
    )


def _trimmed(values: list[Plain]) -> list[Plain]:
    while values and values[-1] is None:
        values.pop()
    return values


def _as_read(value: ResultValue) -> Plain:
    if isinstance(value, str):
        return cell_text(value) or None
    # A sheet knows no days without a time.
    return value and datetime(value.year, value.month, value.day)  # noqa: DTZ001  # a sheet's own


def _fill(sheet: Worksheet, rows: Rows) -> None:
    for row_number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            if value not in (None, ""):
                cell = cast("Cell", sheet.cell(row_number, column))
                write_value(cell, value, ColumnKind.IDENTIFIER)
    for header in sheet[1]:
        header.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    for column, values in enumerate(zip_longest(*rows), start=1):
        longest = max((len(str(value)) for value in values if value is not None), default=0)
        width = min(max(longest + 2, _NARROWEST), _WIDEST)
        sheet.column_dimensions[get_column_letter(column)].width = width
