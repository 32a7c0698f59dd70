"""CSV files in every usual encoding and with every usual delimiter; other files are named."""

import pytest

from xlsx_addin.errors import InputError
from xlsx_addin.workbooks.csv_files import find_csv


@pytest.fixture
def make(tmp_path):
    def write(content, name="report.csv"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


def rows(path):
    return [row for _, row in find_csv(path).rows()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encoding_and_delimiter_are_told(make, encoding, delimiter):
    text = f'Bestellnummer{delimiter}Käufer\r\n1{delimiter}"Müller{delimiter} Söhne"\r\n'
    assert rows(make(text.encode(encoding))) == [
        ["Bestellnummer", "Käufer"],
        ["1", f"Müller{delimiter} Söhne"],
    ]


def test_a_cell_may_have_several_lines(make):
    found = list(find_csv(make(b'a,b\n"one\ntwo",2\n3,4\n')).rows())
    assert found == [(1, ["a", "b"]), (3, ["one\ntwo", "2"]), (4, ["3", "4"])]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \r\n", "is empty"),
        (b"PK\x03\x04....", "is an Excel workbook, whatever its name says"),
        (b"\xd0\xcf\x11\xe0....", "is an old Excel workbook"),
        (b"%PDF-1.7", "is a PDF"),
        (b"\xef\xbb\xbf\n <!DOCTYPE html><html>", "is a web page"),
        (b"a,b\n\x00\x01\x02,3", "is no text file"),
    ],
)
def test_other_files_are_named_for_what_they_are(make, content, words):
    with pytest.raises(InputError, match=words) as caught:
        rows(make(content))
    assert caught.value.code == "csv-unreadable"
    assert caught.value.next_step


def test_a_quotation_mark_that_is_not_closed_is_named_with_its_line(make):
    content = b'a,b\n1,"' + b"x" * 200_000
    with pytest.raises(InputError, match="line 2") as caught:
        rows(make(content))
    assert "not closed" in caught.value.next_step


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InputError, match="There is no file"):
        find_csv(tmp_path / "nope.csv")
