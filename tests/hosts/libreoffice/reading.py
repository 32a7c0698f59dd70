"""Values and formulas of a block of cells, as Excel would give them."""

import datetime as dt
import re
from typing import Any, Final

from tests.hosts.libreoffice.cells import Cells
from tests.hosts.libreoffice.entries import number_text
from tests.hosts.libreoffice.errors import CODES, NAMES
from tests.hosts.libreoffice.formats import Kind
from tests.hosts.libreoffice.grammar import excel_formula

_TELLING: Final = frozenset({Kind.DATE, Kind.LOGICAL})
_LAST_SERIAL: Final = 2_958_466
_CONSTANT: Final = re.compile(r"=(TRUE|FALSE)\(\)|=(#[A-Z/0]+[!?]?)")
_CODED_ERRORS: Final = {"Err:503": "#NUM!", "Err:521": "#NULL!", "Err:524": "#REF!"}


def read_values(cells: Cells) -> list[list[Any]]:
    """Give the values: numbers, text, dates, truth values, errors, None for empty cells."""
    raw = cells.xl.getDataArray()
    rows = [[None if value == "" else value for value in row] for row in raw]
    _put_errors(cells, raw, rows)
    for number, (row, kinds) in enumerate(zip(rows, cells.kinds(), strict=True)):
        if Kind.DATE in kinds or Kind.LOGICAL in kinds:
            rows[number] = [
                _as(kind, value, cells.formats.epoch)
                for kind, value in zip(kinds, row, strict=True)
            ]
    return rows


def _as(kind: Kind, value: Any, epoch: dt.datetime) -> Any:
    if not isinstance(value, float):
        return value
    if kind is Kind.DATE:
        return moment(value, epoch)
    return bool(value) if kind is Kind.LOGICAL else value


def moment(serial: float, epoch: dt.datetime) -> dt.datetime | float:
    """Turn a day's number into a date; what is no date stays a number."""
    if not 0 <= serial < _LAST_SERIAL:
        return serial
    return epoch + dt.timedelta(milliseconds=round(serial * 86_400_000))


def serial_of(when: dt.datetime, epoch: dt.datetime) -> float:
    """Turn a date into a day's number."""
    return (when - epoch) / dt.timedelta(days=1)


def _put_errors(cells: Cells, raw: Any, rows: list[list[Any]]) -> None:
    """LibreOffice gives nothing for an error; which one it is stands in the cell alone.

    An error that is a constant is its own formula: those of a block take one call together.
    """
    places = [(r, c) for r, line in enumerate(raw) for c, value in enumerate(line) if value is None]
    texts = cells.xl.getFormulaArray() if places else ()
    for row, column in places:
        constant = _CONSTANT.fullmatch(texts[row][column])
        shown = constant[2] if constant else cells.xl.getCellByPosition(column, row).String
        rows[row][column] = _error(shown)


def _error(shown: str) -> int:
    return CODES[shown if shown in CODES else _CODED_ERRORS.get(shown, "#VALUE!")]


def read_formulas(cells: Cells) -> list[list[str]]:
    """Give formulas in Excel's words, and constants as text."""
    texts = cells.xl.getFormulaArray()
    formulas, values = cells.formulas(), read_values(cells)
    return [
        [
            _formula(text) if is_formula else constant_text(value, cells.formats.epoch)
            for text, is_formula, value in zip(*columns, strict=True)
        ]
        for columns in zip(texts, formulas, values, strict=True)
    ]


def real_formulas(cells: Cells) -> list[list[bool]]:
    """Tell of every cell whether Excel would say that it holds a formula.

    LibreOffice has neither truth values nor errors, and keeps those of a file as formulas.
    """
    texts = cells.xl.getFormulaArray()
    return [
        [
            is_formula and not _CONSTANT.fullmatch(text)
            for text, is_formula in zip(*row, strict=True)
        ]
        for row in zip(texts, cells.formulas(), strict=True)
    ]


def array_cells(cells: Cells) -> list[list[bool]]:
    """Tell of every cell whether it is part of an array formula."""
    texts = cells.xl.getFormulaArray()
    return [
        [is_formula and text.startswith("{=") for text, is_formula in zip(*row, strict=True)]
        for row in zip(texts, cells.formulas(), strict=True)
    ]


def _formula(text: str) -> str:
    constant = _CONSTANT.fullmatch(text)
    return (constant[1] or constant[2]) if constant else excel_formula(text)


def constant_text(value: Any, epoch: dt.datetime) -> str:
    """Write a constant as Excel's line of formulas shows it."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case dt.datetime():
            return number_text(serial_of(value, epoch))
        case float():
            return number_text(value)
        case int():
            return NAMES[value]
        case _:
            return str(value)
