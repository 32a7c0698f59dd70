from datetime import UTC, date
from zoneinfo import ZoneInfo

import pytest

from xlsx_addin.core.answers import Answer, Detail
from xlsx_addin.core.documents import (
    DocumentKey,
    DocumentKind,
    report_specification,
    wanted_documents,
)
from xlsx_addin.core.line_items import LineItem

LINE = LineItem("111-1087441-1234567", "92258882544123", "XWwjNjAbC")
OTHER = LineItem("111-1087441-1234567", "92258882544124", "XWwjNjAbC")
IDS = {"orderId": LINE[0], "orderLineItemId": LINE[1], "shipmentId": LINE[2]}
INVOICE = Detail("A-1", "2026-03-04T09:20:36Z")
LATER = Detail("A-2", "2026-03-05T09:20:36Z")
CREDIT = Detail("C-1", "2026-03-06T09:20:36Z", invoice_type="CREDIT_MEMO")


def invoice(number):
    return DocumentKey(DocumentKind.INVOICE, number)


def wish(region, *details, zone=UTC, **options):
    return wanted_documents({LINE: Answer(details)}, region, zone, **options)


def ways(region, *details):
    return {key.number: one.ways for key, one in wish(region, *details).documents.items()}


def test_north_america_asks_by_number_and_as_credits_if_the_type_is_not_told():
    assert ways("na", INVOICE) == {
        "A-1": (
            {"invoiceId": "A-1", "documentType": "Invoice"},
            {"invoiceId": "A-1", "documentType": "Credits"},
        )
    }


@pytest.mark.parametrize(
    ("kind", "document_type"), [("STANDARD", "Invoice"), ("CREDIT_MEMO", "Credits")]
)
def test_north_america_asks_once_if_the_type_is_told(kind, document_type):
    detail = INVOICE._replace(invoice_type=kind)
    assert ways("na", detail) == {"A-1": ({"invoiceId": "A-1", "documentType": document_type},)}


@pytest.mark.parametrize("region", ["eu", "jp"])
def test_elsewhere_a_lone_invoice_is_asked_by_its_three_ids(region):
    assert ways(region, INVOICE) == {"A-1": (IDS,)}
    assert ways(region, INVOICE._replace(consolidated_invoice_number="Pending")) == {"A-1": (IDS,)}


def test_a_consolidated_invoice_of_europe_is_the_invoice_itself():
    detail = INVOICE._replace(consolidated_invoice_number="A-1")
    assert ways("eu", detail) == {"A-1": ({"invoiceId": "A-1", "documentType": "Invoice"},)}
    assert list(wish("eu", detail).documents) == [invoice("A-1")]


def test_a_consolidated_invoice_of_japan_is_a_document_of_its_own_and_wanted_once():
    details = (
        INVOICE._replace(consolidated_invoice_number="K-1", invoice_type="STANDARD"),
        CREDIT._replace(consolidated_invoice_number="K-1"),
    )
    found = wish("jp", *details)
    consolidated = DocumentKey(DocumentKind.CONSOLIDATED, "K-1")
    credit = DocumentKey(DocumentKind.CREDIT_MEMO, "C-1")
    assert set(found.documents) == {invoice("A-1"), credit, consolidated}
    assert found.documents[consolidated].ways == ({"invoiceId": "K-1", "documentType": "Invoice"},)
    assert found.documents[consolidated].day == date(2026, 3, 6)
    assert found.of_line[LINE] == (invoice("A-1"), consolidated, credit)
    assert list(wish("jp", *details, consolidated_only=True).documents) == [consolidated]


def test_consolidated_only_keeps_what_nothing_stands_for():
    assert list(wish("jp", INVOICE, consolidated_only=True).documents) == [invoice("A-1")]


def test_a_credit_memo_beside_an_invoice_of_japan_does_not_put_it_in_doubt():
    found = ways("jp", INVOICE._replace(invoice_type="STANDARD"), CREDIT)
    assert found == {"A-1": (IDS,), "C-1": ()}


def test_what_cannot_be_asked_for_says_why():
    credit = wish("jp", CREDIT).documents[DocumentKey(DocumentKind.CREDIT_MEMO, "C-1")]
    assert "credit memos" in credit.unavailable
    two = wish("eu", INVOICE, LATER).documents
    assert all("2 documents" in one.unavailable and not one.ways for one in two.values())


def test_another_line_item_may_make_clear_what_one_leaves_in_doubt():
    found = wanted_documents({LINE: Answer((INVOICE, LATER)), OTHER: Answer((INVOICE,))}, "eu", UTC)
    assert found.documents[invoice("A-1")].ways[0]["orderLineItemId"] == OTHER[1]
    assert found.documents[invoice("A-1")].unavailable == ""
    assert found.documents[invoice("A-2")].ways == ()


def test_a_document_of_many_line_items_is_wanted_once():
    found = wanted_documents(dict.fromkeys([LINE, OTHER], Answer((INVOICE,))), "na", UTC)
    assert list(found.documents) == [invoice("A-1")]
    assert found.of_line == {LINE: (invoice("A-1"),), OTHER: (invoice("A-1"),)}


@pytest.mark.parametrize("details", [(), (Detail(),)])
def test_a_line_item_without_an_invoice_wants_nothing(details):
    found = wish("na", *details)
    assert (found.documents, found.of_line) == ({}, {LINE: ()})


def test_the_day_is_counted_in_the_zone_and_may_be_unknown():
    late = Detail("A-1", "2026-03-04T20:00:00Z")
    (one,) = wish("jp", late, zone=ZoneInfo("Asia/Tokyo")).documents.values()
    assert one.day == date(2026, 3, 5)
    (one,) = wish("na", Detail("A-1", "soon")).documents.values()
    assert one.day is None


def test_a_specification_is_written_as_amazon_takes_it():
    assert report_specification(IDS, ["A1PA6795UKMFR9"]) == {
        "reportType": "GET_AB_INVOICE_PDF",
        "marketplaceIds": ["A1PA6795UKMFR9"],
        "reportOptions": IDS,
    }
