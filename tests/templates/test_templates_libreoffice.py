"""LibreOffice opens the workbooks and finds the button's macro."""

import re
import shutil
import subprocess
import zipfile

import pytest

from tests.templates.conftest import PLAIN, WITH_BUTTON


@pytest.fixture(scope="module")
def opened(soffice, tmp_path_factory):
    """What LibreOffice makes of the workbooks, in its own format: content by suffix."""
    folder = tmp_path_factory.mktemp("opened")
    profile = f"-env:UserInstallation={tmp_path_factory.mktemp('profile').as_uri()}"
    copies = [shutil.copy(path, folder / f"book-{path.suffix[1:]}{path.suffix}") for path in BOTH]
    command = [soffice, profile, "--headless", "--convert-to", "ods", "--outdir", folder, *copies]
    for _ in range(2):
        # The first start with a new profile may only set it up.
        subprocess.run(command, check=False, capture_output=True, timeout=100)  # noqa: S603  # ours
        if len(results := sorted(folder.glob("*.ods"))) == len(BOTH):
            return {path.stem.partition("-")[2]: content_of(path) for path in results}
    pytest.fail("LibreOffice converts nothing")


BOTH = (PLAIN, WITH_BUTTON)


def content_of(path):
    with zipfile.ZipFile(path) as package:
        return package.read("content.xml").decode()


@pytest.mark.parametrize("suffix", ["xlsx", "xlsm"])
def test_the_sheets_are_there(opened, suffix):
    sheets = re.findall(r'<table:table table:name="([^"]+)"', opened[suffix])
    assert sheets[:2] == ["Reconcile", "Read me"]
    assert "Consolidated Invoice Number" in opened[suffix]


@pytest.mark.parametrize("suffix", ["xlsx", "xlsm"])
def test_the_table_is_one_that_can_be_filtered(opened, suffix):
    assert "tblLines" in opened[suffix]
    assert "Reconcile.A4:" in opened[suffix]


@pytest.mark.parametrize("suffix", ["xlsx", "xlsm"])
def test_every_status_is_coloured_to_the_last_row(opened, suffix):
    (area,) = re.findall(
        r"<calcext:conditional-format calcext:target-range-address=\"([^\"]+)\"", opened[suffix]
    )
    assert area == "Reconcile.N5:Reconcile.N1048576"
    assert opened[suffix].count("<calcext:condition ") == 10


def test_the_button_is_bound_to_its_macro(opened):
    (button,) = re.findall(r"<form:button .*?</form:button>", opened["xlsm"], re.DOTALL)
    assert 'form:label="Refresh invoices"' in button
    assert "vnd.sun.star.script:VBAProject.XlsxAddin.RefreshInvoices?" in button
    assert "<form:button" not in opened["xlsx"]
