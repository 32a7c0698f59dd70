import threading
from collections import Counter

import pytest

from xlsx_addin.amazon.session import Account
from xlsx_addin.amazon.transport import HttpResponse
from xlsx_addin.core.answers import NOT_RETURNED, Answer, Detail
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import Status
from xlsx_addin.errors import ConnectionFault


@pytest.fixture
def never() -> threading.Event:
    return threading.Event()


@pytest.fixture
def ask(make_client, never):
    """Ask with a new client; gives the results, of which each line item must come once."""

    def ask_about(lines, cancel=never, **options):
        ask_about.client = make_client(**options)
        batches = list(ask_about.client.ask(lines, cancel))
        assert max(Counter(line for batch in batches for line in batch).values()) == 1
        results = {line: one for batch in batches for line, one in batch.items()}
        assert set(results) == set(lines)
        return results

    return ask_about


def statuses(results) -> Counter:
    return Counter(getattr(one, "status", "answered") for one in results.values())


def test_a_question_is_asked_as_the_api_wants_it(ask, amazon) -> None:
    ask([LineItem("111-1087441-1234567", "92258882544123", "XWwjNjAbC")])
    (request,) = amazon.requests
    assert request.url == "https://api.test/reconciliation/2021-01-08/invoices"
    assert request.body == (
        b'{"orderLineItems": [{"orderId": "111-1087441-1234567",'
        b' "orderLineItemId": "92258882544123", "shipmentId": "XWwjNjAbC"}]}'
    )


def test_answers_are_matched_by_their_ids_and_not_by_their_order(ask, make_lines) -> None:
    lines = make_lines(30)
    results = ask(lines)
    assert results[lines[7]] == Answer((Detail("INV-line-7"),))
    assert all(results[line].documents[0].invoice_number[4:] == line[1] for line in lines)


@pytest.mark.parametrize(("count", "sizes"), [(1, [1]), (25, [25]), (60, [25, 25, 10])])
def test_25_line_items_go_into_one_request(ask, amazon, make_lines, count: int, sizes) -> None:
    ask(make_lines(count))
    assert [len(batch) for batch in amazon.batches] == sizes


def test_no_request_for_nothing(make_client, amazon, never) -> None:
    assert list(make_client().ask([], never)) == []
    assert amazon.sign_ins == []


def test_the_limit_is_kept_over_a_whole_run(ask, amazon, make_lines) -> None:
    ask(make_lines(25 * 40))
    seconds = amazon.asked_at[-1] - amazon.asked_at[0]
    assert seconds == pytest.approx((40 - 8) / (2 * 0.99))
    assert ask.client.counts.throttled == 0


def test_runs_of_one_client_share_token_and_limit(make_client, amazon, make_lines, never) -> None:
    client = make_client()
    for _ in range(20):
        list(client.ask(make_lines(1), never))
    assert len(amazon.sign_ins) == 1
    assert amazon.asked_at[-1] - amazon.asked_at[0] == pytest.approx(12 / (2 * 0.99))
    assert client.counts.requests == 20


def test_a_line_that_amazon_leaves_out_is_not_returned(ask, amazon, reply, make_lines) -> None:
    amazon.behaviour = lambda lines: reply.invoices(lines[:1])
    lines = make_lines(3)
    results = ask(lines)
    assert results[lines[0]].returned
    assert [results[line] for line in lines[1:]] == [NOT_RETURNED] * 2


def test_an_entry_that_cannot_be_read_fails_alone(ask, amazon, reply, make_lines) -> None:
    lines = make_lines(2)
    entries = [
        {
            "orderLineItem": dict(
                zip(("orderId", "orderLineItemId", "shipmentId"), line, strict=True)
            ),
            "invoiceDetails": details,
        }
        for line, details in zip(lines, ([], "what?"), strict=True)
    ]
    amazon.behaviour = lambda _: reply.json({"invoiceDetailsByOrderLineItems": entries})
    results = ask(lines)
    assert results[lines[0]] == Answer()
    assert results[lines[1]].status is Status.FAILED
    assert "invoiceDetails is not a list" in results[lines[1]].cause
    assert "id-1" in results[lines[1]].cause
    assert len(amazon.requests) == 1


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b'{"invoiceDetailsByOrderLi', b"[]", b"{}", b"\xff", b"[" * 200_000]
)
def test_a_body_that_cannot_be_read_is_asked_for_again(ask, amazon, make_lines, body) -> None:
    amazon.will_reply(HttpResponse(200, {}, body))
    assert statuses(ask(make_lines(5))) == {"answered": 5}
    assert len(amazon.requests) == 2


def test_a_body_that_is_never_readable_fails_with_its_request_id(
    ask, amazon, reply, make_lines
) -> None:
    amazon.behaviour = lambda _: reply.json([])
    lines = make_lines(1)
    results = ask(lines)
    assert results[lines[0]].status is Status.FAILED
    assert "id-1" in results[lines[0]].cause
    assert ask.client.counts.requests == 5


def test_one_poison_line_gets_amazons_words_and_costs_ten_requests(
    ask, amazon, reply, make_lines
) -> None:
    lines = make_lines(50)
    poison = lines[13]

    def refuse(asked):
        return reply.error(400, "Bad shipment.") if poison in asked else reply.invoices(asked)

    amazon.behaviour = refuse
    results = ask(lines)
    assert results.pop(poison) == Answer(refusal="Bad shipment.")
    assert all(one.documents for one in results.values())
    assert len(amazon.requests) <= 2 + 10
    bodies = [request.body for request in amazon.requests]
    assert len(set(bodies)) == len(bodies)


def test_a_missing_role_stops_the_run_with_advice_and_request_id(
    ask, amazon, reply, make_lines
) -> None:
    amazon.will_reply(reply.invoices(make_lines(25)), reply.error(403, "Denied."))
    lines = make_lines(1000)
    results = ask(lines)
    assert statuses(results) == {"answered": 25, Status.NOT_ALLOWED: 975}
    assert "role Business Purchase Reconciliation" in results[lines[-1]].cause
    assert "id-1" in results[lines[-1]].cause
    assert len(amazon.requests) == 2


@pytest.mark.parametrize("workers", [1, 8])
def test_a_refused_sign_in_stops_the_run_before_any_question(
    ask, amazon, reply, make_lines, workers: int
) -> None:
    amazon.will_reply_to_sign_in(*[reply.sign_in_error(401, "invalid_client")] * 5)
    lines = make_lines(500)
    results = ask(lines, max_workers=workers)
    assert statuses(results) == {Status.NOT_ALLOWED: 500}
    assert "180 days" in results[lines[0]].cause
    assert len(amazon.sign_ins) <= 2
    assert amazon.requests == []


def test_a_network_that_is_away_ends_the_run_after_30_seconds(
    ask, amazon, make_lines, clock
) -> None:
    amazon.behaviour = lambda _: ConnectionFault("The name was not found.", next_step="Check it.")
    lines = make_lines(500)
    results = ask(lines)
    assert statuses(results) == {Status.FAILED: 500}
    assert "The name was not found. This came" in results[lines[-1]].cause
    assert 30 <= clock.now() - 1000 < 45
    assert 5 <= len(amazon.requests) < 20


def test_a_network_that_comes_back_in_time_costs_no_line(ask, amazon, make_lines) -> None:
    amazon.will_reply(*[ConnectionFault("Gone.")] * 7)
    assert statuses(ask(make_lines(200))) == {"answered": 200}


def test_a_fault_that_no_repetition_mends_ends_the_run_at_once(ask, amazon, make_lines) -> None:
    amazon.behaviour = lambda _: ConnectionFault("Not trusted.", code="certificate")
    assert statuses(ask(make_lines(500))) == {Status.FAILED: 500}
    assert len(amazon.requests) == 1


def test_used_up_repetitions_fail_their_batch_alone(ask, amazon, reply, make_lines) -> None:
    lines = make_lines(75)
    amazon.behaviour = lambda asked: (
        reply.error(500) if lines[30] in asked else reply.invoices(asked)
    )
    results = ask(lines)
    assert statuses(results) == {"answered": 50, Status.FAILED: 25}
    assert results[lines[30]].cause.endswith("Amazon's request id: id-1.")
    assert len(amazon.requests) == 2 + 5


def test_a_cancel_keeps_what_was_answered(ask, amazon, reply, make_lines) -> None:
    cancel = threading.Event()

    def answer(asked):
        if len(amazon.requests) == 4:
            cancel.set()
        return reply.invoices(asked)

    amazon.behaviour = answer
    assert statuses(ask(make_lines(500), cancel)) == {"answered": 100, Status.CANCELLED: 400}


def test_a_client_does_not_show_its_secrets(credentials) -> None:
    account = Account("https://api.test", "https://token.test", credentials)
    assert "the-client-secret" not in repr(account)
    assert "Atzr|" not in repr(account)
