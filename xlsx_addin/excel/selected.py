"""What a person has selected in Excel, as the rows that a refresh is about."""

from collections.abc import Sequence
from typing import Final

import xlwings

from xlsx_addin.core.cells import LAST_ROW, Area
from xlsx_addin.core.layout import Region
from xlsx_addin.errors import SheetError, XlsxAddinError
from xlsx_addin.jobs.choosing import Selection
from xlsx_addin.workbooks.live import ExcelGate
from xlsx_addin.workbooks.live.native import Native, native
from xlsx_addin.workbooks.references import area_of_address

_NEXT_STEP: Final = "Select cells in the rows that you want to refresh, then press it again."

_SURELY_WHOLE: Final = 200
"""Characters up to which an address names all areas; Excel cuts it off at 255."""


def selected_rows(book: xlwings.Book, gate: ExcelGate, ask: Native | None = None) -> Selection:
    """Mean the selected rows of the active sheet, and no others.

    Args:
        book: the open workbook.
        gate: makes calls into Excel.
        ask: what xlwings has no members for.

    Raises:
        SheetError: something else than cells is selected, or cells of another workbook.
    """
    areas = _selected_areas(book, gate, ask or native())
    if not areas:
        raise SheetError(
            f"No cells of {book.name} are selected.", next_step=_NEXT_STEP, code="nothing-selected"
        )
    sheet = gate.do(lambda: _selection(book).sheet.name)
    return Selection(
        sheet,
        only=[(one.first_row, one.last_row) for one in areas],
        region=_region(book, gate, areas[0]),
    )


def around_selection(book: xlwings.Book, gate: ExcelGate, ask: Native | None = None) -> Selection:
    """Mean the block of cells around the selection, if it has the IDs; else look for them.

    Args:
        book: the open workbook.
        gate: makes calls into Excel.
        ask: what xlwings has no members for.
    """
    areas = _selected_areas(book, gate, ask or native())
    return Selection(region=_region(book, gate, areas[0]) if areas else None)


def _region(book: xlwings.Book, gate: ExcelGate, selected: Area) -> Region | None:
    try:
        sheet = gate.do(lambda: _selection(book).sheet.name)
        address = gate.do(lambda: _selection(book).current_region.address)
    except XlsxAddinError:
        raise
    except Exception:  # noqa: BLE001  # a protected sheet may not tell; then it is looked for
        return None
    area = area_of_address(address)
    # Whole columns say nothing of which block in them is meant.
    if area is None or area.last_row - area.first_row + 1 == LAST_ROW:
        return None
    return Region(sheet, area, selected)


def _selected_areas(book: xlwings.Book, gate: ExcelGate, ask: Native) -> Sequence[Area]:
    try:
        addresses = gate.do(lambda: _addresses(_selection(book), ask))
    except XlsxAddinError:
        raise
    except Exception:  # noqa: BLE001  # a chart or a shape is selected, which has no address
        return []
    areas = map(area_of_address, addresses)
    return [area for area in areas if area is not None]


def _addresses(selection: xlwings.Range, ask: Native) -> Sequence[str]:
    address = selection.address
    if len(address) > _SURELY_WHOLE:
        return ask.areas(selection)
    return address.split(",")


def _selection(book: xlwings.Book) -> xlwings.Range:
    selection = book.app.selection
    # Excel has one selection: that of the workbook in front.
    if selection is None or selection.sheet.book.name != book.name:
        raise AttributeError("nothing is selected")
    return selection
