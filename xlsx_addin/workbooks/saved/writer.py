"""Writing an edit into the rows of a sheet: exact for rows of any form.

Only the bytes of edited cells are replaced. What a row must have for them, its ``spans``,
is widened; a row that is missing is made.
"""

import re
from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Final, NamedTuple

from xlsx_addin.core.cells import LAST_ROW
from xlsx_addin.workbooks.contract import ResultValue, SheetEdit
from xlsx_addin.workbooks.resultvalues import is_nothing
from xlsx_addin.workbooks.saved.addedrows import AddedRows
from xlsx_addin.workbooks.saved.cellwriter import CellWriter, ColumnWriter
from xlsx_addin.workbooks.saved.findings import SheetSurvey
from xlsx_addin.workbooks.saved.formulas import LostMasters
from xlsx_addin.workbooks.saved.rowlooks import empty_style, own_style
from xlsx_addin.workbooks.saved.rows import RawCell, RawRow, attributes_of, parse_rows
from xlsx_addin.workbooks.saved.xml import Splice, apply_splices, escape, set_attributes

_SPANS: Final = re.compile(r"\s*([0-9]{1,5}):([0-9]{1,5})\s*")


class Task(NamedTuple):
    """A cell to write.

    Args:
        writer: writes the cells of its column.
        value: what it gets.
        header: whether it is a header cell.
    """

    writer: ColumnWriter
    value: ResultValue
    header: bool


class RowWriter:
    """Edits rows one by one.

    Args:
        edit: the edit of the sheet.
        survey: what the first pass found.
        cells: writes values.
        lost: shared formulas whose text is overwritten.
        calculated: by column, the formula of a table that grows down.

    Attributes:
        previous: number of the last row that went by.
        formulas_lost: whether a formula was overwritten.
        added: writes the rows that are added, None if none are.
    """

    def __init__(
        self,
        edit: SheetEdit,
        survey: SheetSurvey,
        cells: CellWriter,
        lost: LostMasters,
        calculated: Mapping[int, str] | None = None,
    ) -> None:
        columns = sorted(edit.columns, key=lambda column: column.column)
        self.columns = [ColumnWriter(cells, column) for column in columns]
        self.prefix = survey.prefix
        self.lost = lost
        self.formulas_lost = False
        self.previous = 0
        headed = any(column.header is not None for column in columns)
        self.header_row = edit.header_row if headed else None
        self._survey = survey
        new = edit.new_rows
        self.added = (
            AddedRows(new, edit.sheet, self.columns, survey, calculated or {}) if new else None
        )

    def rows(self) -> list[int]:
        """Number the rows that the edit touches, in order."""
        rows: set[int] = set().union(*(column.values for column in self.columns))
        if self.header_row is not None:
            rows.add(self.header_row)
        if self.added is not None:
            rows.update(self.added.numbers)
        return sorted(rows)

    def edit_rows(self, data: bytes, waiting: "Waiting") -> bytes:
        """Edit whole rows of any form.

        Args:
            data: the rows.
            waiting: the rows still to be written; those up to the last one are taken.

        Returns:
            The rows with the edit, missing ones among them.
        """
        splices: list[Splice] = []
        for row in parse_rows(data, self.prefix, self.previous):
            self.previous = row.number
            new = b"".join(map(self.new_row, waiting.before(row.number)))
            splices.append(Splice(row.start, row.start, new))
            if waiting.take(row.number):
                splices += self._splices(data, row)
            if self.lost:
                splices += self._own_texts(data, row)
        return apply_splices(data, splices)

    def new_row(self, number: int) -> bytes:
        """Write a row that is not there yet; nothing if it would be empty."""
        name = b"%d" % number
        if self.added is not None and number in self.added.numbers:
            return self.added.new_row(number)
        cells = b"".join(
            self._new_cell(task, name) for task in self._tasks(number) if not is_nothing(task.value)
        )
        if not cells:
            return b""
        return b'<%brow r="%b">%b</%brow>' % (self.prefix, name, cells, self.prefix)

    def _new_cell(self, task: Task, name: bytes) -> bytes:
        return task.writer.cell(name, task.value, self._survey.column_style(task.writer.column))

    # --- a row that is there

    def _tasks(self, row: int) -> list[Task]:
        tasks = []
        for writer in self.columns:
            if row == self.header_row and writer.header is not None:
                tasks.append(Task(writer, writer.header, header=True))
            elif row in writer.values:
                tasks.append(Task(writer, writer.values[row], header=False))
        return tasks

    def _splices(self, data: bytes, row: RawRow) -> list[Splice]:
        """Write the cells of a row."""
        if self.added is not None and row.number in self.added.numbers:
            written = self.added.cells_into(row)
        else:
            written = self._cells_into(row)
        if not written:
            return []
        old = {cell.column: cell for cell in row.cells}
        splices: list[Splice] = []
        for column, new in written:
            cell = old.get(column)
            start, end = (cell.start, cell.end) if cell else (_place(row, column),) * 2
            splices.append(Splice(start, end, new))
        return self._frame(data, row, splices, [column for column, _ in written])

    def _cells_into(self, row: RawRow) -> list[tuple[int, bytes]]:
        old = {cell.column: cell for cell in row.cells}
        name = b"%d" % row.number
        written: list[tuple[int, bytes]] = []
        for task in self._tasks(row.number):
            column = task.writer.column
            cell = old.get(column)
            if cell is None and is_nothing(task.value):
                continue
            written.append((column, self._cell(task, name, row, cell)))
        return written

    def _cell(self, task: Task, name: bytes, row: RawRow, cell: RawCell | None) -> bytes:
        base = own_style(cell) if cell else None
        if cell and cell.part(b"f"):
            self.formulas_lost = True
        if task.header:
            style = base or _style_at_left(row, task.writer.column)
            return task.writer.formatted(name, task.value, style)
        if base is None:
            base = empty_style(row, task.writer.column, self._survey)
        return task.writer.cell(name, task.value, base)

    def _frame(
        self, data: bytes, row: RawRow, splices: list[Splice], columns: list[int]
    ) -> list[Splice]:
        """Widen the row's ``spans`` and open a row that closes itself."""
        tag = widen(data[row.start : row.inside], row.attributes, columns[0], columns[-1])
        if self.added is not None:
            tag = self.added.taller(tag, row)
        if row.end > row.inside:
            return [Splice(row.start, row.inside, tag), *splices]
        cells = b"".join(splice.new for splice in splices)
        opened = tag[:-2].rstrip() + b">" + cells + b"</" + self.prefix + b"row>"
        return [Splice(row.start, row.end, opened)]

    # --- formulas that lose their text

    def _own_texts(self, data: bytes, row: RawRow) -> list[Splice]:
        """Give cells that share a lost formula a text of their own."""
        written = {task.writer.column for task in self._tasks(row.number)}
        splices = []
        for cell in row.cells:
            formula = cell.part(b"f")
            if formula is None or cell.column in written:
                continue
            attributes = attributes_of(data[formula.start : formula.inside])
            if attributes.get(b"t") != b"shared":
                continue
            text = self.lost.text(attributes.get(b"si", b""), row.number, cell.column)
            if text is not None:
                new = b"<%bf>%b</%bf>" % (self.prefix, escape(text), self.prefix)
                splices.append(Splice(formula.start, formula.end, new))
        return splices


class Waiting:
    """The rows that are still to be written, in order.

    Args:
        rows: their numbers, ascending.

    Attributes:
        next: the next of them, None if there is none left.
    """

    def __init__(self, rows: Sequence[int]) -> None:
        self._rows = rows
        self._at = 0
        self.next = rows[0] if rows else None

    def skip(self) -> None:
        """Take the next."""
        self._move(self._at + 1)

    def until(self, row: int) -> Sequence[int]:
        """List those up to a row, which are left there."""
        return self._rows[self._at : bisect(self._rows, row, self._at)]

    def skip_until(self, row: int) -> None:
        """Take those up to a row."""
        self._move(bisect(self._rows, row, self._at))

    def _move(self, at: int) -> None:
        self._at = at
        self.next = self._rows[at] if at < len(self._rows) else None

    def before(self, row: int) -> Iterator[int]:
        """Take those before a row."""
        while self.next is not None and self.next < row:
            yield self.next
            self.skip()

    def take(self, row: int) -> bool:
        """Take a row if it is the next; say whether it was."""
        if self.next != row:
            return False
        self.skip()
        return True

    def rest(self) -> Iterator[int]:
        """Take all that are left."""
        return self.before(LAST_ROW + 1)


def widen(tag: bytes, attributes: dict[bytes, bytes], first: int, last: int) -> bytes:
    """Make the ``spans`` in the start tag of a row cover columns; a hint that may be missing.

    Args:
        tag: the start tag.
        attributes: its attributes.
        first: the first column to cover.
        last: the last one.
    """
    spans = attributes.get(b"spans")
    match = _SPANS.fullmatch(spans.decode("latin-1")) if spans else None
    if match is None:
        # Several spans, separated by blanks, are as rare as they are useless.
        return tag
    low, high = int(match[1]), int(match[2])
    if low <= first and last <= high:
        return tag
    return set_attributes(tag, {"spans": f"{min(low, first)}:{max(high, last)}"})


def _place(row: RawRow, column: int) -> int:
    """Tell where a new cell goes: right after the one before it, else first."""
    at = bisect(row.cells, column, key=attrgetter("column"))
    return row.cells[at - 1].end if at else row.inside


def _style_at_left(row: RawRow, column: int) -> int:
    """Tell the format of the nearest cell at the left that holds something."""
    for cell in reversed(row.cells):
        if cell.column < column and cell.parts:
            return own_style(cell)
    return 0
