"""Formulas with ties to other cells: shared texts, arrays, results that became old."""

import re
from bisect import bisect
from collections.abc import Collection, Iterator, Mapping, Sequence
from operator import attrgetter
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
        masters: all cells that hold the text of a shared formula, by index, in their order.
        lost: the overwritten ones.
    """

    def __init__(self, masters: Mapping[bytes, Sequence[Master]], lost: Collection[Master]) -> None:
        self._masters = masters
        self._lost = lost

    def __bool__(self) -> bool:
        return bool(self._lost)

    def text(self, index: bytes, row: int, column: int) -> str | None:
        """Give the text that a shared formula has in a cell; None if its own cell is kept.

        Args:
            index: its index.
            row: row of the cell.
            column: column of the cell.
        """
        master = _master(self._masters, index, row, column)
        if master is None or master not in self._lost:
            return None
        return _moved(master, row, column)


def shared_text(
    masters: Mapping[bytes, Sequence[Master]], index: bytes, row: int, column: int
) -> str | None:
    """Give the text that a shared formula has in a cell; None if it is nowhere.

    Args:
        masters: all cells that hold the text of a shared formula, by index, in their order.
        index: its index.
        row: row of the cell.
        column: column of the cell.
    """
    master = _master(masters, index, row, column)
    return None if master is None else _moved(master, row, column)


def _master(
    masters: Mapping[bytes, Sequence[Master]], index: bytes, row: int, column: int
) -> Master | None:
    found = masters.get(index, ())
    at = bisect(found, (row, column), key=attrgetter("row", "column"))
    # A cell shares the last text before it, or holds one itself.
    return found[at - 1] if at else None


def _moved(master: Master, row: int, column: int) -> str:
    # Imported when it is needed, which is rare: openpyxl costs 0.1 s.
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
