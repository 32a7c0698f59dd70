"""R1, R6, R8 to R10: any sequence of troubles, on a clock that moves only when somebody waits."""

import json
import threading
from collections import Counter
from collections.abc import Mapping
from contextlib import contextmanager
from itertools import pairwise
from random import Random
from urllib.parse import urlsplit

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.reliability.simulation import Clock
from xlsx_addin.amazon.options import ClientOptions
from xlsx_addin.amazon.reconciliation import ReconciliationClient
from xlsx_addin.amazon.session import Account, Session
from xlsx_addin.amazon.transport import HttpRequest, HttpResponse
from xlsx_addin.core.answers import Answer
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import Status
from xlsx_addin.errors import ConnectionFault
from xlsx_addin.secrets import Credentials, Secret

OPTIONS = ClientOptions(max_workers=1)
ACCOUNT = Account(
    "https://api.test",
    "https://token.test/auth/o2/token",
    Credentials("client", Secret("secret"), Secret("consent")),
)
KEYS = ("orderId", "orderLineItemId", "shipmentId")
TROUBLES = ("429", "429 later", "500", "503", "reset", "html", "empty", "token")
TOKEN_TROUBLES = ("500", "reset", "html")
LATER_S = 7
VERDICTS = (Status.FAILED, Status.NOT_ALLOWED)


class Amazon:
    """Answers as a script says, well where it says nothing, and remembers all of it."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.script: list[str] = []
        self.token_script: list[str] = []
        self.poison: set[LineItem] = set()
        self.denies = self.refuses_sign_in = False
        self.cancel_after: int | None = None
        self.cancel = threading.Event()
        self.asked: list[tuple[float, tuple[LineItem, ...], str]] = []
        self.token_calls: list[tuple[float, str]] = []
        self.lock = threading.Lock()

    def send(self, request: HttpRequest, cancel: threading.Event) -> HttpResponse:
        if urlsplit(request.url).netloc == "token.test":
            return self.sign_in()
        lines = tuple(
            LineItem(*(one[key] for key in KEYS))
            for one in json.loads(request.body)["orderLineItems"]
        )
        with self.lock:
            trouble = self.trouble(lines)
            self.asked.append((self.clock.now(), lines, trouble))
            if self.cancel_after is not None and len(self.asked) >= self.cancel_after:
                self.cancel.set()
        if trouble == "ok":
            return invoices(lines)
        return troubled(trouble)

    def trouble(self, lines: tuple[LineItem, ...]) -> str:
        if self.script and (trouble := self.script.pop(0)) != "ok":
            return trouble
        if self.denies:
            return "denied"
        return "refused" if self.poison.intersection(lines) else "ok"

    def sign_in(self) -> HttpResponse:
        trouble = self.token_script.pop(0) if self.token_script else "ok"
        trouble = "revoked" if self.refuses_sign_in else trouble
        self.token_calls.append((self.clock.now(), trouble))
        if trouble == "revoked":
            return answer(400, {"error": "invalid_grant", "error_description": "revoked"})
        if trouble != "ok":
            return troubled(trouble)
        token = f"Atza|{len(self.token_calls)}"
        return answer(200, {"access_token": token, "token_type": "bearer", "expires_in": 3600})

    def interrupt(self) -> None:
        """Nothing is ever in flight for long."""


def answer(status: int, body: object, **headers: str) -> HttpResponse:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return HttpResponse(status, named, json.dumps(body).encode())


def invoices(lines: tuple[LineItem, ...]) -> HttpResponse:
    entries = [
        {
            "orderLineItem": dict(zip(KEYS, line, strict=True)),
            "invoiceDetails": [{"invoiceNumber": f"INV-{line.order_line_item_id}"}],
        }
        for line in reversed(lines)
    ]
    return answer(200, {"invoiceDetailsByOrderLineItems": entries})


def troubled(trouble: str) -> HttpResponse:
    if trouble == "reset":
        raise ConnectionFault("reset", next_step="again", code="connection-broken")
    if trouble == "html":
        return HttpResponse(200, {"content-type": "text/html"}, b"<html>")
    if trouble == "empty":
        return HttpResponse(200, {}, b"")
    if trouble == "429 later":
        return answer(429, errors("QuotaExceeded", "slow"), Retry_After=str(LATER_S))
    told = {
        "429": (429, "QuotaExceeded", "You exceeded your quota."),
        "500": (500, "InternalFailure", "We failed."),
        "503": (503, "ServiceUnavailable", "We are away."),
        "token": (403, "Unauthorized", "The access token you provided has expired."),
        "denied": (403, "Unauthorized", "Access to requested resource is denied."),
        "refused": (400, "InvalidInput", "The request contains invalid parameters."),
    }
    status, code, words = told[trouble]
    return answer(status, errors(code, words))


def errors(code: str, words: str) -> Mapping[str, object]:
    return {"errors": [{"code": code, "message": words, "details": words}]}


def client_of(amazon: Amazon, options: ClientOptions, seed: int) -> ReconciliationClient:
    return ReconciliationClient(
        Session(
            ACCOUNT,
            transport=amazon,
            options=options,
            clock=amazon.clock,
            random=Random(seed).random,
        )
    )


class RetryMachine(RuleBasedStateMachine):
    """One client over many runs; the troubles of one run are still felt in the next."""

    @initialize(seed=st.integers(0, 1000))
    def begin(self, seed: int) -> None:
        self.amazon = Amazon(Clock())
        self.client = client_of(self.amazon, OPTIONS, seed)
        self.made = 0

    @rule(trouble=st.sampled_from(TROUBLES), times=st.integers(1, 12))
    def trouble(self, trouble: str, times: int) -> None:
        self.amazon.script += [trouble] * times

    @rule(troubles=st.lists(st.sampled_from((*TROUBLES, "ok")), max_size=12))
    def troubles(self, troubles: list[str]) -> None:
        self.amazon.script += troubles

    @rule(troubles=st.lists(st.sampled_from(TOKEN_TROUBLES), max_size=3))
    def token_troubles(self, troubles: list[str]) -> None:
        self.amazon.token_script += troubles

    @rule(seconds=st.floats(0, 5000))
    def time_passes(self, seconds: float) -> None:
        self.amazon.clock.wait(seconds, threading.Event())

    @rule(count=st.integers(0, 130), bad=st.sets(st.integers(0, 129), max_size=4))
    def ask(self, count: int, bad: set[int]) -> None:
        lines = self.lines(count)
        self.amazon.poison = {lines[one] for one in bad if one < count}
        scripted = len(self.amazon.script) + len(self.amazon.token_script)
        asked, results = self.run(lines)
        if scripted < OPTIONS.attempts and self.amazon_rejects_once(asked):
            # Fewer troubles than one call has attempts fail nobody.
            for line, result in results.items():
                assert isinstance(result, Answer), result
                assert (result.refusal is not None) == (line in self.amazon.poison)
        self.check_cost(asked, results)

    @rule(count=st.integers(26, 130), after=st.integers(1, 4))
    def ask_and_cancel(self, count: int, after: int) -> None:
        self.amazon.cancel_after = len(self.amazon.asked) + after
        asked, results = self.run(self.lines(count))
        self.amazon.cancel_after = None
        # One worker: at most the batch in which it was cancelled is still asked about.
        assert {lines for _, lines, _ in asked[after:]} <= {lines for _, lines, _ in asked[:after]}
        untouched = results.keys() - {line for _, lines, _ in asked for line in lines}
        if self.amazon.cancel.is_set():
            assert {results[line].status for line in untouched} <= {Status.CANCELLED, *VERDICTS}
        self.check_cost(asked, results)

    @rule(count=st.integers(30, 130))
    def ask_without_the_role(self, count: int) -> None:
        self.amazon.denies = True
        asked, results = self.run(self.lines(count))
        self.amazon.denies = False
        denied = [trouble for _, _, trouble in asked].count("denied")
        assert denied <= 1, "went on although the role is missing"
        if denied:
            rest = [one for one in results.values() if not isinstance(one, Answer)]
            assert any(one.status is Status.NOT_ALLOWED for one in rest)
            assert asked[-1][2] == "denied"
        self.check_cost(asked, results)

    @rule(count=st.integers(30, 130))
    def ask_with_a_revoked_consent(self, count: int) -> None:
        self.amazon.refuses_sign_in = True
        before = len(self.amazon.token_calls)
        self.amazon.token_script.clear()
        asked, results = self.run(self.lines(count))
        calls = len(self.amazon.token_calls) - before
        assert calls <= 1, "tried a refused sign-in again"
        if calls and self.amazon.token_calls[-1][1] == "revoked":
            self.run(self.lines(count))
            assert len(self.amazon.token_calls) - before == 1, "tried it again in the next run"
        self.amazon.refuses_sign_in = False
        self.check_cost(asked, results)
        # What was refused counts for a while; then the credentials are tried again.
        self.amazon.clock.wait(301.0, threading.Event())

    def amazon_rejects_once(self, asked) -> bool:
        """A token that is rejected twice by one call is a verdict, and right so."""
        rejected = Counter(lines for _, lines, trouble in asked if trouble == "token")
        return max(rejected.values(), default=0) < 2

    def lines(self, count: int) -> list[LineItem]:
        first, self.made = self.made, self.made + count
        return [LineItem("111-1", str(number), "S") for number in range(first, self.made)]

    def run(self, lines: list[LineItem]):
        before, tokens = len(self.amazon.asked), len(self.amazon.token_calls)
        self.amazon.cancel = threading.Event()
        results = {}
        for batch in self.client.ask(lines, self.amazon.cancel):
            assert not results.keys() & batch.keys(), "answered twice"
            results |= batch
        assert results.keys() == set(lines), "a line was lost"
        asked = self.amazon.asked[before:]
        self.check_tokens(asked, self.amazon.token_calls[tokens:])
        return asked, results

    def check_tokens(self, asked, calls) -> None:
        """A token call has a reason: none yet, one rejected, one expired, or one that failed."""
        rejected = sum(trouble == "token" for _, _, trouble in asked)
        failed = sum(trouble != "ok" for _, trouble in calls)
        began = asked[0][0] if asked else self.amazon.clock.now()
        lives = 1 + (self.amazon.clock.now() - began) // (3600 - 60)
        assert len(calls) <= 1 + rejected + failed + lives

    def check_cost(self, asked, results) -> None:
        answered: set[LineItem] = set()
        refused: set[tuple[LineItem, ...]] = set()
        server_failures: Counter[tuple[LineItem, ...]] = Counter()
        rejected: Counter[tuple[LineItem, ...]] = Counter()
        for _, lines, trouble in asked:
            assert 1 <= len(lines) <= 25
            assert not answered.intersection(lines), "asked again after it was answered"
            assert lines not in refused, "a refused batch was repeated unchanged"
            if trouble == "ok":
                answered.update(lines)
            elif trouble == "refused":
                refused.add(lines)
            elif trouble in ("500", "503", "html", "empty"):
                server_failures[lines] += 1
            elif trouble == "token":
                rejected[lines] += 1
        assert max(server_failures.values(), default=0) <= OPTIONS.attempts
        assert max(rejected.values(), default=0) <= 2, "a rejected token was renewed twice"
        for line in answered:
            assert isinstance(results[line], Answer)
        for earlier, later in pairwise(asked):
            if earlier[2] == "429 later" and earlier[1] == later[1]:
                assert later[0] - earlier[0] > LATER_S - 1e-6, (
                    "did not wait as long as Amazon asked"
                )
        check_pace([moment for moment, _, _ in asked])


def check_pace(moments: list[float]) -> None:
    """No more than Amazon's bucket gives, whatever else happens."""
    tokens, last = OPTIONS.burst, None
    for moment in moments:
        if last is not None:
            tokens = min(OPTIONS.burst, tokens + (moment - last) * OPTIONS.rate_per_s)
        last = moment
        tokens -= 1
        assert tokens >= -0.01, "faster than Amazon allows"


def test_any_sequence_of_troubles_is_borne(scale, figures):
    steps = 12
    run_state_machine_as_test(
        RetryMachine,
        settings=settings(
            max_examples=60 * scale,
            stateful_step_count=steps,
            deadline=None,
            derandomize=scale == 1,
        ),
    )
    figures(
        "R9",
        f"{60 * scale} random histories of up to {steps} steps",
        "every line exactly once, no refused batch repeated, no needless token",
    )


class WatchedGate:
    """A gate that counts who probes at a time."""

    def __init__(self, gate) -> None:
        self._gate = gate
        self._lock = threading.Lock()
        self._probing = 0
        self.most = self.probes = 0

    def __getattr__(self, name: str):
        return getattr(self._gate, name)

    @contextmanager
    def turn(self, cancel: threading.Event):
        with self._gate.turn(cancel) as probe:
            with self._lock:
                self._probing += probe
                self.probes += probe
                self.most = max(self.most, self._probing)
            try:
                yield probe
            finally:
                with self._lock:
                    self._probing -= probe


@pytest.mark.parametrize("trouble", ["429", "reset", "500"])
def test_of_many_threads_never_two_probe_a_storm(scale, trouble):
    probes = 0
    for seed in range(10 * scale):
        amazon = Amazon(Clock())
        client = client_of(amazon, ClientOptions(max_workers=8), seed)
        gate = WatchedGate(client._funnel._gate)
        client._funnel._gate = gate
        dice = Random(seed)
        amazon.script = ["ok"] * 8 + [
            word for _ in range(3) for word in [*[trouble] * dice.randrange(3, 14), "ok", "ok"]
        ]
        lines = [LineItem("111-1", str(number), "S") for number in range(1_000)]
        results = {}
        for batch in client.ask(lines, threading.Event()):
            results |= batch
        assert results.keys() == set(lines)
        assert gate.most <= 1, "two probes at a time"
        probes += gate.probes
    assert probes > 0
