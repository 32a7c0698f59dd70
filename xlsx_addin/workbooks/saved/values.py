"""What the bytes of a cell mean."""

import math
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Final

from xlsx_addin.core.cells import CellError, CellValue, Formula, Missing, Plain
from xlsx_addin.workbooks.number_formats import NumberKind
from xlsx_addin.workbooks.saved.rows import RawCell
from xlsx_addin.workbooks.saved.strings import SharedStrings, decode_escapes, rich_text
from xlsx_addin.workbooks.saved.xml import unescape, whole_number

_WHOLE: Final = re.compile(rb"-?[0-9]{1,18}")
_DAY_MS: Final = 86_400_000


class Epoch:
    """The day from which a workbook counts.

    Args:
        is_1904: whether it is the Macintosh's of 1904 rather than that of 1900.
    """

    def __init__(self, *, is_1904: bool) -> None:
        # Excel's 1900 had a 29 February (Microsoft article 214326), so that from 1 March on
        # days count from 30 December 1899, before it from the 31st.
        self._zero = datetime(1904, 1, 1) if is_1904 else datetime(1899, 12, 30)  # noqa: DTZ001  # cells have no time zone
        self._is_1904 = is_1904

    def serial(self, day: date) -> int | None:
        """Number a day; None if it is before the epoch."""
        number = day.toordinal() - self._zero.toordinal()
        if not self._is_1904 and number < 61:
            number -= 1
        return number if number >= (0 if self._is_1904 else 1) else None

    def moment(self, serial: float) -> datetime | None:
        """Tell the moment of a number; None if no calendar has it."""
        if not self._is_1904 and serial < 60:
            serial += 1
        try:
            # A double holds a moment to less than a millisecond.
            return self._zero + timedelta(milliseconds=round(serial * _DAY_MS))
        except (OverflowError, ValueError):
            return None


class ValueReader:
    """Reads cell values.

    Args:
        strings: gives the shared strings, when first asked.
        kinds: says by cell format what a number is.
        epoch: the day from which the workbook counts.
    """

    def __init__(
        self,
        strings: Callable[[], SharedStrings],
        kinds: Callable[[int], NumberKind],
        epoch: Epoch,
    ) -> None:
        self.strings = strings
        self._kinds = kinds
        self._epoch = epoch

    def cell(self, data: bytes, cell: RawCell) -> CellValue:
        """Read a cell that was taken apart.

        Args:
            data: the bytes that it lies in.
            cell: where it lies.
        """
        kind = cell.attributes.get(b"t", b"n")
        value = cell.part(b"v")
        content = data[value.inside : value.outside] if value else None
        inline = cell.part(b"is")
        result: Plain
        if kind == b"inlineStr" and inline is not None:
            result = rich_text(data[inline.inside : inline.outside])
        else:
            result = self.plain(kind, cell.attributes.get(b"s", b"0"), content)
        if cell.part(b"f") is None:
            return result
        return Formula(self.stored(kind, content, result))

    def stored(self, kind: bytes, content: bytes | None, result: Plain) -> Plain | Missing:
        """Tell an empty text that a formula gave from a result that was never stored."""
        if result is not None:
            return result
        return "" if kind == b"str" and content is not None else Missing.RESULT

    def plain(self, kind: bytes, style: bytes, content: bytes | None) -> Plain:
        """Read a value.

        Args:
            kind: the cell's type, ``n`` if it has none.
            style: its cell format.
            content: the content of its ``v`` element, None if it has none.
        """
        if not content:
            return None
        if kind == b"s":
            return self.strings().text(content)
        if kind in (b"str", b"inlineStr"):
            return decode_escapes(unescape(content)) or None
        if kind == b"n":
            return self._number(content, style)
        return _other(kind, content)

    def _number(self, content: bytes, style: bytes) -> Plain:
        number = _number(content)
        if not isinstance(number, (int, float)):
            return number
        kind = self._kinds(_index(style))
        if kind is NumberKind.NUMBER:
            return number
        if kind is NumberKind.DURATION:
            return _duration(number)
        moment = self._epoch.moment(number)
        if moment is None:
            return number
        if kind is NumberKind.TIME and 0 <= number < 1:
            return moment.time()
        return moment


def _number(content: bytes) -> int | float | str:
    if _WHOLE.fullmatch(content):
        return int(content)
    try:
        number = float(content)
    except ValueError:
        text = unescape(content)
        # A digit may be written as a reference.
        return text if text.encode() == content else _number(text.encode())
    if math.isfinite(number) and number == int(number) and b"E" in content.upper():
        return int(number)
    return number


def _index(content: bytes) -> int:
    return whole_number(content, -1)


def _duration(number: float) -> timedelta | float:
    try:
        return timedelta(days=number)
    except (OverflowError, ValueError):
        return number


def _other(kind: bytes, content: bytes) -> Plain:
    text = unescape(content)
    if kind == b"b":
        return text.strip() in ("1", "true")
    if kind == b"e":
        return CellError(text)
    if kind == b"d":
        return _iso(text)
    return text


def _iso(text: str) -> datetime | time | str:
    """Read a date of strict workbooks (ISO/IEC 29500-1, 18.18.11: type d)."""
    text = text.strip()
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    try:
        return time.fromisoformat(text)
    except ValueError:
        return text
