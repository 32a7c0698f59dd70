"""Reading what Amazon says about invoices."""

import pytest

from xlsx_addin.core.answers import Unreadable
from xlsx_addin.core.payments import NOT_RETURNED, PaymentAnswer, read_payments

CLOSED = PaymentAnswer("Closed", "2025-06-07T23:59:59Z")
SAYS_NOTHING = PaymentAnswer()


def success(number, status="Closed", due="2025-06-07T23:59:59Z"):
    details = {"status": status, "dueDate": due}
    return {"invoiceId": number, "resultType": "SUCCESS", "paymentDetails": details}


def error(number, **said):
    return {"invoiceId": number, "resultType": "ERROR", "error": said}


def read(asked, *results):
    return read_payments(asked, {"invoicePaymentDetailsResults": list(results)})


def test_results_are_matched_by_their_number_and_not_by_their_order():
    answers = read(["A", "B"], success("B", "Past Due"), success("A"))
    assert answers == {"A": CLOSED, "B": CLOSED._replace(status="Past Due")}


@pytest.mark.parametrize("status", ["Closed", "closed", "Disputed", "Payment Processing"])
def test_any_status_passes_through_as_amazon_wrote_it(status):
    assert read(["A"], success("A", status))["A"].status == status


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"code": "NOT_FOUND", "message": "Not found."}, "Not found."),
        ({"code": "X", "message": "Bad.", "details": "Too old."}, "Bad. Too old."),
        ({"code": "NOT_FOUND"}, "NOT_FOUND"),
        ({"code": 7, "message": None}, "7"),
        ({}, ""),
    ],
)
def test_an_error_of_one_invoice_stays_with_it(said, words):
    answers = read(["A", "B"], error("A", **said), success("B"))
    assert answers == {"A": PaymentAnswer(error=words), "B": CLOSED}


def test_the_static_sandbox_leaves_details_and_errors_out():
    answers = read(
        ["A", "B"],
        {"invoiceId": "A", "resultType": "SUCCESS"},
        {"invoiceId": "B", "resultType": "ERROR"},
    )
    assert answers == {"A": SAYS_NOTHING, "B": PaymentAnswer(error="")}


@pytest.mark.parametrize(
    "result",
    [
        {"invoiceId": "A", "resultType": "error", "error": None},
        {"invoiceId": "A", "error": {}},
        {"invoiceId": "A", "resultType": "ERROR", "paymentDetails": {"status": "Closed"}},
    ],
)
def test_an_error_is_never_taken_for_a_status(result):
    assert read(["A"], result) == {"A": PaymentAnswer(error="")}


@pytest.mark.parametrize(
    "results",
    [
        [],
        [None],
        ["A"],
        [{}],
        [{"invoiceId": None, "resultType": "SUCCESS"}],
        [success("B")],
        [success(["A"])],
    ],
)
def test_what_has_no_result_is_not_returned(results):
    assert read(["A"], *results) == {"A": NOT_RETURNED}


@pytest.mark.parametrize(
    ("changes", "cause"),
    [({"paymentDetails": "none"}, "paymentDetails"), ({"error": ["x"]}, "error")],
)
def test_other_types_are_unreadable_for_this_invoice_alone(changes, cause):
    answers = read(["A", "B"], success("A") | changes, success("B"))
    assert answers["B"] == CLOSED
    assert isinstance(answers["A"], Unreadable)
    assert cause in answers["A"].cause


@pytest.mark.parametrize(
    ("details", "answer"),
    [
        (None, SAYS_NOTHING),
        ({}, SAYS_NOTHING),
        ({"status": None, "dueDate": None}, SAYS_NOTHING),
        ({"status": " ", "dueDate": 5.5}, SAYS_NOTHING),
        ({"status": ["Closed"]}, SAYS_NOTHING),
        ({"status": " Past\n Due "}, PaymentAnswer("Past Due")),
        ({"status": "Issued", "new": 1}, PaymentAnswer("Issued")),
    ],
)
def test_what_is_missing_null_or_of_another_type_stays_unsaid(details, answer):
    result = {"invoiceId": "A", "resultType": "SUCCESS", "paymentDetails": details}
    assert read(["A"], result) == {"A": answer}


@pytest.mark.parametrize("body", [None, [], "x", {}, {"invoicePaymentDetailsResults": {}}])
def test_a_body_without_results_is_unreadable_as_a_whole(body):
    assert isinstance(read_payments(["A"], body), Unreadable)


def test_a_result_that_comes_twice_counts_once():
    assert read(["A"], success("A"), success("A")) == {"A": CLOSED}


@pytest.mark.parametrize("other", [{"invoiceId": "A"}, {"invoiceId": "A", "paymentDetails": {}}])
def test_a_result_that_says_nothing_gives_way(other):
    assert read(["A"], other, success("A")) == read(["A"], success("A"), other) == {"A": CLOSED}


@pytest.mark.parametrize("second", [success("A", "Past Due"), error("A", message="No.")])
def test_two_results_that_differ_are_no_answer(second):
    (answer,) = read(["A"], success("A"), second).values()
    assert isinstance(answer, Unreadable)


def test_a_number_in_other_case_is_known_again_if_it_can_be_no_other():
    assert read(["inv-a"], success("INV-A")) == {"inv-a": CLOSED}
    both = read(["inv-a", "INV-A"], success("INV-A"), success("Inv-a", "Issued"))
    assert both == {"inv-a": NOT_RETURNED, "INV-A": CLOSED}


def test_a_number_that_comes_as_a_number_is_known_again():
    assert read(["123"], success(123)) == {"123": CLOSED}


@pytest.mark.parametrize(
    ("answer", "settled"),
    [(CLOSED, True), (PaymentAnswer("CLOSED"), True), (PaymentAnswer("Issued"), False),
     (NOT_RETURNED, False), (PaymentAnswer(error="x"), False), (PaymentAnswer(refusal="x"), False)],
)  # fmt: skip
def test_only_closed_is_settled(answer, settled):
    assert answer.is_settled is settled
