"""Finding the workbook whose button was pressed."""

import atexit
import sys
from types import SimpleNamespace

import pytest

from tests.workbooks import books
from tests.workbooks.live.live_books import patient_gate
from xlsx_addin.errors import WorkbookError
from xlsx_addin.workbooks.live.attach import (
    OpenBook,
    calling_book,
    find_book,
    let_thread_call_excel,
    spare_other_excels,
)


@pytest.fixture
def book(memory_host, tmp_path):
    return memory_host.open(books.plain(tmp_path / "march.xlsx"))


def test_the_workbook_whose_macro_called_is_named(book):
    book.set_mock_caller()
    assert calling_book(patient_gate()) == OpenBook(book.app.pid, "march.xlsx")


def test_a_named_workbook_is_found_again(book):
    found = find_book(OpenBook(book.app.pid, "march.xlsx"))
    assert (found.name, found.fullname) == (book.name, book.fullname)


def test_of_two_excels_the_right_one_is_asked(memory_host, book, tmp_path):
    other = memory_host.start()
    (tmp_path / "b").mkdir()
    twin = memory_host.open(books.plain(tmp_path / "b" / "march.xlsx"))
    assert twin.app.pid == other.pid != book.app.pid
    assert find_book(OpenBook(other.pid, "march.xlsx")).fullname == twin.fullname
    assert find_book(OpenBook(book.app.pid, "march.xlsx")).fullname == book.fullname


@pytest.mark.parametrize(("pid", "name"), [(0, "april.xlsx"), (1, "march.xlsx")])
def test_a_workbook_that_is_not_open_any_more_is_said(book, pid, name):
    with pytest.raises(WorkbookError, match=name) as caught:
        find_book(OpenBook(book.app.pid + pid, name))
    assert caught.value.code == "workbook-closed"
    assert caught.value.next_step


def test_excels_without_a_window_are_spared(monkeypatch):
    # xlwings ends them when a process that used it ends.
    windows = SimpleNamespace(cleanup=object())
    monkeypatch.setitem(sys.modules, "xlwings._xlwindows", windows)
    spared = []
    monkeypatch.setattr(atexit, "unregister", spared.append)
    spare_other_excels()
    assert spared == [windows.cleanup]


def test_elsewhere_there_is_nothing_to_spare(monkeypatch):
    monkeypatch.delitem(sys.modules, "xlwings._xlwindows", raising=False)
    spared = []
    monkeypatch.setattr(atexit, "unregister", spared.append)
    spare_other_excels()
    assert spared == []


def test_a_thread_says_on_windows_that_it_will_call_excel(monkeypatch):
    said = []
    com = SimpleNamespace(CoInitialize=lambda: said.append("CoInitialize"))
    monkeypatch.setitem(sys.modules, "pythoncom", com)
    let_thread_call_excel(on_windows=False)
    assert said == []
    let_thread_call_excel(on_windows=True)
    assert said == ["CoInitialize"]
