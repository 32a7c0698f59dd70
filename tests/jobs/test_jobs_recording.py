from dataclasses import replace
from pathlib import Path

import pytest

from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import Failure, Status
from xlsx_addin.core.plan import Policy
from xlsx_addin.errors import InputError, StoreError
from xlsx_addin.jobs.recording import recorded
from xlsx_addin.store.contract import Caller
from xlsx_addin.store.memory import MemoryStore

LINES = [LineItem(f"111-000000{n}-0000000", f"9225888254412{n}", "XWwjNjAbC") for n in range(9)]
BOOK = Path("march.xlsx")


@pytest.fixture
def known_tools(tools):
    return replace(tools, caller=Caller("ann", "payments", "0.1.0"))


def only_run(store):
    (run,) = store.runs()
    return run


def test_a_job_is_on_record_while_it_runs_and_when_it_ended(known_tools, store):
    with recorded(known_tools, "payments", BOOK, book="key") as run:
        begun = only_run(store)
        assert (begun.kind, begun.book, begun.sheet, begun.ended_at) == (
            *("payments", "key", ""),
            None,
        )
        run.place("key\nLines", "Lines")
        run.counts["rows"] = 7
    ended = only_run(store)
    assert ended.number == run.number
    assert (ended.book, ended.sheet, ended.counts) == ("key\nLines", "Lines", {"rows": 7})
    assert ended.caller == Caller("ann", "payments", "0.1.0")
    assert ended.ended_at > ended.started_at
    assert (ended.error, ended.cancelled) == ("", False)


@pytest.mark.parametrize(
    ("error", "code", "cancelled"),
    [
        (InputError("No.", code="no-room"), "no-room", False),
        (ZeroDivisionError(), "unexpected", False),
        (KeyboardInterrupt(), "", True),
    ],
)
def test_what_ended_a_job_is_on_record_and_goes_on(error, code, cancelled, known_tools, store):
    def job():
        with recorded(known_tools, "payments", BOOK, book="key") as run:
            run.counts["rows"] = 7
            raise error

    with pytest.raises(type(error)):
        job()
    ended = only_run(store)
    assert ended.ended_at is not None
    assert (ended.error, ended.cancelled, ended.counts) == (code, cancelled, {"rows": 7})


def test_a_job_that_was_stopped_says_so(known_tools, store):
    with recorded(known_tools, "payments", BOOK, book="key"):
        known_tools.cancel.set()
    assert only_run(store).cancelled


class EndsNothing(MemoryStore):
    def end_run(self, *_words, **_options):
        raise StoreError("The disk is full.")


def test_an_end_that_cannot_be_recorded_is_said(known_tools):
    tools = replace(known_tools, store=EndsNothing())
    with (
        pytest.raises(StoreError, match="disk is full"),
        recorded(tools, "payments", BOOK, book="key"),
    ):
        pass


def test_what_ended_a_job_comes_before_an_end_that_cannot_be_recorded(known_tools):
    tools = replace(known_tools, store=EndsNothing())
    with (
        pytest.raises(InputError, match="No room"),
        recorded(tools, "payments", BOOK, book="key"),
    ):
        raise InputError("No room.")


def test_the_log_gets_one_line_a_run_whatever_the_workbook_is_called(known_tools, caplog):
    caplog.set_level("INFO", "xlsx_addin")
    with recorded(known_tools, "payments", Path("/home/ann/two\nlines.xlsx"), book="key") as run:
        run.counts |= {"rows": 1200, "requests": None}
    (record,) = caplog.records
    text = record.getMessage()
    assert text.startswith("run 1, payments of two\nlines.xlsx: ended after ")
    assert text.endswith("rows 1200, requests shared")
    assert "/home/ann" not in text


# A refresh


def test_a_refresh_counts_its_requests(run, source, make_book, store):
    source.answers[LINES[2]] = Failure(Status.FAILED, "Amazon had a fault.")
    run(make_book(LINES))
    counts = only_run(store).counts
    assert counts["requests"] == 1
    assert (counts["retries"], counts["throttled"]) == (0, 0)
    assert (counts["Found"], counts["Failed"]) == (8, 1)


def test_requests_that_workbooks_shared_are_said_to_be_shared(run, make_book, store):
    run(make_book(LINES[:3], name="a.xlsx"), make_book(LINES[3:], name="b.xlsx"))
    assert [one.counts["requests"] for one in store.runs()] == [None, None]
    assert [one.counts["retries"] for one in store.runs()] == [None, None]


def test_a_refresh_that_is_refused_is_on_record_with_its_error(run, make_book, store):
    run(make_book([], headers=("Nothing", "of", "use")))
    refused = only_run(store)
    assert (refused.error, refused.sheet) == ("columns-not-found", "")
    assert refused.ended_at is not None


def test_a_refresh_that_is_killed_while_it_reads_is_on_record_without_an_end(
    make_book, store, tools, run, monkeypatch
):
    def killed(*_words):
        raise SystemExit

    monkeypatch.setattr("xlsx_addin.jobs.book.read_target", killed)
    with pytest.raises(SystemExit):
        run(make_book(LINES))
    assert only_run(store).ended_at is None


def test_a_dry_run_is_not_on_record(run, make_book, store):
    run(make_book(LINES), dry_run=True)
    assert store.runs() == []


def test_an_undo_is_on_record_and_resumes_nothing(run, make_book, store, tools):
    book = make_book(LINES)
    run(book, policy=Policy(ask_all=True))
    with recorded(tools, "undo", book, book=f"{book.resolve()}\nLines") as undone:
        undone.error = "broken"
    assert store.unfinished_since(f"{book.resolve()}\nLines") is None


def test_a_path_is_on_record_from_its_root(run, make_book, store, monkeypatch):
    book = make_book(LINES)
    monkeypatch.chdir(book.parent)
    run(Path(book.name))
    assert only_run(store).path == str(book)


def test_a_refused_workbook_has_ended_while_the_others_are_asked_about(
    run, make_book, store, source
):
    refused = make_book([], headers=("Nothing", "of", "use"), name="a.xlsx")
    ends = []
    source.after_batch = lambda _cancel: ends.extend(one.ended_at for one in store.runs())
    report = run(refused, make_book(LINES, name="b.xlsx"))
    assert ends[0] is None
    assert ends[1] is not None
    assert report.workbooks[0].seconds > 0
    assert [one.error for one in store.runs()] == ["", "columns-not-found"]


def test_a_refresh_that_is_stopped_at_once_is_on_record_as_stopped(run, make_book, store, source):
    def stop_at_once(_cancel):
        raise KeyboardInterrupt

    source.after_batch = stop_at_once
    book = make_book(LINES)
    with pytest.raises(KeyboardInterrupt):
        run(book)
    stopped = only_run(store)
    assert stopped.cancelled
    assert stopped.ended_at is not None
    assert store.unfinished_since(f"{book.resolve()}\nLines") is not None
