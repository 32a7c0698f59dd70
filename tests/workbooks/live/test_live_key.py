"""What names an open workbook in the store and on the screen."""

import pytest

from tests.workbooks import books
from tests.workbooks.live.live_books import patient_gate
from xlsx_addin.errors import SheetError
from xlsx_addin.workbooks.keys import file_key
from xlsx_addin.workbooks.live import LiveWorkbook


@pytest.fixture
def book(memory_host, tmp_path):
    return memory_host.open(books.plain(tmp_path / "march.xlsx"))


def test_a_file_is_named_as_when_it_is_closed(memory_host, book, tmp_path):
    with LiveWorkbook(book, patient_gate()) as workbook:
        assert workbook.key == file_key(tmp_path / "march.xlsx")
        assert workbook.path.name == "march.xlsx"


@pytest.mark.parametrize(
    "address",
    [
        "https://contoso.sharepoint.com/sites/Books/Shared%20Documents/march.xlsx",
        "https://d.docs.live.net/0123456789abcdef/march.xlsx",
    ],
)
def test_a_workbook_of_a_server_is_named_by_its_address(memory_host, book, address):
    memory_host.put_on_server(book, address)
    with LiveWorkbook(book, patient_gate()) as workbook:
        assert workbook.key == address
        assert str(workbook.path) == "march.xlsx"


def test_a_workbook_that_was_never_saved_belongs_to_its_excel(memory_host):
    keys = set()
    for app in (memory_host.start(), memory_host.start()):
        book = app.books.add()
        with LiveWorkbook(book, patient_gate()) as workbook:
            assert str(workbook.path) == book.name
            keys.add(workbook.key)
    assert len(keys) == 2


def test_an_open_workbook_is_saved_nowhere_else(memory_host, book, tmp_path):
    with LiveWorkbook(book, patient_gate()) as workbook, pytest.raises(SheetError) as caught:
        workbook.commit(output=tmp_path / "other.xlsx")
    assert caught.value.code == "no-output"
    assert not (tmp_path / "other.xlsx").exists()
