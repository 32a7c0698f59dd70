"""Values and formulas of the host in memory, through xlwings."""

from datetime import date, datetime

import openpyxl
import pytest

from tests.hosts.memory.errors import APPLICATION_DEFINED, ComError
from tests.workbooks import books


def test_a_text_is_read_as_if_it_was_typed(sheet):
    sheet["A1:C1"].value = ["00123", "2026-03-31", "=1+1"]
    assert sheet["A1"].value == 123.0
    assert sheet["B1"].value == datetime(2026, 3, 31)
    assert sheet["C1"].formula == "=1+1"


def test_a_cell_formatted_as_text_keeps_texts_and_makes_texts_of_numbers(sheet):
    sheet["A1:A5"].number_format = "@"
    sheet["A1:A5"].value = [["00123"], ["=1+1"], [92258882544123], [True], [date(2026, 3, 31)]]
    assert sheet["A1:A5"].value == ["00123", "=1+1", "92258882544123", "TRUE", "3/31/2026"]
    assert sheet["A2"].formula == "=1+1"
    assert sheet["A2"].api.HasFormula is False


def test_numbers_come_back_as_floats_and_whole_as_they_went_in(sheet):
    sheet["A1:C1"].value = [92258882544123, 0.1, True]
    assert sheet["A1:C1"].value == [92258882544123.0, 0.1, True]
    assert type(sheet["A1"].value) is float


def test_a_date_formats_a_general_cell_and_no_other(sheet):
    sheet["A2"].number_format = "yyyy-mm-dd"
    sheet["A1:A2"].value = [[date(2026, 3, 31)], [datetime(2026, 3, 31)]]
    sheet["A3"].value = datetime(2026, 3, 31, 14, 30)
    assert [cell.number_format for cell in sheet["A1:A3"]] == [
        "m/d/yyyy",
        "yyyy-mm-dd",
        "m/d/yyyy h:mm",
    ]
    assert sheet["A1:A3"].value == [
        datetime(2026, 3, 31),
        datetime(2026, 3, 31),
        datetime(2026, 3, 31, 14, 30),
    ]
    assert sheet["A1"].formula == "46112"


def test_a_number_in_a_cell_with_a_date_format_is_a_date(sheet):
    sheet["A1"].number_format = "dd.mm.yyyy"
    sheet["A1:B1"].value = [46112, 46112]
    assert sheet["A1:B1"].value == [datetime(2026, 3, 31), 46112.0]


def test_days_of_a_workbook_that_counts_from_1904(memory_host, tmp_path):
    path = books.dates_1904(tmp_path / "book.xlsx")
    expected = [cell.value for cell in openpyxl.load_workbook(path).worksheets[0]["E"][1:]]
    sheet = memory_host.open(path).sheets[0]
    assert sheet["E2:E4"].value == expected
    sheet["F2"].value = date(2026, 3, 31)
    assert sheet["F2"].value == datetime(2026, 3, 31)
    assert sheet["F2"].formula == str(46112 - 1462)


def test_none_and_the_empty_text_empty_a_cell(sheet):
    sheet["A1:B1"].value = ["x", "y"]
    sheet["A1:B1"].value = [None, ""]
    assert sheet["A1:B1"].value == [None, None]
    assert sheet["A1"].formula == ""


def test_a_block_has_rows_of_columns_and_one_cell_has_neither(sheet):
    sheet["A1:B2"].value = [[1, 2], [3, 4]]
    assert sheet["A1:B2"].raw_value == ((1.0, 2.0), (3.0, 4.0))
    assert sheet["A1"].raw_value == 1.0
    assert sheet["A1"].options(ndim=2).value == [[1.0]]


def test_a_value_fills_all_cells_and_moves_the_addresses_of_a_formula(sheet):
    sheet["A1:A3"].value = "=B1*2"
    assert sheet["A1:A3"].formula == (("=B1*2",), ("=B2*2",), ("=B3*2",))
    sheet["A1:A3"].value = 7
    assert sheet["A1:A3"].value == [7.0, 7.0, 7.0]


def test_a_block_that_is_too_small_leaves_not_available_behind(sheet):
    sheet["A1:B3"].impl.raw_value = [[1, 2], [3, 4]]
    assert sheet["A3:B3"].options(err_to_str=True).value == ["#N/A", "#N/A"]
    sheet["D1:D3"].impl.raw_value = [[1]]
    assert sheet["D1:D3"].value == [1.0, 1.0, 1.0]


def test_errors_are_numbers_that_xlwings_turns_into_texts_or_nothing(sheet):
    sheet["A1"].value = "#N/A"
    assert sheet["A1"].raw_value == -2146826246
    assert sheet["A1"].value is None
    assert sheet["A1"].options(err_to_str=True).value == "#N/A"
    assert sheet["A1"].formula == "#N/A"


def test_formulas_and_constants_as_the_formula_bar_shows_them(sheet):
    sheet["A1:E1"].value = ["=B1", 0.1 + 0.2, True, "text", None]
    assert sheet["A1:E1"].formula == (("=B1", "0.3", "TRUE", "text", ""),)
    sheet["A2:B2"].formula = [["=A1&B1", "007"]]
    assert sheet["A2:B2"].formula2 == (("=A1&B1", "7"),)
    assert sheet["A1:B1"].api.HasFormula is None
    assert sheet["A2"].api.HasFormula is True


def test_what_begins_like_a_formula_is_refused_and_nothing_is_written(sheet):
    with pytest.raises(ComError) as caught:
        sheet["A1:A2"].value = [["fine"], ["=1+"]]
    assert caught.value.excepinfo[5] == APPLICATION_DEFINED
    assert sheet["A1"].value is None


def test_a_long_text_and_odd_ones_come_through_cells_formatted_as_text(sheet):
    texts = [text for text in (*books.ODD_TEXTS, "x" * 1000) if not text.startswith("'")]
    cells = sheet["A1"].resize(len(texts), 1)
    cells.number_format = "@"
    cells.value = [[text] for text in texts]
    assert cells.value == texts


def test_stored_results_of_formulas_are_their_values(memory_host, tmp_path):
    path = books.stored_results(tmp_path / "book.xlsx")
    sheet = memory_host.open(path).sheets[0]
    shown = openpyxl.load_workbook(path, data_only=True).worksheets[0]
    formulas = [
        (cell.coordinate, getattr(cell.value, "text", cell.value))
        for row in openpyxl.load_workbook(path).worksheets[0]
        for cell in row
        if cell.data_type == "f"
    ]
    assert formulas
    for address, formula in formulas:
        assert sheet[address].formula == formula
        assert sheet[address].options(err_to_str=True).value == shown[address].value


def test_a_test_can_give_a_formula_its_result(memory_host, sheet):
    sheet["A1"].value = "=B1"
    assert sheet["A1"].value is None
    memory_host.set_result(sheet, "A1", "00123")
    assert (sheet["A1"].value, sheet["A1"].formula) == ("00123", "=B1")
    with pytest.raises(ValueError, match="Only a formula"):
        memory_host.set_result(sheet, "B1", 1)


def test_what_com_cannot_carry_is_refused(sheet):
    with pytest.raises(TypeError, match="COM VARIANT"):
        sheet["A1"].value = object()
    for block in ([[1], [1, 2]], [[1, 2, 3], [4, 5], [6, 7, 8]]):
        with pytest.raises(ValueError, match="same size"):
            sheet["A1:C3"].impl.raw_value = block
    assert sheet.used_range.value is None


def test_an_empty_list_writes_nothing(sheet):
    sheet["A1"].value = 1
    sheet["A1"].value = []
    assert sheet["A1"].value == 1.0


def test_only_the_first_of_merged_cells_takes_a_value(sheet):
    sheet["A1:B1"].merge()
    sheet["A1:B1"].value = ["kept", "lost"]
    assert sheet["A1:B1"].value == ["kept", None]


def test_part_of_an_array_formula_cannot_be_written(memory_host, tmp_path):
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page["A1"] = openpyxl.worksheet.formula.ArrayFormula("A1:A3", "=B1:B3*2")
    book.save(tmp_path / "book.xlsx")
    sheet = memory_host.open(tmp_path / "book.xlsx").sheets[0]
    assert sheet["A1:A3"].formula == (("=B1:B3*2",),) * 3
    assert [sheet[one].has_array for one in ("A2", "A1:A4", "A4")] == [True, None, False]
    with pytest.raises(ComError, match="Exception occurred"):
        sheet["A2"].value = 1
    sheet["A1:A3"].value = 1
    assert sheet["A1:A3"].value == [1.0, 1.0, 1.0]
    assert sheet["A1"].has_array is False
