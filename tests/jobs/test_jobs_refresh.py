from contextlib import contextmanager
from dataclasses import replace

import openpyxl
import pytest
from openpyxl.worksheet.table import Table

from tests.conftest import HEADERS, cells_of
from xlsx_addin.core.answers import Answer
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import Failure, Status
from xlsx_addin.core.plan import Policy
from xlsx_addin.errors import SettingError, StoreError
from xlsx_addin.jobs.targets import Selection

LINES = [LineItem(f"111-000000{n}-0000000", f"9225888254412{n}", "XWwjNjAbC") for n in range(9)]
FAILED = Failure(Status.FAILED, "Amazon had a fault (request id 42).")


def edit(path, change):
    book = openpyxl.load_workbook(path)
    change(book.worksheets[0])
    book.save(path)


def test_a_failed_line_is_marked_and_asked_again(run, source, make_book):
    book = make_book(LINES)
    source.answers[LINES[3]] = FAILED
    report = run(book)
    assert report.exit_code == 1
    assert cells_of(book)[4][6:] == ("Failed", FAILED.cause)
    del source.answers[LINES[3]]
    source.asked.clear()
    assert run(book).exit_code == 0
    assert source.asked == [LINES[3]]
    assert cells_of(book)[4][6] == "Found"


def test_a_failure_keeps_the_values_of_an_earlier_answer(run, source, make_book):
    book = make_book(LINES[:1])
    run(book)
    source.answers[LINES[0]] = FAILED
    run(book, policy=Policy(ask_all=True))
    row = cells_of(book)[1]
    assert row[3] == f"INV-{LINES[0].order_line_item_id}"
    assert row[6:] == ("Failed", FAILED.cause)


def test_a_line_that_the_source_forgets_is_marked_failed(run, source, make_book, tools):
    class Forgetful:
        counts = source.counts

        def ask(self, line_items, cancel):
            yield from ()

    @contextmanager
    def connect():
        yield Forgetful()

    book = make_book(LINES[:2])
    report = run(book, with_tools=replace(tools, connect=connect))
    assert report.statuses[Status.FAILED] == 2
    assert report.exit_code == 1


def test_a_cancelled_run_writes_what_it_has_and_the_next_asks_only_the_rest(
    run, source, make_book, tools
):
    lines = [LineItem("111-0000000-0000000", f"{n:014d}", "XWwjNjAbC") for n in range(60)]
    book = make_book(lines)
    source.answers = dict.fromkeys(lines[:25], Answer()) | dict.fromkeys(
        lines[25:], Failure(Status.CANCELLED, "Stopped.")
    )
    tools.cancel.set()
    report = run(book)
    assert report.exit_code == 4
    assert report.statuses[Status.CANCELLED] == 35
    assert report.statuses[Status.NO_INVOICE_YET] == 25
    tools.cancel.clear()
    source.asked.clear()
    source.answers.clear()
    assert run(book).exit_code == 0
    assert source.asked == lines[25:]


def test_a_sign_in_that_is_not_set_up_leaves_finished_books_alone(run, make_book, tools):
    finished, fresh = make_book(LINES[:3], name="a.xlsx"), make_book(LINES[3:], name="b.xlsx")
    run(finished)

    @contextmanager
    def connect():
        raise SettingError("Not set up.", code="not-signed-in")
        yield

    report = run(finished, fresh, with_tools=replace(tools, connect=connect))
    assert [book.error and book.error.code for book in report.workbooks] == [None, "not-signed-in"]
    assert report.exit_code == 2


def test_a_store_that_cannot_keep_answers_is_said_and_nothing_is_written(
    run, make_book, store, tools
):
    class Full(type(store)):
        def save(self, account, answers, *, at):
            raise StoreError("The disk is full.")

    book = make_book(LINES[:2])
    before = book.read_bytes()
    report = run(book, with_tools=replace(tools, store=Full()))
    assert report.workbooks[0].error.message == "The disk is full."
    assert report.exit_code == 1
    assert book.read_bytes() == before


def test_a_table_grows_by_the_result_columns(run, make_book):
    book = make_book(LINES[:3])
    edit(book, lambda sheet: sheet.add_table(Table(displayName="tblLines", ref="A1:C4")))
    run(book)
    sheet = openpyxl.load_workbook(book).worksheets[0]
    assert sheet.tables["tblLines"].ref == "A1:H4"
    assert sheet.tables["tblLines"].column_names[3:] == [
        "Invoice Number",
        "Invoice Date",
        "Consolidated Invoice Number",
        "Invoice Status",
        "Invoice Message",
    ]


def test_a_totals_row_is_no_row(run, make_book):
    book = make_book([*LINES[:3], ("Total", None, None)])
    assert run(book).workbooks[0].rows == 3
    assert cells_of(book)[4] == ("Total", *[None] * 7)


def test_two_tables_with_ids_are_ambiguous_until_one_is_named(run, make_book):
    book = make_book(LINES[:2])

    def add(sheet):
        for row, values in enumerate((HEADERS, *LINES[5:7]), start=10):
            for column, value in enumerate(values, start=1):
                sheet.cell(row, column).value = value
        sheet.add_table(Table(displayName="One", ref="A1:C3"))
        sheet.add_table(Table(displayName="Two", ref="A10:C12"))

    edit(book, add)
    assert run(book).workbooks[0].error.code == "columns-ambiguous"
    report = run(book, selection=Selection(table="two"))
    assert report.workbooks[0].rows == 2
    assert cells_of(book)[10][6] == "Found"
    assert cells_of(book)[1][3] is None


def test_existing_result_columns_are_used_and_the_missing_ones_made(run, make_book):
    headers = ("Invoice Date", *HEADERS, "Rechnungsnummer", "My notes")
    book = make_book([(None, *line, None, "mine") for line in LINES[:2]], headers=headers)
    run(book)
    table = cells_of(book)
    assert table[0] == (
        *headers,
        "Consolidated Invoice Number",
        "Invoice Status",
        "Invoice Message",
    )
    assert table[1][4] == f"INV-{LINES[0].order_line_item_id}"
    assert table[1][5] == "mine"
    assert run(book).workbooks[0].changed == 0


def test_a_users_formula_in_a_result_column_is_kept_and_reported(run, make_book):
    book = make_book([(*LINES[0], '=IF(1,"",2)')], headers=(*HEADERS, "Invoice Number"))
    run(book)
    row = cells_of(book)[1]
    assert row[3] == '=IF(1,"",2)'
    assert "the cell has a formula, Amazon says INV-" in row[7]
    assert run(book).workbooks[0].changed == 0


def test_an_edited_value_is_kept_over_many_refreshes(run, make_book):
    book = make_book(LINES[:2])
    run(book)
    edit(book, lambda sheet: sheet.__setitem__("D2", "MINE"))
    for _ in range(3):
        run(book, policy=Policy(ask_all=True))
        row = cells_of(book)[1]
        assert row[3] == "MINE"
        assert "the cell has MINE, Amazon says INV-" in row[7]


def test_a_row_whose_ids_were_changed_gets_the_new_invoice(run, make_book):
    book = make_book(LINES[:1])
    run(book)
    edit(book, lambda sheet: sheet.__setitem__("B2", LINES[5].order_line_item_id))
    edit(book, lambda sheet: sheet.__setitem__("A2", LINES[5].order_id))
    run(book)
    assert cells_of(book)[1][3] == f"INV-{LINES[5].order_line_item_id}"


def test_runs_are_recorded_with_their_counts(run, make_book, store):
    run(make_book(LINES))
    (record,) = store.runs()
    assert record.ended_at is not None
    assert not record.cancelled
    assert record.counts["rows"] == 9
    assert record.counts["Found"] == 9


@pytest.mark.parametrize("count", [0, 3])
def test_a_sheet_without_rows_is_left_as_it_is(count, run, make_book):
    book = make_book([(None, None, None)] * count)
    before = book.read_bytes()
    report = run(book)
    assert report.exit_code == 0
    assert report.workbooks[0].rows == 0
    assert book.read_bytes() == before


def test_the_header_may_stand_in_row_seven_below_titles(run, make_book):
    book = make_book(
        [(None,), ("for accounts payable",), (None,), (None,), (None,), HEADERS, *LINES[:2]],
        headers=("Purchases",),
    )
    edit(book, lambda sheet: sheet.merge_cells("A1:C1"))
    run(book)
    assert cells_of(book)[6][3] == "Invoice Number"
    assert cells_of(book)[7][6] == "Found"
