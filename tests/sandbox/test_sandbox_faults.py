"""The fault plan: when rules strike, and what each kind does to an answer."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import requests

from xlsx_addin.core.line_items import LineItem
from xlsx_addin.errors import SettingError
from xlsx_addin.sandbox import (
    INVOICES,
    TOKEN,
    FaultKind,
    FaultPlan,
    FaultRule,
    Sandbox,
    SandboxOptions,
    Shares,
)
from xlsx_addin.sandbox.examples import load_examples

EXAMPLES = load_examples()


def _options(kind: FaultKind, **keys: Any) -> SandboxOptions:
    return SandboxOptions(
        entry_order="asked", faults=FaultPlan([FaultRule(kind=kind, **keys)]), shares=Shares(0, 0)
    )


@pytest.mark.parametrize(
    ("keys", "struck"),
    [
        pytest.param({}, [1, 2, 3, 4, 5, 6], id="every request"),
        pytest.param({"every": 3}, [3, 6], id="every third"),
        pytest.param({"from_request": 2, "to_request": 4}, [2, 3, 4], id="a range"),
        pytest.param({"from_request": 3, "every": 2}, [4, 6], id="both"),
        pytest.param({"from_s": 20, "to_s": 40}, [2, 3], id="a time"),
        pytest.param({"probability": 0}, [], id="never"),
        pytest.param({"operation": INVOICES}, [1, 2, 3, 4, 5, 6], id="this operation"),
        pytest.param({"operation": TOKEN}, [], id="another operation"),
    ],
)
def test_rule_strikes_where_all_conditions_hold(keys: dict[str, Any], struck: list[int]) -> None:
    plan = FaultPlan([FaultRule(kind=FaultKind.RESET, **keys)])
    assert [n for n in range(1, 7) if plan.strike(INVOICES, n, elapsed_s=10.0 * n)] == struck


def test_probability_is_a_share_and_the_same_again() -> None:
    plan = FaultPlan([FaultRule(kind=FaultKind.RESET, probability=0.3)], seed=5)
    struck = [n for n in range(1, 1001) if plan.strike(INVOICES, n, 0)]
    assert 250 < len(struck) < 350
    assert struck == [n for n in range(1, 1001) if plan.strike(INVOICES, n, 0)]
    other = FaultPlan(plan.rules, seed=6)
    assert struck != [n for n in range(1, 1001) if other.strike(INVOICES, n, 0)]


def test_token_endpoint_must_be_named() -> None:
    plan = FaultPlan([FaultRule(kind=FaultKind.RESET)])
    assert plan.strike(TOKEN, 1, 0) is None
    plan = FaultPlan([FaultRule(kind=FaultKind.RESET, operation=TOKEN)])
    assert plan.strike(TOKEN, 1, 0)


def test_first_rule_that_strikes_decides() -> None:
    rules = [
        FaultRule(kind=FaultKind.POISON, line_ids=["1"]),
        FaultRule(kind=FaultKind.DENIED, from_request=2),
        FaultRule(kind=FaultKind.RESET),
    ]
    strikes = [FaultPlan(rules).strike(INVOICES, n, 0) for n in (1, 2)]
    assert [strike and strike.rule.kind for strike in strikes] == ["reset", "denied"]


@pytest.mark.parametrize(
    ("kind", "keys", "status", "example"),
    [
        (FaultKind.THROTTLE, {}, 429, "error-429-quota"),
        (FaultKind.ERROR, {"status": 500}, 500, "error-500-internal"),
        (FaultKind.ERROR, {"status": 504}, 504, None),
        (FaultKind.EXPIRED_TOKEN, {}, 403, "error-403-token-expired"),
        (FaultKind.DENIED, {}, 403, "error-403-denied"),
        (FaultKind.REFUSED, {}, 400, "invoices-sandbox-400-missing"),
    ],
)
def test_errors_come_in_the_words_of_the_examples(
    connect: Callable[..., Any],
    fits_description: Callable[..., None],
    line: LineItem,
    kind: FaultKind,
    keys: dict[str, Any],
    status: int,
    example: str | None,
) -> None:
    with Sandbox(_options(kind, **keys)) as sandbox:
        response = connect(sandbox).ask([line])
        record = sandbox.requests.records(INVOICES)[0]
    assert response.status_code == status
    fits_description(INVOICES, status, response.json())
    if example:
        assert response.json() == EXAMPLES[example]["response"]
    assert (record.status, record.fault, record.line_items) == (status, kind.value, (line,))


def test_default_error_is_503(connect: Callable[..., Any], line: LineItem) -> None:
    with Sandbox(_options(FaultKind.ERROR)) as sandbox:
        response = connect(sandbox).ask([line])
    assert response.status_code == 503
    assert response.json()["errors"][0]["code"] == "ServiceUnavailable"


@pytest.mark.parametrize("kind", [FaultKind.THROTTLE, FaultKind.ERROR])
@pytest.mark.parametrize(("seconds", "header"), [(None, None), (3, "3"), (0.5, "0.5")])
def test_retry_after_is_sent_if_asked(
    connect: Callable[..., Any], line: LineItem, kind: FaultKind, seconds: Any, header: Any
) -> None:
    with Sandbox(_options(kind, retry_after_s=seconds)) as sandbox:
        assert connect(sandbox).ask([line]).headers.get("Retry-After") == header


@pytest.mark.parametrize("status", [200, 502])
def test_html_comes_with_any_status(
    connect: Callable[..., Any], line: LineItem, status: int
) -> None:
    with Sandbox(_options(FaultKind.HTML, status=status)) as sandbox:
        response = connect(sandbox).ask([line])
    assert response.status_code == status
    assert response.headers["Content-Type"] == "text/html"
    assert response.text.startswith("<html>")


@pytest.mark.parametrize("kind", [FaultKind.RESET, FaultKind.CUT])
def test_cut_connections_break_the_call(
    connect: Callable[..., Any], line: LineItem, kind: FaultKind
) -> None:
    with Sandbox(_options(kind, to_request=1)) as sandbox:
        client = connect(sandbox)
        with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
            client.ask([line])
        assert client.ask([line]).status_code == 200
        assert [record.status for record in sandbox.requests.records(INVOICES)] == [0, 200]


def test_truncated_answer_is_whole_http_but_half_json(
    connect: Callable[..., Any], line: LineItem
) -> None:
    with Sandbox(_options(FaultKind.TRUNCATED)) as sandbox:
        response = connect(sandbox).ask([line])
    assert response.status_code == 200
    assert response.text.startswith('{"invoiceDetailsByOrderLineItems"')
    with pytest.raises(json.JSONDecodeError):
        response.json()


@pytest.mark.parametrize(("kind", "status"), [(FaultKind.SLOW, 200), (FaultKind.DENIED, 403)])
def test_any_kind_may_be_slow(
    connect: Callable[..., Any], sleeps: Any, line: LineItem, kind: FaultKind, status: int
) -> None:
    with Sandbox(_options(kind, delay_s=7), sleep=sleeps) as sandbox:
        assert connect(sandbox).ask([line]).status_code == status
    assert sleeps.seconds == [7]


def test_expired_token_fault_leaves_other_requests_alone(
    connect: Callable[..., Any], line: LineItem
) -> None:
    with Sandbox(_options(FaultKind.EXPIRED_TOKEN, to_request=1)) as sandbox:
        client = connect(sandbox)
        assert [client.ask([line]).status_code for _ in range(2)] == [403, 200]


@pytest.mark.parametrize(
    ("kind", "keys", "status", "error"),
    [
        (FaultKind.ERROR, {}, 503, "server_error"),
        (FaultKind.THROTTLE, {}, 429, "server_error"),
        (FaultKind.DENIED, {}, 400, "unauthorized_client"),
        (FaultKind.REFUSED, {}, 400, "invalid_request"),
        (FaultKind.EXPIRED_TOKEN, {}, 400, "invalid_grant"),
    ],
)
def test_token_endpoint_fails_in_its_own_shape(
    connect: Callable[..., Any], kind: FaultKind, keys: dict[str, Any], status: int, error: str
) -> None:
    with Sandbox(_options(kind, operation=TOKEN, **keys)) as sandbox:
        response = connect(sandbox).sign_in()
    assert (response.status_code, response.json()["error"]) == (status, error)


def test_poison_refuses_the_batches_that_contain_it(connect: Callable[..., Any]) -> None:
    lines = [LineItem("112-1-1", f"{n}", "shipment") for n in range(4)]
    with Sandbox(_options(FaultKind.POISON, line_ids=["2"])) as sandbox:
        client = connect(sandbox)
        batches = [lines, lines[:2], lines[2:], lines[2:3], lines[3:]]
        assert [client.ask(batch).status_code for batch in batches] == [400, 200, 400, 400, 200]


@pytest.mark.parametrize(
    ("kind", "counts"),
    [
        (FaultKind.MISSING, {"given": 3, "null": 0, "text": 0, "none": 0}),
        (FaultKind.NULL, {"given": 3, "null": 2, "text": 0, "none": 0}),
        (FaultKind.NULL_ENTRY, {"given": 3, "null": 0, "text": 0, "none": 2}),
        (FaultKind.WRONG_TYPE, {"given": 3, "null": 0, "text": 2, "none": 0}),
        (FaultKind.EXTRA, {"given": 7, "null": 0, "text": 0, "none": 0}),
        (FaultKind.REPEATED, {"given": 7, "null": 0, "text": 0, "none": 0}),
    ],
)
def test_entries_are_disturbed(
    connect: Callable[..., Any], kind: FaultKind, counts: dict[str, int]
) -> None:
    with Sandbox(_options(kind, entries=2)) as sandbox:
        entries = connect(sandbox).entries(sandbox.account.line_items(5))
    whole = [entry for entry in entries if entry is not None]
    details = [entry["invoiceDetails"] for entry in whole]
    found = {
        "given": sum(isinstance(each, list) for each in details),
        "null": details.count(None),
        "text": sum(isinstance(each, str) for each in details),
        "none": entries.count(None),
    }
    assert found == counts


def test_extra_entry_is_about_another_line(connect: Callable[..., Any], line: LineItem) -> None:
    with Sandbox(_options(FaultKind.EXTRA)) as sandbox:
        entries = connect(sandbox).entries([line])
    others = [entry for entry in entries if tuple(entry["orderLineItem"].values()) != line]
    assert (len(entries), len(others)) == (2, 1)


def test_entries_are_reordered(connect: Callable[..., Any]) -> None:
    with Sandbox(_options(FaultKind.REORDERED, from_request=2)) as sandbox:
        client, lines = connect(sandbox), sandbox.account.line_items(20)
        plain, mixed = client.entries(lines), client.entries(lines)
    assert mixed != plain
    assert sorted(map(str, mixed)) == sorted(map(str, plain))


def test_more_entries_than_there_are_disturbs_them_all(connect: Callable[..., Any]) -> None:
    with Sandbox(_options(FaultKind.MISSING, entries=9)) as sandbox:
        assert connect(sandbox).entries(sandbox.account.line_items(3)) == []


def test_sandbox_is_down_for_a_while(connect: Callable[..., Any], clock: Any) -> None:
    with Sandbox(_options(FaultKind.DOWN, from_s=10, to_s=20), clock=clock) as sandbox:
        client, lines = connect(sandbox), sandbox.account.line_items(1)
        assert client.ask(lines).status_code == 200
        clock.advance(10)
        for _ in range(2):  # the open connection first, then a new one
            with pytest.raises(requests.ConnectionError):
                client.ask(lines)
        clock.advance(10)
        assert client.ask(lines).status_code == 200
        assert sandbox.requests.count("connection", status=0) == 2


def test_fault_of_no_operation_is_told() -> None:
    with pytest.raises(SettingError, match='Fault rule 1 is about the operation "getInvoices"'):
        Sandbox(_options(FaultKind.RESET, operation="getInvoices"))
