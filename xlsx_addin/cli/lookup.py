"""`xlsx-addin lookup`: invoices of line items without a workbook."""

import argparse
import csv
import io
import os
import sys
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

from xlsx_addin.app import App
from xlsx_addin.cli.common import (
    Subparsers,
    add_command,
    add_policy_options,
    note,
    print_json,
    progress_for,
)
from xlsx_addin.cli.interrupt import cancelled_by_signals
from xlsx_addin.core.cells import Block, CellValue
from xlsx_addin.core.columns import HEAD_ROWS, detect
from xlsx_addin.core.headers import KeyField
from xlsx_addin.core.layout import Layout
from xlsx_addin.core.line_items import NAMES, LineItem, read_line_item
from xlsx_addin.core.outcomes import Outcome, ResultField, Status
from xlsx_addin.core.plan import Policy
from xlsx_addin.core.results import RowKey
from xlsx_addin.errors import InputError
from xlsx_addin.jobs.lookup import LookupReport
from xlsx_addin.jobs.report import EXIT_INTERRUPTED, EXIT_OK, EXIT_REFUSED, EXIT_ROWS_FAILED
from xlsx_addin.settings import load_settings


def add_parser(commands: Subparsers) -> None:
    """Add the command.

    Args:
        commands: where commands are added.
    """
    parser = add_command(
        commands,
        "lookup",
        run,
        summary="Look up the invoices of line items without a workbook.",
        example="  xlsx-addin lookup 111-1087441-1234567 92258882544123 XWwjNjAbC\n"
        "  xlsx-addin lookup --csv lines.csv > invoices.csv",
    )
    parser.add_argument(
        "ids", nargs="*", metavar="ORDER LINE SHIPMENT", help="the three IDs of a line item"
    )
    parser.add_argument(
        "--csv", type=Path, metavar="FILE", help="a CSV file with the three ID columns"
    )
    add_policy_options(parser)


def run(options: argparse.Namespace) -> int:
    """Look up line items and print a table, CSV or JSON.

    Args:
        options: as parsed.
    """
    if (len(options.ids) == len(NAMES)) == (options.csv is not None):
        raise InputError(
            "Lookup takes either three IDs or --csv FILE.",
            next_step="See xlsx-addin lookup --help.",
            code="usage",
        )
    table = None if options.csv is None else _read_csv(options.csv)
    keys = [_typed(options.ids)] if table is None else table.keys
    report = _lookup(keys, options)
    if options.json:
        print_json(_as_json(keys, report))
    elif table is None:
        _print_outcome(report.outcomes[0])
    else:
        _print_csv(table, report.outcomes)
    if report.interrupted:
        note("Stopped. What was answered is kept; look up again for the rest.")
    return _exit_code(report)


def _lookup(keys: Sequence[RowKey], options: argparse.Namespace) -> LookupReport:
    settings = load_settings(os.environ, options.profile)
    policy = Policy(options.ask_all, options.recheck)
    with (
        App(settings, sandbox=options.sandbox) as app,
        cancelled_by_signals() as cancel,
    ):
        report = app.lookup(keys, policy, cancel=cancel, progress=progress_for(sys.stderr))
        for sentence in app.notices:
            note(sentence)
    return report


def _exit_code(report: LookupReport) -> int:
    unanswered = report.statuses & {Status.FAILED, Status.NOT_ALLOWED, Status.CANCELLED}
    if report.interrupted:
        return EXIT_INTERRUPTED
    if Status.NOT_ALLOWED in unanswered and not report.asked.answered:
        return EXIT_REFUSED
    return EXIT_ROWS_FAILED if unanswered else EXIT_OK


class _Table(NamedTuple):
    """A CSV file: its rows, what each is, and the number of its header row."""

    rows: list[list[str]]
    keys: list[RowKey]
    header_row: int | None


def _typed(ids: Sequence[str]) -> RowKey:
    key = read_line_item(*ids)
    if key is None:
        raise InputError("All three IDs are blank.", next_step="Type all three.", code="usage")
    return key


def _read_csv(path: Path) -> _Table:
    """Read a CSV file and find its line items; the rows above the data have no key."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path} cannot be read as UTF-8 text.",
            next_step="Check the name, or save it again as CSV UTF-8.",
            code="csv-unreadable",
        ) from error
    rows = [list(row) for row in csv.reader(io.StringIO(text, newline=""), _dialect(text))]
    block: Block = [[cell or None for cell in row] for row in rows]
    finding = detect(_rectangular(block[:HEAD_ROWS]))
    if not isinstance(finding, Layout):
        raise InputError(
            f"{path.name}: {finding.message}",
            next_step="Name the columns orderId, orderLineItemId and shipmentId in the first row.",
            code="columns-not-found",
        )
    keys: list[RowKey] = [None] * (finding.first_data_row - 1)
    keys += [_key(row, finding.keys) for row in block[finding.first_data_row - 1 :]]
    return _Table(rows, keys, finding.header_row)


def _dialect(text: str) -> type[csv.Dialect]:
    try:
        return csv.Sniffer().sniff(text[:20_000], delimiters=",;\t")
    except csv.Error:
        return csv.excel


def _rectangular(block: Block) -> Block:
    columns = zip_longest(*block)
    return [list(row) for row in zip(*columns, strict=True)]


def _key(row: Sequence[CellValue], columns: Mapping[KeyField, int]) -> RowKey:
    cells = [row[columns[key] - 1] if columns[key] <= len(row) else None for key in KeyField]
    return read_line_item(*cells)


def _values(outcome: Outcome) -> list[str]:
    day = outcome.invoice_date
    return [
        outcome.invoice_number,
        day.isoformat() if day else "",
        outcome.consolidated_invoice_number,
        outcome.status.value,
        outcome.message,
    ]


def _print_outcome(outcome: Outcome | None) -> None:
    values = _values(outcome) if outcome else [""] * len(ResultField)
    for one, value in zip(ResultField, values, strict=True):
        print(f"{one.header:<28}{value}")


_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def _print_csv(table: _Table, outcomes: Sequence[Outcome | None]) -> None:
    """Print the rows of the file with the five results behind them."""
    width = max((len(row) for row in table.rows), default=0)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    for number, (row, outcome) in enumerate(zip(table.rows, outcomes, strict=True), start=1):
        results = [""] * len(ResultField)
        if outcome is not None:
            results = [_safe(text) for text in _values(outcome)]
        elif number == table.header_row:
            results = [one.header for one in ResultField]
        writer.writerow([*row, *[""] * (width - len(row)), *results])


def _safe(text: str) -> str:
    """Keep a spreadsheet that opens the CSV from taking an answer for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _as_json(keys: Sequence[RowKey], report: LookupReport) -> dict[str, Any]:
    names = ("order_id", "order_line_item_id", "shipment_id")
    fields = [one.name.lower() for one in ResultField]
    results = [
        dict(zip(names, key if isinstance(key, LineItem) else [None] * len(names), strict=True))
        | dict(zip(fields, _values(outcome), strict=True))
        for key, outcome in zip(keys, report.outcomes, strict=True)
        if outcome is not None
    ]
    asked = report.asked
    return {
        "results": results,
        "requests": asked.requests,
        "retries": asked.retries,
        "throttled": asked.throttled,
    }
