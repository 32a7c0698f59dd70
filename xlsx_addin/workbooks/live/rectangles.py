"""Which blocks of cells are written: as few as possible, and no cell that must be kept.

Changed cells of a column become runs of rows. A gap between two runs is bridged if its cells
are empty or hold what they should already: they are written again, equal. Runs of adjacent
columns with the same rows become one rectangle.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from xlsx_addin.core.cells import Area

_LONGEST_BRIDGE: Final = 2000
"""Rows that are written again rather than a call made for another block."""


def runs(
    rows: Collection[int], may_bridge: Collection[int], longest: int = _LONGEST_BRIDGE
) -> list[tuple[int, int]]:
    """Join rows to runs.

    Args:
        rows: the rows that are written.
        may_bridge: rows that may be written again, equal.
        longest: rows of a gap at most.

    Returns:
        First and last row of each run, in order.
    """
    found: list[tuple[int, int]] = []
    for row in sorted(rows):
        if found and _bridges(found[-1][1], row, may_bridge, longest):
            found[-1] = found[-1][0], row
        else:
            found.append((row, row))
    return found


def _bridges(last: int, row: int, may_bridge: Collection[int], longest: int) -> bool:
    if row - last - 1 > longest:
        return False
    return all(between in may_bridge for between in range(last + 1, row))


def rectangles(columns: Mapping[int, Sequence[tuple[int, int]]]) -> list[Area]:
    """Join the runs of adjacent columns.

    Args:
        columns: runs by column number.

    Returns:
        Areas that cover every run once, from left to right.
    """
    found: list[Area] = []
    for column, rows in sorted(columns.items()):
        for first, last in rows:
            wider = _at_left(found, column, first, last)
            if wider is None:
                found.append(Area(first, column, last, column))
            else:
                found[wider] = Area(first, found[wider].first_column, last, column)
    return found


def _at_left(found: Sequence[Area], column: int, first: int, last: int) -> int | None:
    for place, area in enumerate(found):
        if (area.first_row, area.last_row, area.last_column) == (first, last, column - 1):
            return place
    return None
