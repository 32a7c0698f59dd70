import pytest

from tests.workbooks.live.live_books import opener
from tests.workbooks.live.live_contract import LiveContract


class TestLiveWorkbookInMemory(LiveContract):
    @pytest.fixture
    def open_book(self, memory_host):
        return opener(memory_host)
