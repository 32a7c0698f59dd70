"""The columns of a downloaded report: which hold money, counts or dates, and what a text means.

All others stay text, so that ZIP codes keep their zeros and long numbers their digits.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum, auto
from itertools import count
from typing import Final, NamedTuple

from xlsx_addin.core.amounts import DecimalMark, amount_in, decimal_mark, says_nothing
from xlsx_addin.core.cells import cell_text
from xlsx_addin.core.day_texts import DayOrder, day_of, day_order
from xlsx_addin.core.headers import compact, header_text

Value = str | Decimal | date | None
Rows = Callable[[], Iterable[Sequence[str]]]
"""Gives the rows below the header, as often as it is called."""


class Kind(Enum):
    """What a column holds."""

    TEXT = auto()
    MONEY = auto()
    COUNT = auto()
    DATE = auto()


_DATES: Final = ("date", "datum")
_COUNTS: Final = ("quantity", "menge", "anzahl", "mnozstvi")
_MONEY: Final = (
    *("subtotal", "nettotal", "totalamount", "dueamount", "paymentamount", "amount", "listedppu"),
    *("purchaseppu", "shippinghandling", "promotion", "ordertax", "itemtax", "shipmenttax"),
    *("betrag", "summe", "summeexklust", "ust", "preis", "castka", "celkembezdph", "dphpolozky"),
)
_CURRENCIES: Final = ("currency", "wahrung", "mena")
_EUROPEAN: Final = frozenset({"EUR", "GBP", "SEK", "PLN", "CZK", "DKK", "CHF"})
_NOTHING: Final = frozenset({"n/a", "#n/a"})
_LONGEST_HEADER: Final = 255


class Reading(NamedTuple):
    """How the texts of a report are read.

    Args:
        kinds: of its columns.
        mark: the decimal mark of its amounts, None if nothing tells it.
        order: what comes first in its dates, None if nothing tells it.
    """

    kinds: tuple[Kind, ...]
    mark: DecimalMark | None
    order: DayOrder | None

    def value(self, text: str, column: int) -> Value:
        """Tell what a cell holds.

        Args:
            text: as the file has it.
            column: number of the column, from 0.

        Returns:
            A day or number where the text is one beyond doubt; None where it says nothing; else
            the text.
        """
        text = unprotected(text)
        if not text or text.casefold() in _NOTHING:
            return None
        kind = self.kinds[column]
        if kind is Kind.DATE:
            return day_of(text, self.order) or cell_text(text)
        if kind is not Kind.TEXT:
            if says_nothing(text):
                return None
            amount = amount_in(text, self.mark)
            return cell_text(text) if amount is None else amount
        return cell_text(text)


def read_columns(headers: Sequence[str], rows: Rows, *, is_amazons: bool = False) -> Reading:
    """Find out how the texts of a report are read.

    Args:
        headers: of its columns.
        rows: the texts below.
        is_amazons: whether Amazon wrote it: its reports put the month first where dollars are
            paid, and the day first in Europe.
    """
    kinds = tuple(map(_kind, headers))
    money = [at for at, kind in enumerate(kinds) if kind is Kind.MONEY]
    dates = [at for at, kind in enumerate(kinds) if kind is Kind.DATE]
    mark = decimal_mark(unprotected(row[at]) for row in rows() for at in money)
    order = day_order(unprotected(row[at]) for row in rows() for at in dates)
    if order is None and is_amazons:
        order = _order_of_country(headers, rows)
    return Reading(kinds, mark, order)


def _order_of_country(headers: Sequence[str], rows: Rows) -> DayOrder | None:
    columns = [at for at, header in enumerate(headers) if compact(header) in _CURRENCIES]
    used = {unprotected(row[at]).upper() for row in rows() for at in columns} - {"", "N/A"}
    if used == {"USD"}:
        return DayOrder.MONTH_FIRST
    return DayOrder.DAY_FIRST if used and used <= _EUROPEAN else None


def unprotected(text: str) -> str:
    """Take off what keeps a spreadsheet from making a number of a text: ``="9985"``.

    Args:
        text: as the file has it.
    """
    text = text.strip()
    is_protected = len(text) > 2 and text.startswith('="') and text.endswith('"')
    return text[2:-1].replace('""', '"').strip() if is_protected else text


def unique_headers(headers: Sequence[str]) -> list[str]:
    """Name every column of a table differently, as Excel demands.

    Args:
        headers: as the file has them.
    """
    found: list[str] = []
    taken: set[str] = set()
    for number, header in enumerate(headers, start=1):
        name = header_text(cell_text(header))[:_LONGEST_HEADER] or f"Column {number}"
        names = (name if again == 1 else f"{name}{again}" for again in count(1))
        free = next(one for one in names if one.casefold() not in taken)
        taken.add(free.casefold())
        found.append(free)
    return found


def _kind(header: str) -> Kind:
    name = compact(header)
    if any(word in name for word in _DATES):
        return Kind.DATE
    if name.endswith(_COUNTS) or name.startswith(("anzahl", "mnozstvi")):
        return Kind.COUNT
    return Kind.MONEY if name.endswith(_MONEY) else Kind.TEXT
