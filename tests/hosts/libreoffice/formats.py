"""The number formats of an open document, by Excel's codes.

A cell of LibreOffice has a key, a number that stands for a code and its kind in this document. A
code must be added without a language: with one, the text format `@` is saved as `[$-409]@`, and
is a text format for nobody else.
"""

import datetime as dt
import re
from enum import Enum, auto
from typing import Any, Final

from tests.hosts.libreoffice.bridge import exception, struct
from tests.hosts.libreoffice.errors import ExcelRefusesError

_USER_DEFINED: Final = 1
_DATE_AND_TIME: Final = 2 | 4
_TEXT: Final = 256
_LOGICAL: Final = 1024
_UNTOUCHED: Final = re.compile(r'("[^"]*"|\[[^\]]*\]|\\.|AM/PM|A/P)')


class Kind(Enum):
    """What a format says about the value of a cell."""

    GENERAL = auto()
    TEXT = auto()
    DATE = auto()
    LOGICAL = auto()
    NUMBER = auto()


class Formats:
    """Number formats of one document, and the day from which it counts dates.

    Args:
        document: The open document.
    """

    def __init__(self, document: Any) -> None:
        self._formats = document.NumberFormats
        self._kinds: dict[int, Kind] = {}
        first = document.NullDate
        self.epoch = dt.datetime(first.Year, first.Month, first.Day)

    def kind(self, key: int) -> Kind:
        """Tell what kind of format a key is."""
        if key not in self._kinds:
            found = self._formats.getByKey(key)
            self._kinds[key] = _kind(found.Type & ~_USER_DEFINED, found.FormatString)
        return self._kinds[key]

    def code(self, key: int) -> str:
        """Give the code by which Excel knows a format; truth values need none there."""
        kind = self.kind(key)
        if kind is Kind.LOGICAL:
            return "General"
        code: str = self._formats.getByKey(key).FormatString
        return excel_date_code(code) if kind is Kind.DATE else code

    def key(self, code: str) -> int:
        """Give the key of a code, which the document learns if it does not know it."""
        anywhere = struct("lang.Locale")
        known: int = self._formats.queryKey(code, anywhere, False)
        if known != -1:
            return known
        try:
            added: int = self._formats.addNew(code, anywhere)
        except exception("util.MalformedNumberFormatException") as problem:
            raise ExcelRefusesError(f"{code!r} is no number format.") from problem
        return added


def _kind(type_: int, code: str) -> Kind:
    if type_ & _TEXT:
        return Kind.TEXT
    if type_ & _LOGICAL:
        return Kind.LOGICAL
    if type_ & _DATE_AND_TIME:
        return Kind.DATE
    return Kind.GENERAL if code == "General" else Kind.NUMBER


def excel_date_code(code: str) -> str:
    """Write the letters of a date's format as Excel does: `yyyy-mm-dd`, `[h]:mm`."""
    pieces = _UNTOUCHED.split(code)
    return "".join(
        piece.lower() if index % 2 == 0 or re.fullmatch(r"\[[HMS]+\]", piece) else piece
        for index, piece in enumerate(pieces)
    )
