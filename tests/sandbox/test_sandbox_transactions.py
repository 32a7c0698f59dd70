"""getTransactions in data mode: pages, dates, tokens, refusals."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from xlsx_addin.sandbox import TRANSACTIONS, UNLIMITED, Sandbox, SandboxOptions
from xlsx_addin.sandbox.examples import load_examples

PATH = "/reconciliation/2021-01-08/transactions"
FAST: Any = {"limits": {TRANSACTIONS: UNLIMITED}}
WEEK = {"feedStartDate": "2025-03-03T00:00:00Z", "feedEndDate": "2025-03-10T00:00:00Z"}
EXAMPLES = load_examples()


def _ask(client: Any, query: Mapping[str, str]) -> Any:
    return client.call("GET", PATH, params=query)


def _pages(client: Any, query: Mapping[str, str], *, dates: bool = True) -> list[Any]:
    pages, asked = [], dict(query)
    while True:
        response = _ask(client, asked)
        assert response.status_code == 200, response.text
        pages.append(response.json())
        token = pages[-1].get("nextPageToken")
        if not token:
            return pages
        asked = {**(query if dates else {}), "nextPageToken": token}


def _message(response: Any) -> str:
    assert response.status_code == 400
    text: str = response.json()["errors"][0]["message"]
    return text


@pytest.mark.parametrize("region", ["na", "eu", "jp"])
def test_answers_fit_the_description(
    connect: Callable[..., Any], fits_description: Callable[..., None], region: Any
) -> None:
    with Sandbox(SandboxOptions(region=region, **FAST)) as sandbox:
        query = WEEK | {"feedEndDate": "2025-05-01T00:00:00Z"}
        pages = _pages(connect(sandbox), query)
    assert len(pages) > 3
    for page in pages:
        fits_description(TRANSACTIONS, 200, page)


@pytest.mark.parametrize("size", [1, 7, 50, 1000])
@pytest.mark.parametrize("dates", [True, False])
def test_pages_hold_everything_once_and_in_order(
    connect: Callable[..., Any], size: int, dates: Any
) -> None:
    with Sandbox(SandboxOptions(transactions_per_page=size, **FAST)) as sandbox:
        pages = _pages(connect(sandbox), WEEK, dates=dates)
        whole = _pages(connect(sandbox), WEEK, dates=dates)
    assert pages == whole
    found = [one for page in pages for one in page["transactions"]]
    assert len({one["transactionId"] for one in found}) == len(found) > 20
    assert all("2025-03-03" <= one["feedDate"] < "2025-03-10" for one in found)
    assert all(len(page["transactions"]) == size for page in pages[:-1])


@pytest.mark.parametrize(
    ("switch", "last"),
    [("nothing", {}), ("null", {"nextPageToken": None}), ("empty", {"nextPageToken": ""})],
)
def test_last_page_says_so_as_chosen(
    connect: Callable[..., Any], fits_description: Callable[..., None], switch: Any, last: object
) -> None:
    options = SandboxOptions(last_page_says=switch, transactions_per_page=1000, **FAST)
    with Sandbox(options) as sandbox:
        (page,) = _pages(connect(sandbox), WEEK)
    fits_description(TRANSACTIONS, 200, page)
    del page["transactions"]
    assert page == last


@pytest.mark.parametrize(
    ("switch", "dates", "accepted"),
    [
        ("any", True, True),
        ("any", False, True),
        ("with-dates", True, True),
        ("with-dates", False, False),
        ("alone", True, False),
        ("alone", False, True),
    ],
)
def test_token_comes_with_or_without_dates_as_chosen(
    connect: Callable[..., Any], switch: Any, dates: bool, accepted: bool
) -> None:
    options = SandboxOptions(continuation=switch, transactions_per_page=5, **FAST)
    with Sandbox(options) as sandbox:
        client = connect(sandbox)
        token = _ask(client, WEEK).json()["nextPageToken"]
        response = _ask(client, (WEEK if dates else {}) | {"nextPageToken": token})
    assert response.status_code == (200 if accepted else 400)


def test_bad_date_is_refused_as_published(
    connect: Callable[..., Any], fits_description: Callable[..., None]
) -> None:
    example = EXAMPLES["transactions-sandbox-400-bad-date"]
    with Sandbox() as sandbox:
        response = _ask(connect(sandbox), example["query"])
    assert (response.status_code, response.json()) == (400, example["response"])
    fits_description(TRANSACTIONS, 400, response.json())


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({}, "feedStartDate is required"),
        ({"feedStartDate": WEEK["feedStartDate"]}, "feedEndDate is required"),
        (WEEK | {"feedEndDate": "2025-03-10"}, "[2025-03-10] is not in the expected"),
        (WEEK | {"feedEndDate": "2025-02-30T00:00:00Z"}, "[2025-02-30T00:00:00Z] is not"),
        (WEEK | {"feedEndDate": "2025-03-01T00:00:00Z"}, "must not be before"),
        (WEEK | {"nextPageToken": "nonsense"}, "is not valid"),
        ({"nextPageToken": "WzEsMiwzXQ=="}, "is not valid"),
        ({"nextPageToken": "\u00e9"}, "is not valid"),
    ],
)
def test_other_queries_are_refused(
    connect: Callable[..., Any], query: Mapping[str, str], words: str
) -> None:
    with Sandbox() as sandbox:
        assert words in _message(_ask(connect(sandbox), query))


def test_token_of_another_query_is_refused(connect: Callable[..., Any]) -> None:
    with Sandbox(SandboxOptions(transactions_per_page=5)) as sandbox:
        client = connect(sandbox)
        token = _ask(client, WEEK).json()["nextPageToken"]
        other = WEEK | {"feedEndDate": "2025-03-11T00:00:00Z", "nextPageToken": token}
        assert "another query" in _message(_ask(client, other))


def test_role_and_limit_are_those_of_the_operation(connect: Callable[..., Any], clock: Any) -> None:
    with Sandbox(clock=clock) as sandbox:
        client = connect(sandbox)
        statuses = [_ask(client, WEEK).status_code for _ in range(11)]
    assert statuses == [200] * 10 + [429]
    with Sandbox(SandboxOptions(roles=frozenset())) as sandbox:
        assert _ask(connect(sandbox), WEEK).status_code == 403
