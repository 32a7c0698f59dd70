"""R13: what is known is not asked, and a workbook in which nothing changes is not touched."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from math import ceil

import pytest

from tests.conftest import one_invoice_each
from tests.reliability.bed import shown
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.plan import Policy
from xlsx_addin.sandbox import INVOICES

LINES = 1_000


def digest(path):
    return sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns


def test_a_finished_workbook_costs_no_request_and_stays_as_it_is(make_bed, figures):
    bed = make_bed(shares=one_invoice_each())
    path = bed.book(bed.sandbox.account.line_items(LINES))
    bed.refresh(path)
    before = digest(path)
    report = bed.refresh(path)
    assert report.requests == 0
    assert digest(path) == before
    figures("R13", "refreshed again", "0 requests, the file untouched")


@pytest.mark.parametrize("verdict", ["empty", "null", "nulls", "omit"])
def test_fifty_lines_that_are_not_settled_cost_two_requests(make_bed, figures, verdict):
    names = make_bed("names").sandbox.account.line_items(LINES)
    waiting = names[::20]
    bed = make_bed(shares=one_invoice_each(), overrides=dict.fromkeys(waiting, verdict))
    path = bed.book(names)
    bed.refresh(path)
    before = digest(path)
    bed.sandbox.requests.clear()
    report = bed.refresh(path)
    assert report.requests == bed.sandbox.requests.count(INVOICES) == 2
    assert bed.sandbox.requests.line_items().keys() == set(waiting)
    assert digest(path) == before, "the same answers changed the file"
    figures("R13", f"50 not settled ({verdict})", "2 requests, the file untouched")


def test_recheck_asks_exactly_the_younger_lines(make_bed, figures):
    bed = make_bed(region="eu", shares=one_invoice_each())
    lines = bed.sandbox.account.line_items(LINES)
    path = bed.book(lines)
    bed.refresh(path)
    bed.sandbox.requests.clear()
    # All were first answered just now, so that all are younger than a day.
    bed.refresh(path, policy=Policy(recheck_days=1))
    assert bed.sandbox.requests.line_items().keys() == set(lines)
    figures("R13", "--recheck 1 after a first refresh", f"{LINES // 25} requests: every line")
    assert all(one.cells == bed.truth(LineItem(*one.ids)) for one in shown(path))


def test_recheck_leaves_alone_what_is_old_and_asks_what_is_young_or_dated_lately(make_bed, figures):
    """Half of the lines were first answered 40 days ago, half now."""
    bed = make_bed(region="eu", shares=one_invoice_each())
    lines = bed.sandbox.account.line_items(LINES)
    newest = max(bed.truth(line).day for line in lines)
    today = datetime(newest.year, newest.month, newest.day, 12, tzinfo=UTC) + timedelta(days=1)
    bed.now = (today - timedelta(days=40)).timestamp
    bed.refresh(bed.book(lines[::2], "old.xlsx"))
    bed.now = today.timestamp
    path = bed.book(lines)
    bed.refresh(path)
    days = 10
    since = (today - timedelta(days=days)).date()
    dated_lately = {line for line in lines if bed.truth(line).day > since}
    young = set(lines[1::2])
    bed.sandbox.requests.clear()
    report = bed.refresh(path, policy=Policy(recheck_days=days))
    asked = bed.sandbox.requests.line_items()
    assert asked.keys() == young | dated_lately
    assert 0 < len(dated_lately - young) < LINES // 2, "the test must have lines of every kind"
    assert report.requests - report.retries == ceil(len(asked) / 25)
    figures(
        "R13",
        f"--recheck {days}, half answered 40 days ago",
        f"{len(asked)} of {LINES} lines asked: the young ones and those dated lately",
    )


def test_cleared_cells_of_settled_lines_come_back_without_a_request(make_bed, figures):
    bed = make_bed(shares=one_invoice_each())
    lines = bed.sandbox.account.line_items(LINES)
    bed.refresh(bed.book(lines))
    path = bed.book(lines, "fresh.xlsx")
    report = bed.refresh(path)
    assert report.requests == 0
    assert all(one.cells == bed.truth(LineItem(*one.ids)) for one in shown(path))
    figures("R13", "the same lines in a fresh workbook", "0 requests, every row filled")
