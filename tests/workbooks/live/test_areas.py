"""Areas of cells, their addresses, and the blocks that are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlsx_addin.core.cells import LAST_COLUMN, LAST_ROW, Area
from xlsx_addin.workbooks.live.areas import common, covers, halves, size, union
from xlsx_addin.workbooks.live.rectangles import rectangles, runs
from xlsx_addin.workbooks.references import area_name, area_of_address


@pytest.mark.parametrize(
    ("address", "area"),
    [
        ("$A$1", Area(1, 1, 1, 1)),
        ("$A$1:$D$4", Area(1, 1, 4, 4)),
        ("B2:C7", Area(2, 2, 7, 3)),
        ("$C$7:$B$2", Area(2, 2, 7, 3)),
        ("$1:$4", Area(1, 1, 4, LAST_COLUMN)),
        ("3:3", Area(3, 1, 3, LAST_COLUMN)),
        ("$A:$B", Area(1, 1, LAST_ROW, 2)),
        ("XFD:XFD", Area(1, LAST_COLUMN, LAST_ROW, LAST_COLUMN)),
        ("$A$1:$XFD$1048576", Area(1, 1, LAST_ROW, LAST_COLUMN)),
        ("$XFE$1", None),
        ("$A$1,$C$3", None),
        ("Orders!$A$1", None),
        ("", None),
        ("A", None),
        ("3", None),
    ],
)
def test_addresses_of_excel_are_areas(address, area):
    assert area_of_address(address) == area


@given(
    st.tuples(st.integers(1, LAST_ROW), st.integers(1, LAST_ROW)),
    st.tuples(st.integers(1, LAST_COLUMN), st.integers(1, LAST_COLUMN)),
)
def test_the_name_of_an_area_is_its_address(rows, columns):
    area = Area(min(rows), min(columns), max(rows), max(columns))
    assert area_of_address(area_name(area)) == area


@pytest.mark.parametrize(
    ("area", "parts"),
    [
        (Area(2, 3, 2, 3), ()),
        (Area(2, 3, 3, 3), (Area(2, 3, 2, 3), Area(3, 3, 3, 3))),
        (Area(1, 1, 5, 2), (Area(1, 1, 3, 2), Area(4, 1, 5, 2))),
        (Area(1, 1, 2, 2), (Area(1, 1, 1, 2), Area(2, 1, 2, 2))),
        (Area(1, 1, 1, 5), (Area(1, 1, 1, 3), Area(1, 4, 1, 5))),
        (Area(1, 1, 2, 5), (Area(1, 1, 2, 3), Area(1, 4, 2, 5))),
    ],
)
def test_areas_are_halved_along_their_longer_side(area, parts):
    assert halves(area) == parts
    assert not parts or sum(map(size, parts)) == size(area)


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        (Area(1, 1, 4, 4), Area(2, 3, 9, 9), Area(2, 3, 4, 4)),
        (Area(1, 1, 4, 4), Area(2, 2, 3, 3), Area(2, 2, 3, 3)),
        (Area(1, 1, 4, 4), Area(4, 4, 4, 4), Area(4, 4, 4, 4)),
        (Area(1, 1, 4, 4), Area(5, 1, 9, 9), None),
        (Area(1, 1, 4, 4), Area(1, 5, 4, 9), None),
    ],
)
def test_what_two_areas_share(one, other, shared):
    assert common(one, other) == common(other, one) == shared
    assert covers(one, other) is (shared == other)
    assert covers(union(one, other), one)
    assert covers(union(one, other), other)


@pytest.mark.parametrize(
    ("rows", "may_bridge", "longest", "found"),
    [
        ([], (), 9, []),
        ([7], (), 9, [(7, 7)]),
        ([3, 2, 4], (), 9, [(2, 4)]),
        ([2, 4], (), 9, [(2, 2), (4, 4)]),
        ([2, 4], {3}, 9, [(2, 4)]),
        ([2, 6], {3, 5}, 9, [(2, 2), (6, 6)]),
        ([2, 6], {3, 4, 5}, 3, [(2, 6)]),
        ([2, 6], {3, 4, 5}, 2, [(2, 2), (6, 6)]),
    ],
)
def test_rows_are_joined_to_runs(rows, may_bridge, longest, found):
    assert runs(rows, may_bridge, longest) == found


@pytest.mark.parametrize(
    ("columns", "areas"),
    [
        ({}, []),
        ({5: [(2, 9)]}, [Area(2, 5, 9, 5)]),
        ({5: [(2, 9)], 6: [(2, 9)]}, [Area(2, 5, 9, 6)]),
        ({6: [(2, 9)], 5: [(2, 9)], 7: [(2, 9)]}, [Area(2, 5, 9, 7)]),
        ({5: [(2, 9)], 7: [(2, 9)]}, [Area(2, 5, 9, 5), Area(2, 7, 9, 7)]),
        ({5: [(2, 9)], 6: [(2, 8)]}, [Area(2, 5, 9, 5), Area(2, 6, 8, 6)]),
        (
            {5: [(2, 3), (5, 9)], 6: [(5, 9)]},
            [Area(2, 5, 3, 5), Area(5, 5, 9, 6)],
        ),
    ],
)
def test_runs_of_adjacent_columns_are_joined_to_rectangles(columns, areas):
    assert rectangles(columns) == areas


@given(
    st.dictionaries(
        st.integers(1, 6), st.sets(st.integers(1, 30), min_size=1), min_size=1, max_size=4
    ),
    st.sets(st.integers(1, 30)),
)
def test_every_cell_is_written_once_and_none_that_must_be_kept(columns, may_bridge):
    areas = rectangles({column: runs(rows, may_bridge) for column, rows in columns.items()})
    cells = [
        (row, column)
        for area in areas
        for row in range(area.first_row, area.last_row + 1)
        for column in area.columns()
    ]
    assert len(cells) == len(set(cells))
    wanted = {(row, column) for column, rows in columns.items() for row in rows}
    assert wanted <= set(cells)
    assert all(row in may_bridge for row, _ in set(cells) - wanted)
