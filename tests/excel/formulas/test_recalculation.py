import threading

import pytest

from xlsx_addin.excel.formulas.places import Sheet
from xlsx_addin.excel.formulas.recalculation import (
    CELLS_AT_ONCE,
    ExcelBusy,
    ExcelGone,
    RecalculationQueue,
)

SHEET = Sheet(1, "Book1", "Sheet1")
OTHER = Sheet(1, "Book1", "Other")


class FakeExcel:
    """Remembers what was calculated; busy or gone when told so."""

    def __init__(self):
        self.areas = []
        self.dependents = 0
        self.found = {}
        self.searched = []
        self.errors = []
        self.started = threading.Event()
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def calculate(self, sheet, area):
        self.started.set()
        assert self.may_go_on.wait(10)
        if self.errors:
            raise self.errors.pop(0)
        self.areas.append((sheet, area))

    def calculate_dependents(self, sheet):
        self.dependents += 1

    def find(self, sheet, part, shown=None):
        self.searched.append((sheet, part, shown))
        return self.found.get(sheet, [])

    def sheets(self, window, book):
        book = book or "Renamed"
        return [Sheet(window, book, "Sheet1"), Sheet(window, book, "Other")]


@pytest.fixture
def excel():
    return FakeExcel()


@pytest.fixture
def waits():
    return []


@pytest.fixture
def queue(excel, waits):
    def wait(seconds, stop):
        waits.append(seconds)
        return stop.is_set()

    queue = RecalculationQueue(excel, wait)
    yield queue
    excel.may_go_on.set()
    queue.close()
    assert not [one for one in threading.enumerate() if one.name == "xlsx-addin-recalculate"]


def finished(queue):
    thread = queue._thread
    if thread is not None:
        thread.join(10)
    assert queue._thread is None


def cell(row, sheet="Sheet1"):
    return f"1|[Book1]{sheet}!$D${row}"


def test_cells_are_calculated_in_chunks(queue, excel):
    queue.recalculate([cell(row) for row in range(1, 121)])
    finished(queue)
    assert excel.areas == [(SHEET, "D1:D50"), (SHEET, "D51:D100"), (SHEET, "D101:D120")]
    assert CELLS_AT_ONCE == 50
    assert excel.dependents == 1


def test_cells_that_come_meanwhile_are_gathered(queue, excel):
    excel.may_go_on.clear()
    queue.recalculate([cell(1)])
    assert excel.started.wait(10)
    for row in range(2, 10):
        queue.recalculate([cell(row), cell(row, "Other")])
    excel.may_go_on.set()
    finished(queue)
    assert excel.areas == [(SHEET, "D1"), (SHEET, "D2:D9"), (OTHER, "D2:D9")]


def test_a_busy_excel_is_waited_for_longer_and_longer(queue, excel, waits):
    excel.errors = [ExcelBusy()] * 7
    queue.recalculate([cell(1)])
    finished(queue)
    assert excel.areas == [(SHEET, "D1")]
    assert waits[:7] == [0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0]


def test_an_excel_that_is_gone_is_let_go(queue, excel):
    excel.errors = [ExcelGone("closed")]
    queue.recalculate([cell(1), cell(2, "Other")])
    finished(queue)
    assert excel.areas == [(OTHER, "D2")]


def test_a_mistake_does_not_stop_the_rest(queue, excel, caplog):
    excel.errors = [ZeroDivisionError()]
    queue.recalculate([cell(1), cell(2, "Other")])
    finished(queue)
    assert excel.areas == [(OTHER, "D2")]
    assert "ZeroDivisionError" in caplog.text


def test_where_a_formula_did_not_call_cells_that_still_wait_are_looked_for(queue, excel):
    excel.found = {SHEET: ["E9"]}
    queue.recalculate([cell(1)])
    queue.finish()
    finished(queue)
    assert excel.searched == [(SHEET, "AB_", "Requesting…")]
    assert excel.areas == [(SHEET, "D1"), (SHEET, "E9")]
    queue.finish()
    finished(queue)
    assert len(excel.searched) == 1


def test_a_sheet_that_is_gone_is_looked_for_under_other_names(queue, excel, monkeypatch):
    def find(sheet, part, shown=None):
        if sheet == SHEET:
            raise ExcelGone("closed or renamed")
        return ["E9"] if sheet == renamed else []

    renamed = Sheet(1, "Renamed", "Sheet1")
    monkeypatch.setattr(excel, "find", find)
    excel.errors = [ExcelGone("closed or renamed")]
    queue.recalculate([cell(1)])
    queue.finish()
    finished(queue)
    assert excel.areas == [(renamed, "E9")]


def test_where_every_formula_called_nothing_is_looked_for(queue, excel):
    excel.may_go_on.clear()
    queue.recalculate([cell(1), cell(2)])
    queue.called(cell(1))
    queue.called(cell(2))
    queue.called("")
    excel.may_go_on.set()
    queue.finish()
    finished(queue)
    assert excel.searched == []


def test_all_formulas_of_a_workbook_are_calculated(queue, excel):
    excel.found = {OTHER: ["A1", "A2"]}
    queue.recalculate_formulas(1, "Book1")
    finished(queue)
    assert excel.searched == [(SHEET, "AB_", None), (OTHER, "AB_", None)]
    assert excel.areas == [(OTHER, "A1:A2")]


def test_what_is_no_place_is_passed_over(queue, excel):
    queue.recalculate(["", "nonsense"])
    finished(queue)
    assert excel.areas == []


def test_without_a_thread_cells_wait_for_the_next_one(queue, excel, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", no_thread)
        queue.recalculate([cell(1)])
    queue.finish()
    finished(queue)
    assert excel.areas == [(SHEET, "D1")]


def no_thread(_thread):
    raise RuntimeError("can't start new thread")


def test_closing_ends_the_wait_for_a_busy_excel(excel):
    queue = RecalculationQueue(excel, lambda seconds, stop: stop.wait(min(seconds, 0.001)))
    excel.errors = [ExcelBusy()] * 1_000_000
    queue.recalculate([cell(1)])
    assert excel.started.wait(10)
    queue.close()
    assert excel.areas == []
