import pytest

from xlsx_addin.core.columns import detect
from xlsx_addin.core.headers import KeyField
from xlsx_addin.core.layout import Ambiguous, Column, NotFound

ORDER, LINE, SHIPMENT = KeyField


@pytest.mark.parametrize(
    ("rows", "options", "message", "next_step"),
    [
        pytest.param(
            [["Order ID", "Amount"]],
            {},
            "Row 1 has the order ID in column A (Order ID), but no order line item ID and no"
            " shipment ID. Its headers are Order ID, Amount.",
            "Say which columns they are, by letters or headers: --columns line=B,shipment=C."
            " If the sheet has none, `xlsx-addin add-ids` can fill them in.",
            id="ids are missing",
        ),
        pytest.param(
            [["Amount"], [12.5]],
            {},
            "None of the first 20 rows has headers that name the order ID, the order line item ID"
            " and the shipment ID.",
            "Say which columns they are, by letters or headers:"
            " --columns order=A,line=B,shipment=C.",
            id="nothing is found",
        ),
        pytest.param(
            [["Order ID", "Line Item ID", "Carrier Tracking #"]],
            {},
            "Row 1 has the order ID in column A (Order ID) and the order line item ID in column B"
            " (Line Item ID), but no shipment ID. Its headers are Order ID, Line Item ID, Carrier"
            " Tracking #. Carrier Tracking # in column C is no shipment ID of Amazon.",
            "Say which columns they are, by letters or headers: --columns shipment=C."
            " If the sheet has none, `xlsx-addin add-ids` can fill them in.",
            id="something looks alike",
        ),
        pytest.param(
            [["Order ID", "Line Item ID", "Box"]],
            {"given": {SHIPMENT: "Crate"}},
            "Row 1 has the order ID in column A (Order ID) and the order line item ID in column B"
            " (Line Item ID), but no shipment ID. Its headers are Order ID, Line Item ID, Box."
            " Nothing fits shipment=Crate: it is neither a header in that row nor the letters of a"
            " free column.",
            "Say which columns they are, by letters or headers: --columns shipment=C.",
            id="a given column is not there",
        ),
        pytest.param(
            [["Order ID", *"abcdefghij"]],
            {},
            "Row 1 has the order ID in column A (Order ID), but no order line item ID and no"
            " shipment ID. Its headers are Order ID, a, b, c, d, e, f, g and 3 more.",
            "Say which columns they are, by letters or headers: --columns line=B,shipment=C."
            " If the sheet has none, `xlsx-addin add-ids` can fill them in.",
            id="many headers",
        ),
        pytest.param(
            [["Title"], [1, 2, 3]],
            {"header_row": 1},
            "Row 1 has no order ID, no order line item ID and no shipment ID. Its headers are"
            " Title.",
            "Say which columns they are, by letters or headers:"
            " --columns order=A,line=B,shipment=C.",
            id="the given row is no header",
        ),
        pytest.param(
            [[1, 2, 3]],
            {"header_row": 0},
            "Without a header row the order ID, the order line item ID and the shipment ID cannot"
            " be found.",
            "Say which columns they are, by letters or headers:"
            " --columns order=A,line=B,shipment=C.",
            id="no header row",
        ),
        pytest.param(
            [["Order ID", "Line Item ID", "Shipment ID", None, "order id", "ORDER_ID"]],
            {},
            "By its headers in row 1 the order ID may be in column A (Order ID), column E (order"
            " id) or column F (ORDER_ID).",
            "Say which one, for example: --columns order=A.",
            id="several columns",
        ),
    ],
)
def test_the_user_is_told_what_happened_and_what_to_do(rows, options, message, next_step):
    finding = detect(rows, **options)
    assert isinstance(finding, NotFound | Ambiguous)
    assert finding.message == message
    assert finding.next_step == next_step


def test_tables_that_compete_are_named():
    finding = Ambiguous(tables=("March", "April", "May"))
    assert finding.message == "The tables March, April and May all have the three IDs."
    assert finding.next_step == "Say which one: --table March."


def test_a_table_that_is_not_there_is_named():
    assert NotFound(table="May").message == (
        "The table May does not have the order ID, the order line item ID and the shipment ID, or"
        " is not on this sheet."
    )


def test_what_the_headers_were_is_kept():
    finding = detect([["Title"], [None, "Order ID", "Amount"]])
    assert finding.found == {ORDER: Column(2, "Order ID")}
    assert finding.missing == (LINE, SHIPMENT)
    assert finding.headers == (Column(2, "Order ID"), Column(3, "Amount"))
    assert finding.hint == ""


def test_without_any_id_the_fullest_row_is_shown():
    finding = detect([[None, None, None, "Title"], ["Date", "Amount", "Buyer"], [1]])
    assert [column.header for column in finding.headers] == ["Date", "Amount", "Buyer"]
    assert finding.header_row is None


def test_of_several_columns_that_look_alike_the_first_is_named():
    finding = detect([["Order ID", "PO Line", "PO Line Item Id", "Shipment ID"]])
    assert finding.lookalikes == {LINE: Column(2, "PO Line")}
