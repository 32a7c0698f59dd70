import json
from decimal import Decimal
from importlib.resources import files

import pytest

from xlsx_addin.core.answers import Unreadable
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.transactions import Money, read_transactions


def published(name):
    folder = files("xlsx_addin.sandbox") / "data" / "examples"
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))["response"]


def test_the_published_answer_is_understood():
    page = read_transactions(published("transactions-sandbox"))
    assert page.next_page_token == ""
    assert not page.damaged
    (transaction,) = page.transactions
    assert transaction.transaction_id == "1x47pVc03Ffs71cjjCct"
    assert transaction.amount == Money(Decimal("5.99"), "USD")
    assert transaction.associated_transaction_ids == ("ONf39R7NmjIh9247YJ34",)
    (line,) = transaction.lines
    assert line.line_item == LineItem("114-1458190-2465828", "31208275451321", "DhG3L9W23")
    assert line.discount == Money(Decimal("-2.99"), "USD")
    assert line.business_order_info[0] == ("GL code", "535-office")


def test_blank_fields_of_the_template_stay_empty():
    (transaction,) = read_transactions(published("transactions-old-guide-template")).transactions
    assert transaction.amount is None
    assert transaction.lines[0].item_quantity is None
    assert transaction.lines[0].business_order_info == ()


@pytest.mark.parametrize("body", [None, [], "x", {}, {"transactions": None}])
def test_an_answer_without_transactions_is_unreadable(body):
    assert isinstance(read_transactions(body), Unreadable)


def test_what_is_no_transaction_is_told_and_the_others_are_kept():
    page = read_transactions({"transactions": [5, {"transactionId": "a"}], "nextPageToken": None})
    assert page.damaged == ("entry 1 is no transaction",)
    assert [one.transaction_id for one in page.transactions] == ["a"]


@pytest.mark.parametrize(
    ("amount", "read"),
    [
        ("1,50", None),
        ("NaN", None),
        ("", None),
        (True, None),
        (2, Decimal(2)),
        ("-3.0", Decimal("-3.0")),
    ],
)
def test_an_amount_is_exact_or_left_out(amount, read):
    body = {"transactions": [{"amount": {"amount": amount, "currencyCode": None}}]}
    found = read_transactions(body).transactions[0].amount
    assert found == (None if read is None else Money(read, ""))
