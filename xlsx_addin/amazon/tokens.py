"""Access tokens from Login with Amazon: fetched when needed, by one thread at a time."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from xlsx_addin.amazon.errors import sign_in_error, unreadable
from xlsx_addin.amazon.transport import HttpRequest, HttpResponse, Transport
from xlsx_addin.amazon.waiting import Clock, acquire
from xlsx_addin.errors import SignInRefused, XlsxAddinError
from xlsx_addin.secrets import Credentials, Secret

MARGIN_S: Final = 60.0
"""How long before its end a token is replaced, but never more than half of its life."""

_DEFAULT_LIFE_S: Final = 3600.0
_REFUSAL_KEPT_S: Final = 300.0
"""How long a refusal stands before the same credentials are tried again."""


class _Token(NamedTuple):
    value: Secret
    until: float


class _Refused(NamedTuple):
    response: HttpResponse
    until: float


class TokenSource:
    """The access token of one account.

    It makes one try a call: whether and when to try again is the caller's matter, as with
    any other request.

    Args:
        token_url: the whole address of the token endpoint.
        credentials: what signs in.
        transport: what carries the request.
        clock: measures the token's life.
        user_agent: what this program calls itself.
    """

    def __init__(
        self,
        token_url: str,
        credentials: Credentials,
        *,
        transport: Transport,
        clock: Clock,
        user_agent: str,
    ) -> None:
        self._token_url = token_url
        self._credentials = credentials
        self._transport = transport
        self._clock = clock
        self._user_agent = user_agent
        self._fetching = threading.Lock()
        self._token: _Token | None = None
        self._refused: _Refused | None = None
        self._tries = 0
        self._failure: XlsxAddinError | None = None

    def get(self, cancel: threading.Event) -> Secret:
        """Give a valid token, a new one if need be.

        Whoever waits for another thread's try shares how it ends.

        Raises:
            SignInRefused: the credentials are not accepted; remembered for a while.
            Throttled, ServerFault, UnreadableAnswer, ConnectionFault: worth another try.
            Cancelled: somebody set `cancel`.
        """
        token = self._valid()
        if token is not None:
            return token
        tries = self._tries
        acquire(self._fetching, cancel)
        try:
            token = self._valid()
            if token is not None:
                return token
            if self._tries != tries and self._failure is not None:
                raise self._failure
            return self._try(cancel)
        finally:
            self._fetching.release()

    def invalidate(self, token: Secret) -> None:
        """Forget a token that Amazon rejects, unless another one has taken its place."""
        known = self._token
        if known is not None and known.value == token:
            self._token = None

    def _valid(self) -> Secret | None:
        known = self._token
        return known.value if known and self._clock.now() < known.until else None

    def _try(self, cancel: threading.Event) -> Secret:
        self._failure = None
        try:
            return self._fetch(cancel)
        except XlsxAddinError as error:
            self._failure = error
            raise
        finally:
            self._tries += 1

    def _fetch(self, cancel: threading.Event) -> Secret:
        asked_at = self._clock.now()
        if self._refused and asked_at < self._refused.until:
            raise sign_in_error(self._refused.response)
        response = self._transport.send(self._request(), cancel)
        if response.status != 200:
            error = sign_in_error(response)
            if isinstance(error, SignInRefused):
                self._refused = _Refused(response, asked_at + _REFUSAL_KEPT_S)
            raise error
        value, life_s = _read(response)
        self._refused = None
        self._token = _Token(value, asked_at + life_s - min(MARGIN_S, life_s / 2))
        return value

    def _request(self) -> HttpRequest:
        form = {
            "grant_type": "refresh_token",
            "refresh_token": self._credentials.refresh_token.reveal(),
            "client_id": self._credentials.client_id,
            "client_secret": self._credentials.client_secret.reveal(),
        }
        return _request(self._token_url, form, self._user_agent)


@dataclass(frozen=True, slots=True)
class Consent:
    """What the consent page gave, once, to be exchanged for a refresh token.

    Args:
        code: lives about five minutes.
        redirect_uri: where the consent page led, exactly as the app is registered.
    """

    code: Secret
    redirect_uri: str


def exchange(
    consent: Consent,
    client_id: str,
    client_secret: Secret,
    *,
    token_url: str,
    transport: Transport,
    user_agent: str,
) -> Secret:
    """Exchange the code of the consent page for a refresh token, in one try.

    Args:
        consent: what the consent page gave.
        client_id: the app's id.
        client_secret: the app's secret.
        token_url: the whole address of the token endpoint.
        transport: what carries the request.
        user_agent: what this program calls itself.

    Raises:
        SignInRefused: the code or the app is not accepted.
        Throttled, ServerFault, UnreadableAnswer, ConnectionFault: worth another try.
    """
    form = {
        "grant_type": "authorization_code",
        "code": consent.code.reveal(),
        "redirect_uri": consent.redirect_uri,
        "client_id": client_id,
        "client_secret": client_secret.reveal(),
    }
    response = transport.send(_request(token_url, form, user_agent), threading.Event())
    if response.status != 200:
        raise sign_in_error(response)
    return _token(response, "refresh_token", "refresh token")


def _request(token_url: str, form: Mapping[str, str], user_agent: str) -> HttpRequest:
    headers = {
        "accept": "application/json",
        "content-type": "application/x-www-form-urlencoded;charset=UTF-8",
        "user-agent": user_agent,
    }
    return HttpRequest("POST", token_url, headers, urlencode(form).encode())


def _read(response: HttpResponse) -> tuple[Secret, float]:
    """Read a token and the seconds it lives."""
    token = _token(response, "access_token", "access token")
    return token, _life_s(_fields(response).get("expires_in"))


def _token(response: HttpResponse, name: str, words: str) -> Secret:
    value = _fields(response).get(name)
    # A header takes nothing but plain ASCII.
    if not isinstance(value, str) or not value or not value.isascii() or not value.isprintable():
        raise unreadable(f"Login with Amazon sent no {words}", response)
    return Secret(value)


def _fields(response: HttpResponse) -> Mapping[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _life_s(expires_in: object) -> float:
    try:
        life_s = float(str(expires_in))
    except ValueError:
        return _DEFAULT_LIFE_S
    return life_s if 0 < life_s < float("inf") else _DEFAULT_LIFE_S
