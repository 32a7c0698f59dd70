import pytest

from tests.workbooks.live.live_books import opener
from tests.workbooks.live.live_contract import LiveContract


class TestLiveWorkbookInLibreOffice(LiveContract):
    @pytest.fixture
    def open_book(self, libreoffice_host):
        return opener(libreoffice_host)
