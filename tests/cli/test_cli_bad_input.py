"""Each wrong input: its exit code, its word for programs, and what the user reads."""

import os
import stat

import openpyxl
import pytest
from filelock import FileLock

from tests.conftest import HEADERS, cells_of
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.workbooks.access import lock

LINE = LineItem("111-1087441-1234567", "92258882544123", "XWwjNjAbC")


@pytest.fixture
def refused(amazon, refresh):
    """Refresh what cannot be refreshed; nothing may be asked."""

    def run(*words, exit_code=2):
        done = refresh(*words)
        assert done.code == exit_code
        assert len(amazon.requests) == 0
        error = done.book["error"]
        assert error["message"].endswith(".")
        assert error["next_step"].endswith((".", "?"))
        return error

    return run


def test_no_such_file(refused, tmp_path):
    error = refused(tmp_path / "nope.xlsx")
    assert "nope.xlsx" in error["message"]


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("book.xlsx", b"", "empty"),
        ("book.xlsx", b"just some text", "damaged"),
        ("book.xlsx", b"PK\x03\x04 cut off", "damaged"),
        ("book.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), ".xlsx"),
        ("book.csv", b"a;b;c\n1;2;3\n", ".xlsx"),
    ],
)
def test_what_is_no_workbook(name, content, word, refused, tmp_path):
    path = tmp_path / name
    path.write_bytes(content)
    error = refused(path)
    assert word in f"{error['message']} {error['next_step']}"
    assert path.read_bytes() == content


def test_a_folder_without_workbooks(cli, tmp_path):
    (tmp_path / "empty").mkdir()
    done = cli("refresh", tmp_path / "empty")
    assert done.code == 2
    assert "no workbook" in done.err


def test_a_read_only_file_is_judged_by_its_own_write_bit(refused, make_book):
    book = make_book([LINE])
    book.chmod(stat.S_IRUSR)
    error = refused(book)
    assert "read-only" in error["message"]


def test_a_read_only_file_can_be_refreshed_into_another(amazon, refresh, make_book, tmp_path):
    book = make_book([LINE])
    book.chmod(stat.S_IRUSR)
    assert refresh(book, "--output", tmp_path / "out.xlsx").code == 0


def test_a_workbook_that_excel_has_open(refused, make_book):
    book = make_book([LINE])
    (book.parent / f"~${book.name}").write_bytes(b"\x06Ann Le" + bytes(158))
    error = refused(book, exit_code=5)
    assert error["code"] == "open-elsewhere"
    assert "open" in error["message"]


def test_a_workbook_that_another_refresh_has(refused, make_book, home):
    book = make_book([LINE])
    with lock(book, home):
        error = refused(book, exit_code=5)
    assert "refresh" in error["message"]


def test_an_empty_sheet(refused, make_book, tmp_path):
    book = openpyxl.Workbook()
    book.save(tmp_path / "empty.xlsx")
    assert refused(tmp_path / "empty.xlsx")["code"] == "empty-sheet"


def test_no_id_columns(refused, make_book):
    book = make_book([("2026-03-01", 5, "Pens")], headers=("Date", "Amount", "Title"))
    error = refused(book)
    assert error["code"] == "columns-not-found"
    assert "--columns" in error["next_step"]


def test_the_orders_report_is_recognised(refused, make_book):
    headers = (
        "Order Date", "Order ID", "Account Group", "PO Number", "Order Quantity", "Currency",
        "Order Subtotal", "Order Shipping & Handling", "Order Promotion", "Order Tax",
        "Order Net Total", "Order Status", "Approver", "Order Receiving Status",
        "Account User", "Account User Email", "Invoice Status", "Total Amount",
        "Payment Reference ID", "ASIN", "Title", "Item Quantity", "Item Net Total",
    )  # fmt: skip
    book = make_book([("2026-03-01", LINE.order_id)], headers=headers)
    error = refused(book)
    assert "Orders report" in f"{error['message']} {error['next_step']}"
    assert "add-ids" in error["next_step"]


def test_two_columns_for_one_id(refused, make_book):
    book = make_book([(*LINE, "AbCdEfGhI")], headers=(*HEADERS, "shipmentId"))
    error = refused(book)
    assert error["code"] == "columns-ambiguous"
    assert "C" in error["message"]
    assert "D" in error["message"]
    assert "--columns" in error["next_step"]


def test_a_wrong_sheet_name_gets_a_suggestion(refused, make_book):
    error = refused(make_book([LINE]), "--sheet", "Linse")
    assert error["next_step"] == "Did you mean 'Lines'?"


def test_several_sheets_with_ids_are_named(refused, make_book):
    path = make_book([LINE])
    book = openpyxl.load_workbook(path)
    for name in ("April", "May"):
        sheet = book.create_sheet(name)
        sheet.append(HEADERS)
        sheet.append(LINE)
    first = book.worksheets[0]
    first["A1"] = first["B1"] = first["C1"] = "x"
    book.save(path)
    error = refused(path)
    assert "'April', 'May'" in error["message"]
    assert "--sheet" in error["next_step"]


def test_the_active_sheet_is_taken_among_several(amazon, refresh, make_book):
    path = make_book([LINE])
    book = openpyxl.load_workbook(path)
    for name in ("April", "May"):
        sheet = book.create_sheet(name)
        sheet.append(HEADERS)
        sheet.append(LINE)
    book.active = 1
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = sheet.title == "April"
    book.save(path)
    assert refresh(path).book["sheet"] == "April"


def test_a_protected_sheet_with_locked_cells(amazon, refresh, make_book):
    path = make_book([LINE])
    book = openpyxl.load_workbook(path)
    book.worksheets[0].protection.enable()
    book.save(path)
    before = path.read_bytes()
    done = refresh(path)
    assert done.code == 2
    assert done.book["error"]["code"] == "sheet-protected"
    assert "Unprotect" in done.book["error"]["next_step"]
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("variable", "address"),
    [
        ("AMAZON_BUSINESS_ENDPOINT", "http://na.business-api.amazon.com"),
        ("AMAZON_BUSINESS_TOKEN_URL", "http://api.amazon.com/auth/o2/token"),
        ("AMAZON_BUSINESS_ENDPOINT", "http://127.0.0.1.example.com"),
        ("AMAZON_BUSINESS_ENDPOINT", "ftp://127.0.0.1"),
    ],
)
def test_plain_http_is_refused_except_on_loopback(
    variable, address, amazon, cli, make_book, monkeypatch
):
    monkeypatch.setenv(variable, address)
    done = cli("refresh", make_book([LINE]), "--json")
    assert done.code == 2
    assert done.json["error"]["code"] == "bad-address"
    assert done.json["workbooks"] == []


def test_a_sign_in_that_is_not_set_up(home, refresh, make_book):
    done = refresh(make_book([LINE]))
    assert done.code == 2
    assert done.book["error"]["code"] == "not-signed-in"
    assert "--sandbox" in done.book["error"]["next_step"]


@pytest.mark.parametrize(
    "words",
    [
        ["refresh"],
        ["refresh", "a.xlsx", "--all", "--missing"],
        ["refresh", "a.xlsx", "--recheck", "soon"],
        ["refresh", "a.xlsx", "--rows", "9:2"],
        ["refresh", "a.xlsx", "--columns", "A,B,C"],
        ["refresh", "a.xlsx", "--columns", "order=A,order=B"],
        ["refresh", "a.xlsx", "--nonsense"],
        ["lookup", "just-one"],
        ["nonsense"],
        [],
    ],
)
def test_wrong_use_exits_with_2_and_a_hint(words, cli):
    done = cli(*words)
    assert done.code == 2
    assert "--help" in done.err
    assert "Traceback" not in done.err


def test_an_output_for_two_workbooks(cli, make_book):
    done = cli("refresh", make_book([LINE], name="a.xlsx"), make_book([LINE]), "--output", "x.xlsx")
    assert done.code == 2


def test_a_bad_workbook_does_not_hold_up_the_others(amazon, cli, make_book, tmp_path):
    good = make_book([LINE])
    done = cli("refresh", tmp_path / "nope.xlsx", good, "--json")
    assert done.code == 2
    assert [one["error"] is None for one in done.json["workbooks"]] == [False, True]
    assert cells_of(good)[1][6] == "Found"


def test_an_unknown_profile(amazon, cli, make_book):
    done = cli("refresh", make_book([LINE]), "--profile", "elsewhere")
    assert done.code == 2
    assert "'elsewhere'" in done.err


def test_no_file_lock_is_left_behind(amazon, refresh, make_book, home):
    refresh(make_book([LINE]))
    for path in home.rglob("*.lock"):
        with FileLock(path, timeout=0):
            pass


@pytest.mark.parametrize("name", ["", "  "])
def test_an_empty_name_is_not_the_current_folder(name, amazon, cli, make_book, monkeypatch):
    book = make_book([LINE])
    monkeypatch.chdir(book.parent)
    done = cli("refresh", name)
    assert done.code == 2
    assert "empty" in done.err
    assert len(amazon.requests) == 0


def test_a_mistyped_column_wipes_nothing(amazon, refresh, make_book):
    book = make_book([LINE] * 3)
    refresh(book)
    before = book.read_bytes()
    done = refresh(book, "--columns", "order=Z")
    assert done.code == 2
    assert done.book["error"]["code"] == "column-empty"
    assert book.read_bytes() == before


@pytest.mark.skipif(os.name == "nt", reason="file names are text there")
def test_a_file_name_of_any_bytes(amazon, cli, make_book):
    book = make_book([LINE])
    odd = book.with_name(os.fsdecode(b"M\xe4rz.xlsx"))
    book.rename(odd)
    done = cli("refresh", odd)
    assert done.code == 0
    assert "Traceback" not in done.err


def test_the_cause_is_told_when_rows_fail(amazon, cli, make_book, monkeypatch):
    monkeypatch.setenv("AMAZON_BUSINESS_CLIENT_SECRET", "wrong")
    book = make_book([LINE])
    assert "Why: " in cli("refresh", book).out
    assert "secret" in cli("refresh", book, "--json").book["cause"]
