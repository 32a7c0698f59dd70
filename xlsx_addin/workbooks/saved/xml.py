"""XML with byte positions: a real parser finds, splices change, all other bytes stay.

expat decides what is an element. It also tells where in the bytes each one starts, so that a
change is a replacement of a few bytes and prefixes, attribute order, white space, unknown
extensions and everything else survive.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat  # bytes and encodings are bounded here, a DTD is refused

from xlsx_addin.errors import WorkbookError
from xlsx_addin.workbooks.saved.refusals import damaged, unusual

TRANSITIONAL_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT_MAIN: Final = "http://purl.oclc.org/ooxml/spreadsheetml/main"
MAIN: Final = frozenset({TRANSITIONAL_MAIN, STRICT_MAIN})
"""The main namespace, transitional and strict (ISO/IEC 29500 parts 4 and 1)."""

RELATIONSHIPS: Final = frozenset(
    {
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "http://purl.oclc.org/ooxml/officeDocument/relationships",
    }
)

_PLAIN: Final = MAIN | {
    "http://schemas.openxmlformats.org/package/2006/relationships",
    "http://schemas.openxmlformats.org/package/2006/content-types",
}

ATTRIBUTE: Final = re.compile(rb"""([^\s=<>"'/]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
START_TAG: Final = re.compile(
    rb"""<([^\s<>/"'=!?]+)((?:\s+[^\s=<>"'/]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(/?)>"""
)
_WHOLE: Final = re.compile(r"\s*[0-9]{1,10}\s*")
_MOST_DIGITS: Final = 100


@dataclass(slots=True)
class Element:
    """An element and where it lies in the bytes of its part.

    Args:
        name: its local name if it is of the main or a package namespace, else ``uri name``.
        prefix: the prefix it is written with, without colon; empty for none.
        attributes: by name; those of the relationships namespace as ``r:name``.
        start: position of its start tag.
        inside: position after its start tag.
        outside: position of its end tag; equal to `inside` if it closes itself.
        end: position after the element.
        children: the elements in it.
    """

    name: str
    prefix: str
    attributes: dict[str, str]
    start: int
    inside: int
    outside: int = 0
    end: int = 0
    children: "list[Element]" = field(default_factory=list)

    def find(self, name: str) -> "Element | None":
        """Find the first child of a name."""
        return next((child for child in self.children if child.name == name), None)

    def all(self, name: str) -> "list[Element]":
        """List the children of a name."""
        return [child for child in self.children if child.name == name]

    def number(self, name: str, default: int = 0) -> int:
        """Read an attribute that holds a whole number.

        Raises:
            WorkbookError: it holds something else.
        """
        text = self.attributes.get(name)
        if text is None:
            return default
        if not _WHOLE.fullmatch(text):
            raise damaged(f"the {name} of a {self.name} is {text[:20]!r}")
        return int(text)

    def flag(self, name: str) -> bool:
        """Read an attribute that is true or false, false if it is missing."""
        return self.attributes.get(name, "0").strip() in ("1", "true", "on")

    def tag(self, name: str) -> bytes:
        """Spell the name of a new element of this one's namespace."""
        return f"{self.prefix}:{name}".encode() if self.prefix else name.encode()


def whole_number(text: bytes, default: int) -> int:
    """Read a whole number of our scale: an index, a format, a row.

    Args:
        text: its digits, blanks around them allowed.
        default: what is given if it is anything else, be it thousands of digits.
    """
    # What int would take besides, such as a sign, is none here.
    is_whole = len(text) <= _MOST_DIGITS and (text.isdigit() or text.strip().isdigit())
    return int(text) if is_whole else default


def plain_name(expanded: str) -> tuple[str, str]:
    """Split a name as expat gives it into the name used here and its prefix."""
    parts = expanded.split(" ")
    if len(parts) == 1:
        return expanded, ""
    uri, local = parts[:2]
    prefix = parts[2] if len(parts) > 2 else ""
    if uri in _PLAIN:
        return local, prefix
    if uri in RELATIONSHIPS:
        return f"r:{local}", prefix
    return f"{uri} {local}", prefix


def plain_attributes(expanded: Mapping[str, str]) -> dict[str, str]:
    """Name attributes as `Element` does."""
    return {plain_name(name)[0]: value for name, value in expanded.items()}


def new_parser() -> expat.XMLParserType:
    """Make an expat parser that knows namespaces and refuses a document type."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.namespace_prefixes = True
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse_doctype
    return parser


def refuse_doctype(*_: object) -> None:
    """Refuse a document type, with which entities could be declared."""
    # No part of a workbook has one, and entities would let a small file fill the memory.
    raise unusual("one of its parts declares a document type")


def feed(parser: expat.XMLParserType, data: bytes, part: str, *, final: bool = False) -> None:
    """Hand bytes to a parser.

    Raises:
        WorkbookError: they are no well-formed XML.
    """
    try:
        parser.Parse(data, final)
    except expat.ExpatError as error:
        raise malformed(part) from error


def malformed(part: str) -> WorkbookError:
    """Refuse a part that is no well-formed XML."""
    return damaged(f"its part {part} is not well-formed")


def parse(data: bytes, part: str) -> Element:
    """Read a part as a tree of elements with their positions.

    Args:
        data: the part, UTF-8 (see `encodings`).
        part: its name, for messages.

    Returns:
        The root element.
    """
    builder = _TreeBuilder(data, part)
    return builder.root()


class _TreeBuilder:
    def __init__(self, data: bytes, part: str) -> None:
        self._data = data
        self._part = part
        self._open: list[Element] = [Element("", "", {}, 0, 0)]
        self._parser = new_parser()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def root(self) -> Element:
        feed(self._parser, self._data, self._part, final=True)
        return self._open[0].children[0]

    def _start(self, expanded: str, attributes: dict[str, str]) -> None:
        start = self._parser.CurrentByteIndex
        match = START_TAG.match(self._data, start)
        if match is None:
            raise malformed(self._part)
        name, prefix = plain_name(expanded)
        element = Element(name, prefix, plain_attributes(attributes), start, match.end())
        self._open[-1].children.append(element)
        self._open.append(element)

    def _end(self, _: str) -> None:
        element = self._open.pop()
        if self._data[element.inside - 2] == ord("/"):
            element.outside = element.end = element.inside
        else:
            element.outside = self._parser.CurrentByteIndex
            element.end = self._data.index(b">", element.outside) + 1


# --- changes


@dataclass(frozen=True, slots=True)
class Splice:
    """Bytes that take the place of others.

    Args:
        start: where the old bytes start.
        end: where they end.
        new: the bytes for them.
    """

    start: int
    end: int
    new: bytes


def apply_splices(data: bytes, splices: Iterable[Splice]) -> bytes:
    """Apply splices that do not overlap; those at one place in the order given."""
    pieces: list[bytes] = []
    at = 0
    for splice in sorted(splices, key=lambda splice: splice.start):
        pieces += data[at : splice.start], splice.new
        at = splice.end
    return b"".join([*pieces, data[at:]])


def set_attributes(tag: bytes, values: Mapping[str, str]) -> bytes:
    """Set attributes in a start tag; the others, and the order of all, stay.

    Args:
        tag: the start tag, from ``<`` to ``>``.
        values: the values by (unprefixed) name.
    """
    for name, value in values.items():
        tag = _set_attribute(tag, name.encode(), escape_attribute(value))
    return tag


def _set_attribute(tag: bytes, name: bytes, value: bytes) -> bytes:
    for match in ATTRIBUTE.finditer(tag):
        if match[1] == name:
            group = 2 if match[2] is not None else 3
            return tag[: match.start(group)] + value + tag[match.end(group) :]
    end = len(tag) - (2 if tag.endswith(b"/>") else 1)
    return tag[:end].rstrip() + b' %b="%b"' % (name, value) + tag[end:]


def retag(data: bytes, element: Element, values: Mapping[str, str]) -> Splice:
    """Set attributes of an element."""
    tag = data[element.start : element.inside]
    return Splice(element.start, element.inside, set_attributes(tag, values))


def grow(
    data: bytes, element: Element, content: bytes, values: Mapping[str, str] | None = None
) -> list[Splice]:
    """Append content to an element, self-closing or not, and set attributes of it."""
    tag = set_attributes(data[element.start : element.inside], values or {})
    if element.end == element.inside:
        opened = tag[:-2].rstrip() + b">"
        name = tag[1:].split(None, 1)[0].rstrip(b"/>")
        return [Splice(element.start, element.end, opened + content + b"</" + name + b">")]
    return [
        Splice(element.start, element.inside, tag),
        Splice(element.outside, element.outside, content),
    ]


# --- text


def escape(text: str) -> bytes:
    """Write text as the content of an element."""
    if "&" in text or "<" in text or ">" in text:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.encode()


def escape_attribute(text: str) -> bytes:
    """Write text as the value of an attribute between double quotes."""
    escaped = escape(text).replace(b'"', b"&quot;")
    # A parser would make blanks of these.
    return escaped.replace(b"\n", b"&#10;").replace(b"\r", b"&#13;").replace(b"\t", b"&#9;")


_REFERENCE: Final = re.compile(r"&(?:#x([0-9A-Fa-f]+)|#([0-9]+)|(lt|gt|amp|quot|apos));")
_NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}


def unescape(raw: bytes) -> str:
    """Read the content of an element that has no elements in it."""
    return unescaped(raw.decode("utf-8", "replace"))


def unescaped(text: str) -> str:
    """Read the content of an element that was decoded already."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _REFERENCE.sub(_dereference, text) if "&" in text else text


def _dereference(match: re.Match[str]) -> str:
    if match[3]:
        return _NAMED[match[3]]
    digits = (match[1] or match[2]).lstrip("0")
    # Python refuses to read thousands of digits.
    code = int(digits or "0", 16 if match[1] else 10) if len(digits) < 8 else -1
    return chr(code) if 0 <= code <= 0x10FFFF else "\ufffd"
