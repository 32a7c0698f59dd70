"""Formulas are filled down as Excel does it."""

import pytest

from xlsx_addin.core.cells import LAST_ROW
from xlsx_addin.workbooks.saved.filldown import FilledFormula


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("B2*C2", "B5*C5"),
        ("$B2*C$2+$D$2", "$B5*C$2+$D$2"),
        ("SUM(C$2:C2)", "SUM(C$2:C5)"),
        ("SUM(2:3)+SUM($2:3)+SUM(A:B)", "SUM(5:6)+SUM($2:6)+SUM(A:B)"),
        ("Sheet1!A2+'B2 x'!A2+'It''s A2'!$A2", "Sheet1!A5+'B2 x'!A5+'It''s A2'!$A5"),
        ("Sheet1!A2:Sheet1!B3", "Sheet1!A5:Sheet1!B6"),
        ("[1]Sheet1!A2+'[2]My B2'!C2", "[1]Sheet1!A5+'[2]My B2'!C5"),
        ('A2&"A2"&" 5 % of A2"', 'A5&"A2"&" 5 % of A2"'),
        ("A2*10%", "A5*10%"),
        ("LOG10(A2)", "LOG10(A5)"),
        ("Paid[[#This Row],[A2]]*A2", "Paid[[#This Row],[A2]]*A5"),
        ("Paid[A2]+SUM(Paid[[Net]:[B2]])", "Paid[A2]+SUM(Paid[[Net]:[B2]])"),
        ("Paid[[#This Row],['[A2']]]*A2", "Paid[[#This Row],['[A2']]]*A5"),
        ("Rate_2+A2", "Rate_2+A5"),
        ("XFE2+ZZZ2+ABCD2", "XFE2+ZZZ2+ABCD2"),
        ("_xlfn.XLOOKUP(A2,Others!$A:$A,Others!$B:$B)", None),
        ("TRUE", "TRUE"),
        ("IF(A2<>B2,{1,2;3,4},#N/A)", "IF(A5<>B5,{1,2;3,4},#N/A)"),
    ],
)
def test_relative_rows_move_and_all_else_stays(text: str, filled: str | None) -> None:
    expected = filled or text.replace("A2", "A5")
    written = expected.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    formula = FilledFormula(text, 2)
    assert formula.at(5).decode() == written
    assert formula.is_fixed == (expected == text)


def test_a_reference_beyond_the_sheet_is_an_error() -> None:
    assert FilledFormula("A3", 2).at(LAST_ROW) == b"#REF!"


def test_what_is_no_formula_is_said() -> None:
    with pytest.raises(ValueError, match="unclosed"):
        FilledFormula('"unclosed', 2)
