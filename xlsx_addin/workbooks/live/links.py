"""Hyperlinks of an open sheet, one by one, since Excel takes no block of them."""

from functools import partial

from xlsx_addin.core.cells import Area
from xlsx_addin.workbooks.addresses import as_typed
from xlsx_addin.workbooks.contract import ColumnEdit, Link, SheetEdit
from xlsx_addin.workbooks.live.looks import try_look
from xlsx_addin.workbooks.live.reading import SheetReading
from xlsx_addin.workbooks.live.rectangles import rectangles, runs
from xlsx_addin.workbooks.live.texts import typed
from xlsx_addin.workbooks.resultvalues import is_nothing


def write_links(edit: SheetEdit, before: SheetReading) -> None:
    """Let cells, whose texts are written, lead where they should, and emptied ones nowhere.

    Args:
        edit: the edit.
        before: what its sheet held before.
    """
    _remove_links(edit, before)
    calls = before.calls
    for column in edit.columns:
        for row, value in column.cells.items():
            if isinstance(value, Link):
                cell = calls.cells(Area(row, column.column, row, column.column))
                text = typed(value.text, in_text_cell=False)
                calls.add_link(cell, as_typed(value.target), text)


def _remove_links(edit: SheetEdit, before: SheetReading) -> None:
    emptied = {column.column: _emptied(column, before) for column in edit.columns}
    areas = rectangles({number: runs(rows, ()) for number, rows in emptied.items() if rows})
    if not areas or not before.calls.has_links():
        return
    for area in areas:
        cells = before.calls.cells(area)
        try_look(edit.sheet, partial(before.calls.remove_links, cells))


def _emptied(column: ColumnEdit, before: SheetReading) -> list[int]:
    """List the rows of cells that held a text and hold nothing now."""
    rows = [row for row, value in column.cells.items() if is_nothing(value)]
    if not rows:
        return []
    first = min(rows)
    held = before.column(column.column, first, max(rows))
    return [row for row in rows if isinstance(held[row - first], str)]
