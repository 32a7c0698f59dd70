"""Static mode: the published examples exactly, and nothing else."""

from collections.abc import Callable
from typing import Any

import pytest

from xlsx_addin.sandbox import INVOICES, UNLIMITED, Sandbox, SandboxOptions
from xlsx_addin.sandbox.examples import load_examples
from xlsx_addin.sandbox.names import UNLISTED

EXAMPLES = load_examples()
STATIC = [e for e in EXAMPLES.values() if e.get("environment") == "static-sandbox"]
NO_MATCH = EXAMPLES["error-400-sandbox-no-match"]
OPTIONS = SandboxOptions(mode="static", limits={INVOICES: UNLIMITED, UNLISTED: UNLIMITED})


def _send(client: Any, example: Any) -> Any:
    return client.call(
        example["method"],
        example["path"],
        params=example.get("query"),
        json=example.get("request"),
    )


@pytest.mark.parametrize("example", STATIC, ids=lambda example: example["id"])
def test_published_example_is_answered_exactly(
    connect: Callable[..., Any], fits_description: Callable[..., None], example: Any
) -> None:
    with Sandbox(OPTIONS) as sandbox:
        response = _send(connect(sandbox), example)
    assert response.status_code == example["status"]
    answer = response.json() if response.content else None
    assert answer == example["response"]
    if answer is not None:
        fits_description(example["operation"], response.status_code, answer)


def test_all_published_examples_are_packaged() -> None:
    assert len(STATIC) == 16
    assert len(EXAMPLES) == 55


def test_empty_body_is_the_published_missing_parameters(connect: Callable[..., Any]) -> None:
    with Sandbox(OPTIONS) as sandbox:
        response = connect(sandbox).call("POST", "/reconciliation/2021-01-08/invoices")
    assert response.json() == EXAMPLES["invoices-sandbox-400-missing"]["response"]


ASKED = EXAMPLES["invoices-sandbox-jp"]["request"]["orderLineItems"]


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param({"orderLineItems": ASKED[:1]}, id="a line less"),
        pytest.param({"orderLineItems": ASKED[::-1]}, id="another order"),
        pytest.param({"orderLineItems": ASKED, "more": 1}, id="a parameter more"),
        pytest.param(EXAMPLES["invoices-guide-na"]["request"], id="an example of production"),
    ],
)
def test_anything_else_does_not_match(connect: Callable[..., Any], payload: object) -> None:
    with Sandbox(OPTIONS) as sandbox:
        response = connect(sandbox).post(payload)
    assert (response.status_code, response.json()) == (400, NO_MATCH["response"])


def test_extra_query_parameters_do_not_match(connect: Callable[..., Any]) -> None:
    example = EXAMPLES["transactions-sandbox"]
    with Sandbox(OPTIONS) as sandbox:
        query = example["query"] | {"nextPageToken": "x"}
        response = connect(sandbox).call("GET", example["path"], params=query)
    assert response.json() == NO_MATCH["response"]


def test_static_mode_has_its_own_limit(connect: Callable[..., Any], clock: Any) -> None:
    example = EXAMPLES["invoices-sandbox-jp"]
    with Sandbox(SandboxOptions(mode="static"), clock=clock) as sandbox:
        client = connect(sandbox)
        statuses = [_send(client, example).status_code for _ in range(16)]
        clock.advance(0.2)
        last = _send(client, example)
    assert statuses == [200] * 15 + [429]
    assert last.headers["x-amzn-RateLimit-Limit"] == "5.0"


def test_static_mode_wants_a_token_too(connect: Callable[..., Any]) -> None:
    with Sandbox(OPTIONS) as sandbox:
        client = connect(sandbox)
        client.token = ""
        assert _send(client, EXAMPLES["invoices-sandbox-jp"]).status_code == 403
