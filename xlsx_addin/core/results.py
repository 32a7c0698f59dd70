"""From outcomes to the cells that change: what is written, and what is kept and said so.

A result cell is filled if it is empty. A filled one is replaced only if it is ours: the
ledger says that we wrote this value for this line, or nothing is on record and the row's
`Invoice Status` holds one of our words. Everything else is kept and said in the message.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final, NamedTuple

from xlsx_addin.core.cells import CellValue, Formula, cell_text, is_blank
from xlsx_addin.core.judging import NOTHING_TO_DO
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import Outcome, ResultField, Status
from xlsx_addin.core.ownership import VALUE_FIELDS, Ledger, Written, is_same, text_of

_STATUS: Final = len(VALUE_FIELDS)
_STATUS_WORDS: Final = frozenset(status.value for status in Status)
_LONGEST_QUOTE: Final = 60
_UNTOUCHED: Final = (None,) * len(ResultField)

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
    """

    cells: dict[ResultField, dict[int, CellResult]]
    statuses: dict[Status, int]
    written: dict[LineItem, Written]

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

    @property
    def row_count(self) -> int:
        """The number of rows with at least one ID."""
        return sum(key is not None for key in self.keys)


_Cells = tuple[CellValue, ...]


class _OpenRow(NamedTuple):
    """A row whose cells differ from what they should hold."""

    number: int
    line_item: LineItem | None
    cells: _Cells
    wanted: _Cells
    outcome: Outcome

    @property
    def has_our_status(self) -> bool:
        return self.cells[_STATUS] in _STATUS_WORDS

    @property
    def is_untouched(self) -> bool:
        return self.cells == _UNTOUCHED and not self.outcome.keeps_values

    def disputes_value(self) -> bool:
        """Say whether a value cell is filled with something else than Amazon's answer."""
        return not self.outcome.keeps_values and any(
            not is_blank(cell) and not is_same(cell, value)
            for cell, value in zip(self.cells[:_STATUS], self.wanted, strict=False)
        )


def find_changes(
    rows: SheetRows,
    outcome_of: Callable[[LineItem], Outcome],
    fields: Collection[ResultField],
    read_ledger: Callable[[Collection[LineItem]], Ledger],
) -> Changes:
    """Compare what the rows should hold with what they hold.

    Args:
        rows: the rows as read.
        outcome_of: tells the outcome of a line item. It is called for every row rather than
            once a line: a million outcomes kept at a time cost more than they save.
        fields: the result fields that are written.
        read_ledger: looks up what was written for line items whose cells hold something
            else; called at most once.
    """
    words: list[str] = []
    open_rows = list(_open_rows(rows, outcome_of, words))
    doubtful = {
        row.line_item
        for row in open_rows
        if row.line_item is not None
        and not row.is_untouched
        and (row.outcome.keeps_values or row.disputes_value())
    }
    ledger = read_ledger(doubtful) if doubtful else Ledger()
    statuses = {Status(word): count for word, count in Counter(words).items()}
    changes = Changes({one: {} for one in ResultField if one in fields}, statuses, {})
    columns = [changes.cells.get(one) for one in ResultField]
    for row in open_rows:
        if row.is_untouched and not rows.merged:
            _fill(row, columns, changes.written)
        else:
            _settle(row, rows.merged, ledger, changes)
    return changes


def _open_rows(
    rows: SheetRows, outcome_of: Callable[[LineItem], Outcome], words: list[str]
) -> Iterator[_OpenRow]:
    """List the status word of every row and pick the rows in which a cell differs."""
    nothing: Sequence[CellValue] = [None] * len(rows.keys)
    columns = [rows.results.get(one, nothing) for one in ResultField]
    for number, (key, cells) in enumerate(
        zip(rows.keys, zip(*columns, strict=True), strict=True), start=rows.first_row
    ):
        if key is None:
            continue
        line_item = None if isinstance(key, Outcome) else key
        outcome = key if isinstance(key, Outcome) else outcome_of(key)
        wanted = _wanted(outcome)
        words.append(outcome.status)
        if cells != wanted:
            yield _OpenRow(number, line_item, cells, wanted, outcome)


def _wanted(outcome: Outcome) -> _Cells:
    """Give the cells of an outcome as the sheet reads them back, in the order of ResultField."""
    status, message, number, day, consolidated, _ = outcome
    return (
        cell_text(number) if number else None,
        datetime(day.year, day.month, day.day) if day else None,  # noqa: DTZ001  # a sheet's
        cell_text(consolidated) if consolidated else None,
        status,
        cell_text(message) if message else None,
    )


def _fill(
    row: _OpenRow,
    columns: Sequence[dict[int, CellResult] | None],
    written: dict[LineItem, Written],
) -> None:
    """Fill a row whose result cells are all empty."""
    for column, value in zip(columns, row.wanted, strict=True):
        if column is not None and value is not None:
            column[row.number] = _to_write(value)
    if row.line_item is not None:
        written[row.line_item] = _record(row.outcome)


def _settle(
    row: _OpenRow,
    merged: Mapping[ResultField, Collection[int]],
    ledger: Ledger,
    changes: Changes,
) -> None:
    """Decide for each cell of a row whether it is written or kept, and note the latter."""
    outcome = row.outcome
    notes: list[str] = []
    wrote = False
    if not outcome.keeps_values:
        for position, one in enumerate(VALUE_FIELDS):
            cell, value = row.cells[position], row.wanted[position]
            if is_same(cell, value):
                continue
            if row.number in merged.get(one, ()) or not _may_replace(row, position, ledger):
                notes.extend(_kept(one, cell, value, is_merged=row.number in merged.get(one, ())))
            else:
                changes.cells[one][row.number] = _to_write(value)
                wrote = True
    wrote |= _settle_words(row, notes, merged, changes)
    if wrote and row.line_item is not None and _is_worth_recording(row, ledger):
        changes.written[row.line_item] = _record(outcome)


def _settle_words(
    row: _OpenRow,
    notes: Sequence[str],
    merged: Mapping[ResultField, Collection[int]],
    changes: Changes,
) -> bool:
    """Write status and message where these cells are ours."""
    words = _with_notes(row.outcome.message, notes)
    wrote = False
    for position, one, text in (
        (_STATUS, ResultField.STATUS, row.outcome.status.value),
        (_STATUS + 1, ResultField.MESSAGE, cell_text(words)),
    ):
        cell = row.cells[position]
        is_ours = is_blank(cell) or (row.has_our_status and not isinstance(cell, Formula))
        if one not in changes.cells or not is_ours or row.number in merged.get(one, ()):
            continue
        if not is_same(cell, text or None):
            changes.cells[one][row.number] = text or None
            wrote = True
    return wrote


def _with_notes(message: str, notes: Sequence[str]) -> str:
    if not notes:
        return message
    return " ".join([*([] if message == NOTHING_TO_DO else [message]), *notes])


def _may_replace(row: _OpenRow, position: int, ledger: Ledger) -> bool:
    """Say whether a value cell is empty or ours."""
    cell = row.cells[position]
    if is_blank(cell):
        return True
    if isinstance(cell, Formula):
        return False
    text = text_of(cell)
    if row.line_item is not None:
        recorded = ledger.is_ours(row.line_item, position, text)
        if recorded is not None:
            return recorded
    message = row.cells[_STATUS + 1]
    said_kept = isinstance(message, str) and _kept_words(VALUE_FIELDS[position], text) in message
    return row.has_our_status and not said_kept


def _is_worth_recording(row: _OpenRow, ledger: Ledger) -> bool:
    """Say whether the row's values are to be told apart from now on.

    Values that another store's run wrote (our status word, nothing on record here) must go
    on counting as ours after a run that learned nothing about the line.
    """
    if not row.outcome.keeps_values:
        return True
    return not row.has_our_status and row.line_item not in ledger.here


def _record(outcome: Outcome) -> Written:
    if outcome.keeps_values:
        return Written("", "", "")
    day = outcome.invoice_date
    return Written(
        cell_text(outcome.invoice_number),
        day.isoformat() if day else "",
        cell_text(outcome.consolidated_invoice_number),
    )


def _kept(one: ResultField, cell: CellValue, value: CellValue, *, is_merged: bool) -> Iterator[str]:
    """Say what was kept; a formula or a merged cell only if Amazon has something to say."""
    says = text_of(value) or "nothing"
    if isinstance(cell, Formula) or is_merged:
        if value is not None:
            what = "a formula" if isinstance(cell, Formula) else "been merged"
            yield f"{one.header} kept: the cell has {what}, Amazon says {says}."
    else:
        yield f"{_kept_words(one, text_of(cell))} Amazon says {says}."


def _kept_words(one: ResultField, text: str) -> str:
    return f"{one.header} kept: the cell has {text[:_LONGEST_QUOTE]},"


def _to_write(value: CellValue) -> CellResult:
    if isinstance(value, datetime):
        return value.date()
    return None if value is None else str(value)
