"""What a row shows of the payment of its invoices, and which of them are asked about."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from xlsx_addin.core.cells import CellError, Formula, Missing
from xlsx_addin.core.invoice_numbers import BadNumber, read_invoice_numbers
from xlsx_addin.core.outcomes import Failure, Status
from xlsx_addin.core.payment_rows import (
    FRESH_S,
    WORDS,
    join_payments,
    judge_bad_number,
    judge_payment,
    judge_unanswered,
    must_ask,
)
from xlsx_addin.core.payments import NOT_RETURNED, KnownPayment, PaymentAnswer

DUE = "2025-06-07T23:59:59Z"
CLOSED = PaymentAnswer("Closed", DUE)
ISSUED = PaymentAnswer("Issued", "2026-01-31T00:00:00Z")
PAST_DUE = PaymentAnswer("Past Due", "2025-03-01T00:00:00Z")
FAILED = Failure(Status.FAILED, "Amazon had a fault. Amazon's request id: 42.")


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("1XQX-T4VG-9939", ("1XQX-T4VG-9939",)),
        (" A ; B (credit);A ", ("A", "B")),
        ("A\nB\r\nC", ("A", "B", "C")),
        ("A (credit)", ("A",)),
        ('="00123"', ("00123",)),
        (1234567890, ("1234567890",)),
        (12.0, ("12",)),
        (Formula("A; B"), ("A", "B")),
        (Formula(0), ()),
        ("x" * 255, ("x" * 255,)),
        (None, ()),
        ("  ", ()),
        (";", ()),
        ("Total", ()),
        ("Summe:", ()),
        ("Invoice Number", ()),
        ("Rechnungsnummer", ()),
        ("Pending", ()),
        ("TOTAL-2024-1", ("TOTAL-2024-1",)),
        ("Total7", ("Total7",)),
    ],
)
def test_the_numbers_of_a_cell(cell, numbers):
    assert read_invoice_numbers(cell) == numbers


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("1.2E+15", "lost digits"),
        (1.5e20, "more than 15 digits"),
        (CellError("#N/A"), "holds the error #N/A"),
        (datetime(2026, 3, 1), "became a date"),  # cells have no zone
        (True, "TRUE"),
        ("x" * 256, "256 characters, more than 255"),
        ("A B", "write ; between several"),
        ("A\x01B", "control characters"),
        (Formula(Missing.RESULT), "never calculated"),
    ],
)
def test_what_is_no_number_says_what_to_do(cell, words):
    (bad,) = read_invoice_numbers(cell)
    assert isinstance(bad, BadNumber)
    payment = judge_bad_number(bad)
    assert payment.status == "Check number"
    assert words in payment.message
    assert payment.message.endswith(".")


def test_a_bad_number_leaves_its_neighbours_alone():
    first, second, third = read_invoice_numbers("A; 1.2E+15; B")
    assert (first, third) == ("A", "B")
    assert isinstance(second, BadNumber)


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [
        (CLOSED, "Closed", "Nothing to do."),
        (PAST_DUE, "Past Due", "has passed"),
        (ISSUED, "Issued", "by the due date"),
        (PaymentAnswer("Payment Processing", DUE), "Payment Processing", "being processed"),
        (PaymentAnswer("Disputed", DUE), "Disputed", "Amazon's own word"),
        (NOT_RETURNED, "Not returned", "nothing about this invoice"),
        (PaymentAnswer(), "Not returned", "no payment status"),
        (PaymentAnswer(error="Not found."), "Refused", "error for this invoice: Not found. Com"),
        (PaymentAnswer(error=""), "Refused", "it gives no reason."),
        (PaymentAnswer(refusal="Bad id"), "Refused", "refuses this invoice number: Bad id. Com"),
        (PaymentAnswer("Issued"), "Issued", "no due date"),
        (PaymentAnswer("Issued", "soon"), "Issued", "cannot be read (soon)"),
        (PaymentAnswer("Closed"), "Closed", "Nothing to do."),
    ],
)
def test_every_answer_has_a_word_and_a_sentence(answer, status, words):
    payment = judge_payment(answer, UTC)
    assert payment.status == status
    assert words in payment.message
    assert payment.message.endswith(".")


def test_all_words_of_ours_are_known():
    assert {"Closed", "Past Due", "Issued", "Payment Processing", "Refused"} <= WORDS
    assert len(WORDS) == 10


def test_the_day_is_counted_in_the_zone():
    assert judge_payment(CLOSED, UTC).due == date(2025, 6, 7)
    assert judge_payment(CLOSED, ZoneInfo("Asia/Tokyo")).due == date(2025, 6, 8)


def test_a_failure_keeps_the_due_date_that_is_known():
    known = judge_unanswered(FAILED, KnownPayment(ISSUED, 1.0), UTC)
    assert known == ("Failed", FAILED.cause, date(2026, 1, 31), False)
    assert judge_unanswered(FAILED, None, UTC) == ("Failed", FAILED.cause, None, True)


def joined(**answers):
    return join_payments({one: judge_payment(answer, UTC) for one, answer in answers.items()})


def test_several_invoices_show_their_statuses_in_order_and_equal_ones_once():
    assert joined(A=PAST_DUE, B=CLOSED, C=PAST_DUE).status == "Past Due; Closed"
    assert joined(A=CLOSED, B=CLOSED) == ("Closed", "Nothing to do.", date(2025, 6, 7), False)


def test_of_several_the_earliest_date_counts_of_what_is_not_closed():
    assert joined(A=PaymentAnswer("Closed", "2024-01-01"), B=ISSUED, C=PAST_DUE).due == date(
        2025, 3, 1
    )
    assert joined(A=CLOSED, B=PaymentAnswer("Issued")).due is None


def test_the_message_of_several_names_those_with_something_to_do():
    message = joined(A=CLOSED, B=PAST_DUE, C=PAST_DUE, D=ISSUED).message
    assert message.startswith("B, C: The due date has passed")
    assert "D: Not paid yet" in message
    assert "A" not in message.replace("Amazon", "")


@pytest.mark.parametrize(
    ("known", "more", "asked"),
    [
        (None, {}, True),
        (KnownPayment(CLOSED, 0.0), {}, False),
        (KnownPayment(CLOSED, 0.0), {"ask_all": True}, True),
        (KnownPayment(ISSUED, 1000.0 - FRESH_S), {}, True),
        (KnownPayment(ISSUED, 1000.0 - FRESH_S + 1), {}, False),
        (KnownPayment(ISSUED, 1001.0), {}, True),
        (KnownPayment(ISSUED, 999.0), {"ask_all": True}, True),
        (KnownPayment(CLOSED, 900.0), {"ask_all": True, "resumed_since": 800.0}, False),
        (KnownPayment(CLOSED, 700.0), {"ask_all": True, "resumed_since": 800.0}, True),
        (KnownPayment(ISSUED, 100.0), {"resumed_since": 50.0}, False),
    ],
)
def test_who_is_asked(known, more, asked):
    options = {"ask_all": False, "now": 1000.0, "resumed_since": None} | more
    assert must_ask(known, **options) is asked
