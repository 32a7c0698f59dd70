"""Comparing what a row says with lines of its order, one fact after the other.

A fact speaks only if both sides tell it: what is not there neither fits nor contradicts.
"""

from collections.abc import Callable, Collection
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum, auto
from typing import Final, NamedTuple

from xlsx_addin.core.billing import Candidate
from xlsx_addin.core.purchase_rows import PurchaseRow


class Verdict(Enum):
    """What a fact says of a row and a candidate."""

    SAME = auto()
    OTHER = auto()
    UNKNOWN = auto()


class Fact(NamedTuple):
    """Something that row and candidate may agree in.

    Args:
        name: what it is called in messages.
        compare: compares them.
    """

    name: str
    compare: Callable[[PurchaseRow, Candidate], Verdict]


_PENNY: Final = Decimal("0.005")
_DAYS_APART: Final = timedelta(days=2)
"""Days that are no contradiction: time zones, and charges on the day after."""

_SHORTEST_BEGINNING: Final = 15
"""Characters of a title that was cut off that still tell it."""


def _line_id(row: PurchaseRow, candidate: Candidate) -> Verdict:
    ids = {line.order_line_item_id for line in candidate.lines}
    return _all_of(row.order_line_item_id, ids if all(ids) else ())


def _shipment_id(row: PurchaseRow, candidate: Candidate) -> Verdict:
    ids = {line.shipment_id for line in candidate.lines}
    return _all_of(row.shipment_id, ids if all(ids) else ())


def _asin(row: PurchaseRow, candidate: Candidate) -> Verdict:
    return _all_of(row.asin, candidate.asins)


def _title_without_asin(row: PurchaseRow, candidate: Candidate) -> Verdict:
    """A title in another language is no contradiction where the ASIN tells what it is."""
    is_told = _asin(row, candidate) is not Verdict.UNKNOWN
    return Verdict.UNKNOWN if is_told else _title(row, candidate)


def _title(row: PurchaseRow, candidate: Candidate) -> Verdict:
    if not row.title or not candidate.titles:
        return Verdict.UNKNOWN
    is_same = all(_begin_alike(row.title, title) for title in candidate.titles)
    return Verdict.SAME if is_same else Verdict.OTHER


def _begin_alike(one: str, other: str) -> bool:
    """Say whether two titles are equal, or one is the other cut off."""
    first, second = (" ".join(text.casefold().split()).rstrip(" .…") for text in (one, other))
    shorter, longer = sorted((first, second), key=len)
    return first == second or (len(shorter) >= _SHORTEST_BEGINNING and longer.startswith(shorter))


def _quantity(row: PurchaseRow, candidate: Candidate) -> Verdict:
    if row.quantity is None or not candidate.quantities:
        return Verdict.UNKNOWN
    return _verdict(row.quantity in candidate.quantities)


def amount_fits(row: PurchaseRow, candidate: Candidate) -> Verdict:
    """Compare the best amount that both tell: the item's total, its subtotal, then any other.

    Args:
        row: the row.
        candidate: what it may stand for.
    """
    if row.total is not None and candidate.totals:
        return _is_among(row.total, candidate.totals)
    if row.subtotal is not None and candidate.subtotals:
        return _is_among(row.subtotal, candidate.subtotals)
    if row.amount is not None and (known := candidate.totals | candidate.subtotals):
        return _is_among(row.amount, known)
    if row.charged is not None and candidate.totals and not row.names_item:
        return _is_among(row.charged, candidate.totals)
    return Verdict.UNKNOWN


def _currency(row: PurchaseRow, candidate: Candidate) -> Verdict:
    return _one_of(row.currency, candidate.currencies)


def _shipment_day(row: PurchaseRow, candidate: Candidate) -> Verdict:
    return _is_near(row.shipped_on, candidate.shipped_on)


def _charge_day(row: PurchaseRow, candidate: Candidate) -> Verdict:
    return _is_near(row.charged_on, candidate.charged_on)


def _purchase_order_line(row: PurchaseRow, candidate: Candidate) -> Verdict:
    return _all_of(row.purchase_order_line, candidate.purchase_order_lines)


def _reference(row: PurchaseRow, candidate: Candidate) -> Verdict:
    if not row.references or not candidate.references:
        return Verdict.UNKNOWN
    return _verdict(not row.references.isdisjoint(candidate.references))


STRICT: Final = (
    Fact("order line item ID", _line_id),
    Fact("shipment ID", _shipment_id),
    Fact("ASIN", _asin),
    Fact("title", _title_without_asin),
    Fact("quantity", _quantity),
    Fact("amount", amount_fits),
    Fact("currency", _currency),
    Fact("shipment date", _shipment_day),
    Fact("transaction date", _charge_day),
)
"""Facts that rule a candidate out where they differ, the strongest first."""

PREFERRED: Final = (
    Fact("purchase order line", _purchase_order_line),
    Fact("charge", _reference),
    Fact("title", _title),
)
"""Facts that only choose: where some agree and all others differ, those are meant.

Amazon may write them otherwise than the sheet does, so that to differ proves nothing.
"""


def _one_of(text: str, known: Collection[str]) -> Verdict:
    return _verdict(text in known) if text and known else Verdict.UNKNOWN


def _all_of(text: str, known: Collection[str]) -> Verdict:
    return _verdict(set(known) == {text}) if text and known else Verdict.UNKNOWN


def _is_among(amount: Decimal, known: Collection[Decimal]) -> Verdict:
    return _verdict(any(abs(amount - one) <= _PENNY for one in known))


def _is_near(day: date | None, known: Collection[date]) -> Verdict:
    if day is None or not known:
        return Verdict.UNKNOWN
    return _verdict(any(abs(day - one) <= _DAYS_APART for one in known))


def _verdict(is_same: bool) -> Verdict:  # the one thing it is about
    return Verdict.SAME if is_same else Verdict.OTHER
