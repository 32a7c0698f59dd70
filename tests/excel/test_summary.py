from pathlib import Path

import pytest

from xlsx_addin.core.outcomes import Status
from xlsx_addin.errors import WorkbookBusy
from xlsx_addin.excel.summary import WHAT_TO_DO, summarize, summarize_error
from xlsx_addin.jobs.report import RefreshReport, WorkbookReport


def book(statuses=None, name="march.xlsx", **others):
    return WorkbookReport(Path("/folder") / name, statuses=statuses or {}, **others)


def summary_of(*books, **others):
    return summarize(RefreshReport(list(books), **others))


def of(**counts):
    return {Status[name.upper()]: count for name, count in counts.items()}


@pytest.mark.parametrize(
    ("statuses", "headline", "needs_attention"),
    [
        ({}, "There is no row with an ID.", False),
        (of(found=1), "The row has its invoice.", False),
        (of(found=4_000), "All 4,000 rows have their invoice.", False),
        (of(found=90, several=10), "All 100 rows have their invoice.", False),
        (
            of(found=90, pending=4, no_invoice_yet=3, not_returned=3),
            "90 of 100 rows have their invoice; the others come later.",
            False,
        ),
        (of(found=99, check_ids=1), "1 of 100 rows needs your attention.", True),
        (of(found=98, id_damaged=2), "2 of 100 rows need your attention.", True),
        (of(found=1, not_allowed=1), "1 of 2 rows needs your attention.", True),
        (of(found=1, failed=1, check_ids=1), "2 of 3 rows need your attention.", True),
        (of(found=1, cancelled=1), "1 of 2 rows needs your attention.", True),
    ],
)
def test_headline_and_attention(statuses, headline, needs_attention):
    summary = summary_of(book(statuses))
    assert (summary.headline, summary.needs_attention) == (headline, needs_attention)
    assert not summary.failed


def test_whoever_stopped_a_run_need_not_be_told_that_rows_are_cancelled():
    summary = summary_of(book(of(found=25, cancelled=75)), interrupted=True)
    assert summary.headline == "Stopped: 25 of 100 rows are finished."
    assert not summary.needs_attention


def test_what_else_is_wrong_is_told_after_a_stop_too():
    summary = summary_of(book(of(found=25, check_ids=1, cancelled=74)), interrupted=True)
    assert summary.needs_attention
    assert [row.status for row in summary.statuses if row.needs_attention] == [Status.CHECK_IDS]


def test_every_status_word_says_what_to_do_in_one_sentence():
    assert list(WHAT_TO_DO) == list(Status)
    for sentence in WHAT_TO_DO.values():
        assert sentence.endswith(".")
        assert sentence.count(".") == 1


def test_statuses_come_in_their_order_without_those_that_no_row_has():
    summary = summary_of(book(of(failed=2, found=1_000, pending=0)))
    assert [str(row) for row in summary.statuses] == [
        "Found: 1,000. Nothing to do.",
        "Failed: 2. Refresh again; only these rows are asked.",
    ]


def test_kept_cells_and_causes_are_told():
    summary = summary_of(book(of(found=9, failed=1), kept=1, cause="Amazon failed with 503."))
    assert summary.details == (
        "Why rows got no answer: Amazon failed with 503.",
        "1 row keeps a value of yours; Invoice Message says which.",
    )


def test_kept_cells_alone_need_attention():
    assert summary_of(book(of(found=9), kept=2)).needs_attention


def test_an_error_comes_with_its_next_step():
    error = WorkbookBusy("march.xlsx is being refreshed.", next_step="Wait for it.")
    summary = summary_of(book(error=error))
    assert summary.headline == "march.xlsx was not refreshed."
    assert summary.details == ("march.xlsx is being refreshed. Wait for it.",)
    assert summary.needs_attention
    assert summary.failed


def test_several_workbooks_are_told_apart():
    error = WorkbookBusy("It is busy.")
    summary = summary_of(
        book(of(found=2), "a.xlsx", kept=2), book({}, "b.xlsx", error=error), book(of(found=1))
    )
    assert summary.headline == "1 of 3 workbooks were not refreshed."
    assert summary.details == (
        "a.xlsx: 2 rows keep a value of yours; Invoice Message says which.",
        "b.xlsx: It is busy.",
    )
    assert summary.statuses[0].rows == 3


def test_the_backup_is_named():
    summary = summary_of(book(of(found=1), backup=Path("/folder/march (backup).xlsx")))
    assert summary.details == ("The old content is in march (backup).xlsx.",)


def test_the_lines_are_the_whole_text():
    summary = summary_of(book(of(found=1, failed=1), kept=1))
    assert summary.lines[0] == summary.headline
    assert summary.text == "\n".join(summary.lines)
    assert len(summary.lines) == 4


def test_errors_of_ours_are_said_in_their_own_words():
    summary = summarize_error(WorkbookBusy("It is busy.", next_step="Wait."))
    assert summary.lines == ("The refresh did not work.", "It is busy. Wait.")


def test_other_errors_are_said_without_a_traceback():
    summary = summarize_error(ZeroDivisionError("division by zero"))
    assert summary.needs_attention
    assert "ZeroDivisionError: division by zero" in summary.text
    assert "Traceback" not in summary.text
