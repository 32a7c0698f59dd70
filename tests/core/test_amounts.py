"""Amounts as reports write them, in every country's way; doubtful ones are none."""

from decimal import Decimal

import pytest

from xlsx_addin.core.amounts import DecimalMark, amount_in, amount_of, decimal_mark
from xlsx_addin.core.cells import CellError, Formula, Missing

POINT, COMMA = DecimalMark.POINT, DecimalMark.COMMA


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("$1,234.50", "1234.50"),
        ("1.234,50 €", "1234.50"),
        ("1 234,50 Kč", "1234.50"),
        ("1\u00a0234,50 EUR", "1234.50"),
        ("1'234.50 CHF", "1234.50"),
        ("CHF 1\u2019234.50", "1234.50"),
        ("¥1,980", "1980"),
        ("1,980円", "1980"),
        ("￥12,345,678", "12345678"),
        ("US$12.00", "12.00"),
        ("CA$12.00", "12.00"),
        ("155.11", "155.11"),
        ("155,1", "155.1"),
        (".99", "0.99"),
        ("0,999", "0.999"),
        ("1234.567", "1234.567"),
        ("1.234.567", "1234567"),
        ("42", "42"),
        ("-$12.00", "-12.00"),
        ("$-12.00", "-12.00"),
        ("12.00-", "-12.00"),
        ("(12.00)", "-12.00"),
        ("($1,234.50)", "-1234.50"),
        ("\u221212.00", "-12.00"),
    ],
)
def test_what_can_be_read_one_way_is_read(text, amount):
    assert amount_in(text) == Decimal(amount)


@pytest.mark.parametrize(
    "text",
    [
        *("", "-", "N/A", "--", "\u2013", "1.234", "1,234", "1.234 €", "12-34", "(12", "12)"),
        *("-(12)", "1,23,456.0", "12.34.56", "abc", "12 pieces", "=1+1", "1e5", "١٢", "9" * 50),
        *("$", "1.2,3.4", "1234,567.00", "NaN", "Infinity", "--12"),
    ],
)
def test_what_is_no_amount_or_may_be_two_is_none(text):
    assert amount_in(text) is None


@pytest.mark.parametrize(
    ("mark", "amount"), [(POINT, "1234"), (COMMA, "1.234")], ids=["point", "comma"]
)
def test_the_mark_of_the_column_decides_what_alone_is_in_doubt(mark, amount):
    assert amount_in("1,234", mark) == Decimal(amount)


def test_an_amount_that_does_not_fit_the_mark_of_its_column_is_none():
    assert amount_in("1.234,50", POINT) is None


@pytest.mark.parametrize(
    ("texts", "mark"),
    [
        (["1,234", "5.00"], POINT),
        (["1.234", "5,00", "N/A", "-"], COMMA),
        (["$1,234"], POINT),
        (["1,234", "2,345"], None),
        (["5.00", "5,00"], None),
        (["7", "8"], None),
        ([], None),
    ],
)
def test_the_mark_is_told_by_the_texts_without_doubt(texts, mark):
    assert decimal_mark(texts) is mark


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        (0.1, "0.1"),
        (12, "12"),
        (Formula(12.5), "12.5"),
        (Formula("$3.00"), "3.00"),
        (Formula(Missing.RESULT), None),
        (True, None),
        (None, None),
        (float("nan"), None),
        (CellError("#N/A"), None),
    ],
)
def test_cells_of_every_kind(cell, amount):
    assert amount_of(cell) == (None if amount is None else Decimal(amount))
