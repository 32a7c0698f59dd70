"""What a refresh overwrote, and how it is put back: only cells that were not edited since.

Rows move: people sort, insert and delete. An entry of a snapshot belongs to the row in its old
place if that still has its line item, else to the row with that line item, if there is no doubt
which one that is.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, NamedTuple

from xlsx_addin.core.cells import CellValue, Formula, is_blank, start_of_day
from xlsx_addin.core.judging import is_our_message
from xlsx_addin.core.layout import Region
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import STATUS_WORDS, ResultField, Status
from xlsx_addin.core.ownership import VALUE_FIELDS, Written, WrittenRecords, is_same, text_of
from xlsx_addin.core.results import CellResult, Changes, SheetRows

FIELDS: Final = tuple(ResultField)

_FAILURES: Final = frozenset({Status.FAILED, Status.NOT_ALLOWED, Status.CANCELLED})


class Overwritten(NamedTuple):
    """A cell before and after a refresh."""

    before: CellResult
    after: CellResult


class Entry(NamedTuple):
    """A row that a refresh changed.

    Args:
        row: its number then.
        line_item: the line item in it, None if it had no valid one.
        cells: what was overwritten, by the place of the field in `FIELDS`; None for a row whose
            result cells were all empty.
    """

    row: int
    line_item: LineItem | None
    cells: Mapping[int, Overwritten] | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a refresh overwrote in a sheet.

    Args:
        sheet: its name.
        entries: the rows that it changed.
        table: the table that was named for it, None if none was.
        columns: the ID columns that were named for it.
        region: the cells that were looked at first.
    """

    sheet: str
    entries: Iterable[Entry]
    table: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    region: Region | None = None


def take_entries(rows: SheetRows, changes: Changes) -> Iterator[Entry]:
    """Note what a refresh is about to overwrite.

    Args:
        rows: the rows as read.
        changes: the cells that change.

    Yields:
        An entry for each row that changes, from top to bottom.
    """
    columns = list(changes.cells.values())
    # Fresh columns: nothing to look at, and nearly always all rows of a big sheet.
    fresh = not rows.results
    for row, key in enumerate(rows.keys, start=rows.first_row):
        if key is None or not any(row in cells for cells in columns):
            continue
        if fresh and isinstance(key, LineItem):
            yield Entry(row, key, None)
        else:
            yield _entry(row, rows, changes)


def _entry(row: int, rows: SheetRows, changes: Changes) -> Entry:
    place = row - rows.first_row
    key = rows.keys[place]
    line_item = key if isinstance(key, LineItem) else None
    held = [cells[place] for cells in rows.results.values()]
    if line_item is not None and all(map(is_blank, held)):
        return Entry(row, line_item, None)
    return Entry(
        row,
        line_item,
        {
            number: Overwritten(_value_of(_held(rows, one, place)), changes.cells[one][row])
            for number, one in enumerate(FIELDS)
            if row in changes.cells.get(one, ())
        },
    )


def _held(rows: SheetRows, one: ResultField, place: int) -> CellValue:
    cells = rows.results.get(one)
    return None if cells is None else cells[place]


def _value_of(cell: CellValue) -> CellResult:
    """Give a cell as it can be written again; numbers and the like were texts of ours once."""
    if isinstance(cell, datetime):
        return cell.date()
    if is_blank(cell):
        return None
    return cell if isinstance(cell, (str, date)) else text_of(cell)


@dataclass(slots=True)
class Undone:
    """What putting back comes to.

    Args:
        changes: the cells that are put back.
        edited: rows with a cell that was edited since and is left as it is.
        lost: rows that are gone, or of which there are now several.
    """

    changes: Changes
    edited: int = 0
    lost: int = 0


def put_back(snapshot: Snapshot, rows: SheetRows, records: WrittenRecords) -> Undone:
    """Find the cells that a refresh wrote and nobody edited since, with what they held before.

    Args:
        snapshot: what the refresh overwrote.
        rows: the rows as they are now.
        records: what we ever wrote.
    """
    undone = Undone(Changes({one: {} for one in FIELDS}))
    entries = list(snapshot.entries)
    pairs = list(_matched(entries, rows))
    undone.lost = len(entries) - len(pairs)
    filled = {entry.line_item for entry, _ in pairs if entry.cells is None and entry.line_item}
    written = records.written(filled) if filled else {}
    for entry, row in pairs:
        undone.edited += not _put_back_row(entry, row, rows, written, undone.changes)
    return undone


def _matched(entries: Iterable[Entry], rows: SheetRows) -> Iterator[tuple[Entry, int]]:
    """Give entries with the number of their row now."""
    moved: dict[LineItem, list[Entry]] = defaultdict(list)
    taken: set[int] = set()
    for entry in entries:
        if _is_in_place(entry, rows):
            taken.add(entry.row)
            yield entry, entry.row
        elif entry.line_item is not None:
            moved[entry.line_item].append(entry)
    if not moved:
        return
    places: dict[LineItem, list[int]] = defaultdict(list)
    for row, key in enumerate(rows.keys, start=rows.first_row):
        if isinstance(key, LineItem) and key in moved and row not in taken:
            places[key].append(row)
    for line_item, group in moved.items():
        # Where equal rows were changed in different ways, nobody can tell which is which.
        alike = all(entry.cells == group[0].cells for entry in group)
        if alike and len(places[line_item]) == len(group):
            yield from zip(group, places[line_item], strict=True)


def _is_in_place(entry: Entry, rows: SheetRows) -> bool:
    place = entry.row - rows.first_row
    if not 0 <= place < len(rows.keys):
        return False
    key = rows.keys[place]
    if entry.line_item is None:
        return key is not None and not isinstance(key, LineItem)
    return key == entry.line_item


def _put_back_row(
    entry: Entry,
    row: int,
    rows: SheetRows,
    written: Mapping[LineItem, Collection[Written]],
    changes: Changes,
) -> bool:
    """Take a row's cells into the changes; say whether all of them could be put back."""
    place = row - rows.first_row
    held = {one: cells[place] for one, cells in rows.results.items()}
    if entry.cells is None:
        return _clear(
            held, row, written.get(entry.line_item, ()) if entry.line_item else (), changes
        )
    complete = True
    for number, (before, after) in entry.cells.items():
        one = FIELDS[number]
        cell = held.get(one)
        if _shows(cell, before):
            # A refresh that ended half-way did not come to this cell.
            continue
        if one in held and not isinstance(cell, Formula) and _shows(cell, after):
            changes.cells[one][row] = before
        else:
            complete = False
    return complete


def _clear(
    held: Mapping[ResultField, CellValue],
    row: int,
    written: Collection[Written],
    changes: Changes,
) -> bool:
    """Clear a row that was empty before, where its cells are ours."""
    ours = Counter(
        (position, values[position]) for values in written for position in range(len(VALUE_FIELDS))
    )
    complete = True
    for one, cell in held.items():
        if is_blank(cell):
            continue
        if not isinstance(cell, Formula) and _is_ours(one, cell, ours, held):
            changes.cells[one][row] = None
        else:
            complete = False
    return complete


def _is_ours(
    one: ResultField,
    cell: CellValue,
    ours: Mapping[tuple[int, str], int],
    held: Mapping[ResultField, CellValue],
) -> bool:
    if one is ResultField.STATUS:
        return cell in STATUS_WORDS
    if one is ResultField.MESSAGE:
        failed = held.get(ResultField.STATUS) in _FAILURES
        return isinstance(cell, str) and (failed or is_our_message(cell))
    return (VALUE_FIELDS.index(one), text_of(cell)) in ours


def _shows(cell: CellValue, value: CellResult) -> bool:
    if isinstance(value, date):
        value = start_of_day(value)
    return is_same(cell, value or None)
