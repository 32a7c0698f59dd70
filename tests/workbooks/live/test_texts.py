"""How texts are spelled so that Excel takes them for texts."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hosts.memory.cells import GENERAL, Calendar
from tests.hosts.memory.typing_rules import read_typed
from tests.workbooks import books
from xlsx_addin.workbooks.live.texts import typed


def taken_by_excel(text, number_format):
    """What a cell holds into which a text is typed."""
    read = read_typed(
        text, number_format=number_format, today=date(2026, 3, 31), calendar=Calendar()
    )
    return read.value if read.formula is None else read.formula


@pytest.mark.parametrize(
    ("text", "general", "in_text_cell"),
    [
        ("INV-1", "'INV-1", "INV-1"),
        ("007", "'007", "007"),
        ("=1+1", "'=1+1", "'=1+1"),
        ("+49 30", "'+49 30", "'+49 30"),
        ("-5", "'-5", "'-5"),
        ("@here", "'@here", "'@here"),
        ("'quoted", "''quoted", "''quoted"),
        ("\ttab first", "'\ttab first", "'\ttab first"),
        ("Found", "Found", "Found"),
        ("No invoice yet", "No invoice yet", "No invoice yet"),
        ("Found it", "'Found it", "Found it"),
        ("Amazon has no invoice.", "Amazon has no invoice.", "Amazon has no invoice."),
        ("March 31.", "'March 31.", "March 31."),
        ("1" * 256, "1" * 256, "1" * 256),
        ("=" + "1" * 256, "'=" + "1" * 256, "'=" + "1" * 256),
    ],
)
def test_texts_get_an_apostrophe_where_they_need_one(text, general, in_text_cell):
    assert typed(text, in_text_cell=False) == general
    assert typed(text, in_text_cell=True) == in_text_cell


@pytest.mark.parametrize("text", books.ODD_TEXTS)
@pytest.mark.parametrize("number_format", [GENERAL, "@"])
def test_excel_takes_what_was_meant(text, number_format):
    spelled = typed(text, in_text_cell=number_format == "@")
    assert taken_by_excel(spelled, number_format) == text


@given(st.text(st.sampled_from("0123456789.,:/-+=@'%$eE AMPJanTRUE#"), min_size=1, max_size=12))
def test_excel_takes_what_was_meant_whatever_it_is(text):
    assert taken_by_excel(typed(text, in_text_cell=False), GENERAL) == text
    assert taken_by_excel(typed(text, in_text_cell=True), "@") == text
