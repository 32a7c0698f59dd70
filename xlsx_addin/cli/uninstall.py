"""`xlsx-addin uninstall`: undo what `xlsx-addin install` did."""

import argparse
import os

from xlsx_addin.cli.common import Subparsers, add_command
from xlsx_addin.cli.install import print_setup
from xlsx_addin.installing.computer import this_computer, this_program
from xlsx_addin.installing.setup import uninstall
from xlsx_addin.settings import home_folder


def add_parser(commands: Subparsers) -> None:
    """Add the command.

    Args:
        commands: where commands are added.
    """
    parser = add_command(
        commands,
        "uninstall",
        run,
        summary="Take the add-in out of Excel.",
        example="  xlsx-addin uninstall",
        details="Undoes what xlsx-addin install did, and nothing else. What you changed since\n"
        "stays, and so do settings, known answers and the log.",
    )
    parser.add_argument("--dry-run", action="store_true", help="change nothing, say what would be")


def run(options: argparse.Namespace) -> int:
    """Uninstall and tell what was done.

    Args:
        options: as parsed.
    """
    report = uninstall(
        this_computer(os.environ),
        this_program(),
        home_folder(os.environ),
        dry_run=options.dry_run,
    )
    print_setup(report, "the add-in is not installed", as_json=options.json)
    return 0
