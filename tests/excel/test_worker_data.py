"""The buttons of the group Data on a host in memory, against the sandbox."""

from datetime import date

import openpyxl
import pytest

from tests.excel.test_worker import Recorder
from tests.hosts.fixtures import memory_host  # noqa: F401  # a fixture
from xlsx_addin.excel.destinations import Destination
from xlsx_addin.excel.periods import Period
from xlsx_addin.excel.worker import Worker
from xlsx_addin.sandbox.purchases import Purchases
from xlsx_addin.settings import load_settings
from xlsx_addin.workbooks.live.attach import OpenBook

TODAY = date(2025, 4, 2)


class Answering(Recorder):
    """Answers the questions of the buttons."""

    period: Period | None = None
    destination: Destination | None = None

    def ask_period(self, title, initial, today):
        self.asked.append((title, initial, today))
        return self.period

    def ask_destination(self, title, initial):
        self.asked.append((title, initial))
        return self.destination


@pytest.fixture
def windows():
    return Answering()


@pytest.fixture
def sandbox(start_amazon):
    return start_amazon(region="eu", limits=UNLIMITED_ALL)


@pytest.fixture
def open_book(memory_host, tmp_path):  # noqa: F811  # the fixture
    def make(rows):
        book = openpyxl.Workbook()
        book.active.title = "Lines"
        for row in rows:
            book.active.append(row)
        path = tmp_path / "book.xlsx"
        book.save(path)
        opened = memory_host.open(path)
        opened.activate()
        return opened

    return make


@pytest.fixture
def press(windows):
    import os  # noqa: PLC0415  # the environment of the fixture

    def run(book, action):
        settings = load_settings(dict(os.environ))
        wanted = OpenBook(book.app.pid, book.name)
        return Worker(settings, wanted, windows, today=lambda: TODAY).run(action)

    return run
