"""What the header of a column says: one of the three IDs, a result of ours, or neither.

Names are compared compacted: in lower case, without accents, separators, punctuation and
invisible characters, so that ``Order ID``, ``order_id`` and ``orderId`` are one name.

Sources: field names of getTransactions and getInvoiceDetailsByOrderLineItems, titles of the
reports that Amazon Business offers for download, and their German and Czech exports.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Final, NamedTuple

from xlsx_addin.core.cells import CellValue, Formula, Missing
from xlsx_addin.core.line_items import NAMES
from xlsx_addin.core.outcomes import ResultField


class KeyField(Enum):
    """The columns of the three IDs, by their names in ``--columns order=A,line=B,shipment=C``."""

    ORDER = "order"
    LINE = "line"
    SHIPMENT = "shipment"

    @property
    def label(self) -> str:
        """What the ID is called in messages."""
        return NAMES[list(KeyField).index(self)]


class KeyName(NamedTuple):
    """A header that names an ID.

    Args:
        key: the ID.
        certain: False for a word such as ``Shipment`` that only the values can confirm.
    """

    key: KeyField
    certain: bool


_LONGEST_TEXT: Final = 120
"""Characters of a header that are kept."""

_LONGEST_NAME: Final = 60
"""Characters beyond which a text is no name; long ones are product titles."""

_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
_NOT_IN_ASCII_NAMES: Final = re.compile(r"[^0-9a-z]+")
_BRACKETS: Final = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_DOTTED_PATH: Final = re.compile(r"\S+\.(\w+)")

# One step of a path before a name, as the two in `transactionLineItems_0_orderId`.
_PATH_STEP: Final = re.compile(
    r"(?:\d+|transactions?|(?:transaction|order)?lineitems?|lines?|items?"
    r"|amazon|amz|business|com|de|fr|it|es|uk|co|jp|ca)[\s._/:>|-]+",
    re.IGNORECASE,
)

_SUFFIXES: Final = ("id", "ids", "no", "nr", "num", "number", "identifier", "idno", "idnumber")

_ENGLISH_STEMS: Final = {
    KeyField.ORDER: ("order", "amazonorder"),
    KeyField.LINE: ("orderlineitem",),
    KeyField.SHIPMENT: ("shipment", "amazonshipment"),
}

_OTHER_NAMES: Final = {
    KeyField.ORDER: (
        *("order", "amazonorder"),
        *("bestellnummer", "bestellnr", "bestellid", "bestellungsnummer", "bestellungsid"),
        *("cisloobjednavky", "idobjednavky"),
        *("numerodecommande", "numerocommande", "nodecommande", "nocommande"),
        *("iddecommande", "idcommande", "identifiantdecommande"),
        *("numerodordine", "numeroordine", "nordine", "idordine"),
        *("numerodepedido", "numerodelpedido", "numeropedido", "nodepedido"),
        *("iddepedido", "iddelpedido", "idpedido"),
        *("注文番号", "注文id", "注文no"),
    ),
    KeyField.LINE: (
        *("orderlineitem", "amazonorderlineitem"),
        *("lineitemid", "orderlineid", "orderitemid", "lineid"),
        *("bestellpositionsid", "bestellpositionid", "positionsid"),
        *("idpolozkyobjednavky",),
        *("iddelignedecommande", "idlignedecommande", "identifiantdelignedecommande"),
        *("idrigaordine", "idrigadordine"),
        *("iddelineadepedido", "iddelineadelpedido", "idlineadepedido"),
        *("注文明細id", "注文明細番号"),
    ),
    KeyField.SHIPMENT: (
        *("sendungsid", "versandid", "lieferungsid"),
        *("idzasilky",),
        *("iddexpedition", "idexpedition", "iddelexpedition", "identifiantdexpedition"),
        *("idspedizione", "iddispedizione", "iddellaspedizione"),
        *("iddeenvio", "iddelenvio", "idenvio"),
        *("出荷id", "発送id", "配送id"),
    ),
}

# `Line Item No` is as often the 1, 2, 3 of a position as it is Amazon's ID.
_UNCERTAIN_NAMES: Final = {
    KeyField.ORDER: (),
    KeyField.LINE: tuple(
        stem + suffix
        for stem in ("line", "lineitem", "orderline", "orderitem")
        for suffix in ("", "no", "nr", "num", "number")
    ),
    KeyField.SHIPMENT: ("shipment", "sendung", "versand"),
}

# `Item Order` is no order ID: behind a path these say too little.
_ONLY_WHOLE: Final = frozenset({"order", "orderlineitem"})


def _key_names() -> Iterator[tuple[str, KeyName]]:
    for key in KeyField:
        for name in _UNCERTAIN_NAMES[key]:
            yield compact(name), KeyName(key, certain=False)
        for stem in _ENGLISH_STEMS[key]:
            for suffix in _SUFFIXES:
                yield stem + suffix, KeyName(key, certain=True)
        for name in _OTHER_NAMES[key]:
            yield compact(name), KeyName(key, certain=True)


# What people take for the ID although it is another one: a customer's own purchase order, the
# carrier's tracking number (Sendungsnummer on Amazon.de).
_LOOKALIKE: Final = {
    KeyField.ORDER: re.compile(r"purchaseorder|^po(no|nr|number|nummer|id|order)|^cislopo$"),
    KeyField.LINE: re.compile(r"purchaseorder.*(line|item)|^po(line|item)"),
    KeyField.SHIPMENT: re.compile(r"tracking|sendungsnummer|sendungsverfolgung|^cislozasilky$"),
}

RESULT_NAMES: Final = {
    ResultField.INVOICE_NUMBER: (
        *("invoicenumber", "invoiceno", "invoicenr", "invoicenum"),
        *("rechnungsnummer", "rechnungsnr", "cislofaktury"),
        *("numerodefacture", "numerofattura", "numerodefactura", "請求書番号"),
    ),
    ResultField.INVOICE_DATE: (
        *("invoicedate", "invoiceissuedate"),
        *("rechnungsdatum", "ausstellungsdatumderrechnung", "datumvystavenifaktury"),
        *("datedefacture", "datafattura", "fechadefactura", "請求書発行日"),
    ),
    ResultField.CONSOLIDATED_INVOICE_NUMBER: (
        *("consolidatedinvoicenumber", "consolidatedinvoiceno", "consolidatedinvoicenr"),
        *("sammelrechnungsnummer", "sammelrechnungsnr"),
    ),
    ResultField.STATUS: ("invoicestatus",),
    ResultField.MESSAGE: ("invoicemessage",),
}
"""Headers of results, compacted."""


def header_text(value: CellValue) -> str:
    """Read a header as a person reads it.

    Args:
        value: the header cell; a formula counts by its result.

    Returns:
        Its text on one line, without what exports put around it (BOM, quotes, ``="…"``);
        empty if the cell holds neither text nor a number.
    """
    if value is None:
        return ""
    if isinstance(value, Formula):
        return "" if value.result is Missing.RESULT else header_text(value.result)
    if isinstance(value, str):
        text = value[:_LONGEST_TEXT]
        if not text.isascii():
            text = _INVISIBLE.sub("", text)
        return " ".join(text.split()).strip(" =\"'")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return f"{value:.0f}" if value == value // 1 else str(value)


def compact(text: str) -> str:
    """Reduce a header to its letters and digits, in lower case and without accents.

    Args:
        text: the header, in any alphabet; ``#`` and ``°`` are read as in ``#`` and ``N°``.

    Returns:
        What is compared; ``Order #`` becomes ``orderno``.
    """
    text = text.replace("#", "no").replace("°", "o")
    if text.isascii():
        return _NOT_IN_ASCII_NAMES.sub("", text.lower())
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(character for character in plain if character.isalnum())


_NAMES: Final[Mapping[str, KeyName | ResultField]] = dict(_key_names()) | {
    compact(name): field for field, names in RESULT_NAMES.items() for name in names
}


def header_name(text: str) -> KeyName | ResultField | None:
    """Tell which ID or which result a header names.

    Args:
        text: the header, as `header_text` read it.

    Returns:
        The ID and whether the name alone is proof, or the result; None for any other header,
        a bare ``Status`` among them.
    """
    # No name ends with a digit, most numbers and IDs in the rows below do.
    if len(text) > _LONGEST_NAME or text[-1:].isdigit():
        return None
    for number, spelling in enumerate(_spellings(text)):
        name = _NAMES.get(spelling)
        if name and (number == 0 or not _only_whole(spelling, name)):
            return name
    return None


def _only_whole(spelling: str, name: KeyName | ResultField) -> bool:
    """Behind a path some names say too little: `Item Order` is no order ID."""
    return isinstance(name, KeyName) and (not name.certain or spelling in _ONLY_WHOLE)


def _spellings(text: str) -> Iterator[str]:
    """Read a header whole first, then without a remark in brackets and without its path."""
    yield compact(text)
    if "(" in text or "[" in text:
        text = _BRACKETS.sub(" ", text).strip()
        yield compact(text)
    if dotted := _DOTTED_PATH.fullmatch(text):
        yield compact(dotted[1])
    step = _PATH_STEP.match(text)
    while step:
        yield compact(text[step.end() :])
        step = _PATH_STEP.match(text, step.end())


def is_lookalike(key: KeyField, texts: Iterable[str]) -> bool:
    """Say whether one of a column's headers names what people mistake for an ID.

    Args:
        key: the ID.
        texts: the header, alone and together with the one above it.
    """
    return any(_LOOKALIKE[key].search(compact(text)) for text in texts)
