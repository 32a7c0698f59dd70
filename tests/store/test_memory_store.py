import pytest

from tests.store.contract import StoreContract
from xlsx_addin.store.contract import Store
from xlsx_addin.store.memory import MemoryStore


class TestMemoryStore(StoreContract):
    @pytest.fixture
    def store(self) -> Store:
        return MemoryStore()
