import threading
from urllib.parse import parse_qs

import pytest

from xlsx_addin.amazon.tokens import TokenSource
from xlsx_addin.amazon.waiting import Cancelled
from xlsx_addin.errors import (
    AmazonError,
    ConnectionFault,
    ServerFault,
    SignInRefused,
    Throttled,
    UnreadableAnswer,
)
from xlsx_addin.secrets import Secret

TOKEN_URL = "https://token.test/auth/o2/token"


@pytest.fixture
def never() -> threading.Event:
    return threading.Event()


@pytest.fixture
def tokens(clock, amazon, credentials) -> TokenSource:
    return TokenSource(
        TOKEN_URL, credentials, transport=amazon, clock=clock, user_agent="xlsx-addin/test"
    )


def test_a_token_is_asked_for_with_a_form(tokens, amazon, never) -> None:
    assert tokens.get(never).reveal() == "Atza|token-1"
    (request,) = amazon.sign_ins
    assert (request.method, request.url) == ("POST", TOKEN_URL)
    assert request.headers["content-type"].startswith("application/x-www-form-urlencoded")
    assert request.headers["user-agent"] == "xlsx-addin/test"
    assert parse_qs(request.body.decode()) == {
        "grant_type": ["refresh_token"],
        "refresh_token": ["Atzr|the-consent"],
        "client_id": ["the-client-id"],
        "client_secret": ["the-client-secret"],
    }


@pytest.mark.parametrize(
    ("expires_in", "kept_s"),
    [(3600, 3540), ("3600", 3540), (100, 50), (2, 1), (None, 3540), (0, 3540), ("soon", 3540)],
)
def test_a_token_is_kept_until_shortly_before_its_end(
    tokens, amazon, reply, clock, never, expires_in: object, kept_s: float
) -> None:
    amazon.will_reply_to_sign_in(reply.token("first", expires_in=expires_in))
    tokens.get(never)
    clock.pass_by(kept_s - 0.1)
    assert tokens.get(never).reveal() == "first"
    clock.pass_by(0.2)
    assert tokens.get(never).reveal() != "first"


def test_the_life_of_a_token_counts_from_the_question(tokens, amazon, reply, clock, never) -> None:
    send = amazon.send

    def slow_send(request, cancel):
        clock.pass_by(30)
        return send(request, cancel)

    amazon.send = slow_send
    amazon.will_reply_to_sign_in(reply.token("first", expires_in=100))
    tokens.get(never)
    clock.pass_by(19)
    assert tokens.get(never).reveal() == "first"
    clock.pass_by(2)
    assert tokens.get(never).reveal() != "first"


def test_only_the_rejected_token_is_forgotten(tokens, amazon, never) -> None:
    old = tokens.get(never)
    tokens.invalidate(old)
    new = tokens.get(never)
    tokens.invalidate(old)
    assert tokens.get(never) == new != old
    assert len(amazon.sign_ins) == 2


def test_many_threads_fetch_one_token(tokens, amazon, reply, never) -> None:
    begun, may_go_on = threading.Event(), threading.Event()
    send = amazon.send

    def slow_send(request, cancel):
        begun.set()
        assert may_go_on.wait(5)
        return send(request, cancel)

    amazon.send = slow_send
    got: list[Secret] = []
    threads = [threading.Thread(target=lambda: got.append(tokens.get(never))) for _ in range(8)]
    for thread in threads:
        thread.start()
    assert begun.wait(5)
    may_go_on.set()
    for thread in threads:
        thread.join(5)
    assert len(got) == 8
    assert len(set(got)) == 1
    assert len(amazon.sign_ins) == 1


def test_those_who_wait_share_a_failed_try(tokens, amazon, never) -> None:
    begun, may_go_on = threading.Event(), threading.Event()
    tries = []

    def fail(request, cancel):
        tries.append(request)
        begun.set()
        assert may_go_on.wait(5)
        raise ConnectionFault("No network.")

    amazon.send = fail
    caught: list[BaseException] = []

    def get() -> None:
        try:
            tokens.get(never)
        except ConnectionFault as error:
            caught.append(error)

    first = threading.Thread(target=get)
    first.start()
    assert begun.wait(5)
    others = [threading.Thread(target=get) for _ in range(4)]
    for other in others:
        other.start()
    for other in others:
        other.join(0.01)  # time to reach the lock that the first one holds
    may_go_on.set()
    for thread in (first, *others):
        thread.join(5)
    assert len(caught) == 5
    assert len(tries) == 1


def test_who_waits_for_a_token_can_cancel(tokens, amazon) -> None:
    begun, may_go_on, cancel = threading.Event(), threading.Event(), threading.Event()
    send = amazon.send

    def slow_send(request, cancel):
        begun.set()
        assert may_go_on.wait(5)
        return send(request, cancel)

    amazon.send = slow_send
    holder = threading.Thread(target=tokens.get, args=(threading.Event(),))
    holder.start()
    assert begun.wait(5)
    cancel.set()
    with pytest.raises(Cancelled):
        tokens.get(cancel)
    may_go_on.set()
    holder.join(5)
    assert not holder.is_alive()


@pytest.mark.parametrize("status", [400, 401])
def test_a_refusal_is_remembered_for_a_while(
    tokens, amazon, reply, clock, never, status: int
) -> None:
    refusal = reply.sign_in_error(status, "invalid_grant", "parameter : refresh_token")
    amazon.will_reply_to_sign_in(refusal)
    for _ in range(5):
        with pytest.raises(SignInRefused, match="refresh token"):
            tokens.get(never)
    assert len(amazon.sign_ins) == 1
    clock.pass_by(301)
    assert tokens.get(never)


@pytest.mark.parametrize(
    ("status", "kind"), [(429, Throttled), (500, ServerFault), (503, ServerFault)]
)
def test_a_try_that_failed_may_be_repeated_at_once(
    tokens, amazon, reply, never, status: int, kind: type[AmazonError]
) -> None:
    amazon.will_reply_to_sign_in(reply.json({}, status))
    with pytest.raises(kind):
        tokens.get(never)
    assert tokens.get(never)


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"access_token": None},
        {"access_token": ""},
        {"access_token": 5},
        {"access_token": "two\r\nlines"},
        {"access_token": "tökén"},
    ],
)
def test_an_answer_without_a_usable_token_is_unreadable(tokens, amazon, reply, never, body) -> None:
    amazon.will_reply_to_sign_in(reply.json(body))
    with pytest.raises(UnreadableAnswer, match="no access token"):
        tokens.get(never)


def test_neither_token_nor_credentials_show(tokens, amazon, never) -> None:
    shown = repr((tokens.get(never), amazon.sign_ins, vars(tokens)))
    for secret in ("Atza|", "Atzr|", "the-client-secret"):
        assert secret not in shown
