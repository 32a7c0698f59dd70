"""Amounts as reports write them: ``$1,234.50``, ``1.234,50 €``, ``(12.00)``, ``¥1,980``.

Which sign is the decimal mark is told by a column's texts together, or by those of a whole file;
``1.234`` alone is either of two numbers, and then it is none.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from enum import Enum
from typing import Final

from xlsx_addin.core.cells import CellValue, Formula, Missing


class DecimalMark(Enum):
    """What stands before the decimals."""

    POINT = "."
    COMMA = ","


LONGEST_AMOUNT: Final = 40
"""Characters beyond which a text is no amount."""

_NOTHING: Final = frozenset({"", "-", "--", "n/a", "#n/a", "\u2013", "\u2014", "null", "none"})
_BLANKS: Final = re.compile(r"[\s\u00a0\u2007\u202f]+")
_GROUPING_APOSTROPHE: Final = re.compile(r"(?<=[0-9])['\u2019](?=[0-9]{3})")

# A sign or an ISO 4217 code; Kč, kr and zł are the currencies' own signs.
_CURRENCY: Final = (
    r"(?:[A-Z]{1,3}\$|[$\u20ac\u00a3\u00a5\uffe5\u20b9\u5186]|[A-Z]{3}|K\u010d|kr\.?|z\u0142)"
)
_AMOUNT: Final = re.compile(
    rf"(?P<open>\()?(?P<minus>[-\u2212])?(?P<before>{_CURRENCY})?(?P<minus2>[-\u2212])?"
    rf"(?P<digits>[0-9][0-9.,]*|[.,][0-9]+)(?P<after>{_CURRENCY})?(?P<minus3>[-\u2212])?(?P<close>\))?"
)
_YEN: Final = frozenset({"\u00a5", "\uffe5", "\u5186", "JPY"})
_POINT_SIGNS: Final = frozenset({"$", "US$", "USD", "\u00a3", "GBP", *_YEN})
"""Signs of currencies whose countries write a decimal point."""


def amount_of(value: CellValue, mark: DecimalMark | None = None) -> Decimal | None:
    """Read the amount in a cell.

    Args:
        value: the cell; a formula counts by its result.
        mark: the decimal mark of its column, None if nothing told it.

    Returns:
        The amount, exact; None if the cell is blank, says ``N/A`` or ``-``, is no amount, or can
        be read as two.
    """
    if isinstance(value, Formula):
        value = None if isinstance(value.result, Missing) else value.result
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        number = Decimal(repr(value))
        return number if number.is_finite() else None
    return amount_in(value, mark) if isinstance(value, str) else None


def amount_in(text: str, mark: DecimalMark | None = None) -> Decimal | None:
    """Read the amount in a text, as `amount_of` does.

    Args:
        text: such as ``$1,234.50``.
        mark: the decimal mark of its column, None if nothing told it.
    """
    found = _match(text)
    if found is None:
        return None
    digits = found["digits"]
    if (mark is None and "." in digits) or "," in digits:
        mark = mark or _mark_within(found)
        if mark is None:
            return None
    number = _number(digits, mark)
    if number is None:
        return None
    is_negative = found["open"] or found["minus"] or found["minus2"] or found["minus3"]
    return -number if is_negative else number


def says_nothing(text: str) -> bool:
    """Say whether a text stands for an empty cell: ``N/A``, ``-`` and the like.

    Args:
        text: as a report has it.
    """
    return text.strip().casefold() in _NOTHING


def decimal_mark(texts: Iterable[str]) -> DecimalMark | None:
    """Tell the decimal mark of amounts that belong together.

    Args:
        texts: the texts of a column or of a file's amounts.

    Returns:
        The mark that those say whose form leaves no doubt; None if none does or if they
        disagree.
    """
    marks = {mark for text in texts if (found := _match(text)) and (mark := _mark_within(found))}
    return marks.pop() if len(marks) == 1 else None


def _match(text: str) -> re.Match[str] | None:
    if len(text) > LONGEST_AMOUNT:
        return None
    plain = _GROUPING_APOSTROPHE.sub("", _BLANKS.sub("", text))
    found = _AMOUNT.fullmatch(plain)
    if found is None or bool(found["open"]) != bool(found["close"]):
        return None
    signs = [found[name] for name in ("open", "minus", "minus2", "minus3") if found[name]]
    return found if len(signs) <= 1 else None


def _mark_within(found: re.Match[str]) -> DecimalMark | None:
    """Tell the decimal mark by the form of one amount, None if it may be either."""
    digits = found["digits"]
    points, commas = digits.count("."), digits.count(",")
    if points and commas:
        return DecimalMark.POINT if digits.rfind(".") > digits.rfind(",") else DecimalMark.COMMA
    if points > 1 or commas > 1:
        return DecimalMark.COMMA if points else DecimalMark.POINT
    if not points and not commas:
        return None
    sign = "." if points else ","
    before, _, after = digits.partition(sign)
    own = DecimalMark(sign)
    other = DecimalMark.COMMA if own is DecimalMark.POINT else DecimalMark.POINT
    if len(after) != 3 or not 1 <= len(before) <= 3 or before.startswith("0"):
        return own
    if {found["before"], found["after"]} & _POINT_SIGNS:
        # `$1,234` groups; `$1.234` is nobody's way to write a thousand.
        return other if own is DecimalMark.COMMA else own
    return None


_GROUPED: Final = {
    DecimalMark.POINT: re.compile(
        r"[0-9]+(?:\.[0-9]*)?|[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?|\.[0-9]+"
    ),
    DecimalMark.COMMA: re.compile(
        r"[0-9]+(?:,[0-9]*)?|[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]*)?|,[0-9]+"
    ),
}


def _number(digits: str, mark: DecimalMark | None) -> Decimal | None:
    if mark is None:
        return Decimal(digits)
    if not _GROUPED[mark].fullmatch(digits):
        return None
    grouping = "," if mark is DecimalMark.POINT else "."
    return Decimal(digits.replace(grouping, "").replace(mark.value, "."))
