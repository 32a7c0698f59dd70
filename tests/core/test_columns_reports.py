import pytest

from xlsx_addin.core.columns import detect
from xlsx_addin.core.headers import KeyField
from xlsx_addin.core.layout import Layout, NotFound
from xlsx_addin.core.outcomes import ResultField
from xlsx_addin.core.reports import recognise

ORDER, LINE, SHIPMENT = KeyField
NUMBER, DATE, CONSOLIDATED, STATUS, MESSAGE = ResultField

ORDERS = [
    *("Order Date", "Order ID", "Account Group", "PO Number", "Order Quantity", "Currency"),
    *("Order Subtotal", "Order Shipping & Handling", "Order Promotion", "Order Tax"),
    *("Order Net Total", "Order Status", "Approver", "Order Receiving Status"),
    *("Order Received Quantity", "Account User", "Account User Email", "Invoice Status"),
    *("Total Amount", "Invoice Due Amount", "Invoice Issue Date", "Invoice Due Date"),
    *("Payment Reference ID", "Payment Date", "Payment Amount", "Payment Instrument Type"),
    *("Payment Identifier", "Amazon-Internal Product Category", "ASIN", "Title", "UNSPSC"),
    *("Segment", "Family", "Class", "Commodity", "Brand Code", "Brand", "Manufacturer"),
    *("National Stock Number", "Item model number", "Part number", "Product Condition"),
    *("Company Compliance", "Listed PPU", "Purchase PPU", "Item Quantity", "Item Subtotal"),
    *("Item Shipping & Handling", "Item Promotion", "Item Tax", "Item Net Total"),
    *("PO Line Item Id", "Tax Exemption Applied", "Tax Exemption Type"),
    *("Tax Exemption Opt Out", "Pricing Savings program", "Pricing Discount Applied"),
    *("Receiving Status", "Received Quantity", "Received Date", "Receiver Name"),
    *("Receiver Email", "GL Code", "Department", "Cost Center", "Project Code", "Location"),
    *("Custom Field 1", "Seller Name", "Seller Credentials", "Seller City", "Seller State"),
    "Seller ZipCode",
]
RECONCILIATION = [
    *("Transaction Date", "Payment Reference ID", "Transaction Type", "Currency"),
    *("Payment Amount", "Account Group", "Payment Instrument Type", "Payment Identifier"),
    *("Account User", "Order Date", "Order ID", "PO Number", "Order Status", "Approver"),
    *("GL Code", "Department", "Cost Center", "Project Code", "Location", "Custom Field 1"),
]
SHIPMENTS = [
    *ORDERS[:17],
    *("Invoice Status", "Payment Identifier", "Shipment Date", "Shipment Status"),
    *("Carrier Tracking #", "Shipment Quantity", "Shipping Address", "Shipment Subtotal"),
    *("Shipment Shipping & Handling", "Shipment Promotion", "Shipment Tax"),
    *("Shipment Net Total", "Carrier Name", "Product Category", "ASIN", "Title"),
]
GERMAN_ORDERS = [
    *("Bestelldatum", "Bestellnummer", "Kontogruppe", "PO Nummer", "Rechnungsnummer"),
    *("Ausstellungsdatum der Rechnung", "Fälligkeitsdatum der Rechnung", "Rechnungsstatus"),
    *("Zahlungsreferenz-ID", "Zahlungsbetrag", "Zahlungskennzeichnung", "Kontobenutzer"),
    *("Artikel-USt", "Seller name"),
]
CZECH_ORDERS = [
    *("Datum objednávky", "Číslo objednávky", "Číslo faktury", "Datum vystavení faktury"),
    *("Datum splatnosti faktury", "Stav faktury", "Číslo platební reference"),
    *("Identifikátor platby", "Skupina účtu", "Uživatel účtu", "DPH položky"),
]
GERMAN_RECONCILIATION = [
    *("Transaktionsdatum", "Zahlungsreferenznummer", "Transaktionstyp", "Zahlungsbetrag"),
    *("Kontogruppe", "Zahlungsmethode", "Bestellnummer"),
]

REPORTS = [
    pytest.param(ORDERS, "Orders report", id="orders"),
    pytest.param(RECONCILIATION, "Reconciliation report", id="reconciliation"),
    pytest.param(SHIPMENTS, "Shipments report", id="shipments"),
    pytest.param(GERMAN_ORDERS, "Orders report", id="orders in German"),
    pytest.param(CZECH_ORDERS, "Orders report", id="orders in Czech"),
    pytest.param(GERMAN_RECONCILIATION, "Reconciliation report", id="reconciliation in German"),
]
IDS = ["Order Line Item ID", "Shipment ID"]


@pytest.mark.parametrize(("header", "name"), REPORTS)
def test_a_report_is_recognised_in_any_order_of_its_columns(header, name):
    assert recognise(header).name == name
    assert recognise(sorted(header)).name == name


@pytest.mark.parametrize(("header", "name"), REPORTS)
def test_without_its_missing_ids_it_is_told_by_name_with_the_way_out(header, name):
    finding = detect([["\ufeff" + header[0], *header[1:]]])
    assert isinstance(finding, NotFound)
    assert finding.found.keys() == {ORDER}
    assert finding.missing == (LINE, SHIPMENT)
    assert name in finding.next_step
    assert "add-ids" in finding.next_step


def test_a_report_with_a_few_columns_deleted_is_still_recognised():
    assert recognise(ORDERS[::2]).name == "Orders report"


@pytest.mark.parametrize(
    "header",
    [
        pytest.param([], id="nothing"),
        pytest.param(
            [
                *("Order ID", *IDS, "Transaction Date", "Transaction Type", "Amount", "Currency"),
                *("Payment Method", "Payment Reference ID", "PO Number", "GL Code", "Cost Center"),
                *("Title", *(field.header for field in ResultField)),
            ],
            id="our own template",
        ),
        pytest.param(
            [
                *("transactionDate", "transactionType", "transactionId", "orderId", "asin"),
                *("orderLineItemId", "shipmentId", "shipmentDate", "itemQuantity", "unspsc"),
            ],
            id="transactions of the API",
        ),
    ],
)
def test_other_sheets_are_no_reports(header):
    assert recognise(header) is None


def test_the_hint_is_kept_back_if_one_of_the_two_ids_is_there():
    finding = detect([[*ORDERS, "Order Line Item ID"]])
    assert finding.missing == (SHIPMENT,)
    assert finding.hint == ""
    assert "--columns shipment=C" in finding.next_step


class TestReportWithAddedIds:
    def test_it_is_found_and_named(self):
        layout = detect([[*ORDERS, *IDS]])
        assert isinstance(layout, Layout)
        assert layout.report == "Orders report"
        assert layout.keys == {ORDER: 2, LINE: 74, SHIPMENT: 75}

    def test_its_invoice_status_is_not_ours(self):
        assert STATUS not in detect([[*ORDERS, *IDS]]).results

    @pytest.mark.parametrize("status", ["Invoice Status", "Invoice Status2"])
    def test_the_one_beside_our_results_is(self, status):
        ours = ["Invoice Number", "Invoice Date", "Consolidated Invoice Number", status]
        layout = detect([[*ORDERS, *IDS, *ours]])
        assert layout.results == {NUMBER: 76, DATE: 77, CONSOLIDATED: 78, STATUS: 79}

    def test_a_message_beside_it_tells_as_well(self):
        layout = detect([["Invoice Status", "Invoice Message", *ORDERS, *IDS]])
        assert layout.results[STATUS] == 1

    def test_elsewhere_an_invoice_status_is_ours(self):
        assert detect([["Order ID", *IDS, "Invoice Status"]]).results == {STATUS: 4}
