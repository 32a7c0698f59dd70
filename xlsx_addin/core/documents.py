"""Which PDF documents a sheet wants, and how each is asked for.

Source: createReport, `docs/api.md`. What names a document differs by region; where Amazon has
published no way to ask for one, it is `unavailable` with a sentence, and nothing is tried.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, tzinfo
from enum import StrEnum
from typing import Final, NamedTuple

from xlsx_addin.core.answers import PENDING, Answer, Detail
from xlsx_addin.core.dates import invoice_day
from xlsx_addin.core.line_items import LineItem

REPORT_TYPE: Final = "GET_AB_INVOICE_PDF"

NORTH_AMERICA: Final = "na"
"""The region where documents are asked for by their numbers alone."""

Options = Mapping[str, str]
"""The `reportOptions` of one report."""


class DocumentKind(StrEnum):
    """What a document is. One that Amazon does not call a credit memo counts as an invoice."""

    INVOICE = "invoice"
    CREDIT_MEMO = "credit memo"
    CONSOLIDATED = "consolidated invoice"


class DocumentKey(NamedTuple):
    """What tells a document from all others of an account."""

    kind: DocumentKind
    number: str

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A document that a sheet wants.

    Args:
        key: which one.
        day: when it was issued, None if Amazon did not say.
        ways: the report options to ask with, the likeliest first; the next are tried if
            Amazon has nothing to deliver.
        unavailable: why it cannot be asked for, if there is no way.
    """

    key: DocumentKey
    day: date | None = None
    ways: tuple[Options, ...] = field(default=(), hash=False)
    unavailable: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """All documents of some line items.

    Args:
        documents: each once, in the order in which the line items come.
        of_line: the documents of each line item, the oldest invoice first.
    """

    documents: Mapping[DocumentKey, Wanted]
    of_line: Mapping[LineItem, Sequence[DocumentKey]]


def wanted_documents(
    answers: Mapping[LineItem, Answer],
    region: str,
    zone: tzinfo,
    *,
    consolidated_only: bool = False,
) -> Wish:
    """List the documents that line items have, each once.

    Args:
        answers: what Amazon said about the line items.
        region: na, eu or jp.
        zone: where the day of an invoice is counted.
        consolidated_only: leave out invoices and credit memos that a consolidated invoice
            stands for.
    """
    documents: dict[DocumentKey, Wanted] = {}
    of_line: dict[LineItem, Sequence[DocumentKey]] = {}
    for line_item, answer in answers.items():
        found = list(_documents(line_item, answer, region, zone))
        if consolidated_only:
            found = [one for one in found if not one.replaced] or found
        wanted = [one.wanted for one in found]
        for one in wanted:
            known = documents.get(one.key)
            documents[one.key] = _better(known, one) if known else one
        wanted.sort(key=_in_order)
        of_line[line_item] = tuple(dict.fromkeys(one.key for one in wanted))
    return Wish(documents, of_line)


class _Found(NamedTuple):
    """A document of a line item, and whether a consolidated invoice stands for it."""

    wanted: Wanted
    replaced: bool = False


def _in_order(one: Wanted) -> tuple[bool, bool, date, str]:
    kind = one.key.kind
    return (
        kind is DocumentKind.CREDIT_MEMO,
        kind is DocumentKind.CONSOLIDATED,
        one.day or date.max,
        one.key.number,
    )


def _better(one: Wanted, other: Wanted) -> Wanted:
    """Join what two line items say about a document: the first way counts, the newest day."""
    days = [day for day in (one.day, other.day) if day is not None]
    best = one if one.ways else other
    return replace(best, day=max(days, default=None))


def _documents(line_item: LineItem, answer: Answer, region: str, zone: tzinfo) -> Iterator[_Found]:
    details = answer.documents
    rivals = sum(_needs_ids(detail) for detail in details)
    for detail in details:
        day = invoice_day(detail.invoice_date, zone) if detail.invoice_date else None
        consolidated = _consolidated_number(detail)
        number = detail.invoice_number
        if consolidated and consolidated != number:
            key = DocumentKey(DocumentKind.CONSOLIDATED, consolidated)
            yield _Found(Wanted(key, day, (_by_number(consolidated),)))
        if number:
            wanted = _wanted(line_item, detail, number, day, region, rivals)
            yield _Found(wanted, bool(consolidated) and consolidated != number)


def _consolidated_number(detail: Detail) -> str | None:
    number = detail.consolidated_invoice_number
    return None if number == PENDING else number


def _needs_ids(detail: Detail) -> bool:
    """Say whether nothing but the IDs of the line item can name a document in EU and JP."""
    consolidated = _consolidated_number(detail)
    is_consolidated_itself = consolidated is not None and consolidated == detail.invoice_number
    return bool(detail.invoice_number) and not detail.is_credit_memo and not is_consolidated_itself


def _wanted(
    line_item: LineItem, detail: Detail, number: str, day: date | None, region: str, rivals: int
) -> Wanted:
    kind = DocumentKind.CREDIT_MEMO if detail.is_credit_memo else DocumentKind.INVOICE
    key = DocumentKey(kind, number)
    if region == NORTH_AMERICA:
        return Wanted(key, day, tuple(_north_american_ways(detail, number)))
    if _consolidated_number(detail) == number:
        return Wanted(key, day, (_by_number(number),))
    if detail.is_credit_memo:
        reason = "Amazon has not published how credit memos of this region are asked for."
        return Wanted(key, day, unavailable=reason)
    if rivals > 1:
        reason = (
            f"Amazon gives one PDF for a line item, but this one has {rivals} documents; which of"
            " them it would be is not known."
        )
        return Wanted(key, day, unavailable=reason)
    return Wanted(key, day, (_by_ids(line_item),))


def _north_american_ways(detail: Detail, number: str) -> Iterator[Options]:
    """Give the ways to ask in North America, whose answers do not tell credit memos apart."""
    if not detail.is_credit_memo:
        yield _by_number(number)
    if detail.is_credit_memo or detail.invoice_type is None:
        yield {"invoiceId": number, "documentType": "Credits"}


def _by_number(number: str) -> Options:
    return {"invoiceId": number, "documentType": "Invoice"}


def _by_ids(line_item: LineItem) -> Options:
    return {
        "orderId": line_item.order_id,
        "orderLineItemId": line_item.order_line_item_id,
        "shipmentId": line_item.shipment_id,
    }


def report_specification(options: Options, marketplaces: Iterable[str]) -> dict[str, object]:
    """Write down which report is ordered, as createReport takes it.

    Args:
        options: the report options.
        marketplaces: marketplace ids, 1 to 25.
    """
    return {
        "reportType": REPORT_TYPE,
        "marketplaceIds": list(marketplaces),
        "reportOptions": dict(options),
    }
