"""Writing an edit behind the last cells of rows as Excel writes them: one template a row.

New result columns stand right of all other cells. Then rows need not be taken apart: they are
cut where they start, and what is written goes before their end tag. It gives the very bytes
that `writer` gives, and leaves to others every row for which this does not hold.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any, Final, NamedTuple

from xlsx_addin.workbooks.contract import ResultValue
from xlsx_addin.workbooks.resultvalues import is_nothing
from xlsx_addin.workbooks.saved.cellwriter import all_simple
from xlsx_addin.workbooks.saved.findings import SheetSurvey
from xlsx_addin.workbooks.saved.rows import attributes_of, columns_after
from xlsx_addin.workbooks.saved.writer import RowWriter, Waiting, widen

_REMEMBERED: Final = 4096

_CUSTOM_FORMAT: Final = b"customFormat"
# A row whose empty cells have a format.
_STYLED: Final = re.compile(rb"""customFormat\s*=\s*["'](?:1|t)""")

_Key = tuple[ResultValue | bool, ...]
"""What a row gets: the values that repeat, and of identifiers only whether there is one."""


def gives_format(attributes: bytes) -> bool:
    """Say whether a row gives its empty cells a format.

    Args:
        attributes: those of the row as written.
    """
    return _CUSTOM_FORMAT in attributes and _STYLED.search(attributes) is not None


class RowTags(dict[tuple[bytes, int, int], bytes]):
    """The rest of the start tags of rows, from the end of their number on; few differ.

    Keys are the attributes as written, the first and the last column to cover.
    """

    def __missing__(self, key: tuple[bytes, int, int]) -> bytes:
        if len(self) >= _REMEMBERED:
            self.clear()
        attributes, first, last = key
        tag = self[key] = b'"' + widen(attributes + b">", attributes_of(attributes), first, last)
        return tag


class _Template(NamedTuple):
    """How the new cells of rows are written.

    Args:
        text: the cells, with a place for each row number and identifier.
        choose: chooses what goes there out of the number and the identifiers of a row.
        first: the first column.
        last: the last one.
    """

    text: bytes
    choose: Callable[[tuple[bytes, ...]], Any]
    first: int
    last: int


class RowEnds:
    """Edits chunks of plain rows that have no cell in or after the columns of an edit.

    Args:
        rows: edits rows of any form.
        survey: what the first pass found.
        tags: writes the start tags.
    """

    def __init__(self, rows: RowWriter, survey: SheetSurvey, tags: RowTags) -> None:
        self._rows = rows
        self._tags = tags
        self._start = survey.grammar.row_mark
        self._end = b"</" + survey.prefix + b"row>"
        self._columns = [(one, survey.column_style(one.column)) for one in rows.columns]
        first = rows.columns[0].column
        letters = columns_after(first - 1) if first > 1 else b"[A-Z]++"
        cell = rb'<%bc r="(?:%b)[0-9]' % (survey.grammar.p, letters)
        self._may_be_in_the_way = survey.rightmost >= first
        self._in_the_way = re.compile(cell).search
        self._templates: dict[_Key, _Template | None] = {}

    def edit_rows(self, data: bytes, waiting: Waiting) -> bytes | None:
        """Edit a chunk of plain rows.

        Args:
            data: the rows.
            waiting: the rows still to be written; those up to the last one are taken.

        Returns:
            The rows with the edit; None if they have to be looked at cell by cell.
        """
        if self._may_be_in_the_way and self._in_the_way(data):
            return None
        before, *pieces = data.split(self._start)
        rows = [piece.partition(b'"') for piece in pieces]
        numbers = [int(name) for name, _, _ in rows]
        if not numbers or not self._are_there(numbers, waiting):
            return None
        columns = [list(map(one.values.get, numbers)) for one, _ in self._columns]
        texts = self._identifiers(columns)
        if texts is None:
            return None
        may_give_format = _CUSTOM_FORMAT in data
        edited = self._edit(rows, self._keys(columns), texts, may_give_format=may_give_format)
        waiting.skip_until(numbers[-1])
        return b"".join([before, *edited])

    def _are_there(self, numbers: Sequence[int], waiting: Waiting) -> bool:
        """Say whether no row has to be made, and none gets headers."""
        header = self._rows.header_row
        if header is not None and numbers[0] <= header <= numbers[-1]:
            return False
        wanted = waiting.until(numbers[-1])
        return wanted == numbers or set(numbers).issuperset(wanted)

    def _identifiers(
        self, columns: Iterable[Sequence[ResultValue]]
    ) -> list[Sequence[bytes]] | None:
        """Encode the identifiers by column; None if one of them is no simple text."""
        encoded: list[Sequence[bytes]] = []
        for (writer, _), values in zip(self._columns, columns, strict=True):
            if not writer.is_identifier:
                continue
            texts = ["" if value is None else value for value in values]
            if not all_simple(texts):
                return None
            encoded.append([text.encode() for text in texts])  # type: ignore[union-attr]  # all are texts
        return encoded

    def _keys(self, columns: Iterable[Sequence[ResultValue]]) -> Iterable[_Key]:
        return zip(
            *(
                map(bool, values) if writer.is_identifier else values
                for (writer, _), values in zip(self._columns, columns, strict=True)
            ),
            strict=True,
        )

    def _edit(
        self,
        rows: Sequence[tuple[bytes, bytes, bytes]],
        keys: Iterable[_Key],
        texts: Sequence[Sequence[bytes]],
        *,
        may_give_format: bool,
    ) -> list[bytes]:
        start, row_end, known = self._start, self._end, self._templates
        edited: list[bytes] = []
        names = [name for name, _, _ in rows]
        for (name, quote, rest), key, fill in zip(rows, keys, zip(names, *texts), strict=True):  # noqa: B905  # equally long
            attributes, _, content = rest.partition(b">")
            cells, end, blank = content.rpartition(row_end)
            # A new cell stands right behind the last one, before any white space.
            fits = end and (cells.endswith(b">") or not cells)
            if not fits or (may_give_format and gives_format(attributes)):
                whole = b"".join((start, name, quote, rest))
                edited.append(self._rows.edit_rows(whole, Waiting([int(name)])))
                continue
            template = known[key] if key in known else self._template(key)
            if template is None:
                edited += start, name, quote, rest
                continue
            text, choose, first, last = template
            edited += start, name, self._tags[attributes, first, last], cells
            edited += text % choose(fill), end, blank
        return edited

    def _template(self, key: _Key) -> _Template | None:
        """Make the template of rows that get equal values; None if they get none."""
        text = b""
        places: list[int] = []
        columns: list[int] = []
        identifiers = 0
        # Column by column, row by row: new formats then get the numbers that `writer` gives.
        for (writer, style), value in zip(self._columns, key, strict=True):
            identifiers += writer.is_identifier
            if not value if writer.is_identifier else is_nothing(value):
                continue
            columns.append(writer.column)
            places.append(0)
            if writer.is_identifier:
                places.append(identifiers)
                pieces = [writer.start, *writer.frame(style)]
            else:
                pieces = [writer.start, writer.ending(value, style)]
            text += b"%b".join(piece.replace(b"%", b"%%") for piece in pieces)
        template = None
        if columns:
            template = _Template(text, itemgetter(*places), columns[0], columns[-1])
        if len(self._templates) >= _REMEMBERED:
            self._templates.clear()
        self._templates[key] = template
        return template
