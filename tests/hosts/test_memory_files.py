"""What files say of cells, as the host in memory reads and writes it."""

from zipfile import ZipFile

import openpyxl
import pytest
import xlsxwriter

from tests.hosts.memory.strings import decoded, encoded


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain", "plain"),
        ("a\r\nb\tc", "a_x000D_\nb\tc"),
        ("_x000D_", "_x005F_x000D_"),
        ("_x00_ _x00g0_", "_x00_ _x00g0_"),
        ("_x0041_x0042_", "_x005F_x0041_x005F_x0042_"),
        ("\x07", "_x0007_"),
    ],
)
def test_what_xml_cannot_hold_is_marked(text, written):
    assert encoded(text) == written
    assert decoded(written) == text


ODD = ("a\r\nb", "_x000D_", "_x005F_", "_x0041_")


def test_texts_survive_saving_and_opening(memory_host, tmp_path):
    path = tmp_path / "texts.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write_column("A1", ODD)
    for written in (ODD, (*ODD[:3], "_x0041_x0042_")):
        book = memory_host.open(path)
        assert tuple(book.sheets[0]["A1:A4"].value) == written
        book.sheets[0]["A4"].value = "_x0041_x0042_"
        memory_host.save(book)
        memory_host.close(book)
    with ZipFile(path) as parts:
        assert b"a_x000D_\nb" in parts.read("xl/worksheets/sheet1.xml")


@pytest.fixture
def styled(tmp_path):
    """Columns E and F unlocked and italic together, row 3 filled, a formula far to the right."""
    path = tmp_path / "styled.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.set_column("E:F", 17, book.add_format({"italic": True, "locked": False}))
        sheet.set_row(2, None, book.add_format({"bg_color": "#FFFF00", "num_format": "0.00"}))
        sheet.write_formula("H4", "=1+1", None, 2)
    return path


def test_cells_that_are_not_in_the_file_look_like_their_row_or_column(memory_host, styled):
    sheet = memory_host.open(styled).sheets[0]
    assert sheet["E2:F2"].api.Locked is False
    assert sheet["D2"].api.Locked is True
    assert sheet["E4:F4"].api.Locked is False
    assert (sheet["F3"].number_format, sheet["F3"].color) == ("0.00", (255, 255, 0))
    assert sheet["H4"].value == 2


def test_cells_that_are_filled_in_keep_looking_so_in_the_file(memory_host, styled):
    book = memory_host.open(styled)
    book.sheets[0]["F2:F3"].value = [["a"], ["b"]]
    book.sheets[0]["F2"].number_format = "@"
    memory_host.save(book)
    page = openpyxl.load_workbook(styled).worksheets[0]
    assert (page["F2"].font.italic, page["F2"].number_format) == (True, "@")
    assert page["F2"].protection.locked is False
    assert page["F3"].fill.fgColor.rgb == "FFFFFF00"
    assert page.column_dimensions["F"].font.italic
