"""The formulas without Excel: arguments in, what the cells show out, whatever happens."""

import logging
from collections.abc import Callable, Sequence
from typing import Final

from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import Outcome, ResultField
from xlsx_addin.errors import XlsxAddinError, unexpected
from xlsx_addin.excel.formulas.arguments import (
    Arguments,
    Heading,
    Key,
    WrongArgument,
    read_arguments,
)
from xlsx_addin.excel.formulas.showing import Shown, short, show, show_row
from xlsx_addin.excel.loader import Loader

Block = list[list[Shown]]
"""Rows of what cells show."""

_ROW: Final = (
    ResultField.INVOICE_NUMBER,
    ResultField.INVOICE_DATE,
    ResultField.CONSOLIDATED_INVOICE_NUMBER,
)
_BLANK_ROW: Final[list[Shown]] = ["", "", ""]

_log = logging.getLogger(__name__)


class Formulas:
    """What the functions of the sheet do; never raises.

    Args:
        loader: gives the loader; called each time, so that its errors are shown too.
    """

    def __init__(self, loader: Callable[[], Loader]) -> None:
        self._loader = loader

    def rows(self, names: Sequence[str], values: Sequence[object], cell: object) -> Block:
        """Give number, date and consolidated number for each row of three columns.

        Args:
            names: of the arguments, for messages.
            values: of the three arguments, as Excel handed them over.
            cell: which one calls, a text.
        """
        return _without_errors(lambda: self._rows(names, values, cell))

    def field(
        self, field: ResultField, names: Sequence[str], values: Sequence[object], cell: object
    ) -> Block:
        """Give one field for each cell of three arguments of one shape.

        Args:
            field: which one.
            names: of the arguments, for messages.
            values: of the three arguments, as Excel handed them over.
            cell: which one calls, a text.
        """
        return _without_errors(lambda: self._field(field, names, values, cell))

    def _rows(self, names: Sequence[str], values: Sequence[object], cell: object) -> Block:
        arguments = read_arguments(names, values)
        if min(arguments.shape) > 1:
            raise WrongArgument(
                f"Check the ranges: each must be one column, not {arguments.shape}."
            )
        outcome_of = self._look_up(arguments, cell)
        return [_row(key, outcome_of) for key in arguments.keys]

    def _field(
        self, field: ResultField, names: Sequence[str], values: Sequence[object], cell: object
    ) -> Block:
        arguments = read_arguments(names, values)
        outcome_of = self._look_up(arguments, cell)
        cells = [_cell(field, key, outcome_of) for key in arguments.keys]
        width = arguments.shape.columns
        return [cells[start : start + width] for start in range(0, len(cells), width)]

    def _look_up(self, arguments: Arguments, cell: object) -> Callable[[LineItem], Outcome | None]:
        lines = dict.fromkeys(key for key in arguments.keys if isinstance(key, LineItem))
        if not lines:
            return _nothing
        name = cell if isinstance(cell, str) else ""
        return self._loader().look_up(lines, name, waits=len(arguments.keys) > 1).get


def _nothing(_line_item: LineItem) -> Outcome | None:
    return None


def _row(key: Key, outcome_of: Callable[[LineItem], Outcome | None]) -> list[Shown]:
    if key is None:
        return list(_BLANK_ROW)
    if isinstance(key, Heading):
        return [field.header for field in _ROW]
    return show_row(outcome_of(key) if isinstance(key, LineItem) else key)


def _cell(field: ResultField, key: Key, outcome_of: Callable[[LineItem], Outcome | None]) -> Shown:
    if key is None:
        return ""
    if isinstance(key, Heading):
        return field.header
    return show(field, outcome_of(key) if isinstance(key, LineItem) else key)


def _without_errors(work: Callable[[], Block]) -> Block:
    """Do something for a cell, which shows a sentence if it fails."""
    try:
        return work()
    except WrongArgument as error:
        return [[short(str(error))]]
    except XlsxAddinError as error:
        _log.warning("A formula failed: %s", error)
        return [[short(f"Failed: {error}")]]
    except Exception as error:  # noqa: BLE001  # a cell never shows a traceback
        _log.exception("A formula failed")
        return [[short(f"Failed: {unexpected(error)}")]]
