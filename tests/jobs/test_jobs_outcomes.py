from datetime import UTC

import pytest

from tests.jobs.conftest import invoice
from xlsx_addin.core.answers import KnownAnswer
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import Failure, Status
from xlsx_addin.jobs import outcomes as module
from xlsx_addin.jobs.outcomes import Outcomes, in_portions

LINES = [LineItem(f"111-000000{n}-0000000", f"9225888254412{n}", "XWwjNjAbC") for n in range(9)]
FAILED = Failure(Status.FAILED, "Amazon had a fault (request id 42).")


@pytest.fixture
def small_portions(monkeypatch):
    monkeypatch.setattr(module, "_AT_ONCE", 4)


def known_of(*lines):
    return {line: KnownAnswer(invoice(line), 1.0, 1.0) for line in lines}


def test_the_store_is_read_in_its_order_and_in_portions(tools, store, small_portions):
    store.save(tools.account, {line: invoice(line) for line in LINES[:6]}, at=1.0)
    portions = list(in_portions(LINES[::-1], tools))
    assert [list(portion) for portion, _ in portions] == [LINES[:4], LINES[4:8], LINES[8:]]
    assert [list(known) for _, known in portions] == [LINES[:4], LINES[4:6], []]


def test_every_line_item_gets_something():
    outcomes = Outcomes(UTC)
    outcomes.take(known_of(LINES[0]))
    assert outcomes[LINES[0]].status is Status.FOUND
    assert outcomes[LINES[1]].status is Status.FAILED
    assert outcomes[LINES[1]].keeps_values
    assert LINES[1] not in outcomes


def test_a_failure_outweighs_what_is_known_but_keeps_its_values():
    outcomes = Outcomes(UTC)
    outcomes.take(known_of(LINES[0]), {LINES[0]: FAILED, LINES[1]: FAILED})
    number = f"INV-{LINES[0].order_line_item_id}"
    assert outcomes[LINES[0]][:3] == (Status.FAILED, FAILED.cause, number)
    assert outcomes[LINES[1]][:3] == (Status.FAILED, FAILED.cause, "")


def test_line_items_are_asked_about_in_the_order_of_the_sheet(
    run, source, store, tools, make_book, small_portions
):
    store.save(tools.account, {LINES[5]: invoice(LINES[5])}, at=tools.now())
    run(make_book(LINES[::-1]))
    assert source.asked == [line for line in LINES[::-1] if line != LINES[5]]
