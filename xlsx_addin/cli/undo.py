"""`xlsx-addin undo`: put back what the last refresh of a workbook overwrote."""

import argparse
from pathlib import Path

from xlsx_addin.cli.common import Subparsers, add_command, print_json
from xlsx_addin.cli.running import running
from xlsx_addin.core.wording import counted
from xlsx_addin.jobs.undo import UndoReport


def add_parser(commands: Subparsers) -> None:
    """Add the command.

    Args:
        commands: where commands are added.
    """
    parser = add_command(
        commands,
        "undo",
        run,
        summary="Put back what the last refresh of a workbook overwrote.",
        example="  xlsx-addin undo march.xlsx",
        details="Only cells that nobody edited since are put back. The last five refreshes of a\n"
        "workbook made on this computer can be undone, one after the other. New columns stay,\n"
        "empty. What Amazon answered stays known: the next refresh fills it in again.",
    )
    parser.add_argument("book", type=Path, metavar="BOOK", help="the closed workbook")
    parser.add_argument("--no-backup", action="store_true", help="keep no copy of the old content")


def run(options: argparse.Namespace) -> int:
    """Undo the refresh and print what happened.

    Args:
        options: as parsed.
    """
    with running(options, options.book) as (app, _):
        report = app.undo(options.book, backup=not options.no_backup)
    if options.json:
        print_json(report.as_json())
    else:
        _print(report)
    return 0


def _print(report: UndoReport) -> None:
    print(f"{report.path}, sheet {report.sheet}")
    print(f"  {counted(report.changed, 'cell')} put back")
    if report.edited:
        print(f"  {counted(report.edited, 'row')} edited since and left as they are")
    if report.lost:
        print(f"  {counted(report.lost, 'row')} deleted since, or no longer to be told apart")
    if report.backup is not None:
        print(f"  The old content is in {report.backup}")
