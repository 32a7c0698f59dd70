"""Rows that move in the host in memory: by a user, and through xlwings."""

import pytest

from tests.hosts.memory.errors import OBJECT_REQUIRED, ComError


@pytest.fixture
def filled(sheet):
    sheet["A1:C4"].value = [
        ["Order", "Amount", "Double"],
        ["b", 2, "=B2*2"],
        ["a", 3, "=B3*2"],
        ["c", 1, "=B4*2"],
    ]
    return sheet


def test_sorting_takes_rows_along_with_formats_and_formulas(memory_host, filled):
    filled["B2"].number_format = "0.00"
    memory_host.sort_rows(filled, 2, 4, by=1)
    assert filled["A2:C4"].formula == (
        ("a", "3", "=B2*2"),
        ("b", "2", "=B3*2"),
        ("c", "1", "=B4*2"),
    )
    assert filled["B3"].number_format == "0.00"
    assert filled["B2"].number_format == "General"


def test_sorting_knows_numbers_texts_logical_values_and_errors(memory_host, sheet):
    sheet["A1:A6"].value = [["#N/A"], [True], ["b"], [None], [2], ["A"]]
    memory_host.sort_rows(sheet, 1, 6, by=1)
    values = sheet["A1:A6"].options(err_to_str=True).value
    assert values == [2.0, "A", "b", True, "#N/A", None]
    memory_host.sort_rows(sheet, 1, 6, by=1, descending=True)
    values = sheet["A1:A6"].options(err_to_str=True).value
    assert values == ["#N/A", True, "b", "A", 2.0, None]


def test_an_inserted_row_moves_what_is_below(memory_host, filled):
    filled["B1:B4"].number_format = "0.00"
    filled["A4:A5"].merge()
    filled["4:4"].rows.hidden = True
    memory_host.insert_row(filled, 3, 2)
    assert filled["A1:A6"].value == ["Order", "b", None, None, "a", "c"]
    assert filled["C5:C6"].formula == (("=B5*2",), ("=B6*2",))
    assert filled["B3"].number_format == "0.00"
    assert filled["A6"].merge_area.address == "$A$6:$A$7"
    assert [filled[one].rows.hidden for one in ("A4", "A6")] == [False, True]


def test_a_deleted_row_takes_what_referred_to_it(memory_host, filled):
    filled["D1:D2"].formula = [["=SUM(B2:B4)"], ["=$B$3+'x'!B3"]]
    memory_host.delete_row(filled, 3)
    assert filled["A1:A3"].value == ["Order", "b", "c"]
    assert filled["D1:D2"].formula == (("=SUM(B2:B3)",), ("=#REF!+'x'!B3",))


def test_a_range_that_is_held_moves_with_its_rows(memory_host, filled):
    held, above, gone = filled["A4"], filled["A1"], filled["A3"]
    for one in (held, above, gone):
        _ = one.row
    memory_host.insert_row(filled, 2)
    memory_host.delete_row(filled, 4)
    assert (held.value, held.address) == ("c", "$A$4")
    assert above.address == "$A$1"
    with pytest.raises(ComError) as caught:
        _ = gone.value
    assert caught.value.excepinfo[5] == OBJECT_REQUIRED


def test_xlwings_remembers_the_row_it_was_told_first(memory_host, filled):
    held = filled["A4"]
    assert held.row == 4
    memory_host.insert_row(filled, 1)
    assert (held.row, held.address) == (4, "$A$5")


def test_rows_are_inserted_and_deleted_through_xlwings(filled):
    filled["3:3"].insert("down")
    assert filled["A1:A5"].value == ["Order", "b", None, "a", "c"]
    filled["2:3"].delete()
    assert filled["A1:A3"].value == ["Order", "a", "c"]


def test_a_table_grows_moves_and_shrinks_with_its_rows(memory_host, filled):
    table = filled.tables.add(filled["A1:C4"])
    memory_host.insert_row(filled, 3)
    assert table.range.address == "$A$1:$C$5"
    memory_host.insert_row(filled, 1, 2)
    assert table.range.address == "$A$3:$C$7"
    memory_host.delete_row(filled, 4, 2)
    assert table.range.address == "$A$3:$C$5"
    memory_host.delete_row(filled, 1, 9)
    assert len(filled.tables) == 0
    with pytest.raises(ComError):
        _ = table.range
