"""The client of the Document API understands every published answer of the static sandbox."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from xlsx_addin.amazon.client import AmazonClient
from xlsx_addin.amazon.documents import DocumentsClient
from xlsx_addin.amazon.options import ClientOptions
from xlsx_addin.amazon.session import Account, Session
from xlsx_addin.amazon.transport import RequestsTransport
from xlsx_addin.core.report_answers import Report, ReportState
from xlsx_addin.errors import RequestRefused
from xlsx_addin.sandbox import SANDBOX_CREDENTIALS, Sandbox, SandboxOptions
from xlsx_addin.sandbox.examples import load_examples
from xlsx_addin.secrets import Credentials, Secret

EXAMPLES = load_examples()
GOOD_REPORT = Report(
    "ReportId1",
    ReportState.IN_PROGRESS,
    report_type="FEE_DISCOUNTS_REPORT",
    created_time="2019-12-10T13:47:20.677Z",
)
CANCEL = threading.Event()
CALLS: dict[str, Callable[[DocumentsClient, Any], object]] = {
    "createReport": lambda client, example: client.order(example["request"], CANCEL),
    "getReport": lambda client, example: client.report(_last(example), CANCEL),
    "getReports": lambda client, example: client.reports(example["query"], CANCEL),
    "cancelReport": lambda client, example: client.cancel(_last(example), CANCEL),
    "getReportDocument": lambda client, example: client.address(_last(example), CANCEL),
}
PUBLISHED = [
    one
    for one in EXAMPLES.values()
    if one["operation"] in CALLS and one.get("environment") == "static-sandbox"
]


def _last(example: Any) -> str:
    path: str = example["path"]
    return path.rpartition("/")[2]


@pytest.fixture
def client() -> Iterator[DocumentsClient]:
    credentials = Credentials(
        SANDBOX_CREDENTIALS.client_id,
        Secret(SANDBOX_CREDENTIALS.client_secret),
        Secret(SANDBOX_CREDENTIALS.refresh_token),
    )
    transport = RequestsTransport(ClientOptions())
    with Sandbox(SandboxOptions(mode="static")) as sandbox:
        account = Account(sandbox.endpoint, sandbox.token_url, credentials)
        yield AmazonClient(Session(account, transport=transport)).documents
    transport.close()


def ask(client: DocumentsClient, name: str) -> object:
    example = EXAMPLES[name]
    return CALLS[example["operation"]](client, example)


def test_there_are_a_good_and_a_bad_call_of_each_operation() -> None:
    assert len(PUBLISHED) == 2 * len(CALLS)


def test_good_answers_are_understood(client: DocumentsClient) -> None:
    assert ask(client, "reports-create-sandbox") == "ID323"
    assert ask(client, "reports-get-sandbox") == GOOD_REPORT
    assert ask(client, "reports-list-sandbox") == (
        (GOOD_REPORT,),
        EXAMPLES["reports-list-sandbox"]["response"]["nextToken"],
    )
    assert ask(client, "reports-cancel-sandbox") is None
    address = EXAMPLES["documents-get-sandbox"]["response"]["url"]
    assert ask(client, "documents-get-sandbox") == address


@pytest.mark.parametrize("name", [one["id"] for one in PUBLISHED if one["status"] == 400])
def test_bad_answers_are_refusals_in_amazons_words(client: DocumentsClient, name: str) -> None:
    with pytest.raises(RequestRefused, match="Invalid input"):
        ask(client, name)
