"""Draws a sheet as a picture, without a screen."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tests.hosts.libreoffice.books import Book
from tests.hosts.libreoffice.bridge import bridge, properties, tool

_DOTS_PER_INCH: Final = "96"
_LOOKS: Final = {
    "ScaleToPagesX": 1,
    "ScaleToPagesY": 0,
    "PrintGrid": True,
    "PrintHeaders": True,
    "HeaderIsOn": False,
    "FooterIsOn": False,
}


def draw(book: Book, path: Path) -> Path:
    """Draw the first sheet as PNG, on a wide page so that no column is cut off."""
    with tempfile.TemporaryDirectory() as folder:
        pdf = Path(folder) / "sheet.pdf"
        with _wide_page(book.document):
            _print(book.document, pdf)
        page = pdf.with_suffix("")
        words = [tool("pdftoppm"), "-png", "-r", _DOTS_PER_INCH, "-singlefile", pdf, page]
        subprocess.run(words, check=True, timeout=60)  # noqa: S603  # ours
        trim = ["-trim", "+repage", "-bordercolor", "white", "-border", "12"]
        words = [tool("convert"), page.with_suffix(".png"), *trim, path]
        subprocess.run(words, check=True, timeout=60)  # noqa: S603  # ours
    return path


def _print(document: Any, pdf: Path) -> None:
    data = bridge().Any("[]com.sun.star.beans.PropertyValue", properties(PageRange="1"))
    document.storeToURL(pdf.as_uri(), properties(FilterName="calc_pdf_Export", FilterData=data))


@contextmanager
def _wide_page(document: Any) -> Iterator[None]:
    """Lay the page of the first sheet on its side for a while."""
    styles = document.StyleFamilies.getByName("PageStyles")
    style = styles.getByName(document.Sheets.getByIndex(0).PageStyle)
    sizes = sorted((style.Width, style.Height), reverse=True)
    wanted = _LOOKS | {"IsLandscape": True, "Width": sizes[0], "Height": sizes[1]}
    before = {name: getattr(style, name) for name in wanted}
    was_modified = document.isModified()
    _set(style, wanted)
    try:
        yield
    finally:
        _set(style, before)
        document.setModified(was_modified)


def _set(style: Any, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(style, name, value)
