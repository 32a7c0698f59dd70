"""What a sheet holds once it was written, read back as plainly as can be."""

from functools import cached_property

from xlsx_addin.core.cells import Area, Block, CellValue, Formula, Missing
from xlsx_addin.workbooks.contract import SheetEdit
from xlsx_addin.workbooks.live.areas import covers, cut_out, union
from xlsx_addin.workbooks.live.reading import SheetReading


class ReadBack:
    """The cells of a sheet after an edit: values, and the results of formulas.

    Args:
        before: what it held before.
        edit: what was written.
    """

    def __init__(self, before: SheetReading, edit: SheetEdit) -> None:
        self._reading = before
        self._edit = edit

    def block(self, area: Area) -> Block:
        """Give cells, rows x columns.

        Args:
            area: which.
        """
        if not self._reading.is_small or not covers(self.area, area):
            return self._reading.fresh(area)
        return cut_out(self._whole, self.area, area)

    @cached_property
    def _whole(self) -> Block:
        return self._reading.fresh(self.area)

    @cached_property
    def area(self) -> Area:
        """The used range and what was written."""
        area = self._reading.shown
        for column in self._edit.columns:
            if column.cells:
                written = Area(min(column.cells), column.column, max(column.cells), column.column)
                area = union(area, written)
        return area


def results_of(block: Block) -> Block:
    """Give the results of formulas in place of them, as they are read back.

    Args:
        block: rows x columns.
    """
    return [[_result(cell) for cell in row] for row in block]


def _result(cell: CellValue) -> CellValue:
    if not isinstance(cell, Formula):
        return cell
    return None if isinstance(cell.result, Missing) or cell.result == "" else cell.result
