"""What a row must show, worked out from the sandbox's own entry, without the program's code.

Independent of `xlsx_addin.core` on purpose: an error there must not repeat itself here.
"""

from dataclasses import dataclass
from datetime import date, datetime, timezone
from typing import Any

UTC = timezone.utc  # noqa: UP017  # nothing of ours, nothing clever


@dataclass(frozen=True)
class Expected:
    """The four cells that follow from an answer; the message is looked at apart."""

    number: str | None
    day: date | None
    consolidated: str | None
    status: str


NOT_RETURNED = Expected(None, None, None, "Not returned")
NO_INVOICE = Expected(None, None, None, "No invoice yet")


def expected(entry: dict[str, Any] | None) -> Expected:
    """Tell what a row shows whose line item has this entry, by the rules of the design."""
    if entry is None:
        return NOT_RETURNED
    documents = [one for one in entry["invoiceDetails"] or [] if one.get("invoiceNumber")]
    if not documents:
        return NO_INVOICE
    documents.sort(key=lambda one: (one.get("invoiceType") == "CREDIT_MEMO", _moment(one)))
    consolidated = [(one, _consolidated(one)) for one in documents]
    waiting = any(number == "Pending" for _, number in consolidated)
    invoices = [one for one in documents if one.get("invoiceType") != "CREDIT_MEMO"]
    return Expected(
        number=_joined(_marked(one, one["invoiceNumber"]) for one in documents),
        day=max(_moment(one).date() for one in invoices or documents),
        consolidated=None
        if waiting
        else _joined(_marked(one, number) for one, number in consolidated if number),
        status="Pending" if waiting else "Found" if len(documents) == 1 else "Several",
    )


def _moment(document: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(document["invoiceDate"]).astimezone(UTC)


def _consolidated(document: dict[str, Any]) -> str | None:
    return (document.get("consolidatedInvoiceDetails") or {}).get("invoiceNumber")


def _marked(document: dict[str, Any], number: str) -> str:
    return f"{number} (credit)" if document.get("invoiceType") == "CREDIT_MEMO" else number


def _joined(texts: Any) -> str | None:
    return "; ".join(dict.fromkeys(texts)) or None
