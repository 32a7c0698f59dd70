"""Reading whole columns out of rows as Excel writes them, without looking at other cells."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from xlsx_addin.core.cells import CellValue, Formula, column_letters
from xlsx_addin.workbooks.saved.rows import Grammar, attributes_of
from xlsx_addin.workbooks.saved.strings import rich_text
from xlsx_addin.workbooks.saved.values import ValueReader
from xlsx_addin.workbooks.saved.xml import whole_number

_REMEMBERED: Final = 4096
# Chunks in which columns were not alike, after which they are read apart. The first chunk
# hardly counts: it holds headers and titles.
_ENOUGH: Final = 2


class PlainColumns:
    """Reads the cells of some columns out of chunks of plain rows.

    Args:
        rules: the patterns of the rows.
        columns: the numbers of the columns.
        values: reads cell values.
    """

    def __init__(self, rules: Grammar, columns: Sequence[int], values: ValueReader) -> None:
        self._runs = [_Run(rules, run, values) for run in _runs(columns)]

    def read(self, data: bytes, read: Mapping[int, list[CellValue]], first: int) -> None:
        """Read the cells of some rows into the values of their columns.

        Args:
            data: the rows.
            read: the values by column.
            first: the number of the row that the values begin with.
        """
        runs: list[_Run] = []
        for run in self._runs:
            run.read(data, read, first)
            runs += run.split() if run.misses >= _ENOUGH else [run]
        self._runs = runs


def _runs(columns: Sequence[int]) -> Iterator[list[int]]:
    """Gather columns that stand side by side."""
    run: list[int] = []
    for column in sorted(columns):
        if run and column != run[-1] + 1:
            yield run
            run = []
        run.append(column)
    if run:
        yield run


class _Run:
    """Reads columns side by side: all at once where every row has shared strings in them.

    Attributes:
        misses: how much more often that was not so than it was.
    """

    def __init__(self, rules: Grammar, columns: Sequence[int], values: ValueReader) -> None:
        self.misses = 0
        self._rules = rules
        self._values = values
        self._columns = [_PlainColumn(rules, column, values) for column in columns]
        p = rules.p
        cell = rb'\s*+<%bc r="%b%b"(?: s="[0-9]++")?+ t="s"><%bv>([0-9]{1,10}+)</%bv></%bc>'
        row = b"([0-9]++)"
        pieces: list[bytes] = []
        for column in columns:
            pieces.append(cell % (p, column_letters(column).encode(), row, p, p, p))
            row = rb"\1"
        # A pattern that begins with plain letters is found several times faster.
        self._find = re.compile(b"".join(pieces).removeprefix(rb"\s*+")).findall

    def read(self, data: bytes, read: Mapping[int, list[CellValue]], first: int) -> None:
        """Read the cells of some rows; see `PlainColumns`."""
        if self.misses < _ENOUGH and self._read_at_once(data, read, first):
            self.misses = max(0, self.misses - 1)
            return
        self.misses += 1
        for column in self._columns:
            column.read(data, read[column.number], first)

    def split(self) -> "list[_Run]":
        """Give its halves, of which one may hold shared strings alone; a single column stays."""
        if len(self._columns) == 1:
            return [self]
        numbers = [column.number for column in self._columns]
        middle = len(numbers) // 2
        halves = [numbers[:middle], numbers[middle:]]
        return [_Run(self._rules, half, self._values) for half in halves]

    def _read_at_once(self, data: bytes, read: Mapping[int, list[CellValue]], first: int) -> bool:
        """Read all cells if every row has shared strings in all columns; say whether it has."""
        found = self._find(data)
        if not found:
            return False
        texts = self._values.strings().all_texts
        names, *indexes = zip(*found, strict=True)
        numbers = [*map(int, names)]
        start = numbers[0] - first
        if (
            texts is None
            or start < 0
            or start + len(numbers) > len(read[self._columns[0].number])
            or self._rules.ends(data) != (numbers[0], numbers[-1])
            or numbers != [*range(numbers[0], numbers[0] + len(numbers))]
        ):
            return False
        try:
            for column, index in zip(self._columns, indexes, strict=True):
                column_values = map(texts.__getitem__, map(int, index))
                read[column.number][start : start + len(numbers)] = column_values
        except IndexError:
            return False
        return True


class _PlainColumn:
    """Reads the cells of one column out of chunks of plain rows."""

    def __init__(self, rules: Grammar, column: int, values: ValueReader) -> None:
        self.number = column
        self._values = values
        p = rules.p
        start = rb'<%bc r="%b([0-9]++)"([^<>/]*+)>' % (p, column_letters(column).encode())
        value = rb"<%bv(?: [^<>/]*+)?>([^<]*+)<" % p
        inline = rb"<%bis>(.*?)</%bis>" % (p, p)
        # A formula reaches up to the end of its cell if it has no result.
        formula = rb"%b(?:\s*+</%bc>)?+" % (rules.formula, p)
        pattern = rb"%b(%b)?+\s*+(?:%b|%b)?+" % (start, formula, value, inline)
        self._cell_end = b"</" + rules.prefix + b"c>"
        self._find = re.compile(pattern, re.DOTALL).findall
        self._simple = re.compile(rb"<%bt>([^<&\r_]++)</%bt>" % (p, p)).fullmatch
        # Statuses and messages repeat; one copy of each is enough.
        self._inline: dict[bytes, str | None] = {}
        # The attributes of a cell as written -> type and format.
        self._attributes: dict[bytes, tuple[bytes, bytes]] = {}

    def read(self, data: bytes, values: list[CellValue], first: int) -> None:
        """Read the column's cells in some rows into its values."""
        count = len(values)
        known = self._attributes
        reader = self._values
        strings = reader.strings()
        text, texts = strings.text, strings.all_texts or ()
        known_texts = len(texts)
        for name, attributes, formula, content, inline in self._find(data):
            place = int(name) - first
            if not 0 <= place < count:
                continue
            kind, style = known.get(attributes) or self._read_attributes(attributes)
            if formula:
                result = reader.plain(kind, style, content)
                held = None if formula.endswith(self._cell_end) else content
                values[place] = Formula(reader.stored(kind, held, result))
            elif kind == b"s":
                index = whole_number(content, -1)
                values[place] = texts[index] if 0 <= index < known_texts else text(content)
            else:
                values[place] = (
                    self._inline_text(inline) if inline else reader.plain(kind, style, content)
                )

    def _inline_text(self, content: bytes) -> str | None:
        known = self._inline.get(content)
        if known is not None:
            return known
        simple = self._simple(content)
        text = simple[1].decode("utf-8", "replace") if simple else rich_text(content)
        if len(self._inline) < _REMEMBERED:
            self._inline[content] = text
        return text

    def _read_attributes(self, written: bytes) -> tuple[bytes, bytes]:
        attributes = attributes_of(written)
        read = attributes.get(b"t", b"n"), attributes.get(b"s", b"0")
        self._attributes[written] = read
        return read
