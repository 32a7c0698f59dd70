"""The account: made up from seed, region and IDs alone, and with everything in it."""

import re
from datetime import datetime
from typing import Any

import pytest

from xlsx_addin.core.line_items import LineItem, read_line_item
from xlsx_addin.sandbox import Account, SandboxOptions, Shares

REGIONS: list[Any] = ["na", "eu", "jp"]


def _details(account: Account, count: int = 2000) -> list[list[dict[str, Any]]]:
    truths = [account.truth(line) for line in account.line_items(count)]
    return [truth["invoiceDetails"] for truth in truths if truth]


@pytest.mark.parametrize("region", REGIONS)
def test_line_items_look_like_amazons_and_are_distinct(region: Any) -> None:
    lines = Account(SandboxOptions(region=region)).line_items(2000)
    assert len(set(lines)) == 2000
    for line in lines:
        assert re.fullmatch(r"\d{3}-\d{7}-\d{7}", line.order_id)
        assert re.fullmatch(r"[1-9]\d{12,13}", line.order_line_item_id)
        assert re.fullmatch(r"[A-Za-z][0-9A-Za-z]{8}", line.shipment_id)
        assert read_line_item(*line) == line


def test_orders_have_several_lines_and_shipments() -> None:
    lines = Account(SandboxOptions()).line_items(500)
    orders = {line.order_id for line in lines}
    shipments = {(line.order_id, line.shipment_id) for line in lines}
    assert len(orders) < len(shipments) < len(lines)


@pytest.mark.parametrize("region", REGIONS)
def test_same_seed_gives_the_same_account(region: Any) -> None:
    first, second = (Account(SandboxOptions(region=region, seed=7)) for _ in range(2))
    assert first.line_items(100) == second.line_items(100)
    assert _details(first, 100) == _details(second, 100)


def test_another_seed_gives_another_account() -> None:
    first, second = Account(SandboxOptions(seed=1)), Account(SandboxOptions(seed=2))
    assert not set(first.line_items(100)) & set(second.line_items(100))


def test_more_line_items_begin_with_the_fewer() -> None:
    account = Account(SandboxOptions())
    assert account.line_items(100)[:10] == account.line_items(10)
    assert account.line_items(0) == []


def test_account_knows_its_own_lines_only(line: LineItem) -> None:
    account = Account(SandboxOptions())
    assert all(account.knows(own) for own in account.line_items(50))
    assert not account.knows(line)
    own = account.line_items(1)[0]
    assert not account.knows(own._replace(shipment_id=own.shipment_id.swapcase()))


def test_case_of_the_shipment_matters(line: LineItem) -> None:
    account = Account(SandboxOptions(shares=Shares(without_invoice=0)))
    other = line._replace(shipment_id=line.shipment_id.swapcase())
    first, second = account.truth(line), account.truth(other)
    assert first
    assert second
    assert first["invoiceDetails"] != second["invoiceDetails"]


@pytest.mark.parametrize("region", REGIONS)
def test_lines_of_one_shipment_share_their_invoice(region: Any, line: LineItem) -> None:
    account = Account(SandboxOptions(region=region, shares=Shares(without_invoice=0)))
    truths = [account.truth(line._replace(order_line_item_id=f"{n}")) for n in range(10)]
    invoices = [truth["invoiceDetails"][0] for truth in truths if truth]
    assert invoices == [invoices[0]] * 10


@pytest.mark.parametrize("region", REGIONS)
def test_every_kind_of_line_occurs(region: Any) -> None:
    details = _details(Account(SandboxOptions(region=region, without_invoice="empty")))
    shares = {n: sum(len(each) == n for each in details) / len(details) for n in (0, 1, 2)}
    assert 0.02 < shares[0] < 0.2
    assert shares[1] > 0.7
    assert 0.01 < shares[2] < 0.2


@pytest.mark.parametrize(
    ("region", "fields"),
    [
        ("na", {"invoiceNumber", "invoiceDate"}),
        ("eu", {"invoiceNumber", "invoiceDate", "consolidatedInvoiceDetails"}),
    ],
)
def test_regions_fill_their_own_fields(region: Any, fields: set[str]) -> None:
    account = Account(SandboxOptions(region=region, shares=Shares(without_invoice=0)))
    assert all(set(detail) == fields for each in _details(account, 50) for detail in each)


def test_japan_tells_issuer_total_type_and_tax() -> None:
    account = Account(SandboxOptions(region="jp", shares=Shares(without_invoice=0, credit_memo=1)))
    line = account.line_items(1)[0]
    truth = account.truth(line)
    assert truth
    invoice, memo = truth["invoiceDetails"][0], truth["invoiceDetails"][-1]
    assert (invoice["invoiceType"], memo["invoiceType"]) == ("STANDARD", "CREDIT_MEMO")
    assert memo["associatedInvoiceNumber"] == invoice["invoiceNumber"]
    assert memo["associatedInvoiceDate"] == invoice["invoiceDate"]
    assert memo["invoiceDate"] > invoice["invoiceDate"]
    item = memo["transactionDataItems"][0]
    assert item["apportionment"][0]["orderLineItemId"] == line.order_line_item_id
    tax = invoice["tax"][0]
    total = float(tax["exclusiveTotal"]["amount"]) + float(tax["amount"]["amount"])
    assert float(invoice["invoiceTotal"]) == total


@pytest.mark.parametrize(("region", "equal"), [("eu", True), ("jp", False)])
def test_consolidated_numbers_are_null_pending_or_there(region: Any, equal: bool) -> None:
    seen = set()
    for each in _details(Account(SandboxOptions(region=region, without_invoice="empty"))):
        for detail in each:
            consolidated = detail["consolidatedInvoiceDetails"]
            number = consolidated and consolidated["invoiceNumber"]
            seen.add(number if number in (None, "Pending") else "number")
            if number not in (None, "Pending"):
                assert (number == detail["invoiceNumber"]) is equal
    assert seen == {None, "Pending", "number"}


@pytest.mark.parametrize("region", REGIONS)
def test_dates_are_utc_with_varying_decimals(region: Any) -> None:
    account = Account(SandboxOptions(region=region, shares=Shares(without_invoice=0)))
    texts = [detail["invoiceDate"] for each in _details(account, 1000) for detail in each]
    shapes = {len(text) for text in texts}
    assert {len("2024-07-19T09:20:36Z"), len("2023-11-22T11:23:04.37Z")} < shapes
    assert all(text.endswith("Z") and datetime.fromisoformat(text).tzinfo for text in texts)
