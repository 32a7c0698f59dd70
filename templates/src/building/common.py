"""What all our workbooks have in common."""

import configparser
import io
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

import xlsxwriter

import xlsx_addin
from building.package import Members, read_members

TITLE: Final = "Amazon Business invoices"
_CREATED: Final = datetime(2026, 1, 1)  # noqa: DTZ001  # the library wants none; any fixed moment
_CALCULATION: Final = 191029
"""The calculation engine of today's Excel: an older one would recalculate and ask to save."""
_SETUP: Final = Path(xlsx_addin.__file__).parents[1] / "setup.cfg"


def package_version() -> str:
    """Give the version of the program as its sources have it, installed or not."""
    setup = configparser.ConfigParser()
    setup.read_string(_SETUP.read_text(encoding="utf-8"))
    return setup["metadata"]["version"]


def made(fill: Callable[[xlsxwriter.Workbook], None], comments: str) -> Members:
    """Make a workbook without macros.

    Args:
        fill: adds its sheets.
        comments: what the file says of itself; Excel shows it for add-ins.
    """
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    book.set_properties({"title": TITLE, "comments": comments, "created": _CREATED})
    book.set_calc_mode("auto", _CALCULATION)
    book.calc_on_load = False
    fill(book)
    book.close()
    return read_members(file.getvalue())
