from datetime import date

import pytest

from xlsx_addin.core.cells import CellError, Formula, Missing
from xlsx_addin.core.headers import (
    KeyField,
    KeyName,
    compact,
    header_name,
    header_text,
    is_lookalike,
)
from xlsx_addin.core.outcomes import ResultField

ORDER, LINE, SHIPMENT = KeyField


def certain(key):
    return KeyName(key, certain=True)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Order ID", "Order ID"),
        ("\ufeffOrder ID", "Order ID"),
        ("Order\u00a0ID ", "Order ID"),
        ("Order\u200b ID", "Order ID"),
        ("Order\nID", "Order ID"),
        ('"Order ID"', "Order ID"),
        ('="Order ID"', "Order ID"),
        (Formula("Order ID"), "Order ID"),
        (Formula(Missing.RESULT), ""),
        (Formula(CellError("#REF!")), ""),
        (2024, "2024"),
        (2024.0, "2024"),
        (1.5, "1.5"),
        (float("inf"), "inf"),
        (float("nan"), "nan"),
        (True, ""),
        (date(2025, 1, 1), ""),
        (CellError("#N/A"), ""),
        (None, ""),
    ],
)
def test_a_header_is_read_as_a_person_reads_it(value, text):
    assert header_text(value) == text


@pytest.mark.parametrize(
    ("text", "reduced"),
    [
        ("Order #", "orderno"),
        ("Číslo objednávky", "cisloobjednavky"),
        ("N° de commande", "nodecommande"),
        ("Nº de pedido", "nodepedido"),
        ("ＯＲＤＥＲ ＩＤ", "orderid"),  # noqa: RUF001  # wide letters are the case
        ("注文番号", "注文番号"),
        ("-- / --", ""),
    ],
)
def test_case_accents_and_separators_do_not_count(text, reduced):
    assert compact(text) == reduced


@pytest.mark.parametrize(
    ("text", "key"),
    [
        *[
            (text, ORDER)
            for text in (
                *("Order ID", "order_id", "orderId", "ORDER-ID", "order.id", "Order/ID", "OrderID"),
                *("Order", "Order #", "Order No", "Order No.", "Order Nr", "Order Number"),
                *("Order ID #", "Order ID*", "Order ID:", "Amazon Order ID", "amazon-order-id"),
                *("transactionLineItems.0.orderId", "transactionLineItems_orderId"),
                *("transactionLineItems[0].orderId", "line.orderId", "Column1.orderId"),
                *("Order ID (Amazon)", "Bestellnummer (Order ID)", "Amazon.de Bestellnummer"),
                *("Bestellnummer", "Bestell-Nr.", "Číslo objednávky", "CISLO OBJEDNAVKY"),
                *("Numéro de commande", "N° de commande", "Numero d'ordine", "N. ordine"),
                *("Número de pedido", "N.º de pedido", "注文番号", "注文ID"),
            )
        ],
        *[
            (text, LINE)
            for text in (
                *("orderLineItemId", "Order Line Item ID", "order_line_item_id", "Line Item ID"),
                *("Order Line ID", "Order Item ID", "Order Line Item", "LINE ID", "lineItemId"),
                *("Order Line Item No.", "Order Line Item #", "Amazon Order Line Item ID"),
                *("transactionLineItems.12.orderLineItemId", "line.orderLineItemId"),
                *("Bestellpositions-ID", "ID položky objednávky", "ID de ligne de commande"),
                *("ID riga ordine", "ID de línea de pedido", "注文明細ID"),
            )
        ],
        *[
            (text, SHIPMENT)
            for text in (
                *("shipmentId", "Shipment ID", "shipment_id", "Shipment Number", "Shipment #"),
                *("Amazon Shipment ID", "transactionLineItems_0_shipmentId", "line_shipment_id"),
                *("Sendungs-ID", "Versand-ID", "ID zásilky", "ID d'expédition"),
                *("ID spedizione", "ID de envío", "出荷ID"),
            )
        ],
    ],
)
def test_an_id_is_known_by_many_spellings(text, key):
    assert header_name(text) == certain(key)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Line", LINE),
        ("Line Item", LINE),
        ("Line No", LINE),
        ("Line Item Number", LINE),
        ("Shipment", SHIPMENT),
        ("Sendung", SHIPMENT),
    ],
)
def test_a_word_that_may_mean_something_else_is_uncertain(text, key):
    assert header_name(text) == KeyName(key, certain=False)


@pytest.mark.parametrize(
    "text",
    [
        *("Purchase Order", "Purchase Order ID", "PO Number", "Order Net Total", "Order Date"),
        *("Order Quantity", "PO Line Item Id", "Purchase Order Line Item ID", "Item Quantity"),
        *("Carrier Tracking #", "Tracking Number", "Shipment Date", "Shipment Quantity"),
        *("Sendungsnummer", "Číslo zásilky", "Item Order", "Line Order", "line.order"),
        *("Status", "Last Checked", "Invoice Due Date", "Invoice Due Amount", "Invoice"),
        *("Supplier Invoice Number", "ID", "Number", "#", "", "Order ID 2", "x" * 5000),
    ],
)
def test_other_headers_name_nothing(text):
    assert header_name(text) is None


@pytest.mark.parametrize("field", ResultField)
def test_our_own_headers_are_known_in_any_spelling(field):
    for text in (field.header, field.header.upper(), field.header.replace(" ", "_").lower()):
        assert header_name(text) is field


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("invoiceNumber", ResultField.INVOICE_NUMBER),
        ("Invoice No.", ResultField.INVOICE_NUMBER),
        ("Invoice #", ResultField.INVOICE_NUMBER),
        ("Rechnungsnummer", ResultField.INVOICE_NUMBER),
        ("Číslo faktury", ResultField.INVOICE_NUMBER),
        ("Invoice Issue Date", ResultField.INVOICE_DATE),
        ("Rechnungsdatum", ResultField.INVOICE_DATE),
        ("Ausstellungsdatum der Rechnung", ResultField.INVOICE_DATE),
        ("consolidatedInvoiceNumber", ResultField.CONSOLIDATED_INVOICE_NUMBER),
        ("Sammelrechnungsnummer", ResultField.CONSOLIDATED_INVOICE_NUMBER),
    ],
)
def test_number_date_and_consolidated_number_have_other_spellings(text, field):
    assert header_name(text) is field


@pytest.mark.parametrize(
    ("key", "text", "alike"),
    [
        (ORDER, "Purchase Order ID", True),
        (ORDER, "PO Number", True),
        (ORDER, "PO.orderId", True),
        (ORDER, "Order ID", False),
        (LINE, "PO Line Item Id", True),
        (LINE, "purchaseOrderLineItemId", True),
        (LINE, "PO Number", False),
        (LINE, "Positions-ID", False),
        (SHIPMENT, "Carrier Tracking #", True),
        (SHIPMENT, "Sendungsnummer", True),
        (SHIPMENT, "Shipment ID", False),
    ],
)
def test_what_is_mistaken_for_an_id_is_known(key, text, alike):
    assert is_lookalike(key, [text]) is alike


def test_the_ids_are_called_as_on_the_command_line():
    assert [key.value for key in KeyField] == ["order", "line", "shipment"]
    assert [key.label for key in KeyField] == ["order ID", "order line item ID", "shipment ID"]
