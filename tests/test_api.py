"""The Python API: what it gives, and what it says of arguments that make no sense."""

from collections import OrderedDict

import pytest

import xlsx_addin
from tests.conftest import cells_of
from xlsx_addin import InputError, LineItem, XlsxAddinError

LINE = LineItem("111-1087441-1234567", "92258882544123", "XWwjNjAbC")
OTHER = LineItem("111-0000001-0000001", "00000000000017", "AbCdEfGhI")


def test_a_workbook_is_refreshed(amazon, make_book):
    book = make_book([LINE])
    report = xlsx_addin.refresh(book)
    assert report.workbooks[0].error is None
    assert cells_of(book)[1][6] == "Found"


def test_a_file_that_is_named_twice_is_refreshed_once(amazon, make_book, tmp_path):
    book = make_book([LINE])
    report = xlsx_addin.refresh([str(book), book, tmp_path / "x" / ".." / book.name])
    assert [one.path for one in report.workbooks] == [book]


def test_what_stands_in_the_way_of_a_workbook_is_its_error(amazon, tmp_path):
    report = xlsx_addin.refresh(tmp_path / "nope.xlsx")
    assert isinstance(report.workbooks[0].error, XlsxAddinError)


def test_the_example_of_the_errors_shows_both_ways_that_they_come():
    text = xlsx_addin.errors.__doc__
    assert "report.workbooks[0].error" in text


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"rows": (0, 5)}, "rows"),
        ({"rows": (8, 2)}, "rows"),
        ({"rows": (2, 2_000_000)}, "rows"),
        ({"rows": (2.5, 8)}, "rows"),
        ({"rows": (True, 8)}, "rows"),
        ({"rows": (2,)}, "rows"),
        ({"rows": 5}, "rows"),
        ({"rows": "2:5"}, "rows"),
        ({"recheck_days": float("nan")}, "recheck_days"),
        ({"recheck_days": float("inf")}, "recheck_days"),
        ({"recheck_days": -1}, "recheck_days"),
        ({"recheck_days": 0}, "recheck_days"),
        ({"recheck_days": "45"}, "recheck_days"),
        ({"columns": {"order": 1}}, "order"),
        ({"columns": {"order": ""}}, "order"),
        ({"columns": {"orders": "A"}}, "orders"),
        ({"columns": {1: "A"}}, "1"),
        ({"columns": "order=A"}, "columns"),
    ],
)
def test_an_argument_that_makes_no_sense_is_named(options, word, amazon, make_book):
    with pytest.raises(InputError) as caught:
        xlsx_addin.refresh(make_book([LINE]), **options)
    assert word in caught.value.message
    assert caught.value.next_step
    assert caught.value.code == "usage"
    assert len(amazon.requests) == 0


@pytest.mark.parametrize("books", [5, [5], None, ["a.xlsx", None]])
def test_a_workbook_that_is_no_path_is_told(books, home):
    with pytest.raises(InputError, match="path"):
        xlsx_addin.refresh(books)


def test_an_output_is_for_one_workbook_however_often_it_is_named(amazon, make_book, tmp_path):
    book, other = make_book([LINE]), make_book([LINE], name="other.xlsx")
    with pytest.raises(InputError, match="one workbook"):
        xlsx_addin.refresh([book, other], output=tmp_path / "out.xlsx")
    report = xlsx_addin.refresh([book, book], output=tmp_path / "out.xlsx")
    assert report.workbooks[0].output == tmp_path / "out.xlsx"


def test_rows_and_columns_may_be_named(amazon, make_book):
    book = make_book([LINE, OTHER])
    report = xlsx_addin.refresh(book, rows=(2, 2), columns={"order": "A"}, recheck_days=0.5)
    assert report.workbooks[0].rows == 1


def test_line_items_are_looked_up_in_their_order(amazon):
    outcomes = xlsx_addin.lookup([OTHER, list(LINE), ("a", "b c", "d")])
    assert [outcome.status for outcome in outcomes] == ["Found", "Found", "Check IDs"]
    assert outcomes[1].invoice_number == "1677-HWGG-ABCD"


@pytest.mark.parametrize(
    "line_items",
    [
        5,
        [5],
        [None],
        ["111-1087441-1234567"],
        LINE,
        [LINE[:2]],
        [{*LINE}],
        [OrderedDict.fromkeys(LINE)],
        [("", " ", None)],
    ],
)
def test_what_is_no_line_item_is_told(line_items, home):
    with pytest.raises(InputError) as caught:
        xlsx_addin.lookup(line_items)
    assert caught.value.code == "usage"
    assert caught.value.next_step


def test_a_lookup_refuses_impossible_days(home):
    with pytest.raises(InputError, match="recheck_days"):
        xlsx_addin.lookup([LINE], recheck_days=float("nan"))


def test_a_sandbox_needs_no_account_and_beats_the_environment(home, monkeypatch):
    monkeypatch.setenv("AMAZON_BUSINESS_ENDPOINT", "http://nonsense")
    monkeypatch.setenv("AMAZON_BUSINESS_REGION", "mars")
    (outcome,) = xlsx_addin.lookup([LINE], sandbox=True)
    assert outcome.invoice_number == "1677-HWGG-ABCD"
