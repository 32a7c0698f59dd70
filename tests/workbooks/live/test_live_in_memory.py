import pytest

from tests.workbooks.contract import WorkbookContract
from tests.workbooks.live.live_books import opener


class TestLiveWorkbookInMemory(WorkbookContract):
    @pytest.fixture
    def open_book(self, memory_host):
        return opener(memory_host)
