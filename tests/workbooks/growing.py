"""Workbooks whose data grows down: with formats, formulas, conditional formats, validations."""

from pathlib import Path

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

SHEET = "Payments"
TABLE = "Paid"
HEADERS = ("Order ID", "Quantity", "Net", "Gross", "Balance")
ROWS = (("112-1", 1, 2.5), ("112-2", 2, 3.5), ("112-3", 3, 4.5))
GROSS = "=Paid[[#This Row],[Net]]*2"


def table(path: Path, *, totals: bool = False) -> Path:
    """A table A1:E4: text, count, amount, a calculated column, and a formula of cells."""
    return _made(path, is_table=True, totals=totals)


def table_with_totals(path: Path) -> Path:
    """The same with a totals row."""
    return table(path, totals=True)


def plain(path: Path) -> Path:
    """The same cells without a table."""
    return _made(path, is_table=False)


def filled_below(path: Path) -> Path:
    """The table, and a note in C7."""
    return _made(path, is_table=True, below=lambda sheet: sheet.write("C7", "checked by Ann"))


def merged_below(path: Path) -> Path:
    """The table, and merged cells without a content in B6:C6."""
    return _made(path, is_table=True, below=lambda sheet: sheet.merge_range("B6:C6", ""))


def table_below(path: Path) -> Path:
    """The table, and another one in A7:B8."""
    return _made(
        path, is_table=True, below=lambda sheet: sheet.add_table("A7:B8", {"name": "Others"})
    )


def _made(path: Path, *, is_table: bool, totals: bool = False, below=lambda _: None) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(SHEET)
        text = book.add_format({"num_format": "@", "bold": True})
        money = book.add_format({"num_format": "0.000", "bg_color": "#FFFF00"})
        if is_table:
            columns = [{"header": header} for header in HEADERS]
            columns[3]["formula"] = GROSS
            options = {"name": TABLE, "columns": columns, "total_row": totals}
            sheet.add_table(0, 0, 3 + totals, 4, options)
        _fill(sheet, text, money, GROSS if is_table else None)
        sheet.conditional_format(
            "C2:C4", {"type": "cell", "criteria": ">", "value": 3, "format": money}
        )
        sheet.conditional_format("A2:E4", {"type": "data_bar"})
        sheet.data_validation("B2:B4", {"validate": "integer", "criteria": ">", "value": 0})
        below(sheet)
    return path


def _fill(sheet: Worksheet, text, money, gross: str | None) -> None:
    for column, header in enumerate(HEADERS):
        sheet.write_string(0, column, header)
    for number, (order, quantity, net) in enumerate(ROWS, start=1):
        sheet.write_string(number, 0, order, text)
        sheet.write_number(number, 1, quantity)
        sheet.write_number(number, 2, net, money)
        sheet.write_formula(number, 3, gross or f"=C{number + 1}*2", money, net * 2)
        total = sum(row[2] for row in ROWS[:number])
        sheet.write_formula(number, 4, f"=SUM(C$2:C{number + 1})", None, total)
