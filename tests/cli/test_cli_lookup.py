"""Looking up a CSV file: what is read, what is refused, and what comes out."""

import csv
import io

import pytest

from tests.conftest import one_invoice_each
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import ResultField

LINE = LineItem("111-1087441-1234567", "92258882544123", "XWwjNjAbC")  # a published example
WAITING = LineItem("111-0000001-0000001", "00000000000017", "AbCdEfGhI")
HEADERS = ["orderId", "orderLineItemId", "shipmentId"]
RESULTS = [one.header for one in ResultField]


@pytest.fixture
def make_csv(tmp_path):
    """Write a CSV file of these rows."""

    def make(*rows):
        path = tmp_path / "lines.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        return path

    return make


def table_of(done):
    assert done.code == 0
    return list(csv.reader(io.StringIO(done.out)))


@pytest.mark.parametrize("ids", [LINE, LINE[:1], LINE[:2], (*LINE, "more")])
def test_ids_beside_a_file_are_wrong_use(ids, amazon, cli, make_csv):
    done = cli("lookup", *ids, "--csv", make_csv(HEADERS, LINE))
    assert done.code == 2
    assert "--help" in done.err
    assert len(amazon.requests) == 0


def test_a_file_that_is_missing(cli, tmp_path):
    done = cli("lookup", "--csv", tmp_path / "nope.csv", "--json")
    assert done.code == 2
    assert done.json["error"]["code"] == "no-such-file"
    assert "nope.csv" in done.json["error"]["message"]


def test_a_file_that_is_a_folder(cli, tmp_path):
    done = cli("lookup", "--csv", tmp_path, "--json")
    assert done.code == 2
    assert done.json["error"]["code"] == "csv-unreadable"
    assert "UTF-8" not in done.json["error"]["message"]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
def test_a_file_in_any_usual_encoding(encoding, cli, tmp_path):
    path = tmp_path / "lines.csv"
    path.write_text("orderId;Verkäufer\n1;2\n", encoding=encoding)
    done = cli("lookup", "--csv", path, "--json")
    assert done.json["error"]["code"] == "columns-not-found"
    assert "Verkäufer" in done.json["error"]["message"]


def test_a_cell_beyond_every_limit(cli, make_csv):
    path = make_csv(HEADERS, LINE, [*LINE[:2], "x" * (csv.field_size_limit() + 1)])
    done = cli("lookup", "--csv", path, "--json")
    assert done.code == 2
    assert done.json["error"]["code"] == "csv-unreadable"
    assert "line 3" in done.json["error"]["message"]


def test_results_in_json_name_their_rows(amazon, cli, make_csv):
    path = make_csv(
        ["A report"], ["note", *HEADERS], ["", *LINE], [], ["x", " 1 2 ", "2.07645E+13", ""]
    )
    results = cli("lookup", "--csv", path, "--json").json["results"]
    ids = ("order_id", "order_line_item_id", "shipment_id")
    assert [(one["row"], *(one[name] for name in ids)) for one in results] == [
        (3, *LINE),
        (5, " 1 2 ", "2.07645E+13", ""),
    ]
    assert [one["status"] for one in results] == ["Found", "ID damaged"]


def test_a_typed_line_item_that_is_wrong_shows_its_ids(amazon, cli):
    (result,) = cli("lookup", LINE.order_id, "", "x", "--json").json["results"]
    assert "row" not in result
    assert (result["order_id"], result["order_line_item_id"]) == (LINE.order_id, "")
    assert result["status"] == "Check IDs"


def test_result_columns_of_the_file_are_filled_in_place(amazon, cli, make_csv):
    first = cli("lookup", "--csv", make_csv([*HEADERS, "Note"], [*LINE, "mine"], [""] * 4))
    once = table_of(first)
    assert once[0] == [*HEADERS, "Note", *RESULTS]
    assert table_of(cli("lookup", "--csv", make_csv(*once))) == once


def test_only_the_result_columns_that_are_missing_are_added(amazon, cli, make_csv):
    path = make_csv(
        ["Invoice Date", *HEADERS, "Invoice Number", "Note"], ["", *LINE, "old", "mine"]
    )
    header, row = table_of(cli("lookup", "--csv", path))
    assert header == [
        "Invoice Date",
        *HEADERS,
        "Invoice Number",
        "Note",
        "Consolidated Invoice Number",
        "Invoice Status",
        "Invoice Message",
    ]
    assert row[:6] == ["2023-11-22", *LINE, "1677-HWGG-ABCD", "mine"]
    assert row[7] == "Found"


def test_values_of_a_line_item_that_is_not_answered_stay(start_amazon, cli, make_csv, monkeypatch):
    start_amazon(shares=one_invoice_each())
    monkeypatch.setenv("AMAZON_BUSINESS_ENDPOINT", "http://127.0.0.1:9")
    path = make_csv([*HEADERS, *RESULTS[:4]], [*WAITING, "A-1", "2026-03-31", "C-1", "Found"])
    done = cli("lookup", "--csv", path)
    assert done.code == 1
    row = list(csv.reader(io.StringIO(done.out)))[1]
    assert row[3:7] == ["A-1", "2026-03-31", "C-1", "Failed"]


def test_a_value_of_a_line_item_without_an_invoice_goes(start_amazon, cli, make_csv):
    start_amazon(overrides={WAITING: "empty"})
    path = make_csv([*HEADERS, *RESULTS[:1]], [*WAITING, "A-1"])
    assert table_of(cli("lookup", "--csv", path))[1][3] == ""


def test_a_lone_return_in_a_cell_ends_no_row(start_amazon, cli, tmp_path):
    """Python's writer does not quote it, its reader ends a row there; found by random files."""
    start_amazon(shares=one_invoice_each())
    path = tmp_path / "lines.csv"
    path.write_bytes((",".join([*HEADERS, "note"]) + f'\r\n{",".join(LINE)},"a\rb"\r\n').encode())
    _, row = table_of(cli("lookup", "--csv", path))
    assert row[3] == "a\nb"
    assert row[4:8][-1] == "Found"
