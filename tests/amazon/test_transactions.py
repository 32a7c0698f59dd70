"""The client of getTransactions: pages of windows in order, resumed, refused, stopped."""

import json
import threading
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.amazon.conftest import ENDPOINT, TOKEN_URL, Replies, Reply, VirtualClock
from xlsx_addin.amazon.options import ClientOptions
from xlsx_addin.amazon.session import Account, Session
from xlsx_addin.amazon.transactions import TransactionClient
from xlsx_addin.amazon.transport import HttpRequest, HttpResponse
from xlsx_addin.core.feed import Continuation, FeedPage, Window, WindowFailed, cut
from xlsx_addin.core.outcomes import Status
from xlsx_addin.errors import XlsxAddinError
from xlsx_addin.secrets import Credentials

START = datetime(2025, 3, 3, tzinfo=UTC)
WINDOWS = cut(START, START + timedelta(days=28))
PAGES = 3


class Feed:
    """Stands in for Amazon: every window has three pages, unless `instead` says otherwise."""

    def __init__(self) -> None:
        self.queries: list[dict[str, str]] = []
        self.instead: Callable[[dict[str, str]], Reply | None] = lambda _query: None
        self._lock = threading.Lock()

    def send(self, request: HttpRequest, _cancel: threading.Event) -> HttpResponse:
        if request.url == TOKEN_URL:
            return Replies().token(expires_in=3600)
        query = dict(parse_qsl(urlsplit(request.url).query))
        assert (request.method, request.body) == ("GET", b"")
        with self._lock:
            self.queries.append(query)
        reply = self.instead(query) or self.page(query)
        if isinstance(reply, XlsxAddinError):
            raise reply
        return reply

    def interrupt(self) -> None:
        """Nothing waits."""

    @staticmethod
    def page(query: dict[str, str]) -> HttpResponse:
        token = query.get("nextPageToken", "")
        window, _, number = token.rpartition("#")
        number, window = int(number or 0), window or query["feedStartDate"]
        body: dict[str, Any] = {"transactions": [{"transactionId": f"{window}#{number}"}]}
        if number + 1 < PAGES:
            body["nextPageToken"] = f"{window}#{number + 1}"
        return Replies().json(body)


@pytest.fixture
def feed() -> Feed:
    return Feed()


@pytest.fixture
def make(clock: VirtualClock, feed: Feed, credentials: Credentials) -> Callable[..., Any]:
    def client(**options: Any) -> TransactionClient:
        return TransactionClient(
            Session(
                Account(ENDPOINT, TOKEN_URL, credentials),
                transport=feed,
                options=ClientOptions(**({"max_workers": 1} | options)),
                clock=clock,
                random=lambda: 0.5,
            )
        )

    return client


def collect(
    client: TransactionClient, starts: list[Continuation], cancel: threading.Event | None = None
) -> tuple[dict[Window, list[FeedPage]], dict[Window, WindowFailed]]:
    pages: dict[Window, list[FeedPage]] = defaultdict(list)
    failed = {}
    for one in client.ask(starts, cancel or threading.Event()):
        if isinstance(one, WindowFailed):
            assert one.window not in failed
            failed[one.window] = one
        else:
            pages[one.window].append(one)
    return dict(pages), failed


def first_id(page: FeedPage) -> str:
    text: str = json.loads(page.body)["transactions"][0]["transactionId"]
    return text


@pytest.mark.parametrize("workers", [1, 4, 64])
def test_pages_of_each_window_come_in_order(make: Any, feed: Feed, workers: int) -> None:
    pages, failed = collect(make(max_workers=workers), [Continuation(one) for one in WINDOWS])
    assert not failed
    assert set(pages) == set(WINDOWS)
    for window, of_window in pages.items():
        start = window.start.strftime("%Y-%m-%dT%H:%M:%SZ")
        assert [first_id(page) for page in of_window] == [f"{start}#{n}" for n in range(PAGES)]
        assert [page.number for page in of_window] == list(range(PAGES))
        assert of_window[-1].next_page_token == ""
    assert len(feed.queries) == len(WINDOWS) * PAGES


@pytest.mark.parametrize("repeats", [True, False])
def test_token_is_sent_with_the_dates_or_alone(make: Any, feed: Feed, repeats: bool) -> None:
    collect(make(repeats_dates=repeats), [Continuation(WINDOWS[0])])
    dates = {"feedStartDate": "2025-03-03T00:00:00Z", "feedEndDate": "2025-03-10T00:00:00Z"}
    assert feed.queries[0] == dates
    assert feed.queries[1] == {
        **(dates if repeats else {}),
        "nextPageToken": "2025-03-03T00:00:00Z#1",
    }


def test_calls_keep_to_the_limit(make: Any, feed: Feed, clock: VirtualClock) -> None:
    client = make()
    windows = cut(START, START + timedelta(days=70))
    began = clock.now()
    collect(client, [Continuation(one) for one in windows])
    assert len(feed.queries) == 30
    # Ten at once, the rest at two a second.
    assert 9.5 <= clock.now() - began <= 12
    assert (client.counts.requests, client.counts.throttled) == (30, 0)


def test_window_goes_on_where_it_was(make: Any, feed: Feed) -> None:
    at = Continuation(WINDOWS[0], 2, "2025-03-03T00:00:00Z#2")
    pages, _ = collect(make(), [at])
    assert [page.number for page in pages[WINDOWS[0]]] == [2]
    assert len(feed.queries) == 1


def test_window_begins_anew_once_if_its_token_is_refused(
    make: Any, feed: Feed, reply: Replies
) -> None:
    feed.instead = lambda query: (
        reply.error(400, "The token has expired.") if query.get("nextPageToken") == "old" else None
    )
    pages, failed = collect(make(), [Continuation(WINDOWS[0], 2, "old")])
    assert not failed
    assert [page.number for page in pages[WINDOWS[0]]] == [0, 1, 2]
    assert len(feed.queries) == 4


def test_token_that_is_refused_again_and_again_fails_the_window(
    make: Any, feed: Feed, reply: Replies
) -> None:
    feed.instead = lambda query: reply.error(400, "No.") if "nextPageToken" in query else None
    pages, failed = collect(make(), [Continuation(WINDOWS[0], 2, "old"), Continuation(WINDOWS[1])])
    assert [page.number for page in pages[WINDOWS[0]]] == [0]
    assert failed[WINDOWS[0]].failure.status is Status.FAILED
    assert "No." in failed[WINDOWS[0]].failure.cause
    assert len(feed.queries) == 5


def test_one_window_that_fails_does_not_hold_up_the_others(
    make: Any, feed: Feed, reply: Replies
) -> None:
    bad = WINDOWS[1].start.strftime("%Y-%m-%dT%H:%M:%SZ")
    feed.instead = lambda query: (
        reply.error(400, "Strange week.") if query["feedStartDate"] == bad else None
    )
    pages, failed = collect(make(), [Continuation(one) for one in WINDOWS])
    assert set(failed) == {WINDOWS[1]}
    assert set(pages) == set(WINDOWS) - {WINDOWS[1]}


@pytest.mark.parametrize(("status", "word"), [(400, Status.FAILED), (403, Status.NOT_ALLOWED)])
def test_what_is_refused_from_the_start_is_asked_once(
    make: Any, feed: Feed, reply: Replies, status: int, word: Status
) -> None:
    feed.instead = lambda _: reply.error(status, "Access to requested resource is denied.")
    pages, failed = collect(make(), [Continuation(one) for one in WINDOWS])
    assert not pages
    assert set(failed) == set(WINDOWS)
    assert {one.failure.status for one in failed.values()} == {word}
    assert len(feed.queries) == 1


@pytest.mark.parametrize(
    "body", [b"[]", b"{", b'{"transactions": null}', b'{"transactions": {}}', b""]
)
def test_unreadable_pages_are_asked_again(make: Any, feed: Feed, body: bytes) -> None:
    replies = iter([HttpResponse(200, {}, body)])
    feed.instead = lambda _: next(replies, None)
    pages, failed = collect(make(), [Continuation(WINDOWS[0])])
    assert not failed
    assert len(pages[WINDOWS[0]]) == PAGES
    assert len(feed.queries) == PAGES + 1


def test_damaged_entries_are_counted(make: Any, feed: Feed, reply: Replies) -> None:
    feed.instead = lambda _: reply.json({"transactions": [None, {"transactionId": "1"}, "x"]})
    pages, _ = collect(make(), [Continuation(WINDOWS[0])])
    assert [page.damaged for page in pages[WINDOWS[0]]] == [2]


def test_page_that_asks_for_itself_does_not_go_on_for_ever(
    make: Any, feed: Feed, reply: Replies
) -> None:
    feed.instead = lambda _: reply.json({"transactions": [], "nextPageToken": "same"})
    _, failed = collect(make(attempts=2), [Continuation(WINDOWS[0])])
    assert "token of its next page is its own" in failed[WINDOWS[0]].failure.cause
    assert len(feed.queries) == 3


@pytest.mark.parametrize("token", [None, "", 7])
def test_no_token_is_the_last_page(make: Any, feed: Feed, reply: Replies, token: object) -> None:
    feed.instead = lambda _: reply.json({"transactions": [], "nextPageToken": token})
    pages, failed = collect(make(), [Continuation(WINDOWS[0])])
    assert (len(pages[WINDOWS[0]]), failed) == (1, {})


def test_stop_leaves_the_rest_as_cancelled(make: Any, feed: Feed) -> None:
    cancel = threading.Event()
    feed.instead = lambda _: cancel.set() if len(feed.queries) == 5 else None
    pages, failed = collect(make(), [Continuation(one) for one in WINDOWS], cancel)
    assert len(feed.queries) == 5
    assert {one.failure.status for one in failed.values()} == {Status.CANCELLED}
    assert set(failed) == set(WINDOWS[1:])
    assert len(pages[WINDOWS[0]]) == PAGES


def test_leaving_early_ends_the_threads(make: Any) -> None:
    coming = make(max_workers=4).ask([Continuation(one) for one in WINDOWS], threading.Event())
    next(coming)
    coming.close()
    assert not [one for one in threading.enumerate() if one.name == "xlsx-addin-ask"]


def test_nothing_to_ask_asks_nothing(make: Any, feed: Feed) -> None:
    assert collect(make(), []) == ({}, {})
    assert not feed.queries


def test_error_of_our_own_loses_no_window(
    make: Any, feed: Feed, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_query: dict[str, str]) -> Reply:
        raise ZeroDivisionError

    feed.instead = broken
    _, failed = collect(make(), [Continuation(one) for one in WINDOWS[:2]])
    assert set(failed) == set(WINDOWS[:2])
    assert "by an error of its own" in failed[WINDOWS[0]].failure.cause
    assert "A window was lost" in caplog.text
