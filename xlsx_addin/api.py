"""The Python API: `refresh` and `lookup`, as the command line has them."""

import os
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Final

from xlsx_addin.app import App, refresh_by_profile
from xlsx_addin.core.cells import LAST_ROW
from xlsx_addin.core.headers import KeyField
from xlsx_addin.core.line_items import read_line_item
from xlsx_addin.core.outcomes import Outcome
from xlsx_addin.core.plan import Policy
from xlsx_addin.core.results import RowKey
from xlsx_addin.errors import InputError
from xlsx_addin.jobs.choosing import Selection
from xlsx_addin.jobs.progress import Progress
from xlsx_addin.jobs.refresh import RefreshOptions
from xlsx_addin.jobs.report import RefreshReport
from xlsx_addin.settings import load_settings
from xlsx_addin.workbook_profiles import by_profile
from xlsx_addin.workbooks.distinct import distinct

Book = str | os.PathLike[str]

_MOST_DAYS: Final = 36_500  # a hundred years
_LINE_ITEM_HINT: Final = "Give order ID, order line item ID and shipment ID of each."


def refresh(  # noqa: PLR0913  # the options of the command, all by name
    books: Book | Iterable[Book],
    *,
    sheet: str | None = None,
    table: str | None = None,
    rows: tuple[int, int] | None = None,
    columns: Mapping[str, str] | None = None,
    ask_all: bool = False,
    recheck_days: float | None = None,
    output: Book | None = None,
    dry_run: bool = False,
    backup: bool = True,
    status_columns: bool = True,
    details: bool = False,
    run_log: bool = False,
    fit: bool = False,
    force: bool = False,
    profile: str | None = None,
    sandbox: bool = False,
    progress: Progress | None = None,
) -> RefreshReport:
    """Fill in invoices beside the order line items of saved workbooks.

    Args:
        books: one workbook or several, .xlsx or .xlsm; each is refreshed once.
        sheet: the sheet with the IDs, None to look for it.
        table: the table with the IDs, None to look for it.
        rows: first and last data row; the header is the row above the first.
        columns: ``{"order": "A", "line": "B", "shipment": "C"}``, letters or headers; those
            left out are detected.
        ask_all: ask about every valid line item, not only those that are not settled.
        recheck_days: ask also about settled line items first answered or dated less than this
            many days ago; more than 0.
        output: write the result there; for one workbook only.
        dry_run: say what would be asked and written, do neither.
        backup: keep a copy of the old content beside the workbook.
        status_columns: write status and message columns.
        details: list every document on a sheet `Invoices`.
        run_log: append the refresh to a sheet `Run Log`.
        fit: give new columns a width in which their values can be read.
        force: refresh a digitally signed workbook although that voids its signature.
        profile: account and region to use, None for that of the workbook, else the default.
        sandbox: use the built-in sandbox; no account needed.
        progress: whoever watches.

    Returns:
        What happened to each workbook. What stands in the way of one is its `error` there.

    Raises:
        InputError: a setting or an argument is wrong.
        StoreError: the store of known answers cannot be opened.
    """
    paths = _paths(books)
    if output is not None and len(paths) != 1:
        raise _wrong("An output is for one workbook only.", "Name one workbook, or no output.")
    options = RefreshOptions(
        selection=Selection(sheet, table, _rows(rows), _columns(columns or {})),
        policy=_policy(ask_all=ask_all, recheck_days=recheck_days),
        output=Path(output) if output is not None else None,
        dry_run=dry_run,
        backup=backup,
        status_columns=status_columns,
        details=details,
        run_log=run_log,
        fit=fit,
        force=force,
    )
    return refresh_by_profile(
        paths,
        by_profile(os.environ, paths, profile),
        lambda name: App(load_settings(os.environ, name, sandbox=sandbox), "Python"),
        lambda app, some: app.refresh(some, options, progress=progress),
    )


def lookup(
    line_items: Iterable[Sequence[str]],
    *,
    ask_all: bool = False,
    recheck_days: float | None = None,
    profile: str | None = None,
    sandbox: bool = False,
    progress: Progress | None = None,
) -> list[Outcome]:
    """Look up the invoices of line items.

    Args:
        line_items: order ID, order line item ID and shipment ID of each; `LineItem` or any
            sequence of three.
        ask_all: ask about every valid one, not only those that are not settled.
        recheck_days: ask also about settled ones first answered or dated less than this many
            days ago.
        profile: account and region to use, None for the default.
        sandbox: use the built-in sandbox; no account needed.
        progress: whoever watches.

    Returns:
        An outcome for each, in their order.

    Raises:
        InputError: a setting or an argument is wrong.
        StoreError: the store of known answers cannot be opened or written.
    """
    if not isinstance(line_items, Iterable):
        raise _wrong(f"{line_items!r} holds no line items.", _LINE_ITEM_HINT)
    rows = [_row(ids) for ids in line_items]
    policy = _policy(ask_all=ask_all, recheck_days=recheck_days)
    with App(load_settings(os.environ, profile, sandbox=sandbox), "Python") as app:
        outcomes = app.lookup(rows, policy, progress=progress).outcomes
    return [outcome for outcome in outcomes if outcome is not None]


def _paths(books: Book | Iterable[Book]) -> list[Path]:
    several = [books] if isinstance(books, (str, os.PathLike)) else books
    try:
        return distinct([Path(book) for book in several])
    except TypeError as error:
        raise _wrong(
            f"{books!r} names no workbooks.", "Give the path of a workbook, or a list of paths."
        ) from error


def _rows(rows: tuple[int, int] | None) -> tuple[int, int] | None:
    if rows is None:
        return None
    match rows:
        case (int(first), int(last)) if 1 <= first <= last <= LAST_ROW and first is not True:
            return first, last
    raise _wrong(
        f"rows={rows!r} is no range of rows.",
        f"Give the first and the last data row, such as (2, 500), up to {LAST_ROW}.",
    )


def _policy(*, ask_all: bool, recheck_days: float | None) -> Policy:
    if recheck_days is not None and not (
        isinstance(recheck_days, (int, float)) and 0 < recheck_days <= _MOST_DAYS
    ):
        raise _wrong(
            f"recheck_days={recheck_days!r} is no number of days.",
            f"Give a number above 0 and up to {_MOST_DAYS}, such as 45.",
        )
    return Policy(ask_all=ask_all, recheck_days=recheck_days)


def _columns(columns: Mapping[str, str]) -> dict[KeyField, str]:
    names = [key.value for key in KeyField]
    hint = f"The keys of columns are {', '.join(names)}; the values are letters or headers."
    if not isinstance(columns, Mapping):
        raise _wrong(f"columns={columns!r} is no dictionary.", hint)
    for name, column in columns.items():
        if name not in names or not isinstance(column, str) or not column.strip():
            raise _wrong(f"{name!r}: {column!r} in columns is not understood.", hint)
    return {KeyField(name): column for name, column in columns.items()}


def _row(ids: Sequence[str]) -> RowKey:
    # Sets and dictionaries of three would come in any order.
    if isinstance(ids, (str, AbstractSet, Mapping)):
        raise _wrong(f"{ids!r} is no line item.", _LINE_ITEM_HINT)
    try:
        order, order_line_item, shipment = ids
    except (TypeError, ValueError) as error:
        raise _wrong(f"{ids!r} is no line item.", _LINE_ITEM_HINT) from error
    row = read_line_item(order, order_line_item, shipment)
    if row is None:
        raise _wrong("A line item has three blank IDs.", "Leave it out.")
    return row


def _wrong(message: str, next_step: str) -> InputError:
    return InputError(message, next_step=next_step, code="usage")
