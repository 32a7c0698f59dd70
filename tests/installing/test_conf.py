"""The file of settings that the macros read."""

import pytest

from xlsx_addin.installing.conf import entries_in, with_entries, without_entries

END = b"\r\n"


def read_as_vba_does(content: bytes, name: str) -> bytes | None:
    """Take values two by two, as `Input #` does, and give the first of a name."""
    values = [
        value.strip(b' "')
        for line in content.splitlines()
        for value in (line.split(b",") if line else [b""])
    ]
    pairs = dict(reversed(list(zip(values[::2], values[1::2], strict=False))))
    return pairs.get(name.encode())


def test_entries_are_set_in_an_empty_file():
    assert with_entries(b"", {"INTERPRETER_WIN": b"C:\\py.exe"}, END) == (
        b'"INTERPRETER_WIN","C:\\py.exe"\r\n'
    )


def test_lines_of_others_are_kept_byte_for_byte():
    theirs = b'"PYTHONPATH","C:\\t\xf6ols"\n"LICENSE_KEY",x\r\nodd line\n'
    assert with_entries(theirs, {"A": b"1"}, END) == b'"A","1"\r\n' + theirs


def test_an_older_entry_is_replaced_whatever_its_case_and_quotes():
    old = b'interpreter_win,old.exe\r\n"OTHER","kept"\r\n"INTERPRETER_WIN","twice"\r\n'
    new = with_entries(old, {"INTERPRETER_WIN": b"new.exe"}, END)
    assert new == b'"INTERPRETER_WIN","new.exe"\r\n"OTHER","kept"\r\n'


def test_an_entry_that_must_not_be_there_goes():
    assert with_entries(b'"CONDA ENV","x"\n"B","2"\n', {"CONDA ENV": None}, END) == b'"B","2"\n'


@pytest.mark.parametrize("theirs", [b"\r\n", b"no comma\r\n", b'"A","1"\r\n\r\n"B","2"'])
def test_lines_that_would_mislead_vba_come_after_ours(theirs):
    content = with_entries(theirs, {"INTERPRETER_WIN": b"py.exe"}, END)
    assert read_as_vba_does(content, "INTERPRETER_WIN") == b"py.exe"


def test_entries_are_read_by_name_the_first_one_wins():
    assert entries_in(b'"A","1"\r\nb , 2\nnot one\n"a","3"\n') == {"A": b"1", "B": b"2"}


def test_what_was_there_before_is_put_back():
    before = b'"A","old"\n"C","3"\n'
    ours = {"A": b"new", "B": b"2"}
    edited = with_entries(before, ours, b"\n") + b'"D","4"\n'
    assert without_entries(edited, ours, before, b"\n") == b'"A","old"\n"C","3"\n"D","4"\n'


def test_what_somebody_changed_since_is_not_put_back():
    ours = {"A": b"new"}
    edited = b'"A","theirs"\n'
    assert without_entries(edited, ours, b'"A","old"\n', b"\n") == edited
