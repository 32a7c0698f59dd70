"""`xlsx-addin add-ids`: fill in line item and shipment IDs where only order IDs are known."""

import argparse
import sys
from pathlib import Path

from xlsx_addin.cli.common import Subparsers, add_command, print_json, progress_for
from xlsx_addin.cli.refresh import print_report as print_refresh
from xlsx_addin.cli.running import running
from xlsx_addin.cli.transactions import parse_day, print_missing
from xlsx_addin.core.id_outcomes import IdStatus
from xlsx_addin.core.wording import counted
from xlsx_addin.jobs.add_ids import AddIdsOptions
from xlsx_addin.jobs.add_ids_report import AddIdsReport

_DETAILS = """\
For sheets with order IDs alone, such as the Orders report and the Reconciliation report of
Amazon Business (`xlsx-addin new BOOK --from-report FILE.csv` opens one). The transactions of
the time are matched by order ID, amount, quantity, ASIN or title, and date. A row is filled in
if exactly one line fits; if several do they are listed in its message, never guessed."""


def add_parser(commands: Subparsers) -> None:
    """Add the command.

    Args:
        commands: where it is added.
    """
    parser = add_command(
        commands,
        "add-ids",
        run,
        summary="Fill in line item and shipment IDs where only order IDs are known.",
        example="  xlsx-addin add-ids orders.xlsx --refresh",
        details=_DETAILS,
    )
    parser.add_argument("book", metavar="BOOK", type=Path, help="the workbook, .xlsx or .xlsm")
    parser.add_argument(
        "--from",
        dest="first",
        metavar="DAY",
        type=parse_day,
        help="the first day of transactions, such as 2025-03-01 (default: from the sheet)",
    )
    parser.add_argument(
        "--to",
        dest="last",
        metavar="DAY",
        type=parse_day,
        help="the last day, included (default: 60 days after the last one in the sheet)",
    )
    parser.add_argument("--sheet", metavar="NAME", help="the sheet with the order IDs")
    parser.add_argument("--table", metavar="NAME", help="the table with the order IDs")
    parser.add_argument(
        "--refresh", action="store_true", help="fill in the invoices of the sheet afterwards"
    )
    parser.add_argument("--output", type=Path, metavar="PATH", help="write the result there")
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would be asked; ask and write nothing"
    )
    parser.add_argument("--no-backup", action="store_true", help="keep no copy of the old content")
    parser.add_argument(
        "--force",
        action="store_true",
        help="change a digitally signed workbook although that voids its signature",
    )


def run(options: argparse.Namespace) -> int:
    """Add the IDs and print what happened.

    Args:
        options: as parsed.
    """
    chosen = AddIdsOptions(
        sheet=options.sheet,
        table=options.table,
        first=options.first,
        last=options.last,
        output=options.output,
        dry_run=options.dry_run,
        backup=not options.no_backup,
        refresh=options.refresh,
        force=options.force,
    )
    with running(options) as (app, cancel):
        progress = progress_for(sys.stderr)
        report = app.add_ids(options.book, chosen, cancel=cancel, progress=progress)
    if options.json:
        print_json(report.as_json())
    else:
        print_report(report)
    return report.exit_code


def print_report(report: AddIdsReport) -> None:
    """Print for people what happened.

    Args:
        report: what happened.
    """
    print(f"{report.path}, sheet {report.sheet}" if report.sheet else report.path)
    if report.first and report.last:
        known = f"{report.windows_known} of {counted(report.windows, 'week')} known"
        print(
            f"  Transactions {report.first} to {report.last}: {report.transactions:,},"
            f" {counted(report.requests, 'request')}, {known}"
        )
    _print_trouble(report)
    if report.error is not None:
        print(f"  Error: {report.error.message}")
        if report.error.next_step:
            print(f"         {report.error.next_step}")
        print("         Nothing was written.")
    else:
        _print_rows(report)
    if report.refresh is not None:
        print_refresh(report.refresh)
    elif report.interrupted:
        print("  Stopped. What came is kept: run the same command again to go on.")


def _print_rows(report: AddIdsReport) -> None:
    print(f"  {counted(report.rows, 'row')} with an order ID, {report.lacking:,} lacked IDs")
    for status in IdStatus:
        if report.statuses.get(status):
            print(f"  {status.value:<16}{report.statuses[status]:>9,}")
    if report.dry_run:
        to_ask = report.windows - report.windows_known
        print(f"  Dry run: would ask for {counted(to_ask, 'week')} and, of what is known, write")
        print(f"  {counted(report.changed, 'cell')}; nothing was written.")
        return
    if report.output is not None:
        print(f"  {counted(report.changed, 'cell')} changed in {report.output}")
    if report.kept:
        print(f"  {counted(report.kept, 'row')} kept an ID Status that is not ours")
    if report.backup is not None:
        print(f"  The old content is in {report.backup}")
    if report.refresh is None and report.filled:
        print(f"  Next, for the invoices: xlsx-addin refresh {report.output or report.path}")


def _print_trouble(report: AddIdsReport) -> None:
    print_missing(report.missing)
    if report.missing and not report.interrupted:
        print("  No row was filled in: a line that is missing might fit, too. Run the same command")
        print("  again: only these days are asked for.")
    if report.damaged:
        parts = counted(report.damaged, "transaction")
        print(f"  Cannot be read in Amazon's answers: {parts}; a row of theirs shows Not found.")
