"""Excel on Windows, reached through COM from a thread of ours.

Not through the objects of xlwings, which repeat a rejected call without a pause and for ever:
an Excel whose user edits a cell would cost a processor.
"""

import importlib
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from xlsx_addin.core.cells import cell_name
from xlsx_addin.excel.formulas.places import Sheet
from xlsx_addin.excel.formulas.recalculation import ExcelBusy, ExcelGone
from xlsx_addin.workbooks.live.attach import let_thread_call_excel
from xlsx_addin.workbooks.live.gate import BUSY

_FAILED: Final = -2146827284  # error 1004, also while a cell is edited
_AUTOMATIC: Final = -4105  # xlCalculationAutomatic
_HALF_AUTOMATIC: Final = 2  # xlCalculationSemiautomatic
_CELLS_READ: Final = 20_000
"""Cells read at once, for which Excel is held up."""


class _Finding:
    """Finds formulas in blocks of rows from top to bottom.

    Args:
        part: of the formula.
        shown: what is looked for in the cells.
        left: the first column of the blocks.
    """

    def __init__(self, part: str, shown: str | None, left: int) -> None:
        self._part = part
        self._shown = shown
        self._left = left
        self._latest: dict[int, str] = {}
        self.found: dict[str, None] = {}

    def look_at(self, first_row: int, block: Any) -> None:  # noqa: ANN401  # a COM object
        """Find what is in a block."""
        formulas = _rows(block.Formula)
        shown = formulas if self._shown is None else _rows(block.Value)
        for row, cells in enumerate(zip(formulas, shown, strict=True), first_row):
            for column, (formula, value) in enumerate(zip(*cells, strict=True), self._left):
                if isinstance(formula, str) and formula[:1] == "=" and self._part in formula:
                    self._latest[column] = cell_name(row, column)
                    if self._shown is None:
                        self.found[self._latest[column]] = None
                if value == self._shown and column in self._latest:
                    self.found[self._latest[column]] = None


def _rows(value: Any) -> Sequence[Sequence[Any]]:  # noqa: ANN401  # a COM value
    """Give rows of values also for a single cell."""
    return value if isinstance(value, tuple) else ((value,),)


class _Connections(threading.local):
    """The Excels that a thread is connected to, by the handles of their windows.

    Objects of COM are good for the thread alone that got them. They are let go when it ends: an
    Excel that is held by another process could not end.
    """

    def __init__(self) -> None:
        self.applications: dict[int, Any] = {}


def _names(collection: Any) -> list[str]:  # noqa: ANN401  # a COM object
    return [collection(number).Name for number in range(1, collection.Count + 1)]


class ComExcel:
    """The `ExcelHost` of Windows; every thread has connections of its own.

    Args:
        connect: gives the `Application` that has a main window, by its handle.
        errors: what pywin32 raises.
    """

    def __init__(self, connect: Callable[[int], Any], errors: tuple[type[Exception], ...]) -> None:
        self._connect = connect
        self._errors = errors
        self._connections = _Connections()

    def calculate(self, sheet: Sheet, area: str) -> None:
        """Calculate the cells of an area."""
        with self._explained(sheet.window):
            self._worksheet(sheet).Range(area).Calculate()

    def calculate_dependents(self, sheet: Sheet) -> None:
        """Calculate what depends on calculated cells, unless the user calculates by hand."""
        with self._explained(sheet.window):
            application = self._application(sheet.window)
            if application.Calculation in {_AUTOMATIC, _HALF_AUTOMATIC}:
                application.Calculate()

    def find(self, sheet: Sheet, part: str, shown: str | None = None) -> list[str]:
        """List the cells with something in their formulas, and in what they show or spill.

        By reading blocks of cells: Excel's own search would change what the user's next one
        looks for, and passes over hidden rows.

        Args:
            sheet: where.
            part: of the formula.
            shown: what the cell, or one below it that it spills into, shows; None for anything.
        """
        with self._explained(sheet.window):
            worksheet = self._worksheet(sheet)
            used = worksheet.UsedRange
            left, right = used.Column, used.Column + used.Columns.Count - 1
            last = used.Row + used.Rows.Count - 1
            finding = _Finding(part, shown, left)
            step = max(1, _CELLS_READ // (right - left + 1))
            for first in range(used.Row, last + 1, step):
                corners = (cell_name(first, left), cell_name(min(first + step - 1, last), right))
                block = worksheet.Range(":".join(corners))
                finding.look_at(first, block)
            return list(finding.found)

    def sheets(self, window: int, book: str | None) -> list[Sheet]:
        """List the worksheets of an open workbook, or of all."""
        with self._explained(window):
            books = self._application(window).Workbooks
            names = _names(books) if book is None else [book]
            return [
                Sheet(window, one, name) for one in names for name in _names(books(one).Worksheets)
            ]

    def _worksheet(self, sheet: Sheet) -> Any:  # noqa: ANN401  # a COM object
        return self._application(sheet.window).Workbooks(sheet.book).Worksheets(sheet.name)

    def _application(self, window: int) -> Any:  # noqa: ANN401  # likewise
        applications = self._connections.applications
        if window not in applications:
            applications[window] = self._connect(window)
        return applications[window]

    @contextmanager
    def _explained(self, window: int) -> Iterator[None]:
        """Tell an Excel that has no time from one that is gone."""
        try:
            yield
        except AttributeError as error:
            # A call that is rejected while pywin32 looks up a name ends like this.
            raise ExcelBusy from error
        except self._errors as error:
            if self._is_busy(error, window):
                raise ExcelBusy from error
            self._connections.applications.pop(window, None)
            raise ExcelGone(str(error)) from error

    def _is_busy(self, error: Exception, window: int) -> bool:
        codes = _codes(error)
        if codes & BUSY:
            return True
        return _FAILED in codes and not self._is_ready(window)

    def _is_ready(self, window: int) -> bool:
        try:
            return bool(self._application(window).Ready)
        except AttributeError:
            return False
        except self._errors:
            return False


def connect_by_window(window: int) -> Any:  # noqa: ANN401  # a COM object
    """Give the `Application` of an Excel to the calling thread.

    Every workbook has a main window of its own, and a formula may have been called while another
    one was in front: if that was closed since, any window that is left leads to the Excel.

    Args:
        window: handle of a main window.

    Raises:
        ExcelBusy: it does not answer.
        ExcelGone: no workbook is open.
    """
    let_thread_call_excel(on_windows=True)
    books = filter(None, map(_book_window, _main_windows(window)))
    book = next(books, None)
    if book is None:
        raise ExcelGone("no workbook is open")
    try:
        return _application_of(book)
    except Exception as error:
        # Its window is there, so it has no time: it would not answer for minutes of calculating.
        raise ExcelBusy from error


def _application_of(book: int) -> Any:  # noqa: ANN401  # a COM object
    """Give the `Application` that shows a workbook in a window."""
    windows = importlib.import_module("xlwings._xlwindows")
    # What xlwings does as well, without its wrapper around the result.
    pointer = windows.accessible_object_from_window(book)
    unknown = windows._PyCom_PyObjectFromIUnknown(  # noqa: SLF001  # see above; version pinned
        pointer,
        windows.byref(windows._IDISPATCH_GUID),  # noqa: SLF001  # likewise
        True,
    )
    return windows.Dispatch(unknown).Application


def _main_windows(first: int) -> Iterator[int]:
    """Give the main windows of all Excels, one before the others."""
    win32gui = importlib.import_module("win32gui")
    if win32gui.IsWindow(first):
        yield first
    window = 0
    while window := win32gui.FindWindowEx(0, window, "XLMAIN", None):
        yield window


def _book_window(window: int) -> int:
    """Give the window of a workbook within a main window, 0 if there is none."""
    win32gui = importlib.import_module("win32gui")
    desk = win32gui.FindWindowEx(window, 0, "XLDESK", None)
    return win32gui.FindWindowEx(desk, 0, "EXCEL7", None) if desk else 0


def _codes(error: Exception) -> set[int]:
    """List the codes in a com_error: (hresult, text, (…, …, …, …, …, scode), argument)."""
    codes: set[int] = set()
    for part in error.args:
        codes.update(one for one in (part if isinstance(part, tuple) else (part,)) if one)
    return {one for one in codes if isinstance(one, int)}
