"""From words to workbooks: odd names are left to whoever opens the file."""

import os

import pytest

from xlsx_addin.cli.paths import find_workbooks
from xlsx_addin.errors import InputError

LONG = "x" * 5000 + ".xlsx"


@pytest.fixture
def folder(tmp_path):
    for name in ("a.xlsx", "b.XLSM", "c.txt", "~$a.xlsx", ".hidden.xlsx"):
        (tmp_path / name).touch()
    return tmp_path


def names(paths):
    return [path.name for path in paths]


def test_folders_and_patterns_stand_for_the_workbooks_in_them(folder):
    assert names(find_workbooks([str(folder)])) == ["a.xlsx", "b.XLSM"]
    assert names(find_workbooks([str(folder / "*.xls?")])) == ["a.xlsx"]


def test_a_file_that_is_named_twice_is_taken_once_by_its_first_name(folder):
    (folder / "link.xlsx").symlink_to(folder / "a.xlsx")
    words = [folder / "link.xlsx", folder / "a.xlsx", folder / "." / "a.xlsx"]
    assert find_workbooks(map(str, words)) == [folder / "link.xlsx"]


@pytest.mark.parametrize("word", [LONG, f"{LONG}/book.xlsx", "~$book.xlsx", "a\0b.xlsx"])
def test_an_odd_name_is_taken_as_it_is(word):
    assert [str(path) for path in find_workbooks([word])] == [word]


def test_a_link_that_leads_to_itself_is_taken_as_it_is(folder):
    loop = folder / "loop[1].xlsx"
    loop.symlink_to(loop)
    assert find_workbooks([str(loop), str(folder / "a.xlsx")]) == [loop, folder / "a.xlsx"]
    assert names(find_workbooks([str(folder)])) == ["a.xlsx", "b.XLSM"]


@pytest.mark.skipif(os.name == "nt", reason="a link needs rights there")
def test_odd_names_do_not_hold_up_the_other_workbooks(amazon, refresh, make_book, tmp_path):
    book = make_book([("111-1087441-1234567", "92258882544123", "XWwjNjAbC")])
    loop = tmp_path / "loop.xlsx"
    loop.symlink_to(loop)
    done = refresh(loop, LONG, book)
    assert done.code in {1, 2}
    codes = [one["error"] and one["error"]["code"] for one in done.json["workbooks"]]
    assert codes[2] is None
    assert None not in codes[:2]
    assert "error" not in done.json


def test_nothing_in_a_folder_or_for_a_pattern_is_told(tmp_path):
    for word in (str(tmp_path), str(tmp_path / "*.xlsx")):
        with pytest.raises(InputError) as caught:
            find_workbooks([word])
        assert caught.value.code == "no-workbooks"
        assert word in caught.value.message
