"""R19: under the worst weather no cell with a formula stays stuck, and all end right."""

from random import Random

from tests.hosts.udf.conftest import clock, excel, functions, serve  # noqa: F401  # fixtures
from tests.reliability.truth import expected
from xlsx_addin.excel.formulas.showing import REQUESTING
from xlsx_addin.sandbox import INVOICES, FaultKind, FaultPlan, FaultRule

CELLS = 1_000


def test_no_cell_stays_stuck_in_any_weather(serve, figures):  # noqa: F811  # the fixture
    def rule(kind, probability, **changes):
        return FaultRule(kind=kind, operation=INVOICES, probability=probability, **changes)

    plan = FaultPlan(
        [
            rule(FaultKind.THROTTLE, 0.05),
            rule(FaultKind.ERROR, 0.02, status=500),
            rule(FaultKind.RESET, 0.005),
            rule(FaultKind.TRUNCATED, 0.002),
            rule(FaultKind.HTML, 0.01),
        ],
        seed=19,
    )
    served = serve(faults=plan)
    lines = served.sandbox.account.line_items(CELLS)
    served.sheet.write(1, [("Order", "Line item", "Shipment"), *lines])
    rows = list(range(2, CELLS + 2))
    Random(19).shuffle(rows)
    for row in rows:
        served.sheet.enter(f"D{row}", "AB_INVOICE_STATUS", f"=A{row}", f"=B{row}", f"=C{row}")
        served.clock.turn(0.004)
    took = served.wait(3_600)
    shown = [row[0] for row in served.sheet.shown(f"D2:D{CELLS + 1}")]
    wrong = [
        (line, status)
        for line, status in zip(lines, shown, strict=True)
        if status != expected(served.sandbox.account.truth(line)).status
    ]
    assert REQUESTING not in shown
    assert all(status == "Failed" for _, status in wrong)
    figures(
        "R19",
        f"{CELLS:,} cells",
        f"none stuck after {took:.0f} s, {len(wrong)} Failed, the others right;"
        f" {served.requests} requests",
    )
