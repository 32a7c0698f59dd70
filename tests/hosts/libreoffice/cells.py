"""A block of cells, and what LibreOffice tells of it without being asked cell by cell.

One call a cell is what makes an engine slow: ten thousand of them take a minute. All questions
here are answered by a handful of calls for a block of any size.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, Final

from tests.hosts.libreoffice.boxes import LAST_COLUMN, Box
from tests.hosts.libreoffice.formats import Formats, Kind

_FORMULAS: Final = 16


class Cells:
    """A block of cells of a sheet.

    Args:
        sheet: The sheet, as LibreOffice knows it.
        box: Which cells.
        formats: The number formats of the document.
    """

    def __init__(self, sheet: Any, box: Box, formats: Formats) -> None:
        self.sheet = sheet
        self.box = box
        self.formats = formats

    @cached_property
    def xl(self) -> Any:
        """The block, as LibreOffice knows it."""
        return self.part(self.box)

    def part(self, box: Box) -> Any:
        """Give other cells of the sheet, as LibreOffice knows them."""
        return self.sheet.getCellRangeByPosition(
            box.column - 1, box.row - 1, box.last_column - 1, box.last_row - 1
        )

    def alike(self) -> Iterator[tuple[Any, list[Box]]]:
        """List groups of cells that have all their attributes in common, and where they are."""
        groups = self.xl.getUniqueCellFormatRanges()
        for index in range(groups.Count):
            group = groups.getByIndex(index)
            yield group, boxes(group)

    def kinds(self) -> list[list[Kind]]:
        """Give the kind of format of every cell."""
        grid = [[Kind.GENERAL] * self.box.shape[1] for _ in range(self.box.shape[0])]
        for group, where in self.alike():
            kind = self.formats.kind(group.NumberFormat)
            if kind is not Kind.GENERAL:
                self._fill(grid, where, kind)
        return grid

    def _fill(self, grid: list[list[Any]], where: Iterable[Box], value: Any) -> None:
        for box in where:
            common = box.meet(self.box)
            if common is None:
                continue
            left = common.column - self.box.column
            filling = [value] * common.shape[1]
            for row in range(common.row - self.box.row, common.last_row - self.box.row + 1):
                grid[row][left : left + len(filling)] = filling

    def formulas(self) -> list[list[bool]]:
        """Tell of every cell whether it holds a formula."""
        grid = [[False] * self.box.shape[1] for _ in range(self.box.shape[0])]
        self._fill(grid, boxes(self.xl.queryContentCells(_FORMULAS)), True)
        return grid

    def locked(self) -> bool | None:
        """Tell whether the cells are locked; None if some are."""
        return agreed(bool(group.CellProtection.IsLocked) for group, _ in self.alike())

    def codes(self) -> set[str]:
        """List the codes of the number formats."""
        return {self.formats.code(group.NumberFormat) for group, _ in self.alike()}

    def merged_areas(self) -> list[Box]:
        """List the merged areas that these cells are part of."""
        around = self.grown_by_merged()
        if around.size == 1:
            return []
        outer = Cells(self.sheet, around, self.formats)
        if not outer.xl.getIsMerged():
            return []
        return [
            area
            for _, where in outer.alike()
            for box in where
            if self.part(box).getIsMerged()
            for area in self._areas_from(box)
            if area.meet(self.box)
        ]

    def _areas_from(self, box: Box) -> Iterator[Box]:
        """A merged area is known to its first cell alone."""
        for row, column in box.cells(box):
            first = Box.at(box.row + row, box.column + column)
            area = Cells(self.sheet, first, self.formats).grown_by_merged()
            if area.size > 1 and (area.row, area.column) == (first.row, first.column):
                yield area

    def grown_by_merged(self) -> Box:
        """Give the box around these cells that cuts no merged area."""
        cursor = self.sheet.createCursorByRange(self.xl)
        cursor.collapseToMergedArea()
        return Box.of(cursor.RangeAddress)

    def hidden_rows(self) -> bool | None:
        """Tell whether the rows are hidden; None if some are."""
        hidden = self.rows_out_of_sight()
        return False if not hidden else True if len(hidden) == self.box.shape[0] else None

    def rows_out_of_sight(self) -> list[int]:
        """List the numbers of hidden rows."""
        rows = self.part(Box(self.box.row, 1, self.box.last_row, LAST_COLUMN))
        seen: set[int] = set()
        for box in boxes(rows.queryVisibleCells()):
            seen.update(range(box.row, box.last_row + 1))
        return [row for row in range(self.box.row, self.box.last_row + 1) if row not in seen]


def boxes(ranges: Any) -> list[Box]:
    """List the boxes of several ranges that LibreOffice gave."""
    return [Box.of(address) for address in ranges.RangeAddresses]


def agreed(answers: Iterable[bool]) -> bool | None:
    """Give what all say; None if they differ."""
    found = set(answers)
    return found.pop() if len(found) == 1 else None
