"""What Amazon says about the payment of an invoice, read tolerantly from its answer.

Source: getBatchInvoicePaymentDetails, `docs/api.md`. Results come in any order, may be missing,
null, repeated or about invoices that nobody asked about; `paymentDetails` and `error` may be
missing, as they are in Amazon's static sandbox. Nothing is guessed: what is not there stays None.
"""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from xlsx_addin.core.answers import Unreadable

CLOSED: Final = "Closed"
"""Amazon's word for an invoice that is paid, which it stays."""

_ERROR: Final = "ERROR"


class PaymentAnswer(NamedTuple):
    """What Amazon said about one invoice.

    Args:
        status: Amazon's word as it came, None if it sent none.
        due_date: the instant as Amazon wrote it, None if it sent none.
        returned: False if the answer had no result for the invoice.
        error: Amazon's words if it has an error for the invoice; empty if it gave no reason.
        refusal: Amazon's words if it refuses to be asked about it (400).
    """

    status: str | None = None
    due_date: str | None = None
    returned: bool = True
    error: str | None = None
    refusal: str | None = None

    @property
    def is_settled(self) -> bool:
        """Whether it is not asked about again unless the user wants that."""
        return self.status is not None and self.status.casefold() == CLOSED.casefold()


NOT_RETURNED: Final = PaymentAnswer(returned=False)

_SAYS_NOTHING: Final = PaymentAnswer()
"""What a result comes to whose `paymentDetails` are missing."""


class KnownPayment(NamedTuple):
    """An answer as the store holds it.

    Args:
        answer: what Amazon said last.
        answered_at: when it said so, seconds since 1970 (UTC).
    """

    answer: PaymentAnswer
    answered_at: float


def read_payments(
    asked: Iterable[str], body: object
) -> dict[str, PaymentAnswer | Unreadable] | Unreadable:
    """Read the answer to a batch.

    Args:
        asked: the invoice numbers of the request.
        body: the decoded JSON of the answer.

    Returns:
        Something for each invoice number asked about, or what makes the whole body unreadable.
        Results about other invoices are passed over.
    """
    if not isinstance(body, dict):
        return Unreadable("the answer is not a JSON object")
    results = body.get("invoicePaymentDetailsResults")
    if not isinstance(results, list):
        return Unreadable("the answer has no list of invoicePaymentDetailsResults")
    answers: dict[str, PaymentAnswer | Unreadable] = dict.fromkeys(asked, NOT_RETURNED)
    spellings = _spellings(answers)
    for result in results:
        if isinstance(result, dict):
            name = _text(result.get("invoiceId")) or ""
            number = name if name in answers else spellings.get(name.casefold())
            if number is not None:
                answers[number] = _join(answers[number], _read_result(result))
    return answers


def _spellings(numbers: Iterable[str]) -> Mapping[str, str]:
    """Find invoice numbers by their letters in any case, where only one of them has these."""
    spellings: dict[str, str] = {}
    twice: set[str] = set()
    for number in numbers:
        folded = number.casefold()
        if spellings.setdefault(folded, number) != number:
            twice.add(folded)
    return {folded: number for folded, number in spellings.items() if folded not in twice}


def _join(
    known: PaymentAnswer | Unreadable, more: PaymentAnswer | Unreadable
) -> PaymentAnswer | Unreadable:
    """Join the results of one invoice: one that says nothing gives way, no doubt is hidden."""
    if known in (more, NOT_RETURNED, _SAYS_NOTHING):
        return more
    if more == _SAYS_NOTHING:
        return known
    return Unreadable("it has two results for one invoice that differ")


def _read_result(result: dict[str, object]) -> PaymentAnswer | Unreadable:
    details, error = result.get("paymentDetails"), result.get("error")
    kind = _text(result.get("resultType"))
    if details is not None and not isinstance(details, dict):
        return Unreadable("paymentDetails is not an object")
    if error is not None and not isinstance(error, dict):
        return Unreadable("error is not an object")
    if error is not None or (kind is not None and kind.upper() == _ERROR):
        return PaymentAnswer(error=_error_words(error or {}))
    details = details or {}
    return PaymentAnswer(_text(details.get("status")), _text(details.get("dueDate")))


def _error_words(error: Mapping[str, object]) -> str:
    """Join what an error says; its code only if there are no words."""
    words = [_text(error.get(name)) for name in ("message", "details")]
    return " ".join(word for word in words if word) or _text(error.get("code")) or ""


def _text(value: object) -> str | None:
    """Take a text on one line, or a whole number that stands in its place."""
    if type(value) is int:
        return str(value)
    return " ".join(value.split()) or None if isinstance(value, str) else None
