"""Makes the pictures of the docs: workbooks as LibreOffice prints them, windows, and both.

Needs LibreOffice and poppler-utils; for the windows Tk, Xvfb, openbox, xdotool, ImageMagick and
fonts-noto-core; for both python3-uno and libreoffice-gtk3:
``PYTHONPATH=. python docs/make_pictures.py``.
"""

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import openpyxl
from openpyxl.utils import get_column_letter

from tests.fake_keychains import FakeKeychain
from tests.hosts.libreoffice.host import LibreOfficeHost
from tests.hosts.libreoffice.office import Office
from xlsx_addin.app import App
from xlsx_addin.cli.main import main
from xlsx_addin.core.outcomes import Status
from xlsx_addin.excel.desk import Desk
from xlsx_addin.excel.destinations import Destination
from xlsx_addin.excel.periods import Period
from xlsx_addin.excel.progress_state import ProgressState
from xlsx_addin.excel.summary import Summary, summarize
from xlsx_addin.excel.window import ProgressWindow, ask_destination, ask_period, show_sign_in
from xlsx_addin.excel.windows import Windows
from xlsx_addin.excel.worker import Worker
from xlsx_addin.jobs.report import RefreshReport, WorkbookReport
from xlsx_addin.sandbox import SANDBOX_CREDENTIALS, Sandbox
from xlsx_addin.sandbox.demo_book import SHEET, demo_workbook
from xlsx_addin.settings import load_settings
from xlsx_addin.signing_in import Tools
from xlsx_addin.workbooks.live.attach import OpenBook

IMAGES = Path(__file__).parent / "images"
ROWS = 30
HIDDEN_COLUMNS = "BCEFG"
BOOK = Path("Purchases March.xlsx")
SPREADSHEET_SIZE = "1400x900"
NO_BUS = {"DBUS_SESSION_BUS_ADDRESS": "disabled:"}  # else LibreOffice waits for one
DRAWN_S = 1.5  # until window and title bar are drawn
TEMPLATE_ROWS = 24
TEMPLATE_HIDDEN = "FGHIP"
SHEET_ROWS = 300
HEADER_ROW = 4
IMPORTED_SHOWN = (
    *("Order ID", "Order Line Item ID", "Shipment ID", "Transaction Date", "Amount", "Currency"),
    *("Title", "Invoice Number", "Invoice Date", "Invoice Status", "Transaction Type"),
    *("Payment Method", "Payment Status", "Payment Due Date", "Invoice PDF"),
)
REFRESHED_S = 20.0  # until that many rows are refreshed and drawn
_CUT = ("-r", "180", "-x", "55", "-y", "80", "-W", "1870")


def make_pictures() -> None:
    """Make all pictures, in a folder of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["XLSX_ADDIN_HOME"] = str(folder / "home")
        _demo(folder / "refreshed.xlsx")
        _empty_template(folder / "template-empty.xlsx")
        _refreshed_template(folder / "template-refreshed.xlsx")
        _imported(folder / "imported.xlsx")


def _imported(path: Path) -> None:
    """Bring some days of purchases with invoices, payments and PDFs into a new workbook."""
    days = ("--from", "2025-03-01", "--to", "2025-03-04")
    main(["new", str(path)])
    main(["transactions", str(path), *days, "--refresh", "--sandbox", "--no-backup"])
    main(["payments", str(path), "--sandbox", "--no-backup"])
    folder = path.with_name("pdfs")
    main(["pdfs", str(path), "--to", str(folder), "--link", "--sandbox", "--no-backup"])
    book = openpyxl.load_workbook(path)
    sheet = book["Reconcile"]
    for cell in sheet[HEADER_ROW]:
        if cell.value not in IMPORTED_SHOWN:
            sheet.column_dimensions[cell.column_letter].hidden = True
    sheet.delete_rows(HEADER_ROW + TEMPLATE_ROWS + 1, sheet.max_row)
    sheet.tables["tblLines"].ref = f"A{HEADER_ROW}:{cell.column_letter}{HEADER_ROW + TEMPLATE_ROWS}"
    book.save(path)
    _print(path, *_CUT, "-H", "450")


def _demo(path: Path) -> None:
    """Refresh the demo's workbook and print the top of its sheet."""
    main(["demo", "--rows", "300", "--to", str(path)])
    _show_top(path)
    _print(path, "-r", "120", "-H", "660", "-W", "1984")


def _empty_template(path: Path) -> None:
    main(["new", str(path)])
    _hide_some(path)
    _print(path, *_CUT, "-H", "190")


def _refreshed_template(path: Path) -> None:
    """Paste purchases of the sandbox's account into the template and refresh it."""
    main(["new", str(path)])
    _paste(path)
    main(["refresh", str(path), "--sandbox", "--no-backup"])
    _hide_some(path)
    _print(path, *_CUT, "-H", "450")


def _hide_some(path: Path) -> None:
    """Leave out columns for one's own use, so that the others can be read."""
    book = openpyxl.load_workbook(path)
    for letter in TEMPLATE_HIDDEN:
        book["Reconcile"].column_dimensions[letter].hidden = True
    book.save(path)


def _paste(path: Path, rows: int = TEMPLATE_ROWS) -> None:
    with App(load_settings(os.environ, None, sandbox=True)) as app:
        purchases = demo_workbook(app.sandbox_account(), rows, seed=11)[SHEET]
    book = openpyxl.load_workbook(path)
    sheet = book["Reconcile"]
    for number, row in enumerate(purchases.iter_rows(min_row=6, values_only=True), start=5):
        booked, center, order_number, title, _quantity, _net, _vat, gross, *ids = row
        account = center.partition(" ")[0]
        cells = (*ids, booked, gross, "EUR", order_number, account, center, title)
        for column, value in enumerate(cells, start=1):
            letter = get_column_letter(column)
            sheet.cell(number, column).number_format = sheet.column_dimensions[letter].number_format
            sheet.cell(number, column).value = value
    sheet.tables["tblLines"].ref = f"A4:P{4 + rows}"
    sheet.tables["tblLines"].autoFilter.ref = f"A4:P{4 + rows}"
    book.save(path)


def _print(path: Path, *size: str) -> None:
    folder = str(path.parent)
    _run("soffice", "--headless", "--convert-to", "pdf", "--outdir", folder, str(path))
    pdf, picture = path.with_suffix(".pdf"), IMAGES / path.stem
    _run("pdftoppm", "-png", *size, "-singlefile", str(pdf), str(picture))


def _show_top(path: Path) -> None:
    """Leave only the top of the sheet for the printer."""
    book = openpyxl.load_workbook(path)
    sheet = book["Purchases"]
    for other in [one for one in book.worksheets if one is not sheet]:
        other.sheet_state = "hidden"
    sheet.print_area = f"A1:P{ROWS}"
    for letter in HIDDEN_COLUMNS:
        sheet.column_dimensions[letter].hidden = True
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A3
    sheet.sheet_properties.pageSetUpPr = openpyxl.worksheet.properties.PageSetupProperties(
        fitToPage=True
    )
    sheet.page_margins = openpyxl.worksheet.page.PageMargins(0.2, 0.2, 0.2, 0.2, 0, 0)
    sheet.oddFooter.center.text = sheet.oddHeader.center.text = ""
    book.save(path)


def make_spreadsheet_picture() -> None:
    """Refresh the template in a LibreOffice that stands in for Excel, and show both windows."""
    with tempfile.TemporaryDirectory() as name, _screen(SPREADSHEET_SIZE):
        path = Path(name) / BOOK.name
        os.environ["XLSX_ADDIN_HOME"] = str(Path(name) / "home")
        main(["new", str(path)])
        _paste(path, SHEET_ROWS)
        _hide_some(path)
        with (
            Office(display=os.environ["DISPLAY"], plugin="gtk3", environment=NO_BUS) as office,
            LibreOfficeHost.of(office) as host,
        ):
            book = host.open(path)
            threading.Timer(REFRESHED_S, _take_picture, ("excel-refresh", "Escape")).start()
            settings = load_settings(os.environ, None, sandbox=True)
            wanted = OpenBook(book.app.pid, book.name)
            Worker(settings, wanted, Windows(print), find=lambda _: book).run("refresh")
            host.close_all()


def make_window_pictures() -> None:
    """Show the progress window in its two faces, and the sign-in, on a screen in memory."""
    with _screen():
        state = ProgressState(lambda: clock[0])
        clock = [0.0]

        def under_way() -> Summary:
            _go_on(state, clock)
            _take_picture("progress")
            return Summary("Done.")

        _show(state, under_way)

        def done() -> Summary:
            threading.Thread(target=_take_picture, args=("progress-summary", "Escape")).start()
            return summarize(_report())

        _show(ProgressState(time.monotonic), done)
        _sign_in()
        _questions()


def _questions() -> None:
    """Show the questions of the group Data."""
    taking = threading.Thread(target=_take_picture, args=("import-transactions", "Escape"))
    taking.start()
    period = Period(date(2026, 10, 1), date(2026, 11, 26))
    ask_period("Importing transactions", period, period.last)
    taking.join()
    taking = threading.Thread(target=_take_picture, args=("invoice-pdfs", "Escape"))
    taking.start()
    ask_destination("Fetching invoice PDFs", Destination(Path("/home/ann/Documents/Invoices")))
    taking.join()


def _sign_in() -> None:
    """Sign in to a sandbox, with a keychain in memory."""
    with tempfile.TemporaryDirectory() as home, Sandbox() as sandbox:
        environ = {
            "XLSX_ADDIN_HOME": home,
            "AMAZON_BUSINESS_ENDPOINT": sandbox.endpoint,
            "AMAZON_BUSINESS_TOKEN_URL": sandbox.token_url,
        }
        keychain = FakeKeychain()
        threading.Thread(target=_fill_in_sign_in).start()
        show_sign_in(
            "Sign in and settings", Desk(Tools(environ, keychain=lambda: keychain)), "default"
        )


def _fill_in_sign_in() -> None:
    time.sleep(DRAWN_S)
    one = SANDBOX_CREDENTIALS
    for text in (one.client_id, one.client_secret, one.refresh_token):
        _run("xdotool", "type", text)
        _run("xdotool", "key", "Tab")
    _run("xdotool", "key", "Return")
    _take_picture("sign-in", "Escape")


def _show(state: ProgressState, job: Callable[[], Summary]) -> None:
    ProgressWindow(
        BOOK.name,
        state,
        cancel=threading.Event(),
        wants_front=lambda: False,
        close_after_s=0,
    ).run(job)


def _go_on(state: ProgressState, clock: list[float]) -> None:
    """Bring a job to where a large workbook is after twenty seconds."""
    state.begin(4_000)
    state.advance(250)
    for _ in range(20):
        clock[0] += 1
        state.advance(50)
    state.count(
        {
            Status.FOUND: 1_159,
            Status.SEVERAL: 14,
            Status.PENDING: 43,
            Status.NO_INVOICE_YET: 27,
            Status.NOT_RETURNED: 5,
            Status.CHECK_IDS: 2,
        }
    )


def _report() -> RefreshReport:
    statuses = {
        Status.FOUND: 3_731,
        Status.SEVERAL: 46,
        Status.PENDING: 121,
        Status.NO_INVOICE_YET: 72,
        Status.CHECK_IDS: 14,
        Status.ID_DAMAGED: 9,
        Status.FAILED: 7,
    }
    cause = "Amazon had a fault (503) five times in a row. Refresh again later."
    return RefreshReport([WorkbookReport(BOOK, statuses=statuses, kept=3, cause=cause)])


def _take_picture(name: str, *keys: str) -> None:
    time.sleep(DRAWN_S)
    _run("import", "-window", "root", "-trim", "+repage", "-strip", str(IMAGES / f"{name}.png"))
    if keys:
        _run("xdotool", "key", *keys)


@contextmanager
def _screen(size: str = "1200x800") -> Iterator[None]:
    """Start a screen in memory with a window manager, for this process and its children."""
    reading, writing = os.pipe()
    words = f"-displayfd {writing} -screen 0 {size}x24 -dpi 96 -nolisten tcp".split()
    with subprocess.Popen(["Xvfb", *words], pass_fds=[writing]) as server:  # noqa: S603, S607
        os.close(writing)
        with os.fdopen(reading) as answer:
            os.environ["DISPLAY"] = f":{answer.readline().strip()}"
        with subprocess.Popen(["openbox"]) as manager:  # noqa: S607
            yield
            manager.terminate()
        server.terminate()


def _run(*words: str) -> None:
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  # our own words


if __name__ == "__main__":
    make_pictures()
    make_window_pictures()
    make_spreadsheet_picture()
