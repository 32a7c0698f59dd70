"""Filters in the host in memory, and what they do to writing, through xlwings."""

import openpyxl
import pytest
from openpyxl.worksheet.filters import AutoFilter, FilterColumn, Filters

from tests.workbooks import books


@pytest.fixture
def filled(sheet):
    sheet["A1:A5"].value = [["Header"], [1], [2], [3], [4]]
    return sheet


def told(sheet):
    return sheet.api.AutoFilterMode, sheet.api.FilterMode


def test_filters_of_a_file_are_told(memory_host, tmp_path):
    book = openpyxl.Workbook()
    for name in ("buttons", "filtered"):
        page = book.create_sheet(name)
        page["A1"], page["A2"] = "header", 1
        page.auto_filter.ref = "A1:A2"
    book["filtered"].auto_filter.filterColumn.append(FilterColumn(colId=0))
    book.save(tmp_path / "book.xlsx")
    sheets = memory_host.open(tmp_path / "book.xlsx").sheets
    assert [told(sheet) for sheet in sheets] == [(False, False), (True, False), (True, True)]


def test_the_filter_of_a_table_is_told(memory_host, tmp_path):
    path = books.table(tmp_path / "book.xlsx")
    book = openpyxl.load_workbook(path)
    (table,) = book.worksheets[0].tables.values()
    table.autoFilter = AutoFilter(
        ref=table.ref, filterColumn=[FilterColumn(colId=0, filters=Filters(blank=True))]
    )
    book.worksheets[0].row_dimensions[3].hidden = True
    book.save(path)
    sheet = memory_host.open(path).sheets[0]
    assert told(sheet) == (False, True)
    sheet["D2:D4"].value = [[10], [20], [30]]
    assert sheet["D2:D4"].value == [10.0, 7.0, 10.0]


def test_a_block_across_filtered_rows_goes_wrong_as_in_excel(memory_host, filled):
    memory_host.filter_rows(filled, "A1:A5", hidden=[3, 4])
    filled["B2:C5"].value = [[10, "a"], [20, "b"], [30, "c"], [40, "d"]]
    assert filled["B2:C5"].value == [[10, "a"], [None, None], [None, None], [10, "a"]]


def test_blocks_within_shown_or_within_hidden_rows_go_well(memory_host, filled):
    memory_host.filter_rows(filled, "A1:A5", hidden=[3, 4])
    filled["B3:B4"].value = [[20], [30]]
    filled["B5:B6"].value = [[40], [50]]
    assert filled["B2:B6"].value == [None, 20.0, 30.0, 40.0, 50.0]


def test_rows_that_are_hidden_by_hand_make_no_difference(filled):
    filled["3:4"].rows.hidden = True
    filled["B2:B5"].value = [[10], [20], [30], [40]]
    assert filled["B2:B5"].value == [10.0, 20.0, 30.0, 40.0]


def test_showing_all_rows_ends_it(memory_host, filled):
    memory_host.filter_rows(filled, "A1:A5", hidden=[3, 4])
    memory_host.show_all(filled)
    assert told(filled) == (True, False)
    assert filled["A1:A5"].rows.hidden is False
    filled["B2:B5"].value = [[10], [20], [30], [40]]
    assert filled["B2:B5"].value == [10.0, 20.0, 30.0, 40.0]


def test_a_filter_moves_with_its_rows_into_the_file(memory_host, filled, tmp_path):
    memory_host.filter_rows(filled, "A1:A5", hidden=[3, 4])
    memory_host.insert_row(filled, 1, 2)
    again = memory_host.open(memory_host.save(filled.book, tmp_path / "book.xlsx")).sheets[0]
    assert told(again) == (True, True)
    assert again["A5:A6"].rows.hidden is True
    page = openpyxl.load_workbook(tmp_path / "book.xlsx").worksheets[0]
    assert page.auto_filter.ref == "A3:A7"
