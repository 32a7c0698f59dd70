"""Cells that hold already what they should: a block may be written over them, equal."""

from collections.abc import Callable
from datetime import datetime

from xlsx_addin.core.cells import CellValue
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import Outcome, ResultField
from xlsx_addin.core.results import SheetRows


def steady_rows(
    rows: SheetRows, outcome_of: Callable[[LineItem], Outcome]
) -> dict[ResultField, set[int]]:
    """List the rows whose cell holds just what its line item gets, by field.

    Args:
        rows: the rows as read.
        outcome_of: tells the outcome of a line item.
    """
    steady: dict[ResultField, set[int]] = {one: set() for one in rows.results}
    for place, key in enumerate(rows.keys):
        if key is None:
            continue
        outcome = key if isinstance(key, Outcome) else outcome_of(key)
        wanted = _wanted(outcome)
        for one, cells in rows.results.items():
            if cells[place] == wanted[one]:
                steady[one].add(rows.first_row + place)
    return steady


def _wanted(outcome: Outcome) -> dict[ResultField, CellValue]:
    day = outcome.invoice_date
    return {
        ResultField.INVOICE_NUMBER: outcome.invoice_number or None,
        ResultField.INVOICE_DATE: datetime(day.year, day.month, day.day) if day else None,  # noqa: DTZ001  # a sheet's
        ResultField.CONSOLIDATED_INVOICE_NUMBER: outcome.consolidated_invoice_number or None,
        ResultField.STATUS: outcome.status.value,
        ResultField.MESSAGE: outcome.message or None,
    }
