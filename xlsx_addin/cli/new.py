"""`xlsx-addin new`: a fresh reconciliation workbook."""

import argparse
from pathlib import Path

from xlsx_addin.cli.common import Subparsers, add_command, print_json
from xlsx_addin.workbooks.template import new_workbook


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
        details="A name that ends in .xlsm gives a workbook with the button Refresh invoices, for\n"
        "Excel with the add-in installed; .xlsx gives one without macros.",
    )
    parser.add_argument("path", type=Path, metavar="PATH", help="where it goes (.xlsx or .xlsm)")


def run(options: argparse.Namespace) -> int:
    """Make the workbook and say where it is.

    Args:
        options: as parsed.
    """
    path: Path = options.path
    new_workbook(path)
    if options.json:
        print_json({"path": str(path)})
    else:
        print(f"{path} is ready: paste order, line item and shipment IDs into its table,")
        if path.suffix.lower() == ".xlsm":
            print("then press Refresh invoices; or save it, close it and run:")
        else:
            print("save it, close it and run:")
        print(f"  xlsx-addin refresh {path}")
    return 0
