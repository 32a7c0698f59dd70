"""The account's purchases and their transactions: plausible, and at one with its invoices."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from xlsx_addin.core.transactions import Transaction, read_transactions
from xlsx_addin.sandbox import Account, SandboxOptions
from xlsx_addin.sandbox.charges import Charges
from xlsx_addin.sandbox.purchases import Purchases

REGIONS: list[Any] = ["na", "eu", "jp"]
START = datetime(2025, 3, 1, tzinfo=UTC)
MONTH = timedelta(days=30)
YEAR = timedelta(days=365)


def _charges(**options: Any) -> tuple[Account, Charges]:
    chosen = SandboxOptions(**options)
    account = Account(chosen)
    return account, Charges(account, Purchases(account, chosen), chosen)


def _read(charges: Charges, start: datetime, end: datetime) -> tuple[Transaction, ...]:
    page = read_transactions({"transactions": charges.between(start, end)})
    assert isinstance(page.damaged, tuple)
    assert not page.damaged
    return page.transactions


@pytest.mark.parametrize("region", REGIONS)
def test_month_has_some_five_hundred_line_items(region: Any) -> None:
    account, charges = _charges(region=region)
    found = _read(charges, START, START + MONTH)
    lines = [line for one in found for line in one.lines]
    assert 400 < len(lines) < 650
    complete = [line.line_item for line in lines if all(line.line_item)]
    assert 0 < len(lines) - len(complete) < 20
    assert all(account.knows(line) for line in complete)


@pytest.mark.parametrize("region", REGIONS)
def test_invoices_come_after_the_goods(region: Any) -> None:
    account, charges = _charges(region=region)
    invoiced = 0
    for one in _read(charges, START, START + MONTH):
        for line in one.lines:
            truth = all(line.line_item) and account.truth(line.line_item)
            dates = [d["invoiceDate"] for d in truth["invoiceDetails"]] if truth else []
            for text in filter(None, dates):
                invoiced += 1
                shipped = datetime.fromisoformat(line.shipment_date)
                assert shipped < datetime.fromisoformat(text) < shipped + timedelta(days=30)
    assert invoiced > 300


def test_same_options_give_the_same_transactions() -> None:
    (_, first), (_, second) = _charges(), _charges()
    whole = first.between(START, START + MONTH)
    # In another order and in parts, so that nothing depends on what was asked before.
    middle = START + timedelta(days=11, hours=5)
    later, earlier = second.between(middle, START + MONTH), second.between(START, middle)
    assert [*earlier, *later] == whole


def test_transactions_have_their_own_ids_and_come_by_feed_date() -> None:
    _, charges = _charges()
    found = charges.between(START, START + YEAR)
    assert len({one["transactionId"] for one in found}) == len(found)
    feeds = [datetime.fromisoformat(one["feedDate"]) for one in found]
    assert feeds == sorted(feeds)
    waits = [
        fed - datetime.fromisoformat(one["transactionDate"])
        for fed, one in zip(feeds, found, strict=True)
    ]
    assert timedelta(hours=2) <= min(waits) <= max(waits) <= timedelta(days=3)


def test_every_kind_of_payment_occurs() -> None:
    _, charges = _charges()
    found = _read(charges, START, START + YEAR)
    kinds = Counter(one.transaction_type for one in found)
    assert set(kinds) == {"CHARGE", "REFUND", "OVERREFUND"}
    payments = {
        (one.payment_instrument_type, len(one.payment_instrument_last_4_digits)) for one in found
    }
    assert {("Pay by Invoice", 0), ("Visa", 4), ("Gift Card", 0)} < payments
    assert any(not one.lines for one in found)


@pytest.mark.parametrize(("sign", "factor"), [("negative", -1), ("positive", 1)])
def test_refunds_repeat_the_three_ids(sign: Any, factor: int) -> None:
    _, charges = _charges(refund_sign=sign)
    found = _read(charges, START, START + YEAR)
    charged = {
        line.line_item for one in found if one.transaction_type == "CHARGE" for line in one.lines
    }
    refunds = [one for one in found if one.transaction_type == "REFUND"]
    late = [one for one in refunds if one.feed_date > "2025-06"]
    assert len(late) > 50
    known = [one.lines[0].line_item in charged for one in late]
    # Now and then the charge lacks an ID.
    assert sum(known) > 0.9 * len(known)
    assert all(one.amount and one.amount.amount * factor > 0 for one in refunds)


@pytest.mark.parametrize("region", REGIONS)
def test_amounts_of_lines_come_to_that_of_the_transaction(region: Any) -> None:
    _, charges = _charges(region=region)
    for one in _read(charges, START, START + MONTH):
        if not one.lines:
            continue
        totals = [line.total_amount for line in one.lines if line.total_amount]
        assert one.amount
        assert sum(total.amount for total in totals) == one.amount.amount
        assert {total.currency for total in totals} == {one.amount.currency}


def test_split_payments_name_each_other() -> None:
    _, charges = _charges()
    found = {one.transaction_id: one for one in _read(charges, START, START + YEAR)}
    split = [one for one in found.values() if one.associated_transaction_ids]
    assert split
    for one in split:
        (other,) = (found.get(number) for number in one.associated_transaction_ids)
        if other is not None:
            assert other.associated_transaction_ids == (one.transaction_id,)
            ids = [[line.asin for line in each.lines] for each in (one, other)]
            assert ids[0] == ids[1]


def test_japans_invoice_comes_to_the_charge() -> None:
    account, charges = _charges(region="jp")
    checked = 0
    for one in _read(charges, START, START + MONTH):
        if one.transaction_type != "CHARGE" or one.associated_transaction_ids or not one.lines:
            continue
        truth = account.truth(one.lines[0].line_item) if all(one.lines[0].line_item) else None
        details = truth["invoiceDetails"] if truth else []
        totals = [float(d["invoiceTotal"]) for d in details if d.get("invoiceType") == "STANDARD"]
        if len(totals) == 1 and one.amount:
            checked += 1
            assert totals[0] == float(one.amount.amount)
    assert checked > 50


def test_orders_are_found_by_their_day() -> None:
    options = SandboxOptions()
    purchases = Purchases(Account(options), options)
    day = date(2025, 5, 7)
    orders = list(purchases.orders(day, day))
    assert orders
    assert {order.ordered.date() for order in orders} == {day}
    assert orders == sorted(orders, key=lambda order: order.ordered)
    assert not list(purchases.orders(date(2030, 1, 1), date(2030, 2, 1)))
    assert not list(purchases.orders(date(1, 1, 1), date(2020, 1, 1)))
