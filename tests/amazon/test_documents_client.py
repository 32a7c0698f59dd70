"""The client of the Document API, with answers from a script."""

import gzip
import threading
from dataclasses import replace

import pytest

from tests.amazon.conftest import ENDPOINT, TOKEN_URL
from xlsx_addin.amazon.documents import DocumentsClient
from xlsx_addin.amazon.options import ClientOptions
from xlsx_addin.amazon.session import Account, Session
from xlsx_addin.amazon.transport import HttpResponse
from xlsx_addin.core.report_answers import Report, ReportState
from xlsx_addin.errors import (
    AccessDenied,
    ConnectionFault,
    DocumentUnusable,
    RequestRefused,
    UnreadableAnswer,
)

PDF = b"%PDF-1.4\nsomething\n%%EOF\n"
URL = "https://files.test/a?X-Amz-Signature=abc%2Fdef"
CANCEL = threading.Event()


@pytest.fixture
def client(amazon, clock, credentials):
    account = Account(ENDPOINT, TOKEN_URL, credentials)
    options = replace(ClientOptions(), max_document_bytes=1024)
    session = Session(account, transport=amazon, options=options, clock=clock, random=lambda: 0.5)
    return DocumentsClient(session)


def file(body, status=200):
    return HttpResponse(status, {}, body)


def address(reply, url=URL):
    return reply.json({"reportDocumentId": "D1", "url": url, "compressionAlgorithm": "GZIP"})


EXPIRED = file(
    b"<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>", 403
)


@pytest.mark.parametrize("status", [200, 202])
def test_an_order_is_accepted_with_either_status(client, amazon, reply, status):
    amazon.will_reply(reply.json({"reportId": "ID1"}, status))
    assert client.order({"reportType": "T"}, CANCEL) == "ID1"
    (request,) = amazon.requests
    assert (request.method, request.url) == ("POST", f"{ENDPOINT}/reports/2021-09-30/reports")
    assert request.body == b'{"reportType": "T"}'


def test_an_id_cannot_lead_out_of_its_path(client, amazon, reply):
    amazon.will_reply(reply.json({"reportId": "x", "processingStatus": "IN_QUEUE"}))
    assert client.report("../a b", CANCEL) == Report("x", ReportState.IN_QUEUE)
    assert amazon.requests[0].url == f"{ENDPOINT}/reports/2021-09-30/reports/..%2Fa%20b"


def test_reports_are_listed_page_by_page(client, amazon, reply):
    amazon.will_reply(reply.json({"reports": [], "nextToken": "t="}), reply.json({"reports": []}))
    page = client.reports({"reportTypes": "A,B"}, CANCEL)
    assert client.reports({"nextToken": page.next_token}, CANCEL).next_token == ""
    assert [request.url.partition("?")[2] for request in amazon.requests] == [
        "reportTypes=A%2CB",
        "nextToken=t%3D",
    ]


def test_a_cancelled_report_has_an_empty_answer(client, amazon):
    amazon.will_reply(HttpResponse(200))
    client.cancel("ID1", CANCEL)
    assert amazon.requests[0].method == "DELETE"


def test_a_file_is_fetched_without_the_token_from_the_very_address(client, amazon, reply):
    amazon.will_reply(address(reply), file(gzip.compress(PDF)))
    assert client.pdf("D1", CANCEL) == PDF
    asked, download = amazon.requests
    assert asked.headers["x-amz-access-token"]
    assert download.url == URL
    assert set(download.headers) == {"user-agent"}
    assert client.requests == 2


@pytest.mark.parametrize("status", [400, 403, 404, 410])
def test_an_address_that_has_died_is_renewed(client, amazon, reply, status):
    other = f"{URL}2"
    amazon.will_reply(
        address(reply), replace(EXPIRED, status=status), address(reply, other), file(PDF)
    )
    assert client.pdf("D1", CANCEL) == PDF
    assert amazon.requests[-1].url == other


def test_addresses_that_never_work_are_given_up_and_end_no_run(client, amazon, reply):
    amazon.will_reply(*[address(reply), EXPIRED] * 3)
    with pytest.raises(UnreadableAnswer, match="status 403") as caught:
        client.pdf("D1", CANCEL)
    assert len(amazon.requests) == 6
    assert not client.ends_run(caught.value)


def test_a_refused_sign_in_is_no_dead_address(client, amazon, reply):
    amazon.will_reply(reply.error(403, "Access to requested resource is denied."))
    with pytest.raises(AccessDenied) as caught:
        client.pdf("D1", CANCEL)
    assert client.ends_run(caught.value)


def test_a_document_that_is_not_known_is_refused(client, amazon, reply):
    amazon.will_reply(reply.error(404, "No such document."))
    with pytest.raises(RequestRefused):
        client.pdf("D1", CANCEL)


def test_a_download_that_breaks_is_repeated(client, amazon, reply):
    amazon.will_reply(address(reply), ConnectionFault("broke"), file(b"", 503), file(PDF))
    assert client.pdf("D1", CANCEL) == PDF


def test_a_redirect_is_not_followed(client, amazon, reply):
    away = HttpResponse(302, {"Location": "https://elsewhere.test/"})
    amazon.will_reply(address(reply), *[away] * 5)
    with pytest.raises(UnreadableAnswer, match="302"):
        client.pdf("D1", CANCEL)
    assert {request.url for request in amazon.requests[1:]} == {URL}


@pytest.mark.parametrize(
    "url",
    [
        *("http://files.test/a", "ftp://files.test/a", "file:///etc/passwd", "https:///a", "x"),
        *("https://user@files.test/a", "https://[::1", "http://127.0.0.1.evil.test/a"),
    ],
)
def test_an_address_that_is_not_encrypted_is_not_used(client, amazon, reply, url):
    amazon.will_reply(address(reply, url))
    with pytest.raises(DocumentUnusable, match="https://"):
        client.pdf("D1", CANCEL)
    assert len(amazon.requests) == 1


@pytest.mark.parametrize(
    ("body", "words"), [(b"<html>", "'<html>'"), (gzip.compress(b"%PDF-" + bytes(2000)), "larger")]
)
def test_what_is_no_pdf_says_what_it_is(client, amazon, reply, body, words):
    amazon.will_reply(address(reply), file(body))
    with pytest.raises(DocumentUnusable, match=words):
        client.pdf("D1", CANCEL)


def test_each_operation_keeps_its_own_rate(client, amazon, reply, clock):
    for _ in range(20):
        amazon.will_reply(reply.json({"reportId": "ID1"}, 202))
        client.order({}, CANCEL)
    spent_s = clock.now() - 1000
    # 13 at once, two of the burst stay unused; then one in ten seconds, less a hundredth.
    assert spent_s == pytest.approx(7 * 10 / 0.99)
    amazon.will_reply(reply.json({"reportId": "x", "processingStatus": "IN_QUEUE"}))
    client.report("x", CANCEL)
    assert clock.now() - 1000 == pytest.approx(spent_s)
