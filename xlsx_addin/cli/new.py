"""`xlsx-addin new`: a fresh reconciliation workbook."""

import argparse
from pathlib import Path

from xlsx_addin.cli.common import Subparsers, add_command, print_json
from xlsx_addin.workbooks.blank import new_workbook


def add_parser(commands: Subparsers) -> None:
    """Add the command.

    Args:
        commands: where commands are added.
    """
    parser = add_command(
        commands,
        "new",
        run,
        summary="Make a fresh reconciliation workbook.",
        example="  xlsx-addin new march.xlsx",
    )
    parser.add_argument("path", type=Path, metavar="PATH", help="where it goes (.xlsx)")


def run(options: argparse.Namespace) -> int:
    """Make the workbook and say where it is.

    Args:
        options: as parsed.
    """
    path = new_workbook(options.path)
    if options.json:
        print_json({"path": str(path)})
    else:
        print(f"{path} is ready: paste order, line item and shipment IDs into its table, save it,")
        print(f"then run: xlsx-addin refresh {path}")
    return 0
