"""What Amazon said about a line item, read tolerantly from its answer.

Source: getInvoiceDetailsByOrderLineItems, `docs/api.md`. Entries come in any order, may be
missing, null, repeated or about lines that nobody asked about; fields may be missing, null or
of another type. Nothing is guessed: what is not there stays None.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from xlsx_addin.core.line_items import LineItem

PENDING: Final = "Pending"
"""What stands in place of a consolidated number until that document exists."""

CREDIT_MEMO: Final = "CREDIT_MEMO"


class Detail(NamedTuple):
    """One invoice or credit memo of a line item, in the API's words.

    All fields are texts as Amazon sent them, None where it sent nothing usable.
    """

    invoice_number: str | None = None
    invoice_date: str | None = None
    consolidated_invoice_number: str | None = None
    invoice_type: str | None = None
    associated_invoice_number: str | None = None
    associated_invoice_date: str | None = None
    currency_code: str | None = None
    invoice_total: str | None = None
    invoice_issuer: str | None = None
    other_line_items: str | None = None
    """The order line item IDs it names, if the line asked about is not among them (JP)."""

    @property
    def is_credit_memo(self) -> bool:
        """Whether it gives money back; absent outside Japan, where it means an invoice."""
        return self.invoice_type == CREDIT_MEMO

    @property
    def is_document(self) -> bool:
        """Whether it names a document; all-null details stand for "no invoice yet"."""
        if self.invoice_number:
            return True
        return self.consolidated_invoice_number not in (None, PENDING)


class Answer(NamedTuple):
    """What Amazon said about one line item.

    Args:
        details: its invoices and credit memos, every one Amazon sent.
        returned: False if the answer had no entry for the line.
        refusal: Amazon's words if it refuses the line itself (400).
    """

    details: tuple[Detail, ...] = ()
    returned: bool = True
    refusal: str | None = None

    @property
    def documents(self) -> tuple[Detail, ...]:
        """The details that name a document, equal ones (type and number) once."""
        if len(self.details) == 1:
            return self.details if self.details[0].is_document else ()
        return tuple(_distinct(detail for detail in self.details if detail.is_document))

    @property
    def is_settled(self) -> bool:
        """Whether nothing is expected to change, so that nobody need ask again."""
        if self.refusal is not None:
            return True
        if len(self.details) == 1:
            (only,) = self.details
            if only.consolidated_invoice_number == PENDING:
                return False
            return bool(only.invoice_number) or only.is_document
        documents = self.documents
        return bool(documents) and all(
            document.consolidated_invoice_number != PENDING for document in documents
        )


NOT_RETURNED: Final = Answer(returned=False)


class KnownAnswer(NamedTuple):
    """An answer as the store holds it. Times are seconds since 1970 (UTC).

    Args:
        answer: what Amazon said last.
        answered_at: when it said so.
        first_answered_at: when it first answered anything about the line.
        previous: the last settled answer that differed from it, None if there was none.
    """

    answer: Answer
    answered_at: float
    first_answered_at: float
    previous: Answer | None = None


class Unreadable(NamedTuple):
    """An entry that is not what the API's description says.

    Args:
        cause: what is wrong with it.
    """

    cause: str


def _distinct(documents: Iterable[Detail]) -> Iterable[Detail]:
    """Join documents with equal type and number: what one does not say, the other may."""
    known: dict[object, Detail] = {}
    for document in documents:
        number = document.invoice_number or document.consolidated_invoice_number
        key = (document.is_credit_memo, number)
        known[key] = _joined(known[key], document) if key in known else document
    return known.values()


def _joined(first: Detail, second: Detail) -> Detail:
    joined = Detail(*(one or other for one, other in zip(first, second, strict=True)))
    if joined.consolidated_invoice_number == PENDING:
        # A consolidated number that exists beats the word that stands in its place.
        final = second.consolidated_invoice_number or PENDING
        joined = joined._replace(consolidated_invoice_number=final)
    return joined


def read_answers(
    asked: Iterable[LineItem], body: object
) -> dict[LineItem, Answer | Unreadable] | Unreadable:
    """Read the answer to a batch.

    Args:
        asked: the line items of the request.
        body: the decoded JSON of the answer.

    Returns:
        Something for each line item asked about, or what makes the whole body unreadable.
        Entries about other lines are passed over.
    """
    if not isinstance(body, dict):
        return Unreadable("the answer is not a JSON object")
    entries = body.get("invoiceDetailsByOrderLineItems")
    if not isinstance(entries, list):
        return Unreadable("the answer has no list of invoiceDetailsByOrderLineItems")
    answers: dict[LineItem, Answer | Unreadable] = dict.fromkeys(asked, NOT_RETURNED)
    for entry in entries:
        if isinstance(entry, dict):
            line_item = _read_line_item(entry.get("orderLineItem"))
            known = answers.get(line_item) if line_item else None
            if line_item is not None and known is not None:
                answers[line_item] = _join(known, _read_details(entry, line_item))
    return answers


def _read_line_item(value: object) -> LineItem | None:
    if not isinstance(value, dict):
        return None
    order = _text(value.get("orderId"))
    line = _text(value.get("orderLineItemId"))
    shipment = _text(value.get("shipmentId"))
    if order is None or line is None or shipment is None:
        return None
    return LineItem(order, line, shipment)


def _join(known: Answer | Unreadable, more: Answer | Unreadable) -> Answer | Unreadable:
    """Join the entries of one line: no document is lost, no doubt is hidden."""
    if isinstance(known, Unreadable):
        return known
    if isinstance(more, Unreadable) or not known.returned:
        return more
    return Answer(known.details + more.details)


def _read_details(entry: dict[str, object], line_item: LineItem) -> Answer | Unreadable:
    details = entry.get("invoiceDetails")
    if details is None:
        return Answer()
    if not isinstance(details, list):
        return Unreadable("invoiceDetails is not a list")
    read: list[Detail] = []
    for detail in details:
        if detail is None:
            continue
        if not isinstance(detail, dict):
            return Unreadable("invoiceDetails holds something that is no invoice")
        read.append(_read_detail(detail, line_item))
    return Answer(tuple(read))


def _read_detail(detail: dict[str, object], line_item: LineItem) -> Detail:
    number, issued = _text(detail.get("invoiceNumber")), _text(detail.get("invoiceDate"))
    consolidated = _text(_part(detail, "consolidatedInvoiceDetails", "invoiceNumber"))
    return Detail(
        number,
        issued,
        consolidated,
        _text(detail.get("invoiceType")),
        _text(detail.get("associatedInvoiceNumber")),
        _text(detail.get("associatedInvoiceDate")),
        _text(detail.get("currencyCode")),
        _text(detail.get("invoiceTotal")),
        _text(_part(detail, "invoiceIssuer", "name")),
        _other_line_items(detail.get("transactionDataItems"), line_item),
    )


def _part(detail: dict[str, object], name: str, field: str) -> object:
    part = detail.get(name)
    return part.get(field) if isinstance(part, dict) else None


def _other_line_items(items: object, line_item: LineItem) -> str | None:
    """List the line items that a document is apportioned to, unless this one is among them."""
    named = dict.fromkeys(
        _text(part.get("orderLineItemId"))
        for item in _objects(items)
        for part in _objects(item.get("apportionment"))
    )
    ids = [one for one in named if one is not None]
    return ", ".join(ids) if ids and line_item.order_line_item_id not in ids else None


def _objects(value: object) -> list[dict[str, object]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(value: object) -> str | None:
    """Take a text, or a whole number that stands in its place; anything else is nothing."""
    if type(value) is str:
        return value.strip() or None
    if type(value) is int:
        return str(value)
    return None
