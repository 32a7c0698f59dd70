"""One HTTP exchange: what goes out, what comes back, and the network in between."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Protocol

import requests
import urllib3

from xlsx_addin.amazon.connections import InterruptibleSession, trusting_context
from xlsx_addin.amazon.faults import AnswerTooLong, explain_fault
from xlsx_addin.amazon.options import ClientOptions
from xlsx_addin.amazon.regions import is_loopback

_CHUNK: Final = 64 * 1024
_NO_PROXIES: Final = {"http": "", "https": ""}


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request; its repr keeps the secrets in headers and body to itself.

    Args:
        method: GET, POST or DELETE.
        url: the whole address.
        headers: by name.
        body: as it is sent.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """An answer; its repr keeps the body to itself, which may hold a token.

    Args:
        status: the HTTP status.
        headers: by name in any case.
        body: unpacked, whole.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)

    def header(self, name: str) -> str | None:
        """Give a header, whatever the case of its name, None if it is not there."""
        wanted = name.lower()
        return next((text for key, text in self.headers.items() if key.lower() == wanted), None)

    @property
    def request_id(self) -> str:
        """Amazon's id of the request, empty if it sent none."""
        return self.header("x-amzn-RequestId") or ""

    def json(self) -> object:
        """Decode the body.

        Raises:
            ValueError: it is not JSON.
        """
        try:
            return json.loads(self.body)
        except RecursionError:
            raise ValueError("the JSON is nested too deeply") from None


class Transport(Protocol):
    """Whatever carries requests to Amazon."""

    def send(self, request: HttpRequest, cancel: threading.Event) -> HttpResponse:
        """Exchange a request for its answer, whatever its status.

        Args:
            request: what to send; redirects are not followed.
            cancel: once it is set, `interrupt` may break the exchange off.

        Raises:
            ConnectionFault: there is no answer, or not a whole one.
        """
        ...

    def interrupt(self) -> None:
        """Break off every exchange in flight whose `cancel` is set."""
        ...


class RequestsTransport:
    """Carries requests over the network, through the user's proxy and with his certificates.

    An exchange borrows a session that is free, so that each worker has one for itself and
    connections outlive the workers. Certificates are always checked.

    Args:
        options: time-outs and the longest body.
        clock: seconds since any fixed moment.
    """

    def __init__(
        self, options: ClientOptions, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._options = options
        self._clock = clock
        self._context = trusting_context()
        self._closed = False
        self._lock = threading.Lock()
        self._free: list[InterruptibleSession] = []
        self._busy: dict[InterruptibleSession, threading.Event] = {}

    def send(self, request: HttpRequest, cancel: threading.Event) -> HttpResponse:
        """Exchange a request for its answer; see `Transport`."""
        fault: Exception
        with self._borrowed(cancel) as session:
            # An answer that drips in byte by byte keeps every time-out of the socket waiting.
            watchdog = threading.Timer(self._options.answer_timeout_s, session.interrupt)
            watchdog.daemon = True
            watchdog.start()
            try:
                return self._exchange(session, request)
            except (OSError, ValueError, urllib3.exceptions.HTTPError) as error:
                fault = error
            finally:
                watchdog.cancel()
        # Raised out here so that no context leads back to the request and its secrets.
        raise explain_fault(fault, request.url)

    def interrupt(self) -> None:
        """Break off every exchange in flight whose `cancel` is set."""
        with self._lock:
            cancelled = [session for session, cancel in self._busy.items() if cancel.is_set()]
        for session in cancelled:
            session.interrupt()

    def close(self) -> None:
        """Close all connections; exchanges in flight end with a fault."""
        with self._lock:
            self._closed = True
            free, self._free = self._free, []
            busy = list(self._busy)
        for session in busy:
            session.interrupt()
        for session in free:
            session.close()

    @contextmanager
    def _borrowed(self, cancel: threading.Event) -> Iterator[InterruptibleSession]:
        with self._lock:
            session = self._free.pop() if self._free else InterruptibleSession(self._context)
            self._busy[session] = cancel
        try:
            yield session
        finally:
            with self._lock:
                del self._busy[session]
                keep = not self._closed
                if keep:
                    self._free.append(session)
            if not keep:
                session.close()

    def _exchange(self, session: InterruptibleSession, request: HttpRequest) -> HttpResponse:
        deadline = self._clock() + self._options.answer_timeout_s
        with session.request(
            request.method,
            request.url,
            data=request.body,
            headers=dict(request.headers),
            timeout=(self._options.connect_timeout_s, self._options.read_timeout_s),
            allow_redirects=False,
            stream=True,
            proxies=_NO_PROXIES if is_loopback(request.url) else None,
        ) as response:
            body = self._read(response, deadline)
            return HttpResponse(response.status_code, dict(response.headers), body)

    def _read(self, response: requests.Response, deadline: float) -> bytes:
        body = bytearray()
        for chunk in response.iter_content(_CHUNK):
            body += chunk
            if len(body) > self._options.max_body_bytes:
                raise AnswerTooLong(f"more than {self._options.max_body_bytes} bytes")
            if self._clock() > deadline:
                raise requests.ReadTimeout(f"{self._options.answer_timeout_s:g} s are over")
        return bytes(body)
