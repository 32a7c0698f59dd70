"""How the host in memory reads what is typed, rule by rule."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hosts.memory.cells import Calendar, CellError, number_text
from tests.hosts.memory.typing_rules import NotReadable, Typed, read_typed

TODAY = date(2026, 11, 25)
CALENDAR = Calendar()


def typed(text, number_format="General"):
    return read_typed(text, number_format=number_format, today=TODAY)


def day(*parts):
    return CALENDAR.number(datetime(*parts))


@pytest.mark.parametrize(
    ("text", "number", "number_format"),
    [
        ("7", 7.0, None),
        ("00123", 123.0, None),
        ("-5", -5.0, None),
        ("+5", 5.0, None),
        ("  12 ", 12.0, None),
        (".5", 0.5, None),
        ("1.", 1.0, None),
        ("(5)", -5.0, None),
        ("20764520160100", 20764520160100.0, None),
        ("123456789012345678", 123456789012345000.0, None),
        ("0.00001234567890123456789", 0.0000123456789012345, None),
        ("1E5", 100000.0, "0.00E+00"),
        ("123e12", 1.23e14, "0.00E+00"),
        ("12E-2", 0.12, "0.00E+00"),
        ("1,234", 1234.0, "#,##0"),
        ("1,234.5", 1234.5, "#,##0.00"),
        ("12%", 0.12, "0%"),
        ("12.5 %", 0.125, "0.00%"),
        ("$5", 5.0, "$#,##0_);[Red]($#,##0)"),
        ("-$5.25", -5.25, "$#,##0.00_);[Red]($#,##0.00)"),
        ("1 1/2", 1.5, "# ?/?"),
        ("0 11/16", 0.6875, "# ??/??"),
    ],
)
def test_numbers(text, number, number_format):
    assert typed(text) == Typed(number, number_format=number_format)


@pytest.mark.parametrize(
    ("text", "moment", "number_format"),
    [
        ("1/2", (2026, 1, 2), "d-mmm"),
        ("3-4", (2026, 3, 4), "d-mmm"),
        ("31/12", (2026, 12, 31), "d-mmm"),
        ("1/32", (1932, 1, 1), "mmm-yy"),
        ("12/2026", (2026, 12, 1), "mmm-yy"),
        ("3/31/26", (2026, 3, 31), "m/d/yyyy"),
        ("3/31/30", (1930, 3, 31), "m/d/yyyy"),
        ("3-31-2026", (2026, 3, 31), "m/d/yyyy"),
        ("2026-03-31", (2026, 3, 31), "m/d/yyyy"),
        ("2026/3/31", (2026, 3, 31), "m/d/yyyy"),
        ("31-Mar", (2026, 3, 31), "d-mmm"),
        ("Mar 31", (2026, 3, 31), "d-mmm"),
        ("MAR-2026", (2026, 3, 1), "mmm-yy"),
        ("31 march 2026", (2026, 3, 31), "d-mmm-yy"),
        ("March 31, 2026", (2026, 3, 31), "d-mmm-yy"),
        ("2026-03-31 14:30", (2026, 3, 31, 14, 30), "m/d/yyyy h:mm"),
    ],
)
def test_days(text, moment, number_format):
    assert typed(text) == Typed(day(*moment), number_format=number_format)


@pytest.mark.parametrize(
    ("text", "hours", "number_format"),
    [
        ("12:30", 12.5, "h:mm"),
        ("6:00:36", 6.01, "h:mm:ss"),
        ("1:30 PM", 13.5, "h:mm AM/PM"),
        ("12:00 am", 0, "h:mm AM/PM"),
        ("25:00", 25, "[h]:mm:ss"),
    ],
)
def test_times(text, hours, number_format):
    read = typed(text)
    assert read.value == pytest.approx(hours / 24)
    assert read.number_format == number_format


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("true", True),
        ("FALSE", False),
        ("#N/A", CellError.NA),
        ("#div/0!", CellError.DIV0),
        ("'00123", "00123"),
        ("'=1+1", "=1+1"),
        ("''twice", "'twice"),
        ("'", ""),
        ("=", "="),
        ("-", "-"),
    ],
)
def test_words_and_marks(text, value):
    assert typed(text) == Typed(value)


@pytest.mark.parametrize(
    "text",
    [
        "112-1111111-1111111",
        "XWwjNjAbC",
        "Dx1aaaaaa",
        "12E4x",
        "1e999",
        "2026-02-30",
        "13/13/2026",
        "3/31/1899",
        "1,23",
        "1.2.3",
        "12:60",
        "#N/A!",
        "\u00a012",
        " blanks around ",
        "R&D",
        "31 Foo",
    ],
)
def test_what_is_none_of_these_stays_as_it_is(text):
    assert typed(text) == Typed(text)


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("=1+1", "=1+1"),
        ('=IF(A1="",,"x")', '=IF(A1="",,"x")'),
        ("=SUM(A1:B2 B1:C3)", "=SUM(A1:B2 B1:C3)"),
        ("=Unknown()", "=Unknown()"),
        ("-abc", "=-abc"),
        ("+A1", "=+A1"),
    ],
)
def test_formulas(text, formula):
    assert typed(text) == Typed(formula=formula)


@pytest.mark.parametrize(
    "text", ["=1+", "=(1", "=1)", '="open', "+49 30 1234567", "-----", "@here", "x" * 32768]
)
def test_what_only_begins_like_a_formula_is_refused(text):
    with pytest.raises(NotReadable):
        typed(text)


@pytest.mark.parametrize(
    "text", ["00123", "1/2", "=1+1", "1E5", "TRUE", "#N/A", "@here", "+49 30", "x" * 32767]
)
def test_cells_formatted_as_text_keep_everything(text):
    assert typed(text, "@") == Typed(text)


def test_an_apostrophe_is_taken_off_in_cells_formatted_as_text_too():
    assert typed("'7", "@") == Typed("7")


def test_a_cell_keeps_the_format_that_it_has():
    assert typed("2026-03-31", "yyyy-mm-dd") == Typed(day(2026, 3, 31))
    assert typed("12%", "0.000") == Typed(0.12)


def test_workbooks_that_count_from_1904_have_smaller_numbers():
    read = read_typed("2026-03-31", today=TODAY, calendar=Calendar(from_1904=True))
    assert read.value == day(2026, 3, 31) - 1462


@given(st.text(max_size=40))
def test_every_text_is_read_or_refused(text):
    try:
        read = typed(text)
    except NotReadable:
        return
    assert (read.value is None) or (read.formula is None)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (7.0, "7"),
        (-12.5, "-12.5"),
        (0.1 + 0.2, "0.3"),
        (92258882544123.0, "92258882544123"),
        (1234567890123456789.0, "1234567890123460000"),
        (-1e15, "-1000000000000000"),
        (1e20, "100000000000000000000"),
        (1e21, "1E+21"),
        (0.00001, "0.00001"),
        (1.5e-20, "1.5E-20"),
    ],
)
def test_numbers_as_the_formula_bar_shows_them(number, text):
    assert number_text(number) == text
