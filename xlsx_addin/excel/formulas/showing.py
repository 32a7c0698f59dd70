"""What the cells of a formula show of an outcome."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from xlsx_addin.core.cells import cell_text, start_of_day
from xlsx_addin.core.outcomes import Outcome, ResultField, Status

REQUESTING: Final = "Requesting…"
"""Shown until the answer is in."""

LONGEST_TEXT: Final = 255
"""Characters of a text in an array; a longer one makes Excel show #VALUE!."""

Shown = str | datetime
"""What a cell may show."""

_ADVICE: Final[Mapping[Status, str]] = MappingProxyType(
    {
        Status.NOT_ALLOWED: "Not allowed: check the sign-in, then Refresh",
        Status.FAILED: "Failed: Refresh to try again",
        Status.CANCELLED: "Cancelled: Refresh to go on",
    }
)
_WITH_VALUES: Final = frozenset({Status.FOUND, Status.SEVERAL, Status.PENDING})
_SAYS_ALL: Final = frozenset({*_WITH_VALUES, Status.NO_INVOICE_YET, Status.NOT_RETURNED})


def short(text: str) -> str:
    """Cut a text to what an array may hold.

    Args:
        text: of any length.
    """
    text = cell_text(text)
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"


def show(field: ResultField, outcome: Outcome | None) -> Shown:
    """Tell what a cell shows of one field of an outcome: its value, or else a short status text.

    Args:
        field: which one; not the message.
        outcome: None while it is asked for.
    """
    if outcome is None:
        return REQUESTING
    return _VALUES[field](outcome) or _without_value(field, outcome)


def show_row(outcome: Outcome | None) -> list[Shown]:
    """Tell what the three cells of a row show: number, date, consolidated number.

    A status text stands in the first of them only, so that the dates stay a column of dates.

    Args:
        outcome: None while it is asked for.
    """
    if outcome is None:
        return [REQUESTING, "", ""]
    consolidated = _consolidated_number(outcome)
    if not consolidated and outcome.status is Status.PENDING:
        consolidated = Status.PENDING.value
    return [show(ResultField.INVOICE_NUMBER, outcome), _date(outcome.invoice_date), consolidated]


def _without_value(field: ResultField, outcome: Outcome) -> str:
    if outcome.status in _WITH_VALUES:
        waits = outcome.status is Status.PENDING
        is_consolidated = field is ResultField.CONSOLIDATED_INVOICE_NUMBER
        return Status.PENDING.value if waits and is_consolidated else ""
    return _ADVICE.get(outcome.status, outcome.status.value)


def _number(outcome: Outcome) -> Shown:
    return short(outcome.invoice_number)


def _issued(outcome: Outcome) -> Shown:
    return _date(outcome.invoice_date)


def _consolidated_number(outcome: Outcome) -> Shown:
    return short(outcome.consolidated_invoice_number)


def _status(outcome: Outcome) -> Shown:
    """Give the word, and where it calls for action the sentence that says which."""
    if outcome.status in _SAYS_ALL or not outcome.message:
        return outcome.status.value
    return short(f"{outcome.status.value}: {outcome.message}")


def _date(day: date | None) -> Shown:
    return "" if day is None else start_of_day(day)


_VALUES: Final[Mapping[ResultField, Callable[[Outcome], Shown]]] = MappingProxyType(
    {
        ResultField.INVOICE_NUMBER: _number,
        ResultField.INVOICE_DATE: _issued,
        ResultField.CONSOLIDATED_INVOICE_NUMBER: _consolidated_number,
        ResultField.STATUS: _status,
    }
)
