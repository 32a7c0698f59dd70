"""Reads the ranges that Excel hands to a function, whole columns no further than they are used."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from xlwings.conversion import Accessor, Pipeline, ValueAccessor

from xlsx_addin.core.cells import LAST_ROW
from xlsx_addin.excel.arguments import UsedPart


class IdCells(Accessor):
    """Converts an argument into rows of values, whatever the user handed over."""

    @classmethod
    def reader(cls, options: Mapping[str, Any]) -> Pipeline:
        """Give the stages that read an argument; see xlwings.conversion.

        Args:
            options: of the argument.
        """
        # Always two dimensions, and errors as what Excel shows for them.
        reader: Callable[[Mapping[str, Any]], Any] = ValueAccessor.reader
        reading = reader({**options, "ndim": 2, "err_to_str": True})
        whole_column = _WholeColumn()
        return Pipeline([whole_column.cut, *reading, whole_column.mark])


class _WholeColumn:
    """Cuts a whole column to the part that is used, and says so."""

    def __init__(self) -> None:
        self._is_cut = False

    def cut(self, context: Any) -> None:  # noqa: ANN401  # xlwings is not typed
        """Leave away the rows below the last one that is used."""
        if context.range is None:
            return
        cells = context.range.api
        # One call for a cell, of which there are many; three for a column.
        if cells.CountLarge < _TALLEST or cells.Rows.Count < _TALLEST:
            return
        used = cells.Worksheet.UsedRange
        rows = max(1, used.Row + used.Rows.Count - cells.Row)
        context.range = context.range.resize(rows, cells.Columns.Count)
        self._is_cut = True

    def mark(self, context: Any) -> None:  # noqa: ANN401  # likewise
        """Mark rows that go on as far as the sheet does."""
        if self._is_cut:
            context.value = UsedPart(context.value)


_TALLEST: Final = LAST_ROW // 16
"""Rows from which on a range is a whole column, in the sheets of old workbooks too."""
