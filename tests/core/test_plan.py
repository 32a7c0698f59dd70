import pytest

from xlsx_addin.core.answers import NOT_RETURNED, Answer, Detail, KnownAnswer
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.plan import DAY_S, Policy, batches, line_items_to_ask, must_ask, request_count

NOW = 1_790_000_000.0  # 2026-09-21
FOUND = Answer((Detail("A", "2024-07-19T00:00:00Z"),))
PENDING = Answer((Detail("A", "2024-07-19T00:00:00Z", "Pending"),))
REFUSED = Answer(refusal="no")


def known(answer, days_ago=100.0, first_days_ago=None):
    at = NOW - days_ago * DAY_S
    first = at if first_days_ago is None else NOW - first_days_ago * DAY_S
    return KnownAnswer(answer, at, first)


@pytest.mark.parametrize(
    ("held", "asked"),
    [
        (None, True),
        (known(FOUND), False),
        (known(REFUSED), False),
        (known(PENDING), True),
        (known(Answer()), True),
        (known(NOT_RETURNED), True),
    ],
)
def test_only_what_is_not_settled_is_asked(held, asked):
    assert must_ask(held, Policy(), now=NOW) is asked


def test_all_asks_settled_lines_too():
    assert must_ask(known(FOUND), Policy(ask_all=True), now=NOW)


@pytest.mark.parametrize(
    ("held", "asked"),
    [
        (known(FOUND, 10, first_days_ago=10), True),
        (known(FOUND, 1, first_days_ago=31), False),
        (known(Answer((Detail("A", "2026-09-15T00:00:00Z"),)), 60), True),
        (known(REFUSED, 10), True),
        (known(Answer((Detail("A", "garbage"),)), 60), False),
    ],
)
def test_recheck_asks_what_was_first_answered_or_dated_lately(held, asked):
    assert must_ask(held, Policy(recheck_days=30), now=NOW) is asked


@pytest.mark.parametrize("policy", [Policy(), Policy(ask_all=True), Policy(recheck_days=30)])
def test_answers_of_an_unfinished_run_count_as_known(policy):
    held = known(PENDING, 0.01)
    since = NOW - 0.02 * DAY_S
    assert not must_ask(held, policy, now=NOW, resumed_since=since)
    assert must_ask(known(PENDING, 0.03), policy, now=NOW, resumed_since=since)


@pytest.mark.parametrize(
    ("age_s", "asked"), [(0, False), (599, False), (600, True), (-5, True), (1e6, True)]
)
def test_a_refresh_after_another_job_does_not_ask_again_right_away(age_s, asked):
    waiting = known(Answer())._replace(answered_at=NOW - age_s)
    assert must_ask(waiting, Policy(fresh_s=600), now=NOW) is asked


def test_lines_are_asked_once_in_the_order_of_the_sheet():
    lines = [LineItem("o", str(number), "s") for number in (3, 1, 3, 2, 1)]
    asked = line_items_to_ask(lines, {lines[3]: known(FOUND)}, Policy(), now=NOW)
    assert [line.order_line_item_id for line in asked] == ["3", "1"]


@pytest.mark.parametrize(
    ("items", "requests"), [(0, 0), (1, 1), (24, 1), (25, 1), (26, 2), (49, 2), (50, 2), (51, 3)]
)
def test_batches_are_the_fewest_possible(items, requests):
    numbers = list(range(items))
    cut = list(batches(numbers))
    assert len(cut) == request_count(numbers) == requests
    assert [number for batch in cut for number in batch] == numbers
    assert all(len(batch) == 25 for batch in cut[:-1])
