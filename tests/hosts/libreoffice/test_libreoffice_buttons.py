"""A button of a macro workbook starts our Python, which writes into the open workbook."""

import sys
import time
from pathlib import Path

import pytest

from tests.hosts.libreoffice import macro_books
from tests.hosts.libreoffice.bridge import skip_without
from tests.hosts.libreoffice.buttons import buttons
from tests.hosts.libreoffice.fixtures import LIFE_S
from tests.hosts.libreoffice.host import LibreOfficeHost
from tests.hosts.libreoffice.office import Office
from tests.hosts.libreoffice.screen import TOOLS, Screen

ROOT = Path(__file__).parents[3]

OURS = """Option Explicit

Public Sub RefreshInvoices()
    RunPython "refresh"
End Sub

Public Sub Ask()
    MsgBox "Shall I?"
End Sub
"""

# Stands in for the module of xlwings, which LibreOffice does not understand.
RUN_PYTHON = """Option Explicit

Public Function RunPython(PythonCommand As String)
    Dim Words As String
    Words = Environ("SCRIPT") & " " & PythonCommand & " " & ThisWorkbook.Name
    Shell Environ("PYTHON"), 1, Words, False
End Function
"""

SCRIPT = f"""import os, sys
sys.path.insert(0, {str(ROOT)!r})
import xlwings
from tests.hosts.libreoffice.host import LibreOfficeHost
with LibreOfficeHost.attach(os.environ["OFFICE_PIPE"]) as host:
    book = xlwings.books[sys.argv[2]]
    book.sheets[0].range("A1:B1").value = [["'" + "007", sys.argv[1]]]
"""


def until(condition):
    """Wait until something is so, and tell whether it is."""
    end = time.monotonic() + 30
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    return condition()


@pytest.fixture
def start(tmp_path):
    """Start an office whose macros can start a script of ours."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    environment = {"PYTHON": sys.executable, "SCRIPT": str(script)}
    return lambda **options: Office(macros=True, environment=environment, **options)


@pytest.fixture
def screen():
    skip_without(*TOOLS)
    with Screen() as screen:
        yield screen


def make_book(path, macro="RefreshInvoices"):
    modules = {"XlsxAddin": OURS, "xlwings": RUN_PYTHON}
    return macro_books.macro_book(path, modules, button=("Refresh invoices", macro))


def test_the_macro_of_a_button_starts_python_that_writes_into_the_open_workbook(start, tmp_path):
    skip_without()
    path = make_book(tmp_path / "book.xlsm")
    with start() as office, office.life(LIFE_S), LibreOfficeHost.of(office) as host:
        book = host.open(path, macros=True)
        host.press(book, "Refresh invoices")
        assert until(lambda: book.sheets[0].range("B1").value is not None)
        assert book.sheets[0].range("A1:B1").value == ["007", "refresh"]
        assert host.close_all() == []


def test_a_click_on_a_button_starts_python_that_writes_into_the_open_workbook(
    start, screen, tmp_path
):
    path = make_book(tmp_path / "book.xlsm")
    office = start(display=screen.display)
    with office, office.life(LIFE_S), LibreOfficeHost.of(office) as host:
        book = host.open(path, macros=True)
        host.press(book, "Refresh invoices", screen)
        assert until(lambda: book.sheets[0].range("B1").value is not None)
        picture = screen.screenshot(tmp_path / "screen.png")
        assert picture.read_bytes().startswith(b"\x89PNG")
        assert host.close_all() == []


def test_a_dialog_that_is_left_open_is_found(start, screen, tmp_path):
    path = make_book(tmp_path / "book.xlsm", macro="Ask")
    office = start(display=screen.display)
    with office, office.life(LIFE_S), LibreOfficeHost.of(office) as host:
        book = host.open(path, macros=True)
        assert host.app.api.Ready is True
        host.press(book, "Refresh invoices", screen)
        assert until(host.app.dialogs)
        assert host.app.api.Ready is False
        screen.key("Return")
        assert until(lambda: not host.app.dialogs())
        assert host.close_all() == []


def test_a_button_whose_macro_may_not_run_or_is_not_there_is_not_pressed(start, tmp_path):
    skip_without()
    path = make_book(tmp_path / "book.xlsm", macro="NotThere")
    with start() as office, office.life(LIFE_S), LibreOfficeHost.of(office) as host:
        book = host.open(path, macros=True)
        assert [(one.label, one.macro) for one in buttons(book.impl)] == [("Refresh invoices", "")]
        with pytest.raises(LookupError, match="no macro"):
            host.press(book, "Refresh invoices")
        with pytest.raises(LookupError, match="no button"):
            host.press(book, "Something else")
