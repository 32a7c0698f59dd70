import pytest

from xlsx_addin.amazon.errors import TOKEN_REJECTED, Refusal, api_error, sign_in_error, unreadable
from xlsx_addin.amazon.transport import HttpResponse
from xlsx_addin.errors import (
    AccessDenied,
    ServerFault,
    SignInRefused,
    Throttled,
    UnreadableAnswer,
)

DENIED = "Access to requested resource is denied."


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, UnreadableAnswer),
        (204, UnreadableAnswer),
        (400, Refusal),
        (401, AccessDenied),
        (403, AccessDenied),
        (404, Refusal),
        (408, ServerFault),
        (413, Refusal),
        (415, Refusal),
        (429, Throttled),
        (500, ServerFault),
        (503, ServerFault),
        (504, ServerFault),
    ],
)
@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"errors": "?"}', b'{"errors": [1]}'])
def test_the_status_decides_whatever_the_body(status: int, kind: type, body: bytes) -> None:
    error = api_error(HttpResponse(status, {"X-AMZN-REQUESTID": "id-7"}, body))
    assert type(error) is kind
    assert error.message
    assert error.next_step
    assert (error.status, error.request_id) == (status, "id-7")


@pytest.mark.parametrize(
    ("status", "details", "rejected"),
    [
        (403, "", False),
        (403, "Access token is missing in the request header.", False),
        (403, "The access token you provided is revoked, malformed or invalid.", True),
        (403, "The access token you provided has expired.", True),
        (401, "", True),
    ],
)
def test_a_rejected_token_is_told_from_a_missing_role(
    reply,
    status: int,
    details: str,
    rejected: bool,
) -> None:
    error = api_error(reply.error(status, DENIED, details))
    assert (error.code == TOKEN_REJECTED) is rejected
    assert "Business Purchase Reconciliation" in error.next_step


def test_a_403_that_is_not_amazons_blames_the_network() -> None:
    error = api_error(HttpResponse(403, {}, b"<html>Blocked</html>"))
    assert "firewall" in error.next_step


@pytest.mark.parametrize(
    ("message", "details", "words"),
    [
        ("Bad ID.", "", "Bad ID."),
        ("Bad ID.", "Bad ID.", "Bad ID."),
        ("Bad ID.", "Look at X.", "Bad ID. Look at X."),
        ("", "", "SomeCode"),
        ("two\nlines\x00", "", "two lines"),
    ],
)
def test_a_refusal_keeps_amazons_words(reply, message: str, details: str, words: str) -> None:
    error = api_error(reply.error(400, message, details))
    assert isinstance(error, Refusal)
    assert error.words == words
    assert words in error.message


def test_a_refusal_keeps_no_endless_words(reply) -> None:
    error = api_error(reply.error(400, "word " * 1000))
    assert isinstance(error, Refusal)
    assert len(error.words) == 300


def test_a_refusal_without_words_says_so() -> None:
    error = api_error(HttpResponse(400))
    assert isinstance(error, Refusal)
    assert error.words == "status 400, no explanation."


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        ("Wed, 21 Oct 2026 07:28:30 GMT", 30.0),
        ("Wed, 21 Oct 2026 07:27:00 GMT", None),
        ("-1", None),
        ("inf", None),
        ("nan", None),
        ("soon", None),
        ("", None),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_read_as_seconds(status: int, retry_after: str, seconds: float) -> None:
    headers = {"Retry-After": retry_after, "Date": "Wed, 21 Oct 2026 07:28:00 GMT"}
    assert api_error(HttpResponse(status, headers)).retry_after_s == seconds


def test_a_date_to_retry_after_means_nothing_without_the_date_of_the_answer() -> None:
    headers = {"Retry-After": "Wed, 21 Oct 2026 07:28:30 GMT"}
    assert api_error(HttpResponse(429, headers)).retry_after_s is None


@pytest.mark.parametrize(
    ("status", "error", "description", "advice"),
    [
        (401, "invalid_client", "Client authentication failed", "180 days"),
        (
            400,
            "invalid_grant",
            "... invalid grant parameter : refresh_token",
            "belongs to this app",
        ),
        (
            400,
            "invalid_grant",
            "... parameter : refresh_token. User may have revoked or didn't grant the permission.",
            "Authorise the app again",
        ),
        (400, "invalid_grant", "... invalid grant parameter : code", "new code"),
        (400, "unauthorized_client", "Not authorized for requested operation", "registration"),
        (400, "unsupported_grant_type", "The authorization grant type ...", "support"),
        (400, "invalid_request", "a parameter is missing", "support"),
    ],
)
def test_a_refused_sign_in_comes_with_advice(
    reply, status: int, error: str, description: str, advice: str
) -> None:
    refused = sign_in_error(reply.sign_in_error(status, error, description))
    assert isinstance(refused, SignInRefused)
    assert advice in refused.next_step
    assert refused.exit_code == 3


def test_a_refused_sign_in_takes_its_request_id_from_header_or_body() -> None:
    body = b'{"error": "invalid_client", "request_id": "in-body"}'
    assert sign_in_error(HttpResponse(401, {}, body)).request_id == "in-body"
    headers = {"x-amzn-requestid": "in-header"}
    assert sign_in_error(HttpResponse(401, headers, body)).request_id == "in-header"


@pytest.mark.parametrize(
    ("status", "kind"),
    [(429, Throttled), (500, ServerFault), (503, ServerFault), (404, UnreadableAnswer)],
)
def test_a_sign_in_that_may_work_later_is_not_refused(status: int, kind: type) -> None:
    assert type(sign_in_error(HttpResponse(status, {}, b"<html>"))) is kind


def test_an_unreadable_answer_says_what_is_wrong_with_it(reply) -> None:
    error = unreadable("it is not JSON", reply.json({}))
    assert error.message == "Amazon's answer cannot be read: it is not JSON."
    assert error.request_id == "id-1"
