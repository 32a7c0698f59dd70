"""Calls of no operation that the sandbox has: static mode may still have an example."""

import re
from typing import ClassVar

from xlsx_addin.core.line_items import LineItem
from xlsx_addin.sandbox import names
from xlsx_addin.sandbox.limits import Limit
from xlsx_addin.sandbox.messages import Answer, Request, error_answer
from xlsx_addin.sandbox.operations.base import Call, World


class UnlistedOperation:
    """Takes any method and path, and says that there is nothing."""

    name: ClassVar[str] = names.UNLISTED
    route: ClassVar[re.Pattern[str]] = re.compile(".*", re.DOTALL)
    role: ClassVar[str | None] = names.RECONCILIATION_ROLE
    limit: ClassVar[Limit | None] = None

    def __init__(self, world: World) -> None:
        """Take the world as every operation does, and need nothing of it."""

    def line_items(self, request: Request) -> tuple[LineItem, ...]:  # noqa: ARG002  # a contract
        """Return nothing: what the call is about is not known."""
        return ()

    def answer(self, call: Call) -> Answer:
        """Answer 404, naming method and path."""
        details = f"The sandbox has no {call.request.method} {call.request.path}."
        return error_answer(404, "NotFound", "The resource does not exist.", details)
