"""The commands from a downloaded report to its IDs and invoices, as a user types them."""

import json

import pytest

from tests.conftest import cells_of

HEADERS = ("Order Date", "Order ID", "Amount")


@pytest.fixture
def report_book(cli, tmp_path):
    """The workbook of a small Orders report of the sandbox."""
    source, book = tmp_path / "orders.csv", tmp_path / "orders.xlsx"
    done = cli(
        *("sandbox", "--region", "eu", "--orders-report", source, "--report-rows", 40),
    )
    assert done.code == 0
    assert f"xlsx-addin new {book} --from-report {source}" in done.out
    done = cli("new", book, "--from-report", source)
    assert (done.code, done.err) == (0, "")
    assert f"{book} is ready: the Orders report, 40 rows, on sheet Orders." in done.out
    assert f"xlsx-addin add-ids {book} --refresh" in done.out
    return book


def test_a_report_gets_its_ids_and_invoices(cli, report_book):
    done = cli("add-ids", report_book, "--sandbox", "--refresh")
    assert done.code == 0
    assert "40 rows with an order ID" in done.out
    header, *rows = cells_of(report_book)
    status = header.index("ID Status")
    assert {row[status] for row in rows} <= {"Filled", "Split", "Skipped", "Not found", "Ambiguous"}
    assert sum(row[status] == "Filled" for row in rows) > 30
    assert header[-3:] == ("Consolidated Invoice Number", "Invoice Status2", "Invoice Message") or (
        "Invoice Message" in header
    )
    assert "Found" in done.out


def test_json_tells_all_and_the_next_run_needs_nothing(cli, report_book):
    first = cli("add-ids", report_book, "--sandbox", "--json").json
    assert (first["sheet"], first["rows"], first["error"]) == ("Orders", 40, None)
    assert first["filled"] == first["statuses"]["Filled"] > 30
    assert sum(first["statuses"].values()) == 40
    second = cli("add-ids", report_book, "--sandbox", "--json").json
    assert (second["requests"], second["changed"], second["filled"]) == (0, 0, 0)
    assert second["statuses"] == first["statuses"]


def test_a_dry_run_says_what_it_would_ask(cli, report_book):
    before = report_book.read_bytes()
    done = cli("add-ids", report_book, "--sandbox", "--dry-run")
    assert done.code == 0
    assert "Dry run: would ask for" in done.out
    assert report_book.read_bytes() == before


def test_what_stands_in_the_way_is_said_with_the_next_step(cli, make_book):
    book = make_book([("x", 1)], headers=("What", "Amount"))
    done = cli("add-ids", book, "--sandbox")
    assert done.code == 2
    assert "has no column Order ID" in done.out
    assert "Nothing was written." in done.out
    found = cli("add-ids", book.with_name("nope.xlsx"), "--sandbox", "--json")
    assert (found.code, found.json["error"]["code"]) == (2, "no-such-file")


def test_a_sign_in_that_is_refused_is_told_in_every_row(start_amazon, cli, make_book, monkeypatch):
    start_amazon()
    monkeypatch.setenv("AMAZON_BUSINESS_REFRESH_TOKEN", "Atzr|wrong")
    book = make_book([("2025-03-01", "111-0000001-0000001", 5.0)], headers=HEADERS)
    done = cli("add-ids", book)
    assert done.code == 3
    header, row = cells_of(book)
    assert row[header.index("ID Status")] == "Not allowed"


def test_a_csv_file_given_to_add_ids_is_told_how_to_become_a_workbook(cli, tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text("Order ID,ASIN\n1,2\n")
    done = cli("add-ids", path, "--sandbox")
    assert done.code == 2
    assert "--from-report" in done.out


@pytest.mark.parametrize(
    ("words", "code"),
    [(("--report-rows", "0"), 2), ((), 0)],
)
def test_a_report_of_the_sandbox_needs_rows(cli, tmp_path, words, code):
    path = tmp_path / "rec.csv"
    done = cli("sandbox", "--reconciliation-report", path, *words, "--json")
    assert done.code == code
    assert path.exists() is (code == 0)
    if code == 0:
        assert json.loads(done.out) == {"reconciliation": str(path)}


def test_new_from_report_in_json(cli, tmp_path):
    source, book = tmp_path / "a.csv", tmp_path / "a.xlsx"
    source.write_text("Order ID,Order Date\n1,03/04/2026\n")
    assert cli("new", book, "--from-report", source, "--json").json == {
        "path": str(book),
        "report": "",
        "sheet": "Report",
        "rows": 1,
        "columns": 2,
        "dates_as_text": 1,
        "amounts_as_text": 0,
    }
