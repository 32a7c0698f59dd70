from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlsx_addin.core.cells import CellError, Formula, Missing
from xlsx_addin.core.data_rows import is_repeated_header
from xlsx_addin.core.judging import is_our_message
from xlsx_addin.core.line_items import Flaw, LineItem, clean_id, read_line_item, read_line_items
from xlsx_addin.core.outcomes import Outcome, Status

GOOD = ("111-1087441-1234567", "92258882544123", "XWwjNjAbC")


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("XWwjNjAbC", "XWwjNjAbC"),
        ("111-1087441-1234567", "111-1087441-1234567"),
        ("12E345678", "12E345678"),
        ("12e345678", "12e345678"),
        ("00123456789012", "00123456789012"),
        ("1E5", "1E5"),
        (20764520160100.0, "20764520160100"),
        (20764520160100, "20764520160100"),
        (0, "0"),
        (999_999_999_999_999, "999999999999999"),
        ("20764520160100.0", "20764520160100"),
        ("007.0", "007"),
        ('="27111715"', "27111715"),
        ('="00123"', "00123"),
        ('"XWwjNjAbC"', "XWwjNjAbC"),
        ("'92258882544123", "92258882544123"),
        ("'XWwjNjAbC'", "XWwjNjAbC"),
        ("“XWwjNjAbC”", "XWwjNjAbC"),
        ("\u00a0XWwjNjAbC\u00a0", "XWwjNjAbC"),
        ("\ufeffXWwj\u200bNjAbC", "XWwjNjAbC"),
        ("\u202aXWwjNjAbC\u202c", "XWwjNjAbC"),
        ("  XWwjNjAbC \t", "XWwjNjAbC"),
        ("20764520160100123456", "20764520160100123456"),
        ("D01-1234567-1234567", "D01-1234567-1234567"),
        ("a" * 100, "a" * 100),
        (Formula("XWwjNjAbC"), "XWwjNjAbC"),
        (Formula(20764520160100.0), "20764520160100"),
        (None, ""),
        ("", ""),
        ("  ", ""),
        ("\u00a0", ""),
        ("\u200b", ""),
        ("N/A", ""),
        ('="N/A"', ""),
        ('=""', ""),
        ("'", ""),
        ('""', ""),
        (Formula(None), ""),
        (Formula(""), ""),
        (Formula(0), ""),
        (Formula(0.0), ""),
    ],
)
def test_what_a_sheet_did_to_an_id_is_undone(cell, wanted):
    assert clean_id(cell) == wanted


@pytest.mark.parametrize(
    "cell",
    [
        "2.07645E+13",
        "2,07645E+13",
        "2.07645e+13",
        "2E+13",
        '="2.07645E+13"',
        1e15,
        20764520160100123,
        20764520160100123.0,
        2.0764e20,
        1234567890123456,
        "1234567890123456.0",
        "0000000000000007.0",
        "9" * 5_000 + ".0",
        10**400,
        -(10**400),
        12.5,
        -5,
        float("nan"),
        float("inf"),
        True,
        False,
        date(2024, 7, 19),
        datetime(2024, 7, 19, 9, 20),
        time(9, 20),
        timedelta(days=1),
        CellError("#N/A"),
        Formula(CellError("#REF!")),
        Formula(1e16),
    ],
)
def test_what_lost_digits_or_is_no_text_is_damaged(cell):
    flaw = clean_id(cell)
    assert isinstance(flaw, Flaw)
    assert flaw.status is Status.ID_DAMAGED


@pytest.mark.parametrize(
    ("cell", "word"),
    [
        ("XWwj NjAbC", "white space"),
        ("XWwj\u00a0NjAbC", "white space"),
        ("XWwj\nNjAbC", "control"),
        ("XWwj\x00NjAbC", "control"),
        ("XWwj\x07NjAbC", "control"),
        ("XWwj\ud800NjAbC", "control"),
        ("a" * 101, "101 characters"),
        (Formula(Missing.RESULT), "never calculated"),
    ],
)
def test_what_is_malformed_says_why(cell, word):
    flaw = clean_id(cell)
    assert isinstance(flaw, Flaw)
    assert flaw.status is Status.CHECK_IDS
    assert word in flaw.reason


def test_case_is_kept():
    assert clean_id("abC") != clean_id("ABC")


def test_three_ids_are_a_line_item():
    assert read_line_item(*GOOD) == LineItem(*GOOD)


@pytest.mark.parametrize("blank", [None, "", "  ", "N/A"])
def test_three_blank_ids_are_no_row(blank):
    assert read_line_item(blank, blank, blank) is None


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ((None, GOOD[1], GOOD[2]), "The order ID is blank: fill in all three IDs."),
        ((GOOD[0], "", GOOD[2]), "The order line item ID is blank: fill in all three IDs."),
        (
            (GOOD[0], None, None),
            "The order line item ID and the shipment ID are blank: fill in all three IDs.",
        ),
    ],
)
def test_missing_ids_are_named(cells, sentence):
    assert read_line_item(*cells) == Outcome(Status.CHECK_IDS, sentence)


def test_damage_is_told_before_blanks_and_names_the_id():
    outcome = read_line_item(GOOD[0], "2.07645E+13", None)
    assert outcome.status is Status.ID_DAMAGED
    assert outcome.message == (
        "The order line item ID became 2.07645E+13, which lost digits: format the column as Text"
        " and paste the ID from its source. The shipment ID is blank: fill in all three IDs."
    )


@given(st.one_of(st.text(), st.floats(), st.integers(), st.booleans(), st.none(), st.datetimes()))
def test_cleaning_never_fails_and_a_clean_id_stays_as_it_is(cell):
    cleaned = clean_id(cell)
    if isinstance(cleaned, str):
        assert clean_id(cleaned) == cleaned
        assert cleaned == cleaned.strip()
        assert len(cleaned) <= 100


@given(st.integers(min_value=0, max_value=10**15 - 1))
def test_a_number_of_up_to_15_digits_keeps_every_digit(number):
    assert clean_id(float(number)) == clean_id(number) == str(number)


@pytest.mark.parametrize("cell", ["2.07645E+13", "a b", None, True, Formula(Missing.RESULT)])
@pytest.mark.parametrize("position", [0, 1, 2])
def test_the_sentences_about_ids_are_recognised_as_ours(cell, position):
    cells = list(GOOD)
    cells[position] = cell
    assert is_our_message(read_line_item(*cells).message)


ORDERS = ("111-1087441-1234567", "D01-1234567-1234567", "9" * 100)
SOME_CELLS = (*GOOD, "a-1", "7", "a" * 100)
ODD_CELLS = ("a\nb", "", " x", None, 7, "a" * 101, "Order ID", "N/A", '="1"', Formula("x"), "111\n")


@given(
    st.lists(st.tuples(st.sampled_from(ORDERS), *[st.sampled_from(SOME_CELLS)] * 2), min_size=1),
    st.lists(st.tuples(*[st.sampled_from((*ORDERS, *SOME_CELLS, *ODD_CELLS))] * 3), max_size=2),
)
def test_many_rows_at_once_are_read_as_one_by_one(usual, others):
    columns = [*zip(*usual, strict=True)]
    assert read_line_items(*columns) == [read_line_item(*row) for row in usual]
    rows = [*usual, *others]
    read = read_line_items(*zip(*rows, strict=True))
    if read is not None:
        assert read == [read_line_item(*row) for row in rows]
        assert {type(one) for one in read} == {LineItem}
        assert not any(is_repeated_header(*row) for row in rows)


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("cell", ODD_CELLS)
def test_a_cell_that_is_no_clean_id_is_not_read_with_others(place, cell):
    rows = [list(GOOD) for _ in range(3)]
    rows[1][place] = cell
    assert read_line_items(*zip(*rows, strict=True)) is None
