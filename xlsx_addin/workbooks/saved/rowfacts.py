"""What stands in the rows of a sheet: the used area, and formulas with ties to other cells."""

import re
from collections.abc import Callable, Iterable
from functools import cached_property
from itertools import islice
from operator import lt

from xlsx_addin.core.cells import LAST_COLUMN, Area, column_number
from xlsx_addin.workbooks.references import area_of
from xlsx_addin.workbooks.saved.findings import Master, SheetSurvey
from xlsx_addin.workbooks.saved.refusals import damaged
from xlsx_addin.workbooks.saved.rows import (
    Grammar,
    RawCell,
    attributes_of,
    columns_after,
    columns_before,
    parse_rows,
)
from xlsx_addin.workbooks.saved.xml import unescape


class RowFacts:
    """Gathers the used area and the formulas with ties to other cells."""

    def __init__(self, found: SheetSurvey) -> None:
        self._found = found
        self._last_row = 0
        self._first_used = self._last_used = 0
        self._left = self._right = 0
        self._rightmost = 0
        self._tied = False
        # Proves that rows have no more than what is known: columns used, formulas with ties.
        self._known: Callable[[bytes], object] | None = None
        self._known_form = 0, 0, False

    def read(self, data: bytes) -> None:
        """Read rows of any form."""
        for row in parse_rows(data, self._found.prefix, self._last_row):
            self._last_row = row.number
            for cell in row.cells:
                self._read_cell(data, row.number, cell)

    def finish(self) -> None:
        """Tell the used area once all rows were read."""
        self._found.rightmost = max(self._rightmost, self._right)
        if self._last_used:
            self._found.used = Area(self._first_used, self._left, self._last_used, self._right)

    def _read_cell(self, data: bytes, row: int, cell: RawCell) -> None:
        formula = cell.part(b"f")
        if formula is None and cell.part(b"v") is None and cell.part(b"is") is None:
            return
        self._use(row, cell.column)
        if formula is not None:
            tag = data[formula.start : formula.inside]
            self._read_formula(row, cell.column, tag, data[formula.inside : formula.outside])

    def _use(self, row: int, column: int) -> None:
        if not self._last_used:
            self._first_used, self._left, self._right = row, column, column
        self._last_used = max(self._last_used, row)
        self._left = min(self._left, column)
        self._right = max(self._right, column)

    def _read_formula(self, row: int, column: int, tag: bytes, text: bytes) -> None:
        self._found.formulas = True
        attributes = attributes_of(tag)
        kind = attributes.get(b"t", b"normal")
        if kind in (b"array", b"dataTable"):
            area = area_of(attributes.get(b"ref", b"").decode("latin-1"))
            if area is not None and area != Area(row, column, row, column):
                self._found.spilled.append(area)
        elif kind == b"shared":
            index = attributes.get(b"si", b"")
            if text:
                master = Master(row, column, unescape(text))
                self._found.masters.setdefault(index, []).append(master)
            elif index not in self._found.masters:
                self._found.early.add(index)

    # --- rows in the form that Excel writes: the few facts by search

    def read_known(self, data: bytes) -> bool:
        """Read rows that are plain and have nothing that earlier ones did not have.

        That is a cell outside of the columns known to be used, or a formula with attributes.

        Args:
            data: the rows.

        Returns:
            Whether they are such rows.
        """
        if not self._last_used or not self._within(data):
            return False
        self._read_rows(data)
        if self._patterns.is_last_row_used(data):
            self._last_used = self._last_row
        elif self._patterns.used_cell.search(data):
            self._last_used = self._patterns.last_used_row(data)
        return True

    def read_plain(self, data: bytes) -> None:
        """Read rows in the form that Excel writes."""
        self._tied = self._tied or self._patterns.tied_start in data
        self._read_rows(data)
        self._read_plain_extent(data, self._patterns)
        if not self._within(data):
            self._rightmost = LAST_COLUMN

    def _within(self, data: bytes) -> bool:
        form = self._left, self._right, self._tied
        if self._known is None or self._known_form != form:
            self._known_form = form
            rules = self._found.grammar
            self._known = rules.plain_within(*form[:2], tied=self._tied).fullmatch
        return self._known(data) is not None

    @cached_property
    def _patterns(self) -> "_FactPatterns":
        return _FactPatterns(self._found.grammar)

    def _read_rows(self, data: bytes) -> None:
        numbers = list(map(int, self._found.grammar.row_numbers.findall(data)))
        if not numbers:
            return
        if numbers[0] <= self._last_row or not all(map(lt, numbers, islice(numbers, 1, None))):
            raise damaged("the rows of a sheet are out of order")
        self._last_row = numbers[-1]
        for match in self._patterns.tied_formulas(data) if self._tied else ():
            column = _column(match[1])
            self._read_formula(int(match[2]), column, match[3], match[4] or b"")
        if not self._found.formulas and self._patterns.formula_start in data:
            self._found.formulas = True

    def _read_plain_extent(self, data: bytes, patterns: "_FactPatterns") -> None:
        first = patterns.used_cell.search(data)
        if first is None:
            return
        self._use(int(first[2]), _column(first[1]))
        self._use(patterns.last_used_row(data), self._left)
        at = 0
        while match := patterns.used_outside(self._left, self._right).search(data, at):
            self._use(int(match[2]), _column(match[1]))
            at = match.end()


def _column(letters: bytes) -> int:
    column = column_number(letters.decode())
    if column is None:
        raise damaged(f"it has cells in a column {letters.decode()}")
    return column


class _FactPatterns:
    """Searches in chunks of plain rows."""

    def __init__(self, rules: Grammar) -> None:
        self._p = rules.p
        self.formula_start = b"<" + rules.prefix + b"f"
        self.tied_start = self.formula_start + b" "
        self._row_mark = rules.row_mark
        self._contents = [b"<" + rules.prefix + name for name in (b"v", b"is", b"f")]
        self._cell_start = b"<" + rules.prefix + b'c r="'
        self.used_cell = self._used(rb"[A-Z]++")
        self._outside: dict[tuple[int, int], re.Pattern[bytes]] = {}
        self._tied = re.compile(
            rb'<%bc r="([A-Z]++)([0-9]++)"[^<>/]*+>\s*+(<%bf [^<>/]*+(?:/>|>([^<]*+)))'
            % (self._p, self._p)
        )

    def _used(self, columns: bytes) -> re.Pattern[bytes]:
        return re.compile(rb'<%bc r="(%b)([0-9]++)"[^<>/]*+>(?!\s*+</)' % (self._p, columns))

    def used_outside(self, left: int, right: int) -> re.Pattern[bytes]:
        """Give the pattern of a cell with content outside some columns."""
        pattern = self._outside.get((left, right))
        if pattern is None:
            outside = [columns_after(right), *([columns_before(left)] if left > 1 else [])]
            columns = b"|".join(outside)
            pattern = self._outside[left, right] = self._used(columns)
        return pattern

    def is_last_row_used(self, data: bytes) -> bool:
        """Say whether the last row holds anything; faster than to search for one that does."""
        start = max(0, data.rfind(self._row_mark))
        return any(data.find(content, start) >= 0 for content in self._contents)

    def last_used_row(self, data: bytes) -> int:
        """Tell the last row that holds anything, in data where one does."""
        content = max(map(data.rfind, self._contents))
        start = data.rfind(self._cell_start, 0, content) + len(self._cell_start)
        name = data[start : data.index(b'"', start)]
        return int(name.lstrip(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"))

    def tied_formulas(self, data: bytes) -> Iterable[re.Match[bytes]]:
        """Find formulas with attributes: shared, array, data table."""
        return self._tied.finditer(data) if self.tied_start in data else ()
