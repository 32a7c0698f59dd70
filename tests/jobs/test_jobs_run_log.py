"""The sheet `Run Log`: every refresh a row, and nothing that somebody added is lost."""

from dataclasses import replace

import openpyxl
import pytest

from tests.conftest import cells_of
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import Failure, Status
from xlsx_addin.core.plan import Policy
from xlsx_addin.jobs.run_log import RUN_LOG_HEADER, RUN_LOG_SHEET
from xlsx_addin.store.contract import Caller

LINES = [LineItem(f"111-000000{n}-0000000", f"9225888254412{n}", "XWwjNjAbC") for n in range(9)]
SECOND = f"{RUN_LOG_SHEET} 2"


@pytest.fixture
def logged(run, tools):
    """Refresh with a run log, as somebody in particular."""

    def start(*books, **options):
        known = replace(tools, caller=Caller("Zoë 山田", "refresh", "0.1.0"))
        return run(*books, with_tools=known, run_log=True, **options)

    return start


def rows_of(book, sheet=RUN_LOG_SHEET):
    header, *rows = cells_of(book, sheet)
    assert header == RUN_LOG_HEADER
    return [dict(zip(RUN_LOG_HEADER, row, strict=True)) for row in rows]


def change(path, edit, sheet=RUN_LOG_SHEET):
    book = openpyxl.load_workbook(path)
    edit(book[sheet])
    book.save(path)


def sheets_of(path):
    return openpyxl.load_workbook(path).sheetnames


def test_a_refresh_is_a_row_of_the_run_log(logged, source, make_book, store):
    book = make_book([*LINES, LINES[0]])
    source.answers[LINES[3]] = Failure(Status.FAILED, "Amazon had a fault.")
    logged(book)
    (row,) = rows_of(book)
    assert row["Run"] == str(store.runs()[0].number)
    assert row["Who"] == "Zoë 山田"
    assert row["Started"].startswith("2026-09-21 ")
    assert row["Started"].endswith(" UTC")
    assert row["Ended"] > row["Started"]
    assert row["Sheet"] == "Lines"
    assert (row["Rows"], row["Line items"], row["Known"], row["Requests"]) == ("10", "9", "0", "1")
    assert (row["Found"], row["Failed"], row["Pending"]) == ("9", "1", "0")
    assert row["Version"] == "0.1.0"


def test_every_refresh_adds_a_row_although_nothing_else_changes(logged, make_book):
    book = make_book(LINES)
    for _ in range(3):
        logged(book)
    runs = rows_of(book)
    assert [row["Run"] for row in runs] == ["1", "2", "3"]
    assert [row["Requests"] for row in runs] == ["1", "0", "0"]
    assert sheets_of(book) == ["Lines", RUN_LOG_SHEET]


def test_without_the_option_there_is_no_run_log(run, make_book):
    book = make_book(LINES)
    run(book)
    assert sheets_of(book) == ["Lines"]


def test_a_dry_run_adds_nothing(logged, make_book):
    book = make_book(LINES)
    before = book.read_bytes()
    logged(book, dry_run=True)
    assert book.read_bytes() == before


def test_requests_that_workbooks_shared_are_said_to_be_shared(logged, make_book):
    books = [make_book(LINES[:3], name="a.xlsx"), make_book(LINES[3:], name="b.xlsx")]
    logged(*books)
    assert [rows_of(book)[0]["Requests"] for book in books] == ["shared", "shared"]


def test_documents_and_runs_are_listed_side_by_side(logged, make_book):
    book = make_book(LINES)
    logged(book, details=True)
    logged(book, details=True)
    assert sheets_of(book) == ["Lines", "Invoices", RUN_LOG_SHEET]
    assert len(rows_of(book)) == 2


def test_a_run_log_is_never_taken_for_line_items(logged, make_book):
    book = make_book(LINES)
    logged(book)
    change(book, lambda sheet: setattr(sheet.parent, "active", sheet))
    assert logged(book, policy=Policy(ask_all=True)).workbooks[0].sheet == "Lines"


def test_rows_that_somebody_added_stay(logged, make_book):
    book = make_book(LINES)
    logged(book)
    change(book, lambda sheet: sheet.append(("month closed", None, "by hand")))
    logged(book)
    closed = rows_of(book)[1]
    assert (closed["Run"], closed["Started"]) == ("month closed", "by hand")
    assert [row["Run"] for row in rows_of(book)] == ["1", "month closed", "2"]


ADDITIONS = {
    "a column": lambda sheet: sheet.cell(1, len(RUN_LOG_HEADER) + 1, "Notes"),
    "a note beside a row": lambda sheet: sheet.cell(2, len(RUN_LOG_HEADER) + 1, "checked"),
    "a formula": lambda sheet: sheet.cell(3, 1, "=COUNTA(B:B)"),
    "a tick": lambda sheet: sheet.cell(2, 2, value=True),
    "a merged cell": lambda sheet: sheet.merge_cells("A3:C3"),
    "another header": lambda sheet: sheet.cell(1, 1, "Number"),
    "a row above": lambda sheet: sheet.insert_rows(1),
}


@pytest.mark.parametrize("addition", ADDITIONS.values(), ids=ADDITIONS.keys())
def test_a_run_log_with_more_than_ours_is_left_and_a_new_one_begun(addition, logged, make_book):
    book = make_book(LINES)
    logged(book)
    change(book, addition)
    before = cells_of(book, RUN_LOG_SHEET)
    logged(book)
    logged(book)
    assert cells_of(book, RUN_LOG_SHEET) == before
    assert [row["Run"] for row in rows_of(book, SECOND)] == ["2", "3"]
    assert sheets_of(book) == ["Lines", RUN_LOG_SHEET, SECOND]


def test_a_sheet_of_somebody_elses_that_has_the_name_is_left(logged, make_book):
    book = make_book(LINES)
    change(
        book,
        lambda sheet: sheet.parent.create_sheet("run log").append(("our", "own", "list")),
        "Lines",
    )
    logged(book)
    assert cells_of(book, "run log") == [("our", "own", "list")]
    assert len(rows_of(book, SECOND)) == 1


def test_numbers_that_somebody_typed_over_stay_what_they_are(logged, make_book):
    book = make_book(LINES)
    logged(book)
    change(book, lambda sheet: (sheet.cell(2, 6, 17), sheet.cell(2, 7, 17.25)))
    logged(book)
    row = rows_of(book)[0]
    assert (row["Rows"], row["Line items"]) == ("17", "17.25")
