"""Excel on Windows, reached through COM from a thread of ours.

Not through the objects of xlwings, which repeat a rejected call without a pause and for ever:
an Excel whose user edits a cell would cost a processor.
"""

import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from xlsx_addin.excel.places import Sheet
from xlsx_addin.excel.recalculation import ExcelBusy, ExcelGone

_REJECTED: Final = -2147418111  # RPC_E_CALL_REJECTED
_LATER: Final = -2147417846  # RPC_E_SERVERCALL_RETRYLATER
_IGNORED: Final = -2146777998  # VBA_E_IGNORE, while a cell is edited
_FAILED: Final = -2146827284  # error 1004, also while a cell is edited
_AUTOMATIC: Final = -4105  # xlCalculationAutomatic
_HALF_AUTOMATIC: Final = 2  # xlCalculationSemiautomatic
_VALUES: Final = -4163  # xlValues
_FORMULAS: Final = -4123  # xlFormulas
_PART: Final = 2  # xlPart
_WHOLE: Final = 1  # xlWhole


class ComExcel:
    """The `ExcelHost` of Windows, for one thread.

    Args:
        connect: gives the `Application` that has a main window, by its handle.
        errors: what pywin32 raises.
    """

    def __init__(self, connect: Callable[[int], Any], errors: tuple[type[Exception], ...]) -> None:
        self._connect = connect
        self._errors = errors
        self._applications: dict[int, Any] = {}

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

    def find(self, sheet: Sheet, text: str, *, in_formulas: bool) -> list[str]:
        """List the addresses of the cells with a text in their values or formulas."""
        with self._explained(sheet.window):
            used = self._worksheet(sheet).UsedRange
            look_in, look_at = (_FORMULAS, _PART) if in_formulas else (_VALUES, _WHOLE)
            found: dict[str, None] = {}
            cell = used.Find(What=text, LookIn=look_in, LookAt=look_at, MatchCase=True)
            # After the last one it begins again with the first.
            while cell is not None and cell.Address not in found:
                found[cell.Address] = None
                cell = used.FindNext(cell)
            return list(found)

    def sheets(self, window: int, book: str) -> list[Sheet]:
        """List the worksheets of an open workbook."""
        with self._explained(window):
            worksheets = self._application(window).Workbooks(book).Worksheets
            numbers = range(1, worksheets.Count + 1)
            return [Sheet(window, book, worksheets(number).Name) for number in numbers]

    def _worksheet(self, sheet: Sheet) -> Any:  # noqa: ANN401  # a COM object
        return self._application(sheet.window).Workbooks(sheet.book).Worksheets(sheet.name)

    def _application(self, window: int) -> Any:  # noqa: ANN401  # likewise
        if window not in self._applications:
            self._applications[window] = self._connect(window)
        return self._applications[window]

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
            self._applications.pop(window, None)
            raise ExcelGone(str(error)) from error

    def _is_busy(self, error: Exception, window: int) -> bool:
        codes = _codes(error)
        if codes & {_REJECTED, _LATER, _IGNORED}:
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

    Args:
        window: handle of its main window.

    Raises:
        ExcelGone: it has no open workbook.
        Exception: what pywin32 raises if there is none, or it has no time.
    """
    pythoncom = importlib.import_module("pythoncom")
    win32gui = importlib.import_module("win32gui")
    windows = importlib.import_module("xlwings._xlwindows")
    pythoncom.CoInitialize()
    desk = win32gui.FindWindowEx(window, 0, "XLDESK", None)
    book = win32gui.FindWindowEx(desk, 0, "EXCEL7", None) if desk else 0
    if not book:
        raise ExcelGone("it has no open workbook")
    # What xlwings does as well, without its wrapper around the result.
    pointer = windows.accessible_object_from_window(book)
    unknown = windows._PyCom_PyObjectFromIUnknown(  # noqa: SLF001  # see above; version pinned
        pointer,
        windows.byref(windows._IDISPATCH_GUID),  # noqa: SLF001  # likewise
        True,
    )
    return windows.Dispatch(unknown).Application


def _codes(error: Exception) -> set[int]:
    """List the codes in a com_error: (hresult, text, (…, …, …, …, …, scode), argument)."""
    codes: set[int] = set()
    for part in error.args:
        codes.update(one for one in (part if isinstance(part, tuple) else (part,)) if one)
    return {one for one in codes if isinstance(one, int)}
