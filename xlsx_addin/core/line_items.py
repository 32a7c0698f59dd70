"""Order line items: the three IDs of a row, cleaned from what a sheet made of them.

An ID is text: exact, case-sensitive, leading zeros kept. Spreadsheets turn it into numbers,
dates and scientific notation; what can be undone is undone, what lost digits is `ID damaged`
and never sent.
"""

import math
import re
from collections.abc import Sequence
from datetime import date, time, timedelta
from functools import partial
from typing import Final, NamedTuple

from xlsx_addin.core.cells import CellError, CellValue, Formula, Missing
from xlsx_addin.core.outcomes import Outcome, Status

BATCH_SIZE: Final = 25
"""Line items in one request at most (getInvoiceDetailsByOrderLineItems)."""

LONGEST_ID: Final = 100
"""Characters of an ID beyond which it is taken for something else."""


class LineItem(NamedTuple):
    """One line of one shipment of one order, the key of every invoice question."""

    order_id: str
    order_line_item_id: str
    shipment_id: str


NAMES: Final = ("order ID", "order line item ID", "shipment ID")
"""What the three IDs are called in messages, in the order of `LineItem`."""


class Flaw(NamedTuple):
    """Why a cell is no ID.

    Args:
        status: `Status.CHECK_IDS` or `Status.ID_DAMAGED`.
        reason: what is wrong with it, to follow "The order ID".
    """

    status: Status
    reason: str


# Nearly every ID matches this and needs no cleaning.
_CLEAN: Final = re.compile(r"[0-9A-Za-z-]{1,100}")
_CLEAN_IDS: Final = re.compile(r"(?:[0-9A-Za-z-]{1,100}+\n)*+")
_CLEAN_ORDERS: Final = re.compile(r"(?:(?:[0-9]{3}|D[0-9]{2})[0-9A-Za-z-]{0,97}+\n)*+")
_CLEAN_ROW: Final = re.compile(r"[0-9A-Za-z-]{1,100}(?:\n[0-9A-Za-z-]{1,100}){2}")
_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_SCIENTIFIC: Final = re.compile(r"[0-9]+([.,][0-9]+)?E\+[0-9]+", re.IGNORECASE)
_NUMBER_AS_TEXT: Final = re.compile(r"([0-9]+)\.0")
_FORBIDDEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_QUOTES: Final = ('"', "'", "\u201c\u201d", "\u2018\u2019")
_NOTHING: Final = frozenset({"n/a", "#n/a"})

# A double holds every whole number of 15 digits; Excel zeroes what follows the 15th
# (Microsoft's specifications and limits: number precision, 15 digits).
_SAFE_DIGITS: Final = 15
_FIRST_UNSAFE_NUMBER: Final = 10**_SAFE_DIGITS

_LONGEST_QUOTE: Final = 40


def clean_id(value: CellValue, longest: int = LONGEST_ID) -> str | Flaw:
    """Make an ID out of a cell's value.

    Args:
        value: as the workbook adapter read it.
        longest: characters beyond which it is taken for something else.

    Returns:
        The ID, an empty text if the cell is blank, or the flaw that makes it no ID.
    """
    if type(value) is str:
        return value if _CLEAN.fullmatch(value) else _clean_text(value, longest)
    if value is None:
        return ""
    if isinstance(value, Formula):
        if value.result is Missing.RESULT:
            return Flaw(
                Status.CHECK_IDS,
                "is a formula that was never calculated: open the workbook in Excel, save it"
                " and refresh again",
            )
        if type(value.result) in (int, float) and value.result == 0:
            return ""  # what a formula shows of an empty cell it points to
        return clean_id(value.result, longest)
    return _clean_other(value)


def _clean_other(value: object) -> str | Flaw:
    if isinstance(value, bool):
        return _damaged(f"holds {str(value).upper()} instead of an ID")
    if isinstance(value, (int, float)):
        return _clean_number(value)
    if isinstance(value, CellError):
        return _damaged(f"holds the error {value.text}")
    if isinstance(value, (date, time, timedelta)):
        return _damaged("became a date or time")
    return _damaged("holds something that is no text")


def _clean_number(number: float) -> str | Flaw:
    if isinstance(number, float) and not (math.isfinite(number) and number.is_integer()):
        return _damaged(f"is the number {number:g}")
    if abs(number) >= _FIRST_UNSAFE_NUMBER:
        return _TOO_MANY_DIGITS
    if number < 0:
        return _damaged(f"is the negative number {int(number)}")
    return str(int(number))


def _clean_text(text: str, longest: int) -> str | Flaw:
    text = _unwrap(_INVISIBLE.sub("", text).strip())
    if not text or text.lower() in _NOTHING:
        return ""
    if _SCIENTIFIC.fullmatch(text):
        return _damaged(f"became {text[:_LONGEST_QUOTE]}, which lost digits")
    number = _NUMBER_AS_TEXT.fullmatch(text)
    if number:
        return _TOO_MANY_DIGITS if len(number[1]) > _SAFE_DIGITS else number[1]
    if len(text) > longest:
        return _malformed(f"has {len(text)} characters, more than {longest}")
    if _FORBIDDEN.search(text):
        return _malformed("contains control characters")
    if any(character.isspace() for character in text):
        return _malformed("contains white space")
    return text


def _unwrap(text: str) -> str:
    """Take off what exports put around an ID: ``="…"``, quotes, a leading apostrophe."""
    while True:
        before = text
        if text.startswith('="') and text.endswith('"') and len(text) > 2:
            text = text[2:-1].strip()
        for quotes in _QUOTES:
            if len(text) > 1 and text[0] == quotes[0] and text[-1] == quotes[-1]:
                text = text[1:-1].strip()
        if text.startswith("'"):
            text = text[1:].strip()
        if text == before:
            return text


def _damaged(reason: str) -> Flaw:
    return Flaw(
        Status.ID_DAMAGED, f"{reason}: format the column as Text and paste the ID from its source"
    )


_TOO_MANY_DIGITS: Final = _damaged(
    "is a number of more than 15 digits, of which a spreadsheet keeps 15"
)


def _malformed(reason: str) -> Flaw:
    return Flaw(Status.CHECK_IDS, f"{reason}: copy the ID again from its source")


def read_line_item(
    order: CellValue, order_line_item: CellValue, shipment: CellValue
) -> LineItem | Outcome | None:
    """Make a line item out of the three ID cells of a row.

    Args:
        order: the cell of the order ID.
        order_line_item: the cell of the order line item ID.
        shipment: the cell of the shipment ID.

    Returns:
        The line item; the outcome of the row if it has none and nothing can be asked;
        None if all three cells are blank, which is no row at all.
    """
    if type(order) is type(order_line_item) is type(shipment) is str and _CLEAN_ROW.fullmatch(
        f"{order}\n{order_line_item}\n{shipment}"
    ):
        return LineItem(order, order_line_item, shipment)
    first, second, third = clean_id(order), clean_id(order_line_item), clean_id(shipment)
    if type(first) is str and type(second) is str and type(third) is str:
        if first and second and third:
            return LineItem(first, second, third)
        if not (first or second or third):
            return None
    return _explain((first, second, third))


def read_line_items(
    orders: Sequence[CellValue],
    order_line_items: Sequence[CellValue],
    shipments: Sequence[CellValue],
) -> list[LineItem] | None:
    """Make line items out of many rows at once.

    Args:
        orders: the cells of the order IDs.
        order_line_items: the cells of the order line item IDs, as many.
        shipments: the cells of the shipment IDs, as many.

    Returns:
        What `read_line_item` gives for each row if all cells hold IDs that need no cleaning,
        and every order ID begins as Amazon's do (three digits, or ``D01`` of digital orders),
        so that no row is a header; None if not.
    """
    columns = orders, order_line_items, shipments
    for cells, pattern in zip(columns, (_CLEAN_ORDERS, _CLEAN_IDS, _CLEAN_IDS), strict=True):
        texts = [cell for cell in cells if type(cell) is str]
        lines = "\n".join([*texts, ""])
        if not len(texts) == len(cells) == lines.count("\n") or not pattern.fullmatch(lines):
            return None
    # What a call of the class for each row does, at a fraction of its cost.
    new = partial(tuple.__new__, LineItem)
    return [*map(new, zip(*columns, strict=True))]


def _explain(ids: Sequence[str | Flaw]) -> Outcome:
    flaws = [(name, flaw) for name, flaw in zip(NAMES, ids, strict=True) if isinstance(flaw, Flaw)]
    blank = [name for name, text in zip(NAMES, ids, strict=True) if text == ""]
    sentences = [f"The {name} {flaw.reason}." for name, flaw in flaws]
    if blank:
        verb = "is" if len(blank) == 1 else "are"
        sentences.append(f"The {' and the '.join(blank)} {verb} blank: fill in all three IDs.")
    damaged = any(flaw.status is Status.ID_DAMAGED for _, flaw in flaws)
    return Outcome(
        Status.ID_DAMAGED if damaged else Status.CHECK_IDS,
        " ".join(sentences),
    )
