"""Workbooks of every kind that a refresh meets, for all adapters alike.

Each scenario makes a workbook; the answers to its line items follow from the line item alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import openpyxl
import xlsxwriter

from xlsx_addin.core.answers import NOT_RETURNED, Answer, Detail
from xlsx_addin.core.line_items import LineItem

HEADERS = ("Order ID", "Order Line Item ID", "Shipment ID")
RESULTS = (
    "Invoice Number",
    "Invoice Date",
    "Consolidated Invoice Number",
    "Invoice Status",
    "Invoice Message",
)


def line(number: int, shipment: str = "XWwjNjAbC") -> LineItem:
    return LineItem(f"111-{number:07d}-0000000", f"{92258882544120 + number}", shipment)


def answer(line_item: LineItem) -> Answer:
    """One answer of each kind, by the last digit of the order line item ID."""
    number = f"INV-{line_item.order_line_item_id[-4:]}{line_item.shipment_id[:1]}"
    invoice = Detail(number, "2024-07-19T09:20:36Z", "CONS-1")
    kinds = {
        "0": Answer((invoice,)),
        "1": Answer((Detail("00123", "2024-07-20T00:00:00Z"),)),
        "2": Answer((invoice, Detail("CM-7", "2024-08-01T00:00:00Z", invoice_type="CREDIT_MEMO"))),
        "3": Answer((Detail("=1+1", "2024-07-19T09:20:36Z", "Pending"),)),
        "4": Answer(),
        "5": NOT_RETURNED,
        "6": Answer(refusal="The shipment does not exist."),
        "7": Answer((Detail("2024-07-19", "2024-07-19T23:59:59Z", "1E5"),)),
        "8": Answer((Detail("INV-8", None),)),
        "9": Answer((Detail("TRUE", "garbage"),)),
    }
    return kinds[line_item.order_line_item_id[-1]]


@dataclass(frozen=True)
class Scenario:
    """A workbook and how it is refreshed.

    Args:
        name: what it is about.
        make: writes it.
        sheet: the sheet that is looked at afterwards.
        table: the table that is named, None for none.
        refused: code of the error that it ends in, None if it is refreshed.
    """

    name: str
    make: Callable[[Path], None]
    sheet: str = "Lines"
    table: str | None = None
    refused: str | None = None


def _write(path: Path, rows: Sequence[Sequence[object]], top: int = 0, left: int = 0,
           more: Callable[[xlsxwriter.Workbook, object], None] | None = None) -> None:  # fmt: skip
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Lines")
        text = book.add_format({"num_format": "@"})
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        for down, row in enumerate(rows):
            for right, value in enumerate(row):
                at = top + down, left + right
                if isinstance(value, str) and value.startswith("{="):
                    sheet.write_formula(*at, value[1:-1], None, "x")
                elif isinstance(value, str):
                    sheet.write_string(*at, value, text)
                elif isinstance(value, (date, datetime)):
                    sheet.write_datetime(*at, value, day)
                elif value is not None:
                    sheet.write(*at, value)
        if more:
            more(book, sheet)


LINES = [line(number) for number in range(10)]


def every_answer(path: Path) -> None:
    _write(path, [HEADERS, *LINES])


def ids_of_every_shape(path: Path) -> None:
    order = "111-0000000-0000000"
    _write(
        path,
        [
            HEADERS,
            (order, 92258882544120, "XWwjNjAbC"),
            (order, "92258882544120.0", "XWwjNjAbC"),
            (f' ="{order}" ', "'92258882544120", "\u00a0XWwjNjAbC"),
            (order, "2.07645E+13", "XWwjNjAbC"),
            (order, 9.2258882544120123e18, "XWwjNjAbC"),
            (order, "92258882544120", None),
            (None, None, None),
            (order, "92258882544120", "xwwjnjabc"),
            (order, "9225 888", "XWwjNjAbC"),
            (datetime(2026, 3, 1), "92258882544120", "XWwjNjAbC"),
            (order, True, "XWwjNjAbC"),
            (order, "00000882544120", "XWwjNjAbC"),
        ],
    )


def duplicates(path: Path) -> None:
    _write(path, [HEADERS, *[LINES[number % 3] for number in range(12)]])


def header_in_row_7(path: Path) -> None:
    def title(book, sheet):
        sheet.merge_range("A1:C2", "Purchases, first quarter", book.add_format({"bold": True}))
        sheet.write("A4", "as exported")

    _write(path, [HEADERS, *LINES], top=6, more=title)


def totals_row(path: Path) -> None:
    rows = [(*one, 1.5) for one in LINES]
    _write(path, [(*HEADERS, "Amount"), *rows, ("Total", None, None, 15)])


def moved_columns(path: Path) -> None:
    headers = ("Invoice Status", "Shipment ID", "Note", "Invoice Number", "Order ID")
    headers += ("Invoice Date", "Order Line Item ID")
    rows = [(None, one[2], f"note {n}", None, one[0], None, one[1]) for n, one in enumerate(LINES)]
    _write(path, [headers, *rows], left=2)


def formulas_in_result_columns(path: Path) -> None:
    rows = [(*one, "{=A1}" if n % 4 == 1 else None) for n, one in enumerate(LINES)]
    _write(path, [(*HEADERS, "Invoice Number"), *rows])


def values_of_somebody_else(path: Path) -> None:
    rows = [(*one, "MINE" if n % 3 == 0 else None, datetime(2020, 1, 2) if n == 4 else None)
            for n, one in enumerate(LINES)]  # fmt: skip
    _write(path, [(*HEADERS, "Invoice Number", "Invoice Date"), *rows])


def a_table(path: Path) -> None:
    def add(_, sheet):
        columns = [{"header": header} for header in HEADERS]
        sheet.add_table(0, 0, len(LINES), 2, {"name": "tblLines", "columns": columns})

    _write(path, [HEADERS, *LINES], more=add)


def a_table_with_totals(path: Path) -> None:
    def add(_, sheet):
        columns = [{"header": header} for header in (*HEADERS, "Amount")]
        columns[0]["total_string"] = "Total"
        columns[3]["total_function"] = "sum"
        options = {"name": "tblLines", "columns": columns, "total_row": True}
        sheet.add_table(0, 0, len(LINES) + 1, 3, options)

    _write(path, [(*HEADERS, "Amount"), *[(*one, 2) for one in LINES]], more=add)


def two_tables(path: Path) -> None:
    def add(_, sheet):
        for left, name in ((0, "First"), (10, "Second")):
            columns = [{"header": header} for header in HEADERS]
            for down, one in enumerate(LINES[:4], start=1):
                for right, value in enumerate(one):
                    sheet.write_string(down, left + right, value)
            sheet.add_table(0, left, 4, left + 2, {"name": name, "columns": columns})

    _write(path, [], more=add)


def filtered(path: Path) -> None:
    def hide(_, sheet):
        sheet.autofilter(0, 0, len(LINES), 2)
        sheet.filter_column_list("A", [LINES[0][0], LINES[5][0]])
        for row in range(1, len(LINES) + 1):
            if row not in (1, 6):
                sheet.set_row(row, options={"hidden": True})

    _write(path, [HEADERS, *LINES], more=hide)


def hidden_rows(path: Path) -> None:
    def hide(_, sheet):
        for row in (2, 3, 7):
            sheet.set_row(row, options={"hidden": True})

    _write(path, [HEADERS, *LINES], more=hide)


def protected(path: Path) -> None:
    def lock(book, sheet):
        unlocked = book.add_format({"locked": False})
        sheet.set_column("D:H", None, unlocked)
        for column, header in enumerate(RESULTS, start=3):
            sheet.write_string(0, column, header)
            for row in range(1, len(LINES) + 1):
                sheet.write_blank(row, column, None, unlocked)
        sheet.protect("", {"format_cells": True})

    _write(path, [HEADERS, *LINES], more=lock)


def protected_and_locked(path: Path) -> None:
    _write(path, [HEADERS, *LINES], more=lambda _, sheet: sheet.protect())


def merged_results(path: Path) -> None:
    def merge(_, sheet):
        sheet.merge_range("D3:D4", "")

    _write(path, [(*HEADERS, "Invoice Number"), *LINES], more=merge)


def blank_rows_between(path: Path) -> None:
    rows = [row for one in LINES[:5] for row in (one, (None, None, None))]
    _write(path, [HEADERS, *rows])


SCENARIOS = (
    Scenario("every answer", every_answer),
    Scenario("ids of every shape", ids_of_every_shape),
    Scenario("duplicates", duplicates),
    Scenario("header in row 7", header_in_row_7),
    Scenario("totals row", totals_row),
    Scenario("moved columns", moved_columns),
    Scenario("formulas in result columns", formulas_in_result_columns),
    Scenario("values of somebody else", values_of_somebody_else),
    Scenario("a table", a_table),
    Scenario("a table with totals", a_table_with_totals),
    Scenario("two tables", two_tables, table="Second"),
    Scenario("two tables, none named", two_tables, refused="columns-ambiguous"),
    Scenario("filtered", filtered),
    Scenario("hidden rows", hidden_rows),
    Scenario("protected", protected),
    Scenario("protected and locked", protected_and_locked, refused="sheet-protected"),
    Scenario("merged results", merged_results),
    Scenario("blank rows between", blank_rows_between),
)


def cells(path: Path, sheet: str) -> list[list[object]]:
    """All cells of a sheet as they are saved, without what is empty at their ends.

    Returns:
        rows x columns; numbers with the 15 digits that LibreOffice saves, truth values as the
        formulas as which it saves them, formulas in capitals as it changes those of tables,
        texts and dates as they are.
    """
    page = openpyxl.load_workbook(path)[sheet]
    rows = [[_plain(value) for value in row] for row in page.iter_rows(values_only=True)]
    for row in rows:
        while row and row[-1] is None:
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _plain(value: object) -> object:
    if isinstance(value, bool):
        return f"={value}()".upper()
    if isinstance(value, (int, float)):
        return float(f"{value:.15g}")
    if isinstance(value, str) and value.startswith("="):
        return value.upper()
    return None if value == "" else value
