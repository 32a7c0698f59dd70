"""`xlsx-addin lookup`: invoices of line items without a workbook."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from xlsx_addin.cli.common import (
    Subparsers,
    add_command,
    add_policy_options,
    note,
    print_json,
    progress_for,
)
from xlsx_addin.cli.csv_table import read_table, result_texts, write_table
from xlsx_addin.cli.running import running
from xlsx_addin.core.line_items import NAMES, LineItem, read_line_item
from xlsx_addin.core.outcomes import Outcome, ResultField, Status
from xlsx_addin.core.plan import Policy
from xlsx_addin.core.results import RowKey
from xlsx_addin.errors import InputError
from xlsx_addin.jobs.lookup import LookupReport
from xlsx_addin.jobs.report import EXIT_INTERRUPTED, EXIT_OK, EXIT_REFUSED, EXIT_ROWS_FAILED


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
    if len(options.ids) != (len(NAMES) if options.csv is None else 0):
        raise InputError(
            "Lookup takes either three IDs or --csv FILE.",
            next_step="See xlsx-addin lookup --help.",
            code="usage",
        )
    table = None if options.csv is None else read_table(options.csv)
    keys = [_typed(options.ids)] if table is None else table.keys
    report = _lookup(keys, options)
    if options.json:
        ids = [options.ids] if table is None else table.ids()
        print_json(_as_json(ids, keys, report, numbered=table is not None))
    elif table is None:
        _print_outcome(report.outcomes[0])
    else:
        write_table(table, report.outcomes, sys.stdout)
    if report.interrupted:
        note("Stopped. What was answered is kept; look up again for the rest.")
    return _exit_code(report)


def _lookup(keys: Sequence[RowKey], options: argparse.Namespace) -> LookupReport:
    policy = Policy(options.ask_all, options.recheck)
    with running(options) as (app, cancel):
        return app.lookup(keys, policy, cancel=cancel, progress=progress_for(sys.stderr))


def _exit_code(report: LookupReport) -> int:
    unanswered = report.statuses & {Status.FAILED, Status.NOT_ALLOWED, Status.CANCELLED}
    if report.interrupted:
        return EXIT_INTERRUPTED
    if Status.NOT_ALLOWED in unanswered and not report.asked.answered:
        return EXIT_REFUSED
    return EXIT_ROWS_FAILED if unanswered else EXIT_OK


def _typed(ids: Sequence[str]) -> RowKey:
    key = read_line_item(*ids)
    if key is None:
        raise InputError("All three IDs are blank.", next_step="Type all three.", code="usage")
    return key


def _print_outcome(outcome: Outcome | None) -> None:
    texts = result_texts(outcome) if outcome else {}
    for one in ResultField:
        print(f"{one.header:<28}{texts.get(one, '')}")


_IDS: Final = ("order_id", "order_line_item_id", "shipment_id")


def _as_json(
    ids: Sequence[Sequence[str]], keys: Sequence[RowKey], report: LookupReport, *, numbered: bool
) -> dict[str, Any]:
    """Give the object that `lookup --json` prints; IDs as they were asked about, else as given."""
    results = [
        ({"row": number} if numbered else {})
        | dict(zip(_IDS, key if isinstance(key, LineItem) else given, strict=True))
        | {one.name.lower(): text for one, text in result_texts(outcome).items()}
        for number, (given, key, outcome) in enumerate(
            zip(ids, keys, report.outcomes, strict=True), start=1
        )
        if outcome is not None
    ]
    asked = report.asked
    return {
        "results": results,
        "requests": asked.requests,
        "retries": asked.retries,
        "throttled": asked.throttled,
    }
