"""What a person has selected in Excel, as the rows that a refresh is about."""

from typing import Final

import xlwings

from xlsx_addin.core.cells import LAST_ROW, Area
from xlsx_addin.errors import SheetError, XlsxAddinError
from xlsx_addin.jobs.choosing import Selection
from xlsx_addin.workbooks.live import ExcelGate
from xlsx_addin.workbooks.references import area_of_address

_NEXT_STEP: Final = "Select cells in the rows that you want to refresh, then press it again."


def selected_rows(book: xlwings.Book, gate: ExcelGate) -> Selection:
    """Mean the selected rows of the active sheet, and no others.

    Args:
        book: the open workbook.
        gate: makes calls into Excel.

    Raises:
        SheetError: something else than cells is selected.
    """
    areas = _selected_areas(book, gate)
    if not areas:
        raise SheetError("No cells are selected.", next_step=_NEXT_STEP, code="nothing-selected")
    sheet = gate.do(lambda: book.sheets.active.name)
    return Selection(sheet, only=[(area.first_row, area.last_row) for area in areas])


def around_selection(book: xlwings.Book, gate: ExcelGate) -> Selection:
    """Mean the block of cells around the selection, if it has the IDs; else look for them.

    Args:
        book: the open workbook.
        gate: makes calls into Excel.
    """
    if not _selected_areas(book, gate):
        return Selection()
    try:
        address = gate.do(lambda: _selection(book).current_region.address)
    except XlsxAddinError:
        raise
    except Exception:  # noqa: BLE001  # a protected sheet may not tell; then it is looked for
        return Selection()
    region = area_of_address(address)
    whole = region is None or region.last_row - region.first_row + 1 == LAST_ROW
    return Selection(region=None if whole else region)


def _selected_areas(book: xlwings.Book, gate: ExcelGate) -> list[Area]:
    try:
        address = gate.do(lambda: _selection(book).address)
    except XlsxAddinError:
        raise
    except Exception:  # noqa: BLE001  # a chart or a shape is selected, which has no address
        return []
    areas = [area_of_address(part) for part in address.split(",")]
    return [area for area in areas if area is not None]


def _selection(book: xlwings.Book) -> xlwings.Range:
    selection = book.app.selection
    if selection is None:
        raise AttributeError("nothing is selected")
    return selection
