from datetime import datetime

import openpyxl
import pytest
from openpyxl.worksheet.table import Table

from xlsx_addin.core.fields import Field
from xlsx_addin.errors import SheetError
from xlsx_addin.jobs.data_ranges import Sought, find_data_range
from xlsx_addin.workbooks.saved.adapter import SavedWorkbook

ORDER = Field("Order ID", ("Order Number", "Bestellnummer"))
AMOUNT = Field("Amount", ("Item Net Total",))
STATUS = Field("Payment Status")
FIELDS = (ORDER, AMOUNT, STATUS)


@pytest.fixture
def make(tmp_path):
    opened = []

    def make_book(sheets, tables=()):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        for sheet, name, ref in tables:
            book[sheet].add_table(Table(displayName=name, ref=ref))
        path = tmp_path / f"book-{len(opened)}.xlsx"
        book.save(path)
        opened.append(SavedWorkbook(path))
        return opened[-1]

    yield make_book
    for workbook in opened:
        workbook.close()


def sought(**changes):
    return Sought(**({"fields": FIELDS, "needed": (ORDER,), "what": "order IDs"} | changes))


def test_plain_data_is_found_below_title_rows(make):
    book = make({"S": [["My orders"], [], ["Date", "order_number", "Amount"], ["x", "1", 5]]})
    found = find_data_range(book, sought())
    assert (found.header_row, found.first_row, found.last_row) == (3, 4, 4)
    assert found.columns == {ORDER: 2, AMOUNT: 3}
    assert found.read([ORDER, AMOUNT, STATUS]) == {ORDER: ["1"], AMOUNT: [5], STATUS: [None]}


def test_our_own_header_beats_another_name_of_the_same_field(make):
    book = make({"S": [["Order Number", "Order ID"], ["a", "b"]]})
    assert find_data_range(book, sought()).columns[ORDER] == 2


def test_a_header_twice_is_ambiguous_and_named_with_its_columns(make):
    book = make({"S": [["Order ID", "order id"], ["a", "b"]]})
    with pytest.raises(SheetError, match=r"several columns: A and B") as caught:
        find_data_range(book, sought())
    assert caught.value.code == "columns-ambiguous"


def test_a_table_comes_before_the_rows_around_it(make):
    rows = [["Order ID", "x"], ["outside", 1], [], ["Order ID", "Amount"], ["inside", 2]]
    found = find_data_range(make({"S": rows}, [("S", "tbl", "A4:B5")]), sought())
    assert found.table is not None
    assert found.read([ORDER])[ORDER] == ["inside"]


def test_the_active_sheet_wins_and_others_are_asked_about(make):
    rows = [["Order ID"], ["1"]]
    book = make({"One": [["nothing"]], "Two": rows, "Three": rows})
    with pytest.raises(SheetError, match="several places") as caught:
        find_data_range(book, sought())
    assert caught.value.code == "several-sheets"
    assert find_data_range(book, sought(sheet="three")).sheet == "Three"


def test_tables_of_one_sheet_that_compete_are_no_matter_of_opening_another_sheet(make):
    rows = [["Order ID", None, "Order ID"], ["1", None, "2"]]
    book = make({"S": rows}, [("S", "One", "A1:A2"), ("S", "Two", "C1:C2")])
    with pytest.raises(SheetError, match="table One, table Two") as caught:
        find_data_range(book, sought())
    assert caught.value.code == "several-tables"


def test_a_sheet_that_lacks_a_needed_column_is_told_what_it_has(make):
    book = make({"S": [["Bestelldatum", "Betrag"], [datetime(2026, 1, 2), 5]]})
    with pytest.raises(SheetError, match=r"no column Order ID") as caught:
        find_data_range(book, sought())
    assert caught.value.code == "headers-not-found"


def test_a_named_table_that_is_not_there_is_said(make):
    book = make({"S": [["Order ID"], ["1"]]})
    with pytest.raises(SheetError, match="no table") as caught:
        find_data_range(book, sought(table="tblLines"))
    assert caught.value.code == "no-such-table"


def test_new_columns_go_beside_the_named_ones_or_right_of_the_data(make):
    book = make({"S": [["Order ID", "Amount"], ["1", 5]]})
    found = find_data_range(book, sought())
    assert found.place([STATUS], beside=[AMOUNT]).columns == {STATUS: 3}
    assert found.place([STATUS], beside=[ORDER]).columns == {STATUS: 3}


def test_a_new_header_in_a_table_differs_from_those_it_has(make):
    book = make({"S": [["Order ID", "PAYMENT status"], ["1", 5]]}, [("S", "tbl", "A1:B2")])
    found = find_data_range(book, sought(fields=(ORDER,)))
    assert found.new_header(STATUS, in_table=True) == "Payment Status2"
    assert found.new_header(STATUS, in_table=False) == "Payment Status"


TIGHT = [["Order ID", "x", None, "Payment Status"], ["1", "note", None, "Closed"]]


def test_a_column_that_a_table_had_no_room_for_is_found_beside_it(make):
    found = find_data_range(make({"S": TIGHT}, [("S", "tbl", "A1:A2")]), sought(filled=[STATUS]))
    assert (found.columns, found.region) == ({ORDER: 1, STATUS: 4}, (1, 1))


@pytest.mark.parametrize("filled", [(), (AMOUNT,)])
def test_beside_a_table_only_what_the_job_fills_in_is_looked_for(make, filled):
    found = find_data_range(make({"S": TIGHT}, [("S", "tbl", "A1:A2")]), sought(filled=filled))
    assert found.columns == {ORDER: 1}


def test_columns_beside_two_tables_belong_to_neither(make):
    rows = [["Order ID", "x", "Order ID", "y", "Payment Status"], ["1", 2, "3", 4, "Closed"]]
    tables = [("S", "One", "A1:A2"), ("S", "Two", "C1:C2")]
    for name in ("One", "Two"):
        found = find_data_range(make({"S": rows}, tables), sought(table=name, filled=[STATUS]))
        assert STATUS not in found.columns
        with pytest.raises(SheetError, match="cannot grow"):
            found.place([STATUS], beside=[ORDER])


def test_a_table_that_cannot_grow_is_told_if_its_columns_would_be_lost_beside_it(make):
    found = find_data_range(make({"S": TIGHT}, [("S", "tbl", "A1:A2")]), sought())
    with pytest.raises(SheetError, match="cannot grow to the right by 1 column:") as caught:
        found.place([AMOUNT], beside=[ORDER])
    assert caught.value.code == "no-room"
