"""R9 to R12: storms, tokens, Amazon's limits, and several processes on one account."""

import json
import re
import threading
import time
from collections import Counter
from itertools import pairwise
from random import Random

import pytest

from tests.reliability.bed import shown
from tests.reliability.simulation import simulate
from xlsx_addin.core.answers import Answer
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.sandbox import (
    INVOICES,
    TOKEN,
    FaultKind,
    FaultPlan,
    FaultRule,
    Limit,
    RateChange,
)

STORM_S = (20.0, 140.0)
RATE_PER_S, BURST = 2.0, 10.0


@pytest.mark.parametrize("retry_after_s", [None, 5.0, 30.0])
def test_two_minutes_of_nothing_but_429_cost_little_and_end_at_full_speed(
    figures, scale, retry_after_s
):
    rule = FaultRule(
        kind=FaultKind.THROTTLE, from_s=STORM_S[0], to_s=STORM_S[1], retry_after_s=retry_after_s
    )
    most = slowest = 0.0
    for seed in range(10 * scale):
        made = simulate(Random(seed).random, faults=FaultPlan([rule]))
        results = made.run(10_000)
        assert len(results) == 10_000
        assert all(isinstance(one, Answer) for one in results.values())
        in_storm = [one for one in made.asked if one.fault]
        most = max(most, len(in_storm))
        # From the last Retry-After on, if there was one.
        over = max(STORM_S[1], in_storm[-1].time_s + (retry_after_s or 0.0))
        after = [one.time_s for one in made.asked if one.time_s >= over]
        ten_later = [one for one in after if over + 10 <= one < over + 70]
        slowest = max(slowest, 1 - len(ten_later) / (RATE_PER_S * 60))
    figures(
        "R9",
        f"Retry-After {retry_after_s or 'absent'}",
        f"at most {most:.0f} requests in the storm; {100 * (1 - slowest):.0f} % of full rate from"
        " 10 s after it; all rows right",
    )
    assert most <= 24
    assert slowest <= 0.05


def test_a_clean_run_keeps_amazons_limits_to_the_letter(figures):
    made = simulate(Random(1).random)
    began = made.clock.now()
    results = made.run(25_000)
    took, requests = made.clock.now() - began, len(made.asked)
    floor = (requests - BURST) / RATE_PER_S
    throttled = sum(one.status == 429 for one in made.asked)
    figures(
        "R11",
        "25,000 lines, simulated",
        f"{requests} requests, {throttled} of 429, {took:.0f} s (floor {floor:.0f} s)",
    )
    assert len(results) == 25_000
    assert requests == 1000 + throttled
    assert throttled <= 0.005 * requests
    assert took <= 1.05 * floor + 2


@pytest.mark.parametrize("new_rate", [0.5, 1.0, 4.0, 10.0])
def test_a_rate_that_the_header_tells_is_followed_within_five_requests(figures, new_rate):
    change = RateChange(INVOICES, Limit(new_rate, BURST), after_requests=40)
    made = simulate(Random(2).random, rate_changes=[change])
    made.run(2_500)
    times = [one.time_s for one in made.asked]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    settled = gaps[45:]
    first = next(n for n, gap in enumerate(gaps[40:], 1) if abs(gap * new_rate - 1) < 0.1)
    figures(
        "R11",
        f"header says {new_rate}/s",
        f"followed from request {first} on",
    )
    assert all(abs(gap * new_rate - 1) <= 0.1 for gap in settled)


def test_a_clean_run_in_real_time_meets_no_429(make_bed, figures):
    limit = Limit(RATE_PER_S * 10, BURST)
    bed = make_bed(limits={INVOICES: limit}, latency_s=0.15)
    bed.set_pace(20, BURST)
    path = bed.book(bed.sandbox.account.line_items(5_000))
    process = bed.process("refresh", path, "--no-backup", "--json")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    records = bed.sandbox.requests.records(INVOICES)
    took = records[-1].time_s - records[0].time_s
    floor = (len(records) - BURST) / limit.rate_per_s
    throttled = bed.sandbox.requests.count(INVOICES, 429)
    figures(
        "R11",
        "5,000 lines, a process, 20/s",
        f"{throttled} of 429, {took:.1f} s (floor {floor:.1f} s)",
    )
    assert json.loads(out)["requests"] == len(records)
    assert throttled <= 0.005 * len(records)
    assert took <= 5 * (1.05 * floor + 2)


def test_eight_threads_fetch_one_token_each_time_it_expires(make_bed, figures):
    bed = make_bed(token_lifetime_s=1, latency_s=0.1, limits={INVOICES: Limit(80, 40)})
    path = bed.book(bed.sandbox.account.line_items(5_000))
    bed.refresh(path)
    log = bed.sandbox.requests
    seconds = log.records()[-1].time_s
    tokens, rejected = log.count(TOKEN), log.count(INVOICES, 403)
    figures("R10", f"tokens of 1 s, {seconds:.1f} s", f"{tokens} token calls, {rejected} of 403")
    assert all(one.cells == bed.truth(LineItem(*one.ids)) for one in shown(path))
    # A second's life less the margin: every call may need one, but never two at once.
    times = [one.time_s for one in log.records(TOKEN)]
    assert tokens <= 2 + log.count(INVOICES)
    assert len(times) == len(set(times))


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"sign_in": "revoked"}, "Authorise the app again"),
        ({"sign_in": "not-authorised"}, "app's developer"),
    ],
)
def test_a_sign_in_that_is_refused_ends_the_run_with_advice(make_bed, figures, options, word):
    bed = make_bed(**options)
    path = bed.book(bed.sandbox.account.line_items(1_000))
    report = bed.refresh(path)
    assert bed.sandbox.requests.count(TOKEN) <= 2
    assert bed.sandbox.requests.count(INVOICES) == 0
    assert report.exit_code == 3
    assert all(one.cells.status == "Not allowed" and word in one.message for one in shown(path))
    name = next(iter(options.values()))
    figures("R10", name, f"{bed.sandbox.requests.count(TOKEN)} token calls, then Not allowed")


@pytest.mark.parametrize("processes", [2, 5])
def test_processes_share_one_accounts_rate(make_bed, zygote, figures, processes):
    limit = Limit(20, 10)
    bed = make_bed(limits={INVOICES: limit}, latency_s=0.1)
    bed.set_pace(20, BURST)
    lines = bed.sandbox.account.line_items(4_000)
    share = len(lines) // processes
    books = [
        bed.book(lines[n * share : (n + 1) * share], f"book-{n}.xlsx") for n in range(processes)
    ]
    began = time.monotonic()
    ended: dict[int, float] = {}

    def wait(number, process):
        assert process.wait() == 0, process.said
        ended[number] = time.monotonic() - began

    started = [
        zygote.start(["refresh", book, "--no-backup"], bed.environment, bed.folder / f"{n}.txt")
        for n, book in enumerate(books)
    ]
    waiting = [
        threading.Thread(target=wait, args=(n, process)) for n, process in enumerate(started)
    ]
    for thread in waiting:
        thread.start()
    for thread in waiting:
        thread.join()
    log = bed.sandbox.requests
    requests, throttled = log.count(INVOICES), log.count(INVOICES, 429)
    spread = min(ended.values()) / max(ended.values())
    figures(
        "R12",
        f"{processes} processes",
        f"{requests} requests, {throttled} of 429; the first ended after"
        f" {100 * spread:.0f} % of the last one's time",
    )
    assert len(ended) == processes
    assert throttled <= max(1, 0.01 * requests)
    assert spread >= 0.3
    for book in books:
        assert all(one.cells == bed.truth(LineItem(*one.ids)) for one in shown(book))


def test_the_same_workbook_twice_is_refused_at_once(make_bed, zygote, figures):
    bed = make_bed(latency_s=1.0)
    path = bed.book(bed.sandbox.account.line_items(1_000))
    first = zygote.start(["refresh", path], bed.environment, bed.folder / "1.txt")
    while not bed.sandbox.requests.count(INVOICES):
        time.sleep(0.01)
    began = time.monotonic()
    second = zygote.start(["refresh", path], bed.environment, bed.folder / "2.txt")
    assert second.wait() == 5
    took = time.monotonic() - began
    assert re.search("being refreshed|another", second.said), second.said
    assert first.wait() == 0
    figures("R12", "one workbook twice", f"the second is refused after {took:.2f} s")
    assert took <= 5.0


def test_formulas_and_a_refresh_together_stay_within_the_rate(make_bed, zygote, figures):
    """The formulas' way of asking, batch by batch as they come, beside a refresh."""
    limit = Limit(20, 10)
    bed = make_bed(limits={INVOICES: limit}, latency_s=0.1)
    bed.set_pace(20, BURST)
    lines = bed.sandbox.account.line_items(3_000)
    path = bed.book(lines[:1_500])
    csv = bed.folder / "lines.csv"
    rows = ["orderId,orderLineItemId,shipmentId", *(",".join(line) for line in lines[1_500:])]
    csv.write_text("\n".join(rows), encoding="utf-8")
    both = [
        zygote.start(["refresh", path], bed.environment, bed.folder / "1.txt"),
        zygote.start(["lookup", "--csv", csv], bed.environment, bed.folder / "2.txt"),
    ]
    codes = Counter(process.wait() for process in both)
    assert codes == {0: 2}, [process.said[-500:] for process in both]
    log = bed.sandbox.requests
    requests, throttled = log.count(INVOICES), log.count(INVOICES, 429)
    figures("R12", "refresh and lookup", f"{requests} requests, {throttled} of 429")
    assert throttled <= max(1, 0.01 * requests)
