"""The published exchanges, from the sandbox through the client into a workbook."""

import json
from datetime import datetime
from importlib import resources

import pytest

from tests.conftest import cells_of
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.sandbox import INVOICES, FaultKind, FaultPlan, FaultRule

SECOND = (
    "JP218PV8HMOI",
    "JP22E0VEIAJGKI",
    "JP2SPSMAJGKC (credit)",
    "JP21UV8HMOC (credit)",
    "JP2SRUXAJGKC (credit)",
)


def example(name):
    folder = resources.files("xlsx_addin.sandbox") / "data" / "examples"
    return json.loads((folder / f"{name}.json").read_text("utf-8"))


def lines_of(name):
    return [
        LineItem(line["orderId"], line["orderLineItemId"], line["shipmentId"])
        for line in example(name)["request"]["orderLineItems"]
    ]


@pytest.mark.parametrize(
    ("name", "region", "rows"),
    [
        (
            "invoices-guide-na",
            "na",
            [("1677-HWGG-ABCD", datetime(2023, 11, 22), None, "Found")],
        ),
        (
            "invoices-guide-eu-consolidated",
            "eu",
            [("DE4UPC2ABEY", datetime(2024, 7, 19), "DE4UPC2ABEY", "Found")],
        ),
        ("invoices-observed-na-nulls", "na", [(None, None, None, "No invoice yet")]),
    ],
)
def test_the_published_answers_reach_the_right_cells(
    name, region, rows, start_amazon, refresh, make_book
):
    start_amazon(region=region)
    book = make_book(lines_of(name))
    assert refresh(book).code == 0
    assert [row[3:7] for row in cells_of(book)[1:]] == rows


def test_the_japanese_answer_is_dated_in_tokyo_and_matched_by_ids(start_amazon, refresh, make_book):
    start_amazon(region="jp", mode="static")
    book = make_book(lines_of("invoices-sandbox-jp"))
    assert refresh(book).code == 0
    first, second = cells_of(book)[1:]
    # The published answer lists the second line first; 15:30 UTC is the next day in Tokyo.
    assert first[3:7] == (
        "JP25EF9G0FUI; JP22C9G0FUC (credit)",
        datetime(2022, 4, 1),
        None,
        "Several",
    )
    assert second[3:7] == (
        "; ".join(SECOND),
        datetime(2022, 3, 31),
        "11XS-123S-XFA1",
        "Several",
    )
    assert "other line items of the shipment for JP2SPSMAJGKC, JP2SRUXAJGKC." in second[7]


def test_a_pending_consolidation_is_filled_in_later(start_amazon, refresh, make_book):
    (line,) = lines_of("invoices-guide-eu-consolidated")
    line = line._replace(shipment_id="B1b2CD34E")
    pending = example("invoices-derived-consolidation-pending-fragment")["response"]
    final = example("invoices-guide-eu-consolidated")["response"]
    amazon = start_amazon(region="eu", overrides={line: [pending]})
    book = make_book([line])
    refresh(book)
    assert cells_of(book)[1][3:7] == ("DE4UPC2ABEY", datetime(2024, 7, 19), None, "Pending")
    amazon.options.overrides[line] = final["invoiceDetailsByOrderLineItems"][0]["invoiceDetails"]
    done = refresh(book)
    assert done.book["requests"] == 1
    assert cells_of(book)[1][3:8] == (
        "DE4UPC2ABEY",
        datetime(2024, 7, 19),
        "DE4UPC2ABEY",
        "Found",
        "Nothing to do.",
    )


def test_an_invoice_that_is_not_consolidated_leaves_that_cell_empty(
    start_amazon, refresh, make_book
):
    line = LineItem("203-4992113-3763510", "20710696305482", "Dnblwrygt")
    start_amazon(
        region="eu",
        overrides={line: [example("invoices-derived-not-consolidated-fragment")["response"]]},
    )
    book = make_book([line])
    refresh(book)
    assert cells_of(book)[1][5:7] == (None, "Found")


@pytest.mark.parametrize(
    ("fault", "status", "exit_code", "words"),
    [
        (FaultRule(kind=FaultKind.DENIED), "Not allowed", 3, "role"),
        (FaultRule(kind=FaultKind.ERROR, status=500), "Failed", 1, "request id"),
        (FaultRule(kind=FaultKind.HTML), "Failed", 1, "request id"),
        (FaultRule(kind=FaultKind.TRUNCATED), "Failed", 1, "request id"),
    ],
)
def test_errors_reach_the_rows_with_cause_and_request_id(
    fault, status, exit_code, words, start_amazon, refresh, make_book, home
):
    start_amazon(faults=FaultPlan((fault,)))
    book = make_book(lines_of("invoices-guide-na"))
    done = refresh(book)
    assert done.code == exit_code
    row = cells_of(book)[1]
    assert row[6] == status
    assert words in row[7]
    assert row[3] is None


def test_an_expired_token_costs_one_more_token_and_one_more_request(
    start_amazon, refresh, make_book
):
    amazon = start_amazon(
        faults=FaultPlan((FaultRule(kind=FaultKind.EXPIRED_TOKEN, to_request=1),))
    )
    book = make_book(lines_of("invoices-guide-na"))
    assert refresh(book).code == 0
    assert amazon.requests.count(INVOICES) == 2


def test_a_poison_line_is_found_and_the_others_get_their_invoices(start_amazon, refresh, make_book):
    lines = [LineItem("111-0000001-0000001", f"{n:014d}", "XWwjNjAbC") for n in range(25)]
    amazon = start_amazon(overrides={lines[7]: "refuse"})
    book = make_book(lines)
    done = refresh(book)
    assert done.code == 0
    assert done.book["statuses"]["Check IDs"] == 1
    assert amazon.requests.count(INVOICES) <= 11
    assert "Amazon refuses this line item" in cells_of(book)[8][7]
    assert refresh(book).book["requests"] == -(-done.book["statuses"]["No invoice yet"] // 25)
