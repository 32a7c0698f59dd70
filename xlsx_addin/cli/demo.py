"""`xlsx-addin demo`: the whole thing on the sandbox, without an account."""

import argparse
import os
import sys
from itertools import count
from pathlib import Path
from typing import Final

from xlsx_addin.app import App
from xlsx_addin.cli.common import Subparsers, add_command, note, print_json, progress_for
from xlsx_addin.cli.interrupt import cancelled_by_signals
from xlsx_addin.cli.refresh import print_report
from xlsx_addin.core.plan import Policy
from xlsx_addin.jobs.refresh import RefreshOptions
from xlsx_addin.settings import load_settings

_MOST_ROWS: Final = 100_000
_NAME: Final = "amazon-business-demo"


def add_parser(commands: Subparsers) -> None:
    """Add the command.

    Args:
        commands: where commands are added.
    """
    parser = add_command(
        commands,
        "demo",
        run,
        summary="Show it all on the built-in sandbox: make a workbook, refresh it.",
        example="  xlsx-addin demo",
        details="No account and no network are needed. The workbook has 1,000 rows, with the\n"
        "repeated, damaged and missing IDs of real ones.",
    )
    parser.add_argument(
        "--rows", type=_count, default=1_000, help="data rows of the workbook (1000)"
    )
    parser.add_argument("--to", type=Path, metavar="PATH", help="where the workbook goes")


def run(options: argparse.Namespace) -> int:
    """Make the workbook, refresh it and say where it is.

    Args:
        options: as parsed.
    """
    # Imported here: openpyxl would cost every other command its start-up time.
    from xlsx_addin.sandbox.demo_book import demo_workbook  # noqa: PLC0415  # see above
    from xlsx_addin.workbooks.creating import check_name, create  # noqa: PLC0415  # likewise

    path = options.to or _free_name()
    check_name(path, ".xlsx")
    settings = load_settings(os.environ, options.profile, sandbox=True)
    with App(settings, options.command) as app:
        create(path, demo_workbook(app.sandbox_account(), options.rows).save)
        note(f"Made {path}: {options.rows:,} purchases of a made-up company.")
        note("Refreshing it on the built-in sandbox, at the speed that Amazon allows:")
        note("2 requests a second after a burst of 10, 25 line items each.")
        with cancelled_by_signals() as cancel:
            report = app.refresh(
                [path],
                RefreshOptions(policy=Policy(ask_all=True), backup=False, fit=True),
                cancel=cancel,
                progress=progress_for(sys.stderr),
            )
    if options.json:
        print_json(report.as_json())
    else:
        print_report(report)
        print(f"Open it and filter the column Invoice Status: {path.absolute()}")
    return report.exit_code


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= _MOST_ROWS:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of rows from 1 to {_MOST_ROWS}")
    return int(text)


def _free_name() -> Path:
    names = (_NAME if number == 1 else f"{_NAME}-{number}" for number in count(1))
    return next(path for name in names if not (path := Path(f"{name}.xlsx")).exists())
