"""Workbooks for tests, made on the spot: each function makes one and returns its path.

Those by XlsxWriter have shared strings and stored results as Excel writes them, those by
openpyxl have inline strings and formulas that were never calculated.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

import openpyxl
import xlsxwriter
from openpyxl.styles import Font, Protection
from openpyxl.worksheet.table import Table, TableStyleInfo
from xlsxwriter.worksheet import Worksheet

HEADERS = ("Order ID", "Order Line Item ID", "Shipment ID", "Amount")
ROWS = (
    ("112-1111111-1111111", "20764520160100", "Dx1aaaaaa", 12.5),
    ("112-2222222-2222222", "20764520160200", "Dx1bbbbbb", 7),
    ("112-3333333-3333333", "00064520160300", "Dx1cccccc", 99.99),
)
SHEET = "Orders"
TABLE = "Purchases"

Make = Callable[[Path], Path]

ODD_TEXTS = (
    "007",
    "=1+1",
    "+49 30",
    "-5",
    "@here",
    "\ttab first",
    "a\r\nb",
    "line\nbreak",
    " blanks around ",
    "_x0041_",
    "_x000D_",
    "R&D <b> \"quoted\" 'too'",
    "Ünïcödé € 日本 😀",
    "#N/A",
    "TRUE",
    "1E+10",
    "2026-03-31",
    "20764520160100",
    "'quoted",
)
"""Texts that a workbook must give back as they are, and as texts."""


def _fill(sheet: Worksheet, rows: Sequence[Sequence[object]], first_row: int = 0) -> None:
    for number, row in enumerate(rows, start=first_row):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, column, value)
            else:
                sheet.write(number, column, value)


def plain(path: Path) -> Path:
    """Headers in row 1, three rows, columns A to D."""
    with xlsxwriter.Workbook(path) as book:
        _fill(book.add_worksheet(SHEET), (HEADERS, *ROWS))
    return path


def plain_with_inline_strings(path: Path) -> Path:
    """The same, as openpyxl writes it."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = SHEET
    for row in (HEADERS, *ROWS):
        sheet.append(row)
    book.save(path)
    return path


def header_in_row_7(path: Path) -> Path:
    """A title merged over A1:D2, a note in A4, headers in row 7."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(SHEET)
        sheet.merge_range("A1:D2", "Purchases, first quarter", book.add_format({"bold": True}))
        sheet.write("A4", "as exported")
        _fill(sheet, (HEADERS, *ROWS), first_row=6)
    return path


def merged_results(path: Path) -> Path:
    """Merged cells at E2:E3 and over F2:G2, beside plain rows."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(SHEET)
        _fill(sheet, (HEADERS, *ROWS))
        sheet.merge_range("E2:E3", "")
        sheet.merge_range("F2:G2", "")
    return path


def table(path: Path) -> Path:
    """A table A1:D4 with a filter."""
    with xlsxwriter.Workbook(path) as book:
        _add_table(book.add_worksheet(SHEET), 0, 0, TABLE)
    return path


def table_with_totals(path: Path) -> Path:
    """A table A1:D5 with a totals row."""
    with xlsxwriter.Workbook(path) as book:
        _add_table(book.add_worksheet(SHEET), 0, 0, TABLE, total_row=True)
    return path


def table_without_filter(path: Path) -> Path:
    """A table A1:D4 whose filter is switched off."""
    with xlsxwriter.Workbook(path) as book:
        _add_table(book.add_worksheet(SHEET), 0, 0, TABLE, autofilter=False)
    return path


def table_without_header(path: Path) -> Path:
    """A table A2:D4 whose header row is switched off."""
    with xlsxwriter.Workbook(path) as book:
        _add_table(book.add_worksheet(SHEET), 0, 0, TABLE, header_row=False)
    return path


def two_tables(path: Path) -> Path:
    """Tables A1:D4 and G1:J4, two columns between them."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(SHEET)
        _add_table(sheet, 0, 0, TABLE)
        _add_table(sheet, 0, 6, "Others")
    return path


def _add_table(
    sheet: Worksheet,
    row: int,
    column: int,
    name: str,
    *,
    total_row: bool = False,
    header_row: bool = True,
    autofilter: bool = True,
) -> None:
    first_row = row if header_row else row + 1
    sheet.add_table(
        first_row,
        column,
        row + len(ROWS) + total_row,
        column + len(HEADERS) - 1,
        {
            "name": name,
            "data": ROWS,
            "total_row": total_row,
            "header_row": header_row,
            "autofilter": autofilter and header_row,
            "columns": [{"header": header} for header in HEADERS],
        },
    )


def dates_1904(path: Path) -> Path:
    """The plain sheet with a date in E2, in the 1904 system of old Macs."""
    with xlsxwriter.Workbook(path, {"date_1904": True}) as book:
        sheet = book.add_worksheet(SHEET)
        _fill(sheet, (HEADERS, *ROWS))
        sheet.write_datetime("E2", datetime(2026, 3, 31), _date_format(book, "dd/mm/yyyy"))
    return path


def hidden_sheet(path: Path) -> Path:
    """A hidden sheet, a very hidden one, then the visible active one, in which row 3 is hidden."""
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Archive").hide()
        book.add_worksheet("Secrets").very_hidden()
        sheet = book.add_worksheet(SHEET)
        sheet.activate()
        sheet.set_first_sheet()
        _fill(sheet, (HEADERS, *ROWS))
        sheet.set_row(2, None, None, {"hidden": True})
    return path


def several_sheets(path: Path) -> Path:
    """Two sheets with IDs, a chart sheet between them; the second one is active."""
    with xlsxwriter.Workbook(path) as book:
        _fill(book.add_worksheet("January"), (HEADERS, *ROWS))
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=January!$D$2:$D$4"})
        book.add_chartsheet("Chart").set_chart(chart)
        february = book.add_worksheet("February")
        february.activate()
        _fill(february, (HEADERS, *ROWS))
        book.add_worksheet("Empty")
    return path


def protected(path: Path) -> Path:
    """A protected sheet: columns E and F are unlocked as columns, cell G2 by itself."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(SHEET)
        unlocked = book.add_format({"locked": False})
        sheet.set_column("E:F", None, unlocked)
        _fill(sheet, (HEADERS, *ROWS))
        sheet.write_blank("G2", None, unlocked)
        sheet.protect()
    return path


def protected_by_openpyxl(path: Path) -> Path:
    """A protected sheet without rules for columns; cell E2 is unlocked."""
    book = openpyxl.load_workbook(plain_with_inline_strings(path))
    sheet = book.active
    sheet["E2"].protection = Protection(locked=False)
    sheet.protection.enable()
    book.save(path)
    return path


def stored_results(path: Path) -> Path:
    """Formulas with results in A2 (text), B2 (number), C2 (nothing), D2 (error), an array F2:F4."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(SHEET)
        _fill(sheet, (HEADERS, *ROWS))
        sheet.write_formula("A2", '="112-"&"4"', None, "112-4")
        sheet.write_formula("B2", "=40+2", None, 42)
        sheet.write_formula("D2", "=1/0", None, "#DIV/0!")
        sheet.write_array_formula("F2:F4", "{=D2:D4*2}", None, 1)
        sheet.write_number("F3", 2)
        sheet.write_number("F4", 3)
    return path


def formulas_never_calculated(path: Path) -> Path:
    """A formula without a result in A2."""
    book = openpyxl.load_workbook(plain_with_inline_strings(path))
    book.active["A2"] = '="112-"&"4"'
    book.save(path)
    return path


def every_type(path: Path) -> Path:
    """Cells of every type in column A, from row 1 on: see `EVERY_TYPE`."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = SHEET
    for row, (written, _) in enumerate(EVERY_TYPE, start=1):
        sheet.cell(row, 1, written)
    book.save(path)
    return path


EVERY_TYPE: tuple[tuple[object, object], ...] = (
    ("text", "text"),
    (42, 42),
    (0.5, 0.5),
    (20764520160100, 20764520160100),
    (True, True),
    (False, False),
    (None, None),
    (date(2026, 3, 31), datetime(2026, 3, 31)),
    (datetime(2026, 3, 31, 18, 5), datetime(2026, 3, 31, 18, 5)),
)
"""What is written, and what is read again."""


def odd_texts(path: Path) -> Path:
    """The odd texts in column A, one a row, as shared strings."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(SHEET)
        for row, text in enumerate(ODD_TEXTS):
            sheet.write_string(row, 0, text)
    return path


def formatted(path: Path) -> Path:
    """A sheet with formats: see the code; only formats, headers and rows matter."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(SHEET)
        _fill(sheet, (HEADERS, *ROWS))
        sheet.write_row("A1", HEADERS, book.add_format({"bold": True, "font_color": "#FF0000"}))
        sheet.set_column("E:F", 17, book.add_format({"italic": True}))
        sheet.set_row(2, 20, book.add_format({"bg_color": "#FFFF00"}))
        sheet.write_datetime("H2", datetime(2025, 1, 1), _date_format(book, "dd.mm.yyyy"))
        sheet.write_number("H3", 0.5, book.add_format({"num_format": "hh:mm"}))
        sheet.write_number("H4", 1, book.add_format({"num_format": "0.00", "bold": True}))
        sheet.write_string("I2", "old", book.add_format({"bold": True, "font_size": 14}))
    return path


def _date_format(book: xlsxwriter.Workbook, code: str) -> object:
    return book.add_format({"num_format": code})


def wide(path: Path) -> Path:
    """Headers up to the last column of a sheet."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(SHEET)
        _fill(sheet, (HEADERS, *ROWS))
        sheet.write_string(0, 16_383, "the end")
    return path


def with_own_sheet(path: Path, rows: Sequence[Sequence[object]], name: str = "Invoices") -> Path:
    """The plain sheet and, before it, one with these rows."""
    with xlsxwriter.Workbook(path) as book:
        _fill(book.add_worksheet(name), rows)
        _fill(book.add_worksheet(SHEET), (HEADERS, *ROWS))
    return path


def bold_table(path: Path) -> Path:
    """A table made by openpyxl with bold headers and a filter."""
    book = openpyxl.load_workbook(plain_with_inline_strings(path))
    sheet = book.active
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    made = Table(displayName=TABLE, ref="A1:D4")
    made.tableStyleInfo = TableStyleInfo(name="TableStyleMedium2", showRowStripes=True)
    sheet.add_table(made)
    book.save(path)
    return path
