"""The first pass over a sheet: where things lie in it, and what must be known before an edit.

The head and the tail of the sheet go through expat, and so do all rows that are not in the
form that Excel writes. Chunks of rows in that form (see `rows`) are complete elements, proven
by their grammar; leaving them out keeps what expat sees well-formed and saves its time.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from xlsx_addin.workbooks.references import area_of
from xlsx_addin.workbooks.saved.findings import ColumnStyle, SheetSurvey
from xlsx_addin.workbooks.saved.refusals import damaged, unusual
from xlsx_addin.workbooks.saved.rowfacts import RowFacts
from xlsx_addin.workbooks.saved.rows import whole_rows
from xlsx_addin.workbooks.saved.xml import (
    MAIN,
    START_TAG,
    feed,
    new_parser,
    plain_attributes,
    plain_name,
)

_LARGEST_HEAD: Final = 64 << 20


def survey(blocks: Iterator[bytes], part: str) -> SheetSurvey:
    """Look through a sheet once.

    Args:
        blocks: the part, UTF-8.
        part: its name, for messages.

    Raises:
        WorkbookError: it is damaged, or written in a way that cannot be edited safely.
    """
    return _Surveyor(blocks, part).run()


class _Surveyor:
    def __init__(self, blocks: Iterator[bytes], part: str) -> None:
        self._blocks = blocks
        self._part = part
        self._found = SheetSurvey()
        self._facts = RowFacts(self._found)
        self._head = b""
        self._depth = 0
        self._in_rows = False
        self._main_prefix: str | None = None
        # All prefixes of the main namespace, with their colons.
        self._prefixes: set[bytes] = set()
        self._parser = parser = new_parser()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartNamespaceDeclHandler = self._namespace
        parser.CommentHandler = self._oddity
        parser.ProcessingInstructionHandler = self._oddity
        parser.StartCdataSectionHandler = self._oddity

    def run(self) -> SheetSurvey:
        rest = self._read_head()
        if self._found.data_start < 0:
            raise damaged(f"its part {self._part} has no cells element")
        if not self._found.closes_itself:
            rest = self._read_rows(rest)
        self._read_tail(rest)
        return self._found

    # --- head

    def _read_head(self) -> bytes:
        """Read up to the rows; return what was read of them."""
        fed = 0
        for block in self._blocks:
            self._head += block
            if len(self._head) > _LARGEST_HEAD:
                raise unusual(f"its part {self._part} begins with too much else")
            while (end := self._next_candidate(fed)) is not None:
                feed(self._parser, self._head[fed:end], self._part)
                fed = end
                if self._found.data_start >= 0:
                    return self._head[end:]
        feed(self._parser, self._head[fed:], self._part, final=True)
        return b""

    def _next_candidate(self, start: int) -> int | None:
        """Find the end of the next tag that may start the rows; expat then says if it does."""
        at = self._head.find(b"sheetData", start)
        end = self._head.find(b">", at) if at >= 0 else -1
        return end + 1 if end >= 0 else None

    def _start(self, expanded: str, raw_attributes: dict[str, str]) -> None:
        self._depth += 1
        name, prefix = plain_name(expanded)
        attributes = plain_attributes(raw_attributes)
        if self._depth == 1:
            self._start_root(name, prefix)
        elif self._depth == 2 and name == "sheetData":
            self._start_rows()
        else:
            reader = _READERS.get(name)
            if reader is not None:
                reader(self._found, attributes, self._parser.CurrentByteIndex)
            if name == "dimension" and self._found.data_start < 0:
                self._found.dimension = self._tag_at(self._parser.CurrentByteIndex)

    def _start_root(self, name: str, prefix: str) -> None:
        if name != "worksheet":
            raise unusual(f"its part {self._part} is no worksheet of a known kind")
        self._main_prefix = prefix
        self._found.prefix = f"{prefix}:".encode() if prefix else b""

    def _start_rows(self) -> None:
        if self._found.data_start >= 0:
            raise damaged(f"its part {self._part} has cells twice")
        start, end = self._tag_at(self._parser.CurrentByteIndex)
        self._found.data_tag = start
        self._found.data_start = end
        if self._head[end - 2 : end] == b"/>":
            self._found.data_end = end
            self._found.closes_itself = True
        else:
            self._in_rows = True
            self._parser.StartElementHandler = None
            self._parser.EndElementHandler = None

    def _tag_at(self, start: int) -> tuple[int, int]:
        match = START_TAG.match(self._head, start)
        if match is None:
            raise damaged(f"its part {self._part} is not well-formed")
        return start, match.end()

    def _end(self, expanded: str) -> None:
        if self._depth == 2 and self._found.data_start < 0:
            at = self._parser.CurrentByteIndex
            if plain_name(expanded)[0] == "cols" and self._head.startswith(b"</", at):
                self._found.columns_end = at
        self._depth -= 1

    def _namespace(self, prefix: str | None, uri: str) -> None:
        if uri in MAIN:
            self._prefixes.add(f"{prefix}:".encode() if prefix else b"")
        rebound = self._main_prefix is not None and (prefix or "") == self._main_prefix
        if self._in_rows and (rebound or uri in MAIN):
            raise unusual(f"its part {self._part} changes its namespaces among the rows")

    def _oddity(self, *_: object) -> None:
        if self._in_rows:
            raise unusual(f"its part {self._part} holds comments or raw sections among the rows")

    # --- rows and tail

    def _read_rows(self, first: bytes) -> bytes:
        tail: list[bytes] = []
        at = self._found.data_start
        for data in whole_rows(self._row_blocks(first, tail), self._found.prefix):
            if self._facts.read_known(data):
                pass
            elif self._found.grammar.plain.fullmatch(data):
                self._facts.read_plain(data)
            else:
                feed(self._parser, data, self._part)
                self._refuse_other_prefixes(data)
                self._facts.read(data)
                self._mark_odd(at, at + len(data))
            at += len(data)
        if not tail:
            raise damaged(f"its part {self._part} is cut")
        self._facts.finish()
        return tail[0]

    def _refuse_other_prefixes(self, data: bytes) -> None:
        """Refuse rows that are spelled in another way than their sheet, and so not recognised."""
        for prefix in self._prefixes - {self._found.prefix}:
            if re.search(rb"<%b(?:row|c|f|v|is)[\s/>]" % re.escape(prefix), data):
                raise unusual(f"its part {self._part} changes its namespaces among the rows")

    def _mark_odd(self, start: int, end: int) -> None:
        odd = self._found.odd
        if odd and odd[-1][1] == start:
            start = odd.pop()[0]
        odd.append((start, end))

    def _row_blocks(self, first: bytes, tail: list[bytes]) -> Iterator[bytes]:
        """Pass on blocks up to the end of the rows; put what was read beyond into `tail`."""
        end_tag = b"</" + self._found.prefix + b"sheetData"
        at = self._found.data_start
        held = first
        for block in _chain(self._blocks):
            found = held.find(end_tag)
            if found < 0:
                # The tag may begin in this block and end in the next.
                keep = max(0, len(held) - len(end_tag))
                yield held[:keep]
                at += keep
                held = held[keep:] + block
                continue
            yield held[:found]
            self._found.data_end = at + found
            tail.append(held[found:] + block)
            return

    def _read_tail(self, rest: bytes) -> None:
        self._in_rows = False
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        feed(self._parser, rest, self._part)
        for block in self._blocks:
            feed(self._parser, block, self._part)
        feed(self._parser, b"", self._part, final=True)


def _chain(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Pass blocks on, then an empty one for what is held back."""
    # With "yield from", whoever stops early would close the blocks, which are needed for the tail.
    for block in blocks:  # noqa: UP028  # see above
        yield block
    yield b""


# --- what stands around the rows


def _read_column(found: SheetSurvey, attributes: dict[str, str], at: int) -> None:
    try:
        span = ColumnStyle(
            int(attributes["min"]), int(attributes["max"]), int(attributes.get("style", 0)), at
        )
    except (KeyError, ValueError) as error:
        raise damaged("the columns of a sheet are not well described") from error
    found.column_styles.append(span)


def _read_merge(found: SheetSurvey, attributes: dict[str, str], _: int) -> None:
    area = area_of(attributes.get("ref", ""))
    if area is not None:
        found.merges.append(area)


def _read_protection(found: SheetSurvey, attributes: dict[str, str], _: int) -> None:
    found.protected = attributes.get("sheet", "0") in ("1", "true", "on")


def _read_table(found: SheetSurvey, attributes: dict[str, str], _: int) -> None:
    found.tables.append(attributes.get("r:id", ""))


def _read_link(found: SheetSurvey, _: dict[str, str], __: int) -> None:
    found.links = True


_READERS: Final[dict[str, Callable[[SheetSurvey, dict[str, str], int], None]]] = {
    "col": _read_column,
    "hyperlink": _read_link,
    "mergeCell": _read_merge,
    "sheetProtection": _read_protection,
    "tablePart": _read_table,
}
