"""What the tests of the API client share.

`clock`: time that passes only when somebody waits; every wait is recorded.
`amazon`: stands in for Amazon; answers from a script, remembers what it was asked.
`make_client`: a client that talks to `amazon`; one worker on `clock` unless told otherwise,
so that every run goes the same way.
`reply`: makes answers.
"""

import json
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pytest

from xlsx_addin.amazon.options import ClientOptions
from xlsx_addin.amazon.reconciliation import ReconciliationClient
from xlsx_addin.amazon.session import Account, Session
from xlsx_addin.amazon.transport import HttpRequest, HttpResponse
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.errors import XlsxAddinError
from xlsx_addin.secrets import Credentials, Secret

ENDPOINT = "https://api.test"
TOKEN_URL = "https://token.test/auth/o2/token"

Reply = HttpResponse | XlsxAddinError
"""An answer, or the fault that is raised in its place."""


class VirtualClock:
    """Time that passes only when somebody waits."""

    def __init__(self) -> None:
        self._now = 1000.0
        self.waits: list[float] = []

    def now(self) -> float:
        return self._now

    def wait(self, seconds: float, cancel: threading.Event) -> bool:
        if cancel.is_set():
            return True
        self.waits.append(seconds)
        self._now += max(0.0, seconds)
        return False

    def pass_by(self, seconds: float) -> None:
        self._now += seconds


class Replies:
    """Makes answers."""

    def json(self, body: object, status: int = 200, **headers: str) -> HttpResponse:
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return HttpResponse(status, {"x-amzn-RequestId": "id-1"} | named, json.dumps(body).encode())

    def error(self, status: int, message: str = "", details: str = "", **headers: str) -> Reply:
        entry = {"code": "SomeCode", "message": message, "details": details}
        return self.json({"errors": [entry]}, status, **headers)

    def token(self, value: str = "Atza|token", **fields: object) -> HttpResponse:
        return self.json({"access_token": value, "token_type": "bearer"} | fields)

    def sign_in_error(self, status: int, error: str, description: str = "") -> HttpResponse:
        return self.json({"error": error, "error_description": description}, status)

    def invoices(self, line_items: Iterable[LineItem]) -> HttpResponse:
        """Answer with one invoice a line, in another order than asked."""
        entries = [
            {
                "orderLineItem": {
                    "orderId": line.order_id,
                    "orderLineItemId": line.order_line_item_id,
                    "shipmentId": line.shipment_id,
                },
                "invoiceDetails": [{"invoiceNumber": f"INV-{line.order_line_item_id}"}],
            }
            for line in line_items
        ]
        return self.json({"invoiceDetailsByOrderLineItems": entries[::-1]})


class FakeAmazon:
    """Answers questions from a script and remembers them."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._script: list[Reply] = []
        self._sign_in_script: list[Reply] = []
        self.behaviour: Callable[[list[LineItem]], Reply] = Replies().invoices
        self.requests: list[HttpRequest] = []
        self.asked_at: list[float] = []
        self.sign_ins: list[HttpRequest] = []
        self.interruptions = 0

    def will_reply(self, *replies: Reply) -> None:
        """Put replies in a row; `behaviour` replies when they are used up."""
        self._script += replies

    def will_reply_to_sign_in(self, *replies: Reply) -> None:
        """Put replies of the token endpoint in a row; good tokens come after them."""
        self._sign_in_script += replies

    @property
    def batches(self) -> list[list[LineItem]]:
        """The line items of every request."""
        return [_asked_in(request) for request in self.requests]

    def send(self, request: HttpRequest, _cancel: threading.Event) -> HttpResponse:
        reply = self._sign_in(request) if request.url == TOKEN_URL else self._answer(request)
        if isinstance(reply, XlsxAddinError):
            raise reply
        return reply

    def interrupt(self) -> None:
        self.interruptions += 1

    def _sign_in(self, request: HttpRequest) -> Reply:
        with self._lock:
            self.sign_ins.append(request)
            if self._sign_in_script:
                return self._sign_in_script.pop(0)
            return Replies().token(f"Atza|token-{len(self.sign_ins)}", expires_in=3600)

    def _answer(self, request: HttpRequest) -> Reply:
        with self._lock:
            self.requests.append(request)
            self.asked_at.append(self._clock.now())
            if self._script:
                return self._script.pop(0)
        return self.behaviour(_asked_in(request))


def _asked_in(request: HttpRequest) -> list[LineItem]:
    lines: list[Mapping[str, str]] = json.loads(request.body)["orderLineItems"]
    return [
        LineItem(line["orderId"], line["orderLineItemId"], line["shipmentId"]) for line in lines
    ]


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def reply() -> Replies:
    return Replies()


@pytest.fixture
def amazon(clock: VirtualClock) -> FakeAmazon:
    return FakeAmazon(clock)


@pytest.fixture
def credentials() -> Credentials:
    return Credentials("the-client-id", Secret("the-client-secret"), Secret("Atzr|the-consent"))


@pytest.fixture
def make_client(
    clock: VirtualClock, amazon: FakeAmazon, credentials: Credentials
) -> Callable[..., ReconciliationClient]:
    def make(**options: Any) -> ReconciliationClient:
        return ReconciliationClient(
            Session(
                Account(ENDPOINT, TOKEN_URL, credentials),
                transport=amazon,
                options=ClientOptions(**({"max_workers": 1} | options)),
                clock=clock,
                random=lambda: 0.5,
            )
        )

    return make


@pytest.fixture
def make_lines() -> Callable[..., list[LineItem]]:
    def make(count: int) -> list[LineItem]:
        return [LineItem(f"order-{n}", f"line-{n}", f"shipment-{n}") for n in range(count)]

    return make
