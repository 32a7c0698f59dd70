"""Reading cells: whole columns, and rows from the top of something."""

from collections.abc import Callable, Iterator, Sequence

from xlsx_addin.core.cells import Area, Block, CellValue, Formula
from xlsx_addin.workbooks.saved.findings import SheetSurvey
from xlsx_addin.workbooks.saved.plaincolumns import PlainColumns
from xlsx_addin.workbooks.saved.regions import Chunk, Regions
from xlsx_addin.workbooks.saved.rows import RawRow, parse_rows
from xlsx_addin.workbooks.saved.values import ValueReader


class SheetReader:
    """Reads cells of one sheet.

    Args:
        blocks: opens the part anew, UTF-8.
        survey: what the first pass found.
        values: reads cell values.
    """

    def __init__(
        self,
        blocks: Callable[[], Iterator[bytes]],
        survey: SheetSurvey,
        values: ValueReader,
    ) -> None:
        self._blocks = blocks
        self._survey = survey
        self._values = values

    def rows(self, first: int, last: int) -> Iterator[tuple[bytes, RawRow]]:
        """Take rows apart, those that are there, with the bytes that they lie in."""
        previous = 0
        for chunk in self._chunks():
            for data, row in self._rows_of(chunk, previous):
                previous = row.number
                if row.number > last:
                    return
                if row.number >= first:
                    yield data, row

    def head(self, first: int, count: int) -> Block:
        """Read whole rows; see the contract."""
        used = self._survey.used
        last = min(first + count - 1, used.last_row if used else 0)
        block: Block = [[] for _ in range(first, last + 1)]
        for data, row in self.rows(first, last):
            values = block[row.number - first]
            for cell in row.cells:
                values += [None] * (cell.column - 1 - len(values))
                values.append(self._values.cell(data, cell))
        self._mark_spilled_rows(block, first)
        width = max(map(_width, block), default=0)
        return [(row + [None] * width)[:width] for row in block]

    def columns(self, columns: Sequence[int], first: int, last: int) -> dict[int, list[CellValue]]:
        """Read whole columns; see the contract."""
        read: dict[int, list[CellValue]] = {
            column: [None] * (last - first + 1) for column in columns
        }
        held = [column for column in read if self._holds(column)]
        plain = PlainColumns(self._survey.grammar, held, self._values)
        previous = 0
        for chunk in self._chunks():
            if chunk.plain:
                plain.read(chunk.data, read, first)
                continue
            for row in parse_rows(chunk.data, self._survey.prefix, previous):
                previous = row.number
                self._read_row(chunk.data, row, read, first)
        for number, values in read.items():
            self._mark_spilled(number, values, first)
        return read

    def _holds(self, column: int) -> bool:
        used = self._survey.used
        return used is not None and used.first_column <= column <= used.last_column

    def _chunks(self) -> Iterator[Chunk]:
        regions = Regions(self._blocks(), self._survey)
        regions.head()
        yield from regions.rows()

    def _rows_of(self, chunk: Chunk, previous: int) -> Iterator[tuple[bytes, RawRow]]:
        """Take a chunk apart; plain rows one by one, since often only the first are wanted."""
        prefix = self._survey.prefix
        if chunk.plain:
            for match in self._survey.grammar.row.finditer(chunk.data):
                yield from ((match[0], row) for row in parse_rows(match[0], prefix, 0))
        else:
            for row in parse_rows(chunk.data, prefix, previous):
                yield chunk.data, row

    def _read_row(
        self, data: bytes, row: RawRow, read: dict[int, list[CellValue]], first: int
    ) -> None:
        place = row.number - first
        for cell in row.cells:
            values = read.get(cell.column)
            if values is not None and 0 <= place < len(values):
                values[place] = self._values.cell(data, cell)

    # --- arrays and data tables: all their cells are formulas, though only one says so

    def _mark_spilled(self, column: int, values: list[CellValue], first: int) -> None:
        for area in self._survey.spilled:
            if area.first_column <= column <= area.last_column:
                for row in _rows_within(area, first, len(values)):
                    values[row - first] = _as_formula(values[row - first])

    def _mark_spilled_rows(self, block: Block, first: int) -> None:
        for area in self._survey.spilled:
            for row in _rows_within(area, first, len(block)):
                values = block[row - first]
                values += [None] * (area.last_column - len(values))
                for column in area.columns():
                    values[column - 1] = _as_formula(values[column - 1])


def _rows_within(area: Area, first: int, count: int) -> range:
    return range(max(area.first_row, first), min(area.last_row, first + count - 1) + 1)


def _as_formula(value: CellValue) -> Formula:
    return value if isinstance(value, Formula) else Formula(value)


def _width(row: list[CellValue]) -> int:
    return next((place for place in range(len(row), 0, -1) if row[place - 1] is not None), 0)
