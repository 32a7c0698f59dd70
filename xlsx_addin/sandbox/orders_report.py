"""The Orders report as Amazon Business offers it for download, made from the sandbox's purchases.

One row per item and payment, in 73 columns, with the traps of real ones: an order that is paid in
two ways lists its items twice, a payment is restated a day later, an item that came in two parts is
one row, and cancelled orders are in it. It has neither order line item ID nor shipment ID; what
these would be is told beside, for tests.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice
from random import Random
from typing import Final, NamedTuple

from xlsx_addin.core.line_items import LineItem
from xlsx_addin.sandbox.purchases import GIFT_CARD, Order, PurchaseLine, Purchases, Shipment
from xlsx_addin.sandbox.report_texts import Style

COLUMNS: Final = (
    *("Order Date", "Order ID", "Account Group", "PO Number", "Order Quantity", "Currency"),
    *("Order Subtotal", "Order Shipping & Handling", "Order Promotion", "Order Tax"),
    *("Order Net Total", "Order Status", "Approver", "Order Receiving Status"),
    *("Order Received Quantity", "Account User", "Account User Email", "Invoice Status"),
    *("Total Amount", "Invoice Due Amount", "Invoice Issue Date", "Invoice Due Date"),
    *("Payment Reference ID", "Payment Date", "Payment Amount", "Payment Instrument Type"),
    *("Payment Identifier", "Amazon-Internal Product Category", "ASIN", "Title", "UNSPSC"),
    *("Segment", "Family", "Class", "Commodity", "Brand Code", "Brand", "Manufacturer"),
    *("National Stock Number", "Item model number", "Part number", "Product Condition"),
    *("Company Compliance", "Listed PPU", "Purchase PPU", "Item Quantity", "Item Subtotal"),
    *("Item Shipping & Handling", "Item Promotion", "Item Tax", "Item Net Total"),
    *("PO Line Item Id", "Tax Exemption Applied", "Tax Exemption Type"),
    *("Tax Exemption Opt Out", "Pricing Savings program", "Pricing Discount Applied"),
    *("Receiving Status", "Received Quantity", "Received Date", "Receiver Name"),
    *("Receiver Email", "GL Code", "Department", "Cost Center", "Project Code", "Location"),
    *("Custom Field 1", "Seller Name", "Seller Credentials", "Seller City", "Seller State"),
    "Seller ZipCode",
)
"""The columns in their order."""

FIRST_DAY: Final = date(2025, 1, 2)
"""Orders from here on are reported."""

_RESTATED: Final = 0.06
"""Share of payments that come again a day later under another reference."""

_SPLIT: Final = 0.1
"""Share of orders with like goods twice that report them as one item in two parts."""

_CANCELLED: Final = 0.05
"""Share of orders beside which a cancelled or pending one stands."""


class ReportRow(NamedTuple):
    """A row of a report.

    Args:
        cells: its texts by English header; the rest is ``N/A``.
        truth: the line items that it stands for; none if nothing was billed.
    """

    cells: Mapping[str, str]
    truth: tuple[LineItem, ...]


@dataclass(frozen=True, slots=True)
class _Item:
    """What a row is about: a line, or parts of what was one."""

    line: PurchaseLine
    shipment: Shipment
    truth: tuple[LineItem, ...]


class _Payment(NamedTuple):
    reference: str
    day: date
    percent: int
    instrument: str
    identifier: str


def orders_report(purchases: Purchases, rows: int, style: Style, seed: int = 1) -> list[ReportRow]:
    """Make the rows of an Orders report.

    Args:
        purchases: of the account.
        rows: how many.
        style: how texts are written.
        seed: another seed, other traps.
    """
    return list(islice(_Maker(purchases, style, seed).rows(), rows))


class _Maker:
    def __init__(self, purchases: Purchases, style: Style, seed: int) -> None:
        self._purchases = purchases
        self._style = style
        self._dice = Random(f"orders report\0{seed}")

    def rows(self) -> Iterator[ReportRow]:
        for order in self._purchases.orders(FIRST_DAY, date.max):
            yield from self._order(order)
            if self._dice.random() < _CANCELLED:
                yield self._not_billed(order)

    def _order(self, order: Order) -> Iterator[ReportRow]:
        items = self._items(order)
        whole = self._of_order(order, [item.line for item in items])
        for shipment in order.shipments:
            payments = self._payments(order, shipment)
            for item in items:
                if item.shipment is shipment:
                    for payment in payments:
                        texts = self._of_item(order, item.line) | self._paid(order, item, payment)
                        yield ReportRow(whole | texts, item.truth)

    def _items(self, order: Order) -> list[_Item]:
        items = [
            _Item(line, shipment, (line.line_item,))
            for shipment in order.shipments
            for line in shipment.lines
        ]
        for one in items:
            others = [item for item in items if item.line.asin == one.line.asin and item is not one]
            if others and self._dice.random() < _SPLIT:
                other = others[0]
                joined = _Item(_sum(one.line, other.line), one.shipment, one.truth + other.truth)
                return [joined, *(item for item in items if item is not one and item is not other)]
        return items

    def _payments(self, order: Order, shipment: Shipment) -> list[_Payment]:
        day = (shipment.shipped + timedelta(hours=1)).date()
        rest = 100 - order.gift_percent
        identifier = order.last_digits or f"{self._dice.randrange(10**9):09d}"
        payments = [_Payment(self._reference(), day, rest, order.payment, identifier)]
        if order.gift_percent:
            gift = _Payment(self._reference(), day, order.gift_percent, GIFT_CARD, "N/A")
            payments.append(gift)
        if self._dice.random() < _RESTATED:
            later = day + timedelta(days=1)
            payments.append(payments[0]._replace(reference=self._reference(), day=later))
        return payments

    def _reference(self) -> str:
        return "".join(self._dice.choices("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", k=16))

    def _of_order(self, order: Order, lines: Sequence[PurchaseLine]) -> dict[str, str]:
        style, money = self._style, self._style.money_of(order.currency, order.decimals)
        info = dict(order.info)
        return {
            "Order Date": style.day(order.ordered.date()),
            "Order ID": order.order_id,
            "Account Group": order.group,
            "PO Number": order.purchase_order or "N/A",
            "Order Quantity": str(sum(line.quantity for line in lines)),
            "Currency": order.currency,
            "Order Subtotal": money(sum(line.principal for line in lines)),
            "Order Shipping & Handling": money(sum(line.shipping for line in lines)),
            "Order Promotion": money(sum(line.discount for line in lines)),
            "Order Tax": money(sum(line.tax for line in lines)),
            "Order Net Total": money(sum(style.net_total(line) for line in lines)),
            "Order Status": "Closed",
            "Account User": order.buyer.name,
            "Account User Email": order.buyer.email,
            "GL Code": info.get("GL code") or "N/A",
            "Cost Center": info.get("Cost center") or "N/A",
            "Seller Name": "Example Marketplace Seller",
            "Seller ZipCode": style.protected(f"{self._dice.randrange(10**5):05d}"),
        }

    def _of_item(self, order: Order, line: PurchaseLine) -> dict[str, str]:
        style, money = self._style, self._style.money_of(order.currency, order.decimals)
        return {
            "Amazon-Internal Product Category": "Office Product",
            "ASIN": line.asin,
            "Title": line.title,
            "UNSPSC": style.protected(line.unspsc),
            "Brand": "-Brand-",
            "Part number": f"+{line.unspsc[:5]}",
            "Product Condition": "New",
            "Purchase PPU": money(line.principal // line.quantity),
            "Item Quantity": str(line.quantity),
            "Item Subtotal": money(line.principal),
            "Item Shipping & Handling": money(line.shipping),
            "Item Promotion": money(line.discount),
            "Item Tax": money(line.tax),
            "Item Net Total": money(style.net_total(line)),
        }

    def _paid(self, order: Order, item: _Item, payment: _Payment) -> dict[str, str]:
        style, money = self._style, self._style.money_of(order.currency, order.decimals)
        total = sum(line.total for line in item.shipment.lines)
        return {
            "Invoice Status": "Paid",
            "Invoice Issue Date": self._issued(item.shipment),
            "Payment Reference ID": payment.reference,
            "Payment Date": style.day(payment.day),
            "Payment Amount": money(total * payment.percent // 100),
            "Payment Instrument Type": payment.instrument,
            "Payment Identifier": style.protected(payment.identifier),
        }

    def _issued(self, shipment: Shipment) -> str:
        invoices = shipment.invoices
        newest = max(document.issued for document in invoices.documents)
        day = newest.astimezone(self._style.zone).date()
        return self._style.day(day) if invoices.are_issued else "N/A"

    def _not_billed(self, order: Order) -> ReportRow:
        """Make an order of which nothing was ever billed."""
        last = f"{self._dice.randrange(10**7):07d}"
        number = f"{order.order_id[:-7]}{last}"
        line = order.shipments[0].lines[0]
        texts = self._of_order(order, [line]) | self._of_item(order, line)
        status = self._dice.choice(("Cancelled", "Canceled", "Pending"))
        return ReportRow(texts | {"Order ID": number, "Order Status": status}, ())


def _sum(one: PurchaseLine, other: PurchaseLine) -> PurchaseLine:
    return replace(
        one,
        quantity=one.quantity + other.quantity,
        principal=one.principal + other.principal,
        shipping=one.shipping + other.shipping,
        discount=one.discount + other.discount,
        tax=one.tax + other.tax,
    )
