import pytest

from xlsx_addin.core.answers import NOT_RETURNED, Answer, Detail, Unreadable, read_answers
from xlsx_addin.core.line_items import LineItem

LINE = LineItem("111-1087441-1234567", "92258882544123", "XWwjNjAbC")
OTHER = LineItem("111-1087441-1234567", "92258882544124", "XWwjNjAbC")


def entry(line_item, details):
    return {
        "orderLineItem": dict(
            zip(("orderId", "orderLineItemId", "shipmentId"), line_item, strict=True)
        ),
        "invoiceDetails": details,
    }


def body(*entries):
    return {"invoiceDetailsByOrderLineItems": list(entries)}


def test_entries_are_matched_by_their_ids_not_by_position():
    answers = read_answers(
        [LINE, OTHER],
        body(entry(OTHER, [{"invoiceNumber": "B"}]), entry(LINE, [{"invoiceNumber": "A"}])),
    )
    assert answers[LINE].details == (Detail("A"),)
    assert answers[OTHER].details == (Detail("B"),)


def test_ids_that_differ_only_in_case_are_kept_apart():
    lower = LINE._replace(shipment_id=LINE.shipment_id.lower())
    answers = read_answers([LINE, lower], body(entry(lower, [{"invoiceNumber": "A"}])))
    assert answers[LINE] is NOT_RETURNED
    assert answers[lower].details == (Detail("A"),)


def test_entries_about_other_lines_are_passed_over():
    assert read_answers([LINE], body(entry(OTHER, [{"invoiceNumber": "B"}]))) == {
        LINE: NOT_RETURNED
    }


@pytest.mark.parametrize("details", [None, [], [None]])
def test_no_details_are_no_documents(details):
    answer = read_answers([LINE], body(entry(LINE, details)))[LINE]
    assert answer.returned
    assert answer.documents == ()


def test_a_missing_list_of_details_is_no_documents():
    shortened = entry(LINE, None)
    del shortened["invoiceDetails"]
    assert read_answers([LINE], body(shortened))[LINE] == Answer()


def test_an_all_null_detail_is_no_document():
    nulls = {"invoiceNumber": None, "invoiceDate": None, "invoiceType": None}
    assert read_answers([LINE], body(entry(LINE, [nulls])))[LINE].documents == ()


def test_every_field_is_read_and_unknown_ones_are_passed_over():
    detail = {
        "invoiceNumber": " JP218PV8HMOI ",
        "invoiceDate": "2022-03-30T15:30:22.077Z",
        "consolidatedInvoiceDetails": {"invoiceNumber": "11XS-123S-XFA1"},
        "invoiceType": "CREDIT_MEMO",
        "associatedInvoiceNumber": "JP1",
        "associatedInvoiceDate": "2022-03-01T00:00:00Z",
        "currencyCode": "JPY",
        "invoiceTotal": "1751.0",
        "invoiceIssuer": {"name": "Mizuta"},
        "somethingNew": {"of": ["any", "kind"]},
    }
    assert read_answers([LINE], body(entry(LINE, [detail])))[LINE].details == (
        Detail(
            "JP218PV8HMOI",
            "2022-03-30T15:30:22.077Z",
            "11XS-123S-XFA1",
            "CREDIT_MEMO",
            "JP1",
            "2022-03-01T00:00:00Z",
            "JPY",
            "1751.0",
            "Mizuta",
        ),
    )


@pytest.mark.parametrize("value", [1.5, True, [], {}, ["A"], "", "  "])
def test_a_number_of_a_wrong_type_is_nothing(value):
    answer = read_answers([LINE], body(entry(LINE, [{"invoiceNumber": value}])))[LINE]
    assert answer.documents == ()


def test_a_whole_number_stands_for_its_text():
    answer = read_answers([LINE], body(entry(LINE, [{"invoiceNumber": 12345}])))[LINE]
    assert answer.details == (Detail("12345"),)


@pytest.mark.parametrize("details", ["text", 5, {"invoiceNumber": "A"}, [{"a": 1}, "text"], [[]]])
def test_details_of_a_wrong_shape_are_unreadable_not_empty(details):
    assert isinstance(read_answers([LINE], body(entry(LINE, details)))[LINE], Unreadable)


@pytest.mark.parametrize(
    "wrong", [None, [], "text", 5, {}, {"invoiceDetailsByOrderLineItems": None}, {"errors": []}]
)
def test_a_body_of_a_wrong_shape_is_unreadable(wrong):
    assert isinstance(read_answers([LINE], wrong), Unreadable)


@pytest.mark.parametrize("wrong", [None, 5, "text", {}, {"orderLineItem": None}, [LINE]])
def test_entries_that_name_no_line_are_passed_over(wrong):
    answers = read_answers([LINE], body(wrong, entry(LINE, [{"invoiceNumber": "A"}])))
    assert answers[LINE].details == (Detail("A"),)


def test_repeated_entries_of_a_line_are_joined_so_that_no_document_is_lost():
    answers = read_answers(
        [LINE], body(entry(LINE, [{"invoiceNumber": "A"}]), entry(LINE, [{"invoiceNumber": "B"}]))
    )
    assert [detail.invoice_number for detail in answers[LINE].documents] == ["A", "B"]


def test_an_unreadable_entry_is_not_hidden_by_a_readable_one():
    answers = read_answers([LINE], body(entry(LINE, "text"), entry(LINE, [{"invoiceNumber": "B"}])))
    assert isinstance(answers[LINE], Unreadable)


def test_equal_documents_count_once_and_say_together_what_each_says():
    answer = Answer((Detail("A"), Detail("A", "2024-07-19"), Detail("A", None, "Pending")))
    assert answer.documents == (Detail("A", "2024-07-19", "Pending"),)


def test_an_invoice_and_a_credit_memo_of_one_number_are_two_documents():
    answer = Answer((Detail("A"), Detail("A", invoice_type="CREDIT_MEMO")))
    assert len(answer.documents) == 2


def test_a_consolidated_number_beats_pending_for_the_same_document():
    answer = Answer((Detail("A", "2024-07-19", "Pending"), Detail("A", None, "C")))
    assert answer.documents == (Detail("A", "2024-07-19", "C"),)


@pytest.mark.parametrize(
    ("answer", "settled"),
    [
        (Answer((Detail("A"),)), True),
        (Answer((Detail("A"), Detail("B"))), True),
        (Answer((Detail("A", None, "A"),)), True),
        (Answer((Detail("A", None, "Pending"),)), False),
        (Answer((Detail("A"), Detail("B", None, "Pending"))), False),
        (Answer(), False),
        (Answer((Detail(),)), False),
        (NOT_RETURNED, False),
        (Answer(refusal="Invalid order line item."), True),
    ],
)
def test_what_is_settled_need_not_be_asked_again(answer, settled):
    assert answer.is_settled is settled


@pytest.mark.parametrize(
    ("named", "others"),
    [
        ([LINE.order_line_item_id], None),
        ([OTHER.order_line_item_id], OTHER.order_line_item_id),
        ([OTHER.order_line_item_id, LINE.order_line_item_id], None),
        ([], None),
        ([None, 5], "5"),
    ],
)
def test_a_document_that_names_only_other_lines_is_recognised(named, others):
    detail = {
        "invoiceNumber": "A",
        "transactionDataItems": [
            "text",
            {"apportionment": [{"orderLineItemId": one} for one in named]},
            {"apportionment": None},
        ],
    }
    (read,) = read_answers([LINE], body(entry(LINE, [detail])))[LINE].details
    assert read.other_line_items == others
