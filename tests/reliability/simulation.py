"""Amazon and its client on one clock that passes only when somebody waits: hours in no time."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from xlsx_addin.amazon.options import ClientOptions
from xlsx_addin.amazon.reconciliation import ReconciliationClient
from xlsx_addin.amazon.session import Account, Session
from xlsx_addin.amazon.transport import HttpRequest, HttpResponse
from xlsx_addin.errors import ConnectionFault
from xlsx_addin.sandbox import INVOICES, SANDBOX_CREDENTIALS, SandboxOptions
from xlsx_addin.sandbox.gateway import Gateway
from xlsx_addin.sandbox.log import RequestLog, RequestRecord
from xlsx_addin.sandbox.messages import Cut, Request
from xlsx_addin.secrets import Credentials, Secret

ANSWER_TIMEOUT_S = ClientOptions().answer_timeout_s


class Clock:
    """Time that passes only when somebody waits."""

    def __init__(self) -> None:
        self._now = 1000.0

    def now(self) -> float:
        return self._now

    def wait(self, seconds: float, cancel: threading.Event) -> bool:
        if cancel.is_set():
            return True
        self._now += max(0.0, seconds)
        return False


class Line:
    """Carries requests straight into the gateway of a sandbox."""

    def __init__(self, gateway: Gateway, clock: Clock, latency_s: float) -> None:
        self._gateway, self._clock, self._latency_s = gateway, clock, latency_s

    def send(self, request: HttpRequest, cancel: threading.Event) -> HttpResponse:
        address = urlsplit(request.url)
        headers = {name.lower(): text for name, text in request.headers.items()}
        query = dict(parse_qsl(address.query))
        answer = self._gateway.handle(
            Request(request.method, address.path, query, headers, request.body), connection=1
        )
        self._clock.wait(self._latency_s, cancel)
        if answer.cut is not Cut.NOWHERE or answer.delay_s > ANSWER_TIMEOUT_S:
            self._clock.wait(min(answer.delay_s, ANSWER_TIMEOUT_S), cancel)
            raise ConnectionFault("broken", next_step="try again", code="connection-broken")
        return HttpResponse(answer.status, answer.headers, answer.body)

    def interrupt(self) -> None:
        """Nothing is ever in flight."""


@dataclass
class Simulation:
    """One worker, one sandbox, one clock."""

    client: ReconciliationClient
    log: RequestLog
    clock: Clock
    lines: Callable[[int], list[Any]]

    def run(self, count: int) -> dict[Any, Any]:
        """Ask about so many lines; give what each of them got."""
        results: dict[Any, Any] = {}
        for batch in self.client.ask(self.lines(count), threading.Event()):
            assert not results.keys() & batch.keys(), "answered twice"
            results |= batch
        return results

    @property
    def asked(self) -> tuple[RequestRecord, ...]:
        return self.log.records(INVOICES)


def simulate(random: Callable[[], float], latency_s: float = 0.0, **options: Any) -> Simulation:
    """Set up a simulation whose sandbox has these options."""
    clock, log = Clock(), RequestLog()
    gateway = Gateway(SandboxOptions(**options), log, clock.now)
    gateway.start()
    known = SANDBOX_CREDENTIALS
    account = Account(
        "https://api.test",
        "https://api.test/auth/o2/token",
        Credentials(known.client_id, Secret(known.client_secret), Secret(known.refresh_token)),
    )
    session = Session(
        account,
        transport=Line(gateway, clock, latency_s),
        options=ClientOptions(max_workers=1),
        clock=clock,
        random=random,
    )
    return Simulation(ReconciliationClient(session), log, clock, gateway.account.line_items)
