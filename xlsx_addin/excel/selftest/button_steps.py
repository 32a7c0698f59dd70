"""The steps about the buttons: what they fill in, and what they leave alone."""

import time
from functools import partial
from typing import Final

from xlsx_addin.core.line_items import BATCH_SIZE, LineItem
from xlsx_addin.doctor.check import Finding, ok
from xlsx_addin.excel.selftest.contract import Wrong
from xlsx_addin.excel.selftest.lines import Expected
from xlsx_addin.excel.selftest.reconciliation import BLANK, Snapshot, changed_cell
from xlsx_addin.excel.selftest.trial import Trial
from xlsx_addin.store.contract import RunRecord

_SLOW_PER_S: Final = 2.0
_FASTER_PER_S: Final = 5.0
_ABOVE: Final = 30
_INSERTED: Final = 2
"""Rows that are inserted that far below the first one of the long refresh."""

_CANCELLED: Final = "Cancelled"
_LOCKED: Final = "sheet-protected"

# Rows counted from 1: these are cleared, and of them those within are selected.
_CLEARED: Final = (3, 6)
_SELECTED: Final = (4, 5)


def fill_in(trial: Trial) -> Finding:
    """Press Refresh invoices."""
    page, bench = trial.page, trial.bench
    beside, asked = page.snapshot_beside(), bench.requests
    state, file = _state(trial), trial.path.read_bytes()
    page.select(1, 1)
    trial.press("refresh")
    truth = bench.expected(bench.lines)
    page.check(truth)
    page.check_formats(truth)
    _check_same(beside, page.snapshot_beside())
    _check_state(state, _state(trial))
    if trial.path.read_bytes() != file:
        raise Wrong("The workbook was saved, which only its user may do.")
    requests, least = bench.requests - asked, -(-len(bench.lines) // BATCH_SIZE)
    if requests != least:
        raise Wrong(f"{requests} requests were sent where {least} are enough.")
    return ok(f"{len(truth)} rows are right, {requests} requests; nothing else changed.")


def press_again(trial: Trial) -> Finding:
    """Press Refresh invoices once more."""
    unsettled = [one.line_item for one in _truth(trial) if one.status != "Found"]
    before, known = trial.page.snapshot(), trial.bench.asked_about()
    trial.press("refresh")
    asked = trial.bench.asked_about() - known
    extra = asked.keys() - set(unsettled)
    if extra:
        raise Wrong(f"{len(extra)} line items were asked about again that are settled.")
    _check_same(before, trial.page.snapshot())
    return ok("No settled line item was asked about; no cell changed.")


def refresh_selection(trial: Trial) -> Finding:
    """Clear the results of some rows and refresh those that are selected."""
    page = trial.page
    page.clear(*_CLEARED)
    page.select(*_SELECTED)
    before = page.snapshot()
    trial.press("refresh_selection")
    truth, rows = _truth(trial), page.results(len(trial.bench.lines))
    for number in range(_CLEARED[0], _CLEARED[1] + 1):
        where = page.header_row + number
        if _SELECTED[0] <= number <= _SELECTED[1]:
            page.check_row(where, rows[number - 1], truth[number - 1])
        elif rows[number - 1] != BLANK:
            raise Wrong(f"Row {where} was filled in, though it was not selected.")
    outside = [one for one in range(len(rows)) if not _CLEARED[0] <= one + 1 <= _CLEARED[1]]
    _check_rows(before, page.snapshot(), [page.first_row + one for one in outside])
    first, last = _SELECTED
    return ok(f"{last - first + 1} selected rows were filled in, those beside them were not.")


def undo(trial: Trial) -> Finding:
    """Press Undo last refresh: the selected rows are blank again."""
    page = trial.page
    before = page.snapshot_beside()
    trial.press("undo")
    rows, truth = page.results(len(trial.bench.lines)), _truth(trial)
    for number, (row, one) in enumerate(zip(rows, truth, strict=True), 1):
        where = page.header_row + number
        if not _CLEARED[0] <= number <= _CLEARED[1]:
            page.check_row(where, row, one)
        elif row != BLANK:
            raise Wrong(f"Row {where} still has results after Undo last refresh.")
    _check_same(before, page.snapshot_beside())
    trial.press("refresh")
    page.check(truth)
    return ok("The last refresh was undone, nothing else; the next one filled in all rows.")


def cancel(trial: Trial) -> Finding:
    """Stop a long refresh, then do the rest."""
    page, bench = trial.page, trial.bench
    after, lines = len(bench.lines), bench.many
    page.fill(lines, after=after)
    page.select(1, 1)
    bench.be_slow(_SLOW_PER_S)
    asked = bench.requests
    try:
        trial.excel.press(trial.opened(), "refresh")
        if not trial.waiting.until(lambda: bench.requests >= asked + 2, trial.limits.patience_s):
            trial.excel.leave()
            raise Wrong(f"Amazon was not asked within {trial.limits.patience_s:g} s. {trial.log()}")
        stopped_at = time.time()
        trial.excel.leave()
        trial.wait_for_end()
    finally:
        bench.be_quick()
    run = bench.latest_run()
    if run is None or run.ended_at is None or not run.cancelled:
        raise Wrong("The run is not on record as one that was stopped.")
    seconds = run.ended_at - stopped_at
    if seconds > trial.limits.idle_s:
        raise Wrong(
            f"It went on for {seconds:.1f} s after Cancel; {trial.limits.idle_s:g} are allowed."
        )
    cancelled = _check_cancelled(trial, after)
    before = bench.asked_about()
    trial.press("refresh")
    page.check(bench.expected(lines), after=after)
    again = (bench.asked_about() - before).keys() - set(bench.lines)
    if again - cancelled:
        raise Wrong(f"{len(again - cancelled)} line items were asked about twice.")
    told = f"{len(cancelled)} of {len(lines)} rows said Cancelled"
    return ok(
        f"Idle {max(seconds, 0):.1f} s after Cancel; {told}, and the next refresh filled them in."
    )


def _check_cancelled(trial: Trial, after: int) -> set[LineItem]:
    """Make sure that rows are either right or say Cancelled, and give those that do."""
    truth = trial.bench.expected(trial.bench.many)
    rows = trial.page.results(len(truth), after=after)
    cancelled = set[LineItem]()
    for number, (row, one) in enumerate(
        zip(rows, truth, strict=True), trial.page.first_row + after
    ):
        if row.status == _CANCELLED:
            cancelled.add(one.line_item)
        else:
            trial.page.check_row(number, row, one)
    if not cancelled:
        raise Wrong("No row says Cancelled: the refresh was not stopped.")
    return cancelled


def move_rows(trial: Trial) -> Finding:
    """Insert rows while Amazon is asked."""
    page, bench = trial.page, trial.bench
    first, count = len(bench.lines), len(bench.many)
    page.clear(first + 1, first + count)
    page.select(1, 1)
    bench.be_slow(_FASTER_PER_S)
    asked = bench.requests
    try:
        trial.excel.press(trial.opened(), "refresh_everything")
        if not trial.waiting.until(lambda: bench.requests > asked, trial.limits.patience_s):
            raise Wrong(f"Amazon was not asked. {trial.log()}")
        row = page.first_row + first + _ABOVE
        trial.excel.insert_rows(page.sheet, row, _INSERTED)
        trial.wait_for_end()
    finally:
        bench.be_quick()
    _check_moved(trial, first, count)
    return ok(f"{_INSERTED} rows were inserted meanwhile; all results stand beside their own IDs.")


def _check_moved(trial: Trial, first: int, count: int) -> None:
    """Make sure that rows are in their order but for blank ones, and each one is right."""
    page, bench = trial.page, trial.bench
    ids, rows = page.ids(first + count + _INSERTED), page.results(first + count + _INSERTED)
    blank = LineItem._make([None] * len(LineItem._fields))
    filled = [(n, one) for n, one in enumerate(ids) if one != blank]
    lines = [*bench.lines, *bench.many]
    if [one for _, one in filled] != lines:
        raise Wrong("The IDs are not those that were entered, in their order.")
    for (number, _), truth in zip(filled, bench.expected(lines), strict=True):
        page.check_row(page.first_row + number, rows[number], truth)


def refuse_protected(trial: Trial) -> Finding:
    """Refresh a protected sheet, whose cells are locked."""
    page, excel = trial.page, trial.excel
    page.clear(1, 1)
    page.select(1, 1)
    before, earlier = page.snapshot(), trial.bench.latest_run()
    excel.protect(page.sheet, on=True)
    try:
        excel.press(trial.opened(), "refresh")
        ended = trial.waiting.until(lambda: _has_ended(trial, earlier), trial.limits.patience_s)
        trial.close_window()
        after = page.snapshot()
    finally:
        excel.protect(page.sheet, on=False)
    run = trial.bench.latest_run()
    if not ended or run is None:
        raise Wrong(f"The refresh did not end within {trial.limits.patience_s:g} s. {trial.log()}")
    if run.error != _LOCKED:
        raise Wrong(f"The run ended with {run.error or 'no error'}, not with {_LOCKED}.")
    _check_same(before, after)
    trial.press("refresh")
    trial.page.check(_truth(trial))
    told = next((line for line in reversed(trial.bench.warnings()) if _LOCKED in line), "")
    return ok(f"Refused, no cell changed{told.partition(_LOCKED)[2]}")


def _has_ended(trial: Trial, earlier: RunRecord | None) -> bool:
    run = trial.bench.latest_run()
    is_new = run is not None and (earlier is None or run.number != earlier.number)
    return run is not None and is_new and run.ended_at is not None


def _truth(trial: Trial) -> list[Expected]:
    return trial.bench.expected(trial.bench.lines)


def _state(trial: Trial) -> dict[str, object]:
    """Tell how Excel is set: what a refresh turns off for a moment."""
    app = trial.gate.do(lambda: trial.opened().app)
    names = ("calculation", "screen_updating", "enable_events", "status_bar")
    return {name: trial.gate.do(partial(getattr, app, name)) for name in names}


def _check_state(before: dict[str, object], after: dict[str, object]) -> None:
    for name, old in before.items():
        if after[name] != old:
            raise Wrong(f"Excel's {name.replace('_', ' ')} is {after[name]} and was {old}.")


def _check_same(before: Snapshot, after: Snapshot) -> None:
    changed = changed_cell(before, after)
    if changed is not None:
        raise Wrong(f"{changed} changed, which nobody may change but the user.")


def _check_rows(before: Snapshot, after: Snapshot, rows: list[int]) -> None:
    """Make sure that these rows of all sheets are as before."""

    def part(snapshot: Snapshot) -> Snapshot:
        return {
            name: tuple(block[row - 1] for row in rows if row <= len(block))
            for name, block in snapshot.items()
        }

    if part(before) != part(after):
        raise Wrong("Rows changed that were not selected.")
