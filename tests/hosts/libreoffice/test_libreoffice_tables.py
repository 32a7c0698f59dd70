"""A table grows, and the saved file holds the grown one."""

import openpyxl
import pytest

from tests.hosts.libreoffice import workbooks
from tests.hosts.libreoffice.errors import ExcelRefusesError


@pytest.fixture
def sheet(libreoffice_host, tmp_path):
    return libreoffice_host.open(workbooks.orders(tmp_path / "orders.xlsx")).sheets[0]


@pytest.fixture
def saved(libreoffice_host, sheet, tmp_path):
    def save():
        path = libreoffice_host.save(sheet.book, tmp_path / "saved.xlsx")
        return openpyxl.load_workbook(path).worksheets[0].tables["Orders"]

    return save


def test_a_column_beside_the_table_becomes_part_of_it(sheet, saved):
    sheet.range("F1").value = "Invoice"
    sheet.tables["Orders"].resize(sheet.range("A1:F4"))
    table = saved()
    assert table.ref == table.autoFilter.ref == "A1:F4"
    assert [column.name for column in table.tableColumns] == [*workbooks.HEADERS, "Invoice"]


def test_a_new_column_without_a_header_gets_one(sheet, saved):
    sheet.tables["Orders"].resize(sheet.range("A1:G5"))
    assert sheet.range("F1:G1").value == ["Column1", "Column2"]
    table = saved()
    assert table.ref == "A1:G5"
    assert [column.name for column in table.tableColumns][-2:] == ["Column1", "Column2"]


def test_headers_that_are_written_afterwards_are_those_of_the_file(sheet, saved):
    sheet.tables["Orders"].api.Resize(sheet.range("A1:F4").api)
    sheet.range("F1").value = "Invoice"
    assert sheet.tables["Orders"].range.address == "$A$1:$F$4"
    assert saved().tableColumns[-1].name == "Invoice"


def test_headers_are_made_different_texts(sheet, saved):
    sheet.range("F1:H1").value = [2026, "paid", None]
    sheet.tables["Orders"].resize(sheet.range("A1:H4"))
    assert sheet.range("E1:H1").value == ["Paid", "2026", "paid2", "Column1"]
    sheet.range("A1").value = "DATE"
    assert sheet.range("A1").value == "DATE2"
    assert saved().tableColumns[0].name == "DATE2"


def test_a_table_takes_in_neither_merged_cells_nor_another_table(sheet):
    sheet.range("F7:G7").merge()
    with pytest.raises(ExcelRefusesError, match="merged"):
        sheet.tables["Orders"].resize(sheet.range("A1:F8"))
    assert sheet.tables["Orders"].range.address == "$A$1:$E$4"


def test_headers_stay_in_their_row(sheet):
    with pytest.raises(ExcelRefusesError, match="headers"):
        sheet.tables["Orders"].resize(sheet.range("A2:E4"))
    assert sheet.tables["Orders"].range.address == "$A$1:$E$4"


def test_totals_are_not_data(libreoffice_host, tmp_path):
    path = workbooks.totals(tmp_path / "totals.xlsx")
    table = libreoffice_host.open(path).sheets[0].tables["Sums"]
    assert table.api.ShowTotals is True
    assert table.data_body_range.address == "$A$2:$B$3"
    assert table.totals_row_range.address == "$A$4:$B$4"
