"""What an operation is. A new one is a module with such a class and a line in the table."""

import re
from dataclasses import dataclass
from typing import Protocol

from xlsx_addin.core.line_items import LineItem
from xlsx_addin.sandbox.access import AccessTokens
from xlsx_addin.sandbox.account import Account
from xlsx_addin.sandbox.examples import Examples
from xlsx_addin.sandbox.faults import Strike
from xlsx_addin.sandbox.limits import Limit
from xlsx_addin.sandbox.messages import Answer, Request
from xlsx_addin.sandbox.options import SandboxOptions
from xlsx_addin.sandbox.purchases import Purchases
from xlsx_addin.sandbox.reports import Reports


@dataclass(frozen=True, slots=True)
class World:
    """What operations work with, handed to each when it is made.

    Args:
        options: how the sandbox behaves.
        account: the customer's line items and invoices.
        purchases: the customer's orders.
        examples: published answers.
        access_tokens: given out so far.
        reports: ordered so far.
    """

    options: SandboxOptions
    account: Account
    purchases: Purchases
    examples: Examples
    access_tokens: AccessTokens
    reports: Reports


@dataclass(frozen=True, slots=True)
class Call:
    """A request on its way through the sandbox.

    Args:
        request: as it came.
        number: of the request, counted from 1 for each operation.
        elapsed_s: seconds since the sandbox started.
        strike: what the fault plan has in store for it.
    """

    request: Request
    number: int
    elapsed_s: float
    strike: Strike | None = None


class Operation(Protocol):
    """One operation of the API.

    Its class is called with the `World` when the sandbox is made.
    """

    @property
    def name(self) -> str:
        """The name in the API's description."""

    @property
    def route(self) -> re.Pattern[str]:
        """What the HTTP method, a space and the path look like."""

    @property
    def role(self) -> str | None:
        """The role it needs, None if it needs no access token at all."""

    @property
    def limit(self) -> Limit | None:
        """The documented limit, None if there is none."""

    def line_items(self, request: Request) -> tuple[LineItem, ...]:
        """Read the line items that a request asks about, as far as they can be read."""

    def answer(self, call: Call) -> Answer:
        """Answer a call that is allowed and within the limit.

        Raises:
            Refused: the call is not what the operation takes.
        """
