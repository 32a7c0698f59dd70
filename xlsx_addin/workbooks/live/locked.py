"""Which cells of an edit a protected sheet locks."""

from collections.abc import Callable, Iterator

from xlsx_addin.core.cells import Area, cell_name
from xlsx_addin.workbooks.contract import SheetEdit
from xlsx_addin.workbooks.live.areas import halves, size
from xlsx_addin.workbooks.live.reading import SheetReading
from xlsx_addin.workbooks.live.rectangles import runs


def first_locked(edit: SheetEdit, reading: SheetReading) -> str | None:
    """Name the first cell of an edit that is locked, row by row; None if none is.

    Args:
        edit: the edit.
        reading: what its sheet holds.
    """
    if not edit.changed_cells or not reading.protected:
        return None
    calls = reading.calls

    def is_locked(area: Area) -> bool | None:
        return calls.is_locked(calls.cells(area))

    areas = _written(edit)
    found = [cell for area in areas if (cell := _first(area, is_locked)) is not None]
    return cell_name(*min(found)) if found else None


def _written(edit: SheetEdit) -> Iterator[Area]:
    for column in edit.columns:
        rows = set(column.cells)
        if column.header is not None and edit.header_row is not None:
            rows.add(edit.header_row)
        for first, last in runs(rows, ()):
            yield Area(first, column.column, last, column.column)


def _first(area: Area, is_locked: Callable[[Area], bool | None]) -> tuple[int, int] | None:
    """Find the first locked cell of a part of a column: halved until all agree."""
    state = is_locked(area)
    if state is False:
        return None
    if state is True or size(area) == 1:
        return area.first_row, area.first_column
    for half in halves(area):
        found = _first(half, is_locked)
        if found is not None:
            return found
    return None
