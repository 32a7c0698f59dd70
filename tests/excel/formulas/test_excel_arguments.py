from decimal import Decimal

import pytest

from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import Outcome, Status
from xlsx_addin.excel.formulas.arguments import (
    Heading,
    Shape,
    Unreadable,
    UsedPart,
    WrongArgument,
    read_arguments,
)

NAMES = ("orders", "line_items", "shipments")
HEADER = ("Order ID", "Order Line Item ID", "Shipment ID")


def column(*values):
    return [[one] for one in values]


def read(*values):
    return read_arguments(NAMES, values)


def lines(*numbers, order="o", shipment="s"):
    return [LineItem(order, str(number), shipment) for number in numbers]


@pytest.mark.parametrize(
    "value",
    ["11", 11, 11.0, [["11"]], [[11.0]], ["11"], [[" 11 "]], [[Decimal(11)]], (("11",),)],
)
def test_a_single_cell_is_read_in_whatever_form_it_comes(value):
    arguments = read("o", value, [["s"]])
    assert arguments.keys == lines(11)
    assert arguments.shape == (1, 1)


def test_columns_of_one_shape_are_read_row_by_row():
    arguments = read(column("o", "p"), column(1.0, 2.0), column("s", "t"))
    assert arguments.keys == [LineItem("o", "1", "s"), LineItem("p", "2", "t")]
    assert arguments.shape == Shape(2, 1)


@pytest.mark.parametrize("one", ["s", [["s"]], ["s"]])
def test_a_single_value_holds_for_all_rows(one):
    assert read("o", column(1, 2, 3), one).keys == lines(1, 2, 3)


def test_rows_and_blocks_keep_their_shape():
    assert read("o", [[1, 2], [3, 4]], "s").shape == Shape(2, 2)
    assert read("o", [1, 2, 3], "s").shape == Shape(1, 3)
    assert read("o", [[1, 2], [3, 4]], "s").keys == lines(1, 2, 3, 4)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            (column(1, 2), column(1, 2, 3), "s"),
            "Check line_items: it has 3 x 1 cells, orders has 2 x 1 cells.",
        ),
        (
            ("o", column(1, 2, 3), [[1, 2, 3]]),
            "Check shipments: it has 1 x 3 cells, line_items has 3 x 1 cells.",
        ),
        (
            (UsedPart(column(1, 2)), column(1, 2), "s"),
            "Check orders: it is a whole column, line_items has 2 x 1 cells.",
        ),
        (("o", Unreadable(), "s"), "Check line_items: Excel does not let its cells be read."),
    ],
)
def test_the_argument_that_does_not_fit_is_named(values, message):
    with pytest.raises(WrongArgument) as caught:
        read(*values)
    assert str(caught.value) == message


def test_whole_columns_with_nothing_but_headers_ask_about_nothing():
    headers = [UsedPart(column(name)) for name in ("OrderID", "LineItemID", "ShipmentID")]
    assert read(*headers).keys == [Heading.ROW]
    assert read(*[UsedPart(column(None))] * 3).keys == [None]


def test_whole_columns_end_with_their_last_cell():
    # The used part grows with what spills below it.
    tall = [UsedPart(column("o", "o", None, "")), UsedPart(column(1, None, None)), "s"]
    arguments = read(*tall)
    assert arguments.shape == Shape(2, 1)
    assert arguments.keys[:1] == lines(1)


def test_whole_columns_are_filled_up_to_the_longest():
    arguments = read(UsedPart(column("o", "o")), UsedPart(column(1, 2, 3)), "s")
    assert arguments.keys[:2] == lines(1, 2)
    assert arguments.keys[2].status is Status.CHECK_IDS
    assert arguments.shape == Shape(3, 1)


def test_the_header_of_columns_is_no_line_item():
    rows = [HEADER, ("o", "1", "s"), HEADER]
    arguments = read(*(column(*cells) for cells in zip(*rows, strict=True)))
    assert arguments.keys[:2] == [Heading.ROW, *lines(1)]
    assert arguments.keys[2].status is Status.CHECK_IDS


def test_blank_rows_are_nothing():
    assert read(column(None, "", " "), column(None, None, ""), [[None]] * 3).keys == [None] * 3


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("#N/A", Status.ID_DAMAGED),
        ("#VALUE!", Status.ID_DAMAGED),
        (True, Status.ID_DAMAGED),
        (1e20, Status.ID_DAMAGED),
        ("9.2E+13", Status.ID_DAMAGED),
        (Decimal("1.5"), Status.ID_DAMAGED),
        (object(), Status.ID_DAMAGED),
        ("a b", Status.CHECK_IDS),
        (None, Status.CHECK_IDS),
        ([], Status.CHECK_IDS),
        ([[]], Status.CHECK_IDS),
    ],
)
def test_what_is_no_id_says_why(value, status):
    (key,) = read("o", value, "s").keys
    assert isinstance(key, Outcome)
    assert key.status is status


def test_ragged_rows_are_filled_up():
    assert read("o", [[1, 2], [3], []], "s").shape == Shape(2, 2)
