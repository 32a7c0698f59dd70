"""The sheet `Reconcile`: the table that IDs are pasted into and invoices are filled into."""

from dataclasses import dataclass
from typing import Final

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from building.colours import (
    HEAD_OF_IDS,
    HEAD_OF_RESULTS,
    HEAD_OF_YOURS,
    PAINT_OF,
    SUBDUED,
    Paint,
)
from building.common import TITLE
from xlsx_addin.core.outcomes import ResultField

SHEET: Final = "Reconcile"
TABLE: Final = "tblLines"
BUTTON: Final = "Refresh invoices"
MACRO: Final = "RefreshInvoices"

TEXT: Final = "@"
DATE: Final = "yyyy-mm-dd"
MONEY: Final = "#,##0.00"
PLAIN: Final = "General"
# Excel's own numbers of formats, where it has some.
_BUILT_IN: Final[dict[str, int | str]] = {TEXT: 49, MONEY: 4}

_LABEL_ROW: Final = 2
HEADER_ROW: Final = 3
FIRST_ROW: Final = 4
_LAST_ROW: Final = 1_048_575
_BUTTON_SIZE: Final = {"width": 164, "height": 34, "x_offset": 6, "y_offset": 6}


@dataclass(frozen=True)
class Column:
    """A column of the table.

    Args:
        header: its header.
        width: in characters.
        number_format: of the whole column, so that rows below the table have it too.
    """

    header: str
    width: int
    number_format: str


@dataclass(frozen=True)
class Block:
    """Columns side by side that belong together.

    Args:
        label: what stands above them.
        paint: colours of their headers.
        columns: the columns.
        folds: whether they can be folded away with one click, to have the others side by side.
    """

    label: str
    paint: Paint
    columns: tuple[Column, ...]
    folds: bool = False


# Messages, titles and notes are no text columns: Excel shows long cells of those as ####.
_RESULTS: Final = {
    ResultField.INVOICE_NUMBER: (26, TEXT),
    ResultField.INVOICE_DATE: (16, DATE),
    ResultField.CONSOLIDATED_INVOICE_NUMBER: (32, TEXT),
    ResultField.STATUS: (18, PLAIN),
    ResultField.MESSAGE: (84, PLAIN),
}

BLOCKS: Final = (
    Block(
        "Paste your IDs here",
        HEAD_OF_IDS,
        (
            Column("Order ID", 26, TEXT),
            Column("Order Line Item ID", 24, TEXT),
            Column("Shipment ID", 18, TEXT),
        ),
    ),
    Block(
        "Optional, for your own use",
        HEAD_OF_YOURS,
        (
            Column("Transaction Date", 20, DATE),
            Column("Amount", 14, MONEY),
            Column("Currency", 13, TEXT),
            Column("PO Number", 18, TEXT),
            Column("GL Code", 14, TEXT),
            Column("Cost Center", 16, TEXT),
            Column("Title", 40, PLAIN),
        ),
        folds=True,
    ),
    Block(
        "Filled in by the refresh",
        HEAD_OF_RESULTS,
        tuple(Column(field.header, *_RESULTS[field]) for field in ResultField),
    ),
    Block("Yours", HEAD_OF_YOURS, (Column("Notes", 36, PLAIN),)),
)


def add_reconcile(book: xlsxwriter.Workbook, *, button: bool) -> None:
    """Add the sheet.

    Args:
        book: the workbook.
        button: with the button that starts the macro.
    """
    sheet = book.add_worksheet(SHEET)
    columns = [column for block in BLOCKS for column in block.columns]
    _set_up_columns(book, sheet)
    _add_top(book, sheet, button=button)
    _add_labels(book, sheet)
    _add_table(book, sheet)
    _colour_statuses(book, sheet, [column.header for column in columns])
    _set_up_view(sheet, len(columns))
    _set_up_page(sheet)


def _set_up_columns(book: xlsxwriter.Workbook, sheet: Worksheet) -> None:
    """Format whole columns, so that what is pasted below the table stays text too."""
    formats = {
        code: book.add_format({"num_format": _BUILT_IN.get(code, code)})
        for code in (TEXT, DATE, MONEY)
    }
    formats[DATE].set_align("center")
    columns = [(column, block.folds) for block in BLOCKS for column in block.columns]
    for number, (column, folds) in enumerate(columns):
        form = formats.get(column.number_format)
        sheet.set_column(number, number, column.width, form, {"level": int(folds)})


def _add_top(book: xlsxwriter.Workbook, sheet: Worksheet, *, button: bool) -> None:
    title = book.add_format({"bold": True, "font_size": 14, "valign": "vcenter"})
    hint = book.add_format({"font_color": SUBDUED, "valign": "vcenter"})
    sheet.set_row(0, 24)
    sheet.set_row(1, 20)
    how = "save and close the workbook, then run: xlsx-addin refresh NAME.xlsx"
    if button:
        how = f"press {BUTTON}"
        sheet.insert_button(
            "A1", {"macro": MACRO, "caption": BUTTON, "description": BUTTON, **_BUTTON_SIZE}
        )
    column = 1 if button else 0
    sheet.write_string(0, column, TITLE, title)
    sheet.write_string(1, column, f"Paste the three IDs, {how}. See the sheet Read me.", hint)


def _add_labels(book: xlsxwriter.Workbook, sheet: Worksheet) -> None:
    column = 0
    for block in BLOCKS:
        label = book.add_format({"bold": True, "font_color": block.paint.fill})
        sheet.write_string(_LABEL_ROW, column, block.label, label)
        column += len(block.columns)


def _add_table(book: xlsxwriter.Workbook, sheet: Worksheet) -> None:
    columns = []
    # The format of rows that Excel adds to the table; it wants the code, not a number.
    formats = {code: book.add_format({"num_format": code}) for code in (TEXT, DATE, MONEY)}
    for block in BLOCKS:
        head = book.add_format(
            {
                "bold": True,
                "font_color": block.paint.text,
                "bg_color": block.paint.fill,
                "valign": "vcenter",
            }
        )
        columns += [
            {
                "header": column.header,
                "header_format": head,
                "format": formats.get(column.number_format),
            }
            for column in block.columns
        ]
    sheet.set_row(HEADER_ROW, 22)
    options = {"name": TABLE, "style": "Table Style Light 1", "columns": columns}
    sheet.add_table(HEADER_ROW, 0, FIRST_ROW, len(columns) - 1, options)


def _colour_statuses(book: xlsxwriter.Workbook, sheet: Worksheet, headers: list[str]) -> None:
    """Colour down to the last row of the sheet, so that no growth of the table leaves a rule."""
    column = headers.index(ResultField.STATUS.header)
    for status, paint in PAINT_OF.items():
        form = book.add_format({"font_color": paint.text, "bg_color": paint.fill})
        rule = {"type": "cell", "criteria": "==", "value": f'"{status.value}"', "format": form}
        sheet.conditional_format(FIRST_ROW, column, _LAST_ROW, column, rule)


def _set_up_view(sheet: Worksheet, columns: int) -> None:
    sheet.freeze_panes(FIRST_ROW, 1)
    sheet.set_selection(FIRST_ROW, 0, FIRST_ROW, 0)
    everything = xlsxwriter.utility.xl_range(FIRST_ROW, 0, _LAST_ROW, columns - 1)
    # IDs are text that looks like numbers; the green corners would be on every cell.
    sheet.ignore_errors({"number_stored_as_text": everything})


def _set_up_page(sheet: Worksheet) -> None:
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_ROW)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&L&F&RPage &P of &N")
