"""What Amazon says about transactions, read tolerantly from its answer.

Source: getTransactions, `docs/api.md`. All fields are optional there, null or empty text when
unknown; nothing is guessed: what is not there stays empty.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NamedTuple

from xlsx_addin.core.answers import Unreadable
from xlsx_addin.core.line_items import LineItem

CHARGE: Final = "CHARGE"
REFUNDS: Final = ("REFUND", "OVERREFUND")
"""Transaction types whose money comes back."""


class Money(NamedTuple):
    """An amount as Amazon wrote it, exact.

    Args:
        amount: the number; refunds may be negative or positive, as Amazon has them.
        currency: ISO 4217, empty if Amazon did not say.
    """

    amount: Decimal
    currency: str = ""


class TransactionLine(NamedTuple):
    """One line of a transaction, in the API's words; texts are empty where Amazon says nothing."""

    order_id: str = ""
    order_line_item_id: str = ""
    shipment_id: str = ""
    shipment_date: str = ""
    asin: str = ""
    product_title: str = ""
    unspsc: str = ""
    item_quantity: int | None = None
    total_amount: Money | None = None
    principal_amount: Money | None = None
    shipping_charge: Money | None = None
    regulatory_fee: Money | None = None
    gift_wrapping_charge: Money | None = None
    discount: Money | None = None
    tax: Money | None = None
    unit_price: Money | None = None
    tax_rate: str = ""
    purchase_order_number: str = ""
    purchase_order_line_item_id: str = ""
    merchant_legal_name: str = ""
    budget_id: str = ""
    refund_reason: str = ""
    business_order_info: tuple[tuple[str, str], ...] = ()

    @property
    def line_item(self) -> LineItem:
        """Its three IDs; some lines lack one of them."""
        return LineItem(self.order_id, self.order_line_item_id, self.shipment_id)


class Transaction(NamedTuple):
    """A charge or refund, in the API's words; texts are empty where Amazon says nothing."""

    transaction_id: str = ""
    transaction_type: str = ""
    transaction_date: str = ""
    feed_date: str = ""
    marketplace_id: str = ""
    charge_identifier: str = ""
    invoice_number: str = ""
    amount: Money | None = None
    legal_entity_name: str = ""
    purchasing_customer_group_name: str = ""
    payment_instrument_type: str = ""
    payment_instrument_last_4_digits: str = ""
    buyer_name: str = ""
    buyer_email: str = ""
    payer_name: str = ""
    associated_transaction_ids: tuple[str, ...] = ()
    lines: tuple[TransactionLine, ...] = ()


class TransactionPage(NamedTuple):
    """One page of transactions.

    Args:
        transactions: in Amazon's order.
        next_page_token: asks for the next page; empty if this is the last one.
        damaged: what is wrong with entries that cannot be read, a clause each.
    """

    transactions: tuple[Transaction, ...]
    next_page_token: str = ""
    damaged: tuple[str, ...] = ()


def read_transactions(body: object) -> TransactionPage | Unreadable:
    """Read an answer of getTransactions.

    Args:
        body: the decoded JSON.
    """
    if not isinstance(body, Mapping):
        return Unreadable("it is no JSON object")
    entries = body.get("transactions")
    if not isinstance(entries, list):
        return Unreadable("it has no list of transactions")
    damaged = [
        f"entry {number} is no transaction"
        for number, entry in enumerate(entries, start=1)
        if not isinstance(entry, Mapping)
    ]
    transactions = [_transaction(entry) for entry in entries if isinstance(entry, Mapping)]
    token = body.get("nextPageToken")
    return TransactionPage(
        tuple(transactions), token if isinstance(token, str) else "", tuple(damaged)
    )


def _transaction(entry: Mapping[str, Any]) -> Transaction:
    buyer, payer = _part(entry, "buyer"), _part(entry, "payer")
    associated = (
        _text(one, "associatedTransactionId")
        for one in _parts(entry, "associatedTransactionDetails")
    )
    return Transaction(
        transaction_id=_text(entry, "transactionId"),
        transaction_type=_text(entry, "transactionType"),
        transaction_date=_text(entry, "transactionDate"),
        feed_date=_text(entry, "feedDate"),
        marketplace_id=_text(entry, "marketplaceId"),
        charge_identifier=_text(entry, "chargeIdentifier"),
        invoice_number=_text(entry, "invoiceNumber"),
        amount=_money(entry, "amount"),
        legal_entity_name=_text(entry, "legalEntityName"),
        purchasing_customer_group_name=_text(entry, "purchasingCustomerGroupName"),
        payment_instrument_type=_text(entry, "paymentInstrumentType"),
        payment_instrument_last_4_digits=_text(entry, "paymentInstrumentLast4Digits"),
        buyer_name=_text(buyer, "name"),
        buyer_email=_text(buyer, "email"),
        payer_name=_text(payer, "name"),
        associated_transaction_ids=tuple(one for one in associated if one),
        lines=tuple(map(_line, _parts(entry, "transactionLineItems"))),
    )


def _line(entry: Mapping[str, Any]) -> TransactionLine:
    quantity = entry.get("itemQuantity")
    is_count = isinstance(quantity, int) and not isinstance(quantity, bool)
    info = _part(entry, "businessOrderInfo")
    return TransactionLine(
        order_id=_text(entry, "orderId"),
        order_line_item_id=_text(entry, "orderLineItemId"),
        shipment_id=_text(entry, "shipmentId"),
        shipment_date=_text(entry, "shipmentDate"),
        asin=_text(entry, "asin"),
        product_title=_text(entry, "productTitle"),
        unspsc=_text(entry, "unspsc"),
        item_quantity=quantity if is_count else None,
        total_amount=_money(entry, "totalAmount"),
        principal_amount=_money(entry, "principalAmount"),
        shipping_charge=_money(entry, "shippingCharge"),
        regulatory_fee=_money(entry, "regulatoryFee"),
        gift_wrapping_charge=_money(entry, "giftWrappingCharge"),
        discount=_money(entry, "discount"),
        tax=_money(entry, "tax"),
        unit_price=_money(entry, "unitPrice"),
        tax_rate=_text(entry, "taxRate"),
        purchase_order_number=_text(entry, "purchaseOrderNumber"),
        purchase_order_line_item_id=_text(entry, "purchaseOrderLineItemId"),
        merchant_legal_name=_text(entry, "merchantLegalName"),
        budget_id=_text(entry, "budgetId"),
        refund_reason=_text(entry, "refundReason"),
        business_order_info=tuple((key, _text(info, key)) for key in info),
    )


def _text(entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    return value.strip() if isinstance(value, str) else ""


def _part(entry: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = entry.get(key)
    return value if isinstance(value, Mapping) else {}


def _parts(entry: Mapping[str, Any], key: str) -> Iterator[Mapping[str, Any]]:
    value = entry.get(key)
    return (
        (one for one in value if isinstance(one, Mapping)) if isinstance(value, list) else iter(())
    )


def _money(entry: Mapping[str, Any], key: str) -> Money | None:
    value = _part(entry, key)
    amount = value.get("amount")
    if isinstance(amount, bool) or not isinstance(amount, str | int | float):
        return None
    try:
        number = Decimal(str(amount).strip())
    except InvalidOperation:
        return None
    return Money(number, _text(value, "currencyCode")) if number.is_finite() else None
