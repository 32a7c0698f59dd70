"""Reads the ranges that Excel hands to a function, whole columns no further than they are used."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from xlwings.conversion import Accessor, Pipeline, ValueAccessor

from xlsx_addin.core.cells import LAST_ROW
from xlsx_addin.excel.formulas.arguments import Unreadable, UsedPart

_log = logging.getLogger(__name__)


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
        return Pipeline([_Reading(reading)])


class _Reading:
    """Reads an argument, and never fails: a function is not even called if that does.

    Args:
        stages: what xlwings does with a range or a value.
    """

    def __init__(self, stages: Sequence[Callable[[Any], None]]) -> None:
        self._stages = stages

    def __call__(self, context: Any) -> None:  # noqa: ANN401  # xlwings has no type for it
        try:
            is_cut = _cut(context)
            for stage in self._stages:
                stage(context)
        except Exception as error:  # noqa: BLE001  # told in the cell
            _log.warning("An argument of a formula cannot be read: %r", error)
            context.value = Unreadable()
        else:
            context.value = UsedPart(context.value) if is_cut else context.value


def _cut(context: Any) -> bool:  # noqa: ANN401  # likewise
    """Leave away the rows of a whole column below the last one that is used."""
    if context.range is None:
        return False
    cells = context.range.api
    # One call for a cell, of which there are many; three for a column.
    if cells.CountLarge < _TALLEST or cells.Rows.Count < _TALLEST:
        return False
    used = cells.Worksheet.UsedRange
    rows = max(1, used.Row + used.Rows.Count - cells.Row)
    context.range = context.range.resize(rows, cells.Columns.Count)
    return True


_TALLEST: Final = LAST_ROW // 16
"""Rows from which on a range is a whole column, in the sheets of old workbooks too."""
