import pytest

from xlsx_addin.core.answers import Unreadable
from xlsx_addin.core.report_answers import (
    DocumentAddress,
    Report,
    ReportState,
    read_address,
    read_report,
    read_report_id,
    read_reports,
)

ODD = [None, [], "text", 7, {}, {"reportId": 7}, {"reports": {}}, {"url": None}]


@pytest.mark.parametrize("body", ODD)
@pytest.mark.parametrize("read", [read_report_id, read_report, read_reports, read_address])
def test_what_is_no_answer_is_unreadable_and_says_why(read, body):
    result = read(body)
    assert isinstance(result, Unreadable)
    assert result.cause


def test_a_report_in_its_queue():
    body = {"reportId": "ID1", "processingStatus": "IN_QUEUE", "more": 1}
    assert read_report(body) == Report("ID1", ReportState.IN_QUEUE)


def test_a_report_that_is_done_names_its_document():
    body = {"reportId": "ID1", "processingStatus": "DONE", "reportDocumentId": "D1"}
    assert read_report(body) == Report("ID1", ReportState.DONE, "D1")


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"processingStatus": "SLEEPING"}, "SLEEPING"),
        ({"processingStatus": None}, "processingStatus"),
        ({"processingStatus": "DONE"}, "reportDocumentId"),
    ],
)
def test_a_report_that_makes_no_sense_is_unreadable(changes, cause):
    result = read_report({"reportId": "ID1"} | changes)
    assert isinstance(result, Unreadable)
    assert cause in result.cause


def test_reports_that_cannot_be_read_are_left_out_of_a_page():
    body = {"reports": [None, {"reportId": "ID1", "processingStatus": "FATAL"}], "nextToken": "t"}
    page = read_reports(body)
    assert page.reports == (Report("ID1", ReportState.FATAL),)
    assert page.next_token == "t"


def test_an_address_may_say_how_the_file_is_packed():
    assert read_address({"url": "https://x", "compressionAlgorithm": "GZIP"}) == DocumentAddress(
        "https://x", "GZIP"
    )
