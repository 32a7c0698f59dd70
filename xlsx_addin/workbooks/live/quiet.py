"""Keeping Excel from redrawing, recalculating and running macros while cells are written."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, Final

import xlwings

from xlsx_addin.workbooks.live.gate import ExcelGate

_QUIET: Final[Mapping[str, Any]] = {
    "screen_updating": False,
    "enable_events": False,
    "calculation": "manual",
}


@contextmanager
def quiet(app: xlwings.App, gate: ExcelGate, memo: Path | None = None) -> Iterator[None]:
    """Keep an Excel quiet for as long as a `with` block lasts, then put all back.

    Args:
        app: the Excel.
        gate: makes calls into it.
        memo: a file that says meanwhile how Excel was before. If this process is killed it stays,
            and the next one puts back what it says.
    """
    changed = _to_put_back(app, gate, memo)
    try:
        for name in changed:
            gate.do(partial(setattr, app, name, _QUIET[name]))
        yield
    finally:
        _put_back(app, gate, list(changed.items()))
        if memo is not None:
            with suppress(OSError):
                memo.unlink(missing_ok=True)


def _to_put_back(app: xlwings.App, gate: ExcelGate, memo: Path | None) -> dict[str, Any]:
    """Tell how Excel is where it has to be changed, and write it down."""
    left = _left_over(memo)
    now = {name: left.get(name, gate.do(partial(getattr, app, name))) for name in _QUIET}
    changed = {name: value for name, value in now.items() if value != _QUIET[name]}
    if memo is not None and changed:
        with suppress(OSError):
            memo.parent.mkdir(parents=True, exist_ok=True)
            memo.write_text(json.dumps(changed), encoding="utf-8")
    return changed


def _left_over(memo: Path | None) -> dict[str, Any]:
    """Read what a process that was killed left written down."""
    if memo is None:
        return {}
    try:
        left = json.loads(memo.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(left, dict):
        return {}
    kinds = {name: type(value) for name, value in _QUIET.items()}
    return {name: value for name, value in left.items() if type(value) is kinds.get(name)}


def _put_back(app: xlwings.App, gate: ExcelGate, before: list[tuple[str, Any]]) -> None:
    """Put properties back; one that cannot be put back does not keep the others from it."""
    if not before:
        return
    name, value = before.pop()
    try:
        gate.do(partial(setattr, app, name, value), stoppable=False)
    finally:
        _put_back(app, gate, before)
