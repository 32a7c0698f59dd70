"""Makes the pictures of the docs: a refreshed workbook as LibreOffice prints it, and windows.

Needs LibreOffice and poppler-utils; for the windows Tk, Xvfb, openbox, xdotool, ImageMagick and
fonts-noto-core: ``python docs/make_pictures.py``.
"""

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import openpyxl

from xlsx_addin.cli.main import main
from xlsx_addin.core.outcomes import Status
from xlsx_addin.excel.progress_state import ProgressState
from xlsx_addin.excel.summary import Summary, summarize
from xlsx_addin.excel.window import ProgressWindow
from xlsx_addin.jobs.report import RefreshReport, WorkbookReport

IMAGES = Path(__file__).parent / "images"
ROWS = 30
HIDDEN_COLUMNS = "BCEFG"
BOOK = Path("Purchases March.xlsx")
DRAWN_S = 1.5  # until window and title bar are drawn


def make_pictures() -> None:
    """Refresh the demo's workbook and print the top of its sheet."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["XLSX_ADDIN_HOME"] = str(folder / "home")
        path = folder / "refreshed.xlsx"
        main(["demo", "--rows", "300", "--to", str(path)])
        _show_top(path)
        _run("soffice", "--headless", "--convert-to", "pdf", "--outdir", name, str(path))
        size = ("-r", "120", "-H", "660", "-W", "1984", "-singlefile")
        _run("pdftoppm", "-png", *size, str(path.with_suffix(".pdf")), str(IMAGES / "refreshed"))


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


def make_window_pictures() -> None:
    """Show the progress window in its two faces on a screen in memory."""
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
def _screen() -> Iterator[None]:
    """Start a screen in memory with a window manager, for this process and its children."""
    reading, writing = os.pipe()
    words = f"-displayfd {writing} -screen 0 1200x800x24 -dpi 96 -nolisten tcp".split()
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
