"""The sheet with xlwings' settings, in the file that holds its VBA."""

from typing import Final

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from building.xlwings_vba import PROJECT_NAME

SHEET: Final = f"{PROJECT_NAME}.conf"

# No interpreter here: an entry in this sheet, an empty one too, beats the user's own file, which
# the installation writes. Words as text: what VBA makes of a truth value depends on the language.
SETTINGS: Final = {"ADD_WORKBOOK_TO_PYTHONPATH": "false"}


def add_configuration(book: xlsxwriter.Workbook) -> Worksheet:
    """Add the sheet.

    Args:
        book: the workbook.
    """
    sheet = book.add_worksheet(SHEET)
    sheet.set_column("A:A", 34)
    for row, (name, value) in enumerate(SETTINGS.items()):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, value)
    return sheet
