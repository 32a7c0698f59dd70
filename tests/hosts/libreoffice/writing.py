"""Puts values and formulas into a block of cells, as Excel would take them."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, Final

from tests.hosts.libreoffice.boxes import Box
from tests.hosts.libreoffice.bridge import exception
from tests.hosts.libreoffice.cells import Cells
from tests.hosts.libreoffice.entries import Entry, Formula, Moment, Percent, entry, text_entry
from tests.hosts.libreoffice.errors import ExcelRefusesError
from tests.hosts.libreoffice.formats import Kind
from tests.hosts.libreoffice.grammar import office_formula
from tests.hosts.libreoffice.reading import serial_of

CONTENTS: Final = 1 | 2 | 4 | 16
_LOGICAL: Final = "BOOLEAN"
_GENERAL: Final = "General"

Rows = Sequence[Sequence[Any]]
MakeRange = Callable[[], Any]


def refuse_if_protected(cells: Cells) -> None:
    """Refuse to change locked cells of a protected sheet, in Excel's words.

    Raises:
        ExcelRefusesError: There is one among the cells.
    """
    if cells.sheet.isProtected() and cells.locked() is not False:
        raise ExcelRefusesError(
            "The cell or chart you're trying to change is on a protected sheet. "
            "To make a change, unprotect the sheet."
        )


def write_values(cells: Cells, rows: Rows, many: MakeRange) -> None:
    """Put values, and formulas in Excel's words, into cells.

    Args:
        cells: The cells, as many as the values.
        rows: The values.
        many: Makes an empty list of ranges, to format cells that are no block.

    Raises:
        ExcelRefusesError: The cells are protected or part of an array formula.
    """
    refuse_if_protected(cells)
    year = dt.datetime.now(tz=dt.UTC).year
    kinds = cells.kinds()
    entries: list[list[Entry]] = [
        [
            text_entry(value) if kind is Kind.TEXT else entry(value, year=year)
            for value, kind in zip(row, kinds_of_row, strict=True)
        ]
        for row, kinds_of_row in zip(rows, kinds, strict=True)
    ]
    _leave_merged(cells, entries)
    _put(cells, entries)
    _format(cells, entries, kinds, many)


def _leave_merged(cells: Cells, entries: list[list[Entry]]) -> None:
    """Drop what would go into the hidden cells of a merged area."""
    for area in cells.merged_areas():
        for row, column in area.cells(cells.box):
            if (cells.box.row + row, cells.box.column + column) != (area.row, area.column):
                entries[row][column] = None


def _put(cells: Cells, entries: list[list[Entry]]) -> None:
    epoch = cells.formats.epoch
    with_formulas = any(isinstance(one, Formula) for row in entries for one in row)
    turn = _as_text if with_formulas else _as_data
    block = tuple(tuple(turn(one, epoch) for one in row) for row in entries)
    try:
        if with_formulas:
            cells.xl.setFormulaArray(block)
        else:
            cells.xl.setDataArray(block)
    except exception("lang.DisposedException"):
        raise
    except exception("uno.RuntimeException") as problem:
        raise ExcelRefusesError("You can't change part of an array.") from problem


def _as_data(one: Entry, epoch: dt.datetime) -> float | str:
    match one:
        case None:
            return ""
        case str():
            return one
        case Moment():
            return serial_of(one.when, epoch)
        case Percent():
            return one.number
        case Formula():
            return one.text
        case _:
            return float(one)


def _as_text(one: Entry, epoch: dt.datetime) -> str:
    if isinstance(one, Formula):
        return office_formula(one.text)
    data = _as_data(one, epoch)
    if isinstance(data, float):
        return repr(data)
    # The apostrophe keeps what follows from being read as a number or a formula.
    return f"'{data}" if data else ""


def _format(
    cells: Cells, entries: list[list[Entry]], kinds: list[list[Kind]], many: MakeRange
) -> None:
    """Give cells the formats that their new values bring along, all of one kind at once."""
    wanted: dict[str, list[Box]] = {}
    for row, (line, kinds_of_row) in enumerate(zip(entries, kinds, strict=True)):
        for column, (one, kind) in enumerate(zip(line, kinds_of_row, strict=True)):
            if (code := _code(one, kind)) is not None:
                place = Box.at(cells.box.row + row, cells.box.column + column)
                wanted.setdefault(code, []).append(place)
    for code, places in wanted.items():
        _set_code(cells, code, places, many)


def _code(one: Entry, kind: Kind) -> str | None:
    """Tell the new format of a cell; None if it keeps the one it has."""
    plain = kind in (Kind.GENERAL, Kind.LOGICAL)
    if kind is Kind.TEXT or one is None:
        return None
    if isinstance(one, bool):
        return _LOGICAL
    if isinstance(one, Moment | Percent) and plain:
        return one.code
    return _GENERAL if kind is Kind.LOGICAL and not isinstance(one, Formula) else None


def _set_code(cells: Cells, code: str, places: list[Box], many: MakeRange) -> None:
    ranges = many()
    index = cells.sheet.RangeAddress.Sheet
    ranges.addRangeAddresses(
        tuple(box.for_office(index) for box in runs_down(places)),
        False,
    )
    ranges.NumberFormat = cells.formats.key(code)


def runs_down(places: list[Box]) -> list[Box]:
    """Join cells that stand below each other."""
    joined: list[Box] = []
    for box in sorted(places, key=lambda one: (one.column, one.row)):
        last = joined[-1] if joined else None
        if last and last.column == box.column and last.last_row + 1 == box.row:
            joined[-1] = last.join(box)
        else:
            joined.append(box)
    return joined
