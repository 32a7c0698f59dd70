"""Cells of a real file are read as Excel gives them."""

import datetime as dt

import pytest
from openpyxl import load_workbook

from tests.hosts.libreoffice import workbooks
from tests.workbooks import books


@pytest.fixture
def orders(libreoffice_host, tmp_path):
    return libreoffice_host.open(workbooks.orders(tmp_path / "orders.xlsx")).sheets["Order lines"]


def test_dates_of_a_workbook_that_counts_from_1904(libreoffice_host, tmp_path):
    sheet = libreoffice_host.open(books.dates_1904(tmp_path / "book.xlsx")).sheets[0]
    expected = [cell.value for cell in load_workbook(tmp_path / "book.xlsx").worksheets[0]["E"]]
    assert sheet.range("E2:E4").value == expected[1:4]
    sheet.range("F2").value = dt.date(2026, 3, 31)
    assert sheet.range("F2").value == dt.datetime(2026, 3, 31)
    assert sheet.range("F2").formula == str(46112 - 1462)


@pytest.fixture
def guarded(libreoffice_host, tmp_path):
    return libreoffice_host.open(workbooks.guarded(tmp_path / "guarded.xlsx"))


def test_values_have_the_types_of_excel(orders):
    assert orders.range("A1:E4").value == [list(workbooks.HEADERS), *map(list, workbooks.ROWS)]
    assert type(orders.range("D2").value) is float


def test_dates_and_truth_values_of_one_cell(orders):
    assert orders.range("C3").value == dt.datetime(2026, 3, 5, 14, 30)
    assert orders.range("E3").value is False


def test_errors_are_text_for_whoever_asks_and_nothing_for_others(orders):
    errors = orders.range("H2:H3")
    assert errors.options(err_to_str=True).value == ["#N/A", "#DIV/0!"]
    assert errors.value == [None, None]


def test_numbers_and_empty_cells_follow_the_options(orders):
    assert orders.range("D2:D5").options(numbers=int, empty="-").value == [2, 1, 7, "-"]


def test_formulas_are_in_the_words_of_excel(orders):
    assert orders.range("H1").formula == "=IF(D2>1,\"a;b\",'Order lines'!A2)"
    assert orders.range("H4").formula == "=SUM(Other!A1:A3)"
    assert orders.range("H5:H6").formula == (("=D2:D3*2",), ("=D2:D3*2",))


def test_the_formula_of_a_constant_is_its_text(orders):
    assert orders.range("A2:F2").formula == (("0012", "112-1", "46085", "2", "TRUE", ""),)


def test_number_formats_have_the_codes_of_excel(orders):
    assert [orders.range(one).number_format for one in ("A2", "C2", "D2", "E2")] == [
        "@",
        "yyyy-mm-dd",
        "General",
        "General",
    ]
    assert orders.range("A1:D2").number_format is None


def test_formulas_and_arrays_are_told_apart(orders):
    has_formula = [orders.range(one).api.HasFormula for one in ("A2:E4", "H1:H6", "G1:H2")]
    assert has_formula == [False, True, None]
    assert [orders.range(one).has_array for one in ("H1", "H5:H6", "H4:H5")] == [False, True, None]
    assert orders.range("H5").api.HasArray is True


def test_the_arrows_of_a_table_are_no_filter_of_the_sheet(orders):
    assert (orders.api.AutoFilterMode, orders.api.FilterMode) == (False, False)


def test_places(orders):
    assert orders.used_range.address == "$A$1:$H$6"
    assert orders.range("B2").current_region.address == "$A$1:$E$4"
    assert orders.range("A1").end("down").address == "$A$4"
    assert orders.range("A4").end("down").row == 1_048_576
    assert orders.range("A1").end("right").address == "$E$1"
    assert orders.range("H1").end("left").address == "$E$1"
    assert orders.range("A1").expand().address == "$A$1:$E$4"
    assert orders.cells.shape == (1_048_576, 16_384)


def test_the_table_is_found(orders):
    (table,) = orders.tables
    assert (table.name, table.display_name, table.api.Name) == ("Orders",) * 3
    assert (table.show_headers, table.show_totals, table.show_autofilter) == (True, False, True)
    assert table.range.address == table.api.Range.Address == "$A$1:$E$4"
    assert table.header_row_range.address == "$A$1:$E$1"
    assert table.data_body_range.address == "$A$2:$E$4"
    assert table.totals_row_range is None
    assert orders.range("C3").table.name == "Orders"
    assert orders.range("H3").table is None


def test_protection_and_locked_cells(guarded):
    protected = guarded.sheets["Protected"]
    assert protected.api.ProtectContents is True
    assert guarded.sheets["Merged"].api.ProtectContents is False
    assert [protected.range(one).api.Locked for one in ("A1", "A2", "A1:A2")] == [True, False, None]


def test_filters_and_hidden_rows(guarded):
    filtered = guarded.sheets["Filtered"]
    assert filtered.api.AutoFilterMode is True
    assert filtered.api.FilterMode is True
    assert guarded.sheets["Merged"].api.AutoFilterMode is False
    assert guarded.sheets["Merged"].api.FilterMode is False
    assert [filtered.range(one).rows.hidden for one in ("A3", "A4", "A2:A4")] == [True, False, None]
    assert filtered.range("A3").api.EntireRow.Hidden is True


def test_merged_cells(guarded):
    merged = guarded.sheets["Merged"]
    assert [merged.range(one).merge_cells for one in ("B2:C3", "A1", "A1:B2", "C3", "C2:D3")] == [
        True,
        False,
        None,
        True,
        None,
    ]
    assert merged.range("C3").merge_area.address == "$B$2:$C$3"
    assert merged.range("A1").api.MergeCells is False


def test_sheets_of_a_book(guarded):
    assert [sheet.name for sheet in guarded.sheets] == ["Protected", "Filtered", "Merged"]
    assert guarded.sheets["merged"].index == 3
    assert guarded.sheets["Merged"].visible == -1
    guarded.sheets["Filtered"].activate()
    assert guarded.sheets.active.name == "Filtered"
