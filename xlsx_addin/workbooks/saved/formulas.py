"""Formulas with ties to other cells: shared texts, arrays, results that became old."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from xlsx_addin.core.cells import cell_name
from xlsx_addin.workbooks.saved.findings import Master

# A formula in a cell, or the end of the cells: charts in cells and rules have formulas as well.
_FORMULA: Final = re.compile(rb"<(?:[^\s<>/:!?]+:)?f[\s/>]|(</(?:[^\s<>/:!?]+:)?sheetData[\s>])")
_OVERLAP: Final = 64


class LostMasters:
    """The texts of shared formulas whose cell is overwritten.

    A shared formula stands in one cell; the others refer to it by an index. When that cell
    gets a value, each of the others is given a text of its own.

    Args:
        masters: the overwritten cells by index.
    """

    def __init__(self, masters: Mapping[bytes, Master]) -> None:
        self._masters = masters

    def __bool__(self) -> bool:
        return bool(self._masters)

    def text(self, index: bytes, row: int, column: int) -> str | None:
        """Give the text that a shared formula has in a cell; None if its own cell is kept.

        Args:
            index: its index.
            row: row of the cell.
            column: column of the cell.
        """
        master = self._masters.get(index)
        if master is None:
            return None
        # Imported when a master is lost, which is rare: openpyxl costs 0.1 s.
        from openpyxl.formula.translate import Translator  # noqa: PLC0415  # see above

        origin = cell_name(master.row, master.column)
        moved = Translator(f"={master.text}", origin).translate_formula(cell_name(row, column))
        return str(moved)[1:]


def hold_formula(blocks: Iterator[bytes]) -> bool:
    """Say whether a cell of a sheet holds a formula.

    Args:
        blocks: the part, UTF-8.
    """
    before = b""
    for block in blocks:
        data = before + block
        match = _FORMULA.search(data)
        if match:
            return match[1] is None
        before = data[-_OVERLAP:]
    return False
