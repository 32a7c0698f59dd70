"""The account: line items, and what is true about each, from seed, region and IDs alone.

Nothing is stored, so any well-formed line item has an answer, also those of a sheet that the
sandbox never saw. Tests and the demo compare what a client shows with `Account.truth`.
"""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any, Final

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
_NO_DETAILS: Final[dict[str, list[Detail] | None]] = {
    "empty": [],
    "null": None,
    # As observed in NA.
    "nulls": [{"invoiceNumber": None, "invoiceDate": None, "invoiceType": None}],
}
"""How an entry can say that there is no invoice."""


class Account:
    """A customer's purchases, made up.

    Args:
        options: whose seed, region, shares, overrides and switches shape the account.
        examples: whose production entries are answered as they were, None for the packaged.
    """

    def __init__(self, options: SandboxOptions, examples: Examples | None = None) -> None:
        self._options = options
        examples = examples or Examples(load_examples())
        self._published = examples.production_entries()

    def line_items(self, count: int) -> list[LineItem]:
        """List line items of this account, the same ones every time.

        Args:
            count: how many.

        Returns:
            Distinct line items, those of one order and shipment side by side.
        """
        lines = self._lines()
        return [next(lines) for _ in range(count)]

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

    def _documents(
        self, line_item: LineItem, asks: int
    ) -> Iterator[tuple[Document, dict[str, str] | None]]:
        region, shares = self._options.region, self._options.shares
        shipment = self._dice("shipment", line_item.order_id, line_item.shipment_id)
        if shipment.random() < shares.without_invoice:
            return
        invoices = [make_invoice(region, shipment)]
        if shipment.random() < shares.second_invoice:
            invoices.append(make_invoice(region, shipment))
        for invoice in invoices:
            yield invoice, self._consolidated(invoice, shipment.random(), asks)
        line = self._dice("line", *line_item)
        if line.random() < shares.credit_memo:
            memo = make_credit_memo(region, line, invoices[0], line_item)
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
        number = 0
        while True:
            yield from self._lines_of(_order_id(self._options.region, self._dice("order", number)))
            number += 1

    def _lines_of(self, order_id: str) -> list[LineItem]:
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
