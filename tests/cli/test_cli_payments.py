"""`xlsx-addin payments` as a user runs it, against a sandbox."""

import os
from datetime import datetime

import openpyxl
import pytest
from openpyxl.worksheet.table import Table

from tests.conftest import INTERRUPTED_AFTER, cells_of
from xlsx_addin.sandbox import (
    PAYMENTS,
    FaultKind,
    FaultPlan,
    FaultRule,
    Limit,
)

RESULTS = ("Payment Status", "Payment Due Date", "Payment Message")
DUE = "2026-01-31T10:00:00Z"
DAY = datetime(2026, 1, 31)  # cells have no zone


def details(status, due=DUE):
    return {"status": status, "dueDate": due}


def numbers(count):
    return [f"{n:04d}-AAAA-BBBB" for n in range(count)]


@pytest.fixture
def payments(cli):
    """Run `payments --json`."""
    return lambda *words: cli("payments", *words, "--json")


@pytest.fixture
def book(make_book):
    """Write a workbook with these invoice numbers in column B."""

    def make(cells, **options):
        headers = options.pop("headers", ("Order ID", "Invoice Number"))
        return make_book([("o", cell) for cell in cells], headers=headers, **options)

    return make


def edit(path, change):
    book = openpyxl.load_workbook(path)
    change(book.worksheets[0])
    book.save(path)


@pytest.mark.parametrize("count", [1, 25, 26, 60])
def test_every_invoice_is_asked_about_once_and_every_row_has_a_word(
    count, start_amazon, payments, book
):
    amazon = start_amazon()
    path = book(numbers(count) * 3)
    done = payments(path)
    assert done.code == 0
    assert amazon.requests.count(PAYMENTS) == done.json["requests"] == -(-count // 25)
    table = cells_of(path)
    assert table[0] == ("Order ID", "Invoice Number", *RESULTS)
    assert len(table) == 3 * count + 1
    assert all(row[2] and row[4] and isinstance(row[3], datetime) for row in table[1:])
    assert (done.json["rows"], done.json["invoices"]) == (3 * count, count)
    assert sum(done.json["statuses"].values()) == 3 * count
    assert done.json["error"] is None


@pytest.mark.parametrize("region", ["na", "eu", "jp"])
def test_invoices_of_a_refresh_have_payments_in_every_region(
    region, start_amazon, refresh, payments, make_book
):
    amazon = start_amazon(region=region)
    path = make_book(amazon.account.line_items(80))
    refresh(path)
    done = payments(path)
    assert done.code == 0
    rows = [dict(zip(cells_of(path)[0], row, strict=True)) for row in cells_of(path)[1:]]
    for row in rows:
        if row["Invoice Number"] is None:
            assert [row[one] for one in RESULTS] == [None] * 3
        else:
            assert set(row["Payment Status"].split("; ")) <= {
                *("Closed", "Past Due", "Issued", "Payment Processing")
            }
    assert done.json["without_number"] == sum(row["Invoice Number"] is None for row in rows)
    assert refresh(path).book["changed"] == 0


def test_a_second_run_asks_nothing_and_leaves_the_file_as_it_was(start_amazon, payments, book):
    amazon = start_amazon(payments={numbers(1)[0]: details("Issued")})
    path = book(numbers(40))
    payments(path)
    before, asked = path.read_bytes(), len(amazon.requests)
    done = payments(path)
    assert (done.code, done.json["changed"], done.json["known"]) == (0, 0, 40)
    assert done.json["backup"] is None
    assert path.read_bytes() == before
    assert len(amazon.requests) == asked
    assert payments(path, "--all").json["requests"] == 2
    assert path.read_bytes() == before


def test_a_clean_run_meets_no_429(start_amazon, payments, book, home):
    amazon = start_amazon(limits={PAYMENTS: Limit(rate_per_s=10, burst=10)})
    pace = "[profiles.default]\nrate_per_s = 10\nburst = 10\n"
    (home / "settings.toml").write_text(pace)
    done = payments(book(numbers(25 * 20)))
    assert amazon.requests.statuses(PAYMENTS) == {200: 20}
    assert (done.json["throttled"], done.json["retries"]) == (0, 0)


def test_good_and_bad_invoices_are_kept_apart(start_amazon, payments, book):
    given = {
        "PAID": details("Closed"),
        "LATE": details("Past Due", "2025-03-01T00:00:00Z"),
        "ODD": details("Disputed"),
        "GONE": "error",
        "LEFTOUT": "omit",
    }
    start_amazon(payments=given)
    path = book(
        ["PAID", "LATE", "ODD", "GONE", "LEFTOUT", "PAID; LATE (credit)", "A B", None, 1.5e20]
    )
    done = payments(path)
    rows = cells_of(path)[1:]
    assert [row[2] for row in rows] == [
        "Closed",
        "Past Due",
        "Disputed",
        "Refused",
        "Not returned",
        "Closed; Past Due",
        "Check number",
        None,
        "Check number",
    ]
    assert rows[0][3:] == (DAY, "Nothing to do.")
    assert rows[3][3:] == (
        None,
        (
            "Amazon has an error for this invoice: Invoice not found."
            " Compare the number with the invoice in Amazon Business."
        ),
    )
    assert rows[5][3].isoformat() == "2025-03-01T00:00:00"
    assert rows[5][4].startswith("LATE: The due date has passed")
    assert rows[7][2:] == (None, None, None)
    assert (done.code, done.json["without_number"], done.json["rows"]) == (0, 1, 8)


def test_one_poison_number_in_a_batch_is_found(start_amazon, payments, book):
    bad = numbers(60)[7]
    start_amazon(payments={bad: "refuse"})
    path = book(numbers(60))
    assert payments(path).json["statuses"]["Refused"] == 1
    assert f"Invalid invoice ID: {bad}." in cells_of(path)[8][4]


def test_a_missing_role_is_said_in_every_row_and_ends_with_3(start_amazon, payments, book):
    start_amazon(roles=frozenset())
    path = book(numbers(60))
    done = payments(path)
    assert done.code == 3
    assert {row[2] for row in cells_of(path)[1:]} == {"Not allowed"}
    assert "Business Purchase Reconciliation" in done.json["cause"]


def test_a_throttling_amazon_is_waited_for(start_amazon, payments, book):
    rule = FaultRule(kind=FaultKind.THROTTLE, operation=PAYMENTS, to_request=5)
    start_amazon(faults=FaultPlan([rule]))
    done = payments(book(numbers(60)))
    assert done.code == 0
    assert done.json["throttled"] == 5


@pytest.mark.parametrize("kind", [FaultKind.MISSING, FaultKind.NULL_ENTRY, FaultKind.EXTRA])
def test_disturbed_answers_cost_no_other_row(kind, start_amazon, payments, book):
    start_amazon(faults=FaultPlan([FaultRule(kind=kind)]))
    done = payments(book(numbers(10)))
    left_out = 0 if kind is FaultKind.EXTRA else 1
    assert done.json["statuses"].get("Not returned", 0) == left_out
    assert sum(done.json["statuses"].values()) == 10


def test_a_server_that_is_down_is_said_and_the_next_run_goes_on(start_amazon, payments, book):
    rule = FaultRule(kind=FaultKind.ERROR, operation=PAYMENTS, from_request=2, to_request=3)
    start_amazon(faults=FaultPlan([rule]), entry_order="asked")
    path = book(numbers(30))
    done = payments(path)
    assert done.code == 1
    failed = done.json["statuses"]["Failed"]
    assert failed in (5, 25)
    row = next(row for row in cells_of(path)[1:] if row[2] == "Failed")
    assert "request id" in row[4]
    done = payments(path)
    assert (done.code, done.json["known"]) == (0, 30 - failed)
    assert "Failed" not in done.json["statuses"]


@pytest.mark.skipif(os.name == "nt", reason="SIGINT cannot be sent to one process there")
def test_ctrl_c_saves_what_was_answered_and_the_next_run_asks_only_the_rest(
    start_amazon, payments, book, interrupt
):
    amazon = start_amazon(latency_s=0.2)
    path = book(numbers(2000))
    done = interrupt(amazon, PAYMENTS, "payments", path, "--all", "--json")
    assert done.code == 4
    assert "Traceback" not in done.err
    cancelled = done.json["statuses"]["Cancelled"]
    assert 0 < cancelled <= 2000 - INTERRUPTED_AFTER * 25
    assert [row[2] for row in cells_of(path)[1:]].count("Cancelled") == cancelled
    done = payments(path, "--all")
    assert (done.code, done.json["known"]) == (0, 2000 - cancelled)
    assert done.json["requests"] == -(-cancelled // 25)
    assert "Cancelled" not in done.json["statuses"]


def test_what_a_person_wrote_is_kept_and_said(start_amazon, payments, make_book):
    start_amazon(payments={"A": details("Issued")})
    headers = ("Invoice Number", "Payment Status", "Payment Due Date", "Payment Message")
    path = make_book(
        [("A", "paid by card", None, None), ("A", "=1+1", None, None)], headers=headers
    )
    done = payments(path)
    assert done.json["kept"] == 2
    first, second = cells_of(path)[1:]
    assert first[1] == "paid by card"
    assert "Payment Status kept: the cell has paid by card, Amazon says Issued." in first[3]
    assert second[1] == "=1+1"
    assert "the cell has a formula, Amazon says Issued." in second[3]
    before = path.read_bytes()
    assert payments(path).json["changed"] == 0
    assert path.read_bytes() == before


def test_a_changed_status_replaces_ours_and_no_other(start_amazon, payments, book):
    start_amazon(payments={"A": details("Issued"), "B": details("Issued")})
    path = book(["A", "B"])
    payments(path)
    edit(path, lambda sheet: sheet.__setitem__("C3", "Closed"))
    start_amazon(payments={"A": details("Closed"), "B": details("Past Due")})
    done = payments(path)
    first, second = cells_of(path)[1:]
    assert first[2:] == ("Closed", DAY, "Nothing to do.")
    assert second[2] == "Closed"
    assert "the cell has Closed, Amazon says Past Due." in second[4]
    assert done.json["kept"] == 1


def test_a_table_grows_and_a_total_below_it_stays(start_amazon, payments, book):
    start_amazon()
    path = book([*numbers(3), "Total"])
    edit(path, lambda sheet: sheet.add_table(Table(displayName="tbl", ref="A1:B5")))
    assert payments(path).code == 0
    assert openpyxl.load_workbook(path).worksheets[0].tables["tbl"].ref == "A1:E5"
    assert cells_of(path)[4] == ("o", "Total", None, None, None)


@pytest.mark.parametrize("header", ["Rechnungsnummer", "invoice_no", "číslo faktury"])
def test_the_column_is_found_in_many_spellings(header, start_amazon, payments, book):
    start_amazon()
    path = book(numbers(2), headers=("Order ID", header))
    assert payments(path).json["rows"] == 2


def test_another_column_can_be_named(start_amazon, payments, make_book):
    start_amazon(payments={"C1": details("Closed")})
    headers = ("Invoice Number", "Consolidated Invoice Number")
    path = make_book([("A", "C1"), ("B", "Pending")], headers=headers)
    done = payments(path, "--column", "consolidated invoice number")
    assert done.json["statuses"] == {"Closed": 1}
    assert cells_of(path)[2][2] is None


def test_a_dry_run_asks_nobody_and_writes_nothing(start_amazon, payments, book, cli):
    amazon = start_amazon()
    path = book(numbers(30))
    before = path.read_bytes()
    done = payments(path, "--dry-run")
    assert (done.json["would_ask"], done.json["changed"], len(amazon.requests)) == (30, 0, 0)
    payments(path, "--output", path.with_name("other.xlsx"))
    asked = len(amazon.requests)
    done = payments(path, "--dry-run")
    assert (done.json["would_ask"], done.json["changed"]) == (0, 93)
    assert "would ask about 0 invoices" in cli("payments", path, "--dry-run").out
    assert len(amazon.requests) == asked
    assert path.read_bytes() == before


def test_the_result_can_go_elsewhere(start_amazon, payments, book, tmp_path):
    start_amazon()
    path, other = book(numbers(3)), tmp_path / "other.xlsx"
    before = path.read_bytes()
    done = payments(path, "--output", other)
    assert (done.json["output"], done.json["backup"]) == (str(other), None)
    assert path.read_bytes() == before
    assert len(cells_of(other)[0]) == 5


def test_a_sheet_without_invoice_numbers_is_refused(start_amazon, payments, make_book):
    amazon = start_amazon()
    done = payments(make_book([("o", 1, 2)]))
    assert done.code == 2
    assert done.json["error"]["code"] == "no-invoice-numbers"
    assert "--column" in done.json["error"]["next_step"]
    assert len(amazon.requests) == 0


def test_a_workbook_that_is_open_is_refused_before_anybody_is_asked(start_amazon, payments, book):
    amazon = start_amazon()
    path = book(numbers(3))
    path.with_name(f"~${path.name}").write_bytes(b"\x05alice" + b" " * 159)
    assert payments(path).code == 5
    assert len(amazon.requests) == 0


def test_a_protected_sheet_is_refused_and_the_answers_are_kept(start_amazon, payments, book):
    start_amazon()
    path = book(numbers(3))
    edit(path, lambda sheet: setattr(sheet.protection, "sheet", True))
    before = path.read_bytes()
    done = payments(path)
    assert (done.code, done.json["error"]["code"]) == (2, "sheet-protected")
    assert path.read_bytes() == before
    edit(path, lambda sheet: setattr(sheet.protection, "sheet", False))
    assert payments(path).json["requests"] == 0


def test_people_read_what_happened(start_amazon, cli, book):
    start_amazon(payments={"A": details("Closed"), "B": details("Past Due")})
    path = book(["A", "B", "B", None])
    out = cli("payments", path).out
    assert "3 rows, 2 distinct invoices, 0 known, 1 request" in out
    assert out.index("Past Due") < out.index("Closed")
    assert "1 row without an invoice number" in out
    assert "The old content is in" in out


def test_the_limit_of_the_sandbox_is_never_overrun(start_amazon, payments, book):
    amazon = start_amazon(limits={PAYMENTS: Limit(1000, 1000)}, max_line_items=25)
    payments(book(numbers(26)))
    assert amazon.requests.statuses(PAYMENTS) == {200: 2}


def test_the_published_examples_of_the_static_sandbox_are_understood(start_amazon, payments, book):
    start_amazon(mode="static")
    path = book(["JP218PV8HMOI", "1XQX-T4VG-9939"])
    assert payments(path).json["statuses"] == {"Not returned": 1, "Refused": 1}
    assert "no payment status" in cells_of(path)[1][4]
    assert "it gives no reason" in cells_of(path)[2][4]
    path = book(["INVALID_INVOICE_ID"], name="other.xlsx")
    assert payments(path).json["statuses"] == {"Refused": 1}
    assert "must contain at least one invoice ID" in cells_of(path)[1][4]


def test_columns_beside_a_table_without_room_are_used_again(start_amazon, payments, book):
    start_amazon()
    path = book(numbers(3))

    def crowd(sheet):
        sheet["D2"] = "not ours"
        sheet.add_table(Table(displayName="tbl", ref="A1:B4"))

    edit(path, crowd)
    assert payments(path).json["changed"] == 3 * 4
    assert payments(path).json["changed"] == 0
    assert cells_of(path)[0] == ("Order ID", "Invoice Number", None, None, *RESULTS)


def test_new_columns_show_what_they_hold(start_amazon, payments, book):
    start_amazon()
    path = book(numbers(1))
    payments(path)
    widths = openpyxl.load_workbook(path).worksheets[0].column_dimensions
    assert all(widths[column].width > 15 for column in "CDE")


def test_a_sheet_whose_numbers_are_still_missing_is_sent_to_the_refresh(cli, start_amazon, book):
    start_amazon()
    assert "left as they are: refresh first" in cli("payments", book([None, None])).out
