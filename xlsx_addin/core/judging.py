"""From what Amazon said about a line item to what its rows get.

A message is a function of the answer alone, so that an unchanged row stays unchanged; only
failures carry a cause and a request id.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, tzinfo
from typing import Final, NamedTuple

from xlsx_addin.core.answers import CREDIT_MEMO, PENDING, Answer, Detail, KnownAnswer
from xlsx_addin.core.dates import invoice_day
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import Failure, Outcome, Status

NOTHING_TO_DO: Final = "Nothing to do."
SEPARATOR: Final = "; "
CREDIT_MARK: Final = " (credit)"
"""Behind the number of a credit memo."""

_OUR_MESSAGE: Final = re.compile(
    r"Nothing to do\.|Changed: |Amazon('s)? |The (order|order line item|shipment) ID "
    r"|\d+ (invoice|credit memo)|This is a credit memo|The consolidated invoice does not exist"
    r"|(Invoice Number|Invoice Date|Consolidated Invoice Number) kept: "
)


def is_our_message(text: str) -> bool:
    """Say whether a message reads as one that an answer or a row's IDs gave.

    Args:
        text: of a message cell.
    """
    return _OUR_MESSAGE.match(text) is not None


def judge(known: KnownAnswer, zone: tzinfo = UTC) -> Outcome:
    """Tell what the rows of a line item get.

    Args:
        known: Amazon's answer and the settled one before it.
        zone: where the day of an invoice is counted.
    """
    if known.previous is None:
        return judge_answer(known.answer, zone)
    outcome = judge_answer(known.answer, zone)
    changes = _changes(judge_answer(known.previous, zone), outcome)
    if not changes:
        return outcome
    kept = "" if outcome.message == NOTHING_TO_DO else f"{outcome.message} "
    return outcome._replace(message=f"{kept}Changed: {changes}.")


def judge_all(known: Mapping[LineItem, KnownAnswer], zone: tzinfo) -> dict[LineItem, Outcome]:
    """Tell what the rows of many line items get.

    Args:
        known: what the store holds of them.
        zone: where the day of an invoice is counted.
    """
    outcomes: dict[LineItem, Outcome] = {}
    for line_item, one in known.items():
        (details, returned, refusal), _, _, previous = one
        plain = None
        if len(details) == 1 and returned and refusal is None and previous is None:
            plain = _judge_plain(details[0], zone)
        outcomes[line_item] = plain or judge(one, zone)
    return outcomes


def judge_answer(answer: Answer, zone: tzinfo) -> Outcome:
    """Tell what one answer means for the rows of its line item.

    Args:
        answer: what Amazon said.
        zone: where the day of an invoice is counted.
    """
    if answer.refusal is not None:
        return Outcome(
            Status.CHECK_IDS,
            f"Amazon refuses this line item: {as_sentence(answer.refusal)}"
            " Compare the three IDs with the order in Amazon Business.",
        )
    if not answer.returned:
        return Outcome(
            Status.NOT_RETURNED,
            "Amazon's answer has no entry for this line item:"
            " check the three IDs, or refresh again later.",
        )
    if len(answer.details) == 1:
        plain = _judge_plain(answer.details[0], zone)
        if plain is not None:
            return plain
    documents = answer.documents
    if not documents:
        return Outcome(
            Status.NO_INVOICE_YET,
            "Amazon has issued no invoice for this line item yet: refresh again later.",
        )
    return _judge_documents(documents, zone)


def judge_failure(failure: Failure, known: KnownAnswer | None, zone: tzinfo = UTC) -> Outcome:
    """Tell what the rows of an unanswered line item get: the values known before, if any.

    Args:
        failure: why there is no answer this time.
        known: what the store holds of the line.
        zone: where the day of an invoice is counted.
    """
    if known is None:
        return Outcome(failure.status, failure.cause, keeps_values=True)
    return judge_answer(known.answer, zone)._replace(status=failure.status, message=failure.cause)


def _judge_plain(detail: Detail, zone: tzinfo) -> Outcome | None:
    """Judge a lone invoice about which there is nothing to say, as nearly all of them are."""
    number, issued, consolidated, kind, _, _, _, _, _, other_line_items = detail
    if number is None or issued is None or other_line_items:
        return None
    if consolidated == PENDING or kind == CREDIT_MEMO:
        return None
    day = invoice_day(issued, zone)
    if day is None:
        return None
    found = (Status.FOUND, NOTHING_TO_DO, number, day, consolidated or "", False)
    # What a call of the class does, at half its cost.
    return tuple.__new__(Outcome, found)


class _Dated(NamedTuple):
    """A document with its day, ordered by it; documents without a day come last."""

    detail: Detail
    day: date | None

    @property
    def order(self) -> tuple[bool, date, str]:
        return self.day is None, self.day or date.min, self.detail.invoice_date or ""


def _judge_documents(documents: Sequence[Detail], zone: tzinfo) -> Outcome:
    dated = [_Dated(detail, _day(detail, zone)) for detail in documents]
    if len(dated) > 1:
        dated.sort(key=lambda document: document.order)
    invoices = [document for document in dated if not document.detail.is_credit_memo]
    credits_ = [document for document in dated if document.detail.is_credit_memo]
    waiting = any(detail.consolidated_invoice_number == PENDING for detail in documents)
    return Outcome(
        _status(len(documents), waiting=waiting),
        _message(invoices, credits_, waiting=waiting),
        _join(_label(document.detail) for document in [*invoices, *credits_]),
        _newest_day(invoices or credits_),
        "" if waiting else _join(_consolidated(invoices, credits_)),
    )


def _status(documents: int, *, waiting: bool) -> Status:
    if waiting:
        return Status.PENDING
    return Status.FOUND if documents == 1 else Status.SEVERAL


def _day(detail: Detail, zone: tzinfo) -> date | None:
    return invoice_day(detail.invoice_date, zone) if detail.invoice_date else None


def _newest_day(documents: Sequence[_Dated]) -> date | None:
    return max((document.day for document in documents if document.day), default=None)


def _label(detail: Detail) -> str:
    if detail.invoice_number is None:
        return ""
    return (
        f"{detail.invoice_number}{CREDIT_MARK}" if detail.is_credit_memo else detail.invoice_number
    )


def _consolidated(invoices: Iterable[_Dated], credits_: Iterable[_Dated]) -> Iterable[str]:
    for document in invoices:
        yield document.detail.consolidated_invoice_number or ""
    for document in credits_:
        number = document.detail.consolidated_invoice_number
        yield f"{number}{CREDIT_MARK}" if number else ""


def _join(texts: Iterable[str]) -> str:
    return SEPARATOR.join(dict.fromkeys(text for text in texts if text))


def _message(invoices: Sequence[_Dated], credits_: Sequence[_Dated], *, waiting: bool) -> str:
    sentences: list[str] = []
    if len(invoices) + len(credits_) > 1:
        sentences.append(f"{_counted(len(invoices), len(credits_))}: check which of them you need.")
    elif credits_:
        sentences.append("This is a credit memo; Amazon sent no invoice for the line item.")
    if waiting:
        sentences.append("The consolidated invoice does not exist yet: refresh again later.")
    foreign = [document for document in [*invoices, *credits_] if document.detail.other_line_items]
    if foreign:
        names = ", ".join(_name(document.detail) for document in foreign)
        sentences.append(f"Amazon names other line items of the shipment for {names}.")
    for document in [*invoices, *credits_]:
        sentences.extend(_doubts(document))
    return " ".join(sentences) or NOTHING_TO_DO


def _counted(invoices: int, credits_: int) -> str:
    parts = []
    if invoices:
        parts.append(f"{invoices} invoice{'s' if invoices > 1 else ''}")
    if credits_:
        parts.append(f"{credits_} credit memo{'s' if credits_ > 1 else ''}")
    return " and ".join(parts)


def _doubts(document: _Dated) -> Iterable[str]:
    detail = document.detail
    if detail.invoice_number is None:
        yield "Amazon sent a consolidated number but no invoice number: look it up by hand."
    if detail.invoice_date is None:
        yield f"Amazon sent no date for {_name(detail)}: look it up by hand."
    elif document.day is None:
        yield (
            f"Amazon's date for {_name(detail)} cannot be read ({detail.invoice_date[:40]}):"
            " look it up by hand."
        )


def _name(detail: Detail) -> str:
    return detail.invoice_number or detail.consolidated_invoice_number or "the invoice"


def _changes(before: Outcome, now: Outcome) -> str:
    pairs = (
        ("the invoice number", before.invoice_number, now.invoice_number),
        ("the invoice date", str(before.invoice_date or ""), str(now.invoice_date or "")),
        (
            "the consolidated invoice number",
            before.consolidated_invoice_number,
            now.consolidated_invoice_number,
        ),
    )
    return ", ".join(f"{name} was {old}" for name, old, new in pairs if old and old != new)


def as_sentence(words: str) -> str:
    """Put words on one line that ends as a sentence does."""
    words = " ".join(words.split())
    return words if words.endswith((".", "!", "?")) else f"{words}."
