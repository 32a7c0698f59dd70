"""What the sandbox tests share.

`connect` gives a client of a running sandbox, signed in when first needed; `clock` stands
still until a test advances it; `fits_description` checks answers against openapi.yaml.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from xlsx_addin.core.line_items import LineItem
from xlsx_addin.sandbox import SANDBOX_CREDENTIALS, Credentials, Sandbox

INVOICES_PATH = "/reconciliation/2021-01-08/invoices"


class Client:
    """Talks to a sandbox as a program of Amazon's customers does."""

    def __init__(self, sandbox: Sandbox, credentials: Credentials = SANDBOX_CREDENTIALS) -> None:
        self.sandbox = sandbox
        self.credentials = credentials
        self.session = requests.Session()
        self.session.trust_env = False
        self.token: str | None = None

    def form(self, **changes: str) -> dict[str, str]:
        return {
            "grant_type": "refresh_token",
            "refresh_token": self.credentials.refresh_token,
            "client_id": self.credentials.client_id,
            "client_secret": self.credentials.client_secret,
        } | changes

    def sign_in(self, **changes: str) -> requests.Response:
        return self.session.post(self.sandbox.token_url, data=self.form(**changes), timeout=5)

    def ask(self, lines: Sequence[tuple[str, str, str]]) -> requests.Response:
        keys = ("orderId", "orderLineItemId", "shipmentId")
        return self.post({"orderLineItems": [dict(zip(keys, line, strict=True)) for line in lines]})

    def entries(self, lines: Sequence[tuple[str, str, str]]) -> list[Any]:
        response = self.ask(lines)
        assert response.status_code == 200, response.text
        entries: list[Any] = response.json()["invoiceDetailsByOrderLineItems"]
        return entries

    def post(self, payload: object, path: str = INVOICES_PATH) -> requests.Response:
        return self.call("POST", path, json=payload)

    def call(self, method: str, path: str, **arguments: Any) -> requests.Response:
        if self.token is None:
            self.token = self.sign_in().json()["access_token"]
        headers = {"x-amz-access-token": self.token} if self.token else {}
        return self.session.request(
            method, self.sandbox.endpoint + path, headers=headers, timeout=5, **arguments
        )


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s

    def advance(self, seconds: float) -> None:
        self.now_s += seconds


class Sleeps:
    """A sleep that remembers how long it should have been and returns at once."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sleeps() -> Sleeps:
    return Sleeps()


@pytest.fixture
def connect() -> Iterator[Callable[..., Client]]:
    clients: list[Client] = []

    def make(sandbox: Sandbox, credentials: Credentials = SANDBOX_CREDENTIALS) -> Client:
        clients.append(Client(sandbox, credentials))
        return clients[-1]

    yield make
    for client in clients:
        client.session.close()


@pytest.fixture
def line() -> LineItem:
    return LineItem("112-0000001-0000002", "12345678901234", "DaBcD1234")


@pytest.fixture(scope="session")
def fits_description() -> Callable[[str, int, object], None]:
    """Check an answer by operation and status; raises if it does not fit."""
    text = (Path(__file__).parent / "data" / "openapi.yaml").read_text(encoding="utf-8")
    description = yaml.safe_load(text)
    resource = Resource.from_contents(description, default_specification=DRAFT202012)
    registry: Registry[Any] = Registry().with_resource("urn:description", resource)
    operations = {
        operation["operationId"]: operation
        for methods in description["paths"].values()
        for method, operation in methods.items()
        if method in ("get", "post", "delete")
    }

    def check(operation: str, status: int, payload: object) -> None:
        response = operations[operation]["responses"][str(status)]
        if "$ref" in response:
            response = description["components"]["responses"][response["$ref"].rpartition("/")[2]]
        schema = response["content"]["application/json"]["schema"]
        Draft202012Validator(
            {"$ref": f"urn:description{schema['$ref']}"},
            registry=registry,
            format_checker=FormatChecker(),
        ).validate(payload)

    return check
