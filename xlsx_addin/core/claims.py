"""Rows that want the same line, set against each other.

They may all have it if they are shown to repeat one item, as the Orders report does once a payment.
If not, one of them may be an equal item that Amazon has not billed yet; nobody can tell which.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from math import prod
from typing import Final, NamedTuple

from xlsx_addin.core import id_wording
from xlsx_addin.core.billing import BilledLine
from xlsx_addin.core.id_outcomes import IdOutcome, IdStatus
from xlsx_addin.core.purchase_rows import PurchaseRow

_MEASURES: Final = (
    ("quantity", "order_quantity"),
    ("subtotal", "order_subtotal"),
    ("total", "order_total"),
)
"""What rows tell of their item and, in the same unit, of the whole order."""

_MOST_WAYS: Final = 20_000
"""Ways to count the items of an order that are tried; an order with more is not decided."""

Claim = tuple[str, bool, str, str]
Item = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found for a row.

    Args:
        row: the row.
        outcome: what it gets, unless another row wants the same line.
        lines: the lines that it would take for itself.
    """

    row: PurchaseRow
    outcome: IdOutcome
    lines: tuple[BilledLine, ...] = ()

    @property
    def claims(self) -> list[Claim]:
        """The lines with their order, charges and refunds apart."""
        return [
            (self.row.order_id, self.row.is_refund, line.order_line_item_id, line.shipment_id)
            for line in self.lines
        ]


def settle_claims(findings: Sequence[Finding]) -> list[Finding]:
    """Take lines back from rows that are not shown to be the only ones they belong to.

    Args:
        findings: of all rows of the sheet.

    Returns:
        What is found for each row now, in the same order.
    """
    claimants: dict[Claim, list[Finding]] = defaultdict(list)
    of_order: dict[str, list[PurchaseRow]] = defaultdict(list)
    for finding in findings:
        for claim in finding.claims:
            claimants[claim].append(finding)
        of_order[finding.row.order_id].append(finding.row)
    disputed = {
        claim: len(rivals)
        for claim, rivals in claimants.items()
        if len(rivals) > 1 and not are_repeats([one.row for one in rivals], of_order[claim[0]])
    }
    return [_settled(one, disputed) for one in findings]


def _settled(finding: Finding, disputed: Mapping[Claim, int]) -> Finding:
    """Take the line back from a row if it is in dispute between some number of rows."""
    if finding.outcome.status is not IdStatus.FILLED:
        return finding
    (claim,) = finding.claims
    if claim not in disputed:
        return finding
    message = id_wording.claimed_by_several(disputed[claim], finding.lines)
    return Finding(finding.row, IdOutcome(IdStatus.AMBIGUOUS, message))


def are_repeats(rows: Sequence[PurchaseRow], of_order: Sequence[PurchaseRow]) -> bool:
    """Say whether rows are shown to repeat one item.

    They say the same of it, and in whatever way the items are counted so that they come to the
    order's own quantity or amounts, it is there once.

    Args:
        rows: the rows.
        of_order: all rows of their order.
    """
    items = {row.item for row in rows}
    if len(items) > 1:
        return False
    totals = [one for measure in _MEASURES if (one := _measured(of_order, *measure))]
    ways = list(_ways(of_order, totals)) or list(_ways(of_order, totals[:1]))
    (item,) = items
    return {way[item] for way in ways} == {1}


class _Total(NamedTuple):
    """What the items of an order come to.

    Args:
        whole: of the order.
        parts: what one of each item adds to it.
    """

    whole: Decimal
    parts: Mapping[Item, Decimal]


def _measured(rows: Sequence[PurchaseRow], of_item: str, of_order: str) -> _Total | None:
    """Read a measure; None if not all rows tell it."""
    wholes = {getattr(row, of_order) for row in rows}
    parts = {row.item: getattr(row, of_item) for row in rows}
    if len(wholes) != 1 or None in wholes or None in parts.values():
        return None
    return _Total(wholes.pop(), parts)


def _ways(rows: Sequence[PurchaseRow], totals: Sequence[_Total]) -> Iterator[dict[Item, int]]:
    """List the ways to count the items of an order so that they come to its totals.

    Each is there once at least, and at most as often as there are rows of it.
    """
    most = Counter(row.item for row in rows)
    if not totals or prod(most.values()) > _MOST_WAYS:
        return
    for counts in product(*(range(1, count + 1) for count in most.values())):
        way = dict(zip(most, counts, strict=True))
        if all(
            sum((total.parts[one] * times for one, times in way.items()), Decimal()) == total.whole
            for total in totals
        ):
            yield way
