"""What formulas cost and that they all end, under the real `xlwings.udfs`."""

import datetime as dt

import pytest

from xlsx_addin.excel.formulas.contract import Limits
from xlsx_addin.excel.formulas.showing import REQUESTING
from xlsx_addin.sandbox import (
    INVOICES,
    UNLIMITED,
    Credentials,
    FaultKind,
    FaultPlan,
    FaultRule,
)

COUNT = 1000
ENOUGH = {INVOICES: UNLIMITED}


def fill(served, lines) -> None:
    served.sheet.write(1, [("Order", "Line item", "Shipment"), *lines])


def enter_each(served, count, *, apart_s: float, name: str = "AB_INVOICE_NUMBER") -> None:
    """Enter a formula beside each row, as filling down a column does."""
    for row in range(2, count + 2):
        served.sheet.enter(f"D{row}", name, f"=A{row}", f"=B{row}", f"=C{row}")
        served.clock.turn(apart_s)


@pytest.mark.parametrize("apart_s", [0.001, 0.004, 0.013])
def test_a_thousand_cells_share_their_requests(serve, apart_s):
    served = serve()
    lines = served.sandbox.account.line_items(COUNT)
    fill(served, lines)
    enter_each(served, COUNT, apart_s=apart_s)
    served.wait()
    assert served.requests <= 44
    assert served.sandbox.requests.count(INVOICES, 429) == 0
    assert set(served.sandbox.requests.line_items().values()) == {1}
    shown = [row[0] for row in served.sheet.shown("D2:D1001")]
    for line, text in zip(lines, shown, strict=True):
        entry = served.sandbox.account.truth(line)
        numbers = [one["invoiceNumber"] for one in (entry or {}).get("invoiceDetails") or [] if one]
        known = [number for number in numbers if number]
        assert all(number in text for number in known)
        assert known or text == "No invoice yet"


def test_equal_cells_share_one_request(serve):
    served = serve()
    fill(served, served.sandbox.account.line_items(1) * 500)
    enter_each(served, 500, apart_s=0.001)
    served.wait()
    assert served.requests == 1
    assert served.sandbox.requests.line_items().total() == 1
    assert len({row[0] for row in served.sheet.shown("D2:D501")}) == 1


@pytest.mark.parametrize(
    "columns", [("=A2:A1001", "=B2:B1001", "=C2:C1001"), ("=A:A", "=B:B", "=C:C")]
)
def test_the_array_form_asks_in_full_batches(serve, columns):
    served = serve()
    fill(served, served.sandbox.account.line_items(COUNT))
    served.while_time_passes(lambda: served.sheet.enter("E1", "AB_INVOICES", *columns))
    assert served.excel.calls == 1
    served.wait()
    assert served.excel.calls <= 8
    assert served.requests == 40
    assert max(served.excel.reads) <= COUNT + 1
    rows = served.sheet.shown("E1:G1001")
    assert sum(isinstance(row[1], dt.datetime) for row in rows) > 800


def test_recalculating_and_reopening_cost_nothing(serve):
    served = serve(limits=Limits(wait_s=0))
    fill(served, served.sandbox.account.line_items(200))
    enter_each(served, 200, apart_s=0.001, name="AB_INVOICE_STATUS")
    served.sheet.enter("F2", "AB_INVOICES", "=A2:A201", "=B2:B201", "=C2:C201")
    served.wait()
    asked = served.requests
    assert asked == 8
    before = dict(served.sheet.values)
    served.excel.calculate_all()
    assert served.sheet.values == before
    again = serve(sandbox=served.sandbox)  # a new process with the same store
    again.excel.calculate_all()
    assert served.sheet.values == before
    assert served.requests == asked


def test_no_cell_waits_through_throttling_faults_and_an_outage(serve):
    faults = FaultPlan(
        rules=(
            FaultRule(kind=FaultKind.THROTTLE, operation=INVOICES, probability=0.05),
            FaultRule(kind=FaultKind.ERROR, operation=INVOICES, probability=0.02, status=500),
            FaultRule(kind=FaultKind.DOWN, operation=INVOICES, from_s=3, to_s=13),
        ),
        seed=5,
    )
    served = serve(faults=faults)
    fill(served, served.sandbox.account.line_items(COUNT))
    enter_each(served, COUNT, apart_s=0.004)
    served.wait()
    last_request = max(record.time_s for record in served.sandbox.requests)
    assert served.clock.now() - served.started_at - last_request < 60
    assert served.sandbox.requests.count(INVOICES, 429) > 0
    assert not served.statuses() & {"Failed", "Cancelled"}
    assert not [one for one in served.sheet.values.values() if str(one).startswith("Failed")]


def test_wrong_credentials_end_every_cell_with_advice(serve):
    wrong = Credentials("amzn1.application-oa2-client.wrong", "wrong", "Atzr|wrong")
    served = serve(credentials=wrong)
    fill(served, served.sandbox.account.line_items(COUNT))
    enter_each(served, COUNT - 1, apart_s=0.001)
    served.sheet.enter("E1001", "AB_INVOICE_STATUS", "=A1001", "=B1001", "=C1001")
    assert served.wait(60) < 60
    shown = {row[0] for row in served.sheet.shown("D2:D1000")}
    assert shown == {"Not allowed: check the sign-in, then Refresh"}
    assert "client id and secret" in served.sheet.shown("E1001")
    assert (served.requests, served.sign_ins) == (0, 1)
    served.excel.calculate_all()
    assert (served.waiting(), served.sign_ins) == (0, 1)


def test_cells_that_were_moved_meanwhile_are_found(serve):
    served = serve()
    fill(served, served.sandbox.account.line_items(30))
    enter_each(served, 30, apart_s=0.0)
    served.sheet.move_down(from_row=2, by=5)
    assert served.waiting() == 30
    served.wait()
    assert served.sheet.shown("D7") != REQUESTING


def test_cells_of_a_workbook_that_was_saved_under_another_name_are_found(serve):
    served = serve()
    fill(served, served.sandbox.account.line_items(30))
    enter_each(served, 30, apart_s=0.0)
    served.excel.Name = "march.xlsx"
    served.wait()
    assert served.requests == 2


def test_an_excel_without_time_is_waited_for(serve):
    served = serve()
    fill(served, served.sandbox.account.line_items(30))
    enter_each(served, 30, apart_s=0.001)
    served.excel.busy_calls = 40
    served.wait()
    assert served.excel.busy_calls == 0


def test_excel_is_held_up_no_longer_than_the_limit(serve):
    served = serve(limits=Limits(wait_s=2.0))
    fill(served, served.sandbox.account.line_items(COUNT))

    def enter_three() -> None:
        for column in "EIM":
            served.sheet.enter(f"{column}2", "AB_INVOICES", "=A2:A1001", "=B2:B1001", "=C2:C1001")

    # In small steps, so that the sandbox has time to answer.
    assert served.while_time_passes(enter_three, step_s=0.001) < 2.5
    assert served.waiting() > 0
    assert served.sheet.shown("E2") != REQUESTING
    served.wait()
    assert served.requests == 40
