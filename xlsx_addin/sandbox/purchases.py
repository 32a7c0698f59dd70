"""The account's purchases by day: who ordered what, what it cost, when it was shipped.

Made up from the seed like the account itself, around its invoices: goods are shipped within a
day before their invoice, and ordered a day before the first invoice of the order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from itertools import groupby
from random import Random
from typing import Final

from xlsx_addin.core.line_items import LineItem
from xlsx_addin.sandbox.account import Account, Invoices
from xlsx_addin.sandbox.options import Region, SandboxOptions

ORDERS: Final = 2700
"""How many there are in two years; some 500 line items a month."""

PAY_BY_INVOICE: Final = "Pay by Invoice"
GIFT_CARD: Final = "Gift Card"
_ORDERS_KEPT: Final = 4096
_DAY_S: Final = 86_400


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who buys or pays.

    Args:
        number: of the account, for Amazon.
        name: for people.
        email: an address.
    """

    number: str
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class PurchaseLine:
    """A line of an order; amounts in the currency's smallest unit.

    Args:
        line_item: its three IDs.
        asin: of the goods.
        title: of the goods.
        unspsc: class of the goods.
        quantity: how many.
        principal: price of all of them.
        shipping: for all of them.
        discount: zero or negative.
        tax: for all of them.
    """

    line_item: LineItem
    asin: str
    title: str
    unspsc: str
    quantity: int
    principal: int
    shipping: int
    discount: int
    tax: int

    @property
    def total(self) -> int:
        """What the line costs."""
        return self.principal + self.shipping + self.discount + self.tax


@dataclass(frozen=True, slots=True)
class Shipment:
    """What was shipped together.

    Args:
        shipment_id: its ID.
        shipped: when.
        invoices: of these goods.
        lines: what was in it.
    """

    shipment_id: str
    shipped: datetime
    invoices: Invoices
    lines: tuple[PurchaseLine, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """A purchase.

    Args:
        order_id: its ID.
        ordered: when.
        buyer: who ordered.
        legal_entity: for which company.
        group: for which department.
        purchase_order: the customer's own number, empty for none.
        info: what the customer's own fields of an order say.
        marketplace_id: where.
        currency: ISO 4217.
        decimals: of the currency's amounts.
        tax_percent: of prices.
        payment: `Pay by Invoice` or a kind of card.
        last_digits: the last four of the card, empty without one.
        gift_percent: of the amount, paid from a gift card; 0 for none.
        shipments: one or two.
    """

    order_id: str
    ordered: datetime
    buyer: Person
    legal_entity: str
    group: str
    purchase_order: str
    info: tuple[tuple[str, str], ...]
    marketplace_id: str
    currency: str
    decimals: int
    tax_percent: int
    payment: str
    last_digits: str
    gift_percent: int
    shipments: tuple[Shipment, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """A marketplace and how it reckons."""

    marketplace_id: str
    currency: str
    tax_percent: int
    decimals: int = 2


_PLACES: Final[dict[Region, Sequence[_Place]]] = {
    "na": (_Place("ATVPDKIKX0DER", "USD", 8),),
    "eu": (
        _Place("A1PA6795UKMFR9", "EUR", 19),
        _Place("A13V1IB3VIYZZH", "EUR", 20),
        _Place("A1F83G8C2ARO7P", "GBP", 20),
    ),
    "jp": (_Place("A1VC38T7YXB528", "JPY", 10, decimals=0),),
}
_ENTITIES: Final[dict[Region, Sequence[str]]] = {
    "na": ("Example Industries Inc.", "Example Labs LLC"),
    "eu": ("Beispiel GmbH", "Exemple SARL", "Example Trading Ltd"),
    "jp": ("サンプル株式会社", "サンプル物流株式会社"),
}
_NAMES: Final = ("Ada Moreno", "Ben Okafor", "Chloé Martin", "Dieter Krüger", "Emi Sato", "Finn Li")
_GROUPS: Final = ("Office", "Laboratory", "Warehouse")
_GOODS: Final = (
    ("B07T8K1HJG", "44121700", "Neon pencils, pre-sharpened, 18-count"),
    ("B000J07BRQ", "14111507", "Copy paper A4, 80 g, 500 sheets"),
    ("B01FDSANDB", "43211708", "Wireless mouse, 3 buttons"),
    ("B08HSANDB2", "26121609", "USB-C cable, 1 m"),
    ("B09MSANDB3", "46181504", "Nitrile gloves, size L, 100 pieces"),
    ("B0BQSANDB4", "31201503", "Packing tape, 50 mm x 66 m, 6 rolls"),
    ("B0C1SANDB5", "44103103", "Toner cartridge, black"),
    ("B0C7SANDB6", "52141526", "Coffee filter, size 4, 200 pieces"),
)
_CARDS: Final = ("Visa", "MasterCard", "AmericanExpress")


class Purchases:
    """All purchases of an account, found by the day on which they were ordered.

    Args:
        account: whose.
        options: whose seed and region shape them.
    """

    def __init__(self, account: Account, options: SandboxOptions) -> None:
        self._account = account
        self._options = options
        self._made = lru_cache(_ORDERS_KEPT)(self._make)

    def orders(self, first: date, last: date) -> Iterator[Order]:
        """Give the orders of some days, the earliest first.

        Args:
            first: the first day, in UTC.
            last: the last day, included.
        """
        day = max(first, min(self._by_day))
        while day <= min(last, max(self._by_day)):
            for number in self._by_day.get(day, ()):
                yield self._made(number)
            day += timedelta(days=1)

    @cached_property
    def _by_day(self) -> dict[date, list[int]]:
        found: dict[date, list[tuple[datetime, int]]] = {}
        for number in range(ORDERS):
            first = self._account.order_lines(number)[0]
            invoices = self._account.invoices(first.order_id, first.shipment_id)
            ordered = invoices.documents[0].ordered
            found.setdefault(ordered.date(), []).append((ordered, number))
        return {day: [number for _, number in sorted(of_day)] for day, of_day in found.items()}

    def _make(self, number: int) -> Order:
        region, lines = self._options.region, self._account.order_lines(number)
        order_id = lines[0].order_id
        dice = Random(f"{self._options.seed}\0{region}\0purchase\0{order_id}")
        place = dice.choice(_PLACES[region])
        by_shipment = groupby(lines, key=lambda line: line.shipment_id)
        shipments = tuple(
            self._shipment(shipment_id, list(of_shipment), place, dice)
            for shipment_id, of_shipment in by_shipment
        )
        name = dice.choice(_NAMES)
        is_invoiced = dice.random() < 0.6
        cost_center = dice.choice(("1100", "1200", "2100", ""))
        return Order(
            order_id=order_id,
            ordered=shipments[0].invoices.documents[0].ordered,
            buyer=_person(name),
            legal_entity=dice.choice(_ENTITIES[region]),
            group=dice.choice(_GROUPS),
            purchase_order=f"PO-{dice.randrange(10_000, 99_999)}" if dice.random() < 0.6 else "",
            info=(
                ("GL code", dice.choice(("535-office", "540-lab", "620-it"))),
                ("Cost center", cost_center),
            ),
            marketplace_id=place.marketplace_id,
            currency=place.currency,
            decimals=place.decimals,
            tax_percent=place.tax_percent,
            payment=PAY_BY_INVOICE if is_invoiced else dice.choice(_CARDS),
            last_digits="" if is_invoiced else f"{dice.randrange(10_000):04d}",
            gift_percent=0 if is_invoiced or dice.random() > 0.08 else dice.randrange(10, 60),
            shipments=shipments,
        )

    def _shipment(
        self, shipment_id: str, lines: Sequence[LineItem], place: _Place, dice: Random
    ) -> Shipment:
        invoices = self._account.invoices(lines[0].order_id, shipment_id)
        # Japan's invoices tell what the goods cost; the lines come to the same.
        price = sum(document.price for document in invoices.documents)
        issued = invoices.documents[0].issued.replace(microsecond=0)
        shipped = issued - timedelta(seconds=dice.randrange(600, _DAY_S - 3600))
        prices = _shared(price, len(lines), dice)
        taxes = _in_proportion(price * place.tax_percent // 100, prices)
        parts = zip(lines, prices, taxes, strict=True)
        return Shipment(shipment_id, shipped, invoices, tuple(_line(*part, dice) for part in parts))


def _person(name: str) -> Person:
    short = name.partition(" ")[0].encode("ascii", "ignore").decode().lower()
    number = Random(name).randbytes(12).hex().upper()
    return Person(f"amzn1.account.{number}", name, f"{short}@example.com")


def _line(line_item: LineItem, principal: int, tax: int, dice: Random) -> PurchaseLine:
    asin, unspsc, title = dice.choice(_GOODS)
    wanted = dice.choice((1, 1, 1, 2, 3, 5, 10))
    quantity = wanted if principal % wanted == 0 else 1
    # As in the published answer, free shipping is a charge and a discount of the same amount.
    shipping = dice.choice((0, 0, 299, 599))
    return PurchaseLine(
        line_item, asin, title, unspsc, quantity, principal, shipping, -shipping, tax
    )


def _shared(amount: int, count: int, dice: Random) -> list[int]:
    """Split an amount at random."""
    return _in_proportion(amount, [dice.randrange(1, 10) for _ in range(count)])


def _in_proportion(amount: int, weights: Sequence[int]) -> list[int]:
    """Split an amount exactly; what rounding leaves goes to the last part."""
    whole = sum(weights) or 1
    parts = [amount * weight // whole for weight in weights]
    parts[-1] += amount - sum(parts)
    return parts
