"""`xlsx-addin refresh`: fill in invoices in closed workbooks."""

import argparse
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from xlsx_addin.app import App, refresh_by_profile
from xlsx_addin.cli.common import (
    Subparsers,
    add_command,
    add_policy_options,
    add_saving_options,
    note,
    print_json,
    progress_for,
)
from xlsx_addin.cli.interrupt import cancelled_by_signals
from xlsx_addin.cli.paths import find_workbooks
from xlsx_addin.core.cells import LAST_ROW
from xlsx_addin.core.headers import KeyField
from xlsx_addin.core.outcomes import Status
from xlsx_addin.core.plan import Policy
from xlsx_addin.core.wording import counted
from xlsx_addin.errors import InputError, XlsxAddinError
from xlsx_addin.jobs.choosing import Selection
from xlsx_addin.jobs.refresh import RefreshOptions
from xlsx_addin.jobs.report import RefreshReport, WorkbookReport
from xlsx_addin.settings import load_settings
from xlsx_addin.workbook_profiles import by_profile


def add_parser(commands: Subparsers) -> None:
    """Add the command.

    Args:
        commands: where commands are added.
    """
    parser = add_command(
        commands,
        "refresh",
        run,
        summary="Fill in invoices beside the order line items of saved workbooks.",
        example="  xlsx-addin refresh march.xlsx\n"
        "  xlsx-addin refresh reports/ --recheck 45\n"
        "  xlsx-addin refresh lines.xlsx --columns order=A,line=B,shipment=C --rows 2:500",
    )
    parser.add_argument("books", nargs="+", metavar="BOOK", help="workbooks, folders or patterns")
    parser.add_argument("--sheet", metavar="S", help="the sheet with the IDs")
    parser.add_argument("--table", metavar="T", help="the table with the IDs")
    parser.add_argument(
        "--rows", type=parse_rows, metavar="2:500", help="the data rows; the header is above them"
    )
    parser.add_argument(
        "--columns",
        type=parse_columns,
        default={},
        metavar="order=A,line=B,shipment=C",
        help="columns of the IDs, by letters or headers; those left out are detected",
    )
    add_policy_options(parser)
    add_saving_options(parser)
    parser.add_argument(
        "--fit",
        action="store_true",
        help="give new columns a width in which their values can be read",
    )
    parser.add_argument(
        "--no-status", action="store_true", help="write no status and message columns"
    )
    parser.add_argument(
        "--details", action="store_true", help="list every document on a sheet `Invoices`"
    )
    parser.add_argument(
        "--run-log", action="store_true", help="append the refresh to a sheet `Run Log`"
    )
    parser.add_argument(
        "--force",
        action="store_true",
        help="refresh a digitally signed workbook although that voids its signature",
    )


def run(options: argparse.Namespace) -> int:
    """Refresh the workbooks and print what happened.

    Args:
        options: as parsed.
    """
    report = _refresh(find_workbooks(options.books), options)
    if options.json:
        print_json(report.as_json())
    else:
        print_report(report)
    return report.exit_code


def _refresh(paths: list[Path], options: argparse.Namespace) -> RefreshReport:
    if options.output is not None and len(paths) != 1:
        raise InputError(
            f"--output is for one workbook, but {len(paths)} were named.",
            next_step="Name one workbook, or leave --output out.",
            code="usage",
        )
    chosen = RefreshOptions(
        selection=Selection(options.sheet, options.table, options.rows, options.columns),
        policy=Policy(options.ask_all, options.recheck),
        output=options.output,
        dry_run=options.dry_run,
        backup=not options.no_backup,
        status_columns=not options.no_status,
        details=options.details,
        run_log=options.run_log,
        fit=options.fit,
        force=options.force,
    )
    parted = by_profile(os.environ, paths, options.profile)
    with cancelled_by_signals() as cancel:
        return refresh_by_profile(
            paths,
            parted,
            lambda profile: App(
                load_settings(os.environ, profile, sandbox=options.sandbox), options.command
            ),
            lambda app, books: app.refresh(
                books, chosen, cancel=cancel, progress=progress_for(sys.stderr)
            ),
            tell=note,
        )


_ROWS: Final = re.compile(r"(\d+):(\d+)")
_COLUMN: Final = re.compile(r"(?:^|,)\s*(order|line|shipment)\s*=", re.IGNORECASE)


def parse_rows(text: str) -> tuple[int, int]:
    """Read the data rows from ``first:last``.

    Args:
        text: as typed.

    Raises:
        ArgumentTypeError: it is no range of rows.
    """
    match = _ROWS.fullmatch(text.strip())
    first, last = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= first <= last <= LAST_ROW:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no range of rows: write first:last, such as 2:500, up to {LAST_ROW}"
        )
    return first, last


def parse_columns(text: str) -> Mapping[KeyField, str]:
    """Read the ID columns from ``order=A,line=B,shipment=C``.

    Args:
        text: as typed; headers may hold commas.

    Raises:
        ArgumentTypeError: it names no ID, or one twice, or one without a column.
    """
    starts = list(_COLUMN.finditer(text))
    ends = [match.start() for match in starts[1:]] + [len(text)]
    columns = {
        KeyField(match[1].lower()): text[match.end() : end].strip()
        for match, end in zip(starts, ends, strict=True)
    }
    if not starts or starts[0].start() or len(columns) < len(starts) or "" in columns.values():
        raise argparse.ArgumentTypeError(
            f"{text!r} is not understood: write order=A,line=B,shipment=C with letters or headers"
        )
    return columns


def print_report(report: RefreshReport) -> None:
    """Print for people what happened to each workbook.

    Args:
        report: what happened.
    """
    for book in report.workbooks:
        _print_book(book)
    if len(report.workbooks) > 1:
        requests = counted(report.requests, "request")
        print(f"{len(report.workbooks)} workbooks, {requests}, {report.seconds:.1f} s")
    if report.interrupted:
        print("Stopped. What was answered is saved; refresh again for the rest.")


def _print_book(book: WorkbookReport) -> None:
    where = f"{book.path}, sheet {book.sheet}" if book.sheet else str(book.path)
    print(where)
    if book.sheet:
        shared = "requests shared between workbooks"
        requests = shared if book.requests is None else counted(book.requests, "request")
        print(
            f"  {counted(book.rows, 'row')}, {counted(book.line_items, 'distinct line item')},"
            f" {book.known:,} known, {requests}, {book.seconds:.1f} s"
        )
        for status in Status:
            if status in book.statuses:
                print(f"  {status.value:<16}{book.statuses[status]:>9,}")
    if book.cause:
        print(f"  Why: {book.cause}")
    if book.error is not None:
        _print_error(book.error, has_sheet=bool(book.sheet))
    elif book.would_ask is not None:
        print(f"  Dry run: would ask about {counted(book.would_ask, 'line item')} and write")
        print(f"  {counted(book.changed, 'cell')} from known answers; nothing was written.")
    elif book.output is not None:
        _print_output(book)


def _print_error(error: XlsxAddinError, *, has_sheet: bool) -> None:
    print(f"  Error: {error.message}")
    if error.next_step:
        print(f"         {error.next_step}")
    if has_sheet:
        print("         Nothing was written.")


def _print_output(book: WorkbookReport) -> None:
    print(f"  {counted(book.changed, 'cell')} changed in {book.output}")
    if book.kept:
        rows = counted(book.kept, "row")
        print(f"  {rows} kept a value that is not ours; the messages say which")
    if book.backup is not None:
        print(f"  The old content is in {book.backup}")
