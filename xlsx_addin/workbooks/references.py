"""References such as ``A1:C3``: reading and writing them."""

import re
from typing import Final

from xlsx_addin.core.cells import LAST_COLUMN, LAST_ROW, Area, cell_name, column_number

_REFERENCE: Final = re.compile(
    r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Za-z]{1,3})\$?([0-9]{1,7}))?"
)


def area_of(reference: str) -> Area | None:
    """Read a reference such as ``A1`` or ``A1:C3``; None if it is none."""
    match = _REFERENCE.fullmatch(reference.strip())
    if match is None:
        return None
    first, last = column_number(match[1]), column_number(match[3] or match[1])
    if first is None or last is None:
        return None
    rows = int(match[2]), int(match[4] or match[2])
    return Area(min(rows), min(first, last), max(rows), max(first, last))


_WHOLE_ROWS: Final = re.compile(r"\$?([0-9]{1,7}):\$?([0-9]{1,7})")
_WHOLE_COLUMNS: Final = re.compile(r"\$?([A-Za-z]{1,3}):\$?([A-Za-z]{1,3})")


def area_of_address(address: str) -> Area | None:
    """Read an address as Excel gives it: a reference, whole rows (``$1:$4``) or whole columns.

    Args:
        address: of one area.
    """
    rows = _WHOLE_ROWS.fullmatch(address)
    if rows:
        return Area(int(rows[1]), 1, int(rows[2]), LAST_COLUMN)
    columns = _WHOLE_COLUMNS.fullmatch(address)
    if columns:
        return area_of(f"{columns[1]}1:{columns[2]}{LAST_ROW}")
    return area_of(address)


def area_name(area: Area) -> str:
    """Write a reference such as ``A1:C3``."""
    first = cell_name(area.first_row, area.first_column)
    return f"{first}:{cell_name(area.last_row, area.last_column)}"
