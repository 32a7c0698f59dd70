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


def gateway(**options):
    made = Gateway(SandboxOptions(**options), RequestLog(), lambda: 0.0)
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
            name: value(part, dice, depth + 1)
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


def request(made, dice, token, *, valid):
    _, method, path, parameters, (content_type, body) = made
    query, headers = {}, {"x-amz-access-token": token}
    for one in parameters:
        if not one.get("required") and dice.random() < 0.4:
            continue
        given = value(one.get("schema", {}), dice)
        given = given if valid or dice.random() < 0.6 else spoiled(given, dice)
        written = ",".join(map(str, given)) if isinstance(given, list) else str(given)
        if one["in"] == "query":
            query[one["name"]] = written
        elif one["in"] == "path":
            path = path.replace("{" + one["name"] + "}", written or "x")
    content = b""
    if body is not None:
        payload = value(body["schema"], dice)
        payload = payload if valid else spoiled(payload, dice)
        if "json" in content_type:
            content = json.dumps(payload).encode()
        else:
            fields = payload if isinstance(payload, dict) else {"": payload}
            content = urlencode({k: str(v) for k, v in fields.items()}, errors="replace").encode()
        if not valid and dice.random() < 0.2:
            content = content[: dice.randrange(len(content) + 1)] + b"\xff"
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


@pytest.mark.parametrize("made", list(operations()), ids=lambda made: made[0])
@pytest.mark.parametrize("region", ["na", "eu", "jp"])
def test_every_answer_fits_the_description(made, region, fits_description, scale, figures):  # noqa: F811  # the fixture
    name = made[0]
    unlimited = {each[0]: Limit(1e6, 1e6) for each in operations() if each[0] != "lwaToken"}
    serves = gateway(region=region, limits=unlimited)
    token = signed_in(serves)
    statuses = Counter()
    for seed in range(TIMES * scale):
        dice = Random(seed)
        valid = seed % 2 == 0
        asked = request(made, dice, token, valid=valid)
        answer = serves.handle(asked, 1)
        statuses[answer.status] += 1
        assert answer.status < 500, (seed, asked)
        # Where an odd path leads to no operation there is nothing to compare with.
        if answer.status != 404 or name != "lwaToken":
            fits_description(name, answer.status, json.loads(answer.body))
    assert statuses[400], statuses
    told = ", ".join(f"{count} of {status}" for status, count in sorted(statuses.items()))
    figures("sandbox", f"{name}, {region}", f"{told}; every answer as described")
