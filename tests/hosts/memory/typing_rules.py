"""How Excel reads what is typed into a cell, in its American English.

The same rules hold for a text that is assigned to `Range.Value`: it is this reading that turns
`00123` into 123 and `3-4` into the fourth of March.
"""

import re
from dataclasses import dataclass
from datetime import date

from openpyxl.formula.tokenizer import Token, Tokenizer, TokenizerError

from tests.hosts.memory.cells import GENERAL, TEXT, Calendar, CellError, Content
from tests.hosts.memory.typed_dates import SHORT_DATE_AND_TIME, read_date, read_time

LONGEST_TEXT = 32767
_DIGITS = 15

_NUMBER = re.compile(r"([-+]?)((?:[0-9]+(?:,[0-9]{3})*)?(?:\.[0-9]*)?)(?:[eE]([-+]?[0-9]{1,3}))?")
_IN_BRACKETS = re.compile(r"\(([0-9.,]+)\)")
_PERCENT = re.compile(r"([-+]?[0-9.,]+) ?%|%([-+]?[0-9.,]+)")
_DOLLARS = re.compile(r"([-+]?)\$ ?([0-9.,]+)|\(\$ ?([0-9.,]+)\)")
_FRACTION = re.compile(r"([-+]?)([0-9]+) ([0-9]{1,2})/([0-9]{1,2})")
_DATE_AND_TIME = re.compile(r"(.*[0-9]) +([0-9]+:.*)")


class NotReadable(ValueError):
    """Excel would refuse it: it begins like a formula and is none."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What Excel makes of a text.

    Args:
        value: the constant, None for nothing or for a formula.
        formula: the formula with its equals sign, None if it is none.
        number_format: what a General cell is formatted with; None leaves it General.
    """

    value: Content = None
    formula: str | None = None
    number_format: str | None = None


def read_typed(
    text: str, *, number_format: str = GENERAL, today: date, calendar: Calendar | None = None
) -> Typed:
    """Read what is typed into a cell.

    Args:
        text: what is typed.
        number_format: that of the cell: one for text leaves everything a text.
        today: it lends its year to days without one.
        calendar: how days are counted; from 1900 if not given.

    Raises:
        NotReadable: Excel would refuse it.
    """
    if len(text) > LONGEST_TEXT:
        raise NotReadable("The text is too long for a cell.")
    if not text:
        return Typed()
    if text.startswith("'"):
        return Typed(text[1:])
    if number_format == TEXT:
        return Typed(text)
    typed = _read(text, today, calendar or Calendar())
    return typed if number_format == GENERAL else Typed(typed.value, typed.formula)


def _read(text: str, today: date, calendar: Calendar) -> Typed:
    if text.startswith("=") and len(text) > 1:
        return _formula(text)
    bare = text.strip(" ")
    for read in (_word, _number, _percent, _dollars, _in_brackets, _fraction):
        typed = read(bare)
        if typed is not None:
            return typed
    typed = _moment(bare, today, calendar)
    if typed is not None:
        return typed
    if bare[:1] in {"+", "-"} and len(bare) > 1:
        return _formula(f"={bare}")
    if re.match(r"@[A-Za-z]", bare):
        raise NotReadable(f"{text!r} begins like a function and is none.")
    return Typed(text)


def _word(text: str) -> Typed | None:
    if text.upper() in {"TRUE", "FALSE"}:
        return Typed(text.upper() == "TRUE")
    error = CellError.of(text)
    return None if error is None else Typed(error)


def _number(text: str) -> Typed | None:
    number = _plain_number(text)
    if number is None:
        return None
    if "e" in text.lower():
        return Typed(number, number_format="0.00E+00")
    if "," in text:
        return Typed(number, number_format="#,##0.00" if "." in text else "#,##0")
    return Typed(number)


def _plain_number(text: str) -> float | None:
    match = _NUMBER.fullmatch(text)
    if match is None or not re.search("[0-9]", match[2]):
        return None
    number = float(f"{match[1]}{_cut(match[2].replace(',', ''))}e{match[3] or 0}")
    return number if abs(number) < 1e308 else None


def _cut(digits: str) -> str:
    """Make zeros of all digits after the fifteenth that counts, as Excel does."""
    kept, counted = [], 0
    for digit in digits:
        counted += digit.isdigit() and (counted > 0 or digit != "0")
        kept.append("0" if digit.isdigit() and counted > _DIGITS else digit)
    return "".join(kept)


def _percent(text: str) -> Typed | None:
    match = _PERCENT.fullmatch(text)
    number = match and _plain_number(match[1] or match[2])
    if number is None:
        return None
    return Typed(number / 100, number_format="0.00%" if "." in text else "0%")


def _dollars(text: str) -> Typed | None:
    match = _DOLLARS.fullmatch(text)
    number = match and _plain_number(match[2] or match[3])
    if number is None:
        return None
    sign = -1 if match[3] or match[1] == "-" else 1
    cents = ".00" if "." in text else ""
    return Typed(sign * number, number_format=f"$#,##0{cents}_);[Red]($#,##0{cents})")


def _in_brackets(text: str) -> Typed | None:
    match = _IN_BRACKETS.fullmatch(text)
    typed = match and _number(match[1])
    return typed and Typed(-typed.value, number_format=typed.number_format)


def _fraction(text: str) -> Typed | None:
    match = _FRACTION.fullmatch(text)
    if match is None or int(match[4]) == 0:
        return None
    number = int(match[2]) + int(match[3]) / int(match[4])
    places = "?" * len(match[4])
    return Typed(-number if match[1] == "-" else number, number_format=f"# {places}/{places}")


def _moment(text: str, today: date, calendar: Calendar) -> Typed | None:
    """Read a day, a time, or both."""
    time = read_time(text)
    if time is not None:
        return Typed(*time[:1], number_format=time[1])
    if both := _DATE_AND_TIME.fullmatch(text):
        day, time = read_date(both[1], today), read_time(both[2])
        if day is None or time is None:
            return None
        return Typed(calendar.number(day[0]) + time[0], number_format=SHORT_DATE_AND_TIME)
    day = read_date(text, today)
    if day is None or calendar.number(day[0]) < 0:
        return None
    return Typed(calendar.number(day[0]), number_format=day[1])


def _formula(text: str) -> Typed:
    """Take a text as a formula.

    Raises:
        NotReadable: it cannot be one.
    """
    try:
        items = _without_blanks(Tokenizer(text).items)
    except (TokenizerError, IndexError) as error:
        raise NotReadable(f"{text!r} is no formula.") from error
    if not _is_formula(items):
        raise NotReadable(f"{text!r} is no formula.")
    return Typed(formula=text)


def _without_blanks(items: list[Token]) -> list[Token]:
    """Leave out blanks, but for those between two ranges: there they are an operator."""
    kept = []
    for before, item, after in zip([None, *items], items, [*items[1:], None], strict=False):
        if item.type != Token.WSPACE:
            kept.append(item)
        elif _is_range(before) and _is_range(after):
            kept.append(Token(" ", Token.OP_IN))
    return kept


def _is_range(item: Token | None) -> bool:
    return item is not None and (item.type, item.subtype) == (Token.OPERAND, Token.RANGE)


def _is_formula(items: list[Token]) -> bool:
    """Tell whether operands and operators alternate as they must; names may be unknown."""
    depth = 0
    wants_operand = True
    for item in items:
        depth += (item.subtype == Token.OPEN) - (item.subtype == Token.CLOSE)
        if depth < 0 or _FOLLOWS.get(item.type, wants_operand) is not wants_operand:
            return False
        wants_operand = item.type in {Token.OP_IN, Token.OP_PRE, Token.SEP} or (
            item.subtype == Token.OPEN
        )
    return bool(items) and depth == 0 and not wants_operand


_FOLLOWS = {Token.OPERAND: True, Token.OP_IN: False, Token.OP_POST: False}
"""What comes only where an operand is wanted, and what only where none is."""
