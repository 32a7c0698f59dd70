"""The one way to Amazon: every call waits its turn here, is signed, sent, logged and judged."""

import json
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, TypeVar
from urllib.parse import quote, urlencode

from xlsx_addin.amazon.counts import Counts, Tally
from xlsx_addin.amazon.errors import TOKEN_REJECTED, api_error
from xlsx_addin.amazon.limits import Limiter
from xlsx_addin.amazon.options import ClientOptions
from xlsx_addin.amazon.retry import Gate, RetryBudget, asked_wait, ceiling, full_jitter
from xlsx_addin.amazon.tokens import TokenSource
from xlsx_addin.amazon.transport import HttpRequest, HttpResponse, Transport
from xlsx_addin.amazon.user_agent import user_agent
from xlsx_addin.amazon.verdicts import is_passing
from xlsx_addin.amazon.waiting import Cancelled, Clock, pause
from xlsx_addin.errors import RequestRefused, Throttled, XlsxAddinError
from xlsx_addin.secrets import Secret

T = TypeVar("T")

RATE_HEADER: Final = "x-amzn-RateLimit-Limit"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the API.

    Args:
        name: as Amazon calls it.
        method: GET, POST or DELETE.
        path: below the endpoint, with parameters in braces such as ``{reportId}``.
        rate_per_s: calls a second until Amazon says otherwise.
        burst: calls at once from a full bucket.
        successes: the statuses that answer the question.
    """

    name: str
    method: str
    path: str
    rate_per_s: float = 2.0
    burst: float = 10.0
    successes: tuple[int, ...] = (200,)


@dataclass(frozen=True, slots=True)
class Question:
    """What one call asks.

    Args:
        payload: the body, to be sent as JSON; None for no body.
        path: the parameters of the path, by name.
        query: the parameters of the query, by name.
        url: the whole address, in place of endpoint, path and query.
    """

    payload: object = None
    path: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    query: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    url: str = ""


@dataclass(slots=True)
class _Call:
    """How one call has fared so far.

    Args:
        sent: how often it was sent.
        failures: tries that used up an attempt.
        token: what signed it last.
        renewed: whether its token was replaced because Amazon rejected it.
    """

    sent: int = 0
    failures: int = 0
    token: Secret | None = None
    renewed: bool = False


class Funnel:
    """Makes the calls of one operation, for any number of threads.

    Args:
        operation: which one.
        endpoint: base address of the API.
        transport: what carries the requests.
        tokens: what signs them; None for addresses that no token may be sent to.
        limiter: what paces them.
        options: how often and how long to try.
        clock: lets the waits pass.
        random: numbers from 0 to 1, for jitter.
    """

    def __init__(
        self,
        operation: Operation,
        endpoint: str,
        *,
        transport: Transport,
        tokens: TokenSource | None,
        limiter: Limiter,
        options: ClientOptions,
        clock: Clock,
        random: Callable[[], float],
    ) -> None:
        self._operation = operation
        self._endpoint = endpoint.rstrip("/")
        self._transport = transport
        self._tokens = tokens
        self._limiter = limiter
        self._options = options
        self._clock = clock
        self._random = random
        self._gate = Gate(options, clock=clock, random=random)
        self._budget = RetryBudget(options.retry_budget, options.retry_earned)
        self._tally = Tally()
        self._user_agent = user_agent()

    @property
    def counts(self) -> Counts:
        """What calling the operation has cost so far."""
        return self._tally.counts

    def call(
        self,
        question: Question,
        read: Callable[[HttpResponse], T],
        *,
        cancel: threading.Event,
        sending: Callable[[], None] = lambda: None,
    ) -> T:
        """Make one call, repeated as long as that may help.

        Args:
            question: what to ask.
            read: makes the result of an answer that is a success, or raises UnreadableAnswer.
            cancel: ends all waiting.
            sending: told each time a request is about to leave.

        Raises:
            SignInRefused, AccessDenied: nobody may ask.
            RequestRefused: this may not be asked.
            Throttled, ServerFault, UnreadableAnswer, ConnectionFault: repetitions are used up.
            Cancelled: somebody set `cancel`.
        """
        call = _Call()
        while True:
            with self._gate.turn(cancel) as probe:
                tried_at = self._clock.now()
                try:
                    if not self._may_send(probe=probe, cancel=cancel):
                        continue
                    sending()
                    result = read(self._send(question, call, cancel))
                except XlsxAddinError as error:
                    if cancel.is_set():
                        raise Cancelled from error
                    wait_s = self._judge(error, call, probe=probe, tried_at=tried_at)
                else:
                    self._note_success()
                    return result
            pause(self._clock, wait_s, cancel)

    def _may_send(self, *, probe: bool, cancel: threading.Event) -> bool:
        """Wait for token and permit; False if a storm broke out meanwhile.

        The token comes first, so that permits are used when they are due and not in a heap
        once the token is there.
        """
        if self._tokens is not None:
            self._tokens.get(cancel)
        self._limiter.take(cancel)
        if self._gate.is_stormy and not probe:
            self._limiter.give_back()
            return False
        return True

    def _send(self, question: Question, call: _Call, cancel: threading.Event) -> HttpResponse:
        call.token = self._tokens.get(cancel) if self._tokens is not None else None
        request = self._request(question, call.token)
        sent_at = self._clock.now()
        self._tally.sending(sent_at, again=call.sent > 0)
        call.sent += 1
        try:
            response = self._transport.send(request, cancel)
        except XlsxAddinError as error:
            _log.info("%s: %s", self._operation.name, error.code)
            raise
        answered_at = self._clock.now()
        self._tally.answered(answered_at, response.status)
        _log.info(
            "%s: status %d after %.0f ms, request id %s",
            self._operation.name,
            response.status,
            (answered_at - sent_at) * 1000,
            response.request_id or "none",
        )
        self._limiter.learn(response.header(RATE_HEADER))
        if response.status not in self._operation.successes:
            raise api_error(response)
        return response

    def _request(self, question: Question, token: Secret | None) -> HttpRequest:
        headers = {"user-agent": self._user_agent}
        if token is not None:
            headers |= {"accept": "application/json", "x-amz-access-token": token.reveal()}
        body = b""
        if question.payload is not None:
            headers["content-type"] = "application/json"
            body = json.dumps(question.payload).encode()
        return HttpRequest(self._operation.method, self._address(question), headers, body)

    def _address(self, question: Question) -> str:
        if question.url:
            return question.url
        steps = {name: quote(text, safe="") for name, text in question.path.items()}
        url = self._endpoint + self._operation.path.format_map(steps)
        return f"{url}?{urlencode(question.query, quote_via=quote)}" if question.query else url

    def _judge(self, error: XlsxAddinError, call: _Call, *, probe: bool, tried_at: float) -> float:
        """Decide how many seconds to wait before the next try; raises if there is to be none."""
        call.failures += 1
        is_rejected = error.code == TOKEN_REJECTED and not call.renewed
        if is_rejected and self._tokens is not None and call.token is not None:
            call.renewed = True
            self._tokens.invalidate(call.token)
            return 0.0
        if not is_passing(error):
            if isinstance(error, RequestRefused):
                self._note_service()
            raise error
        free = self._gate.failed(error, probe=probe, tried_at=tried_at)
        if isinstance(error, Throttled):
            self._limiter.throttled(storm=free)
        if free:
            call.failures -= 1
            return 0.0
        if call.failures >= self._options.attempts or not self._budget.spend():
            raise error
        return max(self._backoff(call.failures), asked_wait(error, self._options))

    def _backoff(self, failures: int) -> float:
        longest_s = ceiling(
            failures, base_s=self._options.backoff_base_s, cap_s=self._options.backoff_cap_s
        )
        return full_jitter(longest_s, self._random)

    def _note_success(self) -> None:
        self._budget.earn()
        self._note_service()
        self._limiter.succeeded()

    def _note_service(self) -> None:
        """Note that Amazon deals with requests again, be it to refuse one."""
        if self._gate.succeeded():
            self._limiter.start_anew()
