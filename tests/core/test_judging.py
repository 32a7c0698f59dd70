from datetime import UTC, date
from zoneinfo import ZoneInfo

import pytest

from xlsx_addin.core.answers import NOT_RETURNED, Answer, Detail, KnownAnswer
from xlsx_addin.core.judging import (
    NOTHING_TO_DO,
    is_our_message,
    judge,
    judge_answer,
    judge_failure,
)
from xlsx_addin.core.outcomes import Failure, Outcome, Status

DAY = date(2024, 7, 19)
TIME = "2024-07-19T09:20:36.767Z"
EARLIER = "2024-07-01T00:00:00Z"


def invoice(number="A", when=TIME, consolidated=None):
    return Detail(number, when, consolidated)


def credit(number="C", when=TIME, consolidated=None):
    return Detail(number, when, consolidated, "CREDIT_MEMO")


def judged(*details, zone=UTC):
    return judge_answer(Answer(details), zone)


def known(answer, previous=None):
    return KnownAnswer(answer, 0.0, 0.0, previous)


def test_one_invoice_is_found():
    assert judged(invoice()) == Outcome(Status.FOUND, NOTHING_TO_DO, "A", DAY, "")


def test_a_consolidated_number_is_given_beside_its_invoice():
    assert judged(invoice(consolidated="K")).consolidated_invoice_number == "K"


def test_the_day_is_the_profiles():
    outcome = judged(invoice(when="2022-03-30T15:30:22.077Z"), zone=ZoneInfo("Asia/Tokyo"))
    assert outcome.invoice_date == date(2022, 3, 31)


def test_a_lone_credit_memo_is_found_and_marked():
    outcome = judged(credit())
    assert outcome.status is Status.FOUND
    assert outcome.invoice_number == "C (credit)"
    assert outcome.invoice_date == DAY
    assert "credit memo" in outcome.message


@pytest.mark.parametrize(
    ("when", "words"), [(None, "no date for A"), ("yesterday", "cannot be read (yesterday)")]
)
def test_a_date_that_is_missing_or_unreadable_is_said(when, words):
    outcome = judged(invoice(when=when))
    assert outcome.status is Status.FOUND
    assert outcome.invoice_date is None
    assert words in outcome.message


def test_several_documents_are_joined_oldest_first_with_credit_memos_last():
    outcome = judged(
        credit("C1", EARLIER), invoice("B", TIME, "KB"), invoice("A", EARLIER, "KA"), credit("C2")
    )
    assert outcome.status is Status.SEVERAL
    assert outcome.invoice_number == "A; B; C1 (credit); C2 (credit)"
    assert outcome.consolidated_invoice_number == "KA; KB"
    assert outcome.invoice_date == DAY
    assert outcome.message.startswith("2 invoices and 2 credit memos: ")


def test_the_date_is_the_newest_invoices_not_a_credit_memos():
    outcome = judged(invoice("A", EARLIER), credit("C", TIME))
    assert outcome.invoice_date == date(2024, 7, 1)


def test_documents_without_a_date_stand_behind_dated_ones():
    assert judged(invoice("B", None), invoice("A", TIME)).invoice_number == "A; B"


def test_equal_documents_are_one():
    assert judged(invoice(), invoice()).status is Status.FOUND


def test_a_shared_consolidated_number_is_given_once():
    outcome = judged(invoice("A", EARLIER, "K"), invoice("B", TIME, "K"))
    assert outcome.consolidated_invoice_number == "K"


@pytest.mark.parametrize(
    "details", [(invoice(consolidated="Pending"),), (invoice("A"), invoice("B", TIME, "Pending"))]
)
def test_pending_fills_in_all_but_the_consolidated_cell(details):
    outcome = judged(*details)
    assert outcome.status is Status.PENDING
    assert outcome.invoice_number.startswith("A")
    assert outcome.invoice_date == DAY
    assert outcome.consolidated_invoice_number == ""
    assert "refresh again later" in outcome.message


def test_a_consolidated_number_without_an_invoice_number_is_given_and_said():
    outcome = judged(Detail(None, TIME, "K"))
    assert (outcome.status, outcome.invoice_number) == (Status.FOUND, "")
    assert outcome.consolidated_invoice_number == "K"
    assert "no invoice number" in outcome.message


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (Answer(), Status.NO_INVOICE_YET),
        (Answer((Detail(),)), Status.NO_INVOICE_YET),
        (Answer((Detail(None, TIME),)), Status.NO_INVOICE_YET),
        (Answer((Detail(None, TIME, "Pending"),)), Status.NO_INVOICE_YET),
        (NOT_RETURNED, Status.NOT_RETURNED),
        (Answer(refusal="Invalid line"), Status.CHECK_IDS),
    ],
)
def test_answers_without_a_document(answer, status):
    outcome = judge_answer(answer, UTC)
    assert outcome.status is status
    assert outcome.message
    assert not (outcome.invoice_number)
    assert not (outcome.invoice_date)


def test_a_refusal_gives_amazons_words():
    assert "Invalid line." in judge_answer(Answer(refusal="Invalid\n line"), UTC).message


def test_a_changed_value_says_what_it_was():
    before = Answer((invoice("A", EARLIER, "K"),))
    outcome = judge(known(Answer((invoice("B", TIME, "K"),)), before))
    assert outcome.status is Status.FOUND
    assert outcome.message == (
        "Changed: the invoice number was A, the invoice date was 2024-07-01."
    )


def test_a_value_that_went_away_says_what_it_was():
    outcome = judge(known(Answer(), Answer((invoice(),))))
    assert outcome.status is Status.NO_INVOICE_YET
    assert "the invoice number was A" in outcome.message


def test_an_equal_answer_says_nothing_of_the_one_before():
    assert judge(known(Answer((invoice(),)), Answer((invoice(), invoice())))) == judged(invoice())


def test_a_failure_keeps_the_values_known_before():
    failure = Failure(Status.FAILED, "Amazon had a fault (request id 1).")
    outcome = judge_failure(failure, known(Answer((invoice(),))))
    assert outcome == Outcome(Status.FAILED, failure.cause, "A", DAY, "")


def test_a_failure_on_an_unknown_line_leaves_its_cells_alone():
    assert judge_failure(Failure(Status.CANCELLED, "Stopped."), None).keeps_values


def test_documents_that_name_other_lines_are_given_and_said():
    other = credit("C")._replace(other_line_items="123")
    outcome = judged(invoice("A"), other)
    assert outcome.invoice_number == "A; C (credit)"
    assert "Amazon names other line items of the shipment for C." in outcome.message


@pytest.mark.parametrize(
    "details",
    [
        (invoice(),),
        (credit(),),
        (invoice(when=None),),
        (invoice(when="yesterday"),),
        (invoice(), invoice("B"), credit()),
        (invoice(consolidated="Pending"),),
        (Detail(None, TIME, "K"),),
        (invoice()._replace(other_line_items="1"),),
        (Detail(),),
    ],
)
def test_every_message_is_recognised_as_ours(details):
    previous = Answer((invoice("OLD", EARLIER),))
    assert is_our_message(judged(*details).message)
    assert is_our_message(judge(known(Answer(details), previous)).message)


@pytest.mark.parametrize("answer", [NOT_RETURNED, Answer(refusal="no")])
def test_messages_without_documents_are_recognised_too(answer):
    assert is_our_message(judge_answer(answer, UTC).message)


@pytest.mark.parametrize("text", ["call supplier", "", "paid 3 invoices", "see mail of Ann"])
def test_other_peoples_messages_are_not(text):
    assert not is_our_message(text)
