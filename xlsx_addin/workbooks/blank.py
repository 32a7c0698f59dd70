"""A fresh reconciliation workbook: the table to paste IDs into, and a page that explains it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from openpyxl import Workbook
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import Table, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from xlsx_addin.core.outcomes import ResultField, Status
from xlsx_addin.errors import LocalError, WorkbookError

TABLE_NAME: Final = "tblLines"
KEY_HEADERS: Final = ("Order ID", "Order Line Item ID", "Shipment ID")
_ROWS: Final = 50
"""Rows of the empty table; it grows as rows are pasted below it in Excel."""

_WIDTHS: Final = (24, 22, 16, 30, 14, 28, 16, 60)
_TEXT_COLUMNS: Final = (1, 2, 3, 4, 6)
_DATE_COLUMN: Final = 5

_READ_ME: Final[Sequence[str]] = (
    "1. Paste order, order line item and shipment IDs into the table on the sheet Reconcile.",
    "    Its cells are formatted as text, so that no ID loses digits.",
    "2. Save and close the workbook, then run: xlsx-addin refresh NAME.xlsx",
    "3. Filter the column Invoice Status. The column Invoice Message says what to do.",
    "",
    "Found: one document.  Several: more than one.  Pending: the consolidated number comes later.",
    "No invoice yet, Not returned, Not allowed, Failed, Cancelled: refresh again later.",
    "Check IDs, ID damaged: correct the IDs of the row.",
)


def new_workbook(path: Path) -> Path:
    """Make a fresh reconciliation workbook.

    Args:
        path: where it goes; its suffix is .xlsx.

    Returns:
        The path.

    Raises:
        WorkbookError: there is a file already, or the suffix is another.
        LocalError: the folder cannot be written.
    """
    check_new(path)
    book = Workbook()
    book.remove(book.worksheets[0])
    _fill_reconcile(book.create_sheet("Reconcile"))
    _fill_read_me(book.create_sheet("Read me"))
    save_new(book, path)
    return path


def check_new(path: Path) -> None:
    """Check the name of a workbook of our own making.

    Args:
        path: where it would go.

    Raises:
        WorkbookError: the suffix is not .xlsx.
    """
    if path.suffix.lower() != ".xlsx":
        raise WorkbookError(
            f"{path.name} would not be an .xlsx workbook.",
            next_step="Give it a name that ends in .xlsx.",
            code="not-xlsx",
        )


def save_new(book: Workbook, path: Path) -> None:
    """Save a workbook of our own making, all of it or nothing.

    A file that is there already is never replaced.

    Args:
        book: the workbook.
        path: where it goes.

    Raises:
        WorkbookError: there is a file already.
        LocalError: the folder cannot be written.
    """
    try:
        file = path.open("xb")
        try:
            with file:
                book.save(file)
        except BaseException:
            path.unlink()
            raise
    except FileExistsError as error:
        raise WorkbookError(
            f"There is a file {path} already.",
            next_step="Choose another name; nothing was changed.",
            code="file-exists",
        ) from error
    except OSError as error:
        raise LocalError(
            f"{path} cannot be written: {error.strerror or error}.",
            next_step="Choose a folder that exists and that you may write to.",
            code="cannot-write",
        ) from error


def _fill_reconcile(sheet: Worksheet) -> None:
    headers = (*KEY_HEADERS, *(one.header for one in ResultField))
    sheet.append(headers)
    for column, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
        for row in range(2, _ROWS + 2):
            cell = sheet.cell(row, column)
            if column in _TEXT_COLUMNS:
                cell.number_format = "@"
            elif column == _DATE_COLUMN:
                cell.number_format = "yyyy-mm-dd"
    table = Table(displayName=TABLE_NAME, ref=f"A1:{get_column_letter(len(headers))}{_ROWS + 1}")
    table.tableStyleInfo = TableStyleInfo(name="TableStyleMedium2", showRowStripes=True)
    sheet.add_table(table)
    sheet.freeze_panes = "A2"
    colour_statuses(sheet, f"G2:G{_ROWS + 1}")


_COLOURS: Final = (
    ("FFE2EFDA", (Status.FOUND, Status.SEVERAL)),
    ("FFFFF2CC", (Status.PENDING, Status.NO_INVOICE_YET, Status.NOT_RETURNED)),
    ("FFFCE4D6", (Status.CHECK_IDS, Status.ID_DAMAGED, Status.NOT_ALLOWED)),
    ("FFF8CBAD", (Status.FAILED, Status.CANCELLED)),
)


def colour_statuses(sheet: Worksheet, cells: str) -> None:
    """Colour status words: green is done, yellow waits, red needs somebody.

    Args:
        sheet: the sheet.
        cells: the range of the status column.
    """
    first = cells.partition(":")[0]
    for colour, statuses in _COLOURS:
        words = ",".join(f'{first}="{status.value}"' for status in statuses)
        fill = PatternFill(bgColor=colour, fill_type="solid")
        style = DifferentialStyle(fill=fill)
        rule = Rule(type="expression", dxf=style, formula=[f"OR({words})"])
        sheet.conditional_formatting.add(cells, rule)


def _fill_read_me(sheet: Worksheet) -> None:
    sheet["A1"] = "Amazon Business invoices"
    sheet["A1"].font = Font(name="Calibri", bold=True, size=14)
    sheet.column_dimensions["A"].width = 100
    for row, text in enumerate(_READ_ME, start=3):
        cell = sheet.cell(row, 1, text)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
