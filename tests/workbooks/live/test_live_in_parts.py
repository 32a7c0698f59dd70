"""The live contract for sheets that are too large to be read at once."""

import pytest

from tests.workbooks.live.live_books import opener
from tests.workbooks.live.live_contract import LiveContract
from xlsx_addin.workbooks.live import reading


class TestLiveWorkbookInParts(LiveContract):
    @pytest.fixture(autouse=True)
    def _nothing_at_once(self, monkeypatch):
        monkeypatch.setattr(reading, "_AT_ONCE", 1)

    @pytest.fixture
    def open_book(self, memory_host):
        return opener(memory_host)
