"""Keeping Excel from redrawing, recalculating and running macros while cells are written."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

import xlwings

from xlsx_addin.workbooks.live.gate import ExcelGate

_QUIET: Final[tuple[tuple[str, Any], ...]] = (
    ("screen_updating", False),
    ("enable_events", False),
    ("calculation", "manual"),
)


@contextmanager
def quiet(app: xlwings.App, gate: ExcelGate) -> Iterator[None]:
    """Keep an Excel quiet for as long as a `with` block lasts, then put all back.

    Args:
        app: the Excel.
        gate: makes calls into it.
    """
    before: list[tuple[str, Any]] = []
    try:
        for name, value in _QUIET:
            now = gate.do(partial(getattr, app, name))
            if now != value:
                gate.do(partial(setattr, app, name, value))
                before.append((name, now))
        yield
    finally:
        _put_back(app, gate, before)


def _put_back(app: xlwings.App, gate: ExcelGate, before: list[tuple[str, Any]]) -> None:
    """Put properties back; one that cannot be put back does not keep the others from it."""
    if not before:
        return
    name, value = before.pop()
    try:
        gate.do(partial(setattr, app, name, value), stoppable=False)
    finally:
        _put_back(app, gate, before)
