"""A self-test that cannot fail proves nothing: each step fails where what it is for breaks."""

import datetime as dt
import threading
from dataclasses import replace

import openpyxl
import pytest

from tests.excel.selftest.memory_excel import MemoryExcel
from tests.hosts.memory.book import Book
from xlsx_addin.excel.selftest import steps as steps_module
from xlsx_addin.excel.selftest.reconciliation import SHEET, Reconciliation
from xlsx_addin.store.address import default_store_path

BEGIN = ("excel", "start", "workbook", "button")
FIRST_ROW = 5
RESULTS = "K"


def only(*names, limit_s=None):
    """Take the first steps, these, and the last one."""
    chosen = [one for one in steps_module.all_steps() if one.name in (*BEGIN, *names, "quit")]
    if limit_s is None:
        return chosen
    return [one if one.closes else _within(one, limit_s) for one in chosen]


def _within(step, limit_s):
    return replace(step, limit_s=limit_s)


def _without_needs(step):
    return replace(step, needs=())


def spoiled(spoil, *, at=1):
    """An Excel in which something happens once a button has done its work, the first time."""

    class Spoiled(MemoryExcel):
        presses = 0

        def press(self, book, action):
            self.presses += 1
            self.book = book
            super().press(book, action)

        def is_working(self):
            if super().is_working():
                return True
            if self.presses == at:
                self.presses += 100
                spoil(self, self.book.sheets[SHEET])
            return False

    return Spoiled


def a_day_late(_excel, sheet):
    cell = sheet["L9"]
    cell.value += dt.timedelta(days=1)


def date_as_text(_excel, sheet):
    cell = sheet["L9"]
    day = cell.value
    cell.number_format = "@"
    cell.value = day.strftime("%Y-%m-%d")


def time_format(_excel, sheet):
    sheet["L9"].number_format = "hh:mm"


def dropped_row(_excel, sheet):
    sheet["K12:O12"].clear_contents()


def number_for_text(_excel, sheet):
    # The first one of the special line items, whose invoice number is 00123.
    cell = sheet["K45"]
    assert cell.value == "00123"
    cell.number_format = "General"
    cell.value = 123


def swapped_rows(_excel, sheet):
    first, second = sheet["K6:O6"].value, sheet["K7:O7"].value
    assert first != second
    sheet["K6:O6"].value, sheet["K7:O7"].value = second, first


def lost_note(_excel, sheet):
    sheet["P20"].value = "something else"


def lost_formula(_excel, sheet):
    assert sheet["E5"].formula == "=2*21.5"
    sheet["E5"].value = 43


def renamed_sheet(_excel, sheet):
    sheet.book.sheets[1].name = "Other"


def manual(excel, _sheet):
    excel.app.calculation = "manual"


def status_bar(excel, _sheet):
    excel.app.status_bar = "Refreshing invoices"


def saved(_excel, sheet):
    sheet.book.save()


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (a_day_late, "Invoice Date in L9 is"),
        (date_as_text, "Invoice Date in L9 is the text"),
        (time_format, "is none of a day"),
        (dropped_row, "Invoice Number in K12 is empty"),
        (number_for_text, "Invoice Number in K45 is the number 123.0, not the text '00123'"),
        (swapped_rows, "Invoice Number in K6 is"),
        (lost_note, "Reconcile!P20 changed"),
        (lost_formula, "Reconcile!E5 changed"),
        (renamed_sheet, "the list of sheets"),
        (manual, "calculation is manual"),
        (status_bar, "status bar is Refreshing"),
        (saved, "was saved"),
    ],
)
def test_what_a_button_spoils_is_seen(run, spoil, told):
    result = run(spoiled(spoil), steps=only("second press"))
    assert result.failed == ["button"]
    assert told in result["button"].message
    assert result.words["second press"] == "skipped"
    assert result["second press"].message == "It needs the step button, which failed."


def test_ids_that_become_numbers_are_seen(run, monkeypatch):
    def fill(page, lines, *, after=0):
        last = page.first_row + len(lines) - 1
        cells = page.sheet.range((page.first_row, 1), (last, 3))
        cells.number_format = "General"
        cells.value = [list(line) for line in lines]

    monkeypatch.setattr(Reconciliation, "fill", fill)
    result = run(steps=only())
    assert result.failed == ["workbook"]
    assert "The IDs in row" in result["workbook"].message


def test_a_second_press_that_asks_is_seen(run):
    def forget(excel, _sheet):
        default_store_path(excel.bench.home).unlink()

    result = run(spoiled(forget), steps=only("second press"))
    assert result.failed == ["second press"]
    assert "45 line items were asked about again" in result["second press"].message


def test_a_second_press_that_changes_something_is_seen(run):
    result = run(spoiled(lost_note, at=2), steps=only("second press"))
    assert result.failed == ["second press"]


def test_a_refresh_of_more_than_the_selection_is_seen(run):
    class All(MemoryExcel):
        def press(self, book, action):
            super().press(book, "refresh")

    result = run(All, steps=only("selection"))
    assert result.failed == ["selection"]
    assert "Row 7 was filled in, though it was not selected." in result["selection"].message


def test_an_undo_that_does_nothing_is_seen(run):
    class NoUndo(MemoryExcel):
        def press(self, book, action):
            if action != "undo":
                super().press(book, action)

    result = run(NoUndo, steps=only("selection", "undo"))
    assert result.failed == ["undo"]
    assert "still has results" in result["undo"].message


def test_an_undo_of_too_much_is_seen(run):
    result = run(spoiled(dropped_row, at=3), steps=only("selection", "undo"))
    assert result.failed == ["undo"]
    assert "K12" in result["undo"].message


def test_a_cancel_that_stops_nothing_is_seen(run):
    class Going(MemoryExcel):
        def leave(self):
            self.bench.be_quick()

    result = run(Going, steps=only("cancel"))
    assert result.failed == ["cancel"]
    assert "not on record as one that was stopped" in result["cancel"].message


def test_rows_lost_by_a_cancel_are_seen(run):
    def drop(_excel, sheet):
        sheet["K200:O200"].clear_contents()

    result = run(spoiled(drop, at=2), steps=only("cancel"))
    assert result.failed == ["cancel"]
    assert "K200" in result["cancel"].message


def test_results_beside_the_ids_of_other_rows_are_seen(run):
    def mix_up(_excel, sheet):
        first, second = sheet["K90:O90"].value, sheet["K120:O120"].value
        assert first != second
        sheet["K90:O90"].value, sheet["K120:O120"].value = second, first

    result = run(spoiled(mix_up, at=4), steps=only("cancel", "moved rows"))
    assert result.failed == ["moved rows"]
    assert "K90" in result["moved rows"].message


def test_a_protected_sheet_that_is_written_is_seen(run):
    class Open(MemoryExcel):
        def protect(self, sheet, *, on):
            pass

    result = run(Open, steps=only("protected sheet"))
    assert result.failed == ["protected sheet"]
    assert "no error, not with sheet-protected" in result["protected sheet"].message


def test_a_file_that_lost_a_day_is_seen(run, monkeypatch):
    save = Book.save

    def spoiling(book, path=None, password=None):
        save(book, path, password)
        file = openpyxl.load_workbook(book.workbook.path, keep_vba=True)
        file[SHEET]["L7"] = "2024-01-01"
        file.save(book.workbook.path)

    monkeypatch.setattr(Book, "save", spoiling)
    result = run(steps=only("save"))
    assert result.failed == ["save"]
    assert "Row 7 of the file has '2024-01-01'" in result["save"].message


def test_an_excel_that_does_not_end_is_seen_and_ended(run):
    class Staying(MemoryExcel):
        def left(self):
            return [] if self.killed else ["EXCEL.EXE (process 7)"]

    steps = [one for one in only() if one.name != "button"]
    result = run(Staying, steps=steps, limits=run.limits._replace(patience_s=0.2))
    assert result.failed == ["quit"]
    assert "EXCEL.EXE (process 7)" in result["quit"].message
    assert result.excel.killed


class Hanging(MemoryExcel):
    """Its button waits until the Excel is ended, as COM calls into a hanging Excel do."""

    asked = ()

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.ended = threading.Event()

    def press(self, book, action):
        self.ended.wait(60)
        raise OSError("The RPC server is unavailable.")

    def questions(self):
        return list(self.asked)

    def kill(self):
        super().kill()
        self.ended.set()


def test_a_step_that_hangs_is_told_and_excel_is_ended(run):
    result = run(Hanging, steps=only("selection", limit_s=2.0))
    assert result.failed == ["button"]
    assert result["button"].message == (
        "It had not ended after 2 s, so Excel of the self-test was ended."
    )
    assert result["selection"].message == "Excel was ended, because the step button hung."
    assert result.words["quit"] == "ok"
    assert result.excel.killed


def test_the_question_that_excel_hangs_at_is_told(run):
    class Asking(Hanging):
        asked = ("Microsoft Excel: Could not find Interpreter!",)

    result = run(Asking, steps=only(limit_s=2.0))
    assert result["button"].message.endswith(
        "A window waits for an answer: Microsoft Excel: Could not find Interpreter!"
    )
    assert "answer what it asks" in result["button"].next_step


def test_work_that_does_not_end_is_told_with_the_log(run):
    class Endless(MemoryExcel):
        left_alone = True

        def press(self, book, action):
            pass

        def is_working(self):
            return self.left_alone

        def leave(self):
            self.left_alone = False

    result = run(Endless, steps=only(), limits=run.limits._replace(patience_s=0.2))
    assert result.failed == ["button"]
    assert "still worked after 0.2 s. The log has no warning." in result["button"].message


def test_a_window_that_does_not_close_is_told(run):
    class Open(MemoryExcel):
        stays = False

        def protect(self, sheet, *, on):
            self.stays = on
            super().protect(sheet, on=on)

        def is_working(self):
            return self.stays or super().is_working()

    names = ("excel", "start", "workbook", "protected sheet", "quit")
    steps = [one for one in steps_module.all_steps() if one.name in names]
    steps = [_without_needs(one) if one.name == "protected sheet" else one for one in steps]
    result = run(Open, steps=steps, limits=run.limits._replace(patience_s=2.0))
    assert result.failed == ["protected sheet"]
    assert "does not close. The log says:" in result["protected sheet"].message


def test_what_breaks_off_is_told_and_the_rest_is_done(run):
    class Broken(MemoryExcel):
        def open(self, path):
            raise RuntimeError("out of order")

    result = run(Broken, steps=only())
    assert result.failed == ["workbook"]
    assert result["workbook"].message == "It broke off: RuntimeError: out of order."
    assert result.words["quit"] == "ok"
    assert "RuntimeError: out of order" in next(result.folder.glob("*.log")).read_text()
