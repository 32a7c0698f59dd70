"""R1 to R6: whatever network and API do, every row is right or marked, at a bounded cost."""

from collections import Counter
from math import ceil
from random import Random

import pytest

from tests.reliability.bed import BURST, QUICK, RATE_PER_S, shown
from tests.reliability.simulation import simulate
from xlsx_addin.core.answers import Answer
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import Status
from xlsx_addin.sandbox import INVOICES, FaultKind, FaultPlan, FaultRule

LINES = 10_000
OUTAGE_S = (1.0, 1.8)


def weather(seed):
    """Five per cent 429, two 500, half a per cent resets and time-outs, and so on."""

    def rule(kind, probability, **changes):
        return FaultRule(kind=kind, operation=INVOICES, probability=probability, **changes)

    return FaultPlan(
        [
            FaultRule(kind=FaultKind.DOWN, from_s=OUTAGE_S[0], to_s=OUTAGE_S[1]),
            rule(FaultKind.THROTTLE, 0.05),
            rule(FaultKind.ERROR, 0.02, status=500),
            rule(FaultKind.RESET, 0.005),
            rule(FaultKind.SLOW, 0.005, delay_s=3 * QUICK.read_timeout_s),
            rule(FaultKind.TRUNCATED, 0.002),
            rule(FaultKind.HTML, 0.01),
        ],
        seed,
    )


def check_rows(bed, rows, path):
    """Compare every row with the truth; count what they came to."""
    results = shown(path)
    assert [one.ids for one in results] == [tuple(row) for row in rows], "rows moved or lost"
    words = Counter()
    for one in results:
        words[one.cells.status] += 1
        assert one.message, f"{one.ids}: no message"
        if one.cells.status in ("Failed", "Not allowed", "Cancelled"):
            continue
        assert one.cells == bed.truth(LineItem(*one.ids))
    return words


def asked_beyond(bed, lines):
    """Count the requests of the invoice operation, and the most that one line was asked."""
    log = bed.sandbox.requests
    most = max(log.line_items().values(), default=0)
    return log.count(INVOICES), most


@pytest.mark.parametrize("duplicates", [0.0, 0.3])
@pytest.mark.parametrize("region", ["na", "eu"])
def test_every_row_is_right_or_marked_in_any_weather(make_bed, figures, scale, region, duplicates):
    for seed in range(1, scale + 1):
        bed = make_bed(
            f"{region}-{seed}",
            region=region,
            faults=weather(seed),
            token_lifetime_s=2,
            latency_s=0.05,
        )
        dice = Random(seed)
        lines = bed.sandbox.account.line_items(LINES)
        repeated = dice.choices(lines, k=round(LINES * duplicates))
        rows = [*lines, *repeated]
        dice.shuffle(rows)
        path = bed.book(rows)
        report = bed.refresh(path)
        words = check_rows(bed, rows, path)
        requests, most = asked_beyond(bed, lines)
        tokens = bed.sandbox.requests.statuses(INVOICES)[403]
        bound = 1.15 * LINES / 25 + 24 + tokens
        figure = (
            f"{len(rows):,} rows: {words['Failed']} Failed, 0 wrong, 0 blank; {requests} requests"
            f" (bound {bound:.0f}, {tokens} for expired tokens), no line more than {most} times"
        )
        figures("R2" if duplicates else "R1", f"{region}, seed {seed}", figure)
        # The machine's own time-outs come on top; the bounds themselves are kept in the test below.
        assert requests <= 1.25 * bound
        assert most <= 8
        assert report.requests >= requests - 24  # the log knows nothing of cut connections
        # A second refresh asks only for what is marked, and ends with everything right.
        bed.refresh(path)
        assert check_rows(bed, rows, path)["Failed"] == 0


def test_in_any_weather_the_cost_is_bounded(figures, scale):
    """The same weather on a clock that passes only when somebody waits: nothing adds to it."""
    most_requests = most_asked = most_failed = 0
    for seed in range(1, 5 * scale + 1):
        plan = weather(seed)
        rules = [one for one in plan.rules if one.kind not in (FaultKind.DOWN, FaultKind.SLOW)]
        rules.append(
            FaultRule(kind=FaultKind.ERROR, operation=INVOICES, status=503, from_s=60, to_s=80)
        )
        rules.append(
            FaultRule(kind=FaultKind.SLOW, operation=INVOICES, probability=0.005, delay_s=90.0)
        )
        made = simulate(Random(seed).random, faults=FaultPlan(rules, seed), token_lifetime_s=90)
        results = made.run(LINES)
        assert len(results) == LINES
        failed = [line for line, one in results.items() if not isinstance(one, Answer)]
        most_failed = max(most_failed, len(failed))
        tokens = made.log.statuses(INVOICES)[403]
        most_requests = max(most_requests, len(made.asked) - tokens)
        most_asked = max(most_asked, *made.log.line_items().values())
    figures(
        "R1",
        f"simulated, {5 * scale} seeds",
        f"{LINES:,} lines, at most {most_failed} Failed; at most {most_requests} requests"
        f" (bound {1.15 * LINES / 25 + 24:.0f}), no line more than {most_asked} times",
    )
    assert most_requests <= 1.15 * LINES / 25 + 24
    assert most_asked <= 5
    # An outage may use up the attempts of a few batches.
    assert most_failed <= 250


@pytest.mark.parametrize("valid", [0, 1, 24, 25, 26, 49, 50, 51, 1000])
@pytest.mark.parametrize("invalid", [0, 1, 25])
@pytest.mark.parametrize("at", ["start", "end", "between"])
def test_batches_are_as_few_as_the_distinct_valid_lines_need(make_bed, valid, invalid, at):
    bed = make_bed()
    good = [list(line) for line in bed.sandbox.account.line_items(valid)]
    bad = [["111-1111111-1111111", None, "XWwjNjAbC"] for _ in range(invalid)]
    rows = bad + good if at == "start" else good + bad
    if at == "between":
        Random(valid).shuffle(rows)
    path = bed.book(rows)
    report = bed.refresh(path)
    assert report.requests == bed.sandbox.requests.count(INVOICES) == ceil(valid / 25)
    assert report.statuses[Status.CHECK_IDS] == invalid
    assert len(shown(path)) == valid + invalid


def test_shipment_ids_that_differ_in_case_are_different_lines(make_bed, figures):
    bed = make_bed()
    order, line, shipment = bed.sandbox.account.line_items(1)[0]
    spellings = [shipment.swapcase(), shipment.upper(), shipment.lower(), shipment]
    distinct = list(dict.fromkeys(LineItem(order, line, one) for one in spellings))
    rows = distinct * 125
    path = bed.book(rows)
    report = bed.refresh(path)
    assert report.requests == 1
    assert sum(bed.sandbox.requests.line_items().values()) == len(distinct)
    check_rows(bed, rows, path)
    numbers = {one.cells.number for one in shown(path)}
    assert len(numbers) == len({bed.truth(one).number for one in distinct}) > 1
    figures("R4", "case alone, 500 rows", f"{len(distinct)} lines in 1 request, all kept apart")


@pytest.mark.parametrize("poisoned", [1, 3, 25])
def test_a_poisoned_line_costs_its_batch_little(make_bed, figures, poisoned):
    good = 100
    lines = make_bed("names").sandbox.account.line_items(good)
    poison = [line.order_line_item_id for line in lines[:poisoned]]
    rule = FaultRule(kind=FaultKind.POISON, operation=INVOICES, line_ids=poison)
    bed = make_bed(faults=FaultPlan([rule]))
    path = bed.book(lines)
    report = bed.refresh(path)
    words = Counter(one.cells.status for one in shown(path))
    assert words["Check IDs"] == poisoned
    for one in shown(path)[poisoned:]:
        assert one.cells == bed.truth(LineItem(*one.ids))
    extra = report.requests - good // 25
    figures("R6", f"{poisoned} poisoned of 25", f"{extra} extra requests, the others answered")
    if poisoned == 1:
        assert extra <= 10
    refused = [
        tuple(sorted(record.line_items))
        for record in bed.sandbox.requests.records(INVOICES)
        if record.status == 400
    ]
    assert len(refused) == len(set(refused)), "a refused batch was repeated unchanged"


def test_a_run_ends_after_two_batches_that_are_refused_whole(make_bed, figures):
    rule = FaultRule(kind=FaultKind.REFUSED, operation=INVOICES)
    bed = make_bed(faults=FaultPlan([rule]))
    path = bed.book(bed.sandbox.account.line_items(1000))
    report = bed.refresh(path)
    words = Counter(one.cells.status for one in shown(path))
    assert words == {"Failed": 1000}
    figures("R6", "every batch refused", f"{report.requests} requests, then Failed: 1,000 rows")
    # Two batches to the last line each, and what was on its way meanwhile.
    assert report.requests <= 2 * 49 + BURST / RATE_PER_S * RATE_PER_S


def test_a_missing_role_ends_the_run_with_few_requests(make_bed, figures):
    bed = make_bed(roles=frozenset())
    path = bed.book(bed.sandbox.account.line_items(1000))
    report = bed.refresh(path)
    assert Counter(one.cells.status for one in shown(path)) == {"Not allowed": 1000}
    assert report.exit_code == 3
    figures("R6", "role missing", f"{report.requests} requests, then Not allowed: 1,000 rows")
    assert report.requests <= 40
