from types import SimpleNamespace

import pytest

from tests.hosts.fixtures import memory_host  # noqa: F401  # a fixture
from tests.workbooks.live.live_books import patient_gate
from xlsx_addin.core.cells import Area
from xlsx_addin.core.layout import Region
from xlsx_addin.errors import SheetError
from xlsx_addin.excel.selected import around_selection, selected_rows
from xlsx_addin.jobs.choosing import Selection

IDS = ("111-1087441-1234567", "92258882544123", "XWwjNjAbC")


@pytest.fixture
def book(memory_host, make_book):  # noqa: F811  # the fixture
    return memory_host.open(make_book([IDS] * 5))


class Book:
    """Stands for a book whose selection has an address of its own, or none."""

    class App:
        def __init__(self, address, front):
            self.address = address
            self.sheet = SimpleNamespace(name="Lines", book=SimpleNamespace(name=front))

        @property
        def selection(self):
            if self.address is None:
                return None
            if not isinstance(self.address, str):
                raise self.address
            return self

    def __init__(self, address, front="book.xlsx"):
        self.app = self.App(address, front)
        self.name = "book.xlsx"


@pytest.mark.parametrize(
    ("address", "ranges"),
    [
        ("$B$3", [(3, 3)]),
        ("$A$2:$C$4", [(2, 4)]),
        ("$A$2:$C$4,$A$9", [(2, 4), (9, 9)]),
        ("$3:$5", [(3, 5)]),
        ("$A:$C", [(1, 1_048_576)]),
    ],
)
def test_the_rows_of_every_selected_area_are_meant(address, ranges):
    assert selected_rows(Book(address), patient_gate()) == Selection("Lines", only=ranges)


@pytest.mark.parametrize("address", [None, AttributeError("a chart"), "Chart 1"])
def test_something_else_than_cells_is_said(address):
    with pytest.raises(SheetError, match=r"No cells of book\.xlsx are selected"):
        selected_rows(Book(address), patient_gate())
    assert around_selection(Book(address), patient_gate()) == Selection()


def test_the_block_around_the_selection_is_looked_at_first(book):
    book.sheets["Lines"].range("B3").select()
    assert around_selection(book, patient_gate()) == Selection(
        region=Region("Lines", Area(1, 1, 6, 3), Area(3, 2, 3, 2))
    )


def test_a_selection_in_another_workbook_is_not_taken_for_one_in_this():
    book = Book("$B$3", front="other.xlsx")
    with pytest.raises(SheetError, match=r"No cells of book\.xlsx are selected"):
        selected_rows(book, patient_gate())
    assert around_selection(book, patient_gate()) == Selection()


def test_the_areas_of_an_address_that_excel_may_cut_off_are_asked_for_one_by_one():
    areas = [f"$A${row}" for row in range(2, 200, 2)]
    book = Book(",".join(areas)[:255])
    ask = SimpleNamespace(areas=lambda _: areas)
    only = [(row, row) for row in range(2, 200, 2)]
    assert selected_rows(book, patient_gate(), ask) == Selection("Lines", only=only)
