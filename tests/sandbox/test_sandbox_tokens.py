"""The token endpoint, and what access tokens open."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from xlsx_addin.sandbox import (
    INVOICES,
    SANDBOX_CREDENTIALS,
    TOKEN,
    Credentials,
    Limit,
    Sandbox,
    SandboxOptions,
)
from xlsx_addin.sandbox.examples import load_examples

OTHER = Credentials("amzn1.application-oa2-client.other", "other-secret", "Atzr|other")
EXAMPLES = load_examples()
CODE = {"grant_type": "authorization_code", "code": "sandbox-code", "redirect_uri": "https://x/"}


def test_refresh_token_gives_an_access_token(
    connect: Callable[..., Any], fits_description: Callable[..., None]
) -> None:
    with Sandbox() as sandbox:
        response = connect(sandbox).sign_in()
    answer = response.json()
    fits_description(TOKEN, response.status_code, answer)
    assert answer["token_type"] == "bearer"
    assert answer["expires_in"] == 3600
    assert answer["refresh_token"] == SANDBOX_CREDENTIALS.refresh_token
    assert answer["access_token"].startswith("Atza|")
    assert 350 <= len(answer["access_token"]) <= 2048


def test_refresh_token_may_be_missing_in_the_answer(connect: Callable[..., Any]) -> None:
    with Sandbox(SandboxOptions(returns_refresh_token=False)) as sandbox:
        assert "refresh_token" not in connect(sandbox).sign_in().json()


def test_path_may_be_spelled_with_a_capital(connect: Callable[..., Any]) -> None:
    with Sandbox() as sandbox:
        client = connect(sandbox)
        url = f"{sandbox.endpoint}/auth/O2/token"
        assert client.session.post(url, data=client.form(), timeout=5).status_code == 200


@pytest.mark.parametrize(
    ("changes", "options", "example"),
    [
        ({"client_id": "wrong"}, {}, "lwa-error-invalid-client"),
        ({"client_secret": "wrong"}, {}, "lwa-error-invalid-client"),
        ({"refresh_token": "Atzr|wrong"}, {}, "lwa-error-invalid-grant"),
        ({}, {"sign_in": "revoked"}, "lwa-error-invalid-grant-revoked"),
        ({}, {"sign_in": "not-authorised"}, "lwa-error-unauthorized-client"),
        ({"refresh_token": ""}, {}, "lwa-error-invalid-request"),
        ({"grant_type": ""}, {}, "lwa-error-unsupported-grant-type"),
        ({"grant_type": "password"}, {}, "lwa-error-unsupported-grant-type"),
        (CODE | {"code": "used"}, {}, "lwa-error-invalid-grant-code"),
    ],
)
def test_sign_in_is_refused_in_the_words_of_the_examples(
    connect: Callable[..., Any],
    fits_description: Callable[..., None],
    changes: dict[str, str],
    options: dict[str, Any],
    example: str,
) -> None:
    with Sandbox(SandboxOptions(**options)) as sandbox:
        response = connect(sandbox).sign_in(**changes)
    assert response.status_code == EXAMPLES[example]["status"]
    assert response.json() == EXAMPLES[example]["response"]
    fits_description(TOKEN, response.status_code, response.json())


def test_missing_parameter_is_named(connect: Callable[..., Any]) -> None:
    with Sandbox() as sandbox:
        description = connect(sandbox).sign_in(client_id="").json()["error_description"]
    assert description == "The request is missing a required parameter : client_id"


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", ""])
def test_only_forms_are_read(connect: Callable[..., Any], content_type: str) -> None:
    with Sandbox() as sandbox:
        client = connect(sandbox)
        response = client.session.post(
            sandbox.token_url,
            data=json.dumps(client.form()),
            headers={"Content-Type": content_type},
            timeout=5,
        )
    assert response.json()["error"] == "unsupported_grant_type"


def test_code_is_exchanged_once(connect: Callable[..., Any]) -> None:
    with Sandbox() as sandbox:
        client = connect(sandbox)
        assert client.sign_in(**CODE).json()["refresh_token"] == SANDBOX_CREDENTIALS.refresh_token
        assert client.sign_in(**CODE).json()["error"] == "invalid_grant"


def test_client_without_a_code_cannot_exchange_one(connect: Callable[..., Any]) -> None:
    with Sandbox(SandboxOptions(credentials=[OTHER])) as sandbox:
        assert connect(sandbox, OTHER).sign_in(**CODE).json()["error"] == "invalid_grant"


def _refusal(response: Any, fits_description: Callable[..., None]) -> Any:
    fits_description(INVOICES, response.status_code, response.json())
    assert response.headers["x-amzn-ErrorType"] == "AccessDeniedException"
    return response.json()


def test_missing_token_is_refused(
    connect: Callable[..., Any], fits_description: Callable[..., None]
) -> None:
    with Sandbox() as sandbox:
        client = connect(sandbox)
        client.token = ""
        answer = _refusal(client.ask(sandbox.account.line_items(1)), fits_description)
    assert answer == EXAMPLES["error-403-token-missing"]["response"]


def test_token_of_another_sandbox_is_invalid(
    connect: Callable[..., Any], fits_description: Callable[..., None]
) -> None:
    with Sandbox() as first, Sandbox() as second:
        client = connect(second)
        client.token = connect(first).sign_in().json()["access_token"]
        answer = _refusal(client.ask(second.account.line_items(1)), fits_description)
    assert answer == EXAMPLES["error-403-token-invalid"]["response"]


def test_token_expires(
    connect: Callable[..., Any], fits_description: Callable[..., None], clock: Any
) -> None:
    with Sandbox(SandboxOptions(token_lifetime_s=60), clock=clock) as sandbox:
        client, lines = connect(sandbox), sandbox.account.line_items(1)
        assert client.ask(lines).status_code == 200
        clock.advance(59)
        assert client.ask(lines).status_code == 200
        clock.advance(1)
        answer = _refusal(client.ask(lines), fits_description)
        client.token = None
        assert client.ask(lines).status_code == 200
    assert answer == EXAMPLES["error-403-token-expired"]["response"]


def test_missing_role_is_denied(
    connect: Callable[..., Any], fits_description: Callable[..., None]
) -> None:
    with Sandbox(SandboxOptions(roles=frozenset())) as sandbox:
        answer = _refusal(connect(sandbox).ask(sandbox.account.line_items(1)), fits_description)
    assert answer == EXAMPLES["error-403-denied"]["response"]


def test_each_client_has_its_own_limit(connect: Callable[..., Any], clock: Any) -> None:
    options = SandboxOptions(
        credentials=[SANDBOX_CREDENTIALS, OTHER], limits={INVOICES: Limit(1, 1)}
    )
    with Sandbox(options, clock=clock) as sandbox:
        clients = [connect(sandbox), connect(sandbox, OTHER)]
        lines = sandbox.account.line_items(1)
        statuses = [client.ask(lines).status_code for client in clients * 2]
    assert statuses == [200, 200, 429, 429]
