import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlsx_addin.core.cells import cell_name
from xlsx_addin.excel.formulas.places import LONGEST_AREA, Place, Sheet, join, read_place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("132|[Book1.xlsx]Sheet1!$D$2", Place(Sheet(132, "Book1.xlsx", "Sheet1"), "$D$2")),
        (
            "1|'[It''s mine.xlsx]Sheet ''1'''!$XFD$1048576",
            Place(Sheet(1, "It's mine.xlsx", "Sheet '1'"), "$XFD$1048576"),
        ),
        ("1|[Book1]シート1!$A$1:$C$9", Place(Sheet(1, "Book1", "シート1"), "$A$1:$C$9")),
        ("", None),
        ("Sheet1!$A$1", None),
        ("1|[Book1]Sheet1!A1; DROP", None),
    ],
)
def test_the_place_of_a_cell_is_read(text, place):
    assert read_place(text) == place


def test_runs_become_ranges():
    cells = ["$D$2", "$D$3", "$D$4", "$F$7", "$D$3", "$AA$1"]
    assert list(join(cells, 50)) == ["D2:D4,F7,AA1"]


def test_areas_have_no_more_cells_than_wanted():
    cells = [f"$D${row}" for row in range(1, 101)]
    assert list(join(cells, 40)) == ["D1:D40", "D41:D80", "D81:D100"]


def test_an_array_formula_stays_as_it_is():
    assert list(join(["$A$1:$C$9", "$E$1"], 50)) == ["A1:C9", "E1"]


@given(st.sets(st.tuples(st.integers(1, 1_048_576), st.integers(1, 16_384)), max_size=200))
def test_no_cell_is_lost_and_excel_takes_every_area(cells):
    named = {cell_name(*cell) for cell in cells}
    found = set()
    for area in join([re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", one) for one in named], 50):
        assert len(area) <= LONGEST_AREA
        for run in area.split(","):
            first, _, last = run.partition(":")
            letters, top = re.fullmatch(r"([A-Z]+)(\d+)", first).groups()
            bottom = re.sub(r"[A-Z]+", "", last or first)
            found |= {f"{letters}{row}" for row in range(int(top), int(bottom) + 1)}
    assert found == named
