"""The hosts, for their own tests."""

import pytest

from tests.hosts.fixtures import memory_host

__all__ = ["memory_host"]


@pytest.fixture
def sheet(memory_host):
    """The empty sheet of a new workbook."""
    return memory_host.start().books.add().sheets[0]
