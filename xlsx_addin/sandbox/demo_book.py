"""A workbook as an accountant's would look, with line items of the sandbox's account.

Title rows, a table in the middle of a busy sheet, money, duplicates, and IDs as spreadsheets
damage them. Made from a seed, so that every demo is the same.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import Table, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from xlsx_addin.core.line_items import LineItem
from xlsx_addin.sandbox.account import Account

SHEET: Final = "Purchases"
HEADERS: Final = (
    "Booked",
    "Cost Center",
    "PO Number",
    "Order ID",
    "Order Line Item ID",
    "Shipment ID",
)
_SIDE_HEADERS: Final = ("Title", "Qty", "Net", "VAT", "Gross")
_HEADER_ROW: Final = 5
_WIDTHS: Final = (12, 13, 13, 42, 6, 11, 10, 12, 22, 19, 13)
_DUPLICATES: Final = 0.12
_DAMAGED: Final = 0.02
_MONEY: Final = "#,##0.00"
_VAT: Final = 0.19

_TITLES: Final = (
    "Copy paper A4, 5 reams",
    "USB-C dock, dual display",
    "Safety gloves, size L, 12 pairs",
    "Whiteboard markers, 10 pieces",
    "Shipping boxes 30 x 20 x 15, 25 pieces",
    "Toner, black, high yield",
    "Desk lamp, LED",
    "Coffee beans, 1 kg",
    "Hand drill, 18 V",
    "First aid kit, DIN 13157",
)
_COST_CENTERS: Final = ("4100 Office", "4200 IT", "4300 Plant", "4400 Canteen")
_FIRST_DAY: Final = datetime(2025, 1, 2)  # noqa: DTZ001  # a sheet's dates have no zone

_HEADER_FILL: Final = PatternFill(fgColor="FFDDEBF7", fill_type="solid")

Value = str | int | float | datetime | None
Cells = list[Value]


def demo_workbook(account: Account, rows: int = 1_000, seed: int = 1) -> Workbook:
    """Make the workbook of the demo.

    Args:
        account: the sandbox's account whose line items it holds.
        rows: data rows.
        seed: another seed, another workbook.
    """
    dice = Random(seed)
    book = Workbook()
    book.remove(book.worksheets[0])
    _fill_summary(book.create_sheet("Summary"), rows)
    sheet = book.create_sheet(SHEET)
    _fill_lines(sheet, _rows(account, rows, dice))
    _fill_cost_centers(book.create_sheet("Cost centers"))
    book.active = book.index(sheet)
    return book


def _rows(account: Account, count: int, dice: Random) -> list[Cells]:
    """Make the data rows: mostly new lines, some repeated, some with IDs gone wrong."""
    lines = iter(account.line_items(count))
    seen: list[LineItem] = []
    rows: list[Cells] = []
    for _ in range(count):
        if seen and dice.random() < _DUPLICATES:
            line_item = dice.choice(seen)
        else:
            line_item = next(lines)
            seen.append(line_item)
        rows.append(_row(_booked(account, line_item, dice), _ids(line_item, dice), dice))
    return sorted(rows, key=lambda row: str(row[0]))


def _booked(account: Account, line_item: LineItem, dice: Random) -> datetime:
    """Date a purchase some days before its first invoice."""
    details = (account.truth(line_item) or {}).get("invoiceDetails") or [{}]
    issued = details[0].get("invoiceDate")
    if not issued:
        return _FIRST_DAY + timedelta(days=dice.randrange(360))
    day = datetime.fromisoformat(issued).replace(tzinfo=None, hour=0, minute=0, second=0)
    return day.replace(microsecond=0) - timedelta(days=dice.randint(1, 4))


def _ids(line_item: LineItem, dice: Random) -> Cells:
    if dice.random() < _DAMAGED:
        return _damage(line_item, dice)
    order, line, shipment = line_item
    if dice.random() < _DUPLICATES and line[0] != "0":
        # A number as Excel makes one of it; nothing is lost below 16 digits.
        return [order, int(line), shipment]
    return [order, line, shipment]


def _damage(line_item: LineItem, dice: Random) -> Cells:
    """Do to an ID what spreadsheets and people do."""
    order, line, shipment = line_item
    ways: Sequence[Cells] = (
        [order, f"{float(line):.5E}", shipment],
        [order, line, None],
        [order, None, None],
        [order, line, f"{shipment[:4]} {shipment[4:]}"],
        [order, line, datetime(2025, 3, 1)],  # noqa: DTZ001  # a sheet's dates have no zone
        [order, int(line) * 1000 + 123, shipment],
    )
    return dice.choice(ways)


def _row(booked: datetime, ids: Cells, dice: Random) -> Cells:
    quantity = dice.randint(1, 12)
    net = round(quantity * dice.uniform(3, 180), 2)
    vat = round(net * _VAT, 2)
    return [
        booked,
        dice.choice(_COST_CENTERS),
        f"PO-{dice.randint(10_000, 99_999)}",
        dice.choice(_TITLES),
        quantity,
        net,
        vat,
        round(net + vat, 2),
        *ids,
    ]


def _fill_lines(sheet: Worksheet, rows: Sequence[Cells]) -> None:
    headers = (*HEADERS[:3], *_SIDE_HEADERS, *HEADERS[3:])
    sheet["A1"] = "Amazon Business purchases, open items"
    sheet["A1"].font = Font(name="Calibri", bold=True, size=14)
    sheet["A2"] = "Accounts payable. IDs come from the purchasing system."
    sheet["A3"] = "Fill in invoice number and date before the quarter is closed."
    sheet.merge_cells("A1:F1")
    for column, (header, width) in enumerate(zip(headers, _WIDTHS, strict=True), start=1):
        cell = sheet.cell(_HEADER_ROW, column, header)
        cell.font = Font(name="Calibri", bold=True)
        cell.fill = _HEADER_FILL
        cell.alignment = Alignment(vertical="center")
        sheet.column_dimensions[get_column_letter(column)].width = width
    for number, cells in enumerate(rows, start=_HEADER_ROW + 1):
        _fill_row(sheet, number, cells)
    last = _HEADER_ROW + len(rows)
    table = Table(
        displayName="tblPurchases", ref=f"A{_HEADER_ROW}:{get_column_letter(len(headers))}{last}"
    )
    table.tableStyleInfo = TableStyleInfo(name="TableStyleMedium2", showRowStripes=True)
    sheet.add_table(table)
    sheet.freeze_panes = f"A{_HEADER_ROW + 1}"


def _fill_row(sheet: Worksheet, number: int, cells: Cells) -> None:
    for column, value in enumerate(cells, start=1):
        cell = sheet.cell(number, column)
        if isinstance(value, str) and column > len(cells) - 3:
            cell.number_format = "@"
        cell.value = value
        if isinstance(value, datetime):
            cell.number_format = "yyyy-mm-dd"
        elif isinstance(value, float):
            cell.number_format = _MONEY


def _fill_summary(sheet: Worksheet, rows: int) -> None:
    facts: Sequence[tuple[str, str | int]] = (
        ("Purchases", rows),
        ("Prepared by", "Accounts payable"),
        ("Note", "The invoices are filled in on the sheet Purchases."),
    )
    for number, (name, value) in enumerate(facts, start=1):
        sheet.cell(number, 1, name).font = Font(name="Calibri", bold=True)
        sheet.cell(number, 2, value)
    sheet.column_dimensions["A"].width = 16
    sheet.column_dimensions["B"].width = 52


def _fill_cost_centers(sheet: Worksheet) -> None:
    sheet.append(("Cost center", "Budget"))
    for cell in sheet[1]:
        cell.font = Font(name="Calibri", bold=True)
        cell.fill = _HEADER_FILL
    for number, name in enumerate(_COST_CENTERS, start=1):
        sheet.append((name, 10_000 * number))
        sheet.cell(number + 1, 2).number_format = _MONEY
    sheet.column_dimensions["A"].width = 18
    sheet.column_dimensions["B"].width = 14
