"""Whole runs in bad weather, on virtual time with one worker: the same on every machine."""

import random
import threading
from collections import Counter

import pytest

from xlsx_addin.amazon.options import ClientOptions
from xlsx_addin.amazon.reconciliation import ReconciliationClient
from xlsx_addin.amazon.session import Account, Session
from xlsx_addin.amazon.transport import HttpResponse
from xlsx_addin.errors import ConnectionFault


@pytest.fixture
def run(clock, amazon, credentials, make_lines):
    """Ask about so many batches and count how each line fared."""

    def ask(batches: int, seed: int = 1, **options) -> Counter:
        client = ReconciliationClient(
            Session(
                Account("https://api.test", "https://token.test/auth/o2/token", credentials),
                transport=amazon,
                options=ClientOptions(max_workers=1, **options),
                clock=clock,
                random=random.Random(seed).random,
            )
        )
        run.client = client
        results = {}
        for batch in client.ask(make_lines(25 * batches), threading.Event()):
            results |= batch
        return Counter(type(one).__name__ for one in results.values())

    run = ask
    return ask


def storm(clock, amazon, reply, begins_s: float, ends_s: float, **headers: str) -> None:
    """Let nothing but 429 come back for a while."""

    def behave(lines):
        if begins_s <= clock.now() - 1000 < ends_s:
            return reply.error(429, **headers)
        return reply.invoices(lines)

    amazon.behaviour = behave


@pytest.mark.parametrize("headers", [{}, {"Retry_After": "1"}, {"Retry_After": "8"}])
@pytest.mark.parametrize("seed", range(5))
def test_two_minutes_of_429_cost_few_requests_and_no_line(
    clock, amazon, reply, run, headers: dict[str, str], seed: int
) -> None:
    storm(clock, amazon, reply, 20, 140, **headers)
    assert run(150, seed) == {"Answer": 150 * 25}
    moments = [moment - 1000 for moment in amazon.asked_at]
    assert sum(20 <= moment < 140 for moment in moments) <= 24
    assert sum(150 <= moment < 160 for moment in moments) >= 0.95 * 20


def test_a_storm_without_end_ends_the_run(clock, amazon, reply, run) -> None:
    storm(clock, amazon, reply, 0, float("inf"))
    assert run(20) == {"Failure": 500}
    assert 900 <= clock.now() - 1000 < 920


def test_every_line_is_answered_in_ordinary_weather(amazon, reply, run) -> None:
    chance = random.Random(7)
    faults = {
        0.05: reply.error(429),
        0.07: reply.error(500),
        0.075: ConnectionFault("Reset."),
        0.085: HttpResponse(200, {}, b"<html>"),
        0.095: HttpResponse(200, {}, b'{"invoiceDetailsBy'),
    }

    def behave(lines):
        drawn = chance.random()
        return next((fault for share, fault in faults.items() if drawn < share), None) or (
            reply.invoices(lines)
        )

    amazon.behaviour = behave
    assert run(400) == {"Answer": 400 * 25}
    assert len(amazon.requests) <= 1.15 * 400
    asked = Counter(line for batch in amazon.batches for line in batch)
    assert max(asked.values()) <= 5


def test_a_minute_of_503_costs_few_requests_and_few_lines(clock, amazon, reply, run) -> None:
    def behave(lines):
        if 10 <= clock.now() - 1000 < 70:
            return reply.error(503)
        return reply.invoices(lines)

    amazon.behaviour = behave
    assert run(100)["Answer"] >= 25 * 96
    assert sum(10 <= moment - 1000 < 70 for moment in amazon.asked_at) <= 30


def test_a_slower_rate_is_followed_from_the_next_request_on(clock, amazon, reply, run) -> None:
    def behave(lines):
        answer = reply.invoices(lines)
        if len(amazon.requests) < 30:
            return answer
        return HttpResponse(200, {"x-amzn-RateLimit-Limit": "0.5"}, answer.body)

    amazon.behaviour = behave
    assert run(40) == {"Answer": 1000}
    gaps = [
        after - before for before, after in zip(amazon.asked_at, amazon.asked_at[1:], strict=False)
    ]
    assert gaps[20:29] == pytest.approx([1 / (2 * 0.99)] * 9)
    assert gaps[29:] == pytest.approx([1 / (0.5 * 0.99)] * 10)


def test_others_on_the_same_account_get_their_share(clock, amazon, reply, run) -> None:
    """Somebody else uses half of the rate; hardly any of our requests may be refused."""
    level, filled_at = [5.0], [1000.0]

    def behave(lines):
        level[0] = min(5.0, level[0] + (clock.now() - filled_at[0]) * 1.0)
        filled_at[0] = clock.now()
        if level[0] < 1:
            return reply.error(429)
        level[0] -= 1
        return reply.invoices(lines)

    amazon.behaviour = behave
    assert run(300)["Answer"] == 300 * 25
    assert len(amazon.requests) < 1.2 * 300
