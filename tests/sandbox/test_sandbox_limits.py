"""Limits: token buckets, the rate header, and limits that change on the way."""

from collections.abc import Callable
from typing import Any

import pytest

from xlsx_addin.errors import SettingError
from xlsx_addin.sandbox import INVOICES, Limit, RateChange, Sandbox, SandboxOptions
from xlsx_addin.sandbox.examples import load_examples
from xlsx_addin.sandbox.limits import Buckets

QUOTA = load_examples()["error-429-quota"]
RATE = "x-amzn-RateLimit-Limit"


@pytest.mark.parametrize(
    ("limit", "moments", "granted"),
    [
        pytest.param(Limit(2, 3), [0, 0, 0, 0], [1, 1, 1, 0], id="a burst, then nothing"),
        pytest.param(Limit(2, 1), [0, 0.4, 0.5, 0.9, 1], [1, 0, 1, 0, 1], id="one per 1/rate"),
        pytest.param(Limit(2, 2), [0, 0, 100, 100, 100], [1, 1, 1, 1, 0], id="never over burst"),
        pytest.param(Limit(0, 1), [0, 1000], [1, 0], id="a rate of nothing"),
    ],
)
def test_bucket_grants_what_it_holds(
    limit: Limit, moments: list[float], granted: list[int]
) -> None:
    buckets = Buckets()
    assert [buckets.take("key", limit, now_s) for now_s in moments] == [bool(g) for g in granted]


def test_buckets_are_apart() -> None:
    buckets = Buckets()
    assert buckets.take("one", Limit(1, 1), 0)
    assert buckets.take("other", Limit(1, 1), 0)
    assert not buckets.take("one", Limit(1, 1), 0)


def test_documented_limit_is_the_default(
    connect: Callable[..., Any], fits_description: Callable[..., None], clock: Any
) -> None:
    with Sandbox(clock=clock) as sandbox:
        client, lines = connect(sandbox), sandbox.account.line_items(1)
        responses = [client.ask(lines) for _ in range(11)]
        clock.advance(0.5)
        after = client.ask(lines)
    assert [response.status_code for response in responses] == [200] * 10 + [429]
    assert after.status_code == 200
    refused = responses[-1]
    fits_description(INVOICES, 429, refused.json())
    assert refused.json() == QUOTA["response"]
    assert refused.headers["x-amzn-ErrorType"] == "TooManyRequestsException"
    assert RATE not in refused.headers
    assert "Retry-After" not in refused.headers


@pytest.mark.parametrize(("sent", "rate"), [(True, "2.0"), (False, None)])
def test_rate_header_is_sent_or_not(connect: Callable[..., Any], sent: Any, rate: Any) -> None:
    with Sandbox(SandboxOptions(rate_header=sent)) as sandbox:
        client = connect(sandbox)
        assert client.ask(sandbox.account.line_items(1)).headers.get(RATE) == rate
        assert RATE not in client.post({}).headers


def test_limit_changes_after_some_requests_or_seconds(
    connect: Callable[..., Any], clock: Any
) -> None:
    changes = [
        RateChange(INVOICES, Limit(0.5, 10), after_requests=2),
        RateChange(INVOICES, Limit(8, 10), after_s=60),
    ]
    with Sandbox(SandboxOptions(rate_changes=changes), clock=clock) as sandbox:
        client, lines = connect(sandbox), sandbox.account.line_items(1)
        rates = [client.ask(lines).headers[RATE] for _ in range(3)]
        clock.advance(60)
        rates.append(client.ask(lines).headers[RATE])
    assert rates == ["2.0", "2.0", "0.5", "8.0"]


def test_changed_limit_counts(connect: Callable[..., Any], clock: Any) -> None:
    changes = [RateChange(INVOICES, Limit(0, 1))]
    with Sandbox(SandboxOptions(rate_changes=changes), clock=clock) as sandbox:
        client, lines = connect(sandbox), sandbox.account.line_items(1)
        assert [client.ask(lines).status_code for _ in range(2)] == [200, 429]


@pytest.mark.parametrize(
    "options",
    [
        SandboxOptions(limits={"getInvoices": Limit(1, 1)}),
        SandboxOptions(rate_changes=[RateChange("getInvoices", Limit(1, 1))]),
    ],
)
def test_limit_of_no_operation_is_told(options: SandboxOptions) -> None:
    with pytest.raises(SettingError, match='"getInvoices", which the sandbox has not'):
        Sandbox(options)
