"""The Document API in data mode: orders, life of a report, addresses, files."""

import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from gzip import decompress
from typing import Any

import pytest

from xlsx_addin.sandbox import DOCUMENT_API, UNLIMITED, Documents, Sandbox, SandboxOptions
from xlsx_addin.sandbox.reports import wrap

REPORTS = "/reports/2021-09-30/reports"
DOCUMENTS = "/reports/2021-09-30/documents"
MARKETPLACES = {"na": "ATVPDKIKX0DER", "eu": "A1PA6795UKMFR9", "jp": "A1VC38T7YXB528"}
SURE = Documents(without_pdf=0.0, fatal=0.0)
LIFE_S = SURE.queue_s + SURE.progress_s
NUMBER = {"invoiceId": "ABCD-1234-EFGH", "documentType": "Invoice"}
ORDER = {"orderId": "203-9277085-5441169"}


@pytest.fixture
def start(connect: Callable[..., Any], clock: Any) -> Any:
    """Start a sandbox without limits whose clock the test moves; gives its client."""
    running: list[Sandbox] = []

    def begin(**options: Any) -> Any:
        chosen = {"limits": dict.fromkeys(DOCUMENT_API, UNLIMITED), "documents": SURE} | options
        sandbox = Sandbox(SandboxOptions(**chosen), clock=clock)
        sandbox.start()
        running.append(sandbox)
        return connect(sandbox)

    yield begin
    for sandbox in running:
        sandbox.stop()


def specification(region: str, options: object, **changes: object) -> dict[str, object]:
    return {
        "reportType": "GET_AB_INVOICE_PDF",
        "marketplaceIds": [MARKETPLACES[region]],
        "reportOptions": options,
    } | changes


def order(client: Any, options: object = NUMBER, region: str = "na") -> str:
    response = client.post(specification(region, options), REPORTS)
    assert response.status_code == 202, response.text
    report_id: str = response.json()["reportId"]
    return report_id


def state(client: Any, report_id: str) -> str:
    word: str = client.call("GET", f"{REPORTS}/{report_id}").json()["processingStatus"]
    return word


def fetch(client: Any, clock: Any, report_id: str) -> bytes:
    clock.advance(LIFE_S)
    report = client.call("GET", f"{REPORTS}/{report_id}").json()
    document = client.call("GET", f"{DOCUMENTS}/{report['reportDocumentId']}").json()
    body: bytes = client.session.get(document["url"], timeout=5).content
    with zipfile.ZipFile(io.BytesIO(decompress(body))) as archive:
        return archive.read(archive.namelist()[0])


def ids(line: Any) -> dict[str, str]:
    return dict(zip(("orderId", "orderLineItemId", "shipmentId"), line, strict=True))


def test_a_report_lives_by_the_clock_and_every_answer_fits_the_description(
    start: Any, clock: Any, fits_description: Callable[..., None]
) -> None:
    client = start()
    response = client.post(specification("na", NUMBER), REPORTS)
    fits_description("createReport", 202, response.json())
    path = f"{REPORTS}/{response.json()['reportId']}"
    seen = []
    for wait_s in (0, SURE.queue_s, SURE.progress_s):
        clock.advance(wait_s)
        report = client.call("GET", path).json()
        fits_description("getReport", 200, report)
        seen.append(report["processingStatus"])
    assert seen == ["IN_QUEUE", "IN_PROGRESS", "DONE"]
    document = client.call("GET", f"{DOCUMENTS}/{report['reportDocumentId']}").json()
    fits_description("getReportDocument", 200, document)
    assert document["compressionAlgorithm"] == "GZIP"


def test_reports_are_listed_by_type_state_marketplace_and_time(
    start: Any, clock: Any, fits_description: Callable[..., None]
) -> None:
    client = start()
    reports = [order(client) for _ in range(3)]
    clock.advance(LIFE_S)
    reports.append(order(client))

    def listed(**query: str) -> list[str]:
        query = {"reportTypes": "X,GET_AB_INVOICE_PDF"} | query
        page = client.call("GET", REPORTS, params=query).json()
        fits_description("getReports", 200, page)
        return [one["reportId"] for one in page["reports"]]

    assert listed() == reports[::-1]
    assert listed(processingStatuses="IN_QUEUE,FATAL") == reports[3:]
    assert listed(marketplaceIds=MARKETPLACES["eu"]) == []
    assert listed(reportTypes="X") == []
    moment = client.call("GET", f"{REPORTS}/{reports[3]}").json()["createdTime"]
    assert listed(createdSince=moment) == reports[3:]


def test_pages_of_reports_follow_each_other(start: Any) -> None:
    client = start()
    reports = [order(client) for _ in range(5)]
    query, seen = {"reportTypes": "GET_AB_INVOICE_PDF", "pageSize": "2"}, []
    for _ in range(3):
        page = client.call("GET", REPORTS, params=query).json()
        seen += [one["reportId"] for one in page["reports"]]
        query = {"nextToken": page.get("nextToken", "")}
    assert seen == reports[::-1]
    assert "nextToken" not in page


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"reportTypes": "X", "pageSize": "0"},
        {"reportTypes": "GET_AB_INVOICE_PDF", "processingStatuses": "BAD"},
        {"nextToken": "page-9"},
        {"nextToken": "page-1", "pageSize": "2"},
    ],
)
def test_a_list_that_makes_no_sense_is_refused(
    start: Any, fits_description: Callable[..., None], query: dict[str, str]
) -> None:
    client = start()
    order(client)
    response = client.call("GET", REPORTS, params=query)
    assert response.status_code == 400
    fits_description("getReports", 400, response.json())


def test_a_report_can_be_cancelled_in_its_queue_only(start: Any, clock: Any) -> None:
    client = start()
    first, second = order(client), order(client)
    response = client.call("DELETE", f"{REPORTS}/{first}")
    assert (response.status_code, response.content) == (200, b"")
    clock.advance(SURE.queue_s)
    assert client.call("DELETE", f"{REPORTS}/{second}").status_code == 400
    clock.advance(SURE.progress_s)
    assert [state(client, one) for one in (first, second)] == ["CANCELLED", "DONE"]


@pytest.mark.parametrize(
    ("region", "options"),
    [
        ("na", NUMBER),
        ("na", NUMBER | {"documentType": "Credits"}),
        ("na", ORDER | {"documentType": "OrderSummary"}),
        ("eu", ORDER),
        ("eu", NUMBER),
        ("jp", NUMBER),
    ],
)
def test_options_of_a_region_are_taken(start: Any, region: str, options: object) -> None:
    order(start(region=region), options, region)


@pytest.mark.parametrize(
    ("region", "options"),
    [
        ("na", ORDER),
        ("na", {"invoiceId": "A"}),
        ("na", NUMBER | {"documentType": "OrderSummary"}),
        ("eu", NUMBER | {"documentType": "Credits"}),
        ("eu", {"orderId": "1", "shipmentId": "2"}),
        ("jp", ORDER),
        ("na", None),
        ("na", {}),
        ("na", NUMBER | {"invoiceId": 7}),
        ("na", NUMBER | {"invoiceId": ""}),
    ],
)
def test_other_options_are_refused(
    start: Any, fits_description: Callable[..., None], region: str, options: object
) -> None:
    response = start(region=region).post(specification(region, options), REPORTS)
    assert response.status_code == 400
    fits_description("createReport", 400, response.json())


@pytest.mark.parametrize(
    "changes",
    [
        {"reportType": "GET_MERCHANT_LISTINGS_ALL_DATA"},
        {"marketplaceIds": []},
        {"marketplaceIds": ["A1PA6795UKMFR9"]},
        {"marketplaceIds": ["ATVPDKIKX0DER"] * 26},
        {"marketplaceIds": None},
    ],
)
def test_other_types_and_marketplaces_are_refused(start: Any, changes: dict[str, object]) -> None:
    response = start().post(specification("na", NUMBER, **changes), REPORTS)
    assert response.status_code == 400


def test_north_america_delivers_a_credit_memo_as_credits_only(start: Any, clock: Any) -> None:
    client = start(shares=replace(SandboxOptions().shares, without_invoice=0.0, credit_memo=1.0))
    account = client.sandbox.account
    (line,) = account.line_items(1)
    *_, memo = account.documents(line)
    asked = {"invoiceId": memo.number, "documentType": "Invoice"}
    as_invoice, as_credit = order(client, asked), order(client, asked | {"documentType": "Credits"})
    clock.advance(LIFE_S)
    assert [state(client, one) for one in (as_invoice, as_credit)] == ["CANCELLED", "DONE"]


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs poppler's pdftotext")
@pytest.mark.parametrize("region", ["na", "eu", "jp"])
def test_the_pdf_says_what_the_invoice_operation_says(start: Any, clock: Any, region: str) -> None:
    client = start(region=region, shares=replace(SandboxOptions().shares, without_invoice=0.0))
    (line,) = client.sandbox.account.line_items(1)
    (detail, *_) = client.entries([line])[0]["invoiceDetails"]
    number = detail["invoiceNumber"]
    options = {"invoiceId": number, "documentType": "Invoice"} if region == "na" else ids(line)
    pdf = fetch(client, clock, order(client, options, region))
    program = shutil.which("pdftotext") or ""
    text = subprocess.run(  # noqa: S603  # the program is named above
        [program, "-", "-"], input=pdf, capture_output=True, check=True, timeout=20
    ).stdout.decode()
    assert f"Number: {number}" in text
    assert f"Date: {detail['invoiceDate'][:10]}" in text
    assert detail.get("invoiceTotal", "").removesuffix(".0") in text


def test_a_line_item_without_an_invoice_has_no_pdf(start: Any, clock: Any) -> None:
    client = start(region="eu", shares=replace(SandboxOptions().shares, without_invoice=1.0))
    (line,) = client.sandbox.account.line_items(1)
    report = order(client, ids(line), "eu")
    clock.advance(LIFE_S)
    assert state(client, report) == "CANCELLED"


def test_shares_decide_what_is_cancelled_and_how_often_it_is_fatal(start: Any, clock: Any) -> None:
    client = start(documents=replace(SURE, without_pdf=1.0))
    report = order(client)
    clock.advance(LIFE_S)
    assert state(client, report) == "CANCELLED"
    client = start(documents=replace(SURE, fatal=1.0))
    reports = [order(client) for _ in range(2)]
    clock.advance(LIFE_S)
    assert [state(client, one) for one in reports] == ["FATAL", "DONE"]


def test_an_address_dies_after_five_minutes_and_refuses_a_token(start: Any, clock: Any) -> None:
    client = start()
    report = order(client)
    clock.advance(LIFE_S)
    document_id = client.call("GET", f"{REPORTS}/{report}").json()["reportDocumentId"]
    url = client.call("GET", f"{DOCUMENTS}/{document_id}").json()["url"]
    leaked = client.session.get(url, headers={"x-amz-access-token": client.token}, timeout=5)
    assert leaked.status_code == 400
    clock.advance(299)
    assert client.session.get(url, timeout=5).status_code == 200
    clock.advance(1)
    dead = client.session.get(url, timeout=5)
    assert (dead.status_code, "expired" in dead.text) == (403, True)
    fresh = client.call("GET", f"{DOCUMENTS}/{document_id}").json()["url"]
    assert client.session.get(fresh, timeout=5).status_code == 200


def test_reports_are_forgotten_after_ninety_days(start: Any, clock: Any) -> None:
    client = start(token_lifetime_s=10**8)
    report = order(client)
    clock.advance(90 * 86_400 + 1)
    assert client.call("GET", f"{REPORTS}/{report}").status_code == 404


@pytest.mark.parametrize("path", [f"{REPORTS}/ID1", f"{DOCUMENTS}/amzn1.spdoc.sandbox.ID1"])
def test_what_was_never_ordered_is_not_found(start: Any, path: str) -> None:
    assert start().call("GET", path).status_code == 404


@pytest.mark.parametrize("operation", DOCUMENT_API)
def test_documented_limits_are_kept(connect: Any, clock: Any, operation: str) -> None:
    calls = {
        "createReport": ("POST", REPORTS, 15, 0.1),
        "getReport": ("GET", f"{REPORTS}/x", 15, 2),
        "getReports": ("GET", REPORTS, 10, 0.1),
        "cancelReport": ("DELETE", f"{REPORTS}/x", 10, 0.1),
        "getReportDocument": ("GET", f"{DOCUMENTS}/x", 15, 0.1),
    }
    method, path, burst, rate_per_s = calls[operation]
    with Sandbox(SandboxOptions(), clock=clock) as sandbox:
        client = connect(sandbox)
        statuses = [client.call(method, path).status_code for _ in range(burst + 1)]
        assert [status == 429 for status in statuses] == [False] * burst + [True]
        clock.advance(1 / rate_per_s)
        assert client.call(method, path).status_code != 429


def test_documents_may_come_faster_by_a_factor() -> None:
    faster = SandboxOptions().with_documents_faster(1000)
    assert faster.limits["createReport"].rate_per_s == 100
    assert faster.documents.queue_s + faster.documents.progress_s == pytest.approx(LIFE_S / 1000)


@pytest.mark.parametrize(
    ("wrapping", "start_bytes"),
    [("plain", b"%PDF"), ("zip", b"PK"), ("gzip", b"\x1f\x8b"), ("gzip+zip", b"\x1f\x8b")],
)
def test_wrapping_is_a_switch(wrapping: str, start_bytes: bytes) -> None:
    assert wrap(b"%PDF-1.4", wrapping).startswith(start_bytes)
