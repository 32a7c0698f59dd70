"""Columns that a job fills in row by row: which cells change, and which are not ours.

As the refresh does it for its own five columns (`results`), for any others: an empty cell may be
filled; a filled one is replaced only if it is ours, see `_is_ours`. Everything else is kept and
said in the message of its row.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, Protocol

from xlsx_addin.core.cells import CellValue, Formula, cell_text, is_blank, start_of_day
from xlsx_addin.core.fields import Field
from xlsx_addin.core.judging import NOTHING_TO_DO, SEPARATOR
from xlsx_addin.core.ownership import is_same, kept_note, kept_words, text_of

FilledValue = str | date | None
"""What a cell is filled with; None clears it."""


@dataclass(slots=True)
class Wish:
    """What a row should show; rows of one key may share it.

    Args:
        key: what the row is about, by which values of ours are known again.
        values: what its cells should hold; the cells of fields that are absent stay as they are.
    """

    key: str
    values: Mapping[Field, FilledValue]
    _as_read: tuple[CellValue, ...] | None = field(default=None, init=False, compare=False)

    def as_read(self, fields: Iterable[Field]) -> tuple[CellValue, ...]:
        """Give its values as the sheet reads them back; None for fields that are absent.

        Args:
            fields: always the same, in their order.
        """
        if self._as_read is None:
            self._as_read = tuple(_as_read(self.values.get(one)) for one in fields)
        return self._as_read


class Filled(NamedTuple):
    """A value that we wrote.

    Args:
        key: what its row is about.
        header: of the column's field.
        text: the value as text, the day of a date as ISO 8601.
    """

    key: str
    header: str
    text: str


class FilledRecords(Protocol):
    """What we ever wrote beside which key, in any workbook."""

    def filled(self, keys: Collection[str]) -> Collection[Filled]:
        """Tell what was written in the rows of these keys."""
        ...


@dataclass(frozen=True, slots=True)
class FilledColumns:
    """The columns that a job fills in.

    Args:
        fields: all of them; in their order they stand if they are new.
        status: the one that holds a word for the row.
        message: the one that says what to do.
        words: what statuses of ours are made of.
        own_words: those among them that nobody else writes.
    """

    fields: Sequence[Field]
    status: Field
    message: Field
    words: Collection[str]
    own_words: Collection[str]


@dataclass(frozen=True, slots=True)
class RowCells:
    """The rows of a sheet as they were read.

    Args:
        first_row: number of the first of them.
        cells: the columns that exist, all equally long.
        merged: row numbers of cells in merged areas, by field.
    """

    first_row: int
    cells: Mapping[Field, Sequence[CellValue]]
    merged: Mapping[Field, Collection[int]] = field(default_factory=dict)


@dataclass(slots=True)
class Meanwhile:
    """What a run knows of an open workbook whose rows are moved while it is written.

    A value that was meant for one row then stands in another one, which did not hold it before.

    Args:
        held: texts that rows held before anything was written, by key and header.
        wrote: headers and texts of what was written since.
        kept: values that turned out not to be ours.
    """

    held: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    wrote: set[tuple[str, str]] = field(default_factory=set)
    kept: set[Filled] = field(default_factory=set)

    def note(self, rows: RowCells, wishes: Sequence[Wish | None], columns: FilledColumns) -> None:
        """Note what rows hold before the first value is written.

        Args:
            rows: as read.
            wishes: what they should show.
            columns: what is filled in.
        """
        if self.wrote:
            return
        for _, wish, cells in _cells_of(rows, wishes, columns):
            for one, cell in zip(columns.fields, cells, strict=True):
                self.held.setdefault((wish.key, one.header), set()).add(text_of(cell))

    def take(self, written: Iterable[Filled]) -> None:
        """Note what is written.

        Args:
            written: values with the rows that they are meant for.
        """
        self.wrote.update((one.header, one.text) for one in written)

    def is_misplaced(self, value: Filled) -> bool:
        """Say whether a cell holds what this run meant for another row.

        Args:
            value: what it holds, and the key of its row.
        """
        held = self.held.get((value.key, value.header), set())
        return (value.header, value.text) in self.wrote and value.text not in held


@dataclass(slots=True)
class Fills:
    """What changes in a sheet.

    Args:
        cells: new values by field and row number.
        steady: rows whose cell holds already what it should, by field.
        written: what these cells hold of ours from now on.
        kept: rows with a cell that is not ours and differs from what it should hold.
    """

    cells: dict[Field, dict[int, FilledValue]]
    steady: dict[Field, set[int]]
    written: list[Filled] = field(default_factory=list)
    kept: int = 0


class _Row(NamedTuple):
    number: int
    wish: Wish
    cells: Mapping[Field, CellValue]

    @property
    def is_done(self) -> bool:
        return all(
            is_same(self.cells[one], _as_read(value)) for one, value in self.wish.values.items()
        )


def find_fills(
    rows: RowCells,
    wishes: Sequence[Wish | None],
    columns: FilledColumns,
    records: FilledRecords,
    meanwhile: Meanwhile | None = None,
) -> Fills:
    """Compare what rows should show with what they show.

    Args:
        rows: the rows as read.
        wishes: for each row what it should show, None for a row that stays as it is.
        columns: what is filled in.
        records: what we ever wrote; asked only about rows that are filled and change.
        meanwhile: what this run wrote before, if the rows may have been moved then.
    """
    fills = Fills({one: {} for one in columns.fields}, {one: set() for one in columns.fields})
    merged_rows = set().union(*rows.merged.values())
    doubtful: list[_Row] = []
    steady: list[int] = []
    for number, wish, cells in _cells_of(rows, wishes, columns):
        if wish.as_read(columns.fields) == cells and number not in merged_rows:
            steady.append(number)
            continue
        row = _Row(number, wish, dict(zip(columns.fields, cells, strict=True)))
        if number not in merged_rows and all(map(is_blank, cells)):
            _fill(row, fills)
        else:
            doubtful.append(row)
    changing = {row.wish.key for row in doubtful if not row.is_done}
    filled = records.filled(changing) if changing else ()
    ledger = _Ledger(columns, filled, meanwhile or Meanwhile())
    for row in doubtful:
        _settle(row, rows.merged, ledger, fills)
    for there in fills.steady.values():
        there.update(steady)
    return fills


def _cells_of(
    rows: RowCells, wishes: Sequence[Wish | None], columns: FilledColumns
) -> Iterator[tuple[int, Wish, tuple[CellValue, ...]]]:
    """List the rows that should show something, with their cells in the order of the fields."""
    nothing: Sequence[CellValue] = [None] * len(wishes)
    cells = zip(*(rows.cells.get(one, nothing) for one in columns.fields), strict=True)
    for number, (wish, row) in enumerate(zip(wishes, cells, strict=True), start=rows.first_row):
        if wish is not None:
            yield number, wish, row


def _fill(row: _Row, fills: Fills) -> None:
    for one, value in row.wish.values.items():
        if not is_same(row.cells[one], _as_read(value)):
            _write(row, one, _clean(value), fills)


def _write(row: _Row, one: Field, value: FilledValue, fills: Fills) -> None:
    fills.cells[one][row.number] = value
    fills.written.append(Filled(row.wish.key, one.header, text_of(_as_read(value))))


def _settle(
    row: _Row, merged: Mapping[Field, Collection[int]], ledger: "_Ledger", fills: Fills
) -> None:
    """Decide for each cell of a row whether it is written or kept, and note the latter."""
    columns, notes = ledger.columns, list[str | None]()
    for one in columns.fields:
        if one not in row.wish.values:
            continue
        value = _clean(row.wish.values[one])
        if one == columns.message:
            value = _with_notes(value, [note for note in notes if note])
        cell = row.cells[one]
        is_merged = row.number in merged.get(one, ())
        if is_same(cell, _as_read(value)):
            if not isinstance(cell, Formula) and not is_merged and cell is not None:
                fills.steady[one].add(row.number)
        elif not is_merged and (is_blank(cell) or ledger.is_ours(row, one)):
            _write(row, one, value, fills)
        elif one != columns.message:
            ledger.keep(row, one)
            notes.append(kept_note(one.header, cell, _as_read(value), is_merged=is_merged))
    fills.kept += any(notes)


def _with_notes(value: FilledValue, notes: Sequence[str]) -> FilledValue:
    if not notes:
        return value
    return cell_text(" ".join([*([] if value == NOTHING_TO_DO else [str(value)]), *notes]))


class _Ledger:
    """Tells whose value a cell holds.

    Args:
        columns: what is filled in.
        filled: what is on record for the rows in doubt.
        meanwhile: what this run wrote before.
    """

    def __init__(
        self, columns: FilledColumns, filled: Iterable[Filled], meanwhile: Meanwhile
    ) -> None:
        self.columns = columns
        self._meanwhile = meanwhile
        self._filled = frozenset(filled)
        self._recorded = {(one.key, one.header) for one in self._filled}

    def keep(self, row: _Row, one: Field) -> None:
        """Note that a cell is not ours, wherever its row is moved to."""
        self._meanwhile.kept.add(Filled(row.wish.key, one.header, text_of(row.cells[one])))

    def is_ours(self, row: _Row, one: Field) -> bool:
        """Say whether a cell that is not blank holds a value of ours.

        Ours are: a value on record for the row's key; one that this run meant for another
        row; a status that nobody else writes; and,
        with nothing on record, a value of a row whose status is made of our words and that
        has a message, unless that says that the value was kept.
        """
        cell = row.cells[one]
        if isinstance(cell, Formula):
            return False
        columns, key, text = self.columns, row.wish.key, text_of(cell)
        value = Filled(key, one.header, text)
        if value in self._meanwhile.kept:
            return False
        if value in self._filled or self._meanwhile.is_misplaced(value):
            return True
        words = text_of(row.cells[columns.status]).split(SEPARATOR.strip())
        status = {word.strip() for word in words}
        if one == columns.status and status <= set(columns.own_words):
            return True
        if (key, one.header) in self._recorded or not status <= set(columns.words):
            return False
        message = text_of(row.cells[columns.message])
        return bool(message) and kept_words(one.header, text) not in message


def _clean(value: FilledValue) -> FilledValue:
    return cell_text(value) or None if isinstance(value, str) else value


def _as_read(value: FilledValue) -> CellValue:
    """Give a value as the sheet reads it back."""
    if isinstance(value, str):
        return cell_text(value) or None
    return None if value is None else start_of_day(value)
