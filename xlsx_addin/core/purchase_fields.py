"""The columns that tell which line of which order a row is.

Sources: headers of the Orders, Reconciliation and Shipments reports that Amazon Business offers
for download, in English, German and Czech, and the field names of getTransactions.
"""

from typing import Final

from xlsx_addin.core.fields import Field
from xlsx_addin.core.headers import KeyField

ORDER: Final = Field("Order ID", key=KeyField.ORDER)
LINE: Final = Field("Order Line Item ID", key=KeyField.LINE, width=20)
SHIPMENT: Final = Field("Shipment ID", key=KeyField.SHIPMENT, width=14)
STATUS: Final = Field("ID Status", width=12)
MESSAGE: Final = Field("ID Message", width=60)

FILLED_IN: Final = (LINE, SHIPMENT, STATUS, MESSAGE)
"""The columns that are filled in, in the order in which new ones stand."""

ASIN: Final = Field("ASIN")
TITLE: Final = Field("Title", ("Product Title", "Product Name", "Titel", "Produkttitel", "Název"))
QUANTITY: Final = Field(
    "Item Quantity", ("Quantity", "Qty", "Artikelmenge", "Menge", "Anzahl", "Množství")
)
TOTAL: Final = Field(
    "Item Net Total",
    ("Item Total", "Line Total", "Summe (exkl. USt.)", "Artikelsumme", "Celkem bez DPH"),
)
SUBTOTAL: Final = Field(
    "Item Subtotal", ("Principal Amount", "Zwischensumme Artikel", "Artikel-Zwischensumme")
)
AMOUNT: Final = Field("Amount", ("Total Amount", "Line Amount", "Betrag", "Gesamtbetrag", "Částka"))
CHARGED: Final = Field(
    "Payment Amount", ("Transaction Amount", "Charge Amount", "Zahlungsbetrag", "Částka platby")
)
CURRENCY: Final = Field("Currency", ("Currency Code", "Währung", "Měna"))
PO_LINE: Final = Field("PO Line Item Id", ("Purchase Order Line Item ID",))

ORDER_DATE: Final = Field("Order Date", ("Bestelldatum", "Datum objednávky"))
CHARGE_DATE: Final = Field("Transaction Date", ("Charge Date", "Transaktionsdatum"))
PAYMENT_DATE: Final = Field("Payment Date", ("Zahlungsdatum", "Datum platby"))
SHIPMENT_DATE: Final = Field("Shipment Date", ("Ship Date", "Versanddatum", "Datum odeslání"))
DATES: Final = (ORDER_DATE, CHARGE_DATE, PAYMENT_DATE, SHIPMENT_DATE)

TYPE: Final = Field("Transaction Type", ("Transaktionstyp",))
CHARGE_ID: Final = Field("Charge Identifier")
TRANSACTION_ID: Final = Field("Transaction ID")
PAYMENT_ID: Final = Field(
    "Payment Reference ID",
    ("Zahlungsreferenz-ID", "Zahlungsreferenznummer", "Číslo platební reference"),
)
REFERENCES: Final = (CHARGE_ID, TRANSACTION_ID, PAYMENT_ID)

ORDER_STATUS: Final = Field("Order Status", ("Bestellstatus", "Stav objednávky"))
ORDER_QUANTITY: Final = Field("Order Quantity", ("Bestellmenge", "Množství objednávky"))
ORDER_SUBTOTAL: Final = Field("Order Subtotal", ("Zwischensumme Bestellung",))
ORDER_TOTAL: Final = Field("Order Net Total", ("Bestellsumme", "Gesamtsumme der Bestellung"))

AMOUNTS: Final = (TOTAL, SUBTOTAL, AMOUNT, CHARGED, ORDER_SUBTOTAL, ORDER_TOTAL)
"""The columns whose texts tell the decimal mark of the sheet."""

EVIDENCE: Final = (
    *(ASIN, TITLE, QUANTITY, TOTAL, SUBTOTAL, AMOUNT, CHARGED, CURRENCY, PO_LINE),
    *DATES,
    TYPE,
    *REFERENCES,
    *(ORDER_STATUS, ORDER_QUANTITY, ORDER_SUBTOTAL, ORDER_TOTAL),
)
"""The columns that are read besides the IDs."""
