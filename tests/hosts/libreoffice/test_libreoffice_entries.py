"""What Excel makes of what is typed, and how formulas are written."""

import datetime as dt

import pytest

from tests.hosts.libreoffice.boxes import Box, column_letters, column_number
from tests.hosts.libreoffice.entries import Formula, Moment, Percent, entry, text_entry, typed
from tests.hosts.libreoffice.formats import excel_date_code
from tests.hosts.libreoffice.grammar import excel_formula, moved, office_formula
from tests.hosts.libreoffice.ranges import steps_to_edge


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0012", 12.0),
        (" 12 ", 12.0),
        ("$1,200.50", 1200.5),
        ("1,20", "1,20"),
        (".5", 0.5),
        ("-.5", -0.5),
        ("1e3", 1000.0),
        ("12.5%", Percent(0.125, "0.00%")),
        ("#n/a", Formula("=#N/A")),
        ("false", False),
        ("=", "="),
        ("+1+1", Formula("=+1+1")),
        ("@SUM(A1)", Formula("=SUM(A1)")),
        ("'", None),
        ("-", "-"),
        ("INV-001", "INV-001"),
        ("12a", "12a"),
    ],
)
def test_numbers_words_and_formulas(text, expected):
    assert typed(text, year=2026) == expected


@pytest.mark.parametrize(
    ("text", "when", "code"),
    [
        ("2026-03-31", dt.datetime(2026, 3, 31), "m/d/yyyy"),
        ("3/31/2026", dt.datetime(2026, 3, 31), "m/d/yyyy"),
        ("3/31/26", dt.datetime(2026, 3, 31), "m/d/yyyy"),
        ("3/31/76", dt.datetime(1976, 3, 31), "m/d/yyyy"),
        ("1/2", dt.datetime(2026, 1, 2), "d-mmm"),
        ("31-Mar-26", dt.datetime(2026, 3, 31), "d-mmm-yy"),
        ("31 March", dt.datetime(2026, 3, 31), "d-mmm"),
        ("March 31, 2026", dt.datetime(2026, 3, 31), "d-mmm-yy"),
        ("2026-03-31 14:30", dt.datetime(2026, 3, 31, 14, 30), "m/d/yyyy h:mm"),
        ("2:30 pm", dt.datetime(1899, 12, 30, 14, 30), "h:mm"),
    ],
)
def test_dates(text, when, code):
    assert typed(text, year=2026) == Moment(when, code)


@pytest.mark.parametrize(
    "text",
    [
        "13/31/2026",
        "2026-02-30",
        "2026-03-31T10:00:00Z",
        "25:00",
        "13:00 pm",
        "31-Foo-26",
        "3/4/5/6",
    ],
)
def test_what_is_no_date_is_text(text):
    assert typed(text, year=2026) == text


def test_entries_of_other_types():
    assert entry(dt.date(2026, 3, 31), year=2026) == Moment(dt.datetime(2026, 3, 31), "m/d/yyyy")
    assert entry(7, year=2026) == 7.0
    assert entry(True, year=2026) is True
    assert text_entry(True) == "TRUE"
    assert text_entry(1e20) == "100000000000000000000"
    assert text_entry(1e21) == "1E+21"
    assert text_entry(1e-05) == "0.00001"
    assert text_entry(0.1 + 0.2) == "0.3"
    assert text_entry(dt.datetime(2026, 3, 31)) == "3/31/2026"


@pytest.mark.parametrize(
    ("office", "excel"),
    [
        ("=SUM(A1;B2)", "=SUM(A1,B2)"),
        ('=IF(A1="a;b|c";1;2)', '=IF(A1="a;b|c",1,2)'),
        ("=$'My Sheet'.A1&$Other.$B$2", "='My Sheet'!A1&Other!$B$2"),
        ("=SUM($Other.A1:B3)", "=SUM(Other!A1:B3)"),
        ("=SUM({1;2|3;4})", "=SUM({1,2;3,4})"),
        ("=Orders[[#This Row];[a;b]]", "=Orders[[#This Row],[a;b]]"),
        ("=ERROR.TYPE(A1)", "=ERROR.TYPE(A1)"),
    ],
)
def test_formulas_are_translated_both_ways(office, excel):
    assert excel_formula(office) == excel
    assert office_formula(excel) == office


def test_what_only_one_of_them_writes():
    assert excel_formula("{=A1:A2*2}") == "=A1:A2*2"
    assert office_formula("=Orders[@ID]+Orders[@[a b]]") == (
        "=Orders[[#This Row];[ID]]+Orders[[#This Row];[a b]]"
    )


def test_a_formula_moves_but_not_its_text_and_names():
    formula = "=A1+$B$2+LOG10(C$3)+\"A1\"+Orders[A1]+'A1'!A1"
    assert moved(formula, rows=2, columns=1) == ("=B3+$B$2+LOG10(D$3)+\"A1\"+Orders[A1]+'A1'!B3")


def test_dates_have_codes_in_small_letters():
    assert excel_date_code('DD"TH" MMM YYYY') == 'dd"TH" mmm yyyy'
    assert excel_date_code("[HH]:MM AM/PM") == "[hh]:mm AM/PM"
    assert excel_date_code("[$-409]D MMM") == "[$-409]d mmm"


@pytest.mark.parametrize(("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (16384, "XFD")])
def test_columns_have_letters(number, letters):
    assert column_letters(number) == letters
    assert column_number(letters.lower()) == number


def test_addresses():
    assert Box.parse("$B$2:a1") == Box(1, 1, 2, 2)
    assert Box.parse("B:C").shape == (1_048_576, 2)
    assert Box.parse("2:3").shape == (2, 16_384)
    assert Box.parse("Orders") is None
    assert [Box.parse(one).address() for one in ("3:4", "A:B")] == ["$3:$4", "$A:$B"]
    assert Box(1, 1, 2, 2).address(absolute_row=False, absolute_column=False) == "A1:B2"


@pytest.mark.parametrize(
    ("cells", "steps"),
    [("xx_", 1), ("xxx", 2), ("x__x", 3), ("__x", 2), ("x", None), ("x__", None)],
)
def test_the_way_to_the_edge(cells, steps):
    assert steps_to_edge([one == "x" for one in cells]) == steps
