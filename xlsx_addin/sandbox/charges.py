"""The transactions of purchases: charges by shipment, and refunds, as they go over the wire.

Source: getTransactions, `docs/api.md`. A query is over the feed date, which is some hours to days
after the transaction.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Any, Final

from xlsx_addin.sandbox.account import Account
from xlsx_addin.sandbox.details import Document, timestamp
from xlsx_addin.sandbox.options import SandboxOptions
from xlsx_addin.sandbox.purchases import (
    GIFT_CARD,
    Order,
    Person,
    PurchaseLine,
    Purchases,
    Shipment,
)

Transaction = Mapping[str, Any]
"""One transaction as it goes over the wire."""

_LATEST: Final = timedelta(days=40)
"""Longest time from an order to the feed date of its last refund."""

_ORDERS_KEPT: Final = 1024
_ID_LETTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_LACKING: Final = 0.008
"""Share of lines without a shipment ID, and of those without a line item ID."""

_FEES: Final = 0.01
"""Share of orders with a charge that names no line."""

_Amounts = dict[str, int]
"""Parts of a line's price by their names on the wire, in the smallest unit."""


class Charges:
    """All transactions of an account, found by feed date.

    Args:
        account: whose.
        purchases: the account's purchases.
        options: whose seed and switches shape them.
    """

    def __init__(self, account: Account, purchases: Purchases, options: SandboxOptions) -> None:
        self._account = account
        self._purchases = purchases
        self._options = options
        self._of_order = lru_cache(_ORDERS_KEPT)(self._make)

    def between(self, start: datetime, end: datetime) -> list[Transaction]:
        """List the transactions with a feed date from `start` on and before `end`, in order.

        Args:
            start: with a time zone.
            end: with a time zone.
        """
        first, last = start.astimezone(UTC).date(), end.astimezone(UTC).date()
        found = [
            (fed, transaction["transactionId"], transaction)
            for order in self._purchases.orders(first - _LATEST, last)
            for fed, transaction in self._of_order(order)
            if start <= fed < end
        ]
        return [transaction for _, _, transaction in sorted(found, key=lambda one: one[:2])]

    def _make(self, order: Order) -> tuple[tuple[datetime, Transaction], ...]:
        return tuple(_OrderCharges(order, self._account, self._options).all())


class _OrderCharges:
    """Writes the transactions of one order."""

    def __init__(self, order: Order, account: Account, options: SandboxOptions) -> None:
        self._order = order
        self._account = account
        self._refund_sign = -1 if options.refund_sign == "negative" else 1
        self._dice = Random(f"{options.seed}\0{options.region}\0charges\0{order.order_id}")

    def all(self) -> Iterator[tuple[datetime, Transaction]]:
        """Give each with its feed date."""
        for shipment in self._order.shipments:
            yield from self._charges(shipment)
        for shipment in self._order.shipments:
            for line in shipment.lines:
                memo = self._account.credit_memo(line.line_item)
                if memo:
                    yield self._refund(shipment, line, memo)
        if self._dice.random() < _FEES:
            yield self._fee()

    def _charges(self, shipment: Shipment) -> Iterator[tuple[datetime, Transaction]]:
        """Charge a shipment, if need be to a gift card and the rest to another card."""
        order, invoices = self._order, shipment.invoices
        at = self._after(shipment.shipped)
        whole = [_amounts(line) for line in shipment.lines]
        gift = [_percent(amounts, order.gift_percent) for amounts in whole]
        rest = [_without(*pair) for pair in zip(whole, gift, strict=True)]
        ids = [self._new_id(), self._new_id()]
        payments = [(rest, order.payment, order.last_digits), (gift, GIFT_CARD, "")]
        if not order.gift_percent:
            payments.pop()
            ids.pop()
        number = invoices.documents[0].number if invoices.are_issued else ""
        for own_id, (amounts, instrument, digits) in zip(ids, payments, strict=True):
            lines = [
                self._line(shipment, line, parts)
                for line, parts in zip(shipment.lines, amounts, strict=True)
            ]
            details: dict[str, Any] = {
                "transactionId": own_id,
                "invoiceNumber": number,
                "paymentInstrumentType": instrument,
                "paymentInstrumentLast4Digits": digits,
                "associatedTransactionDetails": [
                    {"associatedTransactionId": other} for other in ids if other != own_id
                ],
            }
            total = sum(sum(parts.values()) for parts in amounts)
            yield self._transaction("CHARGE", at, total, lines, details)

    def _refund(
        self, shipment: Shipment, line: PurchaseLine, memo: Document
    ) -> tuple[datetime, Transaction]:
        """Give back what a line cost; the three IDs are those of the charge."""
        is_over = self._dice.random() < 0.1
        sign = self._refund_sign
        amounts = {part: sign * value for part, value in _amounts(line).items()}
        if is_over:
            amounts["principalAmount"] += sign * 100
        wire = self._line(shipment, line, amounts, whole=True)
        wire["refundReason"] = self._dice.choice(("CUSTOMER_RETURN", "DAMAGED", None))
        details = {"invoiceNumber": memo.number}
        kind = "OVERREFUND" if is_over else "REFUND"
        at = memo.issued - timedelta(seconds=self._dice.randrange(60, 3600))
        return self._transaction(kind, at, sum(amounts.values()), [wire], details)

    def _fee(self) -> tuple[datetime, Transaction]:
        """Charge something that is no line of an order."""
        lines: list[Transaction] | None = [] if self._dice.random() < 0.5 else None
        return self._transaction("CHARGE", self._after(self._order.ordered), 1_299, lines, {})

    def _transaction(
        self,
        kind: str,
        at: datetime,
        total: int,
        lines: Sequence[Transaction] | None,
        details: Mapping[str, Any],
    ) -> tuple[datetime, Transaction]:
        order = self._order
        fed = at + timedelta(seconds=self._dice.randrange(2 * 3600, 3 * 86_400))
        return fed, {
            "marketplaceId": order.marketplace_id,
            "transactionDate": timestamp(at),
            "feedDate": timestamp(fed),
            "transactionType": kind,
            "transactionId": self._new_id(),
            "chargeIdentifier": self._new_id()[:9].upper(),
            "legalEntityName": order.legal_entity,
            "purchasingCustomerGroupName": order.group,
            "invoiceNumber": "",
            "amount": self._money(total),
            "paymentInstrumentType": order.payment,
            "paymentInstrumentLast4Digits": order.last_digits,
            "buyer": _person(order.buyer),
            "payer": _person(order.buyer),
            "associatedTransactionDetails": [],
            "transactionLineItems": lines,
            **details,
        }

    def _line(
        self,
        shipment: Shipment,
        line: PurchaseLine,
        amounts: _Amounts,
        *,
        whole: bool = False,
    ) -> dict[str, Any]:
        order, ids = self._order, line.line_item
        chance = 1.0 if whole else self._dice.random()
        return {
            "refundReason": None,
            "totalAmount": self._money(sum(amounts.values())),
            **{part: self._money(value) for part, value in amounts.items()},
            "regulatoryFee": None,
            "giftWrappingCharge": None,
            "unitPrice": self._money(line.principal // line.quantity),
            "taxRate": f"{order.tax_percent / 100:.2f}",
            "orderId": ids.order_id,
            "unspsc": line.unspsc,
            "orderLineItemId": "" if chance < _LACKING else ids.order_line_item_id,
            "purchaseOrderNumber": order.purchase_order,
            "purchaseOrderLineItemId": None,
            "asin": line.asin,
            "productTitle": line.title,
            "itemQuantity": line.quantity,
            "shipmentId": None if _LACKING <= chance < 2 * _LACKING else ids.shipment_id,
            "shipmentDate": timestamp(shipment.shipped),
            "merchantLegalName": "Example Marketplace Seller",
            "budgetId": "",
            "businessOrderInfo": dict(order.info),
        }

    def _money(self, amount: int) -> dict[str, str]:
        order = self._order
        text = f"{amount / 100:.2f}" if order.decimals else f"{amount}.0"
        return {"currencyCode": order.currency, "amount": text}

    def _after(self, moment: datetime) -> datetime:
        seconds = self._dice.randrange(20, 3600)
        return moment + timedelta(seconds=seconds, milliseconds=self._dice.randrange(1000))

    def _new_id(self) -> str:
        return "".join(self._dice.choices(_ID_LETTERS, k=20))


def _amounts(line: PurchaseLine) -> _Amounts:
    return {
        "principalAmount": line.principal,
        "shippingCharge": line.shipping,
        "discount": line.discount,
        "tax": line.tax,
    }


def _percent(amounts: _Amounts, percent: int) -> _Amounts:
    return {part: int(value * percent / 100) for part, value in amounts.items()}


def _without(amounts: _Amounts, other: _Amounts) -> _Amounts:
    return {part: value - other[part] for part, value in amounts.items()}


def _person(person: Person) -> dict[str, str]:
    return {"id": person.number, "name": person.name, "email": person.email}
