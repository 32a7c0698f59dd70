"""lwaToken: the token endpoint of Login with Amazon.

Source: `docs/api.md`, access token; bodies of errors are those of the packaged examples.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, Final
from urllib.parse import parse_qsl

from xlsx_addin.core.line_items import LineItem
from xlsx_addin.sandbox import names
from xlsx_addin.sandbox.limits import Limit
from xlsx_addin.sandbox.messages import Answer, Refused, Request, json_answer
from xlsx_addin.sandbox.operations.base import Call, World
from xlsx_addin.sandbox.options import Credentials

_FORM: Final = "application/x-www-form-urlencoded"
_NEEDED: Final = {
    "refresh_token": ("refresh_token", "client_id", "client_secret"),
    "authorization_code": ("code", "redirect_uri", "client_id", "client_secret"),
}
"""Form fields by the grant type."""


class TokenOperation:
    """Gives access tokens for a refresh token or, once, for a code."""

    name: ClassVar[str] = names.TOKEN
    route: ClassVar[re.Pattern[str]] = re.compile("POST /auth/[oO]2/token")
    role: ClassVar[str | None] = None
    limit: ClassVar[Limit | None] = None

    def __init__(self, world: World) -> None:
        self._world = world
        self._used_codes: set[str] = set()

    def line_items(self, request: Request) -> tuple[LineItem, ...]:  # noqa: ARG002  # a contract
        """Return nothing: a token is about no line item."""
        return ()

    def answer(self, call: Call) -> Answer:
        """Give the client an access token, or refuse it in the words of Login with Amazon."""
        form = _read_form(call.request)
        needed = _NEEDED.get(form.get("grant_type", ""))
        if needed is None:
            raise self._refusal("unsupported-grant-type")
        for field in needed:
            if not form.get(field):
                raise self._missing(field)
        client = self._authenticate(form)
        self._check_grant(form, client)
        return self._token_answer(client)

    def _authenticate(self, form: Mapping[str, str]) -> Credentials:
        for client in self._world.options.credentials:
            if (client.client_id, client.client_secret) == (
                form["client_id"],
                form["client_secret"],
            ):
                return client
        raise self._refusal("invalid-client")

    def _check_grant(self, form: Mapping[str, str], client: Credentials) -> None:
        if self._world.options.sign_in == "not-authorised":
            raise self._refusal("unauthorized-client")
        if form["grant_type"] == "authorization_code":
            self._use_code(form["code"], client)
        elif form["refresh_token"] != client.refresh_token:
            raise self._refusal("invalid-grant")
        elif self._world.options.sign_in == "revoked":
            raise self._refusal("invalid-grant-revoked")

    def _use_code(self, code: str, client: Credentials) -> None:
        if code != client.code or code in self._used_codes:
            raise self._refusal("invalid-grant-code")
        self._used_codes.add(code)

    def _token_answer(self, client: Credentials) -> Answer:
        options = self._world.options
        payload: dict[str, Any] = {
            "access_token": self._world.access_tokens.issue(client),
            "token_type": "bearer",
            "expires_in": options.token_lifetime_s,
        }
        if options.returns_refresh_token:
            payload["refresh_token"] = client.refresh_token
        return json_answer(200, payload)

    def _refusal(self, error: str) -> Refused:
        return Refused(self._world.examples.answer(f"lwa-error-{error}"))

    def _missing(self, field: str) -> Refused:
        answer = self._world.examples.answer("lwa-error-invalid-request")
        payload = json.loads(answer.body)
        payload["error_description"] = payload["error_description"].replace("refresh_token", field)
        return Refused(replace(answer, body=json.dumps(payload).encode()))


def _read_form(request: Request) -> dict[str, str]:
    """Read the form; another content type is no form, as with Amazon."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != _FORM:
        return {}
    return dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
