"""The same workbook comes out the same, whether it was closed, open in memory or in LibreOffice."""

from contextlib import contextmanager, nullcontext
from types import SimpleNamespace

import pytest

from tests.workbooks.live.live_books import patient_gate
from tests.workbooks.live.scenarios import SCENARIOS, answer, cells
from xlsx_addin.jobs.choosing import Selection
from xlsx_addin.jobs.refresh import RefreshOptions, WorkbookTools, refresh
from xlsx_addin.jobs.tools import JobTools
from xlsx_addin.store.memory import MemoryStore
from xlsx_addin.workbooks.keys import file_key
from xlsx_addin.workbooks.live import LiveWorkbook
from xlsx_addin.workbooks.opening import open_workbook


class Source:
    """Answers every line item as the scenarios say."""

    class counts:  # noqa: N801  # an attribute of what it stands for
        requests = retries = throttled = 0

    def ask(self, line_items, cancel):
        yield {line_item: answer(line_item) for line_item in line_items}


def run(path, scenario, workbook=None):
    """Refresh the file, or the open workbook that it is."""

    @contextmanager
    def connect():
        yield SimpleNamespace(invoices=Source())

    tools = JobTools(store=MemoryStore(), connect=connect, account="a", now=lambda: 1.79e9)
    opened = (lambda _: workbook) if workbook else open_workbook
    workbooks = WorkbookTools(opened, lambda *_: None, lambda _: nullcontext(), file_key)
    options = RefreshOptions(selection=Selection(table=scenario.table), backup=False)
    (report,) = refresh([path], options, tools, workbooks).workbooks
    assert (report.error and report.error.code) == scenario.refused, report.error
    return report


def run_open(host, path, scenario):
    book = host.open(path)
    report = run(path, scenario, LiveWorkbook(book, patient_gate()))
    host.save(book)
    host.close(book)
    return report


@pytest.fixture(params=["memory_host", "libreoffice_host"])
def host(request):
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.name)
def test_open_and_closed_workbooks_come_out_the_same(scenario, host, tmp_path):
    closed, opened = tmp_path / "closed.xlsx", tmp_path / "open.xlsx"
    for path in (closed, opened):
        scenario.make(path)
    expected = run(closed, scenario)
    report = run_open(host, opened, scenario)
    assert report.statuses == expected.statuses
    assert report.kept == expected.kept
    assert cells(opened, scenario.sheet) == cells(closed, scenario.sheet)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.name)
def test_a_second_refresh_changes_nothing(scenario, host, tmp_path):
    path = tmp_path / "open.xlsx"
    scenario.make(path)
    book = host.open(path)
    run(path, scenario, LiveWorkbook(book, patient_gate()))
    again = run(path, scenario, LiveWorkbook(book, patient_gate()))
    assert again.changed == 0
    host.close(book)
