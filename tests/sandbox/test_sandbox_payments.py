"""getBatchInvoicePaymentDetails in data mode: made up from the number, and as the API has it."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from xlsx_addin.sandbox import (
    PAYMENTS,
    UNLIMITED,
    Account,
    FaultKind,
    FaultPlan,
    FaultRule,
    Sandbox,
    SandboxOptions,
    Shares,
)
from xlsx_addin.sandbox.examples import load_examples

PATH = "/reconciliation/2021-01-08/invoices/batch/paymentDetails"
LIMITS = {PAYMENTS: UNLIMITED}
REGIONS: list[Any] = ["na", "eu", "jp"]
NUMBERS = {"na": "1XQX-T4VG-9939", "eu": "DE4UPC2ABEY", "jp": "JP218PV8HMOI"}
NA = NUMBERS["na"]


@pytest.fixture
def ask(connect: Callable[..., Any]) -> Callable[..., Any]:
    """Ask about invoice numbers once; keyword arguments are options of the sandbox."""

    def send(numbers: object, **options: Any) -> Any:
        with Sandbox(SandboxOptions(**({"limits": LIMITS} | options))) as sandbox:
            return connect(sandbox).post({"invoiceIds": numbers}, PATH)

    return send


@pytest.fixture
def results(
    ask: Callable[..., Any], fits_description: Callable[..., None]
) -> Callable[..., list[Any]]:
    """Ask, and give the results, which have to fit the description."""

    def send(numbers: Sequence[str], **options: Any) -> list[Any]:
        response = ask(numbers, **options)
        assert response.status_code == 200, response.text
        fits_description(PAYMENTS, 200, response.json())
        found: list[Any] = response.json()["invoicePaymentDetailsResults"]
        return found

    return send


def invoices(account: Account, count: int = 600) -> dict[str, datetime]:
    """Give the invoices of an account with the instant at which they were issued."""
    truths = [account.truth(line) for line in account.line_items(count)]
    details = [one for truth in truths if truth for one in truth["invoiceDetails"]]
    return {
        one["invoiceNumber"]: datetime.fromisoformat(one["invoiceDate"])
        for one in details
        if one["invoiceNumber"]
    }


@pytest.mark.parametrize("region", REGIONS)
def test_every_invoice_of_the_account_is_due_after_its_date(
    results: Callable[..., list[Any]], region: Any
) -> None:
    issued = invoices(Account(SandboxOptions(region=region, shares=Shares(credit_memo=0))), 60)
    numbers = list(issued)[:25]
    for result in results(numbers, region=region):
        due = datetime.fromisoformat(result["paymentDetails"]["dueDate"])
        days = due - issued[result["invoiceId"]].replace(microsecond=0)
        assert days in [timedelta(days=one) for one in (30, 45, 60)]


@pytest.mark.parametrize("region", REGIONS)
def test_all_four_statuses_occur(connect: Callable[..., Any], region: Any) -> None:
    options = SandboxOptions(region=region, limits=LIMITS)
    numbers = list(invoices(Account(options)))
    statuses: Counter[str] = Counter()
    with Sandbox(options) as sandbox:
        client = connect(sandbox)
        for start in range(0, len(numbers), 25):
            body = client.post({"invoiceIds": numbers[start : start + 25]}, PATH).json()
            for result in body["invoicePaymentDetailsResults"]:
                details = result["paymentDetails"]
                statuses[details["status"]] += 1
                if details["status"] == "Issued":
                    assert details["dueDate"] > "2025-12-31"
                if details["status"] == "Past Due":
                    assert details["dueDate"] < "2026"
    assert set(statuses) == {"Closed", "Issued", "Past Due", "Payment Processing"}
    assert statuses["Closed"] == max(statuses.values())


def test_the_same_number_has_the_same_answer_and_another_seed_another_account(
    results: Callable[..., list[Any]],
) -> None:
    numbers = list(invoices(Account(SandboxOptions())))[:25]
    assert results(numbers) == results(numbers)
    assert results(numbers) != results(numbers, seed=2)


@pytest.mark.parametrize("region", REGIONS)
def test_published_numbers_are_known(results: Callable[..., list[Any]], region: Any) -> None:
    (result,) = results([NUMBERS[region]], region=region)
    assert result["resultType"] == "SUCCESS"


def test_the_date_of_a_published_invoice_counts(results: Callable[..., list[Any]]) -> None:
    (result,) = results(["DE4UPC2ABEY"], region="eu")
    due = datetime.fromisoformat(result["paymentDetails"]["dueDate"])
    days = due - datetime.fromisoformat("2024-07-19T09:20:36Z")
    assert days in [timedelta(days=one) for one in (30, 45, 60)]


def test_good_and_bad_results_come_together(results: Callable[..., list[Any]]) -> None:
    found = {one["invoiceId"]: one for one in results([NA, "no-such-invoice"])}
    assert found[NA]["resultType"] == "SUCCESS"
    assert found["no-such-invoice"]["error"]["code"] == "NOT_FOUND"


@pytest.mark.parametrize(
    ("switch", "kinds"), [("error", ["ERROR"]), ("answer", ["SUCCESS"]), ("omit", [])]
)
def test_what_becomes_of_an_unknown_number_is_a_switch(
    results: Callable[..., list[Any]], switch: str, kinds: list[str]
) -> None:
    found = results(["no-such-invoice"], unknown_invoices=switch)
    assert [one["resultType"] for one in found] == kinds


def test_single_invoices_can_be_given(results: Callable[..., list[Any]]) -> None:
    details = {"status": "Disputed", "dueDate": "2026-01-31T00:00:00Z"}
    given = {"one": details, "two": "omit", NA: "error"}
    found = {one["invoiceId"]: one for one in results(["one", "two", NA], payments=given)}
    assert found["one"]["paymentDetails"] == details
    assert found.keys() == {"one", NA}
    assert found[NA]["resultType"] == "ERROR"


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        ([], "at least one invoice ID"),
        (None, "at least one invoice ID"),
        ("text", "at least one invoice ID"),
        ([""], "1 to 255 characters"),
        (["x" * 256], "1 to 255 characters"),
        ([1], "1 to 255 characters"),
        ([f"N{n}" for n in range(26)], "more than 25"),
    ],
)
def test_what_is_refused_has_the_published_shape(
    ask: Callable[..., Any],
    fits_description: Callable[..., None],
    payload: object,
    words: str,
) -> None:
    response = ask(payload)
    assert response.status_code == 400
    fits_description(PAYMENTS, 400, response.json())
    (error,) = response.json()["errors"]
    published = load_examples()["payments-sandbox-400"]["response"]["errors"][0]
    assert (error["code"], error["message"]) == (published["code"], published["message"])
    assert words in error["details"]


def test_255_characters_are_taken(results: Callable[..., list[Any]]) -> None:
    assert len(results(["x" * 255])) == 1


@pytest.mark.parametrize(
    "options",
    [
        {"payments": {NA: "refuse"}},
        {"faults": FaultPlan([FaultRule(kind=FaultKind.POISON, line_ids=[NA])])},
    ],
)
def test_one_bad_number_refuses_its_batch(ask: Callable[..., Any], options: dict[str, Any]) -> None:
    response = ask([NA, "AAAA-BBBB-CCCC"], **options)
    assert response.status_code == 400
    assert NA in response.json()["errors"][0]["details"]


@pytest.mark.parametrize(
    ("kind", "check"),
    [
        (FaultKind.MISSING, lambda found: len(found) == 1),
        (FaultKind.NULL_ENTRY, lambda found: None in found),
        (FaultKind.NULL, lambda found: None in [one["paymentDetails"] for one in found]),
        (FaultKind.WRONG_TYPE, lambda found: "none" in [one["paymentDetails"] for one in found]),
        (FaultKind.EXTRA, lambda found: len({one["invoiceId"] for one in found}) == 3),
        (FaultKind.REPEATED, lambda found: len(found) == 3),
    ],
)
def test_entries_can_be_disturbed(
    ask: Callable[..., Any], kind: FaultKind, check: Callable[[list[Any]], bool]
) -> None:
    response = ask([NA, "AAAA-BBBB-CCCC"], faults=FaultPlan([FaultRule(kind=kind)]))
    assert check(response.json()["invoicePaymentDetailsResults"])


def test_the_documented_limit_holds(connect: Callable[..., Any], clock: Any) -> None:
    with Sandbox(SandboxOptions(), clock=clock) as sandbox:
        client = connect(sandbox)
        statuses = [client.post({"invoiceIds": [NA]}, PATH).status_code for _ in range(11)]
    assert statuses == [200] * 10 + [429]


def test_the_role_is_needed(ask: Callable[..., Any]) -> None:
    assert ask([NA], roles=frozenset()).status_code == 403
