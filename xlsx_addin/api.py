"""The Python API: `refresh` and `lookup`, as the command line has them."""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from xlsx_addin.app import App
from xlsx_addin.core.headers import KeyField
from xlsx_addin.core.line_items import LineItem, read_line_item
from xlsx_addin.core.outcomes import Outcome
from xlsx_addin.core.plan import Policy
from xlsx_addin.core.results import RowKey
from xlsx_addin.errors import InputError
from xlsx_addin.jobs.progress import Progress
from xlsx_addin.jobs.refresh import RefreshOptions
from xlsx_addin.jobs.report import RefreshReport
from xlsx_addin.jobs.targets import Selection
from xlsx_addin.settings import load_settings

Book = str | os.PathLike[str]


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
    force: bool = False,
    profile: str | None = None,
    sandbox: bool = False,
    progress: Progress | None = None,
) -> RefreshReport:
    """Fill in invoices beside the order line items of saved workbooks.

    Args:
        books: one workbook or several, .xlsx or .xlsm.
        sheet: the sheet with the IDs, None to look for it.
        table: the table with the IDs, None to look for it.
        rows: first and last data row; the header is the row above the first.
        columns: ``{"order": "A", "line": "B", "shipment": "C"}``, letters or headers; those
            left out are detected.
        ask_all: ask about every valid line item, not only those that are not settled.
        recheck_days: ask also about settled line items first answered or dated less than this
            many days ago.
        output: write the result there; for one workbook only.
        dry_run: say what would be asked and written, do neither.
        backup: keep a copy of the old content beside the workbook.
        status_columns: write status and message columns.
        details: list every document on a sheet `Invoices`.
        force: refresh a digitally signed workbook although that voids its signature.
        profile: account and region to use, None for the default.
        sandbox: use the built-in sandbox; no account needed.
        progress: whoever watches.

    Returns:
        What happened to each workbook. What stands in the way of one is its `error` there.

    Raises:
        InputError: a setting or an argument is wrong.
        StoreError: the store of known answers cannot be opened.
    """
    paths = [Path(books)] if isinstance(books, (str, os.PathLike)) else [Path(one) for one in books]
    if output is not None and len(paths) != 1:
        raise InputError("An output is for one workbook only.", code="usage")
    options = RefreshOptions(
        selection=Selection(sheet, table, rows, _columns(columns or {})),
        policy=Policy(ask_all=ask_all, recheck_days=recheck_days),
        output=Path(output) if output is not None else None,
        dry_run=dry_run,
        backup=backup,
        status_columns=status_columns,
        details=details,
        force=force,
    )
    with App(load_settings(os.environ, profile), sandbox=sandbox) as app:
        return app.refresh(paths, options, progress=progress)


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
    rows = [_row(ids) for ids in line_items]
    policy = Policy(ask_all=ask_all, recheck_days=recheck_days)
    with App(load_settings(os.environ, profile), sandbox=sandbox) as app:
        outcomes = app.lookup(rows, policy, progress=progress).outcomes
    return [outcome for outcome in outcomes if outcome is not None]


def _row(ids: Sequence[str]) -> RowKey:
    if isinstance(ids, str) or len(ids) != len(LineItem._fields):
        raise InputError(
            f"{ids!r} is no line item.",
            next_step="Give order ID, order line item ID and shipment ID.",
            code="usage",
        )
    row = read_line_item(*ids)
    if row is None:
        raise InputError(
            "A line item has three blank IDs.", next_step="Leave it out.", code="usage"
        )
    return row


def _columns(columns: Mapping[str, str]) -> dict[KeyField, str]:
    try:
        return {KeyField(name): column for name, column in columns.items()}
    except ValueError as error:
        names = ", ".join(key.value for key in KeyField)
        raise InputError(
            f"{error}.", next_step=f"The keys of columns are {names}.", code="usage"
        ) from error
