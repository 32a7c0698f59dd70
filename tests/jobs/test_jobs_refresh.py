from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import Table

from tests.conftest import HEADERS, cells_of
from tests.jobs.conftest import nullcontext_of
from xlsx_addin.core.answers import Answer
from xlsx_addin.core.headers import KeyField
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import Failure, ResultField, Status
from xlsx_addin.core.plan import Policy
from xlsx_addin.errors import SettingError, StoreError
from xlsx_addin.jobs.choosing import Selection
from xlsx_addin.jobs.refresh import RefreshOptions, WorkbookTools, refresh
from xlsx_addin.workbooks.keys import file_key
from xlsx_addin.workbooks.opening import open_workbook

LINES = [LineItem(f"111-000000{n}-0000000", f"9225888254412{n}", "XWwjNjAbC") for n in range(9)]
REPORT_HEADERS = (
    *("Order Date", "Order ID", "Account Group", "PO Number", "Order Quantity", "Currency"),
    *("Order Subtotal", "Order Shipping & Handling", "Order Promotion", "Order Tax"),
    *("Order Net Total", "Order Status", "Approver", "Invoice Status", "Payment Reference ID"),
    *("ASIN", "Title", "Item Quantity"),
)
RESULT_HEADERS = tuple(one.header for one in ResultField)
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
        yield SimpleNamespace(invoices=Forgetful())

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


def test_an_edit_in_a_copy_is_kept(run, make_book, tmp_path):
    book, copy = make_book(LINES[:2]), tmp_path / "copy.xlsx"
    run(book, output=copy)
    edit(copy, lambda sheet: sheet.__setitem__("D2", "EDIT"))
    report = run(copy)
    assert cells_of(copy)[1][3] == "EDIT"
    assert report.workbooks[0].kept == 1


def test_ids_sorted_without_their_results_get_their_own_invoices(run, make_book):
    book = make_book(LINES[:2])
    run(book)

    def swap(sheet):
        for column in "ABC":
            first, second = sheet[f"{column}2"], sheet[f"{column}3"]
            first.value, second.value = second.value, first.value

    edit(book, swap)
    run(book)
    first, second = cells_of(book)[1:]
    assert first[3] == f"INV-{LINES[1].order_line_item_id}"
    assert second[3] == f"INV-{LINES[0].order_line_item_id}"


def test_data_without_a_header_row_keeps_its_result_columns(run, make_book):
    book = make_book(LINES[1:3], headers=LINES[0])
    columns = dict(zip(KeyField, "ABC", strict=True))
    selection = Selection(rows=(1, 3), columns=columns)
    assert run(book, selection=selection).workbooks[0].changed == 12
    finished = cells_of(book)
    assert run(book, selection=selection).workbooks[0].changed == 0
    assert cells_of(book) == finished


def test_data_without_header_and_status_is_refused(run, make_book):
    book = make_book(LINES[1:3], headers=LINES[0])
    selection = Selection(rows=(1, 3), columns=dict(zip(KeyField, "ABC", strict=True)))
    report = run(book, selection=selection, status_columns=False)
    assert report.workbooks[0].error.code == "no-way-back"


@pytest.mark.parametrize("columns", [{}, dict(zip(KeyField, "ABC", strict=True))])
def test_rows_from_the_middle_use_the_header_above_them(columns, run, make_book):
    book = make_book(LINES)
    report = run(book, selection=Selection(rows=(5, 8), columns=columns))
    assert report.workbooks[0].error is None
    assert report.workbooks[0].rows == 4
    table = cells_of(book)
    assert table[0][3] == "Invoice Number"
    assert [row[6] for row in table] == ["Invoice Status", *[None] * 3, *["Found"] * 4, None, None]
    assert run(book).workbooks[0].error is None
    assert len(cells_of(book)[0]) == 8


def test_the_sheet_of_details_is_no_candidate(run, make_book):
    book = make_book(LINES[:2])

    def add_summary(sheet):
        sheet.parent.create_sheet("Summary", 0)["A1"] = "March"
        sheet.parent.active = 0
        for page in sheet.parent.worksheets:
            page.sheet_view.tabSelected = page.title == "Summary"

    edit(book, add_summary)
    assert run(book, details=True).workbooks[0].error is None
    report = run(book)
    assert report.workbooks[0].error is None
    assert report.workbooks[0].changed == 0


def test_rows_appended_below_a_table_are_refreshed(run, make_book):
    book = make_book([*LINES[:5], (None, None, None), ("note", None, None)])
    edit(book, lambda sheet: sheet.add_table(Table(displayName="tblLines", ref="A1:C3")))
    report = run(book)
    assert report.workbooks[0].rows == 5
    assert [row[6] for row in cells_of(book)[1:]] == [*["Found"] * 5, None, None]
    assert run(book).workbooks[0].changed == 0


def test_all_after_an_unfinished_plain_run_asks_everything(run, make_book, source, store):
    book = make_book(LINES)
    run(book)
    store.start_run(f"{book.resolve()}\nLines", str(book), "Lines", at=0.0)
    run(make_book(LINES, name="other.xlsx"), policy=Policy(ask_all=True))
    source.asked.clear()
    run(book, policy=Policy(ask_all=True))
    assert len(source.asked) == len(LINES)


def test_an_unfinished_run_of_all_goes_on_where_it_ended(run, make_book, source, store, tools):
    book = make_book(LINES)
    run(book)
    store.start_run(f"{book.resolve()}\nLines", str(book), "Lines", at=tools.now(), policy="all")
    run(make_book(LINES[:4], name="other.xlsx"), policy=Policy(ask_all=True))
    source.asked.clear()
    run(book, policy=Policy(ask_all=True))
    assert source.asked == LINES[4:]


def test_requests_are_counted_although_the_store_fails(run, make_book, store, tools, source):
    class Full(type(store)):
        def save(self, account, answers, *, at):
            raise StoreError("The disk is full.")

    report = run(make_book(LINES), with_tools=replace(tools, store=Full()))
    assert report.requests == source.counts.requests == 1


def test_a_book_that_could_not_be_read_costs_no_request(run, make_book, store, tools, source):
    class NoRuns(type(store)):
        def start_run(self, *_words, **_options):
            raise StoreError("The disk is full.")

    report = run(make_book(LINES), with_tools=replace(tools, store=NoRuns()))
    assert report.requests == 0
    assert source.asked == []


def test_something_unexpected_in_one_book_does_not_hold_up_the_others(make_book, tools):
    good, bad = make_book(LINES[:1], name="a.xlsx"), make_book(LINES[:1], name="b.xlsx")

    def opener(path):
        if path == bad:
            raise KeyError("styles")
        return open_workbook(path)

    workbooks = WorkbookTools(opener, lambda _path, _output: None, nullcontext_of, file_key)
    report = refresh([bad, good], RefreshOptions(), tools, workbooks)
    assert [book.error and book.error.code for book in report.workbooks] == ["unexpected", None]
    assert "KeyError" in report.workbooks[0].error.message
    assert cells_of(good)[1][6] == "Found"


def test_existing_status_columns_do_not_go_stale_without_status(run, make_book, source):
    book = make_book(LINES[:1])
    run(book)
    source.answers[LINES[0]] = Answer()
    run(book, policy=Policy(ask_all=True), status_columns=False)
    assert cells_of(book)[1][6] == "No invoice yet"


def test_a_table_that_does_not_exist_is_named_with_those_that_do(run, make_book):
    book = make_book(LINES[:1])
    edit(book, lambda sheet: sheet.add_table(Table(displayName="tblLines", ref="A1:C2")))
    error = run(book, selection=Selection(table="tblLine")).workbooks[0].error
    assert error.code == "no-such-table"
    assert error.next_step == "Its tables are: tblLines."


def test_ids_on_a_hidden_sheet_only_are_pointed_to(run, make_book):
    book = make_book(LINES[:1])

    def hide(sheet):
        sheet.parent.create_sheet("Summary")
        sheet.parent.active = 1
        sheet.sheet_state = "hidden"

    edit(book, hide)
    error = run(book).workbooks[0].error
    assert "hidden" in error.message
    assert "--sheet Lines" in error.next_step


@pytest.mark.parametrize("fit", [True, False])
def test_widths_of_new_columns_are_set_only_when_asked_for(fit, run, make_book):
    book = make_book(LINES[:1])
    run(book, fit=fit)
    columns = openpyxl.load_workbook(book).worksheets[0].column_dimensions
    assert ("E" in columns and columns["E"].width == 13) is fit


def test_a_table_that_has_a_column_of_our_name_gets_another(run, make_book):
    headers = (*REPORT_HEADERS, *HEADERS[1:])
    row = dict.fromkeys(headers, "x") | {"Order Date": "2026-03-01", "Invoice Status": "Paid"}
    row |= dict(zip(HEADERS, LINES[0], strict=True))
    book = make_book([tuple(row.values())], headers=headers)
    last = get_column_letter(len(headers))
    edit(book, lambda sheet: sheet.add_table(Table(displayName="Report", ref=f"A1:{last}2")))
    assert run(book).workbooks[0].error is None
    header, values = cells_of(book)
    assert header[-5:] == (*RESULT_HEADERS[:3], "Invoice Status2", "Invoice Message")
    assert values[-2] == "Found"
    assert values[headers.index("Invoice Status")] == "Paid"
    assert run(book).workbooks[0].changed == 0


def test_results_beside_a_table_that_cannot_grow_are_found_again(run, make_book):
    book = make_book([(*line, None, None, "x", "y") for line in LINES[:3]],
                     headers=(*HEADERS, None, None, "Cost", "Center"))  # fmt: skip

    def add(sheet):
        sheet.add_table(Table(displayName="Lines1", ref="A1:C4"))
        sheet.add_table(Table(displayName="Other", ref="F1:G4"))

    edit(book, add)
    assert run(book).workbooks[0].changed > 0
    finished = cells_of(book)
    assert run(book).workbooks[0].changed == 0
    assert cells_of(book) == finished
