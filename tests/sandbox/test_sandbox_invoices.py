"""getInvoiceDetailsByOrderLineItems in data mode: entries, refusals and every switch."""

from collections.abc import Callable
from typing import Any

import pytest

from xlsx_addin.core.line_items import LineItem
from xlsx_addin.sandbox import INVOICES, UNLIMITED, Sandbox, SandboxOptions, Shares
from xlsx_addin.sandbox.examples import load_examples

EXAMPLES = load_examples()
NOBODY_HAS_INVOICES = Shares(without_invoice=1)
ALL_PENDING = Shares(without_invoice=0, not_consolidated=0, pending=1)
DETAIL = {"invoiceNumber": "X-1", "invoiceDate": "2025-01-02T03:04:05Z"}


def _key(entry: Any) -> tuple[str, ...]:
    return tuple(entry["orderLineItem"].values())


@pytest.mark.parametrize("region", ["na", "eu", "jp"])
def test_answers_are_the_truth_and_fit_the_description(
    connect: Callable[..., Any], fits_description: Callable[..., None], region: Any
) -> None:
    options = SandboxOptions(region=region, limits={INVOICES: UNLIMITED}, without_invoice="null")
    with Sandbox(options) as sandbox:
        client, lines = connect(sandbox), sandbox.account.line_items(200)
        for start in range(0, 200, 25):
            batch = lines[start : start + 25]
            response = client.ask(batch)
            fits_description(INVOICES, response.status_code, response.json())
            entries = response.json()["invoiceDetailsByOrderLineItems"]
            assert entries == [sandbox.account.truth(line) for line in reversed(batch)]


@pytest.mark.parametrize("region", ["na", "eu", "jp"])
@pytest.mark.parametrize(
    "name", ["invoices-guide-na", "invoices-guide-eu-consolidated", "invoices-observed-na-nulls"]
)
def test_production_examples_are_answered_exactly_in_every_region(
    connect: Callable[..., Any], region: Any, name: str
) -> None:
    with Sandbox(SandboxOptions(region=region)) as sandbox:
        response = connect(sandbox).post(EXAMPLES[name]["request"])
    assert response.status_code == 200
    assert response.json() == EXAMPLES[name]["response"]


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param({}, id="nothing"),
        pytest.param([], id="no object"),
        pytest.param({"orderLineItems": []}, id="no lines"),
        pytest.param({"orderLineItems": {}}, id="no list"),
        pytest.param({"orderLineItems": [None]}, id="no line"),
        pytest.param({"orderLineItems": [{"orderId": "1", "shipmentId": "2"}]}, id="an ID missing"),
        pytest.param(
            {"orderLineItems": [{"orderId": "1", "orderLineItemId": 2, "shipmentId": "3"}]},
            id="an ID that is a number",
        ),
    ],
)
def test_missing_parameters_are_refused_as_published(
    connect: Callable[..., Any], fits_description: Callable[..., None], payload: object
) -> None:
    with Sandbox() as sandbox:
        response = connect(sandbox).post(payload)
    fits_description(INVOICES, response.status_code, response.json())
    assert response.status_code == 400
    assert response.json() == EXAMPLES["invoices-sandbox-400-missing"]["response"]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff"])
def test_bodies_that_are_no_json_are_refused(connect: Callable[..., Any], body: bytes) -> None:
    with Sandbox() as sandbox:
        response = connect(sandbox).call("POST", "/reconciliation/2021-01-08/invoices", data=body)
    assert response.status_code == 400


@pytest.mark.parametrize(("most", "count", "status"), [(25, 25, 200), (25, 26, 400), (2, 3, 400)])
def test_more_lines_than_allowed_are_refused(
    connect: Callable[..., Any], most: int, count: int, status: int
) -> None:
    with Sandbox(SandboxOptions(max_line_items=most)) as sandbox:
        response = connect(sandbox).ask(sandbox.account.line_items(count))
    assert response.status_code == status


@pytest.mark.parametrize("bad", ["", "12 34", "12\x0034", "12\n34", "\ud800", "12\u00a034"])
@pytest.mark.parametrize("named", [True, False])
def test_malformed_ids_refuse_the_batch(
    connect: Callable[..., Any], fits_description: Callable[..., None], bad: str, named: Any
) -> None:
    with Sandbox(SandboxOptions(names_refused=named)) as sandbox:
        good = sandbox.account.line_items(2)
        response = connect(sandbox).ask([good[0], LineItem("112-1-1", bad, "shipment"), good[1]])
    error = response.json()["errors"][0]
    fits_description(INVOICES, response.status_code, response.json())
    assert (response.status_code, error["code"]) == (400, "INVALID_REQUEST_PARAMETER")
    assert ("112-1-1" in error["details"]) is named


@pytest.mark.parametrize(
    ("switch", "details"),
    [
        ("omit", ...),
        ("empty", []),
        ("null", None),
        ("nulls", [{"invoiceNumber": None, "invoiceDate": None, "invoiceType": None}]),
    ],
)
def test_line_without_invoice_is_answered_as_chosen(
    connect: Callable[..., Any],
    fits_description: Callable[..., None],
    line: LineItem,
    switch: Any,
    details: Any,
) -> None:
    options = SandboxOptions(shares=NOBODY_HAS_INVOICES, without_invoice=switch)
    with Sandbox(options) as sandbox:
        response = connect(sandbox).ask([line])
        assert (sandbox.account.truth(line) is None) is (switch == "omit")
    fits_description(INVOICES, 200, response.json())
    entries = response.json()["invoiceDetailsByOrderLineItems"]
    assert [entry["invoiceDetails"] for entry in entries] == ([] if details is ... else [details])


@pytest.mark.parametrize(
    ("switch", "status", "strangers"),
    [("answer", 200, 1), ("omit", 200, 0), ("nulls", 200, 1), ("404", 404, 0)],
)
def test_unknown_line_is_answered_as_chosen(
    connect: Callable[..., Any],
    fits_description: Callable[..., None],
    line: LineItem,
    switch: Any,
    status: int,
    strangers: int,
) -> None:
    with Sandbox(SandboxOptions(unknown=switch, seed=4)) as sandbox:
        known = sandbox.account.line_items(1)[0]
        response = connect(sandbox).ask([known, line])
    fits_description(INVOICES, response.status_code, response.json())
    assert response.status_code == status
    entries = response.json().get("invoiceDetailsByOrderLineItems", [])
    found = {_key(entry): entry["invoiceDetails"] for entry in entries}
    assert (tuple(line) in found) == bool(strangers)
    if switch == "nulls":
        assert found[tuple(line)][0]["invoiceNumber"] is None
        assert found[tuple(known)][0]["invoiceNumber"] is not None


@pytest.mark.parametrize(
    ("truth", "status", "details"),
    [
        pytest.param([DETAIL], 200, [DETAIL], id="details"),
        pytest.param([DETAIL, DETAIL], 200, [DETAIL, DETAIL], id="several details"),
        pytest.param([], 200, [], id="no details"),
        pytest.param("empty", 200, [], id="empty"),
        pytest.param("null", 200, None, id="null"),
        pytest.param("omit", 200, ..., id="omit"),
        pytest.param("refuse", 400, ..., id="refuse"),
    ],
)
def test_overrides_decide_over_single_lines(
    connect: Callable[..., Any], line: LineItem, truth: Any, status: int, details: Any
) -> None:
    with Sandbox(SandboxOptions(overrides={line: truth}, unknown="404")) as sandbox:
        response = connect(sandbox).ask([line])
    assert response.status_code == status
    entries = response.json().get("invoiceDetailsByOrderLineItems", [])
    assert [entry["invoiceDetails"] for entry in entries] == ([] if details is ... else [details])


def test_override_makes_a_malformed_line_answerable(connect: Callable[..., Any]) -> None:
    odd = LineItem("an order", "a line", "a shipment")
    with Sandbox(SandboxOptions(overrides={odd: [DETAIL]})) as sandbox:
        assert connect(sandbox).entries([odd])[0]["invoiceDetails"] == [DETAIL]


def test_entries_come_in_the_order_asked(connect: Callable[..., Any]) -> None:
    with Sandbox(SandboxOptions(entry_order="asked")) as sandbox:
        lines = sandbox.account.line_items(25)
        assert list(map(_key, connect(sandbox).entries(lines))) == lines


def test_entries_come_shuffled(connect: Callable[..., Any]) -> None:
    with Sandbox(SandboxOptions(entry_order="shuffled")) as sandbox:
        lines = sandbox.account.line_items(25)
        keys = list(map(_key, connect(sandbox).entries(lines)))
    assert sorted(keys) == sorted(lines)
    assert keys not in (lines, lines[::-1])


def test_extra_entries_are_about_lines_nobody_asked_about(
    connect: Callable[..., Any], fits_description: Callable[..., None]
) -> None:
    with Sandbox(SandboxOptions(extra_entries=3)) as sandbox:
        lines = sandbox.account.line_items(5)
        response = connect(sandbox).ask(lines)
    fits_description(INVOICES, 200, response.json())
    keys = list(map(_key, response.json()["invoiceDetailsByOrderLineItems"]))
    assert len(keys) == len(set(keys)) == 8
    assert set(lines) < set(keys)


def test_repeated_entries_are_equal(connect: Callable[..., Any]) -> None:
    with Sandbox(SandboxOptions(repeated_entries=2)) as sandbox:
        lines = sandbox.account.line_items(5)
        entries = connect(sandbox).entries(lines)
        assert len(entries) == 7
        assert all(entry == sandbox.account.truth(LineItem(*_key(entry))) for entry in entries)


@pytest.mark.parametrize("region", ["eu", "jp"])
@pytest.mark.parametrize(("asks", "pending"), [(None, [1, 1, 1]), (2, [1, 1, 0]), (0, [0, 0, 0])])
def test_pending_turns_real_after_so_many_asks(
    connect: Callable[..., Any], line: LineItem, region: Any, asks: Any, pending: list[int]
) -> None:
    options = SandboxOptions(region=region, shares=ALL_PENDING, pending_asks=asks)
    with Sandbox(options) as sandbox:
        client = connect(sandbox)
        answers = [client.entries([line])[0] for _ in range(3)]
        truths = [sandbox.account.truth(line, asks=n) for n in (1, 2, 3)]
    found = [
        answer["invoiceDetails"][0]["consolidatedInvoiceDetails"]["invoiceNumber"] == "Pending"
        for answer in answers
    ]
    assert found == [bool(each) for each in pending]
    assert answers == truths


def test_line_asked_twice_in_a_batch_is_answered_twice(
    connect: Callable[..., Any], line: LineItem
) -> None:
    with Sandbox() as sandbox:
        assert list(map(_key, connect(sandbox).entries([line, line]))) == [tuple(line)] * 2
