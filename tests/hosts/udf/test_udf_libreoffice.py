"""Formulas in the cells of a real LibreOffice: cell, generated wrapper, real xlwings, sandbox."""

import time
from pathlib import Path

import pytest

from tests.hosts.libreoffice.bridge import skip_without
from tests.hosts.libreoffice.fixtures import LIFE_S
from tests.hosts.libreoffice.host import LibreOfficeHost
from tests.hosts.libreoffice.office import Office
from tests.hosts.udf import formula_books
from tests.hosts.udf.calc import CalcServer
from xlsx_addin.excel.formulas import serving
from xlsx_addin.excel.formulas.showing import REQUESTING
from xlsx_addin.sandbox import INVOICES, Sandbox

ROWS = 1000
ONE_CELL = (
    "AB_INVOICE_NUMBER",
    "AB_INVOICE_DATE",
    "AB_CONSOLIDATED_INVOICE",
    "AB_INVOICE_STATUS",
)


class Calc:
    """A LibreOffice with our functions."""

    def __init__(self, host: LibreOfficeHost, amazon: Sandbox) -> None:
        self._host = host
        self.amazon = amazon
        self.server = CalcServer()

    def open(self, path: Path) -> None:
        self.document = self._host.open(path, macros=True).impl.document
        self.sheet = self.document.Sheets.getByIndex(0)
        self.server.serve(self.document)

    def calculate(self, cells: str) -> list[list[object]]:
        """Calculate until no cell waits, and give what the cells show."""
        deadline = time.monotonic() + 60
        while True:
            self.document.calculateAll()
            shown = self.sheet.getCellRangeByName(cells).getDataArray()
            if not any(REQUESTING in row for row in shown):
                return [list(row) for row in shown]
            assert time.monotonic() < deadline
            time.sleep(0.1)


@pytest.fixture
def calc(start_amazon, functions):
    """A LibreOffice whose cells ask a sandbox of Europe."""
    skip_without()
    amazon = start_amazon(region="eu")
    office = Office(macros=True)
    with office, office.life(LIFE_S), LibreOfficeHost.of(office) as host:
        yield Calc(host, amazon)
        host.close_all()
    serving.server().close()
    serving.serve_with(None)


def expected(amazon, line) -> str:
    entry = amazon.account.truth(line)
    details = [one for one in (entry or {}).get("invoiceDetails") or [] if one]
    return details[0]["invoiceNumber"] if details and details[0]["invoiceNumber"] else ""


def test_cells_show_what_amazon_says(calc, tmp_path):
    lines = calc.amazon.account.line_items(30)
    calc.open(formula_books.formula_book(tmp_path / "f.xlsm", lines, cells=ONE_CELL, array=False))
    shown = calc.calculate("D2:G31")
    statuses = {row[3] for row in shown}
    assert "Found" in statuses
    assert statuses <= {"Found", "Several", "Pending", "No invoice yet"}
    for line, row in zip(lines, shown, strict=True):
        assert (expected(calc.amazon, line) or "No invoice yet") in row[0]
        assert isinstance(row[1], float) == (row[3] != "No invoice yet")
    requests, before = calc.amazon.requests.count(INVOICES), calc.server.calls
    assert requests < 10  # two, unless this computer has other things to do
    calc.document.calculateAll()
    assert calc.server.calls >= before + 120
    assert calc.amazon.requests.count(INVOICES) == requests


def test_one_array_formula_fills_a_thousand_rows(calc, tmp_path):
    lines = calc.amazon.account.line_items(ROWS)
    calc.open(formula_books.formula_book(tmp_path / "f.xlsm", lines))
    shown = calc.calculate(f"D2:F{ROWS + 1}")
    for line, row in zip(lines, shown, strict=True):
        assert (expected(calc.amazon, line) or "No invoice yet") in row[0]
    assert calc.amazon.requests.count(INVOICES) == 40
