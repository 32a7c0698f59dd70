"""Engines, applications, workbooks and sheets of the host in memory, through xlwings."""

import zipfile

import openpyxl
import pytest
import xlwings
from openpyxl.workbook.defined_name import DefinedName

from tests.hosts.contract import Host
from tests.hosts.memory.errors import RPC_E_DISCONNECTED, ComError
from tests.hosts.memory.host import MemoryHost
from tests.workbooks import books


def test_a_host_is_an_engine_only_while_it_is_in_use():
    engines, active = list(xlwings.engines), xlwings.engines.active
    with MemoryHost() as host:
        assert xlwings.engines.active.impl is host.engine
        assert xlwings.engines["memory"] is xlwings.engines.active
    assert list(xlwings.engines) == engines
    assert xlwings.engines.active is active
    assert "memory" not in xlwings.engines.engines_by_name
    with pytest.raises(RuntimeError):
        _ = host.engine


def test_hosts_do_not_disturb_each_other(tmp_path):
    path = books.plain(tmp_path / "book.xlsx")
    with MemoryHost() as outer:
        first = outer.open(path)
        with MemoryHost() as inner:
            second = inner.open(path)
            assert first.app != second.app
            second.sheets[0]["A1"].value = "changed"
            assert first.sheets[0]["A1"].value == books.HEADERS[0]
            assert [outer.engine.name, inner.engine.name] == ["memory", "memory1"]
            assert outer.calls != 0
        assert xlwings.engines.active.impl is outer.engine
        assert [book.name for book in xlwings.books] == ["book.xlsx"]


def test_hosts_may_be_left_in_any_order():
    before = list(xlwings.engines)
    outer, inner = MemoryHost(), MemoryHost()
    outer.__enter__()
    inner.__enter__()
    outer.__exit__()
    assert xlwings.engines.active.impl is inner.engine
    inner.__exit__()
    assert list(xlwings.engines) == before
    assert xlwings.engines.active is None


def test_a_mock_caller_is_forgotten_with_its_host(tmp_path):
    with MemoryHost() as host:
        host.open(books.plain(tmp_path / "book.xlsx")).set_mock_caller()
        assert xlwings.Book.caller().name == "book.xlsx"
    assert xlwings.Book._mock_caller is None


def test_the_host_keeps_the_contract(memory_host):
    host: Host = memory_host
    assert all(callable(getattr(host, name)) for name in ("open", "save", "close"))
    assert host.calls == 0


def test_applications_are_told_apart_and_brought_to_the_front(memory_host):
    first, second = memory_host.start(), xlwings.App()
    assert [app.pid for app in xlwings.apps] == [second.pid, first.pid]
    assert xlwings.apps[first.pid] == first
    first.activate()
    assert xlwings.apps.active == first
    assert first.hwnd == first.api.Hwnd != second.hwnd
    assert first.api.Ready is True
    assert str(first.version) == "16.0"
    second.quit()
    assert xlwings.apps.keys() == [first.pid]


def test_settings_of_an_application(memory_host):
    app = memory_host.start()
    assert app.status_bar is False
    app.status_bar = "Reading"
    assert app.status_bar == "Reading"
    with app.properties(
        screen_updating=False, calculation="manual", enable_events=False, display_alerts=False
    ):
        assert (app.screen_updating, app.calculation, app.enable_events) == (False, "manual", False)
    assert (app.screen_updating, app.calculation, app.enable_events) == (True, "automatic", True)
    with pytest.raises(KeyError):
        app.calculation = "never"
    app.interactive = app.visible = False
    assert (app.interactive, app.visible, app.selection) == (False, False, None)


def test_workbooks_are_opened_found_and_closed(memory_host, tmp_path):
    path = books.several_sheets(tmp_path / "book.xlsx")
    book = xlwings.Book(path)
    assert (book.name, book.fullname) == ("book.xlsx", str(path))
    assert xlwings.Book("book.xlsx") == xlwings.books["BOOK.xlsx"] == xlwings.books.active == book
    other = memory_host.open(books.plain(tmp_path / "other.xlsx"))
    assert xlwings.books.active == other
    book.activate()
    assert xlwings.books.active == book
    assert book.app == other.app
    memory_host.close(book)
    assert xlwings.books.active == other
    for action in (lambda: book.name, lambda: book.sheets, book.close):
        with pytest.raises(ComError) as caught:
            action()
        assert caught.value.hresult == RPC_E_DISCONNECTED


def test_cells_of_a_closed_workbook_are_out_of_reach(memory_host, tmp_path):
    book = memory_host.open(books.plain(tmp_path / "book.xlsx"))
    sheet, cell = book.sheets[0], book.sheets[0]["A1"]
    memory_host.close(book)
    for action in (lambda: cell.value, lambda: sheet.name, lambda: sheet["A1"]):
        with pytest.raises(ComError):
            action()


def test_two_workbooks_of_one_name_are_not_open_at_a_time(memory_host, tmp_path):
    (tmp_path / "other").mkdir()
    memory_host.open(books.plain(tmp_path / "book.xlsx"))
    with pytest.raises(ComError):
        memory_host.open(books.plain(tmp_path / "other" / "book.xlsx"))
    memory_host.start()
    memory_host.open(tmp_path / "other" / "book.xlsx")


def test_no_workbook_is_active_where_none_is_open(memory_host):
    app = memory_host.start()
    with pytest.raises(AttributeError):
        _ = app.books.active.name
    assert len(app.books) == 0


def test_the_selection_leaves_a_sheet_that_is_deleted(sheet):
    other = sheet.book.sheets.add()
    other["B2"].select()
    other.delete()
    assert sheet.book.app.selection == sheet["A1"]


def test_a_missing_file_is_not_opened(memory_host, tmp_path):
    with pytest.raises(ComError):
        memory_host.open(tmp_path / "none.xlsx")


def test_sheets_are_added_renamed_and_deleted(sheet):
    sheets = sheet.book.sheets
    last = sheets.add("Last", after=sheet)
    first = sheets.add("First", before=sheet)
    assert sheet.book.sheet_names == ["First", "Sheet1", "Last"]
    assert (last.index, sheets.active) == (3, first)
    assert sheets.add().name == "Sheet2"
    sheet.name = "Orders"
    assert (sheets["orders"], "ORDERS" in sheet.book.sheet_names) == (sheet, False)
    for name in ("Last", "a:b"):
        with pytest.raises(ComError):
            sheet.name = name
    first.delete()
    with pytest.raises(ComError):
        _ = first.name
    with pytest.raises(ComError):
        _ = sheets["First"]


def test_the_last_sheet_that_can_be_seen_stays(sheet):
    hidden = sheet.book.sheets.add("Hidden")
    hidden.visible = False
    for action in (sheet.delete, lambda: setattr(sheet, "visible", False)):
        with pytest.raises(ComError):
            action()


def test_visible_is_the_number_that_excel_gives(memory_host, tmp_path):
    book = openpyxl.Workbook()
    for state in ("hidden", "veryHidden"):
        book.create_sheet(state).sheet_state = state
    book.save(tmp_path / "book.xlsx")
    sheets = memory_host.open(tmp_path / "book.xlsx").sheets
    assert [sheet.visible for sheet in sheets] == [-1, 0, 2]
    with pytest.raises(ComError):
        sheets["hidden"].activate()
    sheets["hidden"].visible = True
    sheets["hidden"].activate()
    assert sheets.active.name == "hidden"


def test_names_of_a_workbook(memory_host, tmp_path):
    book = openpyxl.Workbook()
    book.defined_names["Total"] = DefinedName("Total", attr_text="Sheet!$B$2:$B$3")
    book.save(tmp_path / "book.xlsx")
    names = memory_host.open(tmp_path / "book.xlsx").names
    assert [name.name for name in names] == ["Total"]
    assert names["Total"].refers_to == "=Sheet!$B$2:$B$3"
    assert names["Total"].refers_to_range.address == "$B$2:$B$3"
    assert "Other" not in names


def test_a_workbook_is_saved_in_its_place_or_beside_it(memory_host, tmp_path):
    book = memory_host.open(books.plain(tmp_path / "book.xlsx"))
    book.sheets[0]["A1"].value = "changed"
    assert memory_host.save(book) == tmp_path / "book.xlsx"
    memory_host.save(book, tmp_path / "copy.xlsx")
    assert book.name == "book.xlsx"
    for name in ("book.xlsx", "copy.xlsx"):
        assert openpyxl.load_workbook(tmp_path / name)[books.SHEET]["A1"].value == "changed"
    book.save(tmp_path / "moved.xlsx")
    assert (book.name, (tmp_path / "moved.xlsx").exists()) == ("moved.xlsx", True)


def test_a_new_workbook_gets_its_name_from_its_file(memory_host, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    book = memory_host.start().books.add()
    assert memory_host.save(book) == tmp_path / "Book1.xlsx"
    assert book.fullname == str(tmp_path / "Book1.xlsx")


def test_a_workbook_cannot_be_saved_into_no_folder(memory_host, tmp_path):
    book = memory_host.open(books.plain(tmp_path / "book.xlsx"))
    with pytest.raises(ComError):
        book.save(tmp_path / "none" / "book.xlsx")


MAKERS = (
    books.plain,
    books.header_in_row_7,
    books.merged_results,
    books.table_with_totals,
    books.table_without_header,
    books.two_tables,
    books.dates_1904,
    books.protected,
    books.every_type,
    books.odd_texts,
    books.formatted,
)


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_what_was_opened_is_saved_as_it_was(memory_host, tmp_path, make):
    book = memory_host.open(make(tmp_path / "book.xlsx"))
    again = memory_host.open(memory_host.save(book, tmp_path / "again.xlsx"))
    for before, after in zip(book.sheets, again.sheets, strict=True):
        assert facts(after) == facts(before)


def facts(sheet):
    used = sheet.used_range
    return (
        sheet.name,
        sheet.visible,
        sheet.api.ProtectContents,
        used.address,
        used.raw_value,
        used.formula,
        [(cell.number_format, cell.api.Locked, cell.merge_area.address) for cell in used],
        [used.columns[one].column_width for one in range(used.shape[1])],
        [(table.name, table.range.address, table.show_totals) for table in sheet.tables],
    )


def test_macros_stay_in_files_that_may_have_them(memory_host, tmp_path):
    plain = books.plain(tmp_path / "plain.xlsx")
    path = tmp_path / "book.xlsm"
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "[Content_Types].xml":
                content = content.replace(
                    b"vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                    b"vnd.ms-excel.sheet.macroEnabled.main+xml",
                )
            target.writestr(name, content)
        target.writestr("xl/vbaProject.bin", b"macros")
    book = memory_host.open(path)
    book.sheets[0]["A1"].value = "changed"
    memory_host.save(book)
    memory_host.save(book, tmp_path / "without.xlsx")
    with zipfile.ZipFile(path) as saved:
        assert saved.read("xl/vbaProject.bin") == b"macros"
    with zipfile.ZipFile(tmp_path / "without.xlsx") as saved:
        assert "xl/vbaProject.bin" not in saved.namelist()
    assert memory_host.save(book).suffix == ".xlsm"
