"""The self-test in a real LibreOffice: its macros start real workers, whose windows are closed."""

import pytest

from tests.excel.selftest.libreoffice_excel import LibreOfficeExcel
from tests.hosts.libreoffice.bridge import skip_without
from tests.hosts.libreoffice.screen import TOOLS

SKIPPED = ("add-in", "formula spill", "formula cells", "recalculation")


@pytest.fixture
def run_in_libreoffice(run):
    skip_without(*TOOLS)
    return lambda make=LibreOfficeExcel, **options: run(
        lambda _host, *parts: make(*parts), **options
    )


@pytest.mark.timeout(300)
def test_all_is_well_in_libreoffice(run_in_libreoffice):
    result = run_in_libreoffice()
    assert result.failed == [], result.json["steps"]
    for name, word in result.words.items():
        assert word == ("skipped" if name in SKIPPED else "ok"), result[name]
    kept = sorted(path.name for path in result.folder.iterdir())
    assert "04-button.xlsm" in kept
    assert "04-button.png" in kept
