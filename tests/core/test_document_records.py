import pytest

from xlsx_addin.core.document_records import DocumentRecord, DocumentState
from xlsx_addin.core.documents import DocumentKey, DocumentKind

KEY = DocumentKey(DocumentKind.INVOICE, "A-1")
DAY = 86_400.0
ORDERED = DocumentRecord(
    KEY, DocumentState.REQUESTED, 1000.0, way=1, report_id="ID1", requested_at=1000.0
)


def resumed(record, now, *, retry=False):
    return record.resumed(now, ways=2, retry=retry)


def test_a_report_is_used_again_for_as_long_as_amazon_keeps_it():
    assert resumed(ORDERED, 1000 + 88 * DAY).state is DocumentState.REQUESTED
    assert resumed(ORDERED, 1000 + 90 * DAY) == DocumentRecord(KEY, changed_at=1000 + 90 * DAY)


def test_a_report_from_the_future_is_not_trusted():
    assert resumed(ORDERED, 0).state is DocumentState.WANTED


@pytest.mark.parametrize("state", [DocumentState.READY, DocumentState.SAVED])
def test_a_file_that_is_gone_is_fetched_again_from_its_report(state):
    record = ORDERED.moved(state, 1000.0, document_id="D1", sha256="00")
    assert resumed(record, 1000 + DAY).state is DocumentState.READY
    assert resumed(record, 1000 + DAY).document_id == "D1"


@pytest.mark.parametrize("state", [DocumentState.GONE, DocumentState.FAILED])
def test_what_amazon_did_not_deliver_is_asked_again_after_a_day_or_on_request(state):
    record = ORDERED.moved(state, 1000.0, words="Nothing.")
    assert resumed(record, 1000 + DAY / 2) is record
    assert resumed(record, 1000 + DAY / 2, retry=True).state is DocumentState.WANTED
    again = resumed(record, 1000 + DAY)
    assert (again.state, again.way, again.words) == (DocumentState.WANTED, 0, "")


def test_a_way_that_does_not_exist_any_more_is_begun_anew():
    record = DocumentRecord(KEY, way=2)
    assert resumed(record, 0.0).way == 0
    assert resumed(DocumentRecord(KEY, way=1), 0.0).way == 1
