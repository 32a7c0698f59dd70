from datetime import date

import pytest

from xlsx_addin.core.cells import CellError, Formula, Missing
from xlsx_addin.core.data_rows import is_repeated_header, is_totals_row, last_data_row

IDS = ("111-1234567-1234567", "20764520160100", "DCYHpTnpG")
BLANK = (None, None, None)


def last(rows, **options):
    order, line, shipment = zip(*rows, strict=True) if rows else ((), (), ())
    return last_data_row(order, line, shipment, first_row=2, **options)


@pytest.mark.parametrize(
    "word",
    [
        *("Total", "TOTALS", "Total:", "Grand Total", "Subtotal", "Sub-total", "Sum", "Total 25"),
        *("Total for March", "Summe", "Gesamt", "Gesamtsumme", "Zwischensumme", "Celkem"),
        *("Součet", "Sous-total", "Totaux", "Total général", "Totale", "Somma", "Suma", "Totaal"),
        *("合計", "小計", "\ufeffTotal", Formula("Total")),
    ],
)
def test_a_word_for_totals_makes_a_totals_row(word):
    assert is_totals_row(word, None, None)
    assert is_totals_row(None, 25, None, text=word)
    assert is_totals_row(word, Formula(25), None)


@pytest.mark.parametrize(
    "ids",
    [
        (None, Formula(25), None),
        (Formula(25), Formula(25), None),
        (Formula(2.5e15), None, None),
        (None, Formula(Missing.RESULT), None),
    ],
)
def test_nothing_but_sums_makes_a_totals_row(ids):
    assert is_totals_row(*ids)


@pytest.mark.parametrize(
    ("ids", "text"),
    [
        pytest.param(IDS, "Total", id="all IDs are there"),
        pytest.param(BLANK, None, id="blank"),
        pytest.param(BLANK, "Postage", id="another text"),
        pytest.param(("111-1234567-1234567", None, None), "Total Wireless Phone", id="an order"),
        pytest.param((None, 20764520160100, None), "Total", id="a line item as a number"),
        pytest.param((None, Formula(20764520160100.0), None), None, id="a line item by formula"),
        pytest.param((None, 25, None), None, id="a number without a word"),
        pytest.param((Formula("x"), None, None), None, id="a formula with a text"),
        pytest.param((Formula(True), None, None), None, id="a formula with a truth"),
        pytest.param((Formula(1), Formula(2), Formula(3)), None, id="three formulas"),
        pytest.param(("Totally", None, None), None, id="the beginning of another word"),
        pytest.param((CellError("#N/A"), date(2025, 1, 1), None), None, id="damaged cells"),
    ],
)
def test_other_rows_are_no_totals(ids, text):
    assert not is_totals_row(*ids, text=text)


@pytest.mark.parametrize(
    ("rows", "row"),
    [
        pytest.param([], 1, id="no rows"),
        pytest.param([BLANK, BLANK], 1, id="blank rows only"),
        pytest.param([IDS, IDS], 3, id="data to the end"),
        pytest.param([IDS, BLANK, IDS, BLANK, ("", " ", "n/a")], 4, id="blank rows at the end"),
        pytest.param([IDS, (Formula(""),) * 3], 2, id="formulas that show nothing"),
        pytest.param([IDS, ("Total", None, None)], 2, id="totals"),
        pytest.param([IDS, BLANK, ("Total", 1, None), BLANK], 2, id="totals after a gap"),
        pytest.param(
            [IDS, ("Subtotal", 1, None), BLANK, ("VAT 19 %", None, None), ("Total", 2, None)],
            2,
            id="several totals with a note between",
        ),
        pytest.param(
            [IDS, ("Total", None, None), ("Made by the finance team", None, None)],
            2,
            id="a note below the totals",
        ),
        pytest.param([IDS, ("Made by X", None, None)], 3, id="a note without totals"),
        pytest.param([IDS, ("Subtotal", None, None), IDS], 4, id="a subtotal in the middle"),
        pytest.param(
            [IDS, ("Total", None, None), ("111-1234567-1234567", None, None)],
            4,
            id="an incomplete line below",
        ),
        pytest.param([("Total", None, None)], 1, id="nothing but totals"),
    ],
)
def test_the_data_ends_above_the_totals(rows, row):
    assert last(rows) == row


def test_another_column_may_say_total():
    rows = [IDS, IDS, (None, 2, None)]
    assert last(rows) == 4
    assert last(rows, text=["a", "b", "Total"]) == 3


def test_a_header_among_the_data_is_recognised():
    assert is_repeated_header("Order ID", "Order Line Item ID", "Shipment ID")
    assert is_repeated_header("orderId", Formula("lineItemId"), "shipment_id")


@pytest.mark.parametrize(
    "ids",
    [
        IDS,
        BLANK,
        ("Order ID", None, None),
        ("Order ID", "Shipment ID", "Line Item ID"),
        ("D01-1234567-1234567", "20764520160100", "DCYHpTnpG"),
        ("Invoice Number", "Invoice Date", "Invoice Status"),
        (1, 2, 3),
    ],
)
def test_other_rows_are_no_header(ids):
    assert not is_repeated_header(*ids)
