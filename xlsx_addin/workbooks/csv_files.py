"""CSV files as people have them: any of the usual encodings and delimiters, read row by row."""

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple, TextIO

from xlsx_addin.errors import InputError

Row = list[str]

_START: Final = 65_536
"""Bytes and characters from which the delimiter and a file of another kind are told."""

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DELIMITERS: Final = (",", ";", "\t", "|")
_LINES_LOOKED_AT: Final = 10
_LAST_RESORT: Final = "cp1252"
"""What Windows programs write that know no UTF-8."""

_OTHER_FILES: Final = (
    (b"PK\x03\x04", "an Excel workbook", "Give it a name that ends in .xlsx and use it as it is."),
    (
        b"\xd0\xcf\x11\xe0",
        "an old Excel workbook (.xls)",
        "Save it in Excel as .xlsx and use that.",
    ),
    (b"%PDF", "a PDF", "Download the report again, as CSV."),
    (b"<", "a web page", "Sign in to Amazon Business and download the report again, as CSV."),
)


class CsvFile(NamedTuple):
    """A CSV file, ready to be read any number of times.

    Args:
        path: where it is.
        encoding: of its text.
        delimiter: between its cells.
    """

    path: Path
    encoding: str
    delimiter: str

    def rows(self) -> Iterator[tuple[int, Row]]:
        """Give each row, blank ones too, with the number of the line where it ends.

        Raises:
            InputError: the file is broken there; names the line.
        """
        with _open(self.path, self.encoding) as file:
            reader = csv.reader(file, delimiter=self.delimiter)
            try:
                for row in reader:
                    yield reader.line_num, row
            except csv.Error as error:
                raise _unreadable(
                    f"{self.path} cannot be read as CSV, line {reader.line_num}: {error}.",
                    "Look for a quotation mark that is not closed in or above that line.",
                ) from error


def find_csv(path: Path) -> CsvFile:
    """Look at a file and tell its encoding and delimiter.

    Args:
        path: the file.

    Raises:
        InputError: it cannot be read, is empty, or is something else.
    """
    start = _first_bytes(path)
    if not start.removeprefix(codecs.BOM_UTF8).strip():
        raise _unreadable(f"{path} is empty.", "Download or save it again.")
    for signature, kind, next_step in _OTHER_FILES:
        if start.removeprefix(codecs.BOM_UTF8).lstrip().startswith(signature):
            raise _unreadable(f"{path} is {kind}, whatever its name says.", next_step)
    encoding = next((name for bom, name in _BOMS if start.startswith(bom)), "")
    encoding = encoding or ("utf-8" if _is_utf8(path) else _LAST_RESORT)
    with _open(path, encoding) as file:
        text = file.read(_START)
    if "\0" in text:
        raise _unreadable(
            f"{path} is no text file.", "Save it again as CSV UTF-8 (Excel has that type)."
        )
    return CsvFile(path, encoding, _delimiter(text))


def _first_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_START)
    except FileNotFoundError as error:
        raise InputError(
            f"There is no file {path}.", next_step="Check the name.", code="no-such-file"
        ) from error
    except OSError as error:
        raise _unreadable(
            f"{path} cannot be read: {error.strerror or error}.", "Check the name and your rights."
        ) from error


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while chunk := file.read(2**20):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _open(path: Path, encoding: str) -> TextIO:
    # A byte that the encoding does not know becomes U+FFFD: the rest of the file is good.
    return path.open(encoding=encoding, errors="replace", newline="")


def _delimiter(text: str) -> str:
    """Choose what splits the first lines most often; quoted text does not count."""
    lines = text.splitlines()[:_LINES_LOOKED_AT]
    counts = {mark: sum(map(len, csv.reader(lines, delimiter=mark))) for mark in _DELIMITERS}
    return max(counts, key=lambda mark: counts[mark])


def _unreadable(message: str, next_step: str) -> InputError:
    return InputError(message, next_step=next_step, code="csv-unreadable")
