"""The worker on a host in memory, against the sandbox: what a button does, without a window."""

import itertools
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.hosts.fixtures import memory_host  # noqa: F401  # a fixture
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.excel import worker as worker_module
from xlsx_addin.excel.actions import REFRESHES
from xlsx_addin.excel.desk import Desk
from xlsx_addin.excel.macros import worker_command
from xlsx_addin.excel.presence import Presence
from xlsx_addin.excel.window import WindowUnavailable, run_without_window
from xlsx_addin.excel.windows import Windows
from xlsx_addin.excel.worker import Worker, main
from xlsx_addin.settings import load_settings
from xlsx_addin.signing_in import Tools
from xlsx_addin.workbooks.keys import file_key
from xlsx_addin.workbooks.live.attach import OpenBook

LINES = [LineItem(f"111-000000{n}-0000000", f"9225888254412{n}", "XWwjNjAbC") for n in range(6)]


class Recorder:
    """Stands for the windows: does the job at once and remembers what was shown."""

    def __init__(self, days=30):
        self.days = days
        self.shown = []
        self.titles = []
        self.asked = []
        self.lines = []
        self.signed_in = []

    def watch(self, title, state, job, *, cancel, wants_front):
        self.titles.append((title, state.view().title))
        self.wants_front = wants_front
        return run_without_window(job)

    def ask_days(self, title, initial):
        self.asked.append((title, initial))
        return self.days

    def show(self, title, text, kind="info"):
        self.shown.append((kind, text))

    def sign_in(self, title, desk, profile):
        self.signed_in.append((title, desk, profile))


@pytest.fixture
def windows():
    return Recorder()


@pytest.fixture
def book(memory_host, make_book):  # noqa: F811  # the fixture
    opened = memory_host.open(make_book(LINES))
    opened.activate()
    return opened


@pytest.fixture
def press(amazon, windows, book):
    """Press a button of the open workbook."""

    def run(action, **changes):
        settings = load_settings(changes.pop("environ", None) or dict(worker_module.os.environ))
        made = Worker(settings, OpenBook(book.app.pid, book.name), windows, **changes)
        return made.run(action)

    return run


def rows(book):
    return book.sheets["Lines"].range("A2:H7").value


def statuses(book):
    return [row[6] for row in rows(book)]


def test_refresh_fills_in_the_open_workbook_and_saves_nothing(press, book, windows):
    path = Path(book.fullname)
    before = path.read_bytes()
    summary = press("refresh")
    assert not summary.failed
    assert statuses(book) == ["Found"] * 6
    assert book.sheets["Lines"].range("D1:F1").value == [
        "Invoice Number",
        "Invoice Date",
        "Consolidated Invoice Number",
    ]
    assert all(row[3] for row in rows(book))
    assert path.read_bytes() == before
    assert windows.titles == [(book.name, "Refreshing invoices")]


def test_new_columns_are_wide_enough_to_be_read(press, book):
    press("refresh")
    assert book.sheets["Lines"].range("E1").column_width >= 13


def test_a_second_refresh_asks_and_changes_nothing(press, book, amazon):
    press("refresh")
    asked = len(amazon.requests)
    held = rows(book)
    press("refresh")
    assert len(amazon.requests) == asked
    assert rows(book) == held


def test_only_the_selected_rows_are_refreshed(press, book):
    book.sheets["Lines"].range("B3:C4").select()
    press("refresh_selection")
    assert statuses(book) == [None, "Found", "Found", None, None, None]


def test_a_selection_without_line_items_is_said(press, book):
    book.sheets["Lines"].range("A40").select()
    summary = press("refresh_selection")
    assert summary.failed
    assert "holds no line items" in summary.text


def test_everything_again_asks_about_settled_line_items(press, book, amazon):
    press("refresh")
    asked = len(amazon.requests)
    press("refresh_everything")
    assert len(amazon.requests) > asked


def test_the_month_end_check_asks_for_the_days(press, windows, amazon):
    press("refresh")
    asked = len(amazon.requests)
    press("month_end")
    assert windows.asked == [("Month-end check", 45)]
    assert len(amazon.requests) > asked


def test_a_month_end_check_can_be_called_off(press, windows, amazon, book):
    windows.days = None
    assert press("month_end") is None
    assert len(amazon.requests) == 0
    assert statuses(book) == [None] * 6


def test_undo_puts_back_what_the_refresh_overwrote(press, book):
    press("refresh")
    summary = press("undo")
    assert not summary.failed
    assert statuses(book) == [None] * 6
    assert book.sheets["Lines"].range("D1").value == "Invoice Number"


def test_undo_leaves_what_was_edited_and_says_so(press, book):
    press("refresh")
    book.sheets["Lines"].range("D2").value = "MINE"
    summary = press("undo")
    assert rows(book)[0][3] == "MINE"
    assert summary.needs_attention
    assert "1 row was edited since the refresh" in summary.text


def test_without_a_refresh_there_is_nothing_to_undo(press):
    summary = press("undo")
    assert summary.failed
    assert summary.headline == "The undo did not work."
    assert "There is no refresh of book.xlsx to undo." in summary.text


def test_a_sheet_without_ids_is_said_in_plain_words(press, book):
    book.sheets["Lines"].range("A1").value = "Something"
    summary = press("refresh")
    assert summary.failed
    assert "order" in summary.text.lower()
    assert "Traceback" not in summary.text


def test_the_status_bar_is_given_back(press, book):
    press("refresh")
    assert book.app.status_bar in (False, None, "")


@pytest.mark.parametrize("action", [*REFRESHES, "undo"])
def test_a_second_press_calls_the_first_one_to_the_front(press, book, windows, home, action):
    presence = Presence(home, file_key(Path(book.fullname)))
    with presence.alone() as is_first:
        assert is_first
        assert press(action) is None
        assert windows.titles == []
        assert presence.wants_front()
        assert not presence.wants_front()


def test_a_workbook_that_was_closed_is_said(amazon, windows, memory_host, book):  # noqa: F811
    wanted = OpenBook(book.app.pid, book.name)
    memory_host.close(book)
    assert main(["refresh", str(wanted.app), wanted.name], make_windows=lambda _: windows) == 2
    ((kind, text),) = windows.shown
    assert kind == "error"
    assert "book.xlsx is not open in Excel any more." in text


def test_the_process_does_what_its_command_line_says(amazon, windows, book):
    code = main(["refresh", str(book.app.pid), book.name], make_windows=lambda _: windows)
    assert code == 0
    assert statuses(book) == ["Found"] * 6


def test_a_workbook_named_like_an_option_is_refreshed(amazon, windows, memory_host, make_book):  # noqa: F811
    path = make_book(LINES)
    opened = memory_host.open(path.rename(path.with_name("-march.xlsx")))
    command = worker_command("refresh", OpenBook(opened.app.pid, opened.name))
    words = command[command.index("xlsx_addin.excel.worker") + 1 :]
    assert main(words, make_windows=lambda _: windows) == 0
    assert statuses(opened) == ["Found"] * 6


def test_a_folder_of_nobody_is_said(windows, monkeypatch):
    monkeypatch.setenv("XLSX_ADDIN_HOME", "~nobody-of-this-name/addin")
    assert main(["refresh", "1", "book.xlsx"], make_windows=lambda _: windows) == 2
    ((_, text),) = windows.shown
    assert "there is no such user" in text


def test_unexpected_failures_are_shown_without_a_traceback(home, windows, book):
    def find(_):
        raise ZeroDivisionError("by zero")

    code = main(["refresh", "1", book.name], find=find, make_windows=lambda _: windows)
    assert code == 1
    ((kind, text),) = windows.shown
    assert kind == "error"
    assert "Traceback" not in text
    assert "xlsx-addin log" in text


def test_a_missing_sign_in_is_said_and_nothing_is_written(home, windows, book):
    settings = load_settings(dict(worker_module.os.environ))
    summary = Worker(settings, OpenBook(book.app.pid, book.name), windows).run("refresh")
    assert summary.failed
    assert "AMAZON_BUSINESS_CLIENT_ID" in summary.text
    assert rows(book)[0][3:] == [None] * 5


def test_rows_sorted_while_amazon_is_asked_get_their_own_results(press, book, memory_host):  # noqa: F811
    press("refresh")
    expected = {row[1]: row for row in rows(book)}
    press("undo")
    sheet = book.sheets["Lines"]
    calls = []

    def sort(call):
        # The second reading begins after the answers are in.
        calls.append(call)
        if len(calls) == 2:
            memory_host.sort_rows(sheet, 2, 7, by=2, descending=True)

    undo = memory_host.on_call(sort, member="Sheet.used_range")
    press("refresh_everything")
    undo()
    assert [row[1] for row in rows(book)] == sorted(expected, reverse=True)
    assert {row[1]: row for row in rows(book)} == expected


def test_line_items_that_came_meanwhile_are_left_and_counted(press, book, memory_host):  # noqa: F811
    added = ["111-0000009-0000000", "92258882544129", "XWwjNjAbC"]
    calls = []

    def add(call):
        calls.append(call)
        if len(calls) == 2:
            book.sheets["Lines"].range("A8:C8").value = added

    undo = memory_host.on_call(add, member="Sheet.used_range")
    summary = press("refresh")
    undo()
    assert statuses(book) == ["Found"] * 6
    assert book.sheets["Lines"].range("G8").value is None
    assert summary.needs_attention
    assert "1 line item was added meanwhile: refresh again for the rest." in summary.text


@pytest.mark.parametrize("how", ["deleted", "closed"])
def test_a_sheet_that_goes_away_while_amazon_is_asked_is_said(press, book, memory_host, how):  # noqa: F811
    app, calls = book.app, []

    def go_away(call):
        calls.append(call)
        if len(calls) == 2:
            if how == "closed":
                memory_host.close(book)
            else:
                book.sheets.add("Other")
                book.sheets["Lines"].delete()

    undo = memory_host.on_call(go_away, member="Sheet.used_range")
    summary = press("refresh")
    undo()
    assert summary.failed
    assert "The sheet was deleted, or the workbook or Excel closed meanwhile." in summary.text
    assert (app.calculation, app.screen_updating, app.enable_events) == ("automatic", True, True)


def test_cancel_while_excel_is_busy_leaves_its_settings_as_they_were(
    amazon,
    windows,
    book,
    memory_host,  # noqa: F811
):
    settings, seconds = load_settings(dict(worker_module.os.environ)), itertools.count()
    made = Worker(
        settings, OpenBook(book.app.pid, book.name), windows, clock=lambda: float(next(seconds))
    )
    app, was_quiet = book.app, []

    def edit_a_cell(_):
        # The person presses Cancel and goes on to edit a cell for longer than Cancel waits.
        if app.calculation == "manual" and not was_quiet:
            was_quiet.append(True)
            made.cancel.set()
            memory_host.busy(6)

    undo = memory_host.on_call(edit_a_cell, member="Range.raw_value")
    summary = made.run("refresh")
    undo()
    assert was_quiet
    assert "Excel is busy" in summary.text
    assert (app.calculation, app.screen_updating, app.enable_events) == ("automatic", True, True)


def test_cancel_marks_the_rest_and_keeps_what_was_answered(amazon, windows, book):
    settings = load_settings(dict(worker_module.os.environ))
    made = Worker(settings, OpenBook(book.app.pid, book.name), windows)
    made.cancel.set()
    summary = made.run("refresh")
    assert statuses(book) == ["Cancelled"] * 6
    assert summary.headline.startswith("Stopped")


def test_help_tells_version_and_folder(press, windows, home):
    assert press("help") is None
    ((kind, text),) = windows.shown
    assert kind == "info"
    assert str(home) in text
    assert "Undo last refresh" in text


def test_signing_in_has_a_window_of_its_own_also_with_wrong_settings(windows, home, book):
    (home / "settings.toml").write_text("[profiles")
    code = main(["settings", str(book.app.pid), book.name], make_windows=lambda _: windows)
    assert code == 0
    ((title, desk, profile),) = windows.signed_in
    assert (title, profile) == ("Sign in and settings", "default")
    assert "cannot be read" in desk.standing(profile).words
    assert windows.shown == []


def test_without_a_window_the_settings_file_is_opened_and_the_ways_are_told(home, monkeypatch):
    opened, told = [], []

    def no_window(*_):
        raise WindowUnavailable("No screen.")

    monkeypatch.setattr("xlsx_addin.excel.windows.show_sign_in", no_window)
    windows = Windows(lambda *words: told.append(words))
    windows.sign_in(
        "Sign in", Desk(Tools(dict(worker_module.os.environ)), opened.append), "default"
    )
    assert opened == [home / "settings.toml"]
    ((_, text),) = told
    assert "xlsx-addin login" in text


def test_a_workbook_with_a_profile_of_its_own_is_refreshed_with_it(amazon, windows, book, home):
    path = home / "settings.toml"
    path.write_text('[workbooks]\n"book.xlsx" = "nobody"\n' + path.read_text())
    assert main(["refresh", str(book.app.pid), book.name], make_windows=lambda _: windows) == 1
    assert set(statuses(book)) == {None}
    path.write_text(path.read_text().replace("nobody", "default"))
    assert main(["refresh", str(book.app.pid), book.name], make_windows=lambda _: windows) == 0
    assert statuses(book) == ["Found"] * 6


def test_a_secret_that_ends_soon_is_told_after_a_refresh(press, home):
    since = datetime.now().astimezone().date() - timedelta(days=170)
    path = home / "settings.toml"
    path.write_text(path.read_text() + f"secret_since = {since}\n")
    summary = press("refresh")
    assert summary.needs_attention
    assert "ends in 10 days" in summary.text


def test_jobs_run_in_a_thread_of_their_own_when_there_is_a_window(amazon, book):
    class Threaded(Recorder):
        def watch(self, title, state, job, *, cancel, wants_front):
            found = []
            thread = threading.Thread(target=lambda: found.append(run_without_window(job)))
            thread.start()
            thread.join(60)
            return found[0]

    settings = load_settings(dict(worker_module.os.environ))
    Worker(settings, OpenBook(book.app.pid, book.name), Threaded()).run("refresh")
    assert statuses(book) == ["Found"] * 6
