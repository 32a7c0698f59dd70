"""From an answer that is no success to the error it means, with advice.

Source: `docs/api.md`, access token and every call. Bodies that are not JSON, empty ones and
unknown codes occur; the status decides then.
"""

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Final

from xlsx_addin.amazon.transport import HttpResponse
from xlsx_addin.errors import (
    AccessDenied,
    AmazonError,
    RequestRefused,
    ServerFault,
    SignInRefused,
    Throttled,
    UnreadableAnswer,
)

TOKEN_REJECTED: Final = "token-rejected"  # noqa: S105  # a code
_LONGEST_WORDS: Final = 300
_LATER: Final = "Try again later: rows that are answered are not asked again."
_ROLE: Final = (
    "Ask your Amazon Business administrator to check that the app has the role"
    " Business Purchase Reconciliation, that the account still consents to the app, and that"
    " the region is the account's own (AMAZON_BUSINESS_REGION)."
)
_RENEW: Final = (
    "A secret is valid for 180 days: make a new one in the developer console, and check that"
    " id and secret belong to the same app. Then sign in with it: xlsx-addin login."
)
_ALLOW_AGAIN: Final = (
    "Authorise the app again in Amazon Business and sign in with the new refresh token: xlsx-addin"
    " login."
)


class Refusal(RequestRefused):
    """Amazon refuses a request and says why.

    Args:
        words: Amazon's words.
        status: the HTTP status.
        request_id: Amazon's id of the request.
    """

    def __init__(self, words: str, *, status: int, request_id: str) -> None:
        super().__init__(
            f"Amazon refuses the request: {words}",
            next_step="Send this message to support if the IDs in these rows are right.",
            status=status,
            request_id=request_id,
        )
        self.words = words


def api_error(response: HttpResponse) -> AmazonError:
    """Tell what an unsuccessful answer of the API means.

    Args:
        response: any answer whose status is not 200.
    """
    status, request_id = response.status, response.request_id
    words = _amazon_words(response)
    if status == 407:
        return AccessDenied(
            "A proxy on the way to Amazon asks for a sign-in (status 407).",
            next_step="Ask your IT department for the proxy's address with user and password, and"
            " set it as HTTPS_PROXY.",
            code="proxy-sign-in",
            status=status,
        )
    if status in {401, 403}:
        return _denied(response, words)
    if status == 429:
        return _throttled(response)
    if status == 408 or status >= 500:
        return _server_fault(response)
    if status >= 400:
        return Refusal(words, status=status, request_id=request_id)
    return UnreadableAnswer(
        f"Something on the way to Amazon answered with status {status}.",
        next_step="Check whether this network asks for a sign-in of its own.",
        status=status,
        request_id=request_id,
    )


def sign_in_error(response: HttpResponse) -> AmazonError:
    """Tell what an unsuccessful answer of Login with Amazon means.

    Args:
        response: an answer whose status is not 200.
    """
    if response.status == 429:
        return _throttled(response)
    if response.status == 408 or response.status >= 500:
        return _server_fault(response)
    body = _json_object(response)
    kind, description = str(body.get("error", "")), str(body.get("error_description", ""))
    request_id = response.request_id or str(body.get("request_id", ""))
    if not kind:
        return UnreadableAnswer(
            f"Not Login with Amazon, but something else answered with status {response.status}.",
            next_step="Check AMAZON_BUSINESS_TOKEN_URL, and whether this network asks for a"
            " sign-in of its own.",
            status=response.status,
            request_id=request_id,
        )
    code, message, next_step = _sign_in_advice(kind, description)
    return SignInRefused(
        message, next_step=next_step, code=code, status=response.status, request_id=request_id
    )


def _sign_in_advice(kind: str, description: str) -> tuple[str | None, str, str]:
    """Give code, message and next step."""
    if kind == "invalid_client":
        return (
            "client-refused",
            "Login with Amazon does not accept the client id and secret.",
            _RENEW,
        )
    if kind == "invalid_grant" and "revoked" in description.lower():
        message = "The account's consent to the app was withdrawn or never given."
        return "consent-withdrawn", message, _ALLOW_AGAIN
    if kind == "invalid_grant" and description.rstrip(". ").endswith("code"):
        message = "The one-time code was used before or is too old."
        return "code-refused", message, "Get a new code and use it within five minutes."
    if kind == "invalid_grant":
        return (
            "token-refused",
            "Login with Amazon does not accept the refresh token.",
            f"Check that it belongs to this app and region. {_ALLOW_AGAIN}",
        )
    if kind == "unauthorized_client":
        return (
            "app-refused",
            "Login with Amazon does not allow this app to sign in this way.",
            "Ask the app's developer to check its registration with Amazon Business.",
        )
    return (
        None,
        f"Login with Amazon refuses the sign-in: {_words(f'{kind}: {description}')}.",
        "Send this message to support.",
    )


def _denied(response: HttpResponse, words: str) -> AccessDenied:
    rejected = "token" in words.lower() and any(
        sign in words.lower() for sign in ("expired", "revoked", "malformed", "invalid")
    )
    if response.status == 401 or rejected:
        return AccessDenied(
            f"Amazon does not accept the sign-in of this app: {words}",
            next_step=_ROLE,
            code=TOKEN_REJECTED,
            status=response.status,
            request_id=response.request_id,
        )
    if not _json_object(response):
        return AccessDenied(
            "Something on the way to Amazon forbids the request (status 403).",
            next_step="Ask your IT department whether a proxy or firewall blocks Amazon Business.",
            status=response.status,
            request_id=response.request_id,
        )
    return AccessDenied(
        f"Amazon does not let this app read invoices: {words}",
        next_step=_ROLE,
        status=response.status,
        request_id=response.request_id,
    )


def _throttled(response: HttpResponse) -> Throttled:
    return Throttled(
        "Amazon asks to slow down (status 429).",
        next_step=_LATER,
        status=response.status,
        request_id=response.request_id,
        retry_after_s=_retry_after(response),
    )


def _server_fault(response: HttpResponse) -> ServerFault:
    return ServerFault(
        f"Amazon has a fault of its own (status {response.status}).",
        next_step=_LATER,
        status=response.status,
        request_id=response.request_id,
        retry_after_s=_retry_after(response),
    )


def unreadable(cause: str, response: HttpResponse) -> UnreadableAnswer:
    """Make the error for an answer with status 200 that is not what was asked for.

    Args:
        cause: what is wrong with it, as a clause.
        response: the answer.
    """
    return UnreadableAnswer(
        f"Amazon's answer cannot be read: {cause}.",
        next_step=_LATER,
        status=response.status,
        request_id=response.request_id,
    )


def decoded(response: HttpResponse) -> object:
    """Decode an answer.

    Args:
        response: an answer that is a success.

    Raises:
        UnreadableAnswer: it is not JSON.
    """
    try:
        return response.json()
    except ValueError:
        page = response.body.lstrip()[:1] == b"<"
        cause = "it is a web page, perhaps of a network that asks for a sign-in" if page else ""
        raise unreadable(cause or "it is not JSON", response) from None


def _amazon_words(response: HttpResponse) -> str:
    """Give what Amazon says about an error, in one line."""
    errors = _json_object(response).get("errors")
    entries = errors if isinstance(errors, list) else []
    said: list[str] = []
    for entry in entries:
        if isinstance(entry, Mapping):
            parts = (entry.get("message"), entry.get("details"))
            said += [part.strip() for part in parts if isinstance(part, str) and part.strip()]
            code = entry.get("code")
            if not said and isinstance(code, str):
                said.append(code)
    return _words(" ".join(dict.fromkeys(said))) or f"status {response.status}, no explanation."


def _words(text: str) -> str:
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= _LONGEST_WORDS else f"{line[: _LONGEST_WORDS - 1]}…"


def _json_object(response: HttpResponse) -> Mapping[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _retry_after(response: HttpResponse) -> float | None:
    """Read how many seconds Amazon asks to wait; a date counts from the answer's own date."""
    text = response.header("retry-after") or ""
    try:
        seconds = float(text)
    except ValueError:
        seconds = _seconds_until(text, response.header("date") or "")
    return seconds if 0 <= seconds < float("inf") else None


def _seconds_until(date: str, now: str) -> float:
    try:
        waited = parsedate_to_datetime(date) - parsedate_to_datetime(now)
    except (ValueError, TypeError):
        return -1.0
    return waited.total_seconds()
