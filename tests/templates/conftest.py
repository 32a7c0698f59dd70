"""The templates as they are committed, and what their sources say."""

import re
import warnings
import zipfile
from functools import cache
from pathlib import Path

import pytest

from xlsx_addin.excel.actions import ACTIONS

PROJECT = Path(__file__).parents[2]
FOLDER = PROJECT / "templates"
VBA = FOLDER / "src" / "vba"

ADD_IN = FOLDER / "xlsx_addin.xlam"
WITH_BUTTON = FOLDER / "Reconciliation.xlsm"
PLAIN = FOLDER / "Reconciliation.xlsx"
ALL = (ADD_IN, WITH_BUTTON, PLAIN)
WITH_MACROS = (ADD_IN, WITH_BUTTON)

WORDS = ACTIONS
"""What a button may ask of `xlsx_addin.excel.macros.main`."""

PUBLIC_SUB = re.compile(r"^(?:Public )?Sub (\w+)\((.*)\)$", re.MULTILINE)


def text_of(path: Path) -> str:
    """A source of VBA with the line breaks of VBA."""
    return "\r\n".join(path.read_text(encoding="ascii").splitlines()) + "\r\n"


@cache
def modules_of(path: Path) -> dict[str, str]:
    """The VBA modules of a workbook by name, as another program than the builder reads them."""
    with warnings.catch_warnings():
        # It calls functions of pyparsing by names that are going out of use.
        warnings.simplefilter("ignore", DeprecationWarning)
        from oletools.olevba import VBA_Parser  # noqa: PLC0415  # see above

        parser = VBA_Parser(str(path))
        try:
            found = {name: code for _, _, name, code in parser.extract_all_macros()}
        finally:
            parser.close()
    return {name.rpartition(".")[0]: code for name, code in found.items()}


def subs_of(source: str) -> dict[str, str]:
    """Subs by name with their parameters."""
    return dict(PUBLIC_SUB.findall(source.replace("\r\n", "\n")))


def part(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path) as package:
        return package.read(name)


def names(path: Path) -> set[str]:
    with zipfile.ZipFile(path) as package:
        return set(package.namelist())


@pytest.fixture(params=WITH_MACROS, ids=lambda path: path.name)
def with_macros(request) -> Path:
    return request.param


@pytest.fixture(params=ALL, ids=lambda path: path.name)
def template(request) -> Path:
    return request.param
