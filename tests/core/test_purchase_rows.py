"""Rows of purchases: which rows are any, and what their cells say."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from xlsx_addin.core import purchase_fields as fields
from xlsx_addin.core.cells import CellError, Formula
from xlsx_addin.core.id_outcomes import IdStatus
from xlsx_addin.core.purchase_rows import read_purchase_rows, span_of_days

ORDER = "111-1087441-1234567"


def row(**cells):
    """Read one row; keywords name the fields."""
    columns = {getattr(fields, name): [cell] for name, cell in cells.items()}
    (found,) = read_purchase_rows({fields.ORDER: [ORDER], **columns}, 2)
    return found


def test_blank_rows_totals_and_repeated_headers_are_no_rows():
    orders = [ORDER, None, "Order ID", ORDER, "N/A", "Total"]
    rows = read_purchase_rows({fields.ORDER: orders}, 5)
    assert [one.number for one in rows] == [5, 8]


def test_what_exports_put_around_a_text_is_taken_off():
    found = row(ORDER='="111-1087441-1234567"', ASIN='="b07t8k1hjg"', TITLE="N/A")
    assert (found.order_id, found.asin, found.title) == (ORDER, "B07T8K1HJG", "")


@pytest.mark.parametrize(
    ("cell", "status"),
    [
        ("2.07645E+13", IdStatus.ID_DAMAGED),
        (CellError("#REF!"), IdStatus.ID_DAMAGED),
        ("111 108", IdStatus.CHECK_IDS),
        (datetime(2026, 3, 1), IdStatus.ID_DAMAGED),
    ],
)
@pytest.mark.parametrize("column", ["ORDER", "LINE", "SHIPMENT"])
def test_an_id_that_is_none_stops_the_row(column, cell, status):
    found = row(**{column: cell})
    assert found.flaw.status is status
    assert found.flaw.message.endswith(".")


def test_one_doubtful_amount_is_read_by_the_mark_of_all_others():
    columns = {
        fields.ORDER: [ORDER, ORDER],
        fields.TOTAL: ["1.234", "N/A"],
        fields.CHARGED: ["-", "12,50"],
    }
    first, second = read_purchase_rows(columns, 2)
    assert first.total == Decimal(1234)
    assert second.charged == Decimal("12.50")


@pytest.mark.parametrize(
    ("cells", "is_refund"),
    [
        ({"TYPE": "Refund", "CHARGED": 5}, True),
        ({"TYPE": "Erstattung"}, True),
        ({"TYPE": "Charge", "CHARGED": -5}, False),
        ({"CHARGED": -5}, True),
        ({"AMOUNT": "(5.00)"}, True),
        ({"CHARGED": 5}, False),
    ],
)
def test_refunds_are_told_by_their_type_or_else_their_sign(cells, is_refund):
    assert row(**cells).is_refund is is_refund


def test_a_formula_counts_by_its_result():
    assert row(QUANTITY=Formula(2)).quantity == 2


def test_the_days_of_rows_count_with_both_readings_of_a_doubtful_one():
    columns = {fields.ORDER: [ORDER] * 4, fields.ORDER_DATE: ["03/04/2026", None, "2062-01-01", 7]}
    assert span_of_days(columns, range(4), date(2026, 6, 1)) == (date(2026, 3, 4), date(2026, 4, 3))
    assert span_of_days(columns, [1, 2, 3], date(2026, 6, 1)) is None
