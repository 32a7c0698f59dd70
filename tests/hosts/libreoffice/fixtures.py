"""Fixtures of a real LibreOffice.

A test module imports `libreoffice_office` and `libreoffice_host`, or its `conftest.py` does.
"""

from collections.abc import Iterator
from typing import Final

import pytest

from tests.hosts.libreoffice.bridge import skip_without
from tests.hosts.libreoffice.host import LibreOfficeHost
from tests.hosts.libreoffice.office import Office

LIFE_S: Final = 100
"""How long a test may use the office: less than pytest gives it, so that nothing is left."""


@pytest.fixture(scope="session")
def libreoffice_office() -> Iterator[Office]:
    """A LibreOffice without windows, for all tests; it is started again if a test has killed it."""
    skip_without()
    with Office() as office:
        yield office


@pytest.fixture
def libreoffice_host(libreoffice_office: Office) -> Iterator[LibreOfficeHost]:
    """LibreOffice as the active engine of xlwings; its workbooks are closed after the test."""
    if not libreoffice_office.is_running:
        libreoffice_office.stop()
        libreoffice_office.start()
    with libreoffice_office.life(LIFE_S), LibreOfficeHost.of(libreoffice_office) as host:
        yield host
        problems = host.close_all() if libreoffice_office.is_running else ["LibreOffice has ended"]
    if problems:
        pytest.fail("The test left: " + "; ".join(problems), pytrace=False)
