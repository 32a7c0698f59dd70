"""The steps about Excel itself: found, started, add-in and workbook opened, saved, ended."""

from datetime import datetime

import openpyxl

from xlsx_addin.core.outcomes import ResultField
from xlsx_addin.doctor.check import Finding, ok
from xlsx_addin.excel.selftest.contract import NotHere, Wrong
from xlsx_addin.excel.selftest.reconciliation import SHEET, Reconciliation
from xlsx_addin.excel.selftest.trial import Trial
from xlsx_addin.workbooks.template import Template, copy_template


def find(trial: Trial) -> Finding:
    """Find Excel."""
    return ok(trial.excel.find())


def start(trial: Trial) -> Finding:
    """Start an Excel of the self-test's own."""
    trial.was_started = True
    return ok(trial.excel.start())


def load_add_in(trial: Trial) -> Finding:
    """Have the add-in loaded."""
    return ok(trial.excel.load_add_in())


def open_workbook(trial: Trial) -> Finding:
    """Open a workbook made from the template and put IDs into it."""
    copy_template(Template.WORKBOOK_WITH_BUTTON, trial.path)
    trial.book = trial.excel.open(trial.path)
    trial.sheet = Reconciliation(trial.book, trial.gate)
    macros = trial.excel.check_macros(trial.book)
    lines = trial.bench.lines
    trial.page.fill(lines)
    found = trial.page.ids(len(lines))
    for number, (shown, line) in enumerate(zip(found, lines, strict=True), trial.page.first_row):
        if shown != line:
            raise Wrong(f"The IDs in row {number} are {tuple(shown)}, not {tuple(line)}.")
    return ok(f"{len(lines)} line items entered, zeros at the left kept. {macros}")


def save(trial: Trial) -> Finding:
    """Save and close the workbook, and read the file."""
    book, page = trial.opened(), trial.page
    corner = page.first_row, page.first_result
    trial.gate.do(book.save)
    trial.gate.do(book.close)
    trial.book = trial.sheet = None
    _check_file(trial, *corner)
    return ok(f"Numbers are text and days are dates in the file, too ({trial.path.name}).")


def _check_file(trial: Trial, first_row: int, first_result: int) -> None:
    file = openpyxl.load_workbook(trial.path)
    try:
        sheet = file[SHEET]
        for row, truth in enumerate(trial.bench.expected(trial.bench.lines), first_row):
            cells = [sheet.cell(row, first_result + n) for n in range(len(ResultField))]
            number, day, consolidated = (cell.value for cell in cells[:3])
            if (number, consolidated) != (truth.number, truth.consolidated):
                raise Wrong(f"Row {row} of the file has {number!r} and {consolidated!r}.")
            if truth.day and not (isinstance(day, datetime) and day.date() == truth.day):
                raise Wrong(f"Row {row} of the file has {day!r} as the day, not {truth.day}.")
    finally:
        file.close()


def quit_excel(trial: Trial) -> Finding:
    """Let Excel end, and look whether anything is left of it."""
    trial.let_go()
    if not trial.was_started:
        raise NotHere("Excel was not started.")
    try:
        if trial.excel.is_running:
            trial.excel.quit()
        trial.waiting.until(lambda: not trial.excel.left(), trial.limits.patience_s / 2)
        left = trial.excel.left()
    finally:
        trial.excel.kill()
    if left:
        raise Wrong(f"These were left, and ended by force: {', '.join(left)}.")
    return ok("Nothing is left of it, and all else is as it was.")
