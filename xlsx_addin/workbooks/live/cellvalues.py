"""What Excel gives for cells, as cell values, and a block of them."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from xlsx_addin.core.cells import Block, CellError, CellValue, Formula, Plain

Raw = Sequence[Sequence[Any]]
"""rows x columns, as the engine gives them."""

_EXACT: Final = 2.0**53
_DAY_ZERO: Final = date(1899, 12, 30)
"""The day of a time without a day."""
_UNKNOWN_ERROR: Final = "#ERROR!"

Clean = Callable[[Raw], Raw]
"""Turns errors into their texts and dates into `datetime`; empty cells and texts into None."""


def as_rows(content: Any, rows: int) -> list[list[Any]]:  # noqa: ANN401  # what Excel gives
    """Bring what Excel gives for a block into rows x columns.

    Args:
        content: a single value, a row, or rows.
        rows: how many rows the block has.
    """
    if not isinstance(content, (list, tuple)):
        return [[content]]
    if content and isinstance(content[0], (list, tuple)):
        return [list(row) for row in content]
    return [list(content)] if rows == 1 else [[value] for value in content]


def block_of(raw: Raw, formulas: Raw | None, clean: Clean) -> Block:
    """Read cell values.

    Args:
        raw: values, rows x columns.
        formulas: what Excel's `Formula` gives for the same cells, None if none has a formula.
        clean: the engine's way of cleaning values.
    """
    cleaned = clean(raw)
    if formulas is None:
        return [
            [_plain(*pair) for pair in zip(row, clean_row, strict=True)]
            for row, clean_row in zip(raw, cleaned, strict=True)
        ]
    return [
        [_cell(*cell) for cell in zip(row, clean_row, formula_row, strict=True)]
        for row, clean_row, formula_row in zip(raw, cleaned, formulas, strict=True)
    ]


def _cell(raw: object, value: object, formula: object) -> CellValue:
    # Excel gives a text that begins with = for itself, too.
    if isinstance(formula, str) and formula.startswith("=") and formula != raw:
        result = _plain(raw, value)
        return Formula("" if result is None else result)
    return _plain(raw, value)


def _plain(raw: object, value: object) -> Plain:
    if value is None or isinstance(value, str):
        is_error = isinstance(value, str) and not isinstance(raw, str)
        return CellError(str(value)) if is_error else value
    if isinstance(value, (bool, CellError)):
        return value
    if isinstance(value, datetime):
        return value.time() if value.date() == _DAY_ZERO else value
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < _EXACT else value
    # Excel's numbers are floats; a whole number is an error that the engine has no name for.
    return CellError(_UNKNOWN_ERROR)
