"""Writing cells as bytes."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from xlsx_addin.core.cells import LONGEST_TEXT, cell_text, column_letters
from xlsx_addin.workbooks.contract import ColumnEdit, ColumnKind, Link, ResultValue
from xlsx_addin.workbooks.saved.styles import Styles
from xlsx_addin.workbooks.saved.values import Epoch
from xlsx_addin.workbooks.saved.xml import escape

# Text that needs nothing done to it.
_WORDS: Final = r"[0-9A-Za-z.,:;()/#+-]++(?: [0-9A-Za-z.,:;()/#+-]++)*+"
_SIMPLE: Final = re.compile(_WORDS)
_LINES: Final = re.compile(rf"(?:(?:{_WORDS})?+\n)*+")
_LOOKS_ESCAPED: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_REMEMBERED: Final = 4096
_SAMPLE: Final = "SAMPLE"
"""Stands for any simple text; nothing else of a cell has it."""


# What a value becomes in a cell.
_NOTHING: Final = "nothing"
_DATE: Final = "date"
_NUMBER: Final = "number"
_TEXT: Final = "text"
_LINK: Final = "link"

Content = tuple[str, bytes]
"""The form of a written value, and everything of its cell that follows the format."""


class CellWriter:
    """Writes values for the cells of one sheet.

    Args:
        prefix: the prefix of its elements with its colon.
        styles: the workbook's cell formats.
        epoch: the day from which it counts.
    """

    def __init__(self, prefix: bytes, styles: Styles, epoch: Epoch) -> None:
        self.prefix = prefix
        self._styles = styles
        self._epoch = epoch
        self._text_start = b' t="inlineStr"><%bis>' % prefix
        self._text_end = b"</%bis></%bc>" % (prefix, prefix)
        self._number = b"><%bv>%%b</%bv></%bc>" % (prefix, prefix, prefix)

    def content(self, value: ResultValue) -> Content:
        """Write everything of a cell that follows its format."""
        if isinstance(value, date):
            serial = self._epoch.serial(value)
            if serial is not None:
                return _DATE, self._number % b"%d" % serial
            value = value.isoformat()
        if isinstance(value, int | Decimal):
            return _NUMBER, self._number % _number(value)
        form = _TEXT
        if isinstance(value, Link):
            form, value = _LINK, value.text
        if not value:
            return _NOTHING, b"/>"
        return form, self._text_start + self._text(value) + self._text_end

    def style(self, kind: ColumnKind, form: str, base: int) -> int:
        """Choose the format of a written cell.

        Args:
            kind: that of its column.
            form: what is written.
            base: the format that the cell has, or its row or column gives it.
        """
        if form is _DATE:
            return self._styles.for_date(base)
        if form is _NUMBER:
            is_amount = kind is ColumnKind.NUMBER
            return self._styles.for_amount(base) if is_amount else self._styles.for_count(base)
        if form is _LINK:
            return self._styles.for_link(base)
        if form is _TEXT and kind is ColumnKind.IDENTIFIER:
            return self._styles.for_identifier(base)
        return base

    def _text(self, text: str) -> bytes:
        p = self.prefix
        if _is_simple(text):
            return b"<%bt>%b</%bt>" % (p, text.encode(), p)
        text = _LOOKS_ESCAPED.sub("_x005F_", cell_text(text)).replace("\r", "_x000D_")
        keep = b' xml:space="preserve"' if text != " ".join(text.split()) else b""
        return b"<%bt%b>%b</%bt>" % (p, keep, escape(text), p)


class ColumnWriter:
    """Writes the cells of one column of an edit.

    Args:
        cells: writes values.
        edit: the edit of the column.

    Attributes:
        start: what stands before the row number in the name of a cell.
        is_identifier: whether its values are identifiers, which hardly ever repeat.
    """

    def __init__(self, cells: CellWriter, edit: ColumnEdit) -> None:
        self._cells = cells
        self.column = edit.column
        self.header = edit.header
        self.values = edit.cells
        self._kind = edit.kind
        self.is_identifier = edit.kind is ColumnKind.IDENTIFIER
        self.start = b'<%bc r="%b' % (cells.prefix, column_letters(edit.column).encode())
        # Value and base format -> what follows the cell's name; statuses and dates repeat.
        self._written: dict[tuple[ResultValue, int], bytes] = {}
        self._styles: dict[tuple[str, int], bytes] = {}
        self._frames: dict[int, tuple[bytes, bytes]] = {}

    def cell(self, row: bytes, value: ResultValue, base: int) -> bytes:
        """Write a cell.

        Args:
            row: the number of its row.
            value: what it gets; None or an empty text clears it.
            base: the format that it has, or its row or column gives it.
        """
        if self.is_identifier and isinstance(value, str) and _is_simple(value):
            # Not identifiers are remembered but what is around them.
            before, after = self.frame(base)
            return b"%b%b%b%b%b" % (self.start, row, before, value.encode(), after)
        return self.start + row + self.ending(value, base)

    def formatted(self, row: bytes, value: ResultValue, style: int) -> bytes:
        """Write a cell, such as a header, in exactly the format given."""
        return self.start + row + style_attribute(style) + self._cells.content(value)[1]

    def frame(self, base: int) -> tuple[bytes, bytes]:
        """Give what stands before and after a simple text in a cell, its name left out.

        Args:
            base: the format that it has, or its row or column gives it.
        """
        frame = self._frames.get(base)
        if frame is None:
            before, after = self._write(_SAMPLE, base).split(_SAMPLE.encode())
            frame = self._frames[base] = before, after
        return frame

    def ending(self, value: ResultValue, base: int) -> bytes:
        """Write everything of a cell that follows its name; see `cell`."""
        return self._written.get((value, base)) or self._write(value, base)

    def _write(self, value: ResultValue, base: int) -> bytes:
        form, content = self._cells.content(value)
        style = self._styles.get((form, base))
        if style is None:
            style = style_attribute(self._cells.style(self._kind, form, base))
            self._styles[form, base] = style
        written = style + content
        if len(self._written) >= _REMEMBERED:
            self._written.clear()
        self._written[value, base] = written
        return written


def _number(value: int | Decimal) -> bytes:
    if not isinstance(value, int) and not value.is_finite():
        raise ValueError(f"{value} is no number that a cell can hold")
    return format(value, "d" if isinstance(value, int) else "f").encode()


def _is_simple(text: str) -> bool:
    return len(text) <= LONGEST_TEXT and _SIMPLE.fullmatch(text) is not None


def all_simple(values: Sequence[object]) -> bool:
    """Say whether all values are texts to which nothing needs to be done, or empty ones.

    Args:
        values: any number of them.
    """
    texts = [value for value in values if isinstance(value, str)]
    lines = "\n".join([*texts, ""])
    return (
        len(texts) == len(values)
        and max(map(len, texts), default=0) <= LONGEST_TEXT
        and lines.count("\n") == len(texts)
        and _LINES.fullmatch(lines) is not None
    )


def style_attribute(style: int) -> bytes:
    """Write what closes the name of a cell and gives its format.

    Args:
        style: the format.
    """
    return b'" s="%d"' % style if style else b'"'
