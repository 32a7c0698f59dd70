"""The sandbox answers whatever fits its description, and whatever does not, as described."""

import json
from collections import Counter
from pathlib import Path
from random import Random
from urllib.parse import urlencode

import pytest
import yaml

from tests.sandbox.conftest import fits_description  # noqa: F401  # the fixture
from xlsx_addin.sandbox import SANDBOX_CREDENTIALS, Limit, SandboxOptions
from xlsx_addin.sandbox.gateway import Gateway
from xlsx_addin.sandbox.log import RequestLog
from xlsx_addin.sandbox.messages import Request

DESCRIPTION = yaml.safe_load(
    (Path(__file__).parents[1] / "sandbox" / "data" / "openapi.yaml").read_text(encoding="utf-8")
)
TIMES = 120
KNOWN = {
    "reportType": "GET_AB_INVOICE_PDF",
    "reportTypes": ["GET_AB_INVOICE_PDF"],
    "documentType": "Invoice",
}
"""What the description says in words only."""
MARKETPLACES = ("ATVPDKIKX0DER", "A1F83G8C2ARO7P", "A1VC38T7YXB528")
ODD = (
    *(None, True, 0, -1, 10**30, 1.5, "", " ", "x" * 3_000, "\x00", "\ud800", "😀", "'\"<&>"),
    *([], {}, [None], [[]], {"": None}, "2026-02-30T00:00:00Z", "2026-03-01", "null", "1e400"),
)


def operations():
    """Give what the sandbox has: name, method, path, parameters, schema of the body."""
    known = {one.name for one in gateway()._operations}
    for path, methods in DESCRIPTION["paths"].items():
        for method, operation in methods.items():
            if not isinstance(operation, dict) or operation.get("operationId") not in known:
                continue
            parameters = [resolved(one) for one in operation.get("parameters", ())]
            bodies = operation.get("requestBody", {}).get("content", {})
            body = next(iter(bodies.items()), (None, None))
            yield operation["operationId"], method.upper(), path, parameters, body


def gateway(clock=lambda: 0.0, **options):
    made = Gateway(SandboxOptions(**options), RequestLog(), clock)
    made.start()
    return made


def resolved(schema):
    while "$ref" in schema:
        step = DESCRIPTION
        for name in schema["$ref"].removeprefix("#/").split("/"):
            step = step[name]
        schema = step
    return schema


def value(schema, dice, depth=0):
    """Make a value of a schema."""
    schema = resolved(schema)
    for name in ("example", "default", "const"):
        if name in schema and dice.random() < 0.7:
            return schema[name]
    choices = schema.get("oneOf") or schema.get("anyOf")
    if "enum" in schema or choices:
        return value(dice.choice(choices), dice, depth) if choices else dice.choice(schema["enum"])
    kind = schema.get("type", "object" if "properties" in schema else "string")
    kind = dice.choice(kind) if isinstance(kind, list) else kind
    if kind == "object":
        needed = schema.get("required", ())
        return {
            name: KNOWN[name] if name in KNOWN else value(part, dice, depth + 1)
            for name, part in schema.get("properties", {}).items()
            if name in needed or (depth < 6 and dice.random() < 0.8)
        }
    if kind == "array":
        count = dice.randrange(schema.get("minItems", 0), 1 + min(30, schema.get("maxItems", 30)))
        return [value(schema["items"], dice, depth + 1) for _ in range(count)]
    return plain(kind, schema, dice)


def plain(kind, schema, dice):
    """Make a number, a truth, nothing or a text."""
    if kind in ("integer", "number"):
        return dice.randrange(schema.get("minimum", 0), 1 + schema.get("maximum", 100))
    if kind in ("boolean", "null"):
        return dice.random() < 0.5 if kind == "boolean" else None
    if schema.get("format") == "date-time":
        return f"2026-0{dice.randrange(1, 10)}-1{dice.randrange(10)}T10:00:00Z"
    if schema.get("format") == "date":
        return f"2026-0{dice.randrange(1, 10)}-1{dice.randrange(10)}"
    return "".join(dice.choice("0123456789-ABab") for _ in range(dice.randrange(1, 20)))


def spoiled(made, dice):
    """Put something odd anywhere."""
    if isinstance(made, dict) and made and dice.random() < 0.8:
        name = dice.choice(list(made))
        rest = {one: part for one, part in made.items() if one != name}
        return rest if dice.random() < 0.2 else rest | {name: spoiled(made[name], dice)}
    if isinstance(made, list) and made and dice.random() < 0.8:
        at = dice.randrange(len(made))
        return [*made[:at], spoiled(made[at], dice), *made[at + 1 :]]
    return dice.choice(ODD)


def body_of(content_type, body, dice, *, valid):
    """Write a body, right or not quite."""
    payload = value(body["schema"], dice)
    if "marketplaceIds" in payload:
        payload["marketplaceIds"] = [dice.choice(MARKETPLACES)]
        payload["reportOptions"] = {"documentType": "Invoice", "invoiceId": "INV-US-1"}
    payload = payload if valid else spoiled(payload, dice)
    if "json" in content_type:
        content = json.dumps(payload).encode()
    else:
        fields = payload if isinstance(payload, dict) else {"": payload}
        content = urlencode({k: str(v) for k, v in fields.items()}, errors="replace").encode()
    if not valid and dice.random() < 0.2:
        content = content[: dice.randrange(len(content) + 1)] + b"\xff"
    return content


def request(made, dice, token, given_out, *, valid):
    _, method, path, parameters, (content_type, body) = made
    for name, ids in given_out.items():
        if ids and dice.random() < 0.8:
            path = path.replace("{" + name + "}", dice.choice(ids))
    query, headers = {}, {"x-amz-access-token": token}
    for one in parameters:
        if not one.get("required") and dice.random() < 0.4:
            continue
        given = KNOWN.get(one["name"]) or value(one.get("schema", {}), dice)
        if one["name"] == "marketplaceIds":
            given = [dice.choice(MARKETPLACES)]
        given = given if valid or dice.random() < 0.6 else spoiled(given, dice)
        written = ",".join(map(str, given)) if isinstance(given, list) else str(given)
        if one["in"] == "query":
            query[one["name"]] = written
        elif one["in"] == "path":
            path = path.replace("{" + one["name"] + "}", written or "x")
    content = body_of(content_type, body, dice, valid=valid) if body else b""
    if body:
        headers["content-type"] = content_type
    return Request(method, path, query, headers, content)


def signed_in(made):
    known = SANDBOX_CREDENTIALS
    form = {
        "grant_type": "refresh_token",
        "client_id": known.client_id,
        "client_secret": known.client_secret,
        "refresh_token": known.refresh_token,
    }
    headers = {"content-type": "application/x-www-form-urlencoded"}
    asked = Request("POST", "/auth/o2/token", {}, headers, urlencode(form).encode())
    return json.loads(made.handle(asked, 1).body)["access_token"]


def learn(payload, given_out):
    """Keep the IDs that were given out, to ask about them later."""
    for name, ids in given_out.items():
        if isinstance(payload, dict) and isinstance(payload.get(name), str):
            ids.append(payload[name])


@pytest.mark.parametrize("region", ["na", "eu", "jp"])
def test_every_answer_fits_the_description(
    region,
    fits_description,  # noqa: F811  # the fixture
    scale,
    figures,
):
    """All operations in turn, on one account, so that each meets what the others left."""
    made = list(operations())
    limits = {one[0]: Limit(1e6, 1e6) for one in made if one[0] != "lwaToken"}
    seconds = iter(range(10**9))
    serves = gateway(
        lambda: float(next(seconds)), region=region, limits=limits, token_lifetime_s=1e9
    )
    token = signed_in(serves)
    given_out = {"reportId": [], "reportDocumentId": []}
    statuses: dict[str, Counter[int]] = {one[0]: Counter() for one in made}
    for seed in range(TIMES * scale * len(made)):
        dice = Random(seed)
        one = made[seed % len(made)]
        asked = request(one, dice, token, given_out, valid=dice.random() < 0.5)
        answer = serves.handle(asked, 1)
        statuses[one[0]][answer.status] += 1
        assert answer.status < 500, (seed, asked)
        if answer.body and answer.status != 404:
            fits_description(one[0], answer.status, json.loads(answer.body))
            learn(json.loads(answer.body), given_out)
    for name, counted in statuses.items():
        assert any(400 <= status < 500 for status in counted), (name, counted)
        assert name == "lwaToken" or any(status < 300 for status in counted), (name, counted)
    total = sum(statuses.values(), Counter())
    told = ", ".join(f"{count} of {status}" for status, count in sorted(total.items()))
    figures("sandbox", f"{len(made)} operations, {region}", f"{told}; every answer as described")
