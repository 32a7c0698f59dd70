"""Cells that hold already what they should: a block may be written over them, equal."""

from collections.abc import Callable

from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import Outcome, ResultField
from xlsx_addin.core.results import SheetRows, wanted_cells


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
        for one, wanted in zip(ResultField, wanted_cells(outcome), strict=True):
            if one in steady and rows.results[one][place] == wanted:
                steady[one].add(rows.first_row + place)
    return steady
