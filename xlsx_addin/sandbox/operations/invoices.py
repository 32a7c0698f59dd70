"""getInvoiceDetailsByOrderLineItems: the invoices of up to 25 order lines.

Source: `docs/api.md`. What is refused, and how, is known for missing parameters alone; other
refusals use the same code with a text of the sandbox's own.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import ClassVar, Final

from xlsx_addin.core.line_items import LineItem
from xlsx_addin.sandbox import names
from xlsx_addin.sandbox.entries import arrange
from xlsx_addin.sandbox.limits import Limit
from xlsx_addin.sandbox.messages import (
    REFUSED_CODE,
    Answer,
    Refused,
    Request,
    error_answer,
    json_answer,
    refusal,
)
from xlsx_addin.sandbox.operations.base import Call, World

_KEYS: Final = ("orderId", "orderLineItemId", "shipmentId")


class InvoiceOperation:
    """Answers each line with its invoices and credit memos."""

    name: ClassVar[str] = names.INVOICES
    route: ClassVar[re.Pattern[str]] = re.compile("POST /reconciliation/2021-01-08/invoices")
    role: ClassVar[str | None] = names.RECONCILIATION_ROLE
    limit: ClassVar[Limit | None] = Limit(rate_per_s=2, burst=10)

    def __init__(self, world: World) -> None:
        self._world = world
        self._asks: Counter[LineItem] = Counter()

    def line_items(self, request: Request) -> tuple[LineItem, ...]:
        """Read the line items that can be read."""
        lines = map(_read_line_item, _lines_asked(request) or ())
        return tuple(line for line in lines if line)

    def answer(self, call: Call) -> Answer:
        """Answer with an entry for each line, in the order and number that is chosen."""
        lines = self._check(call.request)
        self._check_lines(lines, call)
        found = [self._world.account.truth(line, self._count(line)) for line in lines]
        entries = arrange(
            [entry for entry in found if entry is not None],
            self._world.options,
            call.number,
            call.strike,
        )
        return json_answer(200, {"invoiceDetailsByOrderLineItems": entries})

    def _check(self, request: Request) -> tuple[LineItem, ...]:
        asked, lines = _lines_asked(request), self.line_items(request)
        if not asked or len(lines) < len(asked):
            raise Refused(self._world.examples.answer("invoices-sandbox-400-missing"))
        most = self._world.options.max_line_items
        if len(lines) > most:
            raise refusal(f"orderLineItems must not hold more than {most} line items.")
        return lines

    def _check_lines(self, lines: Sequence[LineItem], call: Call) -> None:
        account, options = self._world.account, self._world.options
        poison = options.faults.poison(self.name, call.number, call.elapsed_s)
        for line in lines:
            if account.refuses(line) or line.order_line_item_id in poison:
                flaw = f"Invalid order line item: {', '.join(line)}."
                raise refusal(flaw if options.names_refused else "")
            if options.unknown == "404" and not account.knows(line):
                raise Refused(
                    error_answer(404, REFUSED_CODE, "The order line item does not exist.", "")
                )

    def _count(self, line: LineItem) -> int:
        if self._world.options.pending_asks is None:
            return 1
        self._asks[line] += 1
        return self._asks[line]


def _lines_asked(request: Request) -> list[object] | None:
    payload = request.payload
    lines = payload.get("orderLineItems") if isinstance(payload, dict) else None
    return lines if isinstance(lines, list) else None


def _read_line_item(value: object) -> LineItem | None:
    if not isinstance(value, dict):
        return None
    ids = [value.get(key) for key in _KEYS]
    texts = [text for text in ids if isinstance(text, str)]
    return LineItem(*texts) if len(texts) == len(ids) else None
