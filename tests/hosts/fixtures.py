"""Fixtures with hosts, for a conftest to import."""

import pytest

from tests.hosts.memory.host import MemoryHost


@pytest.fixture
def memory_host():
    """A spreadsheet application in memory that is the active engine of xlwings."""
    with MemoryHost() as host:
        yield host
