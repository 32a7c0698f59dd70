"""Places, formats and sizes of cells in the host in memory, through xlwings."""

import openpyxl
import pytest
import xlwings
from openpyxl.styles import PatternFill
from openpyxl.worksheet.dimensions import ColumnDimension

from tests.hosts.memory.boxes import Box
from tests.hosts.memory.errors import ComError


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("a1", "$A$1"),
        ("$B$2:C7", "$B$2:$C$7"),
        ("C7:B2", "$B$2:$C$7"),
        ("3:3", "$3:$3"),
        ("A:B", "$A:$B"),
        ("XFD1048576", "$XFD$1048576"),
    ],
)
def test_addresses_are_read_and_written(sheet, address, written):
    assert sheet[address].address == written


@pytest.mark.parametrize("address", ["A0", "A1048577", "XFE1", "3", "A", "A1,B2", "", "nothing"])
def test_what_is_no_address_is_refused(sheet, address):
    with pytest.raises(ComError):
        sheet.range(address)


def test_other_ways_to_write_an_address(sheet):
    cells = sheet["B2:C3"]
    assert cells.get_address(row_absolute=False, column_absolute=False) == "B2:C3"
    assert cells.get_address(external=True) == "[Book1]Sheet1!$B$2:$C$3"
    sheet.name = "My sheet"
    assert cells.get_address(external=True) == "'[Book1]My sheet'!$B$2:$C$3"


def test_ranges_by_numbers_corners_slices_and_neighbours(sheet):
    assert sheet.range((2, 3)).address == "$C$2"
    assert sheet.range((2, 3), (4, 5)).address == "$C$2:$E$4"
    assert sheet.range("C2", "E4").shape == (3, 3)
    assert sheet.range(sheet["C2"], sheet["E4"]).address == "$C$2:$E$4"
    assert sheet[1, 2].address == "$C$2"
    assert sheet[1:4, 2:5].address == "$C$2:$E$4"
    assert sheet["C2"].offset(1, 1).address == "$D$3"
    assert sheet["C2"].resize(2, 2).last_cell.address == "$D$3"
    assert [cell.address for cell in sheet["A1:B2"]] == ["$A$1", "$B$1", "$A$2", "$B$2"]
    assert (sheet["C2:D9"].row, sheet["C2:D9"].column, len(sheet["C2:D9"])) == (2, 3, 16)


def test_a_range_may_not_begin_at_zero_or_beyond_the_edge(sheet):
    with pytest.raises(IndexError):
        sheet.range((0, 1))
    with pytest.raises(ComError):
        sheet.range((1, 16385))
    with pytest.raises(ComError):
        sheet["A1"](1, 16385)
    with pytest.raises(ComError):
        _ = sheet["A1"].offset(-1, 0)


def test_the_used_range_begins_at_the_first_cell_and_counts_formats(sheet):
    assert sheet.used_range.address == "$A$1"
    sheet["C3"].value = 1
    sheet["D5"].value = 2
    assert sheet.used_range.address == "$C$3:$D$5"
    sheet["F9"].number_format = "@"
    sheet["D5"].clear_contents()
    assert sheet.used_range.address == "$C$3:$F$9"


def test_a_format_is_none_if_cells_differ(sheet):
    sheet["A1"].number_format = "@"
    assert sheet["A1"].number_format == "@"
    assert sheet["A1:A2"].number_format is None
    assert sheet["A2:A3"].number_format == "General"


def test_a_format_of_whole_columns_holds_for_cells_to_come(sheet):
    sheet["B2"].value = 5
    sheet["B:C"].number_format = "@"
    assert sheet["B:B"].number_format == "@"
    assert sheet["A:C"].number_format is None
    assert sheet["B2"].number_format == "@"
    sheet["C9"].value = "007"
    assert sheet["C9"].value == "007"


def test_formats_of_rows_and_grouped_columns_are_read_and_kept(memory_host, tmp_path):
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.column_dimensions["B"] = ColumnDimension(page, index="B", min=2, max=4, width=20)
    page.column_dimensions["B"].number_format = "@"
    page.row_dimensions[3].number_format = "0.00"
    page["A1"] = "x"
    book.save(tmp_path / "book.xlsx")
    first = memory_host.open(tmp_path / "book.xlsx")
    again = memory_host.open(memory_host.save(first, tmp_path / "again.xlsx"))
    for sheet in (first.sheets[0], again.sheets[0]):
        formats = [sheet[one].number_format for one in ("A1", "B1", "D7", "E7", "E3", "B3")]
        assert formats == ["General", "@", "@", "General", "0.00", "0.00"]
        assert sheet["C1"].column_width == sheet["D1"].column_width


def test_the_short_date_of_files_is_shown_as_in_the_usa(memory_host, tmp_path):
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"].number_format = "mm-dd-yy"
    book.save(tmp_path / "book.xlsx")
    opened = memory_host.open(tmp_path / "book.xlsx")
    sheet = opened.sheets[0]
    assert sheet["A1"].number_format == "m/d/yyyy"
    sheet["A2"].value = "2026-03-31"
    page = openpyxl.load_workbook(memory_host.save(opened)).worksheets[0]
    assert [page[one].number_format for one in ("A1", "A2")] == ["mm-dd-yy", "mm-dd-yy"]


def test_widths_are_in_characters_and_heights_in_points(sheet):
    assert (sheet["A1"].column_width, sheet["A1"].row_height) == (8.43, 15.0)
    sheet["A:B"].column_width = 20
    sheet["1:1"].row_height = 30
    assert sheet["A1:B1"].column_width == 20.0
    assert sheet["A1:C1"].column_width is None
    assert sheet["A1"].row_height == 30.0
    assert sheet["A1:A2"].row_height is None


def test_widths_survive_a_file(memory_host, sheet, tmp_path):
    sheet["A1"].column_width = 20
    sheet["B1"].column_width = 0.5
    again = memory_host.open(memory_host.save(sheet.book, tmp_path / "book.xlsx")).sheets[0]
    assert [again[one].column_width for one in ("A1", "B1", "C1")] == [20.0, 0.5, 8.43]


def test_hidden_rows_and_columns(sheet):
    sheet["2:3"].rows.hidden = True
    sheet["B:B"].columns.hidden = True
    assert [sheet[one].rows.hidden for one in ("A2:A3", "A1:A2", "A1")] == [True, None, False]
    assert [sheet[one].columns.hidden for one in ("B1", "A1:B1", "A1")] == [True, None, False]
    assert sheet["A2"].api.EntireRow.Hidden is True
    assert (sheet["B1"].column_width, sheet["A2"].row_height) == (0.0, 0.0)
    sheet["A1:A9"].api.EntireRow.Hidden = False
    assert sheet["A1:A9"].rows.hidden is False


def test_merged_cells(sheet):
    sheet["B2:C3"].merge()
    assert [sheet[one].merge_cells for one in ("B2:C3", "C3", "A1:C3", "A1")] == [
        True,
        True,
        None,
        False,
    ]
    assert sheet["A1:C3"].api.MergeCells is None
    assert sheet["C3"].merge_area.address == "$B$2:$C$3"
    assert sheet["A1"].merge_area.address == "$A$1"
    sheet["B2"].unmerge()
    assert sheet["B2:C3"].merge_cells is False


@pytest.mark.parametrize(
    ("start", "direction", "end"),
    [
        ("A1", "down", "$A$3"),
        ("A3", "down", "$A$5"),
        ("A5", "down", "$A$1048576"),
        ("A5", "up", "$A$3"),
        ("B9", "up", "$B$1"),
        ("A1", "right", "$B$1"),
        ("B1", "right", "$D$1"),
        ("D1", "right", "$XFD$1"),
        ("D1", "left", "$B$1"),
        ("C9", "left", "$A$9"),
        ("A1048576", "up", "$A$5"),
    ],
)
def test_the_ends_of_filled_cells(sheet, start, direction, end):
    for address in ("A1", "A2", "A3", "A5", "B1", "D1"):
        sheet[address].value = "x"
    assert sheet[start].end(direction).address == end


def test_the_region_around_a_cell_ends_at_empty_rows_and_columns(sheet):
    sheet["B2:C4"].value = 1
    sheet["D5"].value = 1
    sheet["F5"].value = 1
    assert sheet["B2"].current_region.address == "$B$2:$D$5"
    assert sheet["H9"].current_region.address == "$H$9"
    assert sheet["B2"].expand("table").address == "$B$2:$C$4"


def test_cells_are_copied_with_formats_and_moved_addresses(sheet):
    sheet["A1:B1"].value = ["=B1", 5]
    sheet["B1"].number_format = "0.00"
    sheet["A1:B1"].copy(sheet["A3"])
    assert sheet["A3:B3"].formula == (("=B3", "5"),)
    assert sheet["B3"].number_format == "0.00"


def test_the_selection_is_on_the_active_sheet(sheet):
    app = sheet.book.app
    sheet["B2:C3"].select()
    assert app.selection.address == "$B$2:$C$3"
    other = sheet.book.sheets.add()
    with pytest.raises(ComError):
        sheet["A1"].select()
    other.activate()
    assert app.selection.sheet == other


def test_a_fill_is_read(memory_host, tmp_path):
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"].fill = PatternFill("solid", fgColor="FF8000")
    book.save(tmp_path / "book.xlsx")
    sheet = memory_host.open(tmp_path / "book.xlsx").sheets[0]
    assert (sheet["A1"].color, sheet["A2"].color) == ((255, 128, 0), None)


def test_what_the_host_does_not_do_says_so(sheet):
    for member in ("font", "borders", "hyperlink", "note"):
        with pytest.raises(NotImplementedError):
            getattr(sheet["A1"], member)
    with pytest.raises(NotImplementedError):
        sheet["A1"].insert("down")


def test_a_range_of_xlwings_made_of_two_cells(sheet):
    assert xlwings.Range(sheet["A1"], sheet["B2"]).address == "$A$1:$B$2"


def test_boxes_tell_what_is_left_of_them():
    box = Box.parse("A5:B8")
    assert box.after_delete(6, 2) == Box.parse("A5:B6")
    assert box.after_delete(1, 5) == Box.parse("A1:B3")
    assert box.after_delete(8, 5) == Box.parse("A5:B7")
    assert box.after_delete(5, 4) is None
    assert box.after_insert(5, 2) == Box.parse("A7:B10")
    assert box.after_insert(6, 2) == Box.parse("A5:B10")
    assert Box.parse("A:B").after_insert(1, 5) == Box.parse("A:B")


def test_widths_of_a_file_have_the_padding_of_a_cell(memory_host, tmp_path):
    book = openpyxl.Workbook()
    book.worksheets[0].column_dimensions["A"].width = 9.140625
    book.save(tmp_path / "book.xlsx")
    opened = memory_host.open(tmp_path / "book.xlsx")
    assert opened.sheets[0]["A1"].column_width == 8.43
    opened.sheets[0]["A1"].column_width = 20
    page = openpyxl.load_workbook(memory_host.save(opened)).worksheets[0]
    assert page.column_dimensions["A"].width == pytest.approx(20.71, abs=0.01)


def test_formats_are_filled_on_without_contents(sheet):
    sheet["A1:B1"].value = [["one", 2]]
    sheet["A1"].number_format, sheet["B1"].number_format = "@", "0.00"
    sheet["D1"].value = "kept"
    sheet["A1:B1"].autofill(sheet["A1:E1"], "fill_formats")
    assert [cell.number_format for cell in sheet["A1:F1"]] == ["@", "0.00"] * 2 + ["@", "General"]
    assert sheet["A1:E1"].value == ["one", 2, None, "kept", None]
    sheet["B1"].autofill(sheet["B1:B3"], "fill_formats")
    assert sheet["B3"].number_format == "0.00"


def test_a_row_is_filled_down_with_all_it_has(sheet):
    sheet["A1:C1"].value = [["one", 2, "=B1*2"]]
    sheet["B1"].number_format = "0.00"
    sheet["A1:C1"].autofill(sheet["A1:C3"], "fill_copy")
    assert sheet["A3:B3"].value == ["one", 2]
    assert sheet["C3"].formula == "=B3*2"
    assert sheet["B3"].number_format == "0.00"


def test_hyperlinks_lead_on_until_they_are_taken_off(sheet):
    cell = sheet["A1"]
    cell.value = "page"
    cell.api.Hyperlinks.Add(cell.api, "https://amazon.com/")
    assert (cell.value, sheet.api.Hyperlinks.Count) == ("page", 1)
    cell.clear_contents()
    assert sheet.api.Hyperlinks.Count == 1
    cell.api.ClearHyperlinks()
    assert sheet.api.Hyperlinks.Count == 0


@pytest.mark.parametrize("onto", ["B1:C1", "A1:B2"])
def test_formats_are_filled_one_way_from_cells_that_are_among_those(sheet, onto):
    with pytest.raises(ComError):
        sheet["A1"].autofill(sheet[onto], "fill_formats")
