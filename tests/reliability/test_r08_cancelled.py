"""R8: Cancel at any moment, in a closed workbook and in one that is open in Excel."""

import threading
import time
from dataclasses import replace
from random import Random

import pytest
import xlwings

from tests.hosts.fixtures import memory_host  # noqa: F401  # the fixture
from tests.reliability.bed import QUICK, shown
from tests.reliability.truth import Expected
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.excel.window import run_without_window
from xlsx_addin.excel.worker import Worker
from xlsx_addin.sandbox import INVOICES, FaultKind, FaultPlan, FaultRule, Limit
from xlsx_addin.settings import load_settings
from xlsx_addin.workbooks.live.attach import OpenBook

LINES = 500
MOMENTS = 5
IDLE_S = 2.0
PACE = 60


class After:
    """Cancels once so many line items are answered."""

    def __init__(self, count, cancel):
        self.left, self.cancel = count, cancel
        self.at = 0.0

    def advance(self, count):
        self.left -= count
        if self.left <= 0 and not self.at:
            self.at = time.monotonic()
            self.cancel.set()

    def __getattr__(self, _name):
        return lambda *_words, **_named: None


def is_right_or_cancelled(bed, rows):
    """Count the cancelled rows; all others are right."""
    for one in rows:
        assert one.message, one.ids
        if one.cells.status != "Cancelled":
            assert one.cells == bed.truth(LineItem(*one.ids))
    return sum(one.cells.status == "Cancelled" for one in rows)


def test_cancel_at_any_moment_marks_the_rest_and_loses_nothing(make_bed, figures, scale):
    dice = Random(8)
    longest, cancelled = 0.0, 0
    for number in range(MOMENTS * scale):
        bed = make_bed(f"moment-{number}", latency_s=0.1)
        bed.options = replace(QUICK, rate_per_s=PACE, burst=5)
        lines = bed.sandbox.account.line_items(LINES)
        path = bed.book(lines)
        watcher = After(dice.randrange(1, LINES - 100), bed.cancel)
        report = bed.refresh(path, progress=watcher)
        longest = max(longest, time.monotonic() - watcher.at)
        rows = shown(path)
        assert [one.ids for one in rows] == lines
        rest = is_right_or_cancelled(bed, rows)
        cancelled += rest
        assert report.interrupted
        assert report.exit_code == 4
        bed.cancel = threading.Event()
        bed.sandbox.requests.clear()
        bed.options = QUICK
        bed.refresh(path)
        missing = {LineItem(*one.ids) for one in rows if one.cells.status == "Cancelled"}
        waiting = {line for line in lines if bed.truth(line).status in NOT_SETTLED}
        asked = bed.sandbox.requests.line_items().keys()
        # What was answered before Cancel counts as known, settled or not.
        assert missing <= asked <= missing | waiting
        assert is_right_or_cancelled(bed, shown(path)) == 0
    assert cancelled > 0
    figures(
        "R8",
        f"Cancel at {MOMENTS * scale} moments",
        f"idle within {longest:.1f} s; {cancelled} rows Cancelled, the others right; the second"
        " run asks only what is missing",
    )
    assert longest <= 1.5 * IDLE_S


def test_cancel_breaks_off_answers_that_take_a_minute(make_bed, figures):
    rule = FaultRule(kind=FaultKind.SLOW, operation=INVOICES, delay_s=60.0)
    bed = make_bed(faults=FaultPlan([rule]))
    bed.options = replace(QUICK, read_timeout_s=120.0, answer_timeout_s=120.0)
    path = bed.book(bed.sandbox.account.line_items(LINES))
    at = []

    def press():
        while not bed.sandbox.requests.count(INVOICES):
            time.sleep(0.005)
        at.append(time.monotonic())
        bed.cancel.set()

    thread = threading.Thread(target=press)
    thread.start()
    bed.refresh(path)
    took = time.monotonic() - at[0]
    thread.join()
    until = time.monotonic() + IDLE_S
    while (left := working()) and time.monotonic() < until:
        time.sleep(0.01)
    assert {one.cells.status for one in shown(path)} == {"Cancelled"}
    assert not left, "a thread still waits for Amazon"
    assert took <= 1.5 * IDLE_S
    figures("R8", "Cancel while answers take a minute", f"idle within {took:.1f} s, no thread left")


def working():
    return [one for one in threading.enumerate() if one.name == "xlsx-addin-ask"]


NOT_SETTLED = ("Pending", "No invoice yet", "Not returned")


class Windows:
    """What a person sees: nothing, and Cancel is pressed after a while."""

    def __init__(self, asked, press):
        self.asked, self.press = asked, press
        self.at = 0.0

    def watch(self, _title, _state, job, *, cancel, wants_front):
        thread = threading.Thread(target=self._press, args=(cancel,))
        thread.start()
        try:
            return run_without_window(job)
        finally:
            thread.join()

    def _press(self, cancel):
        until = time.monotonic() + 60
        while self.asked() < self.press and time.monotonic() < until:
            time.sleep(0.005)
        self.at = time.monotonic()
        cancel.set()

    def show(self, _title, text, _kind="info"):
        raise AssertionError(text)


@pytest.fixture
def press(memory_host, monkeypatch):  # noqa: F811  # the fixture
    """Press the button of an open workbook of a bed."""

    def run(bed, book, windows):
        for name, text in bed.environment.items():
            monkeypatch.setenv(name, text)
        settings = load_settings(bed.environment)
        return Worker(settings, OpenBook(book.app.pid, book.name), windows).run("refresh")

    return run


def open_rows(book: xlwings.Book, count: int):
    return book.sheets["Lines"].range((2, 1), (count + 1, 8)).value


def test_cancel_of_an_open_workbook_marks_the_rest_and_moving_rows_keep_their_results(
    make_bed,
    memory_host,  # noqa: F811  # the fixture
    press,
    figures,
    scale,
):
    """Between the question and Cancel somebody sorts the sheet and inserts rows."""
    dice = Random(88)
    longest, cancelled = 0.0, 0
    for number in range(2 * scale):
        bed = make_bed(f"open-{number}", latency_s=0.1, limits={INVOICES: Limit(PACE, 10)})
        bed.set_pace(0.9 * PACE, 5)
        lines = bed.sandbox.account.line_items(LINES)
        book = memory_host.open(bed.book(lines, f"open-{number}.xlsx"))
        sheet = book.sheets["Lines"]
        enough = dice.randrange(2, 14)

        def asked(bed=bed, sheet=sheet, enough=enough, done=[]):  # noqa: B006  # once a book
            count = bed.sandbox.requests.count(INVOICES)
            if count >= enough and not done:
                done.append(True)
                memory_host.sort_rows(sheet, 2, LINES + 1, by=2, descending=True)
                memory_host.insert_row(sheet, 5, 3)
            return count

        windows = Windows(asked, enough)
        press(bed, book, windows)
        longest = max(longest, time.monotonic() - windows.at)
        found = {}
        for row in open_rows(book, LINES + 3):
            if row[0] is not None:
                found[LineItem(*row[:3])] = row
            else:
                assert not any(row), "a result stands in a row without IDs"
        assert found.keys() == set(lines)
        for line, row in found.items():
            cells = Expected(row[3], row[4] and row[4].date(), row[5], row[6])
            if cells.status == "Cancelled":
                cancelled += 1
            else:
                assert cells == bed.truth(line), line
        press(bed, book, Nobody())
        after = {LineItem(*row[:3]): row for row in open_rows(book, LINES + 3) if row[0]}
        assert all(row[6] == bed.truth(line).status for line, row in after.items())
        memory_host.close(book)
    assert cancelled > 0
    figures(
        "R8",
        f"Cancel in an open workbook, {2 * scale} moments, rows sorted and inserted",
        f"idle within {longest:.1f} s; {cancelled} rows Cancelled, the others right",
    )
    assert longest <= 5 * IDLE_S


class Nobody(Windows):
    """Lets the job end."""

    def __init__(self):
        super().__init__(lambda: 0, 0)

    def watch(self, _title, _state, job, *, cancel, wants_front):
        return run_without_window(job)
