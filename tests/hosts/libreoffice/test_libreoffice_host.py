"""The host keeps to the contract of all hosts, beside other engines and after accidents."""

import datetime as dt
import os
import signal
from pathlib import Path

import openpyxl
import pytest
import xlwings

from tests.hosts.contract import Host
from tests.hosts.libreoffice import workbooks
from tests.hosts.libreoffice.bridge import skip_without
from tests.hosts.libreoffice.errors import ExcelGoneError, ExcelRefusesError
from tests.hosts.libreoffice.host import LibreOfficeHost
from tests.hosts.libreoffice.office import Office, OfficeFailedError


class Stranger:
    """An engine of somebody else."""

    name = "stranger"
    type = "desktop"
    apps = ()


@pytest.fixture
def book(libreoffice_host, tmp_path):
    return libreoffice_host.open(workbooks.orders(tmp_path / "orders.xlsx"))


def as_host(host: Host) -> Host:
    return host


def test_the_host_is_the_active_engine_and_says_it_is_excel(libreoffice_host, book):
    assert as_host(libreoffice_host) is libreoffice_host
    assert xlwings.engines.active.name == "libreoffice"
    app = xlwings.apps.active
    assert (app.version.major, app.visible, app.api.Ready) == (16, False, True)
    assert app.api.Hwnd == app.hwnd
    assert app.pid > 0
    assert [one.name for one in xlwings.books] == ["orders.xlsx"]
    assert xlwings.books.active == book
    assert len(book.names) == 0


def test_settings_of_the_application_are_kept(libreoffice_host, book):
    app = book.app
    with app.properties(screen_updating=False, enable_events=False, calculation="manual"):
        assert (app.screen_updating, app.enable_events) == (False, False)
        assert app.calculation == "manual"
    app.status_bar = "Fetching..."
    assert (app.screen_updating, app.enable_events) == (True, True)
    assert (app.calculation, app.status_bar) == ("automatic", "Fetching...")


def test_manual_calculation_waits_until_it_is_asked_for(libreoffice_host, tmp_path):
    sheet = libreoffice_host.open(workbooks.plain(tmp_path / "plain.xlsx")).sheets[0]
    sheet.range("A1:B1").value = [1, "=A1*2"]
    sheet.book.app.calculation = "manual"
    sheet.range("A1").value = 5
    assert sheet.range("B1").value == 2
    sheet.book.app.calculate()
    assert sheet.range("B1").value == 10


def test_books_know_their_file(libreoffice_host, book, tmp_path):
    assert (book.name, Path(book.fullname)) == ("orders.xlsx", tmp_path / "orders.xlsx")
    other = libreoffice_host.open(workbooks.plain(tmp_path / "plain.xlsx"))
    assert xlwings.books.active == other
    book.activate()
    assert xlwings.books.active == book == xlwings.books["orders.xlsx"]
    libreoffice_host.close(other)
    assert [one.name for one in xlwings.books] == ["orders.xlsx"]


def test_a_book_can_be_the_caller_of_a_macro(book):
    book.set_mock_caller()
    try:
        assert xlwings.Book.caller() == book
    finally:
        del xlwings.Book._mock_caller


def test_what_is_selected(book):
    sheet = book.sheets["Other"]
    with pytest.raises(ExcelRefusesError, match="Select"):
        sheet.range("B2:C4").select()
    sheet.activate()
    sheet.range("B2:C4").select()
    assert book.app.selection.address == "$B$2:$C$4"
    assert book.app.selection.sheet == sheet == book.sheets.active


def test_a_book_is_saved_in_its_place(libreoffice_host, book, tmp_path):
    book.sheets[0].range("A2").value = "0013"
    assert libreoffice_host.save(book) == tmp_path / "orders.xlsx"
    assert openpyxl.load_workbook(tmp_path / "orders.xlsx").worksheets[0]["A2"].value == "0013"


def test_a_closed_workbook_is_out_of_reach(libreoffice_host, book):
    sheet, cells, table = book.sheets[0], book.sheets[0].range("A1"), book.sheets[0].tables[0]
    libreoffice_host.close(book)
    for act in (
        lambda: cells.value,
        lambda: setattr(cells, "value", 1),
        lambda: cells.number_format,
        lambda: cells.api.Locked,
        lambda: sheet.used_range,
        lambda: sheet.api.ProtectContents,
        lambda: sheet.name,
        lambda: table.range,
        lambda: book.name,
        lambda: len(book.sheets),
        book.activate,
    ):
        with pytest.raises(ExcelGoneError):
            act()


def test_another_file_is_a_copy(libreoffice_host, book, tmp_path):
    libreoffice_host.save(book, tmp_path / "copy.xlsx")
    assert book.name == "orders.xlsx"
    book.save(tmp_path / "moved.xlsx")
    assert book.name == "moved.xlsx"
    assert (tmp_path / "copy.xlsx").is_file()


def test_two_workbooks_of_one_name_are_not_open_at_a_time(libreoffice_host, book, tmp_path):
    assert libreoffice_host.open(tmp_path / "orders.xlsx") == book
    (tmp_path / "other").mkdir()
    with pytest.raises(ExcelRefusesError, match="same name"):
        libreoffice_host.open(workbooks.orders(tmp_path / "other" / "orders.xlsx"))


def test_what_was_saved_is_the_same_when_it_is_opened_again(libreoffice_host, book, tmp_path):
    before = book.sheets[0].range("A1:H6").options(err_to_str=True).value
    formulas = book.sheets[0].range("A1:H6").formula
    path = libreoffice_host.save(book, tmp_path / "again.xlsx")
    libreoffice_host.close(book)
    sheet = libreoffice_host.open(path).sheets[0]
    assert sheet.range("A1:H6").options(err_to_str=True).value == before
    assert sheet.range("A1:H6").formula == formulas
    assert sheet.tables["Orders"].range.address == "$A$1:$E$4"
    assert sheet.range("A2").number_format == "@"


def test_a_name_that_is_no_workbook_is_refused(libreoffice_host, book, tmp_path):
    with pytest.raises(ValueError, match=r"orders\.txt"):
        libreoffice_host.save(book, tmp_path / "orders.txt")
    with pytest.raises(ExcelRefusesError, match=r"none\.xlsx"):
        libreoffice_host.open(tmp_path / "none.xlsx")


def test_users_sort_insert_and_delete_rows(libreoffice_host, book):
    sheet = book.sheets[0]
    libreoffice_host.sort_rows(sheet, 2, 4, by=1)
    assert sheet.range("A2:B4").value == [["0007", "112-2"], ["0012", "112-1"], ["0100", "112-3"]]
    libreoffice_host.sort_rows(sheet, 2, 4, by=4, descending=True)
    assert sheet.range("D2:D4").value == [7, 2, 1]
    libreoffice_host.insert_row(sheet, 3)
    assert sheet.range("A2:A5").value == ["0100", None, "0012", "0007"]
    assert sheet.tables["Orders"].range.address == "$A$1:$E$5"
    libreoffice_host.delete_row(sheet, 4)
    assert sheet.range("A2:A4").value == ["0100", None, "0007"]
    assert sheet.tables["Orders"].range.address == "$A$1:$E$4"


def test_a_picture_of_the_first_sheet(libreoffice_host, book, tmp_path):
    picture = libreoffice_host.picture(book, tmp_path / "sheet.png")
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert not book.impl.document.isModified()


def test_ten_thousand_rows_take_as_many_calls_as_ten(libreoffice_host, tmp_path):
    sheet = libreoffice_host.open(workbooks.plain(tmp_path / "plain.xlsx")).sheets[0]

    def calls_for(count):
        when = dt.datetime(2026, 3, 31)
        rows = [[f"'00{n}", float(n), when, n % 2 == 0, f"text {n}", None] for n in range(count)]
        target = sheet.range("A1").resize(count, 6)
        before = libreoffice_host.calls
        target.value = rows
        assert target.options(ndim=2).value == [[first[1:], *rest] for first, *rest in rows]
        return libreoffice_host.calls - before

    assert calls_for(10_000) == calls_for(10)


def test_the_engine_that_was_there_before_is_the_active_one_again(libreoffice_office):
    before = list(xlwings.engines), xlwings.engines.active
    stranger = xlwings.Engine(impl=Stranger())
    xlwings.engines.add(stranger)
    stranger.activate()
    try:
        with LibreOfficeHost.of(libreoffice_office):
            assert xlwings.engines.active.name == "libreoffice"
            with LibreOfficeHost.of(libreoffice_office) as inner:
                assert xlwings.engines["libreoffice"].impl is inner.app.engine
            assert xlwings.engines["libreoffice"].impl is not inner.app.engine
        assert xlwings.engines.active is stranger
        with pytest.raises(xlwings.LicenseError):
            xlwings.engines["libreoffice"]
    finally:
        xlwings.engines.engines.remove(stranger)
        del xlwings.engines.engines_by_name["stranger"]
        xlwings.engines.active = before[1]
    assert list(xlwings.engines) == before[0]


def test_whoever_attaches_sees_the_open_book_and_leaves_the_office_alone(
    libreoffice_office, libreoffice_host, book
):
    with LibreOfficeHost.attach(libreoffice_office.pipe):
        xlwings.books["orders.xlsx"].sheets[0].range("A2").value = "changed"
    assert libreoffice_office.is_running
    assert book.sheets[0].range("A2").value == "changed"


def test_nobody_listens_on_an_unknown_pipe():
    skip_without()
    with pytest.raises(OfficeFailedError, match="nobody"):
        LibreOfficeHost.attach("nobody", deadline_s=0)


def test_a_locked_window_is_reported_and_opened(libreoffice_host, book):
    book.impl.document.lockControllers()
    assert libreoffice_host.close_all() == ["orders.xlsx is locked: its window shows no changes"]
    assert len(xlwings.books) == 0


def test_a_call_into_an_office_that_hangs_fails_in_time(tmp_path):
    skip_without()
    with Office() as office, LibreOfficeHost.of(office) as host:
        cells = host.open(workbooks.plain(tmp_path / "plain.xlsx")).sheets[0].range("A1")
        os.kill(office.pid, signal.SIGSTOP)
        with office.life(0.3), pytest.raises(ExcelGoneError):
            _ = cells.value
        assert not office.is_running
