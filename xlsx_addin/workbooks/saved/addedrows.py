"""Rows that are added below the data, with the formats and formulas of one of its rows."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final, NamedTuple

from xlsx_addin.core.cells import column_letters
from xlsx_addin.workbooks.contract import NewRows, ResultValue
from xlsx_addin.workbooks.growth import below_in_the_way
from xlsx_addin.workbooks.resultvalues import is_nothing
from xlsx_addin.workbooks.saved.cellwriter import ColumnWriter, style_attribute
from xlsx_addin.workbooks.saved.findings import SheetSurvey
from xlsx_addin.workbooks.saved.formulafills import Fill, FormulaFills
from xlsx_addin.workbooks.saved.regions import Chunk
from xlsx_addin.workbooks.saved.rowlooks import empty_style, own_height, own_style
from xlsx_addin.workbooks.saved.rows import RawCell, RawRow, parse_rows
from xlsx_addin.workbooks.saved.xml import escape_attribute, set_attributes

_CONTENT: Final = (b"v", b"f", b"is")
_NOT_GIVEN: Final = object()


class _Column(NamedTuple):
    """What the cells of a column get.

    Args:
        number: its number.
        writer: writes values that are given, None if none are.
        style: the format of its cells, None for what each has already.
        fill: writes cells without a value.
    """

    number: int
    writer: ColumnWriter | None
    style: int | None
    fill: Fill | None


class AddedRows:
    """Writes added rows.

    Args:
        new: which rows.
        sheet: the name of their sheet.
        writers: write the values that are given.
        survey: what the first pass found.
        calculated: by column, the formula of a table that fills the column.

    Attributes:
        numbers: the numbers of the rows.
        formulas: whether a formula is taken over.
    """

    def __init__(
        self,
        new: NewRows,
        sheet: str,
        writers: Sequence[ColumnWriter],
        survey: SheetSurvey,
        calculated: Mapping[int, str],
    ) -> None:
        self.numbers = new.numbers
        self.formulas = False
        self._new = new
        self._sheet = sheet
        self._writers = {writer.column: writer for writer in writers}
        self._survey = survey
        self._fills = FormulaFills(new, sheet, survey, calculated)
        self._height: dict[str, str] = {}
        self._columns = self._columns_like(b"", None)

    # --- the row whose formats and formulas they get

    def look(self, chunk: Chunk, previous: int) -> None:
        """Take over formats and formulas, if the row that has them is in a chunk.

        Args:
            chunk: rows as they were before the edit.
            previous: the number of the row before them, 0 if there is none.
        """
        like = self._new.like
        if like is None or previous >= like:
            return
        data = chunk.data
        if chunk.plain:
            data = self._plain_row(data, like)
            previous = 0
        for row in parse_rows(data, self._survey.prefix, previous):
            if row.number == like:
                self._height = own_height(row)
                self._columns = self._columns_like(data, row)

    def _plain_row(self, data: bytes, number: int) -> bytes:
        rules = self._survey.grammar
        at = data.find(b'%b%d"' % (rules.row_mark, number))
        match = rules.row.match(data, at) if at >= 0 else None
        return match[0] if match else b""

    def _columns_like(self, data: bytes, row: RawRow | None) -> list[_Column]:
        first, last = self._new.area
        cells = {cell.column: cell for cell in row.cells} if row else {}
        used = [
            number
            for number, writer in self._writers.items()
            if first <= number <= last
            or writer.header is not None
            or not writer.values.keys().isdisjoint(self.numbers)
        ]
        self.formulas = False
        return [
            self._column_like(data, row, number, cells.get(number))
            for number in sorted({*range(first, last + 1), *used})
        ]

    def _column_like(
        self, data: bytes, row: RawRow | None, number: int, cell: RawCell | None
    ) -> _Column:
        writer = self._writers.get(number)
        first, last = self._new.area
        if self._new.like is None or not first <= number <= last:
            return _Column(number, writer, None, None)
        if cell is not None:
            style = own_style(cell)
        else:
            style = empty_style(row, number, self._survey) if row else self._usual(number)
        fill = self._fills.fill(data, cell, number, style)
        if fill is not None:
            self.formulas = True
        elif style != self._usual(number):
            fill = partial(self._empty, self._start(number), style)
        return _Column(number, writer, style, fill)

    def _start(self, column: int) -> bytes:
        return b'<%bc r="%b' % (self._survey.prefix, column_letters(column).encode())

    @staticmethod
    def _empty(start: bytes, style: int, name: bytes, _: int = 0) -> bytes:
        return b"%b%b%b/>" % (start, name, style_attribute(style))

    def _usual(self, column: int) -> int:
        return self._survey.column_style(column)

    # --- writing

    def new_row(self, number: int) -> bytes:
        """Write a row that is not there yet; nothing if it would be empty.

        Args:
            number: its number.
        """
        name = b"%d" % number
        cells: list[bytes] = []
        for column, writer, style, fill in self._columns:
            value = writer.values.get(number, _NOT_GIVEN) if writer else _NOT_GIVEN
            if writer is None or value is _NOT_GIVEN:
                if fill is not None:
                    cells.append(fill(name, number))
                continue
            base = self._usual(column) if style is None else style
            if not is_nothing(value) or base != self._usual(column):  # type: ignore[arg-type]  # no _NOT_GIVEN
                cells.append(writer.cell(name, value, base))  # type: ignore[arg-type]  # as above
        attributes = b"".join(
            b' %b="%b"' % (key.encode(), escape_attribute(text))
            for key, text in self._height.items()
        )
        if not cells and not attributes:
            return b""
        p = self._survey.prefix
        return b'<%brow r="%b"%b>%b</%brow>' % (p, name, attributes, b"".join(cells), p)

    def cells_into(self, row: RawRow) -> list[tuple[int, bytes]]:
        """Write the cells of a row that is there, but must hold nothing.

        Args:
            row: the row.

        Raises:
            SheetError: it holds something; names the cell.
        """
        old = {cell.column: cell for cell in row.cells}
        name = b"%d" % row.number
        written: list[tuple[int, bytes]] = []
        for column in self._columns:
            cell = old.get(column.number)
            if cell is not None and any(cell.part(part) for part in _CONTENT):
                raise below_in_the_way(self._sheet, row.number, column.number)
            new = self._cell_into(row, name, column, cell)
            if new:
                written.append((column.number, new))
        return written

    def _cell_into(self, row: RawRow, name: bytes, column: _Column, cell: RawCell | None) -> bytes:
        here = own_style(cell) if cell else empty_style(row, column.number, self._survey)
        base = here if column.style is None else column.style
        values: Mapping[int, ResultValue] = column.writer.values if column.writer else {}
        if column.writer is not None and row.number in values:
            value = values[row.number]
            is_needed = cell is not None or base != here or not is_nothing(value)
            return column.writer.cell(name, value, base) if is_needed else b""
        if column.fill is not None:
            return column.fill(name, row.number)
        if base == here:
            return b""
        return self._empty(self._start(column.number), base, name)

    def taller(self, tag: bytes, row: RawRow) -> bytes:
        """Give a row that is there the height of the others, unless it has one.

        Args:
            tag: its start tag.
            row: the row.
        """
        if b"ht" in row.attributes or row.number not in self.numbers:
            return tag
        return set_attributes(tag, self._height)
