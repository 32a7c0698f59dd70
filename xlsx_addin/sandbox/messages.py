"""HTTP/1.1 messages: reading a request, writing an answer in one piece."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from enum import Enum
from functools import cached_property
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl

LARGEST_BODY: Final = 1 << 20
"""Bytes of a request body beyond which the connection is refused."""

_JSON_TYPE: Final = {"Content-Type": "application/json"}


class MalformedRequest(Exception):
    """The bytes on the connection are no HTTP/1.x request."""


class Cut(Enum):
    """Where an answer breaks off because its connection is cut."""

    NOWHERE = "nowhere"
    BEFORE = "before its first byte"
    MIDWAY = "in the middle of its body"


@dataclass(frozen=True)
class Request:
    """One HTTP request.

    Args:
        method: in capitals.
        path: without the query.
        query: decoded; of a repeated name the last value.
        headers: names in lower case.
        body: as it came.
        keep_alive: whether the connection stays open for another request.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    keep_alive: bool = True

    @cached_property
    def payload(self) -> object:
        """The decoded JSON body, None if it is empty or no JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer, and how badly the connection delivers it.

    Args:
        status: the HTTP status.
        headers: without those that follow from the body and the connection.
        body: as it is sent.
        delay_s: seconds to wait before sending it.
        cut: where the connection breaks.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    delay_s: float = 0.0
    cut: Cut = Cut.NOWHERE


REFUSED_CODE: Final = "INVALID_REQUEST_PARAMETER"
"""The code of errors about the parameters of a call."""


class Refused(Exception):
    """A call ends here, with this answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def json_answer(status: int, payload: object, headers: Mapping[str, str] | None = None) -> Answer:
    """Make an answer with a JSON body."""
    # A lone surrogate in an ID that is named back is no text: it becomes a question mark.
    body = json.dumps(payload, ensure_ascii=False).encode("utf-8", "replace")
    return Answer(status, {**_JSON_TYPE, **(headers or {})}, body)


def error_answer(status: int, code: str, message: str, details: str | None = None) -> Answer:
    """Make an answer in the error shape of the business API.

    Args:
        status: the HTTP status.
        code: the kind of problem, for programs.
        message: what is wrong, for people.
        details: more of it; None leaves the member out, as some published errors do.

    Returns:
        The answer with its list of one error.
    """
    error: dict[str, Any] = {"code": code, "message": message}
    if details is not None:
        error["details"] = details
    return json_answer(status, {"errors": [error]})


def refusal(details: str) -> Refused:
    """Refuse a call for its parameters, in the published shape.

    Args:
        details: what is wrong with them, which is not published.
    """
    message = "The request contains invalid parameters."
    return Refused(error_answer(400, REFUSED_CODE, message, details))


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """Read the next request of a connection.

    Args:
        reader: the connection's incoming side.

    Returns:
        The request, None if the other side has closed the connection.

    Raises:
        MalformedRequest: what came is no HTTP/1.x request, or too large.
    """
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    except asyncio.LimitOverrunError as error:
        raise MalformedRequest("the head of the request is too long") from error
    method, target, version, headers = _read_head(head.decode("latin-1"))
    try:
        body = await reader.readexactly(_body_size(headers))
    except asyncio.IncompleteReadError:
        return None
    path, _, query = target.partition("?")
    keep_alive = version == "HTTP/1.1" and headers.get("connection", "").lower() != "close"
    parameters = dict(parse_qsl(query, keep_blank_values=True))
    return Request(method, path, parameters, headers, body, keep_alive)


def _read_head(head: str) -> tuple[str, str, str, dict[str, str]]:
    first, *lines = head.rstrip("\r\n").split("\r\n")
    parts = first.split(" ")
    if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
        raise MalformedRequest("the request line is not METHOD TARGET HTTP/1.x")
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    return parts[0], parts[1], parts[2], headers


def _body_size(headers: Mapping[str, str]) -> int:
    if "transfer-encoding" in headers:
        raise MalformedRequest("a body must come with its Content-Length")
    size = headers.get("content-length", "0")
    if not size.isdecimal() or int(size) > LARGEST_BODY:
        raise MalformedRequest("the Content-Length is no number or too large")
    return int(size)


def encode(answer: Answer, *, keep_alive: bool, now_s: float) -> bytes:
    """Put an answer into the one buffer that is written.

    Two small writes would meet delayed acknowledgements and Nagle's algorithm, some 40 ms.

    Args:
        answer: the answer.
        keep_alive: whether the connection stays.
        now_s: seconds since 1970, for the date that answers have (RFC 9110, 6.6.1).
    """
    try:
        reason = HTTPStatus(answer.status).phrase
    except ValueError:
        reason = ""
    lines = [f"HTTP/1.1 {answer.status} {reason}"]
    lines += [f"{name}: {value}" for name, value in answer.headers.items()]
    if "date" not in {name.lower() for name in answer.headers}:
        lines.append(f"Date: {formatdate(now_s, usegmt=True)}")
    lines.append(f"Content-Length: {len(answer.body)}")
    lines.append(f"Connection: {'keep-alive' if keep_alive else 'close'}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + answer.body
