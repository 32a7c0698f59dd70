"""The columns of an import of transactions, and what each shows of a transaction and its line.

Source: getTransactions, `docs/api.md`. A money that comes back is negative in the sheet: Amazon
does not say which sign a refund has, so that of a refund whose amount is positive is turned.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, tzinfo
from decimal import Decimal
from enum import Enum
from typing import Final, NamedTuple

from xlsx_addin.core.cells import cell_text, cut_text
from xlsx_addin.core.dates import invoice_day
from xlsx_addin.core.fields import Field
from xlsx_addin.core.headers import compact
from xlsx_addin.core.outcomes import ResultField
from xlsx_addin.core.transactions import REFUNDS, Money, Transaction, TransactionLine

Shown = str | date | int | Decimal | None
"""What a cell gets; nothing where Amazon says nothing."""


class Kind(Enum):
    """What a column holds."""

    IDENTIFIER = "identifier"
    DATE = "date"
    TEXT = "text"
    NUMBER = "number"
    COUNT = "count"


class TransactionRow(NamedTuple):
    """What one row of the sheet is made of.

    Args:
        transaction: it.
        line: its line; without a field for a transaction that has none.
        sign: -1 if the signs of its amounts are turned.
        zone: where days are counted.
    """

    transaction: Transaction
    line: TransactionLine
    sign: int
    zone: tzinfo

    @property
    def transaction_id(self) -> str:
        """Amazon's ID, or one made of what it says where Amazon gives none."""
        return transaction_id(self.transaction)


class TransactionColumn(NamedTuple):
    """A column that can be filled in.

    Args:
        field: how it is found, and its header when it is made.
        kind: what it holds.
        show: gives the value of a row.
        is_made: whether an import makes it where it is missing.
    """

    field: Field
    kind: Kind
    show: Callable[[TransactionRow], Shown]
    is_made: bool = True


def transaction_id(transaction: Transaction) -> str:
    """Name a transaction, by what it says if it has no ID, so that it is known again."""
    if transaction.transaction_id:
        return transaction.transaction_id
    amount = str(transaction.amount.amount) if transaction.amount else ""
    said = (
        transaction.transaction_type,
        transaction.feed_date or transaction.transaction_date,
        transaction.charge_identifier,
        amount,
    )
    return " ".join(("no ID:", *filter(None, said)))


def rows_of(transaction: Transaction, zone: tzinfo) -> Iterator[TransactionRow]:
    """Give a row for each line of a transaction, and one for a transaction without lines.

    Args:
        transaction: any.
        zone: where days are counted.
    """
    sign = _sign(transaction)
    for line in transaction.lines or (TransactionLine(),):
        yield TransactionRow(transaction, line, sign, zone)


def _sign(transaction: Transaction) -> int:
    """Tell whether the signs of a refund are to be turned."""
    if transaction.transaction_type not in REFUNDS:
        return 1
    totals = (line.total_amount for line in transaction.lines)
    amounts = [transaction.amount, *totals]
    first = next((money.amount for money in amounts if money and money.amount), Decimal(-1))
    return -1 if first > 0 else 1


def _text(read: Callable[[TransactionRow], str]) -> Callable[[TransactionRow], Shown]:
    return lambda row: cell_text(read(row)) or None


def _day(read: Callable[[TransactionRow], str]) -> Callable[[TransactionRow], Shown]:
    """Show a day; what is no date is shown as Amazon wrote it."""
    return lambda row: invoice_day(read(row), row.zone) or cell_text(read(row)) or None


def _money(read: Callable[[TransactionRow], Money | None]) -> Callable[[TransactionRow], Shown]:
    def show(row: TransactionRow) -> Shown:
        money = read(row)
        # The zero of the sum: no sheet shows minus nothing.
        return None if money is None else row.sign * money.amount + 0

    return show


def _amount(row: TransactionRow) -> Money | None:
    """Give the amount of the line, or that of a transaction without lines."""
    return row.line.total_amount if row.transaction.lines else row.transaction.amount


def _currency(row: TransactionRow) -> str:
    moneys = (_amount(row), row.transaction.amount)
    return next((money.currency for money in moneys if money and money.currency), "")


def _title(row: TransactionRow) -> str:
    return row.line.product_title


ORDER_ID: Final = Field(
    "Order ID", ("orderId", "Amazon Order ID", "Order Number", "Bestellnummer", "Bestell-ID"), 22
)
LINE_ID: Final = Field("Order Line Item ID", ("orderLineItemId",), 20)
SHIPMENT_ID: Final = Field("Shipment ID", ("shipmentId",), 16)
IDS: Final = (ORDER_ID, LINE_ID, SHIPMENT_ID)
"""In the order of a line item; the refresh's own detection knows many more spellings."""

TRANSACTION_ID: Final = Field(
    "Transaction ID", ("transactionId", "Transaktions-ID", "Transaktionsnummer"), 24
)

_IDENTIFIER, _DATE, _TEXT = Kind.IDENTIFIER, Kind.DATE, Kind.TEXT
_NUMBER, _COUNT = Kind.NUMBER, Kind.COUNT

COLUMNS: Final = (
    TransactionColumn(ORDER_ID, _IDENTIFIER, _text(lambda row: row.line.order_id)),
    TransactionColumn(LINE_ID, _IDENTIFIER, _text(lambda row: row.line.order_line_item_id)),
    TransactionColumn(SHIPMENT_ID, _IDENTIFIER, _text(lambda row: row.line.shipment_id)),
    TransactionColumn(TRANSACTION_ID, _IDENTIFIER, _text(lambda row: row.transaction_id)),
    TransactionColumn(
        Field("Transaction Type", ("transactionType", "Transaktionsart", "Transaktionstyp"), 16),
        _TEXT,
        _text(lambda row: row.transaction.transaction_type),
    ),
    TransactionColumn(
        Field("Transaction Date", ("transactionDate", "Transaktionsdatum", "Payment Date"), 16),
        _DATE,
        _day(lambda row: row.transaction.transaction_date),
    ),
    TransactionColumn(
        Field("Amount", ("totalAmount", "Line Total", "Item Total", "Betrag", "Gesamtbetrag"), 12),
        _NUMBER,
        _money(_amount),
    ),
    TransactionColumn(
        Field("Currency", ("currencyCode", "Währung", "Waehrung"), 10), _TEXT, _text(_currency)
    ),
    TransactionColumn(
        Field("Principal", ("principalAmount", "Item Price", "Warenwert", "Item Subtotal"), 12),
        _NUMBER,
        _money(lambda row: row.line.principal_amount),
    ),
    TransactionColumn(
        Field("Shipping Charge", ("shippingCharge", "Shipping", "Versandkosten", "Versand"), 14),
        _NUMBER,
        _money(lambda row: row.line.shipping_charge),
    ),
    TransactionColumn(
        Field("Discount", ("Rabatt", "Promotion"), 12),
        _NUMBER,
        _money(lambda row: row.line.discount),
    ),
    TransactionColumn(
        Field("Tax", ("Tax Amount", "Steuer", "Steuerbetrag", "USt", "MwSt"), 12),
        _NUMBER,
        _money(lambda row: row.line.tax),
    ),
    TransactionColumn(
        Field("Quantity", ("itemQuantity", "Item Quantity", "Qty", "Menge", "Anzahl"), 10),
        _COUNT,
        lambda row: row.line.item_quantity,
    ),
    TransactionColumn(
        Field("Title", ("productTitle", "Product Title", "Titel", "Produkttitel", "Artikel"), 40),
        _TEXT,
        _text(_title),
    ),
    TransactionColumn(Field("ASIN", (), 14), _IDENTIFIER, _text(lambda row: row.line.asin)),
    TransactionColumn(
        Field(
            "PO Number",
            ("purchaseOrderNumber", "Purchase Order", "PO", "Bestellreferenz", "PO-Nummer"),
            16,
        ),
        _IDENTIFIER,
        _text(lambda row: row.line.purchase_order_number),
    ),
    TransactionColumn(
        Field("Shipment Date", ("shipmentDate", "Versanddatum"), 14),
        _DATE,
        _day(lambda row: row.line.shipment_date),
    ),
    TransactionColumn(
        Field(
            "Payment Method",
            ("paymentInstrumentType", "Payment Instrument Type", "Zahlungsart", "Zahlungsmethode"),
            16,
        ),
        _TEXT,
        _text(lambda row: row.transaction.payment_instrument_type),
    ),
    TransactionColumn(
        Field(
            "Last 4 Digits",
            ("paymentInstrumentLast4Digits", "Payment Last 4", "Card Last 4", "Letzte 4 Ziffern"),
            12,
        ),
        _IDENTIFIER,
        _text(lambda row: row.transaction.payment_instrument_last_4_digits),
    ),
    TransactionColumn(
        Field("Transaction Amount", ("Payment Amount", "Transaktionsbetrag"), 18),
        _NUMBER,
        _money(lambda row: row.transaction.amount),
    ),
    TransactionColumn(
        Field("Buyer", ("buyerName", "Buyer Name", "Account User", "Käufer", "Besteller"), 20),
        _TEXT,
        _text(lambda row: row.transaction.buyer_name),
    ),
    TransactionColumn(
        Field("Legal Entity", ("legalEntityName", "Legal Entity Name", "Rechtsträger"), 24),
        _TEXT,
        _text(lambda row: row.transaction.legal_entity_name),
    ),
    TransactionColumn(
        Field("Feed Date", ("feedDate",)),
        _DATE,
        _day(lambda row: row.transaction.feed_date),
        is_made=False,
    ),
    TransactionColumn(
        Field("Unit Price", ("unitPrice", "Einzelpreis", "Stückpreis")),
        _NUMBER,
        _money(lambda row: row.line.unit_price),
        is_made=False,
    ),
    TransactionColumn(
        Field("Regulatory Fee", ("regulatoryFee",)),
        _NUMBER,
        _money(lambda row: row.line.regulatory_fee),
        is_made=False,
    ),
    TransactionColumn(
        Field("Gift Wrapping Charge", ("giftWrappingCharge", "Gift Wrap")),
        _NUMBER,
        _money(lambda row: row.line.gift_wrapping_charge),
        is_made=False,
    ),
    TransactionColumn(
        Field("Tax Rate", ("taxRate", "Steuersatz")),
        _TEXT,
        _text(lambda row: row.line.tax_rate),
        is_made=False,
    ),
    TransactionColumn(
        Field("Refund Reason", ("refundReason", "Erstattungsgrund")),
        _TEXT,
        _text(lambda row: row.line.refund_reason),
        is_made=False,
    ),
    TransactionColumn(
        Field("UNSPSC"), _IDENTIFIER, _text(lambda row: row.line.unspsc), is_made=False
    ),
    TransactionColumn(
        Field("PO Line Item ID", ("purchaseOrderLineItemId", "Purchase Order Line Item ID")),
        _IDENTIFIER,
        _text(lambda row: row.line.purchase_order_line_item_id),
        is_made=False,
    ),
    TransactionColumn(
        Field("Seller", ("merchantLegalName", "Merchant Legal Name", "Seller Name", "Verkäufer")),
        _TEXT,
        _text(lambda row: row.line.merchant_legal_name),
        is_made=False,
    ),
    TransactionColumn(
        Field("Budget ID", ("budgetId",)),
        _IDENTIFIER,
        _text(lambda row: row.line.budget_id),
        is_made=False,
    ),
    TransactionColumn(
        Field("Group", ("purchasingCustomerGroupName", "Account Group", "Gruppe")),
        _TEXT,
        _text(lambda row: row.transaction.purchasing_customer_group_name),
        is_made=False,
    ),
    TransactionColumn(
        Field("Buyer Email", ("buyerEmail", "Account User Email")),
        _TEXT,
        _text(lambda row: row.transaction.buyer_email),
        is_made=False,
    ),
    TransactionColumn(
        Field("Payer", ("payerName", "Payer Name")),
        _TEXT,
        _text(lambda row: row.transaction.payer_name),
        is_made=False,
    ),
    TransactionColumn(
        Field("Charge Identifier", ("chargeIdentifier", "Payment Reference ID")),
        _IDENTIFIER,
        _text(lambda row: row.transaction.charge_identifier),
        is_made=False,
    ),
)
"""All columns, those that are made in the order in which they stand then."""


_RESULTS: Final = frozenset(compact(one.header) for one in ResultField)


_LONGEST_HEADER: Final = 255
"""UTF-16 code units in the name of a table's column; with more, Excel repairs the file."""


def info_columns(keys: Iterable[str]) -> list[TransactionColumn]:
    """Make columns for the fields that a customer added to its orders.

    Args:
        keys: their names.

    Returns:
        One for each name that can be told from our own columns, by its spelling in any case.
    """
    taken = {compact(name) for one in COLUMNS for name in (one.field.header, *one.field.names)}
    taken |= _RESULTS
    columns: dict[str, TransactionColumn] = {}
    for key in keys:
        header = _info_header(key)
        name = compact(header)
        if name and name not in taken | columns.keys():
            columns[name] = TransactionColumn(Field(header), Kind.IDENTIFIER, _info(name))
    return list(columns.values())


def _info_header(key: str) -> str:
    return cut_text(key, _LONGEST_HEADER)


def _info(name: str) -> Callable[[TransactionRow], Shown]:
    def text_of(row: TransactionRow) -> str:
        info = row.line.business_order_info
        return next((text for key, text in info if compact(_info_header(key)) == name), "")

    return _text(text_of)
