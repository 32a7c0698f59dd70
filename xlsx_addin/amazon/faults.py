"""What went wrong between this computer and Amazon, in plain words.

The texts of the underlying errors are never repeated: they may hold addresses with passwords
or headers with tokens.
"""

import socket
import ssl
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

import requests
import urllib3.exceptions

from xlsx_addin.errors import ConnectionFault

FINAL_CODES: Final = frozenset({"certificate", "certificate-file", "proxy-sign-in", "bad-address"})
"""Codes of faults that no repetition mends."""

_AGAIN: Final = "Check the internet connection and try again."
_ASK_IT: Final = "Ask your IT department"


class AnswerTooLong(ValueError):
    """An answer is longer than any honest one."""


def explain_fault(error: Exception, url: str) -> ConnectionFault:
    """Tell in plain words why there is no answer.

    Args:
        error: what requests, urllib3 or the system raised.
        url: where the request went; only its host is named.
    """
    causes = tuple(_causes(error))
    host = urlsplit(url).hostname or "Amazon"
    code, message, next_step = _explain(causes, host)
    return ConnectionFault(message, next_step=next_step, code=code)


def _explain(causes: tuple[BaseException, ...], host: str) -> tuple[str, str, str]:
    """Give code, message and next step."""
    if _has(causes, requests.exceptions.ProxyError, urllib3.exceptions.ProxyError):
        return _explain_proxy(causes, host)
    if _has(causes, ssl.SSLCertVerificationError):
        return (
            "certificate",
            f"The certificate that answered for {host} is not trusted on this computer.",
            f"{_ASK_IT} for your company's certificate file and set REQUESTS_CA_BUNDLE to it.",
        )
    if any(type(cause) is OSError and "CA certificate" in str(cause) for cause in causes):
        return (
            "certificate-file",
            "The certificate file that REQUESTS_CA_BUNDLE names is not there.",
            "Correct the path, or remove the variable.",
        )
    if _has(causes, requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema):
        return "bad-address", f"The address of {host} cannot be used.", "Check the settings."
    return _explain_connection(causes, host)


def _explain_proxy(causes: tuple[BaseException, ...], host: str) -> tuple[str, str, str]:
    if any("407" in str(cause) for cause in causes):
        return (
            "proxy-sign-in",
            f"The proxy on the way to {host} asks for a user name and a password (407).",
            f"{_ASK_IT} how programs pass the proxy, and set HTTPS_PROXY accordingly.",
        )
    return (
        "proxy",
        f"The proxy on the way to {host} cannot be reached or refuses.",
        f"{_ASK_IT} for the proxy's address and set HTTPS_PROXY to it, then try again.",
    )


def _explain_connection(causes: tuple[BaseException, ...], host: str) -> tuple[str, str, str]:
    if _has(causes, socket.gaierror, urllib3.exceptions.NameResolutionError):
        return "name-not-found", f"The name {host} was not found on the network.", _AGAIN
    # urllib3's NewConnectionError is a time-out too by its class, but not by what happened.
    if _has(causes, requests.exceptions.Timeout, urllib3.exceptions.ReadTimeoutError, TimeoutError):
        return "time-out", f"{host} did not answer in time.", _AGAIN
    if _has(causes, ConnectionRefusedError):
        return "refused", f"{host} accepts no connection.", _AGAIN
    if _has(causes, urllib3.exceptions.NewConnectionError):
        return "unreachable", f"There is no way to {host} on this network.", _AGAIN
    if _has(causes, AnswerTooLong):
        return "too-long", f"The answer of {host} is too long to be one.", _AGAIN
    if _has(causes, ssl.SSLError, requests.exceptions.SSLError):
        return "encryption", f"No encrypted connection to {host} could be made.", _AGAIN
    return "broken", f"The connection to {host} broke before its answer was complete.", _AGAIN


def _has(causes: tuple[BaseException, ...], *kinds: type[BaseException]) -> bool:
    return any(isinstance(cause, kinds) for cause in causes)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Walk through an error and all that is wrapped in it, each once."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        cause = waiting.pop()
        if not isinstance(cause, BaseException) or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        waiting += cause.args
        waiting += [getattr(cause, "reason", None), cause.__cause__, cause.__context__]
