"""getBatchInvoicePaymentDetails: the payment of up to 25 invoices.

Source: `docs/api.md`. What is refused, and how, is known of one published case; other refusals
use the same code and message with a text of the sandbox's own.
"""

import re
from collections.abc import Sequence
from typing import ClassVar, Final

from xlsx_addin.core.line_items import LineItem
from xlsx_addin.sandbox import names
from xlsx_addin.sandbox.entries import PAYMENT_RESULTS, arrange
from xlsx_addin.sandbox.limits import Limit
from xlsx_addin.sandbox.messages import Answer, Request, json_answer, refusal
from xlsx_addin.sandbox.operations.base import Call, World
from xlsx_addin.sandbox.payments import Payments

_LONGEST: Final = 255
_NONE_ASKED: Final = "The invoiceIds array must contain at least one invoice ID."


class PaymentOperation:
    """Answers each invoice number with its status and due date, or with an error."""

    name: ClassVar[str] = names.PAYMENTS
    route: ClassVar[re.Pattern[str]] = re.compile(
        "POST /reconciliation/2021-01-08/invoices/batch/paymentDetails"
    )
    role: ClassVar[str | None] = names.RECONCILIATION_ROLE
    limit: ClassVar[Limit | None] = Limit(rate_per_s=2, burst=10)

    def __init__(self, world: World) -> None:
        self._world = world
        self._payments = Payments(world.options, world.examples)

    def line_items(self, request: Request) -> tuple[LineItem, ...]:  # noqa: ARG002  # a contract
        """Return nothing: the call is about invoices."""
        return ()

    def answer(self, call: Call) -> Answer:
        """Answer with a result for each invoice number, in the order that is chosen."""
        numbers = self._check(call)
        found = [self._payments.truth(number) for number in numbers]
        results = arrange(
            [result for result in found if result is not None],
            self._world.options,
            call.number,
            call.strike,
            PAYMENT_RESULTS,
        )
        return json_answer(200, {"invoicePaymentDetailsResults": results})

    def _check(self, call: Call) -> Sequence[str]:
        payload, options = call.request.payload, self._world.options
        asked = payload.get("invoiceIds") if isinstance(payload, dict) else None
        if not isinstance(asked, list) or not asked:
            raise refusal(_NONE_ASKED)
        if len(asked) > options.max_line_items:
            raise refusal(f"invoiceIds must not hold more than {options.max_line_items} IDs.")
        numbers = [one for one in asked if isinstance(one, str) and 0 < len(one) <= _LONGEST]
        if len(numbers) < len(asked):
            raise refusal(f"Each of invoiceIds must have 1 to {_LONGEST} characters.")
        poison = options.faults.poison(self.name, call.number, call.elapsed_s)
        for number in numbers:
            if number in poison or options.payments.get(number) == "refuse":
                raise refusal(f"Invalid invoice ID: {number}." if options.names_refused else "")
        return numbers
