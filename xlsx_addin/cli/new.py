"""`xlsx-addin new`: a fresh reconciliation workbook, or one made of a downloaded report."""

import argparse
from pathlib import Path

from xlsx_addin.cli.common import Subparsers, add_command, print_json
from xlsx_addin.core.wording import counted
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
        example="  xlsx-addin new march.xlsx\n"
        "  xlsx-addin new orders.xlsx --from-report orders_from_20250301_to_20250331.csv",
        details="A name that ends in .xlsm gives a workbook with the button Refresh invoices, for\n"
        "Excel with the add-in installed; .xlsx gives one without macros.\n"
        "With --from-report it holds a report that was downloaded from Amazon Business as CSV.",
    )
    parser.add_argument("path", type=Path, metavar="PATH", help="where it goes (.xlsx or .xlsm)")
    parser.add_argument(
        "--from-report", type=Path, metavar="FILE", help="a report of Amazon Business, CSV"
    )


def run(options: argparse.Namespace) -> int:
    """Make the workbook and say where it is.

    Args:
        options: as parsed.
    """
    if options.from_report is not None:
        return _from_report(options)
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


def _from_report(options: argparse.Namespace) -> int:
    # Imported here: openpyxl would cost every other command its start-up time.
    from xlsx_addin.workbooks.report_book import new_from_report  # noqa: PLC0415  # see above

    made = new_from_report(options.path, options.from_report)
    if options.json:
        print_json(
            {
                "path": str(made.path),
                "report": made.name,
                "sheet": made.sheet,
                "rows": made.rows,
                "columns": made.columns,
                "dates_as_text": made.dates_as_text,
                "amounts_as_text": made.amounts_as_text,
            }
        )
        return 0
    name = made.name or "table"
    print(f"{made.path} is ready: the {name}, {counted(made.rows, 'row')}, on sheet {made.sheet}.")
    if made.dates_as_text:
        cells = counted(made.dates_as_text, "date")
        print(f"  Left as text: {cells}; nothing tells whether the day or the month comes first.")
    if made.amounts_as_text:
        cells = counted(made.amounts_as_text, "amount")
        print(f"  Left as text: {cells}; nothing tells which sign is the decimal mark.")
    print("Fill in its line item and shipment IDs next, then the invoices:")
    print(f"  xlsx-addin add-ids {made.path} --refresh")
    return 0
