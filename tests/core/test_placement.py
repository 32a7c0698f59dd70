import pytest

from xlsx_addin.core.cells import LAST_COLUMN, Area
from xlsx_addin.core.outcomes import ResultField
from xlsx_addin.core.placement import Surroundings, place

ALL = tuple(ResultField)
NUMBER, DATE, CONSOLIDATED, STATUS, MESSAGE = ALL


def around(**changes):
    facts = {
        "rows": (1, 10),
        "key_columns": (1, 2, 3),
        "last_column": 3,
        "table": None,
        "obstacles": (),
        "filled": (),
    } | changes
    filled = facts.pop("filled")
    return Surroundings(**facts, is_filled=lambda column: column in filled)


def test_existing_columns_are_used_wherever_they_are():
    existing = dict(zip(ALL, (9, 1, 20, 4, 7), strict=True))
    placement = place(ALL, existing, around(key_columns=(10, 11, 12)))
    assert placement.columns == existing
    assert not placement.created


def test_missing_columns_go_right_of_the_right_most_id():
    placement = place(ALL, {}, around(key_columns=(4, 2, 3), last_column=4))
    assert placement.columns == dict(zip(ALL, range(5, 10), strict=True))
    assert placement.created == list(ALL)


def test_only_the_missing_columns_are_created_as_one_block():
    placement = place(ALL, {DATE: 4}, around(last_column=4, filled={4}))
    assert placement.columns == {DATE: 4, NUMBER: 5, CONSOLIDATED: 6, STATUS: 7, MESSAGE: 8}
    assert placement.created == [NUMBER, CONSOLIDATED, STATUS, MESSAGE]


def test_a_filled_neighbour_sends_the_whole_block_right_of_the_data():
    placement = place(ALL, {}, around(last_column=6, filled={4, 5, 6}))
    assert placement.columns == dict(zip(ALL, range(7, 12), strict=True))


def test_a_column_of_notes_beyond_the_data_is_stepped_over():
    placement = place(ALL, {}, around(last_column=6, filled={4, 9}))
    assert placement.columns[NUMBER] == 10


@pytest.mark.parametrize(
    "obstacle",
    [
        pytest.param(Area(5, 4, 6, 5), id="merged cells"),
        pytest.param(Area(10, 6, 30, 9), id="another table"),
    ],
)
def test_an_obstacle_in_the_rows_of_the_data_is_avoided(obstacle):
    placement = place(ALL, {}, around(obstacles=[obstacle]))
    assert placement.columns[NUMBER] == obstacle.last_column + 1


def test_an_obstacle_below_the_data_does_not_matter():
    placement = place(ALL, {}, around(obstacles=[Area(12, 4, 20, 9)]))
    assert placement.columns[NUMBER] == 4


def test_a_table_grows_when_its_right_edge_is_the_place():
    table = Area(1, 1, 10, 3)
    placement = place(ALL, {}, around(table=table, obstacles=[table]))
    assert placement.columns[NUMBER] == 4
    assert placement.extends_table


def test_a_table_with_columns_right_of_the_ids_grows_at_its_own_edge():
    table = Area(1, 1, 10, 6)
    placement = place(ALL, {}, around(table=table, obstacles=[table], last_column=6))
    assert placement.columns[NUMBER] == 7
    assert placement.extends_table


def test_a_table_does_not_grow_over_a_gap():
    table = Area(1, 1, 10, 3)
    placement = place(ALL, {}, around(table=table, obstacles=[table], filled={5}))
    assert placement.columns[NUMBER] == 6
    assert not placement.extends_table


def test_a_sheet_without_room_is_no_placement():
    assert place(ALL, {}, around(key_columns=(LAST_COLUMN,), last_column=LAST_COLUMN)) is None


def test_fields_that_are_switched_off_get_no_column():
    placement = place((NUMBER, DATE, CONSOLIDATED), {}, around())
    assert set(placement.columns) == {NUMBER, DATE, CONSOLIDATED}
