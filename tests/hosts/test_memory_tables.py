"""Tables in the host in memory, through xlwings."""

import openpyxl
import pytest

from tests.hosts.memory.errors import ComError
from tests.hosts.memory.table_model import column_names
from tests.workbooks import books


@pytest.fixture
def opened(memory_host, tmp_path):
    def opened(make):
        return memory_host.open(make(tmp_path / "book.xlsx")).sheets[0]

    return opened


def columns(memory_host, sheet, tmp_path):
    """Names of the columns of the first table, as they come into a file."""
    path = memory_host.save(sheet.book, tmp_path / "saved.xlsx")
    (table,) = openpyxl.load_workbook(path)[sheet.name].tables.values()
    return table.ref, [column.name for column in table.tableColumns]


def test_a_table_of_a_file_has_its_parts(opened):
    sheet = opened(books.table)
    (table,) = sheet.tables
    assert table.name == table.display_name == table.api.Name == books.TABLE
    assert table == sheet.tables[books.TABLE] == sheet.tables["purchases"] == sheet["B2"].table
    assert table.range.address == "$A$1:$D$4"
    assert table.header_row_range.address == "$A$1:$D$1"
    assert table.data_body_range.address == "$A$2:$D$4"
    assert table.totals_row_range is None
    assert (table.show_headers, table.show_totals, table.show_autofilter) == (True, False, True)
    assert sheet["A9"].table is None
    assert table.parent == sheet
    assert books.TABLE in sheet.tables
    assert sheet.range(books.TABLE).address == "$A$2:$D$4"


def test_a_totals_row_belongs_to_a_table_and_not_to_its_body(opened):
    (table,) = opened(books.table_with_totals).tables
    assert table.show_totals is table.api.ShowTotals is True
    assert table.totals_row_range.address == "$A$5:$D$5"
    assert table.data_body_range.address == "$A$2:$D$4"


def test_a_table_may_have_no_header_row(opened):
    (table,) = opened(books.table_without_header).tables
    assert table.show_headers is table.api.ShowHeaders is False
    assert table.header_row_range is None
    assert table.data_body_range.address == table.range.address


def test_filter_buttons_can_be_absent_and_switched(opened):
    (table,) = opened(books.table_without_filter).tables
    assert table.show_autofilter is False
    table.show_autofilter = True
    assert table.show_autofilter is True


def test_resizing_makes_columns_of_the_header_cells(memory_host, opened, tmp_path):
    sheet = opened(books.table)
    (table,) = sheet.tables
    sheet["E1:F1"].value = ["Invoice", "amount"]
    table.resize(sheet["A1:G4"])
    assert sheet["E1:G1"].value == ["Invoice", "amount2", "Column1"]
    ref, names = columns(memory_host, sheet, tmp_path)
    assert ref == "A1:G4"
    assert names == [*books.HEADERS, "Invoice", "amount2", "Column1"]


def test_a_table_can_be_resized_through_excels_own_object(opened):
    sheet = opened(books.table)
    (table,) = sheet.tables
    table.api.Resize(sheet["A1:E4"].api)
    assert table.range.address == "$A$1:$E$4"
    assert table.api.Range.Locked is True


@pytest.mark.parametrize("address", ["A1:G4", "A2:D4", "A5:D9", "A1:D1"])
def test_a_table_is_not_resized_onto_another_or_away_from_its_header(opened, address):
    sheet = opened(books.two_tables)
    table = sheet.tables[0]
    before = table.range.address
    with pytest.raises(ComError):
        table.resize(sheet[address])
    assert table.range.address == before


def test_a_table_does_not_take_in_merged_cells(opened):
    sheet = opened(books.table)
    sheet["E2:E3"].merge()
    with pytest.raises(ComError):
        sheet.tables[0].resize(sheet["A1:E4"])


def test_header_cells_that_are_written_name_the_columns(memory_host, opened, tmp_path):
    sheet = opened(books.table)
    sheet["A1:D1"].value = ["One", 2, "one", None]
    assert sheet["A1:D1"].value == ["One", "2", "one2", "Column1"]
    assert columns(memory_host, sheet, tmp_path)[1] == ["One", "2", "one2", "Column1"]


def test_typing_beside_a_table_does_not_extend_it(opened):
    sheet = opened(books.table)
    sheet["E1"].value = "Invoice"
    sheet["A5"].value = "112-4"
    assert sheet.tables[0].range.address == "$A$1:$D$4"


def test_a_new_table_has_a_free_name_and_keeps_others_off(sheet):
    sheet["A1:B2"].value = [["A", "B"], [1, 2]]
    first = sheet.tables.add(sheet["A1:B2"])
    second = sheet.tables.add(sheet["D1:E1"], name="Other")
    assert [first.name, second.name] == ["Table1", "Other"]
    assert second.range.address == "$D$1:$E$2"
    assert sheet["D1:E1"].value == ["Column1", "Column2"]
    with pytest.raises(ComError):
        sheet.tables.add(sheet["B2:C3"])
    with pytest.raises(ComError):
        first.name = "OTHER"
    first.name = "Renamed"
    assert sheet.tables["Renamed"] == first


def test_a_new_table_is_saved(memory_host, sheet, tmp_path):
    sheet["A1:B2"].value = [["A", "B"], [1, 2]]
    sheet.tables.add(sheet["A1:B2"], name="Made")
    again = memory_host.open(memory_host.save(sheet.book, tmp_path / "book.xlsx")).sheets[0]
    assert again.tables["Made"].range.address == "$A$1:$B$2"


@pytest.mark.parametrize(
    ("texts", "names"),
    [
        (["A", "B"], ["A", "B"]),
        (["A", "a", "A"], ["A", "a2", "A3"]),
        (["A", "A", "A2"], ["A", "A3", "A2"]),
        (["", "Column1", ""], ["Column2", "Column1", "Column3"]),
    ],
)
def test_names_of_columns_are_all_different(texts, names):
    assert column_names(texts) == names
