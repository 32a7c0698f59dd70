"""Asking about the payment of invoices: how, how many at once, and what becomes of them."""

import json
import threading
from collections import Counter

import pytest

from xlsx_addin.amazon.options import ClientOptions
from xlsx_addin.amazon.payments import PaymentClient
from xlsx_addin.amazon.session import Account, Session
from xlsx_addin.core.outcomes import Failure, Status
from xlsx_addin.core.payments import NOT_RETURNED, PaymentAnswer
from xlsx_addin.sandbox.examples import load_examples

EXAMPLES = load_examples()
CLOSED = PaymentAnswer("Closed", "2025-06-07T23:59:59Z")


def asked_in(request):
    return json.loads(request.body)["invoiceIds"]


@pytest.fixture
def ask(clock, amazon, credentials):
    """Ask with a new client; gives the answers, of which each invoice must come once."""

    def ask_about(numbers, cancel=None):
        client = PaymentClient(
            Session(
                Account("https://api.test", "https://token.test/auth/o2/token", credentials),
                transport=amazon,
                options=ClientOptions(max_workers=1),
                clock=clock,
                random=lambda: 0.5,
            )
        )
        batches = list(client.ask(numbers, cancel or threading.Event()))
        assert max(Counter(one for batch in batches for one in batch).values()) == 1
        ask_about.counts = client.counts
        return {number: one for batch in batches for number, one in batch.items()}

    return ask_about


@pytest.fixture
def behave(amazon, reply):
    """Let Amazon answer every invoice but those that are `odd`, and refuse the `poison` ones."""

    def choose(odd=(), poison=()):
        def send(request, _cancel):
            if "token" in request.url:
                return reply.token()
            amazon.requests.append(request)
            numbers = asked_in(request)
            if set(poison) & set(numbers):
                return reply.error(400, "No.", "Bad invoice.")
            details = {"status": CLOSED.status, "dueDate": CLOSED.due_date}
            results = [
                {"invoiceId": one, "resultType": "SUCCESS", "paymentDetails": details}
                for one in numbers
                if one not in odd
            ]
            return reply.json({"invoicePaymentDetailsResults": results[::-1]})

        amazon.send = send

    choose()
    return choose


def test_a_question_is_asked_as_the_api_wants_it(ask, amazon, behave):
    assert ask(["JP218PV8HMOI", "é"]) == {"JP218PV8HMOI": CLOSED, "é": CLOSED}
    (request,) = amazon.requests
    assert (request.method, request.url) == (
        "POST",
        "https://api.test/reconciliation/2021-01-08/invoices/batch/paymentDetails",
    )
    assert request.body == b'{"invoiceIds": ["JP218PV8HMOI", "\\u00e9"]}'


@pytest.mark.parametrize(("count", "sizes"), [(1, [1]), (25, [25]), (60, [25, 25, 10])])
def test_25_invoices_go_into_one_request(ask, amazon, behave, count, sizes):
    ask([f"INV-{n}" for n in range(count)])
    assert [len(asked_in(request)) for request in amazon.requests] == sizes


def test_an_invoice_without_a_result_is_not_returned(ask, behave):
    behave(odd=["B"])
    assert ask(["A", "B"]) == {"A": CLOSED, "B": NOT_RETURNED}


def test_a_refused_batch_is_halved_until_the_bad_invoice_stands_alone(ask, behave):
    behave(poison=["INV-7"])
    answers = ask([f"INV-{n}" for n in range(60)])
    refused = answers.pop("INV-7")
    assert refused == PaymentAnswer(refusal="No. Bad invoice.")
    assert set(answers.values()) == {CLOSED}


def test_if_all_is_refused_it_is_the_api_that_changed(ask, behave):
    numbers = [f"INV-{n}" for n in range(60)]
    behave(poison=numbers)
    answers = ask(numbers)
    assert {one.status for one in answers.values() if isinstance(one, Failure)} == {Status.FAILED}
    assert "refuses whole batches of invoice numbers" in answers["INV-0"].cause
    assert len([one for one in answers.values() if isinstance(one, Failure)]) == 60


@pytest.mark.parametrize(
    "name", ["payments-sandbox", "payments-derived-full", "payments-sandbox-400"]
)
def test_the_published_answers_are_understood(ask, amazon, reply, name):
    example = EXAMPLES[name]
    amazon.will_reply(reply.json(example["response"], example["status"]))
    numbers = example["request"]["invoiceIds"]
    assert (
        list(ask(numbers).values())
        == {
            "payments-sandbox": [PaymentAnswer(), PaymentAnswer(error="")],
            "payments-derived-full": [
                PaymentAnswer("Issued", "2025-06-07T23:59:59Z"),
                PaymentAnswer(error="Invoice not found."),
            ],
            "payments-sandbox-400": [
                PaymentAnswer(
                    refusal="The request contains invalid parameters."
                    " The invoiceIds array must contain at least one invoice ID."
                )
            ],
        }[name]
    )


def test_what_cannot_be_read_for_one_invoice_fails_it_alone(ask, amazon, reply):
    results = [
        {"invoiceId": "A", "resultType": "SUCCESS", "paymentDetails": {"status": "Issued"}},
        {"invoiceId": "B", "resultType": "SUCCESS", "paymentDetails": "none"},
    ]
    amazon.will_reply(reply.json({"invoicePaymentDetailsResults": results}))
    answers = ask(["A", "B"])
    assert answers["A"] == PaymentAnswer("Issued")
    assert answers["B"].status is Status.FAILED
    assert "id-1" in answers["B"].cause
