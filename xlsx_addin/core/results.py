"""From outcomes to the cells that change: what is written, and what is kept and said so.

A result cell is filled if it is empty. A filled one is replaced only if it is ours, see
`_may_replace`. Everything else is kept and said in the message.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final, NamedTuple

from xlsx_addin.core.cells import CellValue, Formula, cell_text, is_blank, start_of_day
from xlsx_addin.core.judging import NOTHING_TO_DO, is_our_message
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import STATUS_WORDS, Outcome, ResultField, Status
from xlsx_addin.core.ownership import (
    VALUE_FIELDS,
    Ledger,
    Written,
    WrittenRecords,
    is_same,
    kept_note,
    kept_words,
    text_of,
)

_STATUS: Final = len(VALUE_FIELDS)
_FAILURE_WORDS: Final = frozenset(
    status.value for status in (Status.FAILED, Status.NOT_ALLOWED, Status.CANCELLED)
)
_VALUE_WORDS: Final = _FAILURE_WORDS | {
    status.value for status in (Status.FOUND, Status.SEVERAL, Status.PENDING)
}
"""Words beside which values of ours may stand; the others come without values."""

_REMEMBERED: Final = 4096
_UNTOUCHED: Final = (None,) * len(ResultField)

# What a call of a class does, at half its cost; there are very many.
_new: Final = tuple.__new__

CellResult = str | date | None
RowKey = LineItem | Outcome | None
"""What a row is: a line item, the outcome of a row without a valid one, or no row at all."""


@dataclass(slots=True)
class Changes:
    """What changes in a sheet.

    Args:
        cells: new values by result field and row number; None clears the cell.
        statuses: rows per status word.
        written: line items with what their value cells now hold of ours.
        kept: rows with a cell that is not ours and differs from what Amazon says.
    """

    cells: dict[ResultField, dict[int, CellResult]]
    statuses: Counter[Status] = field(default_factory=Counter)
    written: list[tuple[LineItem, Written]] = field(default_factory=list)
    kept: int = 0

    @property
    def cell_count(self) -> int:
        """The number of cells that change."""
        return sum(len(cells) for cells in self.cells.values())


@dataclass(frozen=True, slots=True)
class SheetRows:
    """The rows of a sheet as they were read.

    Args:
        first_row: number of the first of them.
        keys: what each row is.
        results: the result columns that exist, each as long as `keys`.
        merged: row numbers of cells in merged areas, by result field.
    """

    first_row: int
    keys: Sequence[RowKey]
    results: Mapping[ResultField, Sequence[CellValue]]
    merged: Mapping[ResultField, Collection[int]] = field(default_factory=dict)

    def line_items(self) -> list[LineItem]:
        """List the distinct valid line items in the order of the sheet."""
        return [key for key in dict.fromkeys(self.keys) if isinstance(key, LineItem)]

    def of(self, line_items: Collection[LineItem]) -> "SheetRows":
        """Leave out the rows of other line items; rows without a valid one stay.

        Args:
            line_items: the line items whose rows stay.
        """
        keys = [
            key if not isinstance(key, LineItem) or key in line_items else None for key in self.keys
        ]
        return replace(self, keys=keys)

    def only(
        self, ranges: Iterable[tuple[int, int]], keep: Collection[LineItem] = ()
    ) -> "SheetRows":
        """Leave out the rows outside some ranges.

        Args:
            ranges: first and last row numbers of those that stay.
            keep: line items whose rows stay wherever they are.
        """
        inside: set[int] = set()
        last = self.first_row + len(self.keys) - 1
        for first, end in ranges:
            inside.update(range(max(first, self.first_row), min(end, last) + 1))
        keys = [
            key if row in inside or (isinstance(key, LineItem) and key in keep) else None
            for row, key in enumerate(self.keys, start=self.first_row)
        ]
        return replace(self, keys=keys)

    @property
    def row_count(self) -> int:
        """The number of rows with at least one ID."""
        return sum(key is not None for key in self.keys)


_Cells = tuple[CellValue, ...]
_Wanted = tuple[str | None, datetime | None, str | None, str, str | None]
"""The cells of an outcome as the sheet reads them back, in the order of ResultField."""


class _OpenRow(NamedTuple):
    """A row whose cells differ from what they should hold."""

    number: int
    line_item: LineItem | None
    cells: _Cells
    wanted: _Wanted
    outcome: Outcome

    @property
    def status(self) -> str:
        cell = self.cells[_STATUS]
        return cell.strip() if isinstance(cell, str) else ""

    @property
    def is_blank(self) -> bool:
        return all(is_blank(cell) for cell in self.cells[:_STATUS])

    @property
    def values(self) -> Written:
        return Written(*map(text_of, self.cells[:_STATUS]))


def find_changes(
    rows: SheetRows,
    outcome_of: Callable[[LineItem], Outcome],
    fields: Collection[ResultField],
    records: WrittenRecords,
) -> Changes:
    """Compare what the rows should hold with what they hold.

    Args:
        rows: the rows as read.
        outcome_of: tells the outcome of a line item. It is called for every row rather than
            once a line: a million outcomes kept at a time cost more than they save.
        fields: the result fields that are written.
        records: what we ever wrote; asked only about rows that are filled and change.
    """
    changes = Changes({one: {} for one in ResultField if one in fields})
    open_rows = list(_fill_empty_rows(rows, outcome_of, changes))
    ledger = _read_ledger(open_rows, records)
    for row in open_rows:
        _settle(row, rows.merged, ledger, changes)
    return changes


def _read_ledger(open_rows: Iterable[_OpenRow], records: WrittenRecords) -> Ledger:
    doubtful = [row for row in open_rows if not row.is_blank]
    if not doubtful:
        return Ledger()
    values = records.written({row.line_item for row in doubtful if row.line_item is not None})
    wholes = {
        row.values
        for row in doubtful
        if row.line_item is None or row.values not in values.get(row.line_item, ())
    }
    return Ledger(values, records.on_record(wholes) if wholes else frozenset())


def _fill_empty_rows(
    rows: SheetRows, outcome_of: Callable[[LineItem], Outcome], changes: Changes
) -> Iterator[_OpenRow]:
    """Fill the rows whose result cells are all empty and give those that need a closer look."""
    nothing: Sequence[CellValue] = [None] * len(rows.keys)
    columns = [rows.results.get(one, nothing) for one in ResultField]
    # Columns that are not written do not make a row differ.
    width = len(ResultField) if ResultField.STATUS in changes.cells else _STATUS
    may_fill = not any(rows.merged.values())
    fill = _filler(changes)
    words: list[str] = []
    for number, (key, cells) in enumerate(
        zip(rows.keys, zip(*columns, strict=True), strict=True), start=rows.first_row
    ):
        if key is None:
            continue
        line_item = None if isinstance(key, Outcome) else key
        outcome = key if isinstance(key, Outcome) else outcome_of(key)
        # Not the statuses themselves: Python hashes members of an enumeration slowly.
        words.append(outcome.status._value_)
        if may_fill and cells == _UNTOUCHED and line_item and not outcome.keeps_values:
            fill(number, line_item, outcome)
            continue
        wanted = wanted_cells(outcome)
        if cells != wanted and cells[:width] != wanted[:width]:
            yield _OpenRow(number, line_item, cells, wanted, outcome)
    changes.statuses.update({Status(word): count for word, count in Counter(words).items()})


def _filler(changes: Changes) -> Callable[[int, LineItem, Outcome], None]:
    """Make what fills an empty row; it is called for every row of a fresh sheet."""
    numbers, dates, consolidated = (changes.cells[one] for one in VALUE_FIELDS)
    statuses, messages = (
        changes.cells.get(one) for one in (ResultField.STATUS, ResultField.MESSAGE)
    )
    written = changes.written
    texts = _Texts()

    def fill(row: int, line_item: LineItem, outcome: Outcome) -> None:
        status, message, number, day, other_number, _ = outcome
        if number:
            numbers[row] = number = cell_text(number)
        if day is not None:
            dates[row] = day
        if other_number:
            consolidated[row] = other_number = cell_text(other_number)
        if statuses is not None and messages is not None:
            statuses[row] = status._value_
            if message:
                messages[row] = texts[message]
        elif not number and day is None and not other_number:
            return
        values = _new(Written, (number, texts[day], other_number))
        written.append((line_item, values))

    return fill


class _Texts(dict[date | str | None, str]):
    """Gives one text for equal days and equal messages: they repeat, and there are very many."""

    def __missing__(self, one: date | str | None) -> str:
        text = cell_text(one) if isinstance(one, str) else text_of(one)
        if len(self) < _REMEMBERED:
            self[one] = text
        return text


def wanted_cells(outcome: Outcome) -> _Wanted:
    """Give the cells that follow from an outcome if nothing stands in the way.

    Args:
        outcome: of a line item or a row.

    Returns:
        What they hold as the sheet reads them back, in the order of `ResultField`.
    """
    status, message, number, day, consolidated, _ = outcome
    return (
        cell_text(number) if number else None,
        start_of_day(day) if day else None,
        cell_text(consolidated) if consolidated else None,
        status.value,
        cell_text(message) if message else None,
    )


def _settle(
    row: _OpenRow,
    merged: Mapping[ResultField, Collection[int]],
    ledger: Ledger,
    changes: Changes,
) -> None:
    """Decide for each cell of a row whether it is written or kept, and note the latter."""
    notes: list[str | None] = []
    ours = ["", "", ""]
    if not row.outcome.keeps_values:
        for position, one in enumerate(VALUE_FIELDS):
            cell, value = row.cells[position], row.wanted[position]
            is_merged = row.number in merged.get(one, ())
            may_replace = not is_merged and _may_replace(row, position, ledger)
            if may_replace:
                ours[position] = text_of(value)
            if is_same(cell, value):
                continue
            if may_replace:
                changes.cells[one][row.number] = _to_write(value)
            else:
                notes.append(_kept(row, position, is_merged=is_merged))
    said = [note for note in notes if note]
    changes.kept += bool(said)
    if row.outcome.keeps_values:
        said.extend(_said_not_ours(row, ledger))
    _settle_words(row, said, merged, changes)
    if row.line_item is not None and _is_worth_recording(row, ledger):
        changes.written.append((row.line_item, Written(*ours)))


def _settle_words(
    row: _OpenRow,
    notes: Sequence[str],
    merged: Mapping[ResultField, Collection[int]],
    changes: Changes,
) -> None:
    """Write status and message where these cells are ours."""
    status, message = row.cells[_STATUS:]
    is_failure = row.status in _FAILURE_WORDS
    words: tuple[tuple[ResultField, CellValue, str, bool], ...] = (
        (ResultField.STATUS, status, row.outcome.status.value, row.status in STATUS_WORDS),
        (
            ResultField.MESSAGE,
            message,
            cell_text(_with_notes(row.outcome.message, notes)),
            isinstance(message, str) and (is_failure or is_our_message(message)),
        ),
    )
    for one, cell, text, is_ours in words:
        if one not in changes.cells or row.number in merged.get(one, ()):
            continue
        if (is_ours or is_blank(cell)) and not is_same(cell, text or None):
            changes.cells[one][row.number] = text or None


def _with_notes(message: str, notes: Sequence[str]) -> str:
    if not notes:
        return message
    return " ".join([*([] if message == NOTHING_TO_DO else [message]), *notes])


def _may_replace(row: _OpenRow, position: int, ledger: Ledger) -> bool:
    """Say whether a value cell is empty or ours.

    Ours are: a value on record for the line; all three values together as they were once
    written for another line, whose IDs were here before; and, with nothing on record, a value
    beside a status that comes with values.
    """
    cell = row.cells[position]
    if is_blank(cell):
        return True
    if isinstance(cell, Formula):
        return False
    text = text_of(cell)
    if ledger.wrote(row.line_item, position, text):
        return True
    if row.values in ledger.wholes and (not row.status or row.status in _VALUE_WORDS):
        return True
    if ledger.has_record(row.line_item):
        return False
    message = row.cells[_STATUS + 1]
    said_kept = (
        isinstance(message, str) and kept_words(VALUE_FIELDS[position].header, text) in message
    )
    return row.status in _VALUE_WORDS and not said_kept


def _said_not_ours(row: _OpenRow, ledger: Ledger) -> Iterator[str]:
    """Say which values beside a failure are not ours, so that nobody takes them for ours later."""
    for position, one in enumerate(VALUE_FIELDS):
        cell = row.cells[position]
        if not isinstance(cell, Formula) and not _may_replace(row, position, ledger):
            yield f"{kept_words(one.header, text_of(cell))}."


def _is_worth_recording(row: _OpenRow, ledger: Ledger) -> bool:
    """Say whether the row's values are to be told apart from now on.

    Values that another store's run wrote (our status word, nothing on record here) must go
    on counting as ours after a run that learned nothing about the line.
    """
    if not row.outcome.keeps_values:
        return True
    return row.status not in STATUS_WORDS and not ledger.has_record(row.line_item)


def _kept(row: _OpenRow, position: int, *, is_merged: bool) -> str | None:
    return kept_note(
        VALUE_FIELDS[position].header,
        row.cells[position],
        row.wanted[position],
        is_merged=is_merged,
        is_asked=row.line_item is not None,
    )


def _to_write(value: CellValue) -> CellResult:
    if isinstance(value, datetime):
        return value.date()
    return None if value is None else str(value)
