"""Open workbooks with purchases, refreshed with answers that are known: nobody is asked."""

import threading
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter
import xlwings

from tests.workbooks.live.live_books import patient_gate
from xlsx_addin.core.answers import Answer, Detail
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import ResultField
from xlsx_addin.jobs.refresh import RefreshOptions, WorkbookTools, refresh
from xlsx_addin.jobs.report import WorkbookReport
from xlsx_addin.jobs.tools import JobTools
from xlsx_addin.store.memory import MemoryStore
from xlsx_addin.workbooks.live import ExcelGate, LiveWorkbook

SHEET = "Orders"
KEYS = ("Order ID", "Order Line Item ID", "Shipment ID")
RESULTS = tuple(one.header for one in ResultField)
"""Headers of the result columns: with `KEYS` and Amount before them they begin in column E."""
TABLE = "Purchases"
ACCOUNT = "account"

Row = tuple[str, str, str, float]


def purchases(count: int) -> list[Row]:
    """Make up rows; the amount is the number of the row."""
    return [
        (f"112-{n:07}-{n:07}", f"2076452{n:07}", f"Dx{n:07}", float(n)) for n in range(1, count + 1)
    ]


def workbook(path: Path, rows: Sequence[Row], *, table: bool = False, results: bool = True) -> Path:
    """Write headers in row 1 and rows below them, with or without empty result columns."""
    headers = [*KEYS, "Amount", *(RESULTS if results else ())]
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(SHEET)
        sheet.write_row(0, 0, headers, book.add_format({"bold": True}))
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, row)
        if table:
            columns = [{"header": header} for header in headers]
            sheet.add_table(0, 0, len(rows), len(headers) - 1, {"name": TABLE, "columns": columns})
    return path


def line_item(row: Row) -> LineItem:
    return LineItem(*row[:3])


def invoice_number(row: Row, prefix: str = "INV") -> str:
    return f"{prefix}-{row[1]}"


@dataclass
class Refresh:
    """Refreshes open workbooks with what a store knows.

    Args:
        store: what is known.
    """

    store: MemoryStore = field(default_factory=MemoryStore)
    seconds: float = 1_790_000_000.0

    def know(self, rows: Sequence[Row], prefix: str = "INV", day: int = 19) -> None:
        """Let every row have one invoice."""
        answers = {
            line_item(row): Answer(
                (Detail(invoice_number(row, prefix), f"2024-07-{day:02}T09:20:36Z"),)
            )
            for row in rows
        }
        self.store.save(ACCOUNT, answers, at=self._now())

    def _now(self) -> float:
        self.seconds += 1
        return self.seconds

    def __call__(
        self, book: xlwings.Book, gate: ExcelGate | None = None, **options: object
    ) -> WorkbookReport:
        """Refresh an open workbook as its button does."""
        with LiveWorkbook(book, gate or patient_gate()) as live:
            key = live.key
            workbooks = WorkbookTools(
                lambda _: live, lambda *_: None, lambda _: nullcontext(), lambda _: key
            )
            tools = JobTools(
                self.store, _nobody, ACCOUNT, now=self._now, zone=UTC, cancel=threading.Event()
            )
            chosen = replace(RefreshOptions(), **options)
            return refresh([live.path], chosen, tools, workbooks).workbooks[0]


def _nobody() -> None:
    raise AssertionError("Everything is known, nobody has to be asked.")


def found(book: xlwings.Book, columns: str = "E:F") -> dict[str, list[object]]:
    """Give result cells by the order line item ID of their row, whatever row that is."""
    sheet = book.sheets[SHEET]
    first, last = columns.split(":")
    bottom = sheet.used_range.last_cell.row
    ids = sheet[f"B2:B{bottom}"].options(ndim=1).value
    cells = sheet[f"{first}2:{last}{bottom}"].options(ndim=2).value
    return {one: row for one, row in zip(ids, cells, strict=True) if one not in (None, KEYS[1])}


def expected(rows: Sequence[Row], prefix: str = "INV", day: int = 19) -> dict[str, list[object]]:
    """Tell what `found` gives once rows have their invoices."""
    return {row[1]: [invoice_number(row, prefix), datetime(2024, 7, day)] for row in rows}
