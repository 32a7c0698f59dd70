"""Rows of a sheet as bytes: cut from a stream, recognised, taken apart.

Nearly every file holds its rows in the one form that Excel writes, some with white space
between the elements. A chunk of rows in that
form is recognised as a whole by one pattern that spells out the complete grammar of the form,
so that nothing has to be parsed to know which of its bytes are cells. Rows in any other form
are taken apart token by token.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from xlsx_addin.core.cells import LAST_COLUMN, LAST_ROW, column_letters, column_number
from xlsx_addin.errors import WorkbookError
from xlsx_addin.workbooks.saved.refusals import damaged, unusual
from xlsx_addin.workbooks.saved.xml import ATTRIBUTE, START_TAG, whole_number

_LARGEST_ROW: Final = 64 << 20


class Grammar:
    """The patterns of rows whose elements have a given prefix.

    Args:
        prefix: the prefix with its colon, empty for none.
    """

    def __init__(self, prefix: bytes) -> None:
        p = re.escape(prefix)
        # Attribute values with a slash, < or > take the slow way: they are very rare.
        self.formula = rb"\s*+<%bf(?: [^<>/]*+)?(?:/>|>[^<]*+</%bf>)" % (p, p)
        self.value = rb"\s*+<%bv(?: [^<>/]*+)?(?:/>|>[^<]*+</%bv>)" % (p, p)
        text = rb"\s*+<%bt(?: [^<>/]*+)?>[^<]*+</%bt>\s*+" % (p, p)
        self.inline = rb"\s*+<%bis>%b</%bis>" % (p, text, p)
        content = rb"(?:%b)?+(?:%b|%b)?+" % (self.formula, self.value, self.inline)
        # What nearly all cells hold comes first; it is spelled in `content` once more.
        everyday = rb">(?:<%bf>[^<]*+</%bf>)?+<%bv>[^<]*+</%bv></%bc>|/>" % (p, p, p, p, p)
        self._cell_end = rb"[^<>/]*+(?:%b|>%b\s*+</%bc>)" % (everyday, content, p)
        values = rb"(?:%b|%b)?+" % (self.value, self.inline)
        self._untied_end = rb"[^<>/]*+(?:%b|>%b\s*+</%bc>)" % (everyday, values, p)
        self.prefix = prefix
        self.p = p
        self.row_start = rb'(\s*+<%brow r=")([1-9][0-9]{0,6}+)"((?: [^<>/]*+)?)' % p
        self.row_end = rb"\s*+</%brow>" % p
        row = self._row_of(self.cells(rb"[A-Z]{1,3}+"))
        self.row = re.compile(row)
        self.plain = re.compile(rb"(?:%b)*+\s*+" % row)
        self.row_mark = b"<" + prefix + b'row r="'
        self.row_numbers = re.compile(rb'<%brow r="([0-9]+)"' % p)

    def cells(self, columns: bytes) -> bytes:
        """Spell a pattern for any number of cells, after that of the start of their row.

        Args:
            columns: a pattern for the letters of their columns.
        """
        return self._cells(columns, self._cell_end)

    def ends(self, data: bytes) -> tuple[int, int] | None:
        """Number the first and the last of some plain rows; None if there are none.

        Args:
            data: the rows.
        """
        mark = self.row_mark
        first = data.find(mark)
        if first < 0:
            return None
        numbers = (
            data[start : data.index(b'"', start)]
            for start in (first + len(mark), data.rfind(mark) + len(mark))
        )
        first_number, last_number = map(int, numbers)
        return first_number, last_number

    def plain_within(self, first: int, last: int, *, tied: bool) -> re.Pattern[bytes]:
        """Make the pattern of plain rows with cells in some columns and no other.

        Args:
            first: the first column.
            last: the last one.
            tied: whether formulas may have attributes, which may tie them to other cells.
        """
        columns = columns_before(last + 1)
        if first > 1:
            columns = rb"(?=(?:%b)[0-9])(?:%b)" % (columns_after(first - 1), columns)
        cells = self._cells(columns, self._cell_end if tied else self._untied_end)
        return re.compile(rb"(?:%b)*+\s*+" % self._row_of(cells))

    def _cells(self, columns: bytes, end: bytes) -> bytes:
        return rb'(?:\s*+<%bc r="(?:%b)\2"%b)*+' % (self.p, columns, end)

    def _row_of(self, cells: bytes) -> bytes:
        return rb"%b(?:/>|>%b%b)" % (self.row_start, cells, self.row_end)


@lru_cache(maxsize=8)
def grammar(prefix: bytes) -> Grammar:
    """Give the grammar of a prefix; compiled once."""
    return Grammar(prefix)


def whole_rows(blocks: Iterator[bytes], prefix: bytes) -> Iterator[bytes]:
    """Cut the content of ``sheetData`` into chunks of whole rows.

    Args:
        blocks: the content in blocks of any size.
        prefix: the prefix of its elements with its colon.

    Yields:
        Chunks that are the content when joined; white space may stand at their ends.
    """
    row_end = b"</" + prefix + b"row"
    row_start = b"<" + prefix + b"row "
    rest = b""
    for block in blocks:
        data = rest + block
        # Rows without cells close themselves; there may be a million of them in a run.
        cut = _after_last(row_end, data) or max(0, data.rfind(row_start))
        rest = data[cut:]
        if cut:
            yield data[:cut]
        elif len(rest) > _LARGEST_ROW:
            raise unusual("one of its rows is too long")
    if rest:
        yield rest


def _after_last(end_tag: bytes, data: bytes) -> int:
    """Find the place after the last end tag that is there to its end; 0 if none is."""
    at = len(data)
    while (at := data.rfind(end_tag, 0, at)) >= 0:
        end = data.find(b">", at)
        if end >= 0:
            return end + 1
    return 0


# --- any other row


class RawCell(NamedTuple):
    """A cell and where it lies in the bytes of its row.

    Args:
        column: its number.
        start: position of its first byte.
        end: position after its last.
        written: its attributes as written.
        parts: the elements in it.
    """

    column: int
    start: int
    end: int
    written: bytes
    parts: tuple["Part", ...]

    @property
    def attributes(self) -> dict[bytes, bytes]:
        """Its attributes by name."""
        return attributes_of(self.written)

    def part(self, name: bytes) -> "Part | None":
        """Find the first element of a name in it."""
        for part in self.parts:
            if part.name == name:
                return part
        return None


class Part(NamedTuple):
    """An element in a cell: where its start tag, its content and it itself end."""

    name: bytes
    start: int
    inside: int
    outside: int
    end: int


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row and where it lies in the bytes of its chunk.

    Args:
        number: its number.
        start: position of its first byte.
        inside: position after its start tag.
        outside: position of its end tag; equal to `inside` if it closes itself.
        end: position after its last byte.
        attributes: by name as written.
        cells: its cells as they stand.
    """

    number: int
    start: int
    inside: int
    outside: int
    end: int
    attributes: dict[bytes, bytes]
    cells: tuple[RawCell, ...]


def attributes_of(tag: bytes) -> dict[bytes, bytes]:
    """Read the attributes of a start tag, raw."""
    return {
        match[1]: match[2] if match[2] is not None else match[3]
        for match in ATTRIBUTE.finditer(tag)
    }


class _Node(NamedTuple):
    name: bytes
    start: int
    inside: int
    attributes: bytes
    children: "list[tuple[_Node, int, int]]"


def _nodes(data: bytes) -> Iterator[tuple[_Node, int, int]]:
    """Read elements one after the other, each a tree: node, start of its end tag, end."""
    path: list[_Node] = []
    # In well-formed bytes without comments and the like, < stands at the start of tags alone.
    before, *tokens = data.split(b"<")
    at = len(before)
    for token in tokens:
        start, at = at, at + 1 + len(token)
        stop = _tag_end(token)
        inside = start + stop + 2
        if token.startswith(b"/"):
            node, end_tag = _closed(path, token[1:stop]), start
        else:
            closes = token[stop - 1 : stop] == b"/"
            name, *rest = token[: stop - closes].split(None, 1)
            node, end_tag = _Node(name, start, inside, rest[0] if rest else b"", []), inside
            if not closes:
                path.append(node)
                continue
        if path:
            path[-1].children.append((node, end_tag, inside))
        else:
            yield node, end_tag, inside
    if path:
        raise _malformed()


def _closed(path: list[_Node], name: bytes) -> _Node:
    node = path.pop() if path else None
    if node is None or node.name != name.rstrip():
        raise _malformed()
    return node


def _malformed() -> WorkbookError:
    return damaged("the rows of a sheet are not well-formed")


def _tag_end(token: bytes) -> int:
    """Find the end of a tag in what follows its start, past those in attribute values."""
    end = token.find(b">")
    tag = token[: max(end, 0)]
    if b"'" in tag or tag.count(b'"') % 2:
        match = START_TAG.match(b"<" + token)
        end = match.end() - 2 if match else -1
    if end < 1:
        raise _malformed()
    return end


def parse_rows(data: bytes, prefix: bytes, previous: int) -> Iterator[RawRow]:
    """Take the rows of a chunk apart.

    Args:
        data: whole rows; well-formed, without comments and CDATA (see `survey`).
        prefix: the prefix of their elements with its colon.
        previous: number of the row before them, 0 if there is none.

    Yields:
        The rows as they stand.

    Raises:
        WorkbookError: rows or cells are not in order, or have impossible names.
    """
    for node, outside, end in _nodes(data):
        if node.name != prefix + b"row":
            continue
        attributes = attributes_of(node.attributes)
        number = _row_number(attributes.get(b"r"), previous)
        cells = tuple(_cells(node.children, prefix, number))
        yield RawRow(number, node.start, node.inside, outside, end, attributes, cells)
        previous = number


def _row_number(name: bytes | None, previous: int) -> int:
    if name is None:
        number = previous + 1
    elif (number := whole_number(name, 0)) == 0:
        raise damaged("a row has no number")
    if not previous < number <= LAST_ROW:
        raise damaged(f"row {number} is out of order")
    return number


def _cells(nodes: list[tuple[_Node, int, int]], prefix: bytes, row: int) -> Iterator[RawCell]:
    previous = 0
    for node, _, end in nodes:
        if node.name != prefix + b"c":
            continue
        column = _column(node.attributes, row, previous)
        parts = tuple(
            [
                Part(part.name.removeprefix(prefix), part.start, part.inside, outside, part_end)
                for part, outside, part_end in node.children
            ]
        )
        yield RawCell(column, node.start, end, node.attributes, parts)
        previous = column


_NAME_FIRST: Final = re.compile(rb'r="([A-Z]{1,3})([0-9]{1,7})"')
_NAME: Final = re.compile(rb"\s*([A-Za-z]{1,3})([0-9]{1,7})\s*")


def _column(attributes: bytes, row: int, previous: int) -> int:
    match = _NAME_FIRST.match(attributes)
    if match is None:
        name = attributes_of(attributes).get(b"r")
        if name is None:
            return _in_order(previous + 1, row, previous)
        match = _NAME.fullmatch(name)
    if match is None or int(match[2]) != row:
        raise damaged(f"row {row} holds a cell of another row or of none")
    return _in_order(_number_of(match[1]), row, previous)


def _in_order(column: int | None, row: int, previous: int) -> int:
    if column is None or not previous < column <= LAST_COLUMN:
        raise damaged(f"the cells of row {row} are out of order")
    return column


@lru_cache(maxsize=LAST_COLUMN)
def _number_of(letters: bytes) -> int | None:
    return column_number(letters.decode())


# --- columns as patterns


def columns_before(column: int) -> bytes:
    """Spell a pattern for the letters of all columns before one; nothing matches if none is."""
    letters = column_letters(column)
    same = [
        letters[:place].encode()
        + b"[A-%c]" % (ord(letter) - 1)
        + _letters(len(letters) - place - 1)
        for place, letter in enumerate(letters)
        if letter > "A"
    ]
    shorter = [b"[A-Z]{1,%d}" % (len(letters) - 1)] if len(letters) > 1 else []
    return b"|".join(same + shorter) or b"(?!)"


def columns_after(column: int) -> bytes:
    """Spell a pattern for the letters of all columns after one."""
    letters = column_letters(column)
    same = [
        letters[:place].encode()
        + b"[%c-Z]" % (ord(letter) + 1)
        + _letters(len(letters) - place - 1)
        for place, letter in enumerate(letters)
        if letter < "Z"
    ]
    longer = [b"[A-Z]{%d,3}" % (len(letters) + 1)] if len(letters) < 3 else []
    return b"|".join(same + longer) or b"(?!)"


def _letters(count: int) -> bytes:
    return b"[A-Z]" * count
