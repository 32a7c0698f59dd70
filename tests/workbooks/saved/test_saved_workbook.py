from collections.abc import Callable
from pathlib import Path

import pytest

from tests.workbooks.file_contract import FileContract
from xlsx_addin.workbooks.contract import Workbook
from xlsx_addin.workbooks.saved import SavedWorkbook


class TestSavedWorkbook(FileContract):
    @pytest.fixture
    def open_book(self) -> Callable[[Path], Workbook]:
        return SavedWorkbook
