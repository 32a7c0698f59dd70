"""Rows of purchases: what each says of the order line that it stands for."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from xlsx_addin.core import purchase_fields as fields
from xlsx_addin.core.amounts import DecimalMark, amount_of, decimal_mark
from xlsx_addin.core.cells import CellValue, Formula, Missing
from xlsx_addin.core.data_rows import is_totals_row, last_data_row
from xlsx_addin.core.day_texts import DayOrder, day_of, day_order, possible_days
from xlsx_addin.core.fields import Field
from xlsx_addin.core.headers import KeyField, KeyName, header_name, header_text
from xlsx_addin.core.id_outcomes import IdOutcome, IdStatus
from xlsx_addin.core.line_items import NAMES, Flaw, clean_id
from xlsx_addin.core.outcomes import Status
from xlsx_addin.core.ownership import text_of

Cells = Mapping[Field, Sequence[CellValue]]
"""The cells of columns, each as long as the data."""


class PurchaseRow(NamedTuple):
    """What a row says; texts are empty and the rest is None where it says nothing.

    Args:
        number: of the row.
        order_id: cleaned.
        order_line_item_id: cleaned, if the row has it already.
        shipment_id: likewise.
        asin: in capitals.
        title: as it is.
        quantity: of the item.
        total: of the item, with or without tax.
        subtotal: of the item, without shipping and discounts.
        amount: an amount of which the header does not say what it is for.
        charged: what was charged, perhaps for several items.
        currency: ISO 4217.
        purchase_order_line: the customer's own number.
        shipped_on: day of shipment.
        charged_on: day of the charge.
        is_refund: whether it is money that came back.
        references: what may name the charge.
        order_status: of the whole order, as for the next three, in lower case.
        order_quantity: of all items.
        order_subtotal: of all items.
        order_total: of all items.
        flaw: why nothing can be looked for, None if it can.
    """

    number: int
    order_id: str
    order_line_item_id: str = ""
    shipment_id: str = ""
    asin: str = ""
    title: str = ""
    quantity: Decimal | None = None
    total: Decimal | None = None
    subtotal: Decimal | None = None
    amount: Decimal | None = None
    charged: Decimal | None = None
    currency: str = ""
    purchase_order_line: str = ""
    shipped_on: date | None = None
    charged_on: date | None = None
    is_refund: bool = False
    references: frozenset[str] = frozenset()
    order_status: str = ""
    order_quantity: Decimal | None = None
    order_subtotal: Decimal | None = None
    order_total: Decimal | None = None
    flaw: IdOutcome | None = None

    @property
    def is_complete(self) -> bool:
        """Whether it has both IDs already."""
        return bool(self.order_line_item_id and self.shipment_id)

    @property
    def names_item(self) -> bool:
        """Whether it says anything of an item, so that it is no row of a charge."""
        values = (self.quantity, self.total, self.subtotal)
        return bool(self.asin or self.title) or any(one is not None for one in values)

    @property
    def item(self) -> tuple[object, ...]:
        """All that it says of its item: equal for rows that repeat one item."""
        return (
            *(self.order_id, self.asin, self.title, self.quantity, self.total, self.subtotal),
            *(self.currency, self.purchase_order_line, self.shipped_on, self.is_refund),
        )


def read_purchase_rows(cells: Cells, first_row: int) -> list[PurchaseRow]:
    """Read the rows that have an order ID.

    Args:
        cells: of the columns in `purchase_fields`; absent ones count as blank.
        first_row: number of the first row.

    Returns:
        The rows in their order, without totals at the end and repeated headers.
    """
    return _Reader(cells, first_row).rows()


_FIRST_DAY: Final = date(2015, 1, 1)
"""Amazon Business began in 2015."""

_REFUNDS: Final = ("refund", "overrefund", "erstatt", "rückerstatt", "gutschrift", "vrácení")
_CHARGES: Final = ("charge", "belast", "zahlung", "abbuchung", "platba")


class _Reader:
    """Reads rows; what is written in one way throughout a column is told by all of it."""

    def __init__(self, cells: Cells, first_row: int) -> None:
        self._cells = cells
        self._first = first_row
        self._length = len(cells[fields.ORDER])
        self._mark = _mark(cells)
        self._orders = {one: _day_order(cells.get(one, ())) for one in fields.DATES}

    def rows(self) -> list[PurchaseRow]:
        ids = [self._column(one) for one in (fields.ORDER, fields.LINE, fields.SHIPMENT)]
        last = last_data_row(*ids, first_row=self._first) if self._length else self._first - 1
        places = range(last - self._first + 1)
        return [self._row(at) for at in places if self._is_row(*(column[at] for column in ids))]

    def _is_row(self, order: CellValue, line: CellValue, shipment: CellValue) -> bool:
        if clean_id(order) == "" or is_totals_row(order, line, shipment):
            return False
        name = header_name(header_text(order))
        return not (isinstance(name, KeyName) and name.key is KeyField.ORDER)

    def _row(self, at: int) -> PurchaseRow:
        number = self._first + at
        order, line, shipment, flaw = self._ids(at)
        if flaw is not None:
            return PurchaseRow(number, order, flaw=flaw)
        charged, amount = self._amount(fields.CHARGED, at), self._amount(fields.AMOUNT, at)
        return PurchaseRow(
            number,
            order,
            line,
            shipment,
            asin=self._text(fields.ASIN, at).upper(),
            title=self._text(fields.TITLE, at),
            quantity=self._amount(fields.QUANTITY, at),
            total=_size(self._amount(fields.TOTAL, at)),
            subtotal=_size(self._amount(fields.SUBTOTAL, at)),
            amount=_size(amount),
            charged=_size(charged),
            currency=self._text(fields.CURRENCY, at).upper(),
            purchase_order_line=self._text(fields.PO_LINE, at),
            shipped_on=self._day(fields.SHIPMENT_DATE, at),
            charged_on=self._day(fields.CHARGE_DATE, at),
            is_refund=self._is_refund(at, charged, amount),
            references=frozenset(self._text(one, at) for one in fields.REFERENCES) - {""},
            order_status=self._text(fields.ORDER_STATUS, at).casefold(),
            order_quantity=self._amount(fields.ORDER_QUANTITY, at),
            order_subtotal=self._amount(fields.ORDER_SUBTOTAL, at),
            order_total=self._amount(fields.ORDER_TOTAL, at),
        )

    def _ids(self, at: int) -> tuple[str, str, str, IdOutcome | None]:
        columns = (fields.ORDER, fields.LINE, fields.SHIPMENT)
        found = [clean_id(self._column(one)[at]) for one in columns]
        flaws = [
            (name, one) for name, one in zip(NAMES, found, strict=True) if isinstance(one, Flaw)
        ]
        order, line, shipment = ("" if isinstance(one, Flaw) else one for one in found)
        if not flaws:
            return order, line, shipment, None
        is_damaged = any(flaw.status is Status.ID_DAMAGED for _, flaw in flaws)
        message = " ".join(f"The {name} {flaw.reason}." for name, flaw in flaws)
        status = IdStatus.ID_DAMAGED if is_damaged else IdStatus.CHECK_IDS
        return order, line, shipment, IdOutcome(status, message)

    def _is_refund(self, at: int, *amounts: Decimal | None) -> bool:
        kind = self._text(fields.TYPE, at).casefold()
        if kind.startswith(_REFUNDS):
            return True
        if kind.startswith(_CHARGES):
            return False
        return any(amount is not None and amount < 0 for amount in amounts)

    def _column(self, one: Field) -> Sequence[CellValue]:
        return self._cells.get(one) or [None] * self._length

    def _text(self, one: Field, at: int) -> str:
        column = self._cells.get(one)
        text = clean_text(column[at]) if column else ""
        return "" if text.casefold() in ("n/a", "#n/a") else text

    def _amount(self, one: Field, at: int) -> Decimal | None:
        column = self._cells.get(one)
        return amount_of(column[at], self._mark) if column else None

    def _day(self, one: Field, at: int) -> date | None:
        column = self._cells.get(one)
        return day_of(column[at], self._orders[one]) if column else None


def span_of_days(cells: Cells, places: Iterable[int], today: date) -> tuple[date, date] | None:
    """Tell from when to when rows are.

    A text that may be two days counts with both: the span may be too long, never too short.

    Args:
        cells: of the columns in `purchase_fields`.
        places: of the rows in the columns, from 0.
        today: days after it, and those before Amazon Business began, are no days of purchases.

    Returns:
        The first and the last day, None if there is none.
    """
    orders = {one: _day_order(cells[one]) for one in fields.DATES if cells.get(one)}
    days = {
        day
        for at in places
        for one, order in orders.items()
        for day in possible_days(cells[one][at], order)
        if _FIRST_DAY <= day <= today
    }
    return (min(days), max(days)) if days else None


def clean_text(value: CellValue) -> str:
    """Show a cell as text on one line, without what exports put around it.

    Args:
        value: the cell; a formula counts by its result.
    """
    text = " ".join(text_of(value).split())
    return text[2:-1] if text.startswith('="') and text.endswith('"') else text


def _size(amount: Decimal | None) -> Decimal | None:
    """Leave the sign out: reports and Amazon do not agree on that of a refund."""
    return None if amount is None else abs(amount)


def _texts(cells: Sequence[CellValue]) -> list[str]:
    shown = (
        cell.result if isinstance(cell, Formula) and cell.result is not Missing.RESULT else cell
        for cell in cells
    )
    return [cell for cell in shown if isinstance(cell, str)]


def _mark(cells: Cells) -> DecimalMark | None:
    return decimal_mark(text for one in fields.AMOUNTS for text in _texts(cells.get(one, ())))


def _day_order(cells: Sequence[CellValue]) -> DayOrder | None:
    return day_order(_texts(cells))
