"""Writing an edit into rows as Excel writes them: one compiled pattern a row.

It gives the very bytes that `writer` gives, several times faster, and leaves to it every row
that does not fit the pattern.
"""

import re
from typing import Final

from xlsx_addin.core.cells import column_letters
from xlsx_addin.workbooks.saved.findings import SheetSurvey
from xlsx_addin.workbooks.saved.rowends import RowEnds, RowTags, gives_format
from xlsx_addin.workbooks.saved.rows import Grammar, columns_after, columns_before
from xlsx_addin.workbooks.saved.writer import RowWriter, Waiting

_KEEP: Final = object()


class FastRows:
    """Edits chunks of plain rows.

    Args:
        rows: edits rows of any form.
        survey: what the first pass found.
    """

    def __init__(self, rows: RowWriter, survey: SheetSurvey) -> None:
        self._rows = rows
        self._rules = survey.grammar
        self._pattern = _pattern(survey.grammar, [one.column for one in rows.columns])
        # Of each column: its writer, its first group, the format of its empty cells.
        self._columns = [
            (one, 4 + 4 * place, survey.column_style(one.column))
            for place, one in enumerate(rows.columns)
        ]
        self._tags = RowTags()
        self._ends = RowEnds(rows, survey, self._tags)

    def edit_rows(self, data: bytes, waiting: Waiting) -> bytes:
        """Edit a chunk of plain rows; see `RowWriter.edit_rows`."""
        ends = self._rules.ends(data)
        last = ends[1] if ends else self._rows.previous
        if waiting.next is not None and waiting.next <= last:
            data = self._ends.edit_rows(data, waiting) or self._edit_rows(data, waiting, last)
        self._rows.previous = last
        return data

    def _edit_rows(self, data: bytes, waiting: Waiting, last: int) -> bytes:
        pieces: list[bytes] = []
        at = 0
        match_at = self._pattern.match
        while (wanted := waiting.next) is not None and wanted <= last:
            match = match_at(data, at)
            if match is None or gives_format(match[3]):
                end = self._rules.row.match(data, at).end()  # type: ignore[union-attr]  # it is plain
                pieces.append(self._rows.edit_rows(data[at:end], waiting))
                at = end
                continue
            at = match.end()
            number = int(match[2])
            if wanted > number:
                pieces.append(match[0])
            elif wanted < number or number == self._rows.header_row:
                pieces.append(self._rows.edit_rows(match[0], waiting))
            else:
                pieces.append(self._edit(match, number))
                waiting.skip()
        return b"".join([*pieces, data[at:]])

    def _edit(self, match: re.Match[bytes], number: int) -> bytes:
        groups = match.groups()
        name = groups[1]
        pieces = [groups[0], name, b"", groups[3]]
        columns: list[int] = []
        for writer, place, empty_style in self._columns:
            old = groups[place + 1]
            value = writer.values.get(number, _KEEP)
            if value is _KEEP:
                pieces += (groups[place], old) if old else ()
            elif old:
                base = int(groups[place + 2] or 0)
                pieces += groups[place], writer.cell(name, value, base)  # type: ignore[arg-type]  # no _KEEP
                columns.append(writer.column)
            elif value is not None and value != "":
                pieces.append(writer.cell(name, value, empty_style))  # type: ignore[arg-type]  # no _KEEP
                columns.append(writer.column)
            pieces.append(groups[place + 3])
        if not columns:
            return match[0]
        pieces[2] = self._tags[groups[2], columns[0], columns[-1]]
        pieces.append(groups[-1])
        return b"".join(pieces)


def _pattern(rules: Grammar, columns: list[int]) -> re.Pattern[bytes]:
    """Spell the pattern of a row.

    Its groups: start, number and attributes of the row, the cells before the first column; for
    each column the white space before its cell, the cell, the format of that, and the cells up
    to the next column; the end of the row.
    """
    pieces = [rules.row_start, b">(", rules.cells(columns_before(columns[0])), b")"]
    for column, following in zip(columns, [*columns[1:], None], strict=True):
        gap = columns_after(column)
        if following is not None:
            gap = rb"(?=(?:%b)[0-9])(?:%b)" % (gap, columns_before(following))
        pieces += [_target(rules, column), b"(", rules.cells(gap), b")"]
    return re.compile(b"".join([*pieces, b"(", rules.row_end, b")"]))


def _target(rules: Grammar, column: int) -> bytes:
    """Spell the pattern of a cell to write that holds a value at most."""
    start = rb'<%bc r="%b\2"' % (rules.p, column_letters(column).encode())
    attributes = rb'(?: s="([0-9]{1,10}+)")?+(?: t="[A-Za-z]++")?+'
    content = rb"(?:%b|%b)?+" % (rules.value, rules.inline)
    return rb"(?:(\s*+)(%b%b(?:/>|>%b\s*+</%bc>)))?+" % (start, attributes, content, rules.p)
