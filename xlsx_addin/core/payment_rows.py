"""From what Amazon says about invoices to what a row shows of their payment.

A message is a function of the answers alone, so that an unchanged row stays unchanged; only
failures carry a cause and a request id.
"""

from collections.abc import Mapping, Sequence
from datetime import date, tzinfo
from enum import StrEnum
from typing import Final, NamedTuple

from xlsx_addin.core.dates import invoice_day
from xlsx_addin.core.invoice_numbers import BadNumber
from xlsx_addin.core.judging import NOTHING_TO_DO, SEPARATOR, as_sentence
from xlsx_addin.core.outcomes import Failure
from xlsx_addin.core.payments import CLOSED, KnownPayment, PaymentAnswer

FRESH_S: Final = 600.0
"""Seconds for which the answer about an open invoice counts as known."""


class PaymentWord(StrEnum):
    """Our own words for a row, beside those of Amazon. English and fixed."""

    NOT_RETURNED = "Not returned"
    REFUSED = "Refused"
    CHECK_NUMBER = "Check number"
    NOT_ALLOWED = "Not allowed"
    FAILED = "Failed"
    CANCELLED = "Cancelled"


OWN_WORDS: Final = frozenset(word.value for word in PaymentWord)

_ADVICE: Final = {
    CLOSED: NOTHING_TO_DO,
    "Past Due": "The due date has passed: pay it, or ask Amazon why it is open.",
    "Issued": "Not paid yet: pay it by the due date.",
    "Payment Processing": "Nothing to do: the payment is being processed.",
}
"""What to do, by Amazon's words (documented; the API's description has them as free text)."""

WORDS: Final = OWN_WORDS | _ADVICE.keys()
"""All words that are known beforehand."""

_UNKNOWN: Final = "This is Amazon's own word: ask Amazon what it means for the invoice."
_COMPARE: Final = "Compare the number with the invoice in Amazon Business."


class Payment(NamedTuple):
    """What a row shows of the payment of one invoice, or of several together.

    Args:
        status: a word of Amazon's or ours; several are joined.
        message: what happened and what to do.
        due: the day on which it is due, None if that is not known.
        keeps_due: nothing is known, so the due date of the row stays as it is.
    """

    status: str
    message: str
    due: date | None = None
    keeps_due: bool = False

    @property
    def is_closed(self) -> bool:
        """Whether nothing is left to be paid."""
        return self.status.casefold() == CLOSED.casefold()


def must_ask(
    known: KnownPayment | None, *, ask_all: bool, now: float, resumed_since: float | None
) -> bool:
    """Decide whether Amazon is asked about an invoice.

    Args:
        known: what the store holds of it, None if nothing.
        ask_all: whether the user wants to ask about every invoice.
        now: seconds since 1970.
        resumed_since: when an unfinished run began whose answers count as known.
    """
    if known is None:
        return True
    if resumed_since is not None and known.answered_at >= resumed_since:
        return False
    if ask_all:
        return True
    return not known.answer.is_settled and not 0 <= now - known.answered_at < FRESH_S


def judge_payment(answer: PaymentAnswer, zone: tzinfo) -> Payment:
    """Tell what one answer means for the rows of its invoice.

    Args:
        answer: what Amazon said.
        zone: where the day of a due date is counted.
    """
    if answer.refusal is not None:
        words = as_sentence(answer.refusal or "it gives no reason")
        return Payment(
            PaymentWord.REFUSED.value, f"Amazon refuses this invoice number: {words} {_COMPARE}"
        )
    if answer.error is not None:
        words = as_sentence(answer.error or "it gives no reason")
        return Payment(
            PaymentWord.REFUSED.value,
            f"Amazon has an error for this invoice: {words} {_COMPARE}",
        )
    if not answer.returned:
        return Payment(
            PaymentWord.NOT_RETURNED.value,
            "Amazon's answer has nothing about this invoice: check the number, or ask again later.",
        )
    if answer.status is None:
        return Payment(
            PaymentWord.NOT_RETURNED.value,
            "Amazon's answer has no payment status for this invoice: ask again later.",
            _due(answer, zone),
        )
    return _judge_status(answer, answer.status, zone)


def _judge_status(answer: PaymentAnswer, status: str, zone: tzinfo) -> Payment:
    due = _due(answer, zone)
    advice = next((text for word, text in _ADVICE.items() if _same(word, status)), _UNKNOWN)
    payment = Payment(status, advice, due)
    if due is not None or payment.is_closed:
        return payment
    if answer.due_date is None:
        doubt = "Amazon sent no due date: look it up by hand."
    else:
        doubt = f"Amazon's due date cannot be read ({answer.due_date[:40]}): look it up by hand."
    return payment._replace(message=f"{advice} {doubt}")


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _due(answer: PaymentAnswer, zone: tzinfo) -> date | None:
    return invoice_day(answer.due_date, zone) if answer.due_date else None


def judge_unanswered(failure: Failure, known: KnownPayment | None, zone: tzinfo) -> Payment:
    """Tell what the rows of an unanswered invoice get: the due date known before, if any.

    Args:
        failure: why there is no answer this time.
        known: what the store holds of the invoice.
        zone: where the day of a due date is counted.
    """
    due = None if known is None else _due(known.answer, zone)
    return Payment(failure.status.value, failure.cause, due, keeps_due=known is None)


def judge_bad_number(bad: BadNumber) -> Payment:
    """Tell what a row gets that has something else in place of an invoice number.

    Args:
        bad: what it has.
    """
    return Payment(PaymentWord.CHECK_NUMBER.value, bad.sentence)


def join_payments(payments: Mapping[str, Payment]) -> Payment:
    """Tell what a row of one or several invoices shows.

    Args:
        payments: by invoice number, at least one, in the order of the cell.

    Returns:
        The statuses in this order, equal ones once; of the due dates the earliest one of what
        is not closed; and what to do about which invoice.
    """
    if len(payments) == 1:
        return next(iter(payments.values()))
    all_ = list(payments.values())
    open_ = [payment for payment in all_ if not payment.is_closed]
    return Payment(
        SEPARATOR.join(dict.fromkeys(payment.status for payment in all_)),
        _joined_message(payments),
        min((payment.due for payment in open_ or all_ if payment.due), default=None),
        keeps_due=any(payment.keeps_due for payment in all_),
    )


def _joined_message(payments: Mapping[str, Payment]) -> str:
    numbers: dict[str, list[str]] = {}
    for number, payment in payments.items():
        if payment.message != NOTHING_TO_DO:
            numbers.setdefault(payment.message, []).append(number)
    sentences = [f"{_listed(names)}: {message}" for message, names in numbers.items()]
    return " ".join(sentences) or NOTHING_TO_DO


def _listed(numbers: Sequence[str]) -> str:
    return ", ".join(number or "a number" for number in numbers)
