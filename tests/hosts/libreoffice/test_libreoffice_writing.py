"""Cells take what is written into them as those of Excel do."""

import datetime as dt

import openpyxl
import pytest

from tests.hosts.libreoffice import workbooks
from tests.hosts.libreoffice.errors import ExcelRefusesError

NOON = dt.datetime(2026, 3, 31, 12)
THIS_YEAR = dt.datetime.now(tz=dt.UTC).year


@pytest.fixture
def book(libreoffice_host, tmp_path):
    return libreoffice_host.open(workbooks.plain(tmp_path / "plain.xlsx"))


@pytest.fixture
def sheet(book):
    return book.sheets[0]


@pytest.fixture
def saved(libreoffice_host, book, tmp_path):
    """Save the book, and read it with another program."""

    def save():
        path = libreoffice_host.save(book, tmp_path / "saved.xlsx")
        return openpyxl.load_workbook(path).worksheets[0]

    return save


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("00123", 123.0),
        ("12E4", 120000.0),
        ("1,234.5", 1234.5),
        ("5%", 0.05),
        ("12345678901234567", 12345678901234500.0),
        ("2026-03-31", dt.datetime(2026, 3, 31)),
        ("3-4", dt.datetime(THIS_YEAR, 3, 4)),
        ("TRUE", True),
        ("'00123", "00123"),
        ("'=1+1", "=1+1"),
        ("=1+1", 2.0),
        ("-2+3", 1.0),
        ("112-1234567-1234567", "112-1234567-1234567"),
        ("", None),
        (None, None),
    ],
)
def test_a_general_cell_reads_what_is_typed(sheet, typed, value):
    sheet.range("B2").value = "before"
    sheet.range("B2").value = typed
    assert sheet.range("B2").value == value


@pytest.mark.parametrize("typed", ["00123", "=1+1", "2026-03-31", "TRUE", "#N/A", "3-4", "@SUM(1)"])
def test_a_text_cell_keeps_what_is_typed(sheet, saved, typed):
    sheet.range("B2").number_format = "@"
    sheet.range("B2").value = typed
    assert sheet.range("B2").value == typed
    assert sheet.range("B2").formula == typed
    cell = saved()["B2"]
    assert (cell.value, cell.data_type, cell.number_format) == (typed, "s", "@")


def test_numbers_in_a_text_cell_become_text(sheet):
    sheet.range("A1:A2").number_format = "@"
    sheet.range("A1:A2").value = [[92258882544123], [1.5]]
    assert sheet.range("A1:A2").value == ["92258882544123", "1.5"]


def test_a_block_of_everything_stays_what_it_is(sheet, saved):
    rows = [["'007", 1.5, NOON, True], [None, -2.0, dt.datetime(2026, 1, 1), False]]
    sheet.range("B2").value = rows
    assert sheet.range("B2:E3").value == [["007", *rows[0][1:]], rows[1]]
    result = saved()
    assert [cell.value for cell in result[2][1:4]] == ["007", 1.5, NOON]
    assert result["B3"].value is None


def test_formulas_among_values(sheet, saved):
    sheet.range("A1:C1").value = ["'007", "=B2+1", 2]
    sheet.range("B2").value = 41
    assert sheet.range("A1:C1").value == ["007", 42.0, 2.0]
    assert sheet.range("A1:C1").formula == (("007", "=B2+1", "2"),)
    assert [cell.value for cell in saved()[1]] == ["007", "=B2+1", 2]


def test_text_cells_beside_formulas_keep_what_is_typed(sheet):
    sheet.range("A1:A2").number_format = "@"
    sheet.range("A1:B2").value = [["=1+1", "=2+2"], ["007", "=TRUE"]]
    assert sheet.range("A1:B2").value == [["=1+1", 4.0], ["007", True]]
    assert sheet.range("A1:B2").formula[0] == ("=1+1", "=2+2")


def test_formulas_that_give_dates_and_truth_values(sheet):
    sheet.range("A1:B1").value = ["=DATE(2026,3,31)", "=1>2"]
    assert sheet.range("A1:B1").value == [dt.datetime(2026, 3, 31), False]


def test_one_formula_for_many_cells_moves_along(sheet):
    sheet.range("A1:A3").value = [[1], [2], [3]]
    sheet.range("B1:C3").formula = '=$A1&"A1"&IF(A$1>1,A$1,Sheet1!A1)'
    assert sheet.range("C3").formula == '=$A3&"A1"&IF(B$1>1,B$1,Sheet1!B3)'


def test_a_date_brings_its_format_along(sheet):
    sheet.range("A1:A2").value = [[dt.datetime(2026, 3, 31)], [NOON]]
    assert sheet.range("A1").number_format == "m/d/yyyy"
    assert sheet.range("A2").number_format == "m/d/yyyy h:mm"


def test_a_date_takes_the_format_that_is_there(sheet, saved):
    sheet.range("A1").number_format = "yyyy-mm-dd"
    sheet.range("A2").number_format = "0.00"
    sheet.range("A1:A2").value = [[NOON], [NOON]]
    assert sheet.range("A1").number_format == "yyyy-mm-dd"
    assert sheet.range("A2").value == 46112.5
    assert saved()["A1"].value == NOON


def test_a_number_after_a_truth_value_is_a_number(sheet):
    sheet.range("A1").value = True
    sheet.range("A1").value = 5
    assert sheet.range("A1").value == 5.0


def test_an_error_is_written_as_one(sheet):
    sheet.range("A1").value = "#N/A"
    assert sheet.range("A1").options(err_to_str=True).value == "#N/A"
    assert sheet.range("A1").formula == "#N/A"
    assert sheet.range("A1").api.HasFormula is False


def test_clearing_leaves_the_format(sheet):
    sheet.range("A1").number_format = "@"
    sheet.range("A1").value = "007"
    sheet.range("A1").clear_contents()
    assert sheet.range("A1").value is None
    assert sheet.range("A1").number_format == "@"
    assert sheet.used_range.api is not None


def test_an_unlocked_cell_of_a_protected_sheet_can_be_written(libreoffice_host, tmp_path):
    book = libreoffice_host.open(workbooks.guarded(tmp_path / "guarded.xlsx"))
    book.sheets["Protected"].range("A2").value = "new"
    assert book.sheets["Protected"].range("A1:A2").value == ["locked", "new"]


@pytest.mark.parametrize("act", ["value", "format", "clear", "block", "resize"])
def test_a_protected_sheet_refuses_and_keeps_everything(libreoffice_host, tmp_path, act):
    book = libreoffice_host.open(workbooks.guarded(tmp_path / "guarded.xlsx"))
    cells = book.sheets["Protected"].range("A1")
    acts = {
        "value": lambda: setattr(cells, "value", "new"),
        "block": lambda: setattr(cells, "value", [["new"], ["new"]]),
        "format": lambda: setattr(cells, "number_format", "@"),
        "clear": cells.clear_contents,
        "resize": lambda: setattr(cells, "formula", "=1"),
    }
    with pytest.raises(ExcelRefusesError, match="protected sheet"):
        book.sheets["Protected"].range("A2").number_format = "@"
    with pytest.raises(ExcelRefusesError, match="protected sheet"):
        book.sheets["Protected"].range("A2").rows.hidden = True
    with pytest.raises(ExcelRefusesError, match="protected sheet"):
        acts[act]()
    assert book.sheets["Protected"].range("A1:A2").value == ["locked", "open"]
    assert cells.number_format == "General"


def test_part_of_an_array_cannot_be_changed(libreoffice_host, tmp_path):
    book = libreoffice_host.open(workbooks.orders(tmp_path / "orders.xlsx"))
    cells = book.sheets[0].range("H5")
    with pytest.raises(ExcelRefusesError, match="array"):
        cells.value = 1
    assert cells.value == 4.0


def test_column_widths_and_hidden_rows(sheet, saved):
    sheet.range("A1").value = "x"
    sheet.range("B1").column_width = 20
    sheet.range("A3").rows.hidden = True
    sheet.range("D1").columns.hidden = True
    sheet.range("E1").column_width = 0.5
    assert [sheet.range(one).column_width for one in ("B1", "E1")] == [20, 0.5]
    assert [sheet.range(one).columns.hidden for one in ("D1", "C1:D1")] == [True, None]
    assert sheet.range("A1:B1").column_width is None
    assert sheet.range("A2:A3").rows.hidden is None
    assert saved().row_dimensions[3].hidden


def test_what_is_no_number_format_is_refused(sheet):
    with pytest.raises(ExcelRefusesError, match="no number format"):
        sheet.range("A1").number_format = "[foo"


def test_colors(sheet, saved):
    sheet.range("A1").color = (255, 200, 10)
    assert sheet.range("A1").color == (255, 200, 10)
    assert sheet.range("A1:B1").color is None
    assert saved()["A1"].fill.fgColor.rgb == "FFFFC80A"
    sheet.range("A1").color = None
    assert sheet.range("A1").color is None


def test_sheets_are_added_and_deleted(book):
    added = book.sheets.add("Invoices", after=book.sheets[0])
    assert [sheet.name for sheet in book.sheets] == ["Sheet1", "Invoices"]
    assert book.sheets.active.name == "Invoices"
    added.delete()
    with pytest.raises(ExcelRefusesError, match="visible"):
        book.sheets[0].delete()
    assert [sheet.name for sheet in book.sheets] == ["Sheet1"]


def test_only_the_first_of_merged_cells_takes_a_value(sheet):
    sheet.range("A1:B1").merge()
    sheet.range("A1:C1").value = ["kept", "lost", "kept"]
    assert sheet.range("A1:C1").value == ["kept", None, "kept"]


def test_raw_values_are_spread_as_in_excel(sheet):
    sheet.range("A1:C2").raw_value = [[1], [2]]
    assert sheet.range("A1:C2").raw_value == ((1.0,) * 3, (2.0,) * 3)
    sheet.range("A1:C2").raw_value = [[1, 2], [3, 4], [5, 6]]
    assert sheet.range("A1:C2").raw_value == ((1.0, 2.0, -2146826246), (3.0, 4.0, -2146826246))


def test_merging(sheet):
    sheet.range("A1:B2").merge()
    assert sheet.range("B2").merge_cells is True
    sheet.range("A1").unmerge()
    assert sheet.range("A1:B2").merge_cells is False


def test_formats_are_filled_on_without_contents(sheet, saved):
    sheet.range("A1:B1").value = [["one", 2]]
    sheet.range("A1").number_format = "@"
    sheet.range("B1").number_format = "0.00"
    sheet.range("A1").impl.cells.xl.CharWeight = 150.0
    sheet.range("A1").impl.cells.xl.CellBackColor = 0xFFFF00
    sheet.range("D1").value = "kept"
    sheet.range("A1:B1").autofill(sheet.range("A1:E1"), "fill_formats")
    assert [one.number_format for one in sheet.range("A1:F1")] == [
        *["@", "0.00"] * 2,
        "@",
        "General",
    ]
    assert sheet.range("A1:E1").value == ["one", 2, None, "kept", None]
    page = saved()
    assert [page.cell(1, column).font.bold for column in range(1, 7)] == [
        *[True, False] * 2,
        True,
        False,
    ]
    assert page["E1"].fill.fgColor.rgb == "FFFFFF00"
    assert page["E1"].alignment.horizontal == page["A1"].alignment.horizontal == "general"


def test_a_row_is_filled_down_and_copied_with_all_it_has(sheet):
    sheet.range("J1:L1").value = ["one", 2, "=K1*2"]
    sheet.range("K1").number_format = "0.00"
    sheet.range("J1:L1").autofill(sheet.range("J1:L3"), "fill_copy")
    sheet.range("J1:L1").copy(sheet.range("J5:L5"))
    for row in (3, 5):
        assert sheet.range(f"J{row}:L{row}").value == ["one", 2, 4]
        assert sheet.range(f"L{row}").formula == f"=K{row}*2"
        assert sheet.range(f"K{row}").number_format == "0.00"


def test_hyperlinks_keep_the_text_of_their_cell(sheet, saved):
    for name in ("J1", "J2"):
        cell = sheet.range(name)
        cell.value = "page"
        cell.api.Hyperlinks.Add(cell.api, "https://amazon.com/")
    assert sheet.api.Hyperlinks.Count == 2
    sheet.range("J2").api.ClearHyperlinks()
    assert sheet.api.Hyperlinks.Count == 1
    assert sheet.range("J1:J2").value == ["page", "page"]
    found = saved()
    assert found["J1"].hyperlink.target == "https://amazon.com/"
    assert found["J2"].hyperlink is None


@pytest.mark.parametrize("onto", ["B1:C1", "A1:B2"])
def test_formats_are_filled_one_way_from_cells_that_are_among_those(sheet, onto):
    with pytest.raises(ExcelRefusesError):
        sheet.range("A1").autofill(sheet.range(onto), "fill_formats")
