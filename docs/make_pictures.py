"""Makes the pictures of the docs: a refreshed workbook as LibreOffice prints it.

Needs LibreOffice and poppler-utils: ``python docs/make_pictures.py``.
"""

import os
import subprocess
import tempfile
from pathlib import Path

import openpyxl

from xlsx_addin.cli.main import main

IMAGES = Path(__file__).parent / "images"
ROWS = 30
HIDDEN_COLUMNS = "BCEFG"


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


def _run(*words: str) -> None:
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  # our own words


if __name__ == "__main__":
    make_pictures()
