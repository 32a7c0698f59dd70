import ntpath
import posixpath
import unicodedata
from datetime import date
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlsx_addin.core.file_names import candidates, document_name, safe_name


def test_a_document_is_named_by_day_and_number():
    assert document_name(date(2026, 3, 4), "DE4UPC2ABEY") == "2026-03-04_DE4UPC2ABEY"
    assert document_name(None, "A-1") == "undated_A-1"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a/b\\c", "a_b_c"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ('<>:"|?*%#', "_________"),
        ("a\x00\x1f\x7f\u202eb", "a____b"),
        ("name. . ", "name"),
        (" .hidden", "hidden"),
        ("", "_"),
        ("...", "_"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("COM1", "_COM1"),
        ("CONTRACT", "CONTRACT"),
        ("e\u0301", "é"),
        ("\ud800x", "_x"),
        ("領収書 1", "領収書 1"),
        ("x" * 300, "x" * 150),
        ("領" * 100, "領" * 50),
    ],
)
def test_what_is_unsafe_is_replaced(text, name):
    assert safe_name(text) == name


@given(st.text())
def test_no_text_leads_out_of_a_folder_or_is_no_name(text):
    name = safe_name(text)
    assert name == posixpath.basename(name) == ntpath.basename(name)
    assert name not in {"", ".", ".."}
    assert name == name.strip(". ")
    assert len(name.encode()) <= 151
    assert not any(unicodedata.category(one) == "Cc" for one in name)


def test_other_documents_of_a_name_get_a_number():
    assert list(islice(candidates("a"), 3)) == ["a.pdf", "a-2.pdf", "a-3.pdf"]
