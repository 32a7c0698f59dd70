"""The steps about the formulas, in a workbook of their own."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from xlsx_addin.core.line_items import BATCH_SIZE, LineItem
from xlsx_addin.doctor.check import Finding, ok
from xlsx_addin.excel.formulas.showing import REQUESTING
from xlsx_addin.excel.selftest.contract import FormulaCells, Wrong
from xlsx_addin.excel.selftest.lines import Expected
from xlsx_addin.excel.selftest.trial import Trial

SPILLED: Final = 30
"""Rows of the formula that spills; the single cells stand below them."""

_FIRST: Final = 2
_LAST: Final = _FIRST + SPILLED - 1
_ONES: Final = _LAST + 2
_ANCHOR: Final = f"E{_FIRST}"
_FUNCTIONS: Final = (
    "AB_INVOICE_NUMBER",
    "AB_INVOICE_DATE",
    "AB_CONSOLIDATED_INVOICE",
    "AB_INVOICE_STATUS",
)
# Day 0 of dates that are shown as numbers (ECMA-376-1, 18.17.4.1).
_DAY_ZERO: Final = date(1899, 12, 30)
_SETTLING_S: Final = 3.0
"""Seconds in which a request that a calculation caused would come."""


class _Cells:
    """The cells of the formulas, as the steps about them see them.

    Args:
        trial: the self-test.

    Raises:
        Wrong: there is no sheet for them.
    """

    def __init__(self, trial: Trial) -> None:
        if trial.cells is None:
            raise Wrong("There is no sheet for formulas.")
        self.trial = trial
        self.cells: FormulaCells = trial.cells
        lines = trial.bench.for_formulas
        self.array: Sequence[LineItem] = lines[:SPILLED]
        self.ones: Sequence[LineItem] = lines[SPILLED:]
        self.last_one = _ONES + len(self.ones) - 1

    def settled(self, area: str) -> list[list[object]]:
        """Wait until no cell of an area waits, and give what they show."""
        seconds = self.trial.limits.formula_wait_s
        if not self.trial.waiting.until(lambda: not self._waits(area), seconds):
            raise Wrong(
                f"Cells of {area} still said {REQUESTING} after {seconds:g} s.",
                next_step="See whether Excel showed a window, and the log in the folder.",
            )
        return self.cells.shown(area)

    def _waits(self, area: str) -> bool:
        return any(value == REQUESTING for row in self.cells.shown(area) for value in row)


def spill(trial: Trial) -> Finding:
    """Enter one formula for many rows."""
    trial.cells = trial.excel.formula_cells()
    on = _Cells(trial)
    on.cells.write(_FIRST, on.array)
    asked = trial.bench.requests
    ids = [f"{column}{_FIRST}:{column}{_LAST}" for column in "ABC"]
    on.cells.enter(_ANCHOR, "AB_INVOICES", *ids)
    area = f"E{_FIRST}:G{_LAST}"
    kinds = _check_block(on.settled(area), trial.bench.expected(on.array), _FIRST)
    requests, least = trial.bench.requests - asked, -(-len(on.array) // BATCH_SIZE)
    if requests != least:
        raise Wrong(f"{requests} requests were sent where {least} are enough.")
    return ok(
        f"{len(on.array)} rows x 3 columns spilled, {requests} requests;"
        f" days come as {' and '.join(sorted(kinds))}."
    )


def one_cell(trial: Trial) -> Finding:
    """Enter the functions for one cell, row by row."""
    on = _Cells(trial)
    on.cells.write(_ONES, on.ones)
    asked = trial.bench.requests
    for row in range(_ONES, on.last_one + 1):
        for column, name in zip("EFGH", _FUNCTIONS, strict=True):
            on.cells.enter(f"{column}{row}", name, f"A{row}", f"B{row}", f"C{row}")
    shown = on.settled(f"E{_ONES}:H{on.last_one}")
    truth = trial.bench.expected(on.ones)
    _check_block([row[:3] for row in shown], truth, _ONES)
    for number, (cells, one) in enumerate(zip(shown, truth, strict=True), _ONES):
        if cells[3] != one.status:
            raise Wrong(f"H{number} shows {cells[3]!r}, not {one.status}.")
    requests = trial.bench.requests - asked
    if requests > len(on.ones) // 2:
        raise Wrong(f"{len(on.ones)} rows cost {requests} requests: they do not share them.")
    return ok(f"{len(on.ones)} rows x 4 functions are right, {requests} shared requests.")


def recalculate(trial: Trial) -> Finding:
    """Calculate every formula again."""
    on = _Cells(trial)
    areas = (f"E{_FIRST}:G{_LAST}", f"E{_ONES}:H{on.last_one}")
    before, asked = [on.cells.shown(area) for area in areas], trial.bench.requests
    on.cells.calculate_all()
    trial.waiting.until(lambda: trial.bench.requests > asked, _SETTLING_S)
    if trial.bench.requests > asked:
        raise Wrong("A calculation alone sent a request, though all answers are known.")
    if [on.settled(area) for area in areas] != before:
        raise Wrong("A calculation alone changed what the formulas show.")
    return ok("No request, and all formulas show the same.")


def _check_block(
    shown: Sequence[Sequence[object]], truth: Sequence[Expected], first_row: int
) -> set[str]:
    """Make sure that rows show number, day and consolidated number; tell what days are."""
    kinds = set()
    for number, (row, one) in enumerate(zip(shown, truth, strict=True), first_row):
        if row[0] != one.number:
            raise Wrong(f"E{number} shows {row[0]!r}, not {one.number!r}.")
        day, kind = _day(row[1])
        kinds.add(kind)
        if day != one.day:
            raise Wrong(f"F{number} shows {row[1]!r}, not {one.day}.")
        if (row[2] or None) != one.consolidated:
            raise Wrong(f"G{number} shows {row[2]!r}, not {one.consolidated!r}.")
    return kinds


def _day(value: object) -> tuple[date | None, str]:
    """Read a day as Excel shows it: by the cell's format a date, or its number."""
    if isinstance(value, datetime):
        return value.date(), "dates"
    if isinstance(value, float) and value.is_integer():
        return _DAY_ZERO + timedelta(days=value), "numbers such as 45492"
    return None, "something else"
