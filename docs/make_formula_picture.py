"""Makes the picture of the formulas: a window of LibreOffice whose cells ask the sandbox.

Needs what the tests in `tests/hosts` need, with a screen: ``python -m docs.make_formula_picture``.
"""

import os
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.hosts.libreoffice.host import LibreOfficeHost
from tests.hosts.libreoffice.office import Office
from tests.hosts.libreoffice.screen import Screen
from tests.hosts.udf.calc import CalcServer
from tests.hosts.udf.formula_books import formula_book
from tests.hosts.udf.pywin32 import stubbed_pywin32
from xlsx_addin.excel.formulas.recalculation import NoRecalculation
from xlsx_addin.excel.formulas.serving import Server, serve_with
from xlsx_addin.excel.formulas.showing import REQUESTING
from xlsx_addin.sandbox import SandboxOptions
from xlsx_addin.sandbox.account import Account
from xlsx_addin.settings import load_settings

PICTURE = Path(__file__).parent / "images" / "formulas.png"
ROWS = 200
FIRST_ANSWERS = "D2:E40"


def make_picture() -> None:
    """Open a workbook with formulas and take the picture when the cells on the screen are in."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        os.environ["XLSX_ADDIN_HOME"] = str(folder / "home")
        stack.enter_context(stubbed_pywin32())
        server = Server(lambda: load_settings(os.environ, sandbox=True), NoRecalculation())
        serve_with(server)
        stack.callback(server.close)
        path = formula_book(folder / "March.xlsm", _lines(), cells=("AB_INVOICE_STATUS",))
        screen = stack.enter_context(Screen("1330x620"))
        office = Office(display=screen.display, plugin="gtk3", macros=True, files=[path])
        stack.enter_context(office)
        with office.life(90), LibreOfficeHost.of(office) as host:
            book = host.wait_for(path.name).impl
            book.controller.Frame.ContainerWindow.IsMaximized = True
            _fill(book.document)
            sheet = book.document.Sheets.getByIndex(0)
            book.controller.select(sheet.getCellRangeByName("E2:G201"))
            time.sleep(2)  # until it is drawn
            screen.screenshot(PICTURE)
            book.document.setModified(False)
            host.close_all()


def _lines() -> list[tuple[str, str, str]]:
    lines = [tuple(line) for line in Account(SandboxOptions(region="eu")).line_items(ROWS)]
    lines[4] = (lines[4][0], lines[4][1], "")
    lines[8] = ("", "", "")
    return lines


def _fill(document: Any) -> None:  # noqa: ANN401  # an object of LibreOffice
    CalcServer().serve(document)
    cells = document.Sheets.getByIndex(0).getCellRangeByName(FIRST_ANSWERS)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        document.calculateAll()
        if not any(REQUESTING in row for row in cells.getDataArray()):
            return
        time.sleep(0.2)
    raise SystemExit("The cells are not in after a minute.")


if __name__ == "__main__":
    make_picture()
