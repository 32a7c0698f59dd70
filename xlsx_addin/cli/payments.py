"""`xlsx-addin payments`: payment status and due date of the invoices in a saved workbook."""

import argparse
import sys
from pathlib import Path

from xlsx_addin.cli.common import (
    Subparsers,
    add_command,
    add_saving_options,
    print_json,
    progress_for,
)
from xlsx_addin.cli.running import running
from xlsx_addin.core.wording import counted
from xlsx_addin.jobs.filling import Saving
from xlsx_addin.jobs.payment_report import PaymentsReport
from xlsx_addin.jobs.payments import PaymentOptions


def add_parser(commands: Subparsers) -> None:
    """Add the command.

    Args:
        commands: where commands are added.
    """
    parser = add_command(
        commands,
        "payments",
        run,
        summary="Fill in payment status and due date of the invoices in a saved workbook.",
        example="  xlsx-addin payments march.xlsx\n"
        '  xlsx-addin payments march.xlsx --column "Consolidated Invoice Number"',
        details="Invoices that are closed are not asked about again, others not within ten\n"
        "minutes of their last answer.",
    )
    parser.add_argument("book", type=Path, metavar="BOOK", help="the closed workbook")
    parser.add_argument("--sheet", metavar="S", help="the sheet with the invoice numbers")
    parser.add_argument("--table", metavar="T", help="the table with the invoice numbers")
    parser.add_argument(
        "--column", metavar="HEADER", help="the header of their column, if it is another one"
    )
    parser.add_argument(
        "--all", action="store_true", dest="ask_all", help="ask about every invoice, closed too"
    )
    add_saving_options(parser)


def run(options: argparse.Namespace) -> int:
    """Fill in the payments and print what happened.

    Args:
        options: as parsed.
    """
    saving = Saving(options.output, options.dry_run, not options.no_backup)
    chosen = PaymentOptions(options.sheet, options.table, options.column, options.ask_all, saving)
    with running(options) as (app, cancel):
        progress = progress_for(sys.stderr, unit="invoices")
        report = app.payments(options.book, chosen, cancel=cancel, progress=progress)
    if options.json:
        print_json(report.as_json())
    else:
        print_report(report)
    return report.exit_code


def print_report(report: PaymentsReport) -> None:
    """Print for people what happened.

    Args:
        report: what happened.
    """
    print(f"{report.path}, sheet {report.sheet}")
    print(
        f"  {counted(report.rows, 'row')}, {counted(report.invoices, 'distinct invoice')},"
        f" {report.known:,} known, {counted(report.requests, 'request')}, {report.seconds:.1f} s"
    )
    width = max(24, *map(len, report.statuses), 0)
    for status, count in sorted(report.statuses.items(), key=lambda item: (-item[1], item[0])):
        print(f"  {status:<{width}}{count:>9,}")
    if report.without_number:
        print(
            f"  {counted(report.without_number, 'row')} without an invoice number left as they are"
            f"{'' if report.rows else ': refresh first'}"
        )
    if report.cause:
        print(f"  Why: {report.cause}")
    if report.would_ask is not None:
        print(f"  Dry run: would ask about {counted(report.would_ask, 'invoice')} and write")
        print(f"  {counted(report.changed, 'cell')} from known answers; nothing was written.")
    elif report.output is not None:
        _print_output(report)
    if report.interrupted:
        print("Stopped. What was answered is saved; run it again for the rest.")


def _print_output(report: PaymentsReport) -> None:
    print(f"  {counted(report.changed, 'cell')} changed in {report.output}")
    if report.kept:
        rows = counted(report.kept, "row")
        print(f"  {rows} kept a value that is not ours; the messages say which")
    if report.backup is not None:
        print(f"  The old content is in {report.backup}")
