"""The sheet `Read me`: how the workbook is used and what the status words mean."""

from typing import Final

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from building.colours import HEAD_OF_IDS, PAINT_OF
from building.common import TITLE
from building.reconcile import BUTTON, SHEET
from xlsx_addin.core.outcomes import ResultField, Status

NAME: Final = "Read me"

_PASTE: Final = (
    f"Paste order ID, order line item ID and shipment ID into the table on the sheet {SHEET}. "
    "Its cells are formatted as text, so that no ID loses digits. Paste values only if you "
    "copy from another workbook (Paste Special, Values)."
)
_PRESS: Final = (
    f"Press {BUTTON}. The workbook is not saved by it; save it when you like what you see. The "
    "button needs xlsx_addin on this computer, and macros have to be allowed for this workbook."
)
_RUN: Final = (
    "Save the workbook, close it and run: xlsx-addin refresh NAME.xlsx. With the add-in in Excel, "
    f"leave the workbook open and choose {BUTTON} on the tab Amazon Business instead."
)
_FILTER: Final = (
    f"Filter the column {ResultField.STATUS.header}. The column {ResultField.MESSAGE.header} "
    "says in a sentence what to do."
)
STEPS_WITH_BUTTON: Final = (_PASTE, _PRESS, _FILTER)
STEPS_WITHOUT_BUTTON: Final = (_PASTE, _RUN, _FILTER)

MEANING: Final[dict[Status, tuple[str, str]]] = {
    Status.FOUND: ("Amazon has one document for this line.", "Nothing."),
    Status.SEVERAL: (
        "Amazon has several documents for this line: oldest first, credit memos (credit) last.",
        "See which of them you need.",
    ),
    Status.PENDING: (
        "The invoice is there, its consolidated invoice number is not yet.",
        "Refresh again later.",
    ),
    Status.NO_INVOICE_YET: (
        "Amazon knows the line, but has no invoice for it so far.",
        "Refresh again later.",
    ),
    Status.NOT_RETURNED: (
        "Amazon's answer did not mention this line.",
        "Refresh again later. If it stays so, compare the three IDs with the order.",
    ),
    Status.CHECK_IDS: (
        "An ID is missing or cannot be right, or Amazon refused the line.",
        "Correct the IDs as the message says, then refresh.",
    ),
    Status.ID_DAMAGED: (
        "A spreadsheet changed an ID: it lost digits, or became a date or an error.",
        "Paste the ID again, as text, from where it came from.",
    ),
    Status.NOT_ALLOWED: (
        "The sign-in or a permission is missing.",
        "Do what the message says, then refresh.",
    ),
    Status.FAILED: (
        "Amazon could not be reached or gave no usable answer, in spite of several attempts.",
        "Refresh again; settled lines are not asked again. The message has what support needs.",
    ),
    Status.CANCELLED: (
        "The refresh was stopped before it was this line's turn.",
        "Refresh again.",
    ),
}

GOOD_TO_KNOW: Final = (
    "Columns may be moved and added: IDs and results are found by their headers, so leave these.",
    "The optional columns fold away: click the minus above the column to their right.",
    "A result that you typed yourself is kept, and the message says what Amazon says.",
    "Invoice numbers are text and invoice dates are true dates, so both sort and filter well.",
)

_WORD_WIDTH: Final = 18
_TEXT_WIDTH: Final = 58
_LINE_HEIGHT: Final = 15


def add_read_me(book: xlsxwriter.Workbook, *, button: bool) -> None:
    """Add the sheet.

    Args:
        book: the workbook.
        button: whether the workbook has the button.
    """
    sheet = book.add_worksheet(NAME)
    sheet.set_column("A:A", _WORD_WIDTH)
    sheet.set_column("B:C", _TEXT_WIDTH)
    sheet.hide_gridlines(2)
    sheet.write_string("A1", TITLE, book.add_format({"bold": True, "font_size": 14}))
    row = _add_texts(book, sheet, 2, STEPS_WITH_BUTTON if button else STEPS_WITHOUT_BUTTON)
    row = _add_statuses(book, sheet, row + 1)
    _add_texts(book, sheet, row + 1, GOOD_TO_KNOW, numbered=False)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _add_texts(
    book: xlsxwriter.Workbook,
    sheet: Worksheet,
    row: int,
    texts: tuple[str, ...],
    *,
    numbered: bool = True,
) -> int:
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for number, text in enumerate(texts, start=1):
        shown = f"{number}. {text}" if numbered else text
        sheet.merge_range(row, 0, row, 2, shown, wrapped)
        sheet.set_row(row, _height(shown, _WORD_WIDTH + 2 * _TEXT_WIDTH))
        row += 1
    return row


def _add_statuses(book: xlsxwriter.Workbook, sheet: Worksheet, row: int) -> int:
    head = {"bold": True, "font_color": HEAD_OF_IDS.text, "bg_color": HEAD_OF_IDS.fill}
    headers = (ResultField.STATUS.header, "What it means", "What to do")
    sheet.write_row(row, 0, headers, book.add_format(head))
    wrapped = book.add_format({"text_wrap": True, "valign": "top", "bottom": 4})
    for status in Status:
        row += 1
        paint = PAINT_OF[status]
        word = {"font_color": paint.text, "bg_color": paint.fill, "valign": "top", "bottom": 4}
        sheet.write_string(row, 0, status.value, book.add_format(word))
        sheet.write_row(row, 1, MEANING[status], wrapped)
        sheet.set_row(row, max(_height(text, _TEXT_WIDTH) for text in MEANING[status]))
    return row + 1


def _height(text: str, width: int) -> int:
    """Give a row as many lines as the text needs; letters are narrower than the digits counted."""
    return _LINE_HEIGHT * (1 + len(text) // width) + 4
