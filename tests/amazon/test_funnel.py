import logging
import threading

import pytest

from xlsx_addin.amazon.errors import TOKEN_REJECTED, unreadable
from xlsx_addin.amazon.funnel import Funnel, Operation, Question
from xlsx_addin.amazon.limits import Limiter, MemoryPermits
from xlsx_addin.amazon.options import ClientOptions
from xlsx_addin.amazon.tokens import TokenSource
from xlsx_addin.amazon.waiting import Cancelled
from xlsx_addin.errors import (
    AccessDenied,
    ConnectionFault,
    RequestRefused,
    ServerFault,
    SignInRefused,
    Throttled,
    UnreadableAnswer,
)

EXPIRED = "The access token you provided has expired."
PAYLOAD = {"orderLineItems": [{"orderId": "o", "orderLineItemId": "l", "shipmentId": "s"}]}


@pytest.fixture
def never() -> threading.Event:
    return threading.Event()


@pytest.fixture
def make_funnel(clock, amazon, credentials):
    def make(**options) -> Funnel:
        token_url = "https://token.test/auth/o2/token"
        return Funnel(
            Operation("readInvoices", "POST", "/invoices"),
            "https://api.test/",
            transport=amazon,
            tokens=TokenSource(
                token_url, credentials, transport=amazon, clock=clock, user_agent="us"
            ),
            limiter=Limiter(MemoryPermits(clock), "key", rate_per_s=2, burst=10, clock=clock),
            options=ClientOptions(**options),
            clock=clock,
            random=lambda: 1.0,
        )

    return make


@pytest.fixture
def call(make_funnel, never):
    funnel = make_funnel()

    def make_call(read=lambda response: response.status):
        return funnel.call(Question(PAYLOAD), read, cancel=never)

    make_call.funnel = funnel
    return make_call


def test_a_request_is_signed_and_says_what_it_is(call, amazon) -> None:
    assert call() == 200
    (request,) = amazon.requests
    assert (request.method, request.url) == ("POST", "https://api.test/invoices")
    assert request.headers["x-amz-access-token"] == "Atza|token-1"
    assert request.headers["accept"] == "application/json"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["user-agent"].startswith("xlsx-addin/")


@pytest.mark.parametrize("status", [408, 429, 500, 503, 504])
def test_what_may_pass_is_tried_again(call, amazon, reply, status: int) -> None:
    amazon.will_reply(reply.error(status), reply.error(status))
    assert call() == 200
    assert len(amazon.requests) == 3


def test_a_broken_connection_is_tried_again(call, amazon) -> None:
    amazon.will_reply(ConnectionFault("It broke."))
    assert call() == 200


def test_an_unreadable_answer_is_asked_for_again(call, amazon, reply) -> None:
    answers = []

    def read(response) -> str:
        answers.append(response)
        if len(answers) < 3:
            raise unreadable("it is HTML", response)
        return "read"

    assert call(read) == "read"
    assert len(amazon.requests) == 3


@pytest.mark.parametrize(
    ("status", "kind"), [(500, ServerFault), (503, ServerFault), (302, UnreadableAnswer)]
)
def test_nothing_is_tried_more_than_five_times(call, amazon, reply, status: int, kind) -> None:
    amazon.behaviour = lambda _: reply.error(status)
    with pytest.raises(kind):
        call()
    assert len(amazon.requests) == 5


def test_waits_between_tries_double(call, amazon, reply, clock) -> None:
    amazon.behaviour = lambda _: reply.error(500)
    with pytest.raises(ServerFault):
        call()
    assert [wait for wait in clock.waits if wait] == [1, 2, 4, 8]


def test_a_try_waits_as_long_as_amazon_asks(call, amazon, reply, clock) -> None:
    amazon.will_reply(reply.error(503, Retry_After="25"))
    call()
    assert 25 in clock.waits


@pytest.mark.parametrize("status", [400, 404, 413, 415])
def test_a_refused_request_is_never_repeated(call, amazon, reply, status: int) -> None:
    amazon.will_reply(reply.error(status, "No."))
    with pytest.raises(RequestRefused, match="No"):
        call()
    assert len(amazon.requests) == 1


def test_a_missing_role_is_final(call, amazon, reply) -> None:
    amazon.will_reply(reply.error(403, "Access to requested resource is denied."))
    with pytest.raises(AccessDenied):
        call()
    assert len(amazon.requests) == 1
    assert len(amazon.sign_ins) == 1


@pytest.mark.parametrize("status", [401, 403])
def test_a_rejected_token_is_replaced_once(call, amazon, reply, status: int) -> None:
    amazon.will_reply(reply.error(status, "Denied.", EXPIRED))
    assert call() == 200
    assert [request.headers["x-amz-access-token"] for request in amazon.requests] == [
        "Atza|token-1",
        "Atza|token-2",
    ]


def test_a_second_rejected_token_is_final(call, amazon, reply) -> None:
    amazon.behaviour = lambda _: reply.error(403, "Denied.", EXPIRED)
    with pytest.raises(AccessDenied) as caught:
        call()
    assert caught.value.code == TOKEN_REJECTED
    assert len(amazon.requests) == 2
    assert len(amazon.sign_ins) == 2


def test_a_refused_sign_in_is_final_and_asks_nothing(call, amazon, reply) -> None:
    amazon.will_reply_to_sign_in(reply.sign_in_error(401, "invalid_client"))
    for _ in range(3):
        with pytest.raises(SignInRefused):
            call()
    assert len(amazon.sign_ins) == 1
    assert amazon.requests == []


def test_a_sign_in_that_fails_for_a_moment_is_tried_again(call, amazon, reply) -> None:
    amazon.will_reply_to_sign_in(
        reply.json({}, 503), reply.json({}, 429), ConnectionFault("No network.")
    )
    assert call() == 200
    assert len(amazon.sign_ins) == 4


def test_calls_share_a_budget_of_repetitions(make_funnel, amazon, reply, never) -> None:
    funnel = make_funnel(retry_budget=6, retry_earned=0)
    amazon.behaviour = lambda _: reply.error(500)
    for _ in range(4):
        with pytest.raises(ServerFault):
            funnel.call(Question(PAYLOAD), lambda _: None, cancel=never)
    assert len(amazon.requests) == 4 + 6


def test_counts_tell_requests_repetitions_and_throttled_ones(call, amazon, reply, clock) -> None:
    assert call.funnel.counts.first_request_at is None
    amazon.will_reply(reply.error(429), reply.error(500), ConnectionFault("."))
    call()
    call()
    counts = call.funnel.counts
    assert (counts.requests, counts.retries, counts.throttled) == (5, 3, 1)
    assert counts.first_request_at == 1000.0
    assert counts.last_answer_at == clock.now()


def test_counts_stand_after_an_error_too(call, amazon, reply) -> None:
    amazon.will_reply(reply.error(403, "Denied."))
    with pytest.raises(AccessDenied):
        call()
    assert call.funnel.counts.requests == 1


def test_the_announced_rate_is_followed(call, amazon, reply, clock) -> None:
    amazon.behaviour = lambda _: reply.json({}, x_amzn_RateLimit_Limit="20")
    for _ in range(30):
        call()
    assert clock.now() - 1000 == pytest.approx(21 / (20 * 0.99), abs=0.3)


def test_a_cancel_ends_the_wait_for_the_next_try(make_funnel, amazon, reply) -> None:
    cancel = threading.Event()

    def fail(_):
        cancel.set()
        return reply.error(500)

    amazon.behaviour = fail
    with pytest.raises(Cancelled):
        make_funnel().call(Question(PAYLOAD), lambda _: None, cancel=cancel)
    assert len(amazon.requests) == 1


def test_an_answer_that_comes_after_the_cancel_counts(make_funnel, amazon, reply) -> None:
    cancel = threading.Event()

    def answer(_):
        cancel.set()
        return reply.json({})

    amazon.behaviour = answer
    assert (
        make_funnel().call(Question(PAYLOAD), lambda response: response.status, cancel=cancel)
        == 200
    )


def test_a_request_that_was_broken_off_says_nothing_about_the_network(
    make_funnel, amazon, never
) -> None:
    funnel = make_funnel()
    for _ in range(10):
        cancel = threading.Event()

        def broken_off(_, cancel=cancel):
            cancel.set()
            return ConnectionFault("Broken off.")

        amazon.behaviour = broken_off
        with pytest.raises(Cancelled):
            funnel.call(Question(PAYLOAD), lambda _: None, cancel=cancel)
    assert not funnel._gate.is_stormy


def test_no_permit_is_used_once_a_storm_broke_out(make_funnel, amazon, reply, never) -> None:
    funnel = make_funnel()
    take = funnel._limiter.take
    taken = []

    def take_while_a_storm_breaks_out(cancel):
        taken.append(take(cancel))
        if len(taken) == 1:
            for _ in range(3):
                funnel._gate.failed(Throttled("."), probe=False, tried_at=0)
        return taken[-1]

    funnel._limiter.take = take_while_a_storm_breaks_out
    assert funnel.call(Question(PAYLOAD), lambda response: response.status, cancel=never) == 200
    assert len(taken) == 2
    assert len(amazon.requests) == 1


def test_the_log_tells_the_request_id_and_keeps_the_secrets(call, amazon, reply, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    amazon.will_reply(reply.error(500), ConnectionFault("Gone.", code="time-out"))
    call()
    assert "status 500 after 0 ms, request id id-1" in caplog.text
    assert "time-out" in caplog.text
    for secret in ("Atza|", "Atzr|", "the-client-secret"):
        assert secret not in caplog.text


def test_whoever_asks_is_told_when_a_request_leaves(make_funnel, amazon, reply, never) -> None:
    amazon.will_reply(reply.error(500))
    left = []
    make_funnel().call(
        Question(PAYLOAD),
        lambda _: None,
        cancel=never,
        sending=lambda: left.append(len(amazon.requests)),
    )
    assert left == [0, 1]
