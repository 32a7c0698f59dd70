"""The account: line items, and what is true about each, from seed, region and IDs alone.

Nothing is stored, so any well-formed line item has an answer, also those of a sheet that the
sandbox never saw. Tests and the demo compare what a client shows with `Account.truth`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import count as numbers
from itertools import islice
from random import Random
from typing import Any, Final, NamedTuple

from xlsx_addin.core.line_items import LineItem
from xlsx_addin.sandbox.details import (
    PENDING,
    Document,
    make_credit_memo,
    make_invoice,
    write_detail,
)
from xlsx_addin.sandbox.examples import Examples, load_examples
from xlsx_addin.sandbox.options import Detail, Region, SandboxOptions, Verdict

Entry = dict[str, Any]
"""One entry of `invoiceDetailsByOrderLineItems` as it goes over the wire."""

_ORDER_PREFIXES: Final = {
    "na": ("111", "112", "113", "114"),
    "eu": ("203", "302", "403"),
    "jp": ("250", "503"),
}
_SHIPMENT_STARTS: Final = "ADTUXZdh"
_SHIPMENT_LETTERS: Final = "0123456789ABCDEFGHJKLMNPQRSTVWXYZabcdefghjkmnpqrstvwxyz"
_MOST_LINES: Final = 5
_ORDERS_KEPT: Final = 4096
_LONGEST_WAIT_S: Final = 5 * 86_400
"""Seconds between the invoices of an order's first shipment and of its second."""

_NO_DETAILS: Final[dict[str, list[Detail] | None]] = {
    "empty": [],
    "null": None,
    # As observed in NA.
    "nulls": [{"invoiceNumber": None, "invoiceDate": None, "invoiceType": None}],
}
"""How an entry can say that there is no invoice."""


class Invoices(NamedTuple):
    """The invoices of a shipment.

    Args:
        documents: one or two.
        are_issued: whether they exist yet; if not, they are what would be issued.
        dice: what decides the rest about them.
    """

    documents: tuple[Document, ...]
    are_issued: bool
    dice: Random


class Account:
    """A customer's purchases, made up.

    Args:
        options: whose seed, region, shares, overrides and switches shape the account.
        examples: whose production entries are answered as they were, None for the packaged.
    """

    def __init__(self, options: SandboxOptions, examples: Examples | None = None) -> None:
        self._options = options
        self._lines_of = lru_cache(_ORDERS_KEPT)(self._derive_lines)
        examples = examples or Examples(load_examples())
        self._published = examples.production_entries()

    def line_items(self, count: int) -> list[LineItem]:
        """List line items of this account, the same ones every time.

        Args:
            count: how many.

        Returns:
            Distinct line items, those of one order and shipment side by side.
        """
        return list(islice(self._lines(), count))

    def knows(self, line_item: LineItem) -> bool:
        """Say whether a line is of this account's making, published or overridden."""
        return (
            line_item in self._options.overrides
            or line_item in self._published
            or line_item in self._lines_of(line_item.order_id)
        )

    def refuses(self, line_item: LineItem) -> bool:
        """Say whether a batch with this line is refused (400)."""
        if line_item in self._options.overrides:
            return self._options.overrides[line_item] == "refuse"
        return line_item not in self._published and not all(map(_is_well_formed, line_item))

    def truth(self, line_item: LineItem, asks: int = 1) -> Entry | None:
        """Tell what the sandbox answers about a line.

        Args:
            line_item: any line that is not refused.
            asks: how often it has been asked, this time included; see `pending_asks`.

        Returns:
            Its entry, None if it is left out.
        """
        options = self._options
        if line_item in options.overrides:
            return _entry(line_item, options.overrides[line_item])
        if line_item in self._published:
            return self._published[line_item]
        if options.unknown != "answer" and not self.knows(line_item):
            return _entry(line_item, "nulls" if options.unknown == "nulls" else "omit")
        details = [
            write_detail(options.region, document, consolidated)
            for document, consolidated in self._documents(line_item, asks)
        ]
        return _entry(line_item, details or options.without_invoice)

    def documents(self, line_item: LineItem) -> list[Document]:
        """List the made-up invoices and credit memos of a line, its invoices first."""
        return [document for document, _ in self._documents(line_item, asks=1)]

    def order_lines(self, number: int) -> list[LineItem]:
        """List the lines of an order of this account, those of one shipment side by side.

        Args:
            number: of the order, from 0; the lines of order 0 are the first of `line_items`.
        """
        order_id = _order_id(self._options.region, self._dice("order", number))
        return self._lines_of(order_id)

    def invoices(self, order_id: str, shipment_id: str) -> Invoices:
        """Tell of the invoices of a shipment.

        All invoices of an order of this account come within days, the first shipment's first.

        Args:
            order_id: of any order.
            shipment_id: of any shipment.
        """
        first_shipment, *others = dict.fromkeys(one.shipment_id for one in self._lines_of(order_id))
        dice = self._dice("shipment", order_id, shipment_id)
        if shipment_id not in others:
            return self._made_invoices(dice)
        first = self._made_invoices(self._dice("shipment", order_id, first_shipment)).documents[0]
        wait = self._dice("wait", order_id, shipment_id).randrange(_LONGEST_WAIT_S)
        made = self._made_invoices(dice, first.issued + timedelta(seconds=wait))
        documents = (replace(one, ordered=first.ordered) for one in made.documents)
        return made._replace(documents=tuple(documents))

    def _made_invoices(self, dice: Random, issued: datetime | None = None) -> Invoices:
        region, shares = self._options.region, self._options.shares
        is_issued = dice.random() >= shares.without_invoice
        first = make_invoice(region, dice, issued)
        invoices = [first]
        if dice.random() < shares.second_invoice:
            second = make_invoice(region, dice, first.issued + timedelta(hours=dice.randrange(72)))
            invoices.append(replace(second, ordered=first.ordered))
        return Invoices(tuple(invoices), is_issued, dice)

    def credit_memo(self, line_item: LineItem) -> Document | None:
        """Give the credit memo of a line, None if it has none."""
        return self._credit_memo(line_item, self._dice("line", *line_item))

    def _credit_memo(self, line_item: LineItem, line: Random) -> Document | None:
        invoices = self.invoices(line_item.order_id, line_item.shipment_id)
        if not invoices.are_issued or line.random() >= self._options.shares.credit_memo:
            return None
        return make_credit_memo(self._options.region, line, invoices.documents[0], line_item)

    def _documents(
        self, line_item: LineItem, asks: int
    ) -> Iterator[tuple[Document, dict[str, str] | None]]:
        invoices = self.invoices(line_item.order_id, line_item.shipment_id)
        if not invoices.are_issued:
            return
        for invoice in invoices.documents:
            yield invoice, self._consolidated(invoice, invoices.dice.random(), asks)
        line = self._dice("line", *line_item)
        memo = self._credit_memo(line_item, line)
        if memo:
            yield memo, self._consolidated(memo, line.random(), asks)

    def _consolidated(self, document: Document, chance: float, asks: int) -> dict[str, str] | None:
        shares, pending_asks = self._options.shares, self._options.pending_asks
        if chance < shares.not_consolidated:
            return None
        is_pending = chance < shares.not_consolidated + shares.pending
        if is_pending and (pending_asks is None or asks <= pending_asks):
            return PENDING
        return {"invoiceNumber": document.consolidated_number}

    def _lines(self) -> Iterator[LineItem]:
        for number in numbers():
            yield from self.order_lines(number)

    def _derive_lines(self, order_id: str) -> list[LineItem]:
        """Derive the lines of an order from its ID, so that they can be known again."""
        dice = self._dice("lines", order_id)
        shipments = [_shipment_id(dice) for _ in range(dice.randint(1, 2))]
        return [
            LineItem(order_id, _order_line_item_id(dice), shipment)
            for shipment in shipments
            for _ in range(dice.randint(1, _MOST_LINES))
        ]

    def _dice(self, *parts: object) -> Random:
        key = (self._options.seed, self._options.region, *parts)
        return Random("\0".join(map(str, key)))


def _is_well_formed(text: str) -> bool:
    return text.isprintable() and bool(text) and not any(map(str.isspace, text))


def _order_id(region: Region, dice: Random) -> str:
    prefix = dice.choice(_ORDER_PREFIXES[region])
    return f"{prefix}-{dice.randrange(10**7):07d}-{dice.randrange(10**7):07d}"


def _order_line_item_id(dice: Random) -> str:
    return str(dice.randrange(10**12, 10**14))


def _shipment_id(dice: Random) -> str:
    return dice.choice(_SHIPMENT_STARTS) + "".join(dice.choices(_SHIPMENT_LETTERS, k=8))


def _entry(line_item: LineItem, content: Sequence[Detail] | Verdict) -> Entry | None:
    if content in ("omit", "refuse"):
        return None
    details = _NO_DETAILS[content] if isinstance(content, str) else list(content)
    order, line, shipment = line_item
    return {
        "orderLineItem": {"orderId": order, "orderLineItemId": line, "shipmentId": shipment},
        "invoiceDetails": details,
    }
