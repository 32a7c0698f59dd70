"""Excel through COM, with an Excel of Python objects at the other end."""

import sys
import threading
import weakref

import pytest

from tests.hosts.udf.excel import WINDOW, Formula
from tests.hosts.udf.pywin32 import ComError
from xlsx_addin.excel.formulas.com import ComExcel, connect_by_window
from xlsx_addin.excel.formulas.places import Sheet
from xlsx_addin.excel.formulas.recalculation import (
    ExcelBusy,
    ExcelGone,
    NoRecalculation,
    RecalculationQueue,
)
from xlsx_addin.excel.formulas.serving import recalculation

SHEET = Sheet(WINDOW, "Book1.xlsx", "Sheet1")
FAILED = -2146827284


@pytest.fixture
def sheet(excel):
    return excel.add_sheet()


@pytest.fixture
def com(excel, sheet):
    return ComExcel({WINDOW: excel}.__getitem__, (ComError,))


def test_areas_are_calculated(com, excel):
    com.calculate(SHEET, "D2:D9,F1")
    assert excel.calculated == ["$D$2:$D$9,$F$1"]


@pytest.mark.parametrize(("calculation", "times"), [(-4105, 1), (2, 1), (-4135, 0)])
def test_dependents_follow_unless_the_user_calculates_by_hand(com, excel, calculation, times):
    excel.Calculation = calculation
    com.calculate_dependents(SHEET)
    assert excel.dependents_calculated == times


def test_formulas_are_found(com, sheet):
    sheet.values |= {(2, 2): "AB_ is a text", (9, 9): "x"}
    sheet.formulas |= {(3, 1): Formula("AB_INVOICES", ()), (5, 4): Formula("SUM", ())}
    assert com.find(SHEET, "AB_") == ["A3"]
    assert com.find(SHEET, "nothing") == []


def test_formulas_are_found_by_what_they_show_or_spill(com, sheet):
    waits = "Requesting…"
    sheet.formulas = dict.fromkeys([(1, 1), (2, 1), (1, 3), (1, 6)], Formula("AB_INVOICES", ()))
    sheet.values |= {(1, 1): "INV-1", (2, 1): waits, (1, 3): "INV-1", (2, 3): "", (3, 3): waits}
    sheet.values |= {(1, 5): waits, (1, 6): "INV-1"}
    assert com.find(SHEET, "AB_", waits) == ["A2", "C1"]


def test_big_sheets_are_read_in_blocks(com, sheet, excel):
    sheet.formulas = {(row, 1): Formula("AB_INVOICES", ()) for row in (1, 30_000, 50_000)}
    sheet.values = dict.fromkeys([(1, 1), (50_001, 1)], "Requesting…")
    excel.reads.clear()
    assert com.find(SHEET, "AB_", "Requesting…") == ["A1", "A50000"]
    assert excel.reads == [20_000, 20_000, 10_001]


def test_an_empty_sheet_has_no_formulas(com):
    assert com.find(SHEET, "AB_") == []


def test_the_sheets_of_a_workbook_are_listed(com, excel):
    excel.add_sheet("Other")
    assert com.sheets(WINDOW, "Book1.xlsx") == [SHEET, SHEET._replace(name="Other")]
    assert com.sheets(WINDOW, None) == com.sheets(WINDOW, "Book1.xlsx")


@pytest.mark.parametrize("code", [-2147418111, -2147417846])
def test_a_rejected_call_means_busy(com, excel, code, monkeypatch):
    def reject(_name):
        raise ComError(code)

    monkeypatch.setattr(excel, "Workbooks", reject)
    with pytest.raises(ExcelBusy):
        com.calculate(SHEET, "A1")


def test_an_attribute_that_is_not_there_means_busy(com, excel, monkeypatch):
    monkeypatch.delattr(excel, "Workbooks")
    with pytest.raises(ExcelBusy):
        com.calculate(SHEET, "A1")


@pytest.mark.parametrize(("ready", "error"), [(False, ExcelBusy), (True, ExcelGone)])
def test_a_general_failure_means_busy_only_if_excel_is(com, excel, ready, error, monkeypatch):
    def fail(_name):
        raise ComError(-2147352567, "failed", (0, "Excel", "1004", None, 0, FAILED))

    excel.Ready = ready
    monkeypatch.setattr(excel, "Workbooks", fail)
    with pytest.raises(error):
        com.calculate(SHEET, "A1")


@pytest.mark.parametrize("gone", [SHEET._replace(book="x"), SHEET._replace(name="x")])
def test_what_was_closed_is_gone(com, gone):
    with pytest.raises(ExcelGone):
        com.calculate(gone, "A1")


def test_a_window_that_was_closed_is_gone(com):
    closed = ComExcel(_no_such_window, (ComError, OSError))
    with pytest.raises(ExcelGone):
        closed.calculate(SHEET, "A1")


def _no_such_window(_window):
    raise OSError("no such window")


def test_every_thread_connects_for_itself_and_lets_go_in_the_end(excel, sheet):
    class Application:
        """Can be referred to weakly; an object of COM serves the thread that got it."""

        def __init__(self):
            self.thread = threading.get_ident()

        def Workbooks(self, name):  # noqa: N802  # Excel's name
            assert self.thread == threading.get_ident()
            return excel.Workbooks(name)

    made = []

    def connect(_window):
        application = Application()
        made.append(weakref.ref(application))
        return application

    com = ComExcel(connect, (ComError,))

    def calculate():
        com.calculate(SHEET, "D2")
        com.calculate(SHEET, "D3")

    for _ in range(2):
        thread = threading.Thread(target=calculate)
        thread.start()
        thread.join()
    assert excel.calculated == ["$D$2", "$D$3"] * 2
    assert [one() for one in made] == [None, None]


def test_a_process_of_excel_calculates_cells_again_and_spares_other_excels(functions, monkeypatch):
    spared = []
    monkeypatch.setattr("atexit.unregister", spared.append)
    queue = recalculation(on_windows=True)
    assert isinstance(queue, RecalculationQueue)
    assert [one.__name__ for one in spared] == ["cleanup"]
    queue.close()


def test_elsewhere_cells_are_left_to_the_next_calculation():
    nothing = recalculation(on_windows=False)
    assert isinstance(nothing, NoRecalculation)
    nothing.recalculate(["132|[Book1.xlsx]Sheet1!$A$1"])
    nothing.recalculate_formulas(132, "Book1.xlsx")
    nothing.finish()


@pytest.fixture
def open_windows(functions, excel, monkeypatch):
    """The main windows that are open, with the window of a workbook in each."""
    windows = sys.modules["xlwings._xlwindows"]
    monkeypatch.setattr(windows, "accessible_object_from_window", lambda window: window)
    monkeypatch.setattr(windows, "byref", lambda value: value)
    monkeypatch.setattr(
        windows, "_PyCom_PyObjectFromIUnknown", lambda window, *_rest: {91: excel}[window]
    )
    open_windows = {WINDOW: 91}

    def find(parent, after, kind, _title):
        if kind == "XLMAIN":
            return next((one for one in sorted(open_windows) if one > after), 0)
        return open_windows[parent] and -parent if kind == "XLDESK" else open_windows[-parent]

    monkeypatch.setattr(sys.modules["win32gui"], "FindWindowEx", find)
    monkeypatch.setattr(sys.modules["win32gui"], "IsWindow", open_windows.__contains__)
    return open_windows


def test_an_excel_is_connected_to_by_its_window(open_windows, excel):
    open_windows[1] = 90
    assert connect_by_window(WINDOW) is excel


def test_an_excel_whose_window_was_closed_is_connected_to_by_another(open_windows, excel):
    open_windows[1] = 0  # at its start screen
    assert connect_by_window(WINDOW + 1) is excel


def test_an_excel_that_does_not_answer_is_busy(open_windows, monkeypatch):
    windows = sys.modules["xlwings._xlwindows"]
    monkeypatch.setattr(windows, "accessible_object_from_window", _no_such_window)
    com = ComExcel(connect_by_window, (ComError, OSError))
    with pytest.raises(ExcelBusy):
        com.calculate(SHEET, "A1")


def test_an_excel_without_a_workbook_is_gone(open_windows):
    open_windows[WINDOW] = 0
    with pytest.raises(ExcelGone):
        connect_by_window(WINDOW)
