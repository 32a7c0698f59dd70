"""The core's cost per line item, in microseconds: `python benchmarks/core.py [ROWS]`."""

import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from xlsx_addin.core.answers import Answer, KnownAnswer, read_answers
from xlsx_addin.core.bulk import collector_paused
from xlsx_addin.core.line_items import LineItem, read_line_item
from xlsx_addin.core.outcomes import ResultField
from xlsx_addin.core.ownership import Ledger
from xlsx_addin.core.plan import Policy, batches, line_items_to_ask
from xlsx_addin.core.results import SheetRows, find_changes
from xlsx_addin.jobs.outcomes import Outcomes


def main(count: int) -> None:
    ids = [(f"111-{n:07d}-7654321", f"{92258882544123 + n}", f"S{n:07d}x") for n in range(count)]
    total = 0.0

    def step(name: str, work: Callable[[], object]) -> object:
        nonlocal total
        with collector_paused():  # as a refresh does
            began = time.process_time()
            result = work()
        cost = (time.process_time() - began) / count * 1e6
        total += cost
        print(f"{name:<44}{cost:8.2f} µs a line")
        return result

    print(f"{count:,} rows, nothing known")
    lines = step("clean and validate the three IDs", lambda: _read(ids))
    bodies = [_body(batch) for batch in batches(lines)]
    step("plan: distinct and unknown", lambda: line_items_to_ask(lines, {}, Policy(), now=0.0))
    answers = step("read the answers", lambda: _read_answers(lines, bodies))
    known = {line: KnownAnswer(answer, 0.0, 0.0) for line, answer in answers.items()}
    step("outcomes and what changes in empty cells", lambda: _changes(lines, known, {}))
    print(f"{'all of it':<44}{total:8.2f} µs a line (bound: 25)\n")

    total = 0.0
    print(f"{count:,} rows, everything known and written")
    step("clean and validate the three IDs", lambda: _read(ids))
    step("plan: nothing to ask", lambda: line_items_to_ask(lines, known, Policy(), now=0.0))
    cells = _finished(_outcomes(known).values())
    step("outcomes and what changes: nothing", lambda: _changes(lines, known, cells))
    print(f"{'all of it':<44}{total:8.2f} µs a line (bound: 5)")


def _read(ids: Iterable[tuple[str, str, str]]) -> list[LineItem]:
    return [read_line_item(*row) for row in ids]


def _body(batch: Iterable[LineItem]) -> object:
    keys = ("orderId", "orderLineItemId", "shipmentId")
    return {
        "invoiceDetailsByOrderLineItems": [
            {
                "orderLineItem": dict(zip(keys, line, strict=True)),
                "invoiceDetails": [
                    {
                        "invoiceNumber": f"DE{line.order_line_item_id}",
                        "invoiceDate": "2024-07-19T09:20:36.767Z",
                        "consolidatedInvoiceDetails": None,
                    }
                ],
            }
            for line in batch
        ]
    }


def _read_answers(lines: list[LineItem], bodies: list[object]) -> dict[LineItem, Answer]:
    answers: dict[LineItem, Answer] = {}
    for batch, body in zip(batches(lines), bodies, strict=True):
        answers |= read_answers(batch, body)
    return answers


def _outcomes(known: dict[LineItem, KnownAnswer]) -> Outcomes:
    outcomes = Outcomes(UTC)
    outcomes.take(known)
    return outcomes


def _changes(lines: list[LineItem], known: dict[LineItem, KnownAnswer], cells: dict) -> object:
    outcome_of = _outcomes(known).__getitem__
    changes = find_changes(SheetRows(2, lines, cells), outcome_of, tuple(ResultField), _no_ledger)
    return changes.cell_count


def _no_ledger(_lines: object) -> Ledger:
    return Ledger()


def _finished(outcomes: Iterable) -> dict[ResultField, list[object]]:
    rows = [
        (
            one.invoice_number,
            datetime.combine(one.invoice_date, datetime.min.time()),
            None,
            one.status.value,
            one.message,
        )
        for one in outcomes
    ]
    return {
        one: list(column) for one, column in zip(ResultField, zip(*rows, strict=True), strict=True)
    }


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
