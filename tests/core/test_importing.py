"""Which rows an import adds, and what they show."""

from dataclasses import dataclass
from datetime import UTC, date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from xlsx_addin.core.importing import find_new
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.transaction_fields import (
    COLUMNS,
    info_columns,
    rows_of,
    transaction_id,
)
from xlsx_addin.core.transactions import Money, Transaction, TransactionLine

A, B = LineItem("order", "line-a", "ship"), LineItem("order", "line-b", "ship")
NO_SHIPMENT = A._replace(shipment_id="")


def line(ids: LineItem, **fields: Any) -> TransactionLine:
    return TransactionLine(*ids, **fields)


def charge(name: str, *ids: LineItem, **fields: Any) -> Transaction:
    return Transaction(
        transaction_id=name,
        transaction_type=fields.pop("kind", "CHARGE"),
        lines=tuple(map(line, ids)),
        **fields,
    )


def added(transactions: Any, existing: Any = None) -> list[tuple[str, LineItem]]:
    found = find_new(transactions, existing or {}, UTC)
    return [(row.transaction_id, row.line.line_item) for row in found.new]


def show(transaction: Transaction, zone: Any = UTC) -> list[dict[str, Any]]:
    rows = rows_of(transaction, zone)
    return [{one.field.header: one.show(row) for one in COLUMNS} for row in rows]


def test_every_line_is_a_row() -> None:
    assert added([charge("t", A, B)]) == [("t", A), ("t", B)]


def test_refund_repeats_the_ids_and_is_a_row_of_its_own() -> None:
    both = [charge("t", A), charge("r", A, kind="REFUND")]
    assert added(both) == [("r", A), ("t", A)]
    assert added(both, {"t": [A]}) == [("r", A)]


def test_what_is_there_is_not_added() -> None:
    found = find_new([charge("t", A, B)], {"t": [B, A]}, UTC)
    assert (found.new, found.known, found.transactions) == ([], 2, 1)


def test_transaction_that_comes_twice_counts_once() -> None:
    found = find_new([charge("t", A, B), charge("t", A, B)], {"t": [A]}, UTC)
    assert [row.line.line_item for row in found.new] == [B]
    assert (found.known, found.transactions) == (1, 1)


def test_second_part_of_a_transaction_is_added() -> None:
    assert added([charge("t", A), charge("t", A, B)]) == [("t", A), ("t", B)]


@pytest.mark.parametrize(("there", "new"), [(0, 3), (1, 2), (2, 1), (3, 0), (4, 0)])
def test_equal_lines_are_told_apart_by_their_number(there: int, new: int) -> None:
    assert added([charge("t", A, A, A)], {"t": [A] * there}) == [("t", A)] * new


@pytest.mark.parametrize(
    ("amazon", "sheet"), [(NO_SHIPMENT, A), (A, NO_SHIPMENT), (LineItem("", "", ""), A)]
)
def test_ids_that_somebody_filled_in_or_took_out_make_no_new_row(
    amazon: LineItem, sheet: LineItem
) -> None:
    assert added([charge("t", amazon)], {"t": [sheet]}) == []


def test_exact_lines_are_matched_before_those_that_lack_an_id() -> None:
    assert added([charge("t", NO_SHIPMENT, A)], {"t": [A]}) == [("t", NO_SHIPMENT)]
    other = B._replace(order_line_item_id="line-c")
    assert added([charge("t", NO_SHIPMENT)], {"t": [other]}) == [("t", NO_SHIPMENT)]


def test_transaction_without_lines_is_one_row_with_its_own_amount() -> None:
    fee = Transaction("t", "CHARGE", amount=Money(Decimal("12.99"), "USD"))
    (row,) = show(fee)
    assert (row["Order ID"], row["Amount"], row["Currency"]) == (None, Decimal("12.99"), "USD")
    assert row["Transaction Amount"] == Decimal("12.99")
    assert added([fee], {"t": [LineItem("", "", "")]}) == []


def test_transaction_without_an_id_is_known_again() -> None:
    nameless, other = charge("", A, feed_date="x"), charge("", A, feed_date="y")
    name = transaction_id(nameless)
    assert name == "no ID: CHARGE x"
    assert transaction_id(other) != name
    assert added([nameless, other], {name: [A]}) == [(transaction_id(other), A)]


def test_rows_come_by_date_and_id() -> None:
    late, early = (
        charge("b", A, transaction_date="2025-02-02T00:00:00Z"),
        charge("c", A, B, transaction_date="2025-02-01T00:00:00Z"),
    )
    same = charge("a", A, transaction_date="2025-02-02T00:00:00Z")
    assert added([late, early, same]) == [("c", A), ("c", B), ("a", A), ("b", A)]


@dataclass
class Refund:
    total: str
    whole: str | None = None

    def read(self, kind: str = "REFUND") -> dict[str, Any]:
        one = line(
            A,
            total_amount=Money(Decimal(self.total), "EUR"),
            discount=Money(Decimal(-2) if self.total[0] != "-" else Decimal(2), "EUR"),
            tax=Money(Decimal(0), "EUR"),
        )
        amount = Money(Decimal(self.whole), "EUR") if self.whole else None
        (row,) = show(Transaction("t", kind, amount=amount, lines=(one,)))
        return row


@pytest.mark.parametrize("kind", ["REFUND", "OVERREFUND"])
@pytest.mark.parametrize(
    "refund", [Refund("5"), Refund("-5"), Refund("5", "5"), Refund("-5", "-5")]
)
def test_money_that_comes_back_is_negative(refund: Refund, kind: str) -> None:
    row = refund.read(kind)
    assert (row["Amount"], row["Discount"]) == (-5, 2)
    assert str(row["Tax"]) == "0"


def test_amounts_of_a_charge_stay_as_they_are() -> None:
    row = Refund("5", "5").read("CHARGE")
    assert (row["Amount"], row["Discount"], row["Transaction Amount"]) == (5, -2, 5)
    assert Refund("-5", "-5").read("CHARGE")["Amount"] == -5


def test_days_are_those_of_the_zone_and_what_is_no_date_stays_text() -> None:
    late = charge("t", A, transaction_date="2025-03-01T23:30:00Z", feed_date="soon")
    (row,) = show(late, ZoneInfo("Asia/Tokyo"))
    assert (row["Transaction Date"], row["Feed Date"]) == (date(2025, 3, 2), "soon")
    assert row["Shipment Date"] is None


def test_what_amazon_does_not_say_stays_blank() -> None:
    (row,) = show(charge("t", A))
    filled = {header for header, value in row.items() if value is not None}
    ids = {"Order ID", "Order Line Item ID", "Shipment ID", "Transaction ID"}
    assert filled == ids | {"Transaction Type"}


def test_fields_of_the_customer_are_found_in_any_spelling() -> None:
    (first, second) = info_columns(["GL code", "gl_code", "Cost center"])
    one = line(A, business_order_info=(("gl-CODE", "535"), ("Cost center", "")))
    (row,) = rows_of(Transaction("t", lines=(one,)), UTC)
    assert (first.field.header, first.show(row)) == ("GL code", "535")
    assert (second.field.header, second.show(row)) == ("Cost center", None)


@pytest.mark.parametrize("key", ["x" * 256, "x" + "😀" * 128, "x" * 40_000])
def test_a_field_of_the_customer_keeps_a_header_that_a_table_can_have(key: str) -> None:
    (column,) = info_columns([key, key + "y"])
    header = column.field.header
    assert len(header.encode("utf-16-le")) <= 2 * 255
    assert header.endswith("…")
    (again,) = info_columns([header])
    assert again.field == column.field
    (row,) = rows_of(Transaction("t", lines=(line(A, business_order_info=((key, "v"),)),)), UTC)
    assert column.show(row) == "v"


@pytest.mark.parametrize("key", ["Amount", "order id", "Invoice Number", "", "!", "productTitle"])
def test_fields_of_the_customer_never_take_our_columns(key: str) -> None:
    assert info_columns([key]) == []


def test_no_two_columns_go_by_one_name() -> None:
    names = [name for one in COLUMNS for name in {one.field.header, *one.field.names}]
    assert len(names) == len(set(names))
