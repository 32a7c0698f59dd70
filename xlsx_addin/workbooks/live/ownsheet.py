"""A sheet of our own in an open workbook: added at the end, or its rows replaced."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

import xlwings

from xlsx_addin.core.cells import cell_text
from xlsx_addin.errors import SheetError, XlsxAddinError
from xlsx_addin.workbooks.contract import Link, ResultValue
from xlsx_addin.workbooks.live.gate import ExcelGate
from xlsx_addin.workbooks.live.looks import DATE_CODE, TEXT_CODE
from xlsx_addin.workbooks.live.texts import typed
from xlsx_addin.workbooks.resultvalues import as_read
from xlsx_addin.workbooks.sheet_names import free_name

Rows = Sequence[Sequence[ResultValue]]


def put_own_sheet(book: xlwings.Book, gate: ExcelGate, name: str, rows: Rows) -> None:
    """Add a sheet of our own at the end, or replace the one that we added earlier.

    Args:
        book: the workbook.
        gate: makes calls into Excel.
        name: its name; a number is appended if a sheet that is not ours has it.
        rows: rows x columns, the first one the header, by which ours is known again.

    Raises:
        SheetError: the workbook's structure is protected.
    """
    sheet = _own_sheet(book, gate, name, rows)
    block = _block(rows)
    gate.do(sheet.clear_contents)
    cells = gate.do(partial(sheet.range, (1, 1), (len(block), len(block[0]))))
    gate.do(partial(setattr, cells, "number_format", TEXT_CODE))
    for column in _date_columns(rows):
        part = gate.do(partial(sheet.range, (2, column), (max(2, len(block)), column)))
        gate.do(partial(setattr, part, "number_format", DATE_CODE))
    gate.do(partial(setattr, cells, "value", block))


def _own_sheet(book: xlwings.Book, gate: ExcelGate, name: str, rows: Rows) -> xlwings.Sheet:
    names = gate.do(lambda: [sheet.name for sheet in book.sheets])
    by_name = {one.casefold(): one for one in names}
    taken: list[str] = []
    while True:
        candidate = free_name(name, taken)
        present = by_name.get(candidate.casefold())
        if present is None:
            return _add(book, gate, candidate)
        sheet = gate.do(partial(book.sheets.__getitem__, present))
        if _header(sheet, gate, len(rows[0])) == list(rows[0]):
            return sheet
        taken.append(candidate)


def _header(sheet: xlwings.Sheet, gate: ExcelGate, width: int) -> list[Any]:
    # One column more, which must be empty.
    cells = gate.do(partial(sheet.range, (1, 1), (1, width + 1)))
    held: list[Any] = gate.do(lambda: cells.options(ndim=1).value)
    return held[:width] if held[width] is None else []


def _add(book: xlwings.Book, gate: ExcelGate, name: str) -> xlwings.Sheet:
    active = gate.do(lambda: book.sheets.active)
    try:
        sheet = gate.do(lambda: book.sheets.add(name, after=book.sheets[len(book.sheets) - 1]))
    except XlsxAddinError:
        raise
    except Exception as error:
        raise SheetError(
            f"The sheet {name} cannot be added: the workbook's structure is protected.",
            next_step="Unprotect it (Review > Protect Workbook), then refresh again.",
            code="structure-protected",
        ) from error
    # Excel shows a new sheet; its user was at work on another.
    gate.do(active.activate)
    return sheet


def _block(rows: Rows) -> list[list[Any]]:
    width = max(map(len, rows))
    return [[_spell(value) for value in row] + [None] * (width - len(row)) for row in rows]


def _spell(value: ResultValue) -> Any:  # noqa: ANN401  # what xlwings takes
    if isinstance(value, Link):
        value = value.text
    if isinstance(value, str):
        return typed(cell_text(value), in_text_cell=True) or None
    return as_read(value)


def _date_columns(rows: Rows) -> list[int]:
    return sorted(
        {
            place
            for row in rows
            for place, value in enumerate(row, start=1)
            if isinstance(value, date)
        }
    )
