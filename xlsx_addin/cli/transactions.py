"""`xlsx-addin transactions`: add the transactions of some days to a closed workbook."""

import argparse
import sys
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from xlsx_addin.cli.common import Subparsers, add_command, note, print_json, progress_for
from xlsx_addin.cli.refresh import print_report as print_refresh
from xlsx_addin.cli.running import running
from xlsx_addin.core.wording import counted
from xlsx_addin.jobs.sweep_reports import MissingDays
from xlsx_addin.jobs.transactions import TransactionsOptions
from xlsx_addin.jobs.transactions_report import TransactionsReport

_DETAILS = """\
Every line of a transaction becomes a row, once: rows that are there stay as they are, also
those that somebody edited. --from and --to are days on which Amazon published transactions,
mostly within three days of the payment, in the profile's time zone. What came once is not
asked for again."""


def add_parser(commands: Subparsers) -> None:
    """Add the command.

    Args:
        commands: where it is added.
    """
    parser = add_command(
        commands,
        "transactions",
        run,
        summary="Add transactions with their line items and IDs to a workbook.",
        example="  xlsx-addin transactions march.xlsx --from 2025-03-01 --to 2025-03-31 --refresh",
        details=_DETAILS,
    )
    parser.add_argument("book", metavar="BOOK", type=Path, help="the workbook, .xlsx or .xlsm")
    parser.add_argument(
        "--from",
        dest="first",
        metavar="DAY",
        type=parse_day,
        required=True,
        help="the first day, such as 2025-03-01",
    )
    parser.add_argument(
        "--to",
        dest="last",
        metavar="DAY",
        type=parse_day,
        help="the last day, included (default: today)",
    )
    parser.add_argument("--sheet", metavar="NAME", help="the sheet to add to")
    parser.add_argument("--table", metavar="NAME", help="the table to add to")
    parser.add_argument(
        "--refresh", action="store_true", help="fill in the invoices of the sheet afterwards"
    )
    parser.add_argument(
        "--all", action="store_true", dest="ask_all", help="ask also for days that are known"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would be asked; ask and write nothing"
    )
    parser.add_argument("--no-backup", action="store_true", help="keep no copy of the old content")
    parser.add_argument(
        "--force",
        action="store_true",
        help="change a digitally signed workbook although that voids its signature",
    )


def parse_day(text: str) -> date:
    """Read a day.

    Args:
        text: as typed.

    Raises:
        ArgumentTypeError: it is none.
    """
    try:
        return datetime.strptime(text.strip(), "%Y-%m-%d").date()  # noqa: DTZ007  # a day alone
    except ValueError:
        words = f"{text!r} is no day: write it as 2025-03-01"
        raise argparse.ArgumentTypeError(words) from None


def run(options: argparse.Namespace) -> int:
    """Import the transactions and print what happened.

    Args:
        options: as parsed.
    """
    chosen = TransactionsOptions(
        first=options.first,
        last=options.last,
        sheet=options.sheet,
        table=options.table,
        ask_all=options.ask_all,
        dry_run=options.dry_run,
        backup=not options.no_backup,
        refresh=options.refresh,
        force=options.force,
    )
    with running(options) as (app, cancel):
        progress = progress_for(sys.stderr)
        report = app.transactions(options.book, chosen, cancel=cancel, progress=progress)
    if options.json:
        print_json(report.as_json())
    else:
        print_report(report)
        if options.sandbox and not (report.transactions or report.error or report.dry_run):
            note(
                "The sandbox's account bought things in 2024 and 2025: choose days of these years."
            )
    return report.exit_code


def print_report(report: TransactionsReport) -> None:
    """Print for people what happened.

    Args:
        report: what happened.
    """
    print(f"{report.path}, sheet {report.sheet}" if report.sheet else report.path)
    if report.error is not None and not report.sheet and not report.windows:
        _print_error(report)
        return
    known = f", {report.windows_known} of {report.windows} weeks known" if report.windows else ""
    print(
        f"  Published {report.first} to {report.last}:"
        f" {counted(report.transactions, 'transaction')}, {counted(report.requests, 'request')}"
        f"{known}"
    )
    _print_rows(report)
    _print_trouble(report)
    if report.error is not None:
        _print_error(report)
    if report.refresh is not None:
        print_refresh(report.refresh)
    elif report.interrupted:
        print("  Stopped. What came is kept: run the same command again to go on.")


def _print_rows(report: TransactionsReport) -> None:
    there = f"{counted(report.rows_known, 'row')} there already"
    if report.dry_run:
        to_ask = report.windows - report.windows_known
        print(
            f"  Dry run: would ask for {counted(to_ask, 'week')}; of what is known"
            f" {counted(report.rows_new, 'row')} would be added, {there}."
        )
    elif report.error is None and report.transactions:
        print(f"  {counted(report.rows_added, 'row')} added, {there}")
    elif report.error is None and not report.missing:
        print("  Amazon published none on these days; nothing was written.")
    if report.columns_made:
        print(f"  New columns: {', '.join(report.columns_made)}")
    if report.info_without_column:
        names = ", ".join(report.info_without_column)
        print(f"  No column for: {names}. Give a column that header, for the rows to come.")
    if report.typed_too and report.error is None:
        added = "Would be added" if report.dry_run else "Added"
        print(
            f"  {added} although their IDs stand in rows without a transaction ID, too:"
            f" {counted(report.typed_too, 'row')}. Those rows were left as they are."
        )
    if report.lines_without_ids:
        lines = counted(report.lines_without_ids, "line")
        print(f"  Without all of the three IDs at Amazon: {lines}; those get no invoice.")
    if report.backup is not None:
        print(f"  The old content is in {report.backup}")


def _print_trouble(report: TransactionsReport) -> None:
    print_missing(report.missing)
    if report.missing and not report.interrupted:
        print("  Run the same command again: only these days are asked for.")
    if report.damaged:
        parts = counted(report.damaged, "transaction")
        print(f"  Cannot be read in Amazon's answers: {parts}. The next import asks again.")


def print_missing(missing: Sequence[MissingDays]) -> None:
    """Print which days did not come, and why.

    Args:
        missing: the days.
    """
    for cause, days in _by_cause(missing).items():
        print(f"  Did not come: {', '.join(days)}. {cause}")


def _by_cause(missing: Sequence[MissingDays]) -> dict[str, list[str]]:
    """List the days for each cause, those side by side as one range."""
    ranges: dict[str, list[tuple[date, date]]] = {}
    for one in missing:
        of_cause = ranges.setdefault(one.failure.cause, [])
        if of_cause and one.first - of_cause[-1][1] <= timedelta(days=1):
            of_cause[-1] = of_cause[-1][0], one.last
        else:
            of_cause.append((one.first, one.last))
    return {
        cause: [f"{first} to {last}" for first, last in of_cause]
        for cause, of_cause in ranges.items()
    }


def _print_error(report: TransactionsReport) -> None:
    if report.error is not None:
        print(f"  Error: {report.error.message}")
        if report.error.next_step:
            print(f"         {report.error.next_step}")
        kept = " What came from Amazon is kept." if report.pages else ""
        print(f"         No row was added.{kept}" if not report.rows_added else "")
