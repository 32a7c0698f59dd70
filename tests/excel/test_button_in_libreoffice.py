"""From the button to the cells: a real spreadsheet, real macros, real processes, a sandbox.

The button of a workbook is pressed in LibreOffice. Its macro, the very text of the template,
calls RunPython; a module of ours stands in for that of xlwings, which LibreOffice cannot compile.
It starts Python with the command of the macro; that starts the worker, which asks a sandbox and
fills in the open workbook.
"""

import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import xlsx_addin
from tests.conftest import HEADERS, one_invoice_each
from tests.hosts.libreoffice import macro_books
from tests.hosts.libreoffice.bridge import skip_without
from tests.hosts.libreoffice.host import LibreOfficeHost
from tests.hosts.libreoffice.office import Office
from tests.hosts.libreoffice.screen import TOOLS, Screen
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.sandbox import INVOICES
from xlsx_addin.sandbox.limits import Limit

ROOT = Path(__file__).parents[2]
MACROS = ROOT / "templates" / "src" / "vba" / "XlsxAddin.bas"
STARTUP = Path(__file__).parent / "startup"
LIFE_S = 110
ROWS = 60
LINES = [
    LineItem(f"111-{n:07d}-0000000", f"{92258882544120 + n}", "XWwjNjAbC") for n in range(ROWS)
]

RUN_PYTHON = """Option Explicit

Public Function RunPython(PythonCommand As String)
    Dim Words As String
    Words = Chr(34) & PythonCommand & Chr(34) & " " & Chr(34) & ThisWorkbook.Name & Chr(34)
    Shell Environ("RUNNER"), 1, Words, False
End Function
"""

RUNNER = """#!/bin/sh
CALLING_BOOK="$2" PYTHONPATH={startup} exec {python} -c "$1"
"""


def eventually(condition, what):
    until = time.monotonic() + 60
    while not (result := condition()):
        assert time.monotonic() < until, f"not within a minute: {what}"
        time.sleep(0.1)
    return result


def workers(home):
    """The worker processes of this test, found by the home folder in their environment."""
    mark = f"XLSX_ADDIN_HOME={home}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes()
            if b"xlsx_addin.excel.worker" in words and mark in (process / "environ").read_bytes():
                found.append(int(process.name))
        except OSError:  # it ended meanwhile, or is somebody else's
            continue
    return found


@pytest.fixture
def start_office(home, tmp_path):
    """Start an office whose macros start our Python; afterwards no worker is left."""
    skip_without()
    if not Path("/proc").is_dir():
        pytest.skip("the workers are found by /proc")
    runner = tmp_path / "runner.sh"
    words = {"startup": shlex.quote(str(STARTUP)), "python": shlex.quote(sys.executable)}
    runner.write_text(RUNNER.format(**words), encoding="utf-8")
    runner.chmod(0o755)

    def start(**options):
        return Office(macros=True, environment={"RUNNER": str(runner)}, **options)

    yield start
    for pid in workers(home):
        os.kill(pid, signal.SIGKILL)


@pytest.fixture
def make_macro_book(tmp_path):
    def make(macro="RefreshInvoices", name="march.xlsm"):
        modules = {"XlsxAddin": _without_attributes(MACROS.read_text()), "xlwings": RUN_PYTHON}
        return macro_books.macro_book(tmp_path / name, modules, button=("Refresh invoices", macro))

    return make


def _without_attributes(source):
    return "".join(
        line for line in source.splitlines(keepends=True) if not line.startswith("Attribute ")
    )


def fill(book, lines=LINES):
    """Put line items below their headers; column A is left for the user's own notes."""
    sheet = book.sheets[0]
    sheet.range((1, 5), (1, 7)).value = [list(HEADERS)]
    cells = sheet.range((2, 5), (1 + len(lines), 7))
    cells.number_format = "@"
    cells.value = [list(line) for line in lines]
    return sheet


def results(sheet, rows=ROWS):
    """IDs and results, row by row, without the empty ones."""
    block = sheet.range((2, 5), (1 + rows, 12)).options(ndim=2).value
    return [row for row in block if row[0] is not None]


def done(sheet, home):
    return lambda: not workers(home) and all(row[6] for row in results(sheet))


def test_the_button_fills_in_the_open_workbook(start_office, start_amazon, make_macro_book, home):
    amazon = start_amazon(shares=one_invoice_each())
    path = make_macro_book()
    with start_office() as office, office.life(LIFE_S), LibreOfficeHost.of(office) as host:
        book = host.open(path, macros=True)
        sheet = fill(book)
        host.press(book, "Refresh invoices")
        eventually(done(sheet, home), "every row has a status")
        rows = results(sheet)
        assert [row[6] for row in rows] == ["Found"] * len(LINES)
        assert all(isinstance(row[3], str) and row[3] for row in rows)
        assert amazon.requests.count(INVOICES) == 3
        assert host.close_all() == []


def test_rows_moved_while_amazon_is_asked_get_their_own_results(
    start_office, start_amazon, make_macro_book, home
):
    amazon = start_amazon(shares=one_invoice_each(), latency_s=1.0)
    path = make_macro_book()
    with start_office() as office, office.life(LIFE_S), LibreOfficeHost.of(office) as host:
        book = host.open(path, macros=True)
        sheet = fill(book)
        host.press(book, "Refresh invoices")
        eventually(lambda: amazon.requests.count(INVOICES), "Amazon is asked")
        host.sort_rows(sheet, 2, 1 + len(LINES), by=6, descending=True)
        host.delete_row(sheet, 30)
        host.insert_row(sheet, 10, 2)
        order = [row[1] for row in results(sheet, len(LINES) + 1)]
        rows = len(LINES) + 1
        eventually(
            lambda: not workers(home) and all(row[6] for row in results(sheet, rows)),
            "every row has a status",
        )
        moved = results(sheet, rows)
        assert [row[1] for row in moved] == order
        assert len(moved) == len(LINES) - 1
        # The sandbox makes up an invoice from the IDs: asked again, each row says the same.
        again = dict(_looked_up(moved))
        assert {tuple(row[:3]): row[3] for row in moved} == again
        assert host.close_all() == []


def _looked_up(rows):
    ids = [tuple(row[:3]) for row in rows]
    outcomes = xlsx_addin.lookup(ids, ask_all=True)
    return zip(ids, (outcome.invoice_number for outcome in outcomes), strict=True)


def test_a_killed_worker_costs_no_more_than_the_requests_in_flight(
    start_office, start_amazon, make_macro_book, home, tmp_path
):
    amazon = start_amazon(
        shares=one_invoice_each(), limits={INVOICES: Limit(rate_per_s=2, burst=1)}
    )
    (home / "settings.toml").write_text("[profiles.default]\nrate_per_s = 2\nburst = 1\n")
    lines = [
        LineItem(f"111-{n:07d}-1111111", f"{80000000000000 + n}", "Dx1aaaaaa") for n in range(200)
    ]
    path = make_macro_book()
    with start_office() as office, office.life(LIFE_S), LibreOfficeHost.of(office) as host:
        book = host.open(path, macros=True)
        sheet = fill(book, lines)
        host.press(book, "Refresh invoices")
        eventually(lambda: amazon.requests.count(INVOICES, 200) >= 3, "three batches are answered")
        for pid in workers(home):
            os.kill(pid, signal.SIGKILL)
        eventually(lambda: not workers(home), "the worker is gone")
        answered = amazon.requests.count(INVOICES, 200)
        saved = host.save(book, tmp_path / "saved.xlsm")
        assert saved.stat().st_size
        host.press(book, "Refresh invoices")
        eventually(done(sheet, home), "every row has a status")
        assert {row[6] for row in results(sheet, len(lines))} == {"Found"}
        # Eight batches; the one that was under way when it was killed may be asked twice.
        assert answered >= 3
        assert amazon.requests.count(INVOICES, 200) <= 9
        assert host.close_all() == []


def test_a_click_shows_the_window_beside_the_spreadsheet(
    start_office, start_amazon, make_macro_book, home, tmp_path
):
    skip_without(*TOOLS)
    start_amazon(shares=one_invoice_each(), latency_s=2.0)
    path = make_macro_book()
    with (
        Screen() as screen,
        start_office(display=screen.display) as office,
        office.life(LIFE_S),
        LibreOfficeHost.of(office) as host,
    ):
        book = host.open(path, macros=True)
        sheet = fill(book)
        host.press(book, "Refresh invoices", screen)
        eventually(lambda: workers(home), "the worker runs")
        eventually(lambda: windows_of_ours(screen), "its window is shown")
        eventually(done(sheet, home), "the window closes by itself after a good result")
        assert host.close_all() == []


def windows_of_ours(screen):
    """The visible windows of the add-in."""
    search = subprocess.run(  # noqa: S603  # our own words
        [shutil.which("xdotool"), "search", "--onlyvisible", "--class", "xlsx_addin"],
        env=screen.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return search.stdout.split()
