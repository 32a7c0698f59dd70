"""Several blocks of line items on one sheet: the one in which something is selected is meant."""

import pytest
import xlsxwriter

from tests.conftest import HEADERS
from tests.excel.test_worker import Recorder
from tests.hosts.fixtures import memory_host  # noqa: F401  # a fixture
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.excel import worker as worker_module
from xlsx_addin.excel.worker import Worker
from xlsx_addin.settings import load_settings
from xlsx_addin.workbooks.live.attach import OpenBook

LINES = [LineItem(f"111-000000{n}-0000000", f"9225888254412{n}", "XWwjNjAbC") for n in range(8)]
STATUS = 6
"""Columns from the first ID to the status."""

BLOCKS = {"left": (0, 0, LINES[:4]), "right": (0, 10, LINES[4:]), "below": (20, 0, LINES[4:])}
"""Row and column, from zero, of their headers."""


@pytest.fixture
def open_blocks(memory_host, tmp_path):  # noqa: F811  # the fixture
    def open_blocks(*names, tables):
        path = tmp_path / "blocks.xlsx"
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet("Lines")
            for name in names:
                row, column, lines = BLOCKS[name]
                for down, cells in enumerate((HEADERS, *lines)):
                    sheet.write_row(row + down, column, cells)
                if tables:
                    columns = [{"header": header} for header in HEADERS]
                    sheet.add_table(
                        row, column, row + 4, column + 2, {"name": name, "columns": columns}
                    )
        opened = memory_host.open(path)
        opened.activate()
        return opened

    return open_blocks


@pytest.fixture
def press(amazon):
    def press(book, action):
        settings = load_settings(dict(worker_module.os.environ))
        return Worker(settings, OpenBook(book.app.pid, book.name), Recorder()).run(action)

    return press


def select(book, name, rows=1):
    row, column, _ = BLOCKS[name]
    book.sheets["Lines"].range((row + 2, column + 2), (row + 1 + rows, column + 2)).select()


def statuses(book, name):
    row, column, _ = BLOCKS[name]
    cells = book.sheets["Lines"].range((row + 2, column + STATUS + 1), (row + 5, column + 7))
    return cells.value


NAMES = [("left", "right"), ("left", "below")]


@pytest.mark.parametrize("names", NAMES)
@pytest.mark.parametrize("chosen", [0, 1])
def test_the_table_of_the_selection_is_refreshed_and_undone(open_blocks, press, names, chosen):
    book = open_blocks(*names, tables=True)
    name, other = names[chosen], names[1 - chosen]
    select(book, name)
    assert press(book, "refresh").text == "All 4 rows have their invoice.\nFound: 4. Nothing to do."
    assert statuses(book, name) == ["Found"] * 4
    assert statuses(book, other) == [None] * 4
    select(book, other)
    assert press(book, "undo").text == "16 cells on sheet Lines put back."
    assert statuses(book, name) == [None] * 4


@pytest.mark.parametrize("names", NAMES)
@pytest.mark.parametrize("chosen", [0, 1])
def test_selected_rows_are_those_of_their_table(open_blocks, press, names, chosen):
    book = open_blocks(*names, tables=True)
    name, other = names[chosen], names[1 - chosen]
    select(book, name, rows=2)
    assert not press(book, "refresh_selection").failed
    assert statuses(book, name) == ["Found", "Found", None, None]
    assert statuses(book, other) == [None] * 4


@pytest.mark.parametrize("tables", [False, True])
def test_where_two_blocks_fit_and_none_is_selected_excel_can_help(open_blocks, press, tables):
    book = open_blocks("left", "right", tables=tables)
    book.sheets["Lines"].range("F40").select()
    summary = press(book, "refresh")
    assert summary.failed
    assert "--" not in summary.text
    assert "click into the one you mean" in summary.text
    assert statuses(book, "left") == statuses(book, "right") == [None] * 4


def test_a_line_item_outside_the_selected_rows_is_left_alone_though_it_is_among_them(
    open_blocks, press
):
    book = open_blocks("left", tables=False)
    book.sheets["Lines"].range("A5:C5").value = list(LINES[0])
    select(book, "left", rows=2)
    summary = press(book, "refresh_selection")
    assert statuses(book, "left") == ["Found", "Found", None, None]
    assert "added" not in summary.text
