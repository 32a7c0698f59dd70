"""Which line of its order a row stands for: one that fits, beyond doubt, or none.

A candidate is ruled out by contradiction alone. What is left over is taken only if it is a single
line, and if for every other candidate there is a fact that rules that one out and fits this one.
Rows that want the same line are set against each other last, see `claims`.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from xlsx_addin.core import id_wording
from xlsx_addin.core.billing import BilledLine, Billing, Candidate, OrderBilling
from xlsx_addin.core.claims import Finding, settle_claims
from xlsx_addin.core.evidence import PREFERRED, STRICT, Fact, Verdict, amount_fits
from xlsx_addin.core.id_outcomes import IdOutcome, IdStatus
from xlsx_addin.core.outcomes import Failure
from xlsx_addin.core.purchase_rows import PurchaseRow

_CANCELLED: Final = ("cancel", "stornier", "zrušen", "annul", "キャンセル")
_PENDING: Final = ("pending", "ausstehend", "čeká")
_NOTHING_BILLED: Final = OrderBilling((), (), ())


def match_rows(rows: Sequence[PurchaseRow], billing: Billing) -> dict[int, IdOutcome]:
    """Find the IDs of rows.

    Args:
        rows: all rows of the sheet with an order ID: they explain each other.
        billing: all that Amazon billed of their orders.

    Returns:
        What each row gets, by row number.
    """
    findings = [_find(row, billing) for row in rows]
    return {one.row.number: one.outcome for one in settle_claims(findings)}


def unanswered_rows(rows: Sequence[PurchaseRow], failure: Failure) -> dict[int, IdOutcome]:
    """Tell what rows get if not all transactions came: no line is taken, since a rival may lack.

    Args:
        rows: all rows of the sheet with an order ID.
        failure: why they did not come.
    """
    missing = IdOutcome(IdStatus(failure.status.value), failure.cause)
    outcomes = {one.row.number: one.outcome for one in (_find(row, {}) for row in rows)}
    return {
        number: missing if outcome.status is IdStatus.NOT_FOUND else outcome
        for number, outcome in outcomes.items()
    }


def needs_ids(row: PurchaseRow) -> bool:
    """Say whether transactions are needed to tell what a row gets."""
    return not (row.is_complete or row.flaw or row.order_status.startswith(_CANCELLED))


def _find(row: PurchaseRow, billing: Billing) -> Finding:
    if row.flaw is not None:
        return Finding(row, row.flaw)
    billed = billing.get((row.order_id, row.is_refund), _NOTHING_BILLED)
    if row.is_complete:
        return _keep(row, billed)
    if row.order_status.startswith(_CANCELLED):
        return Finding(row, IdOutcome(IdStatus.SKIPPED, id_wording.CANCELLED_ORDER))
    if not billed.lines:
        return Finding(row, _nothing_billed(row, billing))
    return _choose(row, billed)


def _nothing_billed(row: PurchaseRow, billing: Billing) -> IdOutcome:
    if row.order_status.startswith(_PENDING):
        return IdOutcome(IdStatus.SKIPPED, id_wording.PENDING_ORDER)
    has_other = (row.order_id, not row.is_refund) in billing
    message = id_wording.not_billed(row.order_id, is_refund=row.is_refund, has_other=has_other)
    return IdOutcome(IdStatus.NOT_FOUND, message)


def _keep(row: PurchaseRow, billed: OrderBilling) -> Finding:
    """Leave a row alone that has both IDs, but say so if Amazon knows no such line."""
    known = [
        line
        for line in billed.lines
        if (line.order_line_item_id, line.shipment_id) == (row.order_line_item_id, row.shipment_id)
    ]
    message = "" if known or not billed.lines else id_wording.unknown_line(billed.lines)
    outcome = IdOutcome(IdStatus.KEPT, message, row.order_line_item_id, row.shipment_id)
    own = BilledLine(row.order_line_item_id, row.shipment_id)
    return Finding(row, outcome, (own,))


def _candidates(row: PurchaseRow, billed: OrderBilling) -> Sequence[Candidate]:
    """List what a row may stand for: an item, a charge, or either if its amount may be of both."""
    if row.names_item or row.purchase_order_line or row.order_line_item_id:
        return billed.items
    if row.charged is not None:
        return billed.charges
    # The same lines twice are one candidate, whichever fits better.
    return [*billed.items, *billed.charges]


def _choose(row: PurchaseRow, billed: OrderBilling) -> Finding:
    candidates = _candidates(row, billed)
    left: list[Candidate] = []
    ruled_out: list[Candidate] = []
    for candidate in candidates:
        (ruled_out if _contradictions(row, candidate) else left).append(candidate)
    left = _preferred(row, left)
    distinct = {one.keys: one for one in reversed(left)}
    if not left:
        return Finding(row, _nothing_fits(row, candidates))
    if len(distinct) > 1:
        return Finding(row, _several_fit(left))
    rivals = [one for one in ruled_out if one.keys not in distinct]
    chosen = next((one for one in left if _stands_out(row, one, rivals)), None)
    lines = left[0].lines
    if len(lines) > 1:
        outcome = IdOutcome(IdStatus.SPLIT, id_wording.split(lines))
        return Finding(row, outcome, lines)
    if chosen is None:
        return Finding(row, IdOutcome(IdStatus.AMBIGUOUS, id_wording.not_told_apart(lines)))
    if amount_fits(row, chosen) is not Verdict.SAME and _lacks_lines(row, billed):
        return Finding(row, IdOutcome(IdStatus.AMBIGUOUS, id_wording.order_incomplete(lines)))
    return _fill(row, chosen)


def _lacks_lines(row: PurchaseRow, billed: OrderBilling) -> bool:
    """Say whether the order has more than was billed: like goods may be yet to come."""
    quantities = [line.quantity or 0 for line in billed.lines]
    return not row.is_refund and (row.order_quantity or 0) > sum(quantities)


def _fill(row: PurchaseRow, chosen: Candidate) -> Finding:
    (line,) = chosen.lines
    if not (line.order_line_item_id and line.shipment_id):
        return Finding(row, IdOutcome(IdStatus.NOT_FOUND, id_wording.id_not_told(line)))
    facts = [fact.name for fact in STRICT if fact.compare(row, chosen) is Verdict.SAME]
    outcome = IdOutcome(
        IdStatus.FILLED,
        id_wording.matched_by(facts),
        line.order_line_item_id,
        line.shipment_id,
    )
    return Finding(row, outcome, chosen.lines)


def _contradictions(row: PurchaseRow, candidate: Candidate) -> list[Fact]:
    return [fact for fact in STRICT if fact.compare(row, candidate) is Verdict.OTHER]


def _stands_out(row: PurchaseRow, chosen: Candidate, rivals: Iterable[Candidate]) -> bool:
    """Say whether for each rival a fact rules it out that fits the chosen one."""
    fitting = [fact for fact in STRICT if fact.compare(row, chosen) is Verdict.SAME]
    return all(
        any(fact.compare(row, rival) is Verdict.OTHER for fact in fitting) for rival in rivals
    )


def _preferred(row: PurchaseRow, left: list[Candidate]) -> list[Candidate]:
    """Choose among several by facts in which some agree and all others differ."""
    for fact in PREFERRED:
        verdicts = [fact.compare(row, candidate) for candidate in left]
        if Verdict.UNKNOWN not in verdicts and Verdict.SAME in verdicts:
            left = [
                one for one, verdict in zip(left, verdicts, strict=True) if verdict is Verdict.SAME
            ]
    return left


def _nothing_fits(row: PurchaseRow, candidates: Sequence[Candidate]) -> IdOutcome:
    singles = [one for one in candidates if len(one.lines) == 1] or candidates
    differing: dict[BilledLine, list[str]] = {}
    for one in singles:
        facts = [fact.name for fact in _contradictions(row, one)]
        differing.setdefault(one.lines[0], facts)
    return IdOutcome(IdStatus.NOT_FOUND, id_wording.nothing_fits(differing))


def _several_fit(left: Sequence[Candidate]) -> IdOutcome:
    lines = tuple(dict.fromkeys(line for one in left for line in one.lines))
    ids = {line.order_line_item_id for line in lines}
    if len(ids) == 1 and all(ids):
        return IdOutcome(IdStatus.SPLIT, id_wording.parts(lines))
    return IdOutcome(IdStatus.AMBIGUOUS, id_wording.several_fit(lines))
