"""Protected sheets and workbooks in the host in memory, through xlwings."""

import openpyxl
import pytest
from openpyxl.styles import Protection
from openpyxl.workbook.protection import WorkbookProtection

from tests.hosts.memory.errors import ComError


@pytest.fixture
def protected(memory_host, tmp_path):
    """Open a protected sheet: A1:A9 unlocked, the rest locked; some actions are allowed."""

    def protected(*allowed):
        book = openpyxl.Workbook()
        page = book.worksheets[0]
        for row in range(1, 10):
            page.cell(row, 1, f"text {row}").protection = Protection(locked=False)
            page.cell(row, 2, row)
        page.protection.sheet = True
        for name in allowed:
            setattr(page.protection, name, False)
        book.save(tmp_path / "book.xlsx")
        return memory_host.open(tmp_path / "book.xlsx").sheets[0]

    return protected


def test_locks_are_told(protected, sheet):
    page = protected()
    assert page.api.ProtectContents is True
    assert [page[one].api.Locked for one in ("A1:A9", "A1:B1", "B1:C9", "A:A")] == [
        False,
        None,
        True,
        None,
    ]
    assert sheet.api.ProtectContents is False
    assert sheet["A1"].api.Locked is True


def test_locked_cells_are_not_written_and_their_neighbours_neither(protected):
    page = protected()
    page["A1:A2"].value = "new"
    for action in (
        lambda: setattr(page["A1:B2"], "value", "newer"),
        lambda: setattr(page["C1"], "value", "newer"),
        lambda: setattr(page["B1"], "formula", "=A1"),
        page["A1:B2"].clear_contents,
        lambda: page["A5"].copy(page["B1"]),
    ):
        with pytest.raises(ComError) as caught:
            action()
        assert "protected" in caught.value.excepinfo[2]
    assert page["A1:B2"].value == [["new", 1.0], ["new", 2.0]]


FORBIDDEN = {
    "formatCells": lambda page: setattr(page["A1"], "number_format", "@"),
    "formatColumns": lambda page: setattr(page["A1"], "column_width", 20),
    "formatRows": lambda page: setattr(page["A1"], "row_height", 20),
    "insertRows": lambda page: page["1:1"].insert("down"),
}


@pytest.mark.parametrize("name", FORBIDDEN)
def test_what_is_not_allowed_is_refused(protected, name):
    with pytest.raises(ComError):
        FORBIDDEN[name](protected())


@pytest.mark.parametrize("name", FORBIDDEN)
def test_what_is_allowed_is_done(protected, name):
    FORBIDDEN[name](protected(name))


def test_rows_with_locked_cells_are_not_deleted(protected):
    page = protected("deleteRows")
    with pytest.raises(ComError):
        page["1:1"].delete()


def test_locks_cannot_be_changed_under_protection(protected, sheet):
    with pytest.raises(ComError):
        protected()["A1"].api.Locked = True
    sheet["A1:B1"].api.Locked = False
    assert sheet["A1:C1"].api.Locked is None


def test_tables_are_not_made_or_resized_on_a_protected_sheet(protected):
    page = protected()
    with pytest.raises(ComError):
        page.tables.add(page["A1:B9"])


def test_locks_and_protection_survive_a_file(memory_host, protected, tmp_path):
    page = protected("formatCells")
    page["C1:D2"].number_format = "@"
    again = memory_host.open(memory_host.save(page.book, tmp_path / "again.xlsx")).sheets[0]
    assert again.api.ProtectContents is True
    assert [again[one].api.Locked for one in ("A1:A9", "B1:D9")] == [False, True]
    again["E1"].number_format = "@"


def test_a_user_may_do_what_code_may_not(memory_host, protected):
    page = protected()
    memory_host.sort_rows(page, 1, 9, by=2, descending=True)
    assert page["B1"].value == 9.0


def test_a_protected_workbook_keeps_its_sheets(memory_host, tmp_path):
    book = openpyxl.Workbook()
    book.security = WorkbookProtection(lockStructure=True)
    book.create_sheet("Second")
    book.save(tmp_path / "book.xlsx")
    opened = memory_host.open(tmp_path / "book.xlsx")
    with pytest.raises(ComError):
        opened.sheets.add()
    with pytest.raises(ComError):
        opened.sheets[0].delete()
    assert opened.sheet_names == ["Sheet", "Second"]
