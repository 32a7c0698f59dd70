"""Shared strings, and text as strings hold it."""

import re
from array import array
from functools import lru_cache
from typing import Final
from xml.parsers import expat

from xlsx_addin.workbooks.saved.xml import (
    START_TAG,
    feed,
    refuse_doctype,
    unescape,
    unescaped,
    whole_number,
)

LARGEST_STRINGS: Final = 1 << 30
"""Bytes of the shared strings part at most; it is kept in memory while columns are read."""

# Statuses and messages repeat; one copy of each is enough.
_REMEMBERED: Final = 4096
_PART: Final = "of shared strings"
_ESCAPE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
# What does not stand for itself in a text.
_TO_DECODE: Final = ("&", "_x", "\r")
_ROOT_END: Final = re.compile(rb"\s*+>\s*+\Z")
_PLAIN_TEXT: Final = re.compile(rb"<(?:[^\s<>/:]+:)?t(?: [^<>/]*+)?>([^<]*+)</[^<>]*>")


def decode_escapes(text: str) -> str:
    """Read ``_x000D_`` and the like, which stand for characters (ISO/IEC 29500-1, 22.4.2.4)."""
    if "_x" not in text:
        return text
    text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    # Two of them may be the halves of one character; a half alone is none.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


@lru_cache(maxsize=_REMEMBERED)
def rich_text(content: bytes) -> str | None:
    """Join the runs of a string; readings (phonetic text) are left out.

    Args:
        content: what is inside an ``si`` or ``is`` element.

    Returns:
        The text, None if it is empty.
    """
    plain = _PLAIN_TEXT.fullmatch(content)
    if plain:
        return decode_escapes(unescape(plain[1])) or None
    return _Texts().read(b"<si>" + content + b"</si>")[0]


class SharedStrings:
    """The strings that cells share.

    Strings in the form that Excel writes stay bytes until they are asked for: a sheet of
    300,000 rows has a million of them and needs a part.

    Args:
        data: the part, UTF-8; empty if the workbook has none.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._texts: list[str | None] = []
        self._starts = array("L")
        self.all_texts: list[str | None] | None = None
        """All of them, if they are in the simplest form; then there is nothing to look up."""
        root = START_TAG.search(data)
        if root is not None:
            self._read(root)
        self._count = len(self._starts) or len(self._texts)

    def _read(self, root: re.Match[bytes]) -> None:
        prefix = root[1].removesuffix(b"sst")
        if root[1].endswith(b"sst"):
            texts = _read_all_simple(self._data, root.end(), prefix)
            if texts:
                self._texts = self.all_texts = texts
                self._data = b""
                return
        items, item, simple = _patterns(prefix)
        self._end = b"</" + prefix + b"si>"
        self._simple = simple.match
        if root[1].endswith(b"sst") and items.fullmatch(self._data, root.end()):
            self._starts.extend(match.end() for match in item.finditer(self._data))
        else:
            self._texts = _Texts().read(self._data)
            self._data = b""

    def text(self, index: bytes) -> str | None:
        """Give a string; None if it is empty or there is none of that index.

        Args:
            index: its index as a cell holds it.
        """
        if not index.isdigit():
            index = unescape(index).strip().encode()
        place = whole_number(index, -1)
        if not 0 <= place < self._count:
            return None
        if self._texts:
            return self._texts[place]
        start = self._starts[place]
        simple = self._simple(self._data, start)
        if simple:
            return simple[1].decode("utf-8", "replace")
        return rich_text(self._data[start : self._data.index(self._end, start)])


@lru_cache(maxsize=8)
def _patterns(prefix: bytes) -> tuple[re.Pattern[bytes], ...]:
    """Spell the form that Excel writes: all strings, the start of one, what most hold."""
    p = re.escape(prefix)
    text = rb"<%bt(?: [^<>/]*+)?(?:/>|>[^<]*+</%bt>)" % (p, p)
    font = rb"(?:<%brPr>(?:<[^<>/]++/>)*+</%brPr>)?+" % (p, p)
    run = rb"<%br>%b%b</%br>" % (p, font, text, p)
    reading = rb"<%brPh(?: [^<>/]*+)?>%b</%brPh>" % (p, text, p)
    setting = rb"<%bphoneticPr(?: [^<>/]*+)?/>" % p
    item = rb"<%bsi>(?:%b|%b|%b|%b)*+</%bsi>" % (p, text, run, reading, setting, p)
    items = rb"\s*(?:%b\s*+)*+</%bsst\s*>\s*" % (item, p)
    # Nothing to decode: no reference, no carriage return, no _x000D_.
    simple = rb"<%bt>([^<&\r_]++)</%bt></%bsi>" % (p, p, p)
    return re.compile(items), re.compile(rb"<%bsi>" % p), re.compile(simple)


def _read_all_simple(data: bytes, start: int, prefix: bytes) -> list[str | None]:
    """Read all strings at once if every one is a single text, else none.

    Args:
        data: the part.
        start: where its root's start tag ends.
        prefix: the prefix of its elements with its colon.
    """
    preserving = b'<%bt xml:space="preserve">' % prefix
    if preserving in data:
        # It tells programs that would otherwise strip texts, as this one does not.
        data = data.replace(preserving, b"<%bt>" % prefix)
    opening, closing = b"<%bsi><%bt>" % (prefix, prefix), b"</%bt></%bsi>" % (prefix, prefix)
    root_end = b"</%bsst" % prefix
    end = data.rfind(root_end)
    inside, outside = start + len(opening), end - len(closing)
    if inside > outside or data[start:inside] != opening or data[outside:end] != closing:
        return []
    # Decoded as one text: a call for each string would take most of the time.
    text = str(memoryview(data)[inside:outside], "utf-8", "replace")
    texts = text.split((closing + opening).decode())
    if data.count(b"<", start, end) != 4 * len(texts) or not _ROOT_END.match(
        data, end + len(root_end)
    ):
        # Some hold other elements: runs of rich text, readings.
        return []
    if any(sign in text for sign in _TO_DECODE):
        texts = [decode_escapes(unescaped(one)) for one in texts]
    return [one or None for one in texts] if "" in texts else [*texts]


class _Texts:
    """Reads strings in whatever form, with a real parser."""

    def __init__(self) -> None:
        self._texts: list[str | None] = []
        self._pieces: list[str] = []
        self._reading = 0
        self._in_text = False

    def read(self, document: bytes) -> list[str | None]:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = refuse_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        feed(parser, document, _PART, final=True)
        return self._texts

    def _start(self, name: str, _: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "si":
            self._pieces = []
        elif local == "rPh":
            self._reading += 1
        elif local == "t":
            self._in_text = not self._reading

    def _end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if local == "si":
            self._texts.append(decode_escapes("".join(self._pieces)) or None)
        elif local == "rPh":
            self._reading -= 1
        elif local == "t":
            self._in_text = False

    def _characters(self, text: str) -> None:
        if self._in_text:
            self._pieces.append(text)
