"""The sentences beside IDs: what was found, or why nothing was filled in and what to do.

They depend on Amazon's transactions and the row alone, never on its place, so that an unchanged
row keeps its sentence.
"""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Final

from xlsx_addin.core.billing import BilledLine
from xlsx_addin.core.wording import counted

CANCELLED_ORDER: Final = "The order was cancelled: nothing to fill in."
PENDING_ORDER: Final = (
    "The order is pending: Amazon bills it when it ships. Run add-ids again later."
)

_LISTED: Final = 5
"""Lines that a sentence lists at most."""

_SAYS_LITTLE: Final = frozenset({"currency", "shipment date", "transaction date"})
"""Facts that most lines of an order share."""

_LONGEST_TITLE: Final = 40


def matched_by(facts: Sequence[str]) -> str:
    """Say what a line was told by.

    Args:
        facts: what row and line agree in.
    """
    if _SAYS_LITTLE.issuperset(facts):
        return "The only line that Amazon billed of this order."
    return f"Matched by {_and(facts)}."


def several_fit(lines: Sequence[BilledLine]) -> str:
    """Say that several lines fit a row.

    Args:
        lines: the lines.
    """
    return f"{counted(len(lines), 'line')} fit: {_list(lines)}. Enter the IDs of the right one."


def parts(lines: Sequence[BilledLine]) -> str:
    """Say that an item came in several shipments and that the row does not say which it means.

    Args:
        lines: its lines.
    """
    return (
        f"The item came in {counted(len(lines), 'shipment')}: {_list(lines)}. Give each a row of"
        " its own, or enter the IDs of the one you need."
    )


def split(lines: Sequence[BilledLine]) -> str:
    """Say that a row is the sum of several lines.

    Args:
        lines: the lines.
    """
    return (
        f"{counted(len(lines), 'line')} together make up this row: {_list(lines)}. Give each a row"
        " of its own, or enter the IDs of the one you need."
    )


def not_told_apart(lines: Sequence[BilledLine]) -> str:
    """Say that a line fits only because others differ in what Amazon does not tell of it.

    Args:
        lines: the line.
    """
    return f"Perhaps {_list(lines)}; Amazon tells too little of it. Enter the IDs if it is right."


def order_incomplete(lines: Sequence[BilledLine]) -> str:
    """Say that a line fits, but that others of the order are to come.

    Args:
        lines: the line.
    """
    return (
        f"Perhaps {_list(lines)}; a part of the order is not billed in these days and might fit,"
        " too. Take a later --to, or enter the IDs if they are right."
    )


def claimed_by_several(rows: int, lines: Sequence[BilledLine]) -> str:
    """Say that several rows fit one line.

    Args:
        rows: how many.
        lines: the line.
    """
    return (
        f"{rows} rows of this sheet fit the same line: {_list(lines)}. Enter the IDs where they"
        " belong; if the rows repeat one item, in all of them."
    )


def nothing_fits(differing: Mapping[BilledLine, Sequence[str]]) -> str:
    """Say that an order was billed, but no line of it fits.

    Args:
        differing: its lines, and in what each differs from the row.
    """
    shown = [
        f"{_line(line)} differs in {_and(facts)}"
        for line, facts in islice(differing.items(), _LISTED)
    ]
    return (
        f"Amazon billed the order, but no line fits this row: {_more(shown, len(differing))}."
        " Correct the row, or take a later --to if a part is not billed yet."
    )


def not_billed(order_id: str, *, is_refund: bool, has_other: bool) -> str:
    """Say that nothing is known of an order.

    Args:
        order_id: of the order.
        is_refund: whether the row is a refund.
        has_other: whether the order has charges where a refund is sought, or the reverse.
    """
    what = "refund" if is_refund else "charge"
    if has_other:
        known = "charges" if is_refund else "refunds"
        return (
            f"In the days that were looked at Amazon has {known} of this order, but no {what}."
            " Take others with --from and --to."
        )
    digital = " Digital orders may have none." if order_id.upper().startswith("D") else ""
    return (
        f"Amazon has no {what} of this order in the days that were looked at.{digital} Check the"
        " order ID, or take other days with --from and --to."
    )


def id_not_told(line: BilledLine) -> str:
    """Say that Amazon does not tell an ID of the line that fits.

    Args:
        line: the line.
    """
    lacking = [
        name
        for name, text in (
            ("order line item ID", line.order_line_item_id),
            ("shipment ID", line.shipment_id),
        )
        if not text
    ]
    return (
        f"Amazon bills the line without {_and(lacking)}: {_line(line)}. Without all IDs there is"
        " no invoice to ask for."
    )


def unknown_line(lines: Sequence[BilledLine]) -> str:
    """Say that the IDs in a row are none that Amazon has of the order.

    Args:
        lines: those that it has.
    """
    return f"Amazon has no such line of this order; it has {_list(lines)}. Check the IDs."


def kept_cell(header: str, found: str) -> str:
    """Say that a cell could not be filled in.

    Args:
        header: of its column.
        found: what belongs there.
    """
    return f"{header} kept: the cell is not free; Amazon says {found}."


def _list(lines: Sequence[BilledLine]) -> str:
    return _more([_line(line) for line in lines[:_LISTED]], len(lines))


def _more(shown: Sequence[str], count: int) -> str:
    rest = count - len(shown)
    return "; ".join([*shown, f"and {rest} more"] if rest else shown)


def _line(line: BilledLine) -> str:
    ids = f"line {line.order_line_item_id or '?'}, shipment {line.shipment_id or '?'}"
    goods = line.asin or _short(line.title)
    told = [f"{line.quantity} x {goods}" if line.quantity and goods else goods]
    if line.total is not None:
        told.append(f"{line.total} {line.currency}".strip())
    facts = ", ".join(text for text in told if text)
    return f"{ids} ({facts})" if facts else ids


def _short(title: str) -> str:
    return title if len(title) <= _LONGEST_TITLE else f"{title[: _LONGEST_TITLE - 1]}…"


def _and(words: Sequence[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
