"""Workbooks for the tests of the host, as Excel would have saved them."""

import datetime as dt
from pathlib import Path

import xlsxwriter

HEADERS = ("Order ID", "Order Line Item ID", "Date", "Quantity", "Paid")
ROWS = (
    ("0012", "112-1", dt.datetime(2026, 3, 4), 2.0, True),
    ("0007", "112-2", dt.datetime(2026, 3, 5, 14, 30), 1.0, False),
    ("0100", "112-3", dt.datetime(2026, 3, 6), 7.0, True),
)


def orders(path: Path) -> Path:
    """A table `Orders` of text, dates, numbers and truth values, with formulas beside it."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Order lines")
        text = book.add_format({"num_format": "@"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for row, (order, line, when, quantity, paid) in enumerate(ROWS, 1):
            sheet.write_string(row, 0, order, text)
            sheet.write_string(row, 1, line)
            sheet.write_datetime(row, 2, when, day)
            sheet.write_number(row, 3, quantity)
            sheet.write_boolean(row, 4, paid)
        columns = [{"header": header} for header in HEADERS]
        sheet.add_table(0, 0, len(ROWS), 4, {"name": "Orders", "columns": columns})
        sheet.write_formula("H1", "=IF(D2>1,\"a;b\",'Order lines'!A2)")
        sheet.write_formula("H2", "=NA()")
        sheet.write_formula("H3", "=1/0")
        sheet.write_formula("H4", "=SUM(Other!A1:A3)")
        sheet.write_array_formula("H5:H6", "{=D2:D3*2}")
        book.add_worksheet("Other")
    return path


def plain(path: Path) -> Path:
    """A workbook of one empty sheet."""
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Sheet1")
    return path


def guarded(path: Path) -> Path:
    """A protected sheet with one cell that is not locked, and one with a filter at work."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Protected")
        sheet.write_column("A1", ["locked", "open"])
        sheet.write("A2", "open", book.add_format({"locked": False}))
        sheet.protect()
        sheet = book.add_worksheet("Filtered")
        sheet.write_column("A1", ["Name", "a", "b", "a"])
        sheet.autofilter("A1:A4")
        sheet.filter_column("A", "x == a")
        sheet.set_row(2, options={"hidden": True})
        sheet = book.add_worksheet("Merged")
        sheet.merge_range("B2:C3", "together")
        sheet.write("A1", "alone")
    return path


def totals(path: Path) -> Path:
    """A table `Sums` with a totals row."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Sums")
        columns = [
            {"header": "Name", "total_string": "Total"},
            {"header": "Sum", "total_function": "sum"},
        ]
        rows = [["a", 1], ["b", 2]]
        options = {"name": "Sums", "columns": columns, "data": rows, "total_row": True}
        sheet.add_table("A1:B4", options)
    return path
