import socket
import ssl

import pytest
import requests
import urllib3

from xlsx_addin.amazon.faults import FINAL_CODES, AnswerTooLong, explain_fault

URL = "https://api.test/path?token=hush"


def wrapped(error: Exception, *reasons: Exception) -> Exception:
    """Wrap errors the way urllib3 and requests do."""
    inner: Exception | None = None
    for reason in reasons:
        reason.__cause__ = inner
        inner = urllib3.exceptions.MaxRetryError(None, "/path", reason)
    error.args = (inner,) if inner else ()
    return error


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (
            wrapped(
                requests.ConnectionError(),
                urllib3.exceptions.NameResolutionError("api.test", None, socket.gaierror()),
            ),
            "name-not-found",
            "api.test was not found",
        ),
        (
            wrapped(
                requests.exceptions.SSLError(),
                urllib3.exceptions.SSLError(ssl.SSLCertVerificationError("self-signed")),
            ),
            "certificate",
            "not trusted",
        ),
        (wrapped(requests.exceptions.SSLError()), "encryption", "No encrypted connection"),
        (
            wrapped(
                requests.exceptions.ProxyError(),
                urllib3.exceptions.ProxyError(
                    "Cannot connect", OSError("Tunnel failed: 407 Proxy Authentication Required")
                ),
            ),
            "proxy-sign-in",
            "user name and a password",
        ),
        (
            wrapped(
                requests.exceptions.ProxyError(),
                urllib3.exceptions.ProxyError("Cannot connect", ConnectionRefusedError()),
            ),
            "proxy",
            "proxy",
        ),
        (
            OSError("Could not find a suitable TLS CA certificate bundle"),
            "certificate-file",
            "file",
        ),
        (requests.exceptions.ConnectTimeout(), "time-out", "in time"),
        (requests.exceptions.ReadTimeout(), "time-out", "in time"),
        (urllib3.exceptions.ReadTimeoutError(None, "/", "slow"), "time-out", "in time"),
        (
            wrapped(
                requests.ConnectionError(),
                urllib3.exceptions.ProtocolError("x", ConnectionRefusedError()),
            ),
            "refused",
            "accepts no connection",
        ),
        (
            wrapped(
                requests.ConnectionError(),
                urllib3.exceptions.NewConnectionError(None, "Network is unreachable"),
            ),
            "unreachable",
            "no way to api.test",
        ),
        (AnswerTooLong("9 bytes"), "too-long", "too long"),
        (requests.exceptions.InvalidURL("?"), "bad-address", "cannot be used"),
        (requests.exceptions.ChunkedEncodingError("?"), "broken", "broke"),
        (requests.exceptions.ContentDecodingError("?"), "broken", "broke"),
        (ValueError("hush"), "broken", "broke"),
    ],
)
def test_a_fault_is_told_in_plain_words(error: Exception, code: str, says: str) -> None:
    fault = explain_fault(error, URL)
    assert fault.code == code
    assert says in fault.message
    assert fault.next_step
    assert "hush" not in str(fault)


def test_only_what_no_repetition_mends_is_final() -> None:
    assert {"certificate", "certificate-file", "proxy-sign-in", "bad-address"} == FINAL_CODES


def test_errors_that_go_round_in_circles_are_walked_once() -> None:
    first, second = ValueError("1"), ValueError("2")
    first.__cause__, second.__cause__ = second, first
    assert explain_fault(first, URL).code == "broken"
