import shutil
import sqlite3
from datetime import datetime

import openpyxl
import pytest

from tests.conftest import HEADERS, cells_of, one_invoice_each
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.sandbox import INVOICES, TOKEN

RESULTS = (
    "Invoice Number",
    "Invoice Date",
    "Consolidated Invoice Number",
    "Invoice Status",
    "Invoice Message",
)
BAD = ("111-1087441-1234567", "2.07645E+13", "XWwjNjAbC")


def lines(count):
    return [
        LineItem(f"111-{number:07d}-7654321", f"{92258882544123 + number}", f"S{number:05d}xYz")
        for number in range(count)
    ]


def with_invalid_rows(valid):
    """Put an invalid row first, last and after every 25th valid one."""
    rows = [BAD]
    for number, line in enumerate(valid, start=1):
        rows.append(line)
        if number % 25 == 0:
            rows.append(BAD)
    return [*rows, BAD]


def status_of(row):
    return row[6]


@pytest.mark.parametrize("count", [0, 1, 24, 25, 26, 49, 50, 51])
def test_requests_are_the_fewest_possible_and_every_row_has_a_status(
    count, amazon, refresh, make_book
):
    rows = with_invalid_rows(lines(count))
    book = make_book(rows)
    done = refresh(book)
    assert done.code == 0
    assert amazon.requests.count(INVOICES) == done.book["requests"] == -(-count // 25)
    table = cells_of(book)
    assert table[0] == (*HEADERS, *RESULTS)
    assert len(table) == len(rows) + 1
    for given, row in zip(rows, table[1:], strict=True):
        assert status_of(row) == ("ID damaged" if given is BAD else "Found")
        assert row[7]
    assert done.book["statuses"]["Found"] == count
    assert done.book["rows"] == len(rows)


def test_a_line_in_500_rows_is_asked_once_and_fills_them_all(amazon, refresh, make_book):
    book = make_book(lines(1) * 500)
    done = refresh(book)
    assert (done.book["rows"], done.book["line_items"], done.book["requests"]) == (500, 1, 1)
    assert len({row[3:] for row in cells_of(book)[1:]}) == 1
    assert done.book["statuses"]["Found"] == 500


def test_a_second_refresh_sends_nothing_and_leaves_the_file_as_it_was(amazon, refresh, make_book):
    book = make_book(with_invalid_rows(lines(30)))
    refresh(book)
    before, asked = book.read_bytes(), len(amazon.requests)
    done = refresh(book)
    assert done.code == 0
    assert (done.book["requests"], done.book["changed"], done.book["known"]) == (0, 0, 30)
    assert done.book["backup"] is None
    assert book.read_bytes() == before
    assert len(amazon.requests) == asked


def test_fifty_lines_that_are_not_settled_cost_two_requests(start_amazon, refresh, make_book):
    waiting = lines(50)
    amazon = start_amazon(shares=one_invoice_each(), overrides=dict.fromkeys(waiting, "empty"))
    book = make_book(lines(200))
    done = refresh(book)
    assert done.book["statuses"]["No invoice yet"] == 50
    amazon.requests.clear()
    done = refresh(book)
    assert amazon.requests.count(INVOICES) == done.book["requests"] == 2
    assert done.book["changed"] == 0


def test_copies_cleared_cells_and_sorted_rows_cost_no_request(amazon, refresh, make_book, tmp_path):
    book = make_book(lines(40))
    refresh(book)
    finished = cells_of(book)
    amazon.requests.clear()
    copy = tmp_path / "copy.xlsx"
    shutil.copy(book, copy)
    assert refresh(copy).book["changed"] == 0

    cleared = openpyxl.load_workbook(copy)
    for row in cleared.worksheets[0].iter_rows(min_row=2, min_col=4, max_col=8):
        for cell in row:
            cell.value = None
    cleared.save(copy)
    assert refresh(copy).book["changed"] == 160
    assert cells_of(copy) == finished

    ordered = openpyxl.load_workbook(copy)
    sheet = ordered.worksheets[0]
    for number, row in enumerate(reversed(finished[1:]), start=2):
        for column, value in enumerate(row, start=1):
            sheet.cell(number, column).value = value
    ordered.save(copy)
    assert refresh(copy).book["changed"] == 0
    assert len(amazon.requests) == 0


def test_several_workbooks_share_their_requests(amazon, cli, make_book):
    first = make_book(lines(30), name="a.xlsx")
    second = make_book(lines(40)[10:], name="b.xlsx")
    done = cli("refresh", first, second, "--json")
    assert done.code == 0
    assert done.json["requests"] == amazon.requests.count(INVOICES) == 2
    assert [book["requests"] for book in done.json["workbooks"]] == [None, None]
    assert all(status_of(row) == "Found" for row in cells_of(second)[1:])


def test_a_folder_is_refreshed_without_owner_files_and_backups(amazon, cli, make_book, tmp_path):
    book = make_book(lines(2))
    (tmp_path / "~$other.xlsx").write_bytes(b"owner")
    first = cli("refresh", tmp_path, "--json")
    assert [one["path"] for one in first.json["workbooks"]] == [str(book)]
    assert first.book["backup"]
    second = cli("refresh", tmp_path, "--json")
    assert [one["path"] for one in second.json["workbooks"]] == [str(book)]


def test_an_output_is_always_made_and_the_book_itself_untouched(
    amazon, refresh, make_book, tmp_path
):
    book = make_book(lines(3))
    before = book.read_bytes()
    output = tmp_path / "out.xlsx"
    done = refresh(book, "--output", output)
    assert done.book["output"] == str(output)
    assert done.book["backup"] is None
    assert book.read_bytes() == before
    assert status_of(cells_of(output)[1]) == "Found"
    finished = output.read_bytes()
    again = tmp_path / "again.xlsx"
    assert refresh(output, "--output", again).book["changed"] == 0
    assert again.exists()
    assert output.read_bytes() == finished


def test_a_dry_run_asks_and_writes_nothing(amazon, refresh, make_book):
    book = make_book([*lines(30), BAD])
    before = book.read_bytes()
    done = refresh(book, "--dry-run")
    assert done.code == 0
    assert (done.book["would_ask"], done.book["requests"], done.book["output"]) == (30, 0, None)
    assert done.book["statuses"]["ID damaged"] == 1
    assert book.read_bytes() == before
    assert len(amazon.requests) == 0


def test_all_asks_everything_again(amazon, refresh, make_book):
    book = make_book(lines(30))
    refresh(book)
    amazon.requests.clear()
    done = refresh(book, "--all")
    assert done.book["requests"] == amazon.requests.count(INVOICES) == 2
    assert done.book["changed"] == 0


def test_a_recheck_asks_what_was_answered_lately(amazon, refresh, make_book):
    book = make_book(lines(30))
    refresh(book)
    assert refresh(book, "--recheck", "1").book["requests"] == 2


def test_a_value_that_changed_says_what_it_was(start_amazon, refresh, make_book, home):
    (line,) = lines(1)
    date = {"invoiceDate": "2024-07-19T09:20:36.767Z"}
    amazon = start_amazon(overrides={line: [{"invoiceNumber": "A", **date}]})
    book = make_book([line])
    refresh(book)
    amazon.options.overrides[line] = [{"invoiceNumber": "B", **date}]
    done = refresh(book, "--all")
    row = cells_of(book)[1]
    assert row[3] == "B"
    assert row[7] == "Changed: the invoice number was A."
    assert done.book["changed"] == 2
    assert refresh(book).book["changed"] == 0


def test_no_status_writes_three_columns(amazon, refresh, make_book):
    book = make_book(lines(2))
    refresh(book, "--no-status")
    assert cells_of(book)[0] == (*HEADERS, *RESULTS[:3])
    assert refresh(book, "--no-status").book["changed"] == 0


def test_details_lists_every_document_on_a_sheet_of_its_own(start_amazon, refresh, make_book):
    line, other = lines(2)
    documents = [
        {"invoiceNumber": "A", "invoiceDate": "2024-07-01T00:00:00Z"},
        {"invoiceNumber": "C", "invoiceDate": "2024-07-09T00:00:00Z", "invoiceType": "CREDIT_MEMO"},
    ]
    start_amazon(overrides={line: documents, other: "empty"})
    book = make_book([line, other])
    refresh(book, "--details")
    table = cells_of(book, "Invoices")
    assert table[0][3:6] == ("Document Type", "Document Number", "Document Date")
    assert [row[:6] for row in table[1:]] == [
        (*line, "Invoice", "A", datetime(2024, 7, 1)),
        (*line, "Credit memo", "C", datetime(2024, 7, 9)),
    ]


def test_ids_that_look_like_numbers_survive_unchanged(amazon, refresh, make_book):
    rows = [
        ("111-0000001-0000001", "00123456789012", "12E345678"),
        ("111-0000002-0000002", 20764520160100, "0012345"),
        ("111-0000003-0000003", "20764520160101", "1E5"),
    ]
    book = make_book(rows)
    refresh(book)
    asked = [line for record in amazon.requests.records(INVOICES) for line in record.line_items]
    assert sorted(asked) == sorted(
        LineItem(order, str(line), shipment) for order, line, shipment in rows
    )
    assert [row[:3] for row in cells_of(book)[1:]] == [tuple(row) for row in rows]


def test_result_cells_are_text_and_true_dates(start_amazon, refresh, make_book):
    (line,) = lines(1)
    start_amazon(
        overrides={line: [{"invoiceNumber": "00123", "invoiceDate": "2024-07-19T09:20:36.767Z"}]}
    )
    book = make_book([line])
    refresh(book)
    sheet = openpyxl.load_workbook(book).worksheets[0]
    number, date = sheet["D2"], sheet["E2"]
    assert (number.value, number.data_type, number.number_format) == ("00123", "s", "@")
    assert (date.value, date.number_format) == (datetime(2024, 7, 19), "yyyy-mm-dd")


def test_an_answer_that_looks_like_a_formula_stays_text(start_amazon, refresh, make_book):
    (line,) = lines(1)
    start_amazon(overrides={line: [{"invoiceNumber": "=HYPERLINK(1)", "invoiceDate": None}]})
    book = make_book([line])
    refresh(book)
    cell = openpyxl.load_workbook(book).worksheets[0]["D2"]
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1)", "s")


def test_rows_and_columns_can_be_named(amazon, refresh, make_book):
    rows = [("x", *line) for line in lines(4)]
    book = make_book(rows, headers=("a", "b", "c", "d"))
    done = refresh(book, "--columns", "order=B,line=C,shipment=D", "--rows", "3:4")
    assert done.book["rows"] == 2
    table = cells_of(book)
    assert table[0][4] == "Invoice Number"
    assert [row[4] is not None for row in table] == [True, False, True, True, False]


def test_rows_from_the_first_have_no_header_and_none_is_written(amazon, refresh, make_book):
    first, second = lines(2)
    book = make_book([second], headers=first)
    done = refresh(book, "--columns", "order=A,line=B,shipment=C", "--rows", "1:2")
    assert done.book["rows"] == 2
    assert [row[6] for row in cells_of(book)] == ["Found", "Found"]


def test_a_run_that_was_killed_costs_only_what_was_in_flight(
    start_amazon, refresh, make_book, home
):
    waiting = lines(50)
    amazon = start_amazon(overrides=dict.fromkeys(waiting, "empty"))
    book = make_book(waiting)
    refresh(book)
    # As a crash leaves it: the answers are kept, the end of the run is not on record.
    with sqlite3.connect(home / "store.sqlite") as store:
        store.execute("UPDATE runs SET ended_at = NULL")
    store.close()
    amazon.requests.clear()
    assert refresh(book).book["requests"] == 0
    assert refresh(book).book["requests"] == 2


@pytest.mark.parametrize(
    ("credentials", "tokens"),
    [({"AMAZON_BUSINESS_CLIENT_SECRET": "wrong"}, 2), ({"AMAZON_BUSINESS_REFRESH_TOKEN": "x"}, 2)],
)
def test_wrong_credentials_stop_at_once_and_mark_the_rows(
    credentials, tokens, amazon, refresh, make_book, monkeypatch
):
    for name, value in credentials.items():
        monkeypatch.setenv(name, value)
    book = make_book([*lines(60), BAD])
    done = refresh(book)
    assert done.code == 3
    assert amazon.requests.count(TOKEN) <= tokens
    assert amazon.requests.count(INVOICES) == 0
    assert done.book["statuses"]["Not allowed"] == 60
    assert done.book["statuses"]["ID damaged"] == 1
    message = cells_of(book)[1][7]
    assert "secret" in message or "refresh token" in message


def test_a_missing_role_stops_at_once_and_marks_the_rows(start_amazon, refresh, make_book):
    amazon = start_amazon(roles=frozenset())
    book = make_book(lines(200))
    done = refresh(book)
    assert done.code == 3
    assert done.book["statuses"]["Not allowed"] == 200
    assert amazon.requests.count(INVOICES) <= 8
    assert "Business Purchase Reconciliation" in cells_of(book)[1][7]


def test_an_unreachable_host_fails_the_rows_with_the_cause(amazon, refresh, make_book, monkeypatch):
    book = make_book(lines(30))
    monkeypatch.setenv("AMAZON_BUSINESS_ENDPOINT", "http://127.0.0.1:9")
    done = refresh(book)
    assert done.code == 1
    assert done.book["statuses"]["Failed"] == 30
    assert status_of(cells_of(book)[1]) == "Failed"
    assert cells_of(book)[1][7]


def test_a_damaged_store_is_moved_aside_and_said(amazon, refresh, make_book, home):
    (home / "store.sqlite").write_bytes(b"this is no database" * 100)
    done = refresh(make_book(lines(2)))
    assert done.code == 0
    assert "asked about again" in done.err
    assert done.book["statuses"]["Found"] == 2
