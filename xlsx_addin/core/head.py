"""The top of a sheet or table as header detection sees it: texts, groups above them, samples."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from xlsx_addin.core.cells import Area, Block, CellValue, Formula, is_blank
from xlsx_addin.core.headers import KeyName, header_name, header_text
from xlsx_addin.core.outcomes import ResultField

_LONGEST_GROUPED: Final = 40
"""Characters of a header below a group, as `ID` below `Order`; data is often longer."""


@dataclass(frozen=True, slots=True)
class Header:
    """One or two rows that may be the header.

    Args:
        rows: their numbers; empty where the data has no header.
        first_data_row: the row below.
        labels: what the header of a column says, by column number; of a two-row header both
            rows together and the lower one alone.
    """

    rows: range
    first_data_row: int
    labels: Mapping[int, tuple[str, ...]]

    @property
    def row(self) -> int | None:
        """The last header row, None where the data has no header."""
        return self.rows[-1] if self.rows else None

    def columns_called(self, text: str) -> tuple[int, ...]:
        """Find the columns with exactly this header."""
        return tuple(column for column, labels in self.labels.items() if text in labels)

    def columns_called_like(self, text: str) -> tuple[int, ...]:
        """Find the columns with this header in any case."""
        wanted = text.casefold()
        return tuple(
            column
            for column, labels in self.labels.items()
            if any(label.casefold() == wanted for label in labels)
        )


class Head:
    """The top rows of a sheet or table, restricted to its columns.

    Args:
        block: the rows, all from column A on.
        first_row: number of the first of them.
        columns: first and last column that belong; None for all.
        merges: merged areas of the sheet.
    """

    def __init__(
        self,
        block: Block,
        *,
        first_row: int,
        columns: tuple[int, int] | None,
        merges: Iterable[Area],
    ) -> None:
        self._block = block
        width = max((len(row) for row in block), default=0)
        self.first_row = first_row
        self.last_row = first_row + len(block) - 1
        self.restricted_to = columns
        self.first_column, self.last_column = columns or (1, width)
        self._merges: Sequence[Area] = tuple(
            merge for merge in merges if first_row <= merge.first_row <= self.last_row
        )
        self._texts: dict[int, dict[int, str]] = {}
        self._names: dict[str, KeyName | ResultField | None] = {}

    def may_have(self, column: int) -> bool:
        """Say whether a column, used or not, belongs to it."""
        return self.restricted_to is None or self.first_column <= column <= self.last_column

    def value(self, row: int, column: int) -> CellValue:
        """Get a cell; None outside of the rows handed in."""
        cells = self._row(row)
        return cells[column - 1] if column <= len(cells) else None

    def _row(self, row: int) -> list[CellValue]:
        return self._block[row - self.first_row] if self.first_row <= row <= self.last_row else []

    def texts(self, row: int) -> dict[int, str]:
        """Get the texts of a row that are not empty, by column number."""
        if row not in self._texts:
            cells = self._row(row)[self.first_column - 1 : self.last_column]
            texts = enumerate(map(header_text, cells), start=self.first_column)
            self._texts[row] = {column: text for column, text in texts if text}
        return self._texts[row]

    def name(self, labels: Iterable[str]) -> KeyName | ResultField | None:
        """Tell what the labels of a column name, the first that names anything."""
        for label in labels:
            if label not in self._names:
                self._names[label] = header_name(label)
            if self._names[label] is not None:
                return self._names[label]
        return None

    def headers(self, rows: Iterable[int]) -> Iterator[Header]:
        """List each of the rows as a header of its own and together with the row above it."""
        for row in rows:
            yield self.header(row)
            if row - 1 >= self.first_row:
                yield self._grouped_header(row)

    def header(self, row: int) -> Header:
        """Take a row as the header."""
        labels = {column: (text,) for column, text in self.texts(row).items()}
        return Header(range(row, row + 1), row + 1, labels)

    def headerless(self, first_data_row: int) -> Header:
        """Take the data as having no header."""
        return Header(range(0), first_data_row, {})

    def _grouped_header(self, row: int) -> Header:
        upper, lower = self.texts(row - 1), self.texts(row)
        groups = self._spread(row - 1, upper)
        labels: dict[int, tuple[str, ...]] = {
            column: (text,) for column, text in upper.items() if column not in lower
        }
        for column, text in lower.items():
            group = groups.get(column)
            # Most cells of data are told at once: too long, or with a digit at the end.
            may_be_name = len(text) <= _LONGEST_GROUPED and not text[-1].isdigit()
            labels[column] = (f"{group} {text}", text) if group and may_be_name else (text,)
        return Header(range(row - 1, row + 1), row + 1, labels)

    def _spread(self, row: int, texts: Mapping[int, str]) -> dict[int, str]:
        """Let the text of a merged cell stand in all of its columns."""
        spread = dict(texts)
        for merge in self._merges:
            if merge.first_row == row and merge.first_column in texts:
                last = min(merge.last_column, self.last_column)
                for column in range(merge.first_column, last + 1):
                    spread.setdefault(column, texts[merge.first_column])
        return spread

    def last_merged_row(self, rows: range, columns: Iterable[int]) -> int:
        """Find where header cells end that reach down over several rows.

        Args:
            rows: the header rows.
            columns: the columns whose header cells count.

        Returns:
            The last row that the rows or such a cell covers.
        """
        wanted = set(columns)
        ends = (
            merge.last_row
            for merge in self._merges
            if merge.first_row in rows and merge.first_column in wanted
        )
        return max([rows[-1], *ends])

    def sample(self, column: int, *, first_row: int, cells: int) -> list[CellValue]:
        """Get the first filled cells of a column.

        Args:
            column: its number.
            first_row: the row to begin with.
            cells: how many at most.
        """
        values = (self.value(row, column) for row in range(first_row, self.last_row + 1))
        return list(islice((value for value in values if not _shows_nothing(value)), cells))

    def region(self, columns: Iterable[int], header: Header) -> tuple[int, int]:
        """Find the columns side by side, around some, that have a header or data.

        Args:
            columns: the columns to begin with.
            header: the header of the data.

        Returns:
            The first and the last of them; of a table all.
        """
        if self.restricted_to:
            return self.restricted_to
        first, last = min(columns), max(columns)
        while first > 1 and self._is_used(first - 1, header):
            first -= 1
        while last < self.last_column and self._is_used(last + 1, header):
            last += 1
        return first, last

    def _is_used(self, column: int, header: Header) -> bool:
        top = header.rows[0] if header.rows else header.first_data_row
        if any(not is_blank(self.value(row, column)) for row in range(top, self.last_row + 1)):
            return True
        return any(
            merge.first_row in header.rows and merge.first_column <= column <= merge.last_column
            for merge in self._merges
        )


def _shows_nothing(value: CellValue) -> bool:
    return is_blank(value) or (isinstance(value, Formula) and value.result == "")
