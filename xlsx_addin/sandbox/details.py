"""Made-up invoices and credit memos, with the fields that each region fills.

Source: `docs/api.md`, invoiceDetails entry, and the published answers: NA has number and date
alone, EU adds the consolidated invoice, which has the invoice's own number, JP fills all.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

from xlsx_addin.core.line_items import LineItem
from xlsx_addin.sandbox.options import Detail, Region

PENDING: Final = {"invoiceNumber": "Pending"}
"""What stands for a consolidated invoice that does not exist yet."""

FIRST_DAY: Final = datetime(2024, 1, 1, tzinfo=UTC)
"""The made-up account begins here: before it, no invoice was issued."""

SPAN_S: Final = 2 * 365 * 86_400
"""Seconds within which its invoices are issued, but for the latest."""

TODAY: Final = FIRST_DAY + timedelta(seconds=SPAN_S)
"""The day of this account, on which it stands still."""

_ALPHANUMERIC: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_COUNTRIES: Final = ("DE", "FR", "GB", "IT", "ES")
_COUNTRY: Final = re.compile(f"(?:{'|'.join(_COUNTRIES)}|JP)[0-9A-Z]{{9,10}}$")
_ISSUERS: Final = ("アマゾンジャパン合同会社", "Mizuta", "Shenzhen Sepo Supply Chain Co., LTD")
_TITLES: Final = ("コピー用紙 A4 500枚", "ボールペン 黒 10本", "USB-C ケーブル 1m", "付箋 75x75mm")
_TAX_PERCENT: Final = 10


@dataclass(frozen=True, slots=True)
class Document:
    """An invoice or credit memo before a region's fields are put on it.

    Args:
        number: of the document.
        issued: when.
        ordered: when the goods were ordered; only JP tells it.
        consolidated_number: of its consolidated invoice, in regions that have them.
        price: without tax, whole yen; only JP tells it.
        issuer: only JP tells it.
        title: of the goods; only JP tells it.
        corrects: for a credit memo, the invoice.
        line_item: for a credit memo, the line whose goods came back.
    """

    number: str
    issued: datetime
    ordered: datetime
    consolidated_number: str
    price: int
    issuer: str
    title: str
    corrects: "Document | None" = None
    line_item: LineItem | None = None


def make_invoice(region: Region, dice: Random, issued: datetime | None = None) -> Document:
    """Make up an invoice.

    Args:
        region: whose numbers it has.
        dice: decides the rest.
        issued: about when it was issued, None for any time.
    """
    wanted = issued or FIRST_DAY + timedelta(seconds=dice.randrange(SPAN_S))
    number = _NUMBERS[region](dice, _mark_of(wanted))
    issued = issued_at(number)
    return Document(
        number=number,
        issued=issued,
        ordered=issued.replace(microsecond=0) - timedelta(days=1),
        consolidated_number=number if region == "eu" else _groups(dice, 4, 4, 4),
        price=dice.randrange(200, 60_000),
        issuer=dice.choice(_ISSUERS),
        title=dice.choice(_TITLES),
    )


def issued_at(number: str) -> datetime:
    """Tell when an invoice was issued: its number alone says it, to the minute by its mark.

    So whoever asks about a number hears of the same day, whichever line item it belongs to.

    Args:
        number: of the invoice.
    """
    letters = number.replace("-", "")
    mark = letters[2:6] if _COUNTRY.match(number) else letters[:4]
    minutes = 0
    for letter in mark:
        minutes = minutes * len(_ALPHANUMERIC) + max(0, _ALPHANUMERIC.find(letter))
    dice = Random(f"issued\0{number}")  # made-up data
    rest = timedelta(seconds=dice.randrange(60), microseconds=_part(dice))
    return FIRST_DAY + timedelta(minutes=minutes) + rest


def _mark_of(moment: datetime) -> str:
    """Spell a minute as the four letters of a number that tell it."""
    minutes, letters = int((moment - FIRST_DAY).total_seconds() // 60), ""
    for _ in range(4):
        minutes, letter = divmod(minutes, len(_ALPHANUMERIC))
        letters = _ALPHANUMERIC[letter] + letters
    return letters


def make_credit_memo(
    region: Region, dice: Random, invoice: Document, line_item: LineItem
) -> Document:
    """Make up a credit memo for a line of an invoice, some days later."""
    later = timedelta(days=dice.randrange(1, 21), seconds=dice.randrange(86_400))
    number = _NUMBERS[region](dice, _mark_of(invoice.issued + later))
    return replace(
        invoice,
        number=number,
        issued=issued_at(number),
        consolidated_number=number if region == "eu" else invoice.consolidated_number,
        corrects=invoice,
        line_item=line_item,
    )


def write_detail(
    region: Region, document: Document, consolidated: Mapping[str, str] | None
) -> Detail:
    """Write a document down with the fields of a region.

    Args:
        region: whose fields.
        document: what to write.
        consolidated: its `consolidatedInvoiceDetails`; NA has none.

    Returns:
        The `invoiceDetails` entry.
    """
    detail: Detail = {
        "invoiceNumber": document.number,
        "invoiceDate": timestamp(document.issued),
    }
    if region != "na":
        detail["consolidatedInvoiceDetails"] = consolidated
    if region == "jp":
        detail.update(_japanese_fields(document))
    return detail


def _part(dice: Random) -> int:
    """Choose the fraction of a second: milliseconds, or none at all."""
    return 0 if dice.random() < 0.1 else 1000 * dice.randrange(1000)


def timestamp(moment: datetime) -> str:
    """Write a moment as Amazon does: in UTC, with as many decimals as it has."""
    # Zeros at the end are dropped as in the published answers, so that decimals vary.
    whole = moment.strftime("%Y-%m-%dT%H:%M:%S")
    fraction = f"{moment.microsecond:06d}".rstrip("0")
    return f"{whole}.{fraction}Z" if fraction else f"{whole}Z"


def _letters(dice: Random, count: int) -> str:
    return "".join(dice.choices(_ALPHANUMERIC, k=count))


def _groups(dice: Random, *sizes: int) -> str:
    return "-".join(_letters(dice, size) for size in sizes)


_NUMBERS: Final[Mapping[Region, Callable[[Random, str], str]]] = {
    "na": lambda dice, mark: f"{mark}-{_groups(dice, 4, 4)}",
    "eu": lambda dice, mark: dice.choice(_COUNTRIES) + mark + _letters(dice, 5),
    "jp": lambda dice, mark: f"JP{mark}" + _letters(dice, 6),
}
"""How numbers look; each tells its minute by four letters."""


def _japanese_fields(document: Document) -> Detail:
    invoice = document.corrects
    fields: Detail = {"invoiceType": "CREDIT_MEMO" if invoice else "STANDARD"}
    if invoice:
        fields["associatedInvoiceNumber"] = invoice.number
        fields["associatedInvoiceDate"] = timestamp(invoice.issued)
    party = {"name": document.issuer, "registrationNumber": "T1234567890123"}
    tax = _tax(document.price)
    return fields | {
        "invoiceIssuer": party,
        "billToAddress": _BILL_TO,
        "sellerInformation": party,
        "orderDate": timestamp(document.ordered),
        "currencyCode": "JPY",
        "invoiceTotal": tax["inclusiveTotal"]["amount"],
        "tax": [tax],
        "transactionDataItems": [_item(document, tax)],
        "fees": [],
    }


_BILL_TO: Final = {
    "addressType": "PhysicalAddress",
    "fullName": "Sandbox Buyer",
    "phoneNumber": "81300000000",
    "addressLine1": "1-8-1 Shimomeguro",
    "city": "Meguro-ku",
    "stateOrRegion": "Tokyo",
    "postalCode": "153-0064",
    "countryCode": "JP",
}


def _money(amount: int) -> dict[str, str]:
    return {"currencyCode": "JPY", "amount": f"{amount}.0"}


def _tax(price: int) -> dict[str, Any]:
    tax = price * _TAX_PERCENT // 100
    return {
        "rate": "0.1",
        "inclusiveTotal": _money(price + tax),
        "exclusiveTotal": _money(price),
        "amount": _money(tax),
    }


def _item(document: Document, tax: Mapping[str, Any]) -> Detail:
    """Write the goods of a document; an invoice's own do not say whose line they are.

    Lines of one invoice bring it again each, and it must be the same one.
    """
    return {
        "taxRate": tax["rate"],
        "unit": 1,
        "asin": "B0SANDBOX1",
        "title": document.title,
        "unitTaxInclusivePrice": tax["inclusiveTotal"],
        "unitTaxExclusivePrice": tax["exclusiveTotal"],
        "unitTaxAmount": tax["amount"],
        "totalAmount": tax["inclusiveTotal"],
        "discount": _money(0),
        "apportionment": _apportionment(document.line_item, tax),
        "fees": [],
    }


def _apportionment(line_item: LineItem | None, tax: Mapping[str, Any]) -> list[Detail]:
    if line_item is None:
        return []
    return [
        {
            "orderLineItemId": line_item.order_line_item_id,
            "lineNumber": 1,
            "units": 1,
            "unitPrice": tax["exclusiveTotal"],
            "taxAmount": tax["amount"],
        }
    ]
