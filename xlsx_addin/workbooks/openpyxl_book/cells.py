"""Cells of openpyxl in the words of the contract: values, texts, references."""

import re
from typing import Final, cast

from openpyxl.cell import Cell, MergedCell
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from xlsx_addin.core.cells import LAST_COLUMN, LAST_ROW, Area, CellError, Plain

AnyCell = Cell | MergedCell

# ECMA-376 part 1, 22.9.2.19: characters that XML cannot hold stand as _xHHHH_.
_ESCAPED: Final = re.compile("_x([0-9A-Fa-f]{4})_")
_TO_ESCAPE: Final = re.compile("(_x[0-9A-Fa-f]{4}_)|\r")


def existing_cells(sheet: Worksheet) -> dict[tuple[int, int], AnyCell]:
    """Map the cells of a sheet by row and column; openpyxl's own ways make missing ones."""
    return sheet._cells  # noqa: SLF001  # no other way


def plain_value(value: object, data_type: str) -> Plain:
    """Turn a value of openpyxl that is no formula into one of the contract.

    Args:
        value: `Cell.value`.
        data_type: `Cell.data_type`.
    """
    if isinstance(value, str):
        return CellError(value) if data_type == "e" else unescape_text(value)
    return cast("Plain", value)


def unescape_text(text: str) -> str:
    """Turn a text as the file holds it into what Excel shows."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def escape_text(text: str) -> str:
    """Turn a text as Excel shows it into what the file holds."""
    return _TO_ESCAPE.sub(lambda match: f"_x005F{match[1]}" if match[1] else "_x000D_", text)


def area_of(ref: str) -> Area:
    """Read a reference such as ``A1:D9``; where a side is left out it has no end."""
    first_column, first_row, last_column, last_row = range_boundaries(ref)
    return Area(first_row or 1, first_column or 1, last_row or LAST_ROW, last_column or LAST_COLUMN)


def merged_areas(sheet: Worksheet) -> tuple[Area, ...]:
    """List the merged areas of a sheet."""
    return tuple(area_of(merged.coord) for merged in sheet.merged_cells.ranges)
