"""Fetching PDFs: every state, every trouble, every way to be stopped and to go on."""

from collections import Counter
from contextlib import contextmanager
from dataclasses import replace

import pytest

from tests.jobs.pdfs.conftest import LINES, PACE, answer, key
from xlsx_addin.core.answers import Answer
from xlsx_addin.core.document_records import DocumentState
from xlsx_addin.core.headers import KeyField
from xlsx_addin.core.report_answers import ReportState
from xlsx_addin.errors import (
    AccessDenied,
    ConnectionFault,
    DocumentUnusable,
    LocalError,
    RequestRefused,
    ServerFault,
    SettingError,
    SheetError,
    StoreError,
)
from xlsx_addin.jobs.choosing import Selection
from xlsx_addin.jobs.pdf_queue import seconds_left
from xlsx_addin.store.pdf_folder import PdfFolder


def states(report):
    return {one.key.number: one.state for one in report.documents}


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_every_document_is_saved_once_under_day_and_number(
    fetch, know, make_book, documents, tmp_path
):
    know({LINES[0]: answer("A0"), LINES[1]: answer("A0", "A1")})
    report = fetch(make_book([LINES[0], LINES[1], LINES[0]]))
    assert states(report) == {"A0": "saved", "A1": "saved"}
    assert names(tmp_path / "out") == ["2026-03-04_A0.pdf", "2026-03-04_A1.pdf"]
    assert sorted(documents.fetched) == ["A0", "A1"]
    assert (report.exit_code, report.rows, report.requests) == (0, 3, documents.requests)


def test_a_second_run_asks_nobody(fetch, know, make_book, documents):
    know()
    book = make_book(LINES)
    fetch(book)
    asked = documents.requests
    report = fetch(book)
    assert set(states(report).values()) == {"there"}
    assert (report.requests, documents.requests) == (0, asked)


def test_rows_that_were_not_refreshed_are_counted_and_nothing_is_guessed(
    fetch, know, make_book, documents
):
    know({LINES[0]: answer("A0"), LINES[1]: Answer()})
    report = fetch(make_book([*LINES[:4], LINES[3]]))
    assert report.not_refreshed == 3
    assert list(states(report)) == ["A0"]
    assert report.exit_code == 1


def test_a_fatal_report_is_ordered_once_more(fetch, know, make_book, documents, store):
    know({LINES[0]: answer("A0"), LINES[1]: answer("A1")})
    documents.ends = {"A0": [ReportState.FATAL], "A1": [ReportState.FATAL, ReportState.FATAL]}
    report = fetch(make_book(LINES[:2]))
    assert states(report) == {"A0": "saved", "A1": "failed"}
    assert Counter(number for number, _ in documents.orders) == {"A0": 2, "A1": 2}
    assert "FATAL" in report.documents[1].words
    assert report.exit_code == 1


def test_a_cancelled_report_means_the_next_way_and_then_no_pdf(
    fetch, know, make_book, documents, store
):
    know({LINES[0]: answer("A0", kind=None), LINES[1]: answer("A1", kind=None)})
    cancelled = ReportState.CANCELLED
    documents.ends = {"A0": [cancelled], "A1": [cancelled, cancelled]}
    report = fetch(make_book(LINES[:2]))
    assert states(report) == {"A0": "saved", "A1": "no PDF"}
    assert {one for one in documents.orders if one[0] == "A0"} == {
        ("A0", "Invoice"),
        ("A0", "Credits"),
    }
    assert report.exit_code == 0
    record = store.documents("account", [key("A0")])[key("A0")]
    assert record.options == {"invoiceId": "A0", "documentType": "Credits"}


def test_what_amazon_did_not_deliver_rests_for_a_day(fetch, know, make_book, documents, clock):
    know({LINES[0]: answer("A0")})
    documents.ends = {"A0": [ReportState.CANCELLED]}
    book = make_book(LINES[:1])
    fetch(book)
    assert states(fetch(book)) == {"A0": "no PDF"}
    assert len(documents.orders) == 1
    clock.now_s += 86_400
    assert states(fetch(book)) == {"A0": "saved"}


def test_retry_asks_again_at_once(fetch, know, make_book, documents):
    know({LINES[0]: answer("A0")})
    documents.ends = {"A0": [ReportState.CANCELLED]}
    book = make_book(LINES[:1])
    fetch(book)
    assert states(fetch(book, retry=True)) == {"A0": "saved"}


def test_an_order_that_is_refused_has_no_pdf_in_amazons_words(fetch, know, make_book, documents):
    know({LINES[0]: answer("A0"), LINES[1]: answer("A1")})
    documents.errors = {("order", "A0"): [RequestRefused("Amazon refuses it: no.")]}
    report = fetch(make_book(LINES[:2]))
    assert states(report) == {"A0": "no PDF", "A1": "saved"}
    assert report.documents[0].words == "Amazon refuses it: no."


def test_a_report_that_amazon_forgot_is_ordered_again_once(fetch, know, make_book, documents):
    know({LINES[0]: answer("A0"), LINES[1]: answer("A1")})
    documents.forgotten = {"A0/1", "A1/2", "A1/4", "A1/3"}
    report = fetch(make_book(LINES[:2]))
    assert states(report) == {"A0": "saved", "A1": "failed"}
    assert "does not know" in report.documents[1].words


def test_a_document_that_amazon_forgot_is_ordered_again_once(fetch, know, make_book, documents):
    know({LINES[0]: answer("A0")})
    documents.errors = {("pdf", "A0"): [RequestRefused("No such document.")]}
    assert states(fetch(make_book(LINES[:1]))) == {"A0": "saved"}
    assert len(documents.orders) == 2


def test_what_is_no_pdf_fails_and_is_not_asked_again_at_once(fetch, know, make_book, documents):
    know({LINES[0]: answer("A0")})
    documents.errors = {("pdf", "A0"): [DocumentUnusable("It begins with '<html>'.")]}
    book = make_book(LINES[:1])
    assert states(fetch(book)) == {"A0": "failed"}
    asked = documents.requests
    report = fetch(book)
    assert (states(report), documents.requests) == ({"A0": "failed"}, asked)
    assert report.documents[0].words == "It begins with '<html>'."


@pytest.mark.parametrize("step", ["order", "report", "pdf"])
def test_trouble_with_one_document_does_not_hold_up_the_others(
    step, fetch, know, make_book, documents
):
    know({LINES[0]: answer("A0"), LINES[1]: answer("A1")})
    documents.errors = {(step, "A0"): [ServerFault("Amazon has a fault.")]}
    book = make_book(LINES[:2])
    report = fetch(book)
    assert states(report) == {"A0": "failed", "A1": "saved"}
    assert report.error is None
    orders = len(documents.orders)
    assert states(fetch(book)) == {"A0": "saved", "A1": "there"}
    assert len(documents.orders) == orders + (step == "order")


@pytest.mark.parametrize("step", ["order", "report", "pdf"])
def test_a_refused_sign_in_ends_the_run_and_keeps_the_queue(
    step, fetch, know, make_book, documents, store
):
    know()
    documents.errors = {(step, f"A{n}"): [AccessDenied("Not allowed.")] for n in range(9)}
    book = make_book(LINES)
    report = fetch(book)
    assert report.exit_code == 3
    assert report.error.message == "Not allowed."
    documents.errors.clear()
    assert set(states(fetch(book)).values()) == {"saved"}
    assert len({number for number, _ in documents.orders}) == len(documents.orders) == 9


def test_a_mistake_of_the_program_is_said_and_ends_nothing_else(fetch, know, make_book, documents):
    know({LINES[0]: answer("A0"), LINES[1]: answer("A1")})
    documents.errors = {("order", "A0"): [ZeroDivisionError("by zero")]}
    report = fetch(make_book(LINES[:2]))
    assert states(report) == {"A0": "failed", "A1": "saved"}
    assert "unexpected" in report.documents[0].words


def test_a_store_that_cannot_be_written_ends_the_run(fetch, know, make_book, store, tools):
    know()

    class Full(type(store)):
        documents = store.documents
        known = store.known

        def keep_document(self, account, record):
            raise StoreError("The disk is full.")

    report = fetch(make_book(LINES), with_tools=replace(tools, store=Full()))
    assert report.error.message == "The disk is full."
    assert report.exit_code == 1


def test_a_folder_that_cannot_be_written_ends_the_run_and_keeps_the_queue(
    fetch, know, make_book, documents, monkeypatch
):
    know()
    book = make_book(LINES)
    with monkeypatch.context() as patched:

        def fail(_self, _path, _content):
            raise LocalError("The disk is full.", code="disk-full")

        patched.setattr(PdfFolder, "write", fail)
        assert fetch(book).error.code == "disk-full"
    report = fetch(book)
    assert set(states(report).values()) == {"saved"}
    assert len(documents.orders) == 9


def test_a_connection_that_breaks_is_no_fault_of_the_folder(fetch, know, make_book, documents):
    know({LINES[0]: answer("A0"), LINES[1]: answer("A1")})
    documents.errors = {("pdf", "A0"): [ConnectionFault("It broke.")]}
    report = fetch(make_book(LINES[:2]))
    assert (states(report), report.error) == ({"A0": "failed", "A1": "saved"}, None)


def test_a_report_without_end_is_left_for_another_run(fetch, know, make_book, documents, clock):
    know({LINES[0]: answer("A0")})
    documents.ends = {"A0": [ReportState.IN_PROGRESS] * 1000}
    began = clock.now()
    report = fetch(make_book(LINES[:1]))
    assert states(report) == {"A0": "failed"}
    assert "90 days" in report.documents[0].words
    assert 7200 < clock.now() - began < 7300
    assert len(documents.orders) == 1


@pytest.mark.parametrize("step", ["order", "report", "pdf"])
def test_a_cancelled_run_goes_on_where_it_was(step, fetch, know, make_book, documents, tools):
    know()
    book = make_book(LINES)

    def stop(what, _number, cancel):
        if what == step:
            tools.cancel.set()
            cancel.wait(5)
            raise RuntimeError("cancelled, as the client says it")

    documents.on_call = stop
    report = fetch(book)
    assert (report.interrupted, report.exit_code, report.error) == (True, 4, None)
    tools.cancel.clear()
    documents.on_call = None
    assert set(states(fetch(book)).values()) <= {"saved", "there"}
    assert len(documents.orders) == 9
    assert sorted(documents.fetched) == [f"A{n}" for n in range(9)]


def test_a_kill_between_file_and_record_fetches_nothing_twice(
    fetch, know, make_book, documents, store, tmp_path
):
    know({LINES[0]: answer("A0")})
    book = make_book(LINES[:1])
    fetch(book)
    record = store.documents("account", [key("A0")])[key("A0")]
    store.keep_document("account", record.moved(DocumentState.READY, 1.0))
    report = fetch(book)
    assert (states(report), documents.fetched) == ({"A0": "there"}, ["A0"])
    assert store.documents("account", [key("A0")])[key("A0")].state is DocumentState.SAVED


def test_a_kill_before_the_file_was_in_place_fetches_it_from_its_report(
    fetch, know, make_book, documents, store, tmp_path
):
    know({LINES[0]: answer("A0")})
    book = make_book(LINES[:1])
    fetch(book)
    record = store.documents("account", [key("A0")])[key("A0")]
    store.keep_document("account", record.moved(DocumentState.READY, 1.0))
    (tmp_path / "out" / "2026-03-04_A0.pdf").unlink()
    assert states(fetch(book)) == {"A0": "saved"}
    assert (len(documents.orders), documents.fetched) == (1, ["A0", "A0"])


def test_another_folder_gets_copies_without_a_request(fetch, know, make_book, documents, tmp_path):
    know({LINES[0]: answer("A0")})
    book = make_book(LINES[:1])
    fetch(book)
    asked = documents.requests
    report = fetch(book, folder=tmp_path / "other")
    assert states(report) == {"A0": "copied"}
    assert names(tmp_path / "other") == names(tmp_path / "out")
    assert documents.requests == asked
    assert states(fetch(book)) == {"A0": "there"}


def test_a_folder_that_was_moved_is_recognised(fetch, know, make_book, documents, tmp_path):
    know({LINES[0]: answer("A0")})
    book = make_book(LINES[:1])
    fetch(book)
    (tmp_path / "out").rename(tmp_path / "moved")
    asked = documents.requests
    assert states(fetch(book, folder=tmp_path / "moved")) == {"A0": "there"}
    assert documents.requests == asked


def test_a_deleted_file_is_fetched_again_from_its_report(
    fetch, know, make_book, documents, tmp_path
):
    know({LINES[0]: answer("A0")})
    book = make_book(LINES[:1])
    fetch(book)
    (tmp_path / "out" / "2026-03-04_A0.pdf").unlink()
    assert states(fetch(book)) == {"A0": "saved"}
    assert len(documents.orders) == 1


def test_a_file_that_somebody_wrote_into_is_kept_and_ours_stands_beside_it(
    fetch, know, make_book, tmp_path
):
    know({LINES[0]: answer("A0")})
    book = make_book(LINES[:1])
    fetch(book)
    noted = tmp_path / "out" / "2026-03-04_A0.pdf"
    noted.write_bytes(b"%PDF-with my notes")
    assert states(fetch(book)) == {"A0": "saved"}
    assert noted.read_bytes() == b"%PDF-with my notes"
    assert names(tmp_path / "out") == ["2026-03-04_A0-2.pdf", "2026-03-04_A0.pdf"]
    assert states(fetch(book)) == {"A0": "there"}


def test_hostile_numbers_stay_in_the_folder_and_apart(fetch, know, make_book, tmp_path):
    know({LINES[0]: answer("../../x"), LINES[1]: answer("..:..:x"), LINES[2]: answer("CON\0")})
    report = fetch(make_book(LINES[:3]))
    assert set(states(report).values()) == {"saved"}
    assert names(tmp_path / "out") == [
        "2026-03-04_.._.._x-2.pdf",
        "2026-03-04_.._.._x.pdf",
        "2026-03-04_CON_.pdf",
    ]
    assert {path.name for path in tmp_path.iterdir()} == {"out", "book.xlsx"}


def test_a_dry_run_tells_how_many_and_how_long_and_touches_nothing(
    fetch, know, make_book, documents, tmp_path
):
    know({LINES[n]: answer(*(f"A{n}-{m}" for m in range(10))) for n in range(9)})
    report = fetch(make_book(LINES), dry_run=True)
    assert (report.would_ask, report.exit_code) == (90, 0)
    assert report.seconds_left == pytest.approx((90 - 15) * 10 + 2 * 15)
    assert documents.requests == 0
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("waiting", "sent", "seconds"),
    [
        ({}, {}, 0),
        ({"wanted": 15}, {}, 30),
        ({"wanted": 16}, {}, 40),
        ({"wanted": 16}, {"wanted": 15}, 190),
        ({"requested": 1}, {"wanted": 15}, 30),
        ({"ready": 3}, {"ready": 15}, 30),
        ({"wanted": 10, "ready": 50}, {"wanted": 15, "ready": 15}, 600),
    ],
)
def test_the_time_left_follows_from_the_slower_of_ordering_and_fetching(waiting, sent, seconds):
    counts = {DocumentState(name): number for name, number in waiting.items()}
    done = {DocumentState(name): number for name, number in sent.items()}
    assert seconds_left(PACE, counts, done) == pytest.approx(seconds)


def test_a_watcher_is_told_how_far_it_is(fetch, know, make_book):
    know()
    shown = []
    fetch(make_book(LINES), show=shown.append)
    assert shown[-1].total == 9
    assert all(one.ended <= one.total for one in shown)


def test_a_sign_in_that_is_not_set_up_is_said_beside_what_is_there(fetch, know, make_book, tools):
    know({LINES[0]: answer("A0")})
    book = make_book(LINES[:2])
    fetch(book)
    know({LINES[1]: answer("A1")})

    @contextmanager
    def connect():
        raise SettingError("Not set up.", code="not-signed-in")
        yield

    report = fetch(book, with_tools=replace(tools, connect=connect))
    assert states(report) == {"A0": "there", "A1": "waiting"}
    assert (report.error.code, report.exit_code) == ("not-signed-in", 2)


def test_links_need_a_header_row_before_anything_is_fetched(fetch, know, make_book, documents):
    know()
    book = make_book(LINES[1:], headers=LINES[0])
    columns = {KeyField.ORDER: "A", KeyField.LINE: "B", KeyField.SHIPMENT: "C"}
    selection = Selection(rows=(1, 9), columns=columns)
    with pytest.raises(SheetError, match="header row"):
        fetch(book, link=True, selection=selection)
    assert documents.requests == 0
