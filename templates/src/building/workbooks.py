"""The reconciliation workbooks, with a button and without."""

from typing import Final

import xlsxwriter

from building.common import made
from building.configuration import add_configuration
from building.macros import add_macros, workbook_modules
from building.package import Members
from building.read_me import add_read_me
from building.reconcile import add_reconcile

_COMMENTS: Final = "Paste order, order line item and shipment IDs; invoices are filled in."


def workbook() -> Members:
    """Make the workbook without macros."""

    def fill(book: xlsxwriter.Workbook) -> None:
        add_reconcile(book, button=False)
        add_read_me(book, button=False)

    return made(fill, _COMMENTS)


def workbook_with_button() -> Members:
    """Make the workbook with the button and the macros behind it."""

    def fill(book: xlsxwriter.Workbook) -> None:
        add_reconcile(book, button=True)
        add_read_me(book, button=True)
        add_configuration(book).hide()

    return add_macros(made(fill, _COMMENTS), workbook_modules())
