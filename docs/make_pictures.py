"""Makes the pictures of the docs: workbooks as LibreOffice prints them.

Needs LibreOffice and poppler-utils: ``python docs/make_pictures.py``.
"""

import os
import subprocess
import tempfile
from pathlib import Path

import openpyxl
from openpyxl.utils import get_column_letter

from xlsx_addin.app import App
from xlsx_addin.cli.main import main
from xlsx_addin.sandbox.demo_book import SHEET, demo_workbook
from xlsx_addin.settings import load_settings

IMAGES = Path(__file__).parent / "images"
ROWS = 30
HIDDEN_COLUMNS = "BCEFG"
TEMPLATE_ROWS = 24
TEMPLATE_HIDDEN = "FGHIP"
_CUT = ("-r", "180", "-x", "55", "-y", "80", "-W", "1870")


def make_pictures() -> None:
    """Make all pictures, in a folder of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["XLSX_ADDIN_HOME"] = str(folder / "home")
        _demo(folder / "refreshed.xlsx")
        _empty_template(folder / "template-empty.xlsx")
        _refreshed_template(folder / "template-refreshed.xlsx")


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


def _paste(path: Path) -> None:
    with App(load_settings(os.environ, None, sandbox=True)) as app:
        purchases = demo_workbook(app.sandbox_account(), TEMPLATE_ROWS, seed=11)[SHEET]
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
    sheet.tables["tblLines"].ref = f"A4:P{4 + TEMPLATE_ROWS}"
    sheet.tables["tblLines"].autoFilter.ref = f"A4:P{4 + TEMPLATE_ROWS}"
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


def _run(*words: str) -> None:
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  # our own words


if __name__ == "__main__":
    make_pictures()
