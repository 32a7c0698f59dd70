"""`xlsx-addin install`: put the add-in where Excel loads it."""

import argparse
import os
from pathlib import Path

from xlsx_addin.cli.common import Subparsers, add_command, print_json
from xlsx_addin.installing.computer import this_computer, this_program
from xlsx_addin.installing.setup import SetupReport, install
from xlsx_addin.settings import home_folder


def add_parser(commands: Subparsers) -> None:
    """Add the command.

    Args:
        commands: where commands are added.
    """
    parser = add_command(
        commands,
        "install",
        run,
        summary="Put the add-in where Excel loads it.",
        example="  xlsx-addin install",
        details="For your user only, without administrator's rights. After an update of this\n"
        "program run it again. xlsx-addin uninstall undoes it.",
    )
    parser.add_argument(
        "--to", type=Path, metavar="FOLDER", help="another folder that Excel opens files from"
    )
    parser.add_argument("--dry-run", action="store_true", help="change nothing, say what would be")


def run(options: argparse.Namespace) -> int:
    """Install and tell what was done.

    Args:
        options: as parsed.
    """
    report = install(
        this_computer(os.environ),
        this_program(),
        home_folder(os.environ),
        startup=options.to and options.to.expanduser().absolute(),
        dry_run=options.dry_run,
    )
    print_setup(report, "the add-in is installed", as_json=options.json)
    return 0


def print_setup(report: SetupReport, state: str, *, as_json: bool) -> None:
    """Print what an installation, or undoing one, came to.

    Args:
        report: what it came to.
        state: what is so if nothing had to be done, as a clause.
        as_json: as one JSON object.
    """
    if as_json:
        print_json(report.as_json())
        return
    for step in report.steps:
        print(step.sentence(done=not report.dry_run))
    if not report.steps:
        print(f"Nothing to do: {state}.")
    for sentence in (*report.notices, *report.next_steps):
        print(sentence)
