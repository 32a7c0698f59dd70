"""What Amazon billed of an order: its lines, and the sets of lines that a row may stand for.

Source: `docs/api.md`, getTransactions. A line that is shipped in parts is billed part by part, each
with a shipment ID of its own; a line that is paid in two ways is in two transactions.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, tzinfo
from decimal import Decimal
from itertools import combinations
from typing import Final, NamedTuple

from xlsx_addin.core.dates import invoice_day
from xlsx_addin.core.transactions import REFUNDS, Money, Transaction, TransactionLine

_MOST_PARTS: Final = 6
"""Lines of one kind of which every subset is looked at; of more, all together."""


class BilledLine(NamedTuple):
    """A line of a shipment, as all transactions together bill it.

    Args:
        order_line_item_id: its ID, empty if Amazon does not tell it.
        shipment_id: likewise.
        asin: in capitals, empty if Amazon does not tell it.
        title: likewise.
        quantity: likewise; None if Amazon does not tell it.
        total: what it costs, without a sign; None if Amazon does not tell it.
        net: the same without tax.
        currency: ISO 4217.
    """

    order_line_item_id: str
    shipment_id: str
    asin: str = ""
    title: str = ""
    quantity: int | None = None
    total: Decimal | None = None
    net: Decimal | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Lines of an order that a row may stand for, one or several, and what is told of them.

    Args:
        lines: the lines.
        quantities: what the quantity may be; empty if Amazon does not tell it.
        totals: what the amount may be, with and without tax.
        subtotals: what the amount may be without shipping and discounts.
        currencies: of the amounts.
        asins: of the goods; empty if one line has none.
        titles: likewise.
        purchase_order_lines: the customer's own numbers.
        shipped_on: days of shipment.
        charged_on: days of the transactions.
        references: what names the transactions.
    """

    lines: tuple[BilledLine, ...]
    quantities: frozenset[int] = frozenset()
    totals: frozenset[Decimal] = frozenset()
    subtotals: frozenset[Decimal] = frozenset()
    currencies: frozenset[str] = frozenset()
    asins: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()
    purchase_order_lines: frozenset[str] = frozenset()
    shipped_on: frozenset[date] = frozenset()
    charged_on: frozenset[date] = frozenset()
    references: frozenset[str] = frozenset()

    @property
    def keys(self) -> frozenset[tuple[str, str]]:
        """The IDs of its lines, without the order's."""
        return frozenset((one.order_line_item_id, one.shipment_id) for one in self.lines)


@dataclass(frozen=True, slots=True)
class OrderBilling:
    """What was billed of an order, or given back.

    Args:
        lines: its lines, each once.
        items: a line, or parts of one item that are billed one by one.
        charges: the lines of a transaction.
    """

    lines: tuple[BilledLine, ...]
    items: tuple[Candidate, ...]
    charges: tuple[Candidate, ...]


Billing = Mapping[tuple[str, bool], OrderBilling]
"""By order ID, and whether it is money that came back."""


class _Entry(NamedTuple):
    """One line in one transaction."""

    line: TransactionLine
    transaction: Transaction
    place: int
    """Of the transaction among all, since not all have an ID."""


@dataclass(slots=True)
class BillingCollector:
    """Collects what transactions bill of some orders.

    Args:
        order_ids: the orders.
        zone: where days are counted.
    """

    order_ids: Collection[str]
    zone: tzinfo = UTC
    _entries: dict[tuple[str, bool], list[_Entry]] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)
    _count: int = 0

    def take(self, transactions: Iterable[Transaction]) -> None:
        """Take in transactions; one that came before is left out.

        Args:
            transactions: in any order.
        """
        for transaction in transactions:
            name = transaction.transaction_id
            if name and name in self._seen:
                continue
            self._seen.update([name] if name else ())
            self._count += 1
            is_refund = transaction.transaction_type.upper() in REFUNDS
            for line in transaction.lines:
                if line.order_id in self.order_ids:
                    entries = self._entries.setdefault((line.order_id, is_refund), [])
                    entries.append(_Entry(line, transaction, self._count))

    def billing(self) -> Billing:
        """Tell what was billed of the orders; those of which nothing was are absent."""
        return {key: _billing(entries, self.zone) for key, entries in self._entries.items()}


def _billing(entries: list[_Entry], zone: tzinfo) -> OrderBilling:
    by_line: dict[tuple[object, ...], list[_Entry]] = {}
    by_charge: dict[int, list[_Entry]] = {}
    for entry in entries:
        by_line.setdefault(_key(entry), []).append(entry)
        by_charge.setdefault(entry.place, []).append(entry)
    lines = {key: _billed(of_line) for key, of_line in by_line.items()}
    singles = [_candidate((lines[key],), of_line, zone) for key, of_line in by_line.items()]
    items = [*singles, *map(_together, _parts(singles))]
    charges = [
        _charge(tuple(dict.fromkeys(lines[_key(entry)] for entry in of_charge)), of_charge, zone)
        for of_charge in by_charge.values()
    ]
    sums = list(map(_together, _subsets(charges)))
    return OrderBilling(tuple(lines.values()), tuple(items), (*charges, *sums))


def _key(entry: _Entry) -> tuple[object, ...]:
    """Tell lines apart; one that lacks an ID is no other transaction's line."""
    line = entry.line
    ids = (line.order_line_item_id, line.shipment_id)
    return ids if all(ids) else (*ids, entry.place, line.asin, line.item_quantity)


def _billed(entries: list[_Entry]) -> BilledLine:
    first = entries[0].line
    totals = [list(_totals(entry.line)) for entry in entries]
    total, net = (
        (sum(amounts, Decimal()) for amounts in zip(*totals, strict=True))
        if all(totals)
        else (None, None)
    )
    return BilledLine(
        first.order_line_item_id,
        first.shipment_id,
        first.asin.upper(),
        first.product_title,
        first.item_quantity,
        total,
        net,
        next((money.currency for one in entries if (money := one.line.total_amount)), ""),
    )


def _candidate(lines: tuple[BilledLine, ...], entries: list[_Entry], zone: tzinfo) -> Candidate:
    """Make a candidate of one line from its entries, one a transaction."""
    quantities = [one.line.item_quantity for one in entries if one.line.item_quantity is not None]
    totals = [list(_totals(one.line)) for one in entries]
    subtotals = [list(_subtotals(one.line)) for one in entries]
    return Candidate(
        lines,
        frozenset({*quantities, sum(quantities)} if quantities else ()),
        _each_and_sum(totals),
        _each_and_sum(subtotals),
        **_shared(entries, zone),
    )


def _charge(lines: tuple[BilledLine, ...], entries: list[_Entry], zone: tzinfo) -> Candidate:
    """Make a candidate of all lines of an order in one transaction."""
    totals = [list(_totals(one.line)) for one in entries]
    sums = (
        {sum(options, Decimal()) for options in zip(*totals, strict=True)} if all(totals) else set()
    )
    transaction = entries[0].transaction
    if transaction.amount is not None and len(transaction.lines) == len(entries):
        sums.add(abs(transaction.amount.amount))
    return Candidate(lines, totals=frozenset(sums), **_shared(entries, zone))


def _shared(entries: list[_Entry], zone: tzinfo) -> dict[str, frozenset]:  # type: ignore[type-arg]
    lines, charges = [one.line for one in entries], [one.transaction for one in entries]
    shipped = (invoice_day(one.shipment_date, zone) for one in lines)
    charged = (invoice_day(one.transaction_date, zone) for one in charges)
    names = (name for one in charges for name in (one.transaction_id, one.charge_identifier))
    return {
        "currencies": _known(money.currency for one in lines if (money := one.total_amount)),
        "asins": _all_known(one.asin.upper() for one in lines),
        "titles": _all_known(one.product_title for one in lines),
        "purchase_order_lines": _all_known(one.purchase_order_line_item_id for one in lines),
        "shipped_on": frozenset(day for day in shipped if day),
        "charged_on": frozenset(day for day in charged if day),
        "references": _known(names),
    }


def _known(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(text for text in texts if text)


def _all_known(texts: Iterable[str]) -> frozenset[str]:
    found = frozenset(texts)
    return frozenset() if "" in found else found


def _totals(line: TransactionLine) -> Iterator[Decimal]:
    """Give the total with tax and without: reports of Europe leave the tax out."""
    if line.total_amount is not None:
        yield abs(line.total_amount.amount)
        yield abs(line.total_amount.amount - _amount(line.tax))


def _subtotals(line: TransactionLine) -> Iterator[Decimal]:
    if line.principal_amount is not None:
        yield abs(line.principal_amount.amount)
        yield abs(line.principal_amount.amount + _amount(line.tax))


def _amount(money: Money | None) -> Decimal:
    return money.amount if money else Decimal()


def _each_and_sum(options: list[list[Decimal]]) -> frozenset[Decimal]:
    """List the amounts of a line: in each transaction, and in all together."""
    each = {amount for one in options for amount in one}
    if len(options) > 1 and all(options):
        each |= {sum(amounts, Decimal()) for amounts in zip(*options, strict=True)}
    return frozenset(each)


def _parts(singles: list[Candidate]) -> Iterator[tuple[Candidate, ...]]:
    """List sets of lines that may be one item shipped in parts: same line ID, or same goods."""
    kinds: dict[tuple[str, str], list[Candidate]] = {}
    for single in singles:
        line = single.lines[0]
        for kind in (("line", line.order_line_item_id), ("asin", line.asin)):
            if kind[1]:
                kinds.setdefault(kind, []).append(single)
    seen = set()
    for of_kind in kinds.values():
        for chosen in _subsets(of_kind):
            lines = tuple(one.lines[0] for one in chosen)
            if lines not in seen:
                seen.add(lines)
                yield chosen


def _subsets(candidates: list[Candidate]) -> Iterator[tuple[Candidate, ...]]:
    count = len(candidates)
    sizes = range(2, count + 1) if count <= _MOST_PARTS else [2, count]
    return (chosen for size in sizes for chosen in combinations(candidates, size))


def _together(candidates: tuple[Candidate, ...]) -> Candidate:
    """Make one candidate of several: quantities and amounts add up."""
    quantities = [one.quantities for one in candidates]
    lines = tuple(dict.fromkeys(line for one in candidates for line in one.lines))
    return Candidate(
        lines,
        frozenset(
            {sum(map(max, quantities)), sum(map(min, quantities))} if all(quantities) else ()
        ),
        _sums([one.totals for one in candidates]) | _wholes(lines),
        _sums([one.subtotals for one in candidates]),
        frozenset().union(*(one.currencies for one in candidates)),
        _union([one.asins for one in candidates]),
        _union([one.titles for one in candidates]),
        _union([one.purchase_order_lines for one in candidates]),
        frozenset().union(*(one.shipped_on for one in candidates)),
        frozenset().union(*(one.charged_on for one in candidates)),
        frozenset().union(*(one.references for one in candidates)),
    )


def _sums(options: list[frozenset[Decimal]]) -> frozenset[Decimal]:
    """Add the greatest amounts up, and the least: those with tax and those without."""
    if not all(options):
        return frozenset()
    return frozenset({sum(map(max, options), Decimal()), sum(map(min, options), Decimal())})


def _wholes(lines: tuple[BilledLine, ...]) -> frozenset[Decimal]:
    """Add up what lines cost in all transactions together, with tax and without."""
    sums = (
        [line.total for line in lines if line.total is not None],
        [line.net for line in lines if line.net is not None],
    )
    return frozenset(sum(one, Decimal()) for one in sums if len(one) == len(lines))


def _union(sets: list[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*sets) if all(sets) else frozenset()
