from datetime import datetime

import openpyxl
import pytest

from tests.conftest import HEADERS, cells_of
from tests.jobs.conftest import nullcontext_of
from xlsx_addin.core.answers import Answer, Detail
from xlsx_addin.core.headers import KeyField
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import ResultField
from xlsx_addin.core.plan import Policy
from xlsx_addin.errors import InputError, SheetError
from xlsx_addin.jobs.choosing import Selection
from xlsx_addin.jobs.refresh import WorkbookTools
from xlsx_addin.jobs.undo import undo
from xlsx_addin.workbooks.keys import file_key
from xlsx_addin.workbooks.opening import open_workbook

LINES = [LineItem(f"111-000000{n}-0000000", f"9225888254412{n}", "XWwjNjAbC") for n in range(9)]
EMPTY = (None,) * 5
RESULT_HEADERS = tuple(one.header for one in ResultField)
DAMAGED = ("111-0000000-0000000", "9.2E+13", "XWwjNjAbC")


@pytest.fixture
def put_back(tools):
    def start(path):
        return undo(
            path,
            tools,
            WorkbookTools(open_workbook, lambda _path, _output: None, nullcontext_of, file_key),
            backup=False,
        )

    return start


def change(path, edit):
    book = openpyxl.load_workbook(path)
    edit(book.worksheets[0])
    book.save(path)


def results(path):
    return [row[3:8] for row in cells_of(path)[1:]]


def test_what_was_empty_is_empty_again(run, put_back, make_book):
    book = make_book([*LINES[:3], DAMAGED])
    run(book)
    report = put_back(book)
    assert (report.changed, report.edited, report.lost) == (4 * 3 + 2, 0, 0)
    assert results(book) == [EMPTY] * 4
    assert cells_of(book)[0] == (*HEADERS, *RESULT_HEADERS)


def test_the_next_refresh_fills_it_in_again_without_a_request(run, put_back, source, make_book):
    book = make_book(LINES)
    run(book)
    filled = cells_of(book)
    put_back(book)
    asked = len(source.asked)
    run(book)
    assert cells_of(book) == filled
    assert len(source.asked) == asked


def test_values_of_the_refresh_before_come_back(run, put_back, source, make_book):
    book = make_book(LINES[:2])
    run(book)
    before = cells_of(book)
    source.answers[LINES[0]] = Answer((Detail("CHANGED-1", "2026-01-02T00:00:00Z"),))
    run(book, policy=Policy(ask_all=True))
    assert cells_of(book)[1][3] == "CHANGED-1"
    put_back(book)
    assert cells_of(book) == before


def test_only_the_rows_of_the_last_refresh_are_emptied(run, put_back, make_book):
    book = make_book(LINES[:2])
    run(book)
    first = cells_of(book)
    change(book, lambda sheet: sheet.append(list(LINES[2])))
    run(book)
    put_back(book)
    assert cells_of(book) == [*first, (*LINES[2], *EMPTY)]


def test_refreshes_are_undone_one_after_the_other(run, put_back, make_book):
    book = make_book(LINES[:1])
    run(book)
    change(book, lambda sheet: sheet.append(list(LINES[1])))
    run(book)
    put_back(book)
    put_back(book)
    assert results(book) == [EMPTY, EMPTY]
    with pytest.raises(InputError, match="no refresh of book"):
        put_back(book)


@pytest.mark.parametrize(
    ("column", "value"),
    [(4, "MINE"), (5, datetime(2020, 1, 1)), (6, "MINE"), (7, "paid"), (8, "ask Bob")],
)
def test_a_cell_edited_since_stays_and_is_counted(run, put_back, make_book, column, value):
    book = make_book(LINES[:2])
    run(book)
    change(book, lambda sheet: sheet.cell(2, column, value))
    report = put_back(book)
    assert report.edited == 1
    row = cells_of(book)[1]
    assert row[column - 1] == value
    assert [cell for cell in row[3:8] if cell is not None] == [value]
    assert results(book)[1] == EMPTY


def test_an_edited_cell_that_held_something_before_stays(run, put_back, source, make_book):
    book = make_book(LINES[:1])
    run(book)
    source.answers[LINES[0]] = Answer((Detail("CHANGED-1", "2026-01-02T00:00:00Z"),))
    run(book, policy=Policy(ask_all=True))
    change(book, lambda sheet: sheet.cell(2, 4, "MINE"))
    assert put_back(book).edited == 1
    assert cells_of(book)[1][3:5] == ("MINE", datetime(2024, 7, 19))


def test_a_cell_that_holds_already_what_it_held_before_was_not_edited(
    run, put_back, source, make_book
):
    book = make_book(LINES[:1])
    run(book)
    before = cells_of(book)
    source.answers[LINES[0]] = Answer((Detail("CHANGED-1", "2026-01-02T00:00:00Z"),))
    run(book, policy=Policy(ask_all=True))
    change(book, lambda sheet: sheet.cell(2, 4, before[1][3]))
    assert put_back(book).edited == 0
    assert cells_of(book) == before


def test_rows_that_were_sorted_are_found_by_their_ids(run, put_back, source, make_book):
    book = make_book(LINES[:4])
    source.answers[LINES[1]] = Answer((Detail("OTHER-1", "2026-01-02T00:00:00Z"),))
    run(book)
    before = {row[1]: row for row in cells_of(book)[1:]}
    source.answers |= {LINES[0]: Answer((Detail("NEW-0", "2026-02-02T00:00:00Z"),))}
    run(book, policy=Policy(ask_all=True))

    def turn_round(sheet):
        rows = [[cell.value for cell in row] for row in sheet["A2:H5"]]
        for number, row in enumerate(reversed(rows), start=2):
            for column, value in enumerate(row, start=1):
                sheet.cell(number, column, value)

    change(book, turn_round)
    report = put_back(book)
    assert (report.edited, report.lost) == (0, 0)
    assert {row[1]: row for row in cells_of(book)[1:]} == before


def test_deleted_rows_are_counted_and_the_others_put_back(run, put_back, make_book):
    book = make_book(LINES[:3])
    run(book)
    change(book, lambda sheet: sheet.delete_rows(3))
    report = put_back(book)
    assert (report.lost, report.edited) == (1, 0)
    assert results(book) == [EMPTY] * 2


def test_equal_rows_are_put_back_wherever_they_stand(run, put_back, make_book):
    book = make_book([LINES[0], LINES[1], LINES[0]])
    run(book)
    change(book, lambda sheet: sheet.delete_rows(3))
    report = put_back(book)
    assert (report.lost, report.edited) == (1, 0)
    assert results(book) == [EMPTY] * 2


def test_a_copied_row_is_not_taken_for_the_one_that_was_filled(run, put_back, make_book):
    book = make_book([LINES[0], LINES[1]])
    run(book)

    def move_and_copy(sheet):
        filled = [cell.value for cell in sheet[2]]
        sheet.delete_rows(2)
        sheet.append(filled)
        sheet.append(filled)

    change(book, move_and_copy)
    report = put_back(book)
    assert report.lost == 1
    assert [row[0] for row in results(book)] == [None, "INV-92258882544120", "INV-92258882544120"]


def test_a_sheet_that_is_gone_is_said_and_can_be_undone_later(run, put_back, make_book):
    book = make_book(LINES[:1])
    run(book)
    change(book, lambda sheet: setattr(sheet, "title", "Renamed"))
    with pytest.raises(SheetError, match="Lines"):
        put_back(book)
    change(book, lambda sheet: setattr(sheet, "title", "Lines"))
    assert put_back(book).changed == 4


def test_columns_that_were_named_are_found_again(run, put_back, make_book):
    book = make_book(LINES[:2], headers=("one", "two", "three"))
    columns = {KeyField.ORDER: "A", KeyField.LINE: "B", KeyField.SHIPMENT: "C"}
    run(book, selection=Selection(columns=columns))
    assert put_back(book).changed == 8
    assert results(book) == [EMPTY] * 2


def test_a_protected_sheet_is_refused_and_kept_for_later(run, put_back, make_book):
    book = make_book(LINES[:1])
    run(book)
    change(book, lambda sheet: sheet.protection.enable())
    with pytest.raises(SheetError, match="protected"):
        put_back(book)
    change(book, lambda sheet: sheet.protection.disable())
    assert put_back(book).changed == 4


def test_a_dry_run_leaves_nothing_to_undo(run, put_back, make_book):
    book = make_book(LINES[:1])
    run(book, dry_run=True)
    with pytest.raises(InputError):
        put_back(book)
