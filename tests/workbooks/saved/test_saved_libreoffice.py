"""LibreOffice opens the results, shows our cells, and calculates the same from all others."""

import csv
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.workbooks.books import Make
from tests.workbooks.saved import corpus
from tests.workbooks.saved.test_saved_fidelity import OWN, refresh
from xlsx_addin.workbooks.saved import SavedWorkbook

# Text with commas and quotes, UTF-8, cells as shown, every sheet into a file of its own.
FILTER = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"

# Calculate everything when a file is loaded, as Excel is told to.
CALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""

# The column of the sheet `formulas` that looks at our cells.
DEPENDENT = 11

Sheets = dict[str, list[list[str]]]


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("libreoffice")
    (folder / "user").mkdir()
    (folder / "user" / "registrymodifications.xcu").write_text(CALCULATE)
    return folder


@pytest.fixture(scope="module")
def calculated(
    soffice: str, profile: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Sheets]:
    """Let LibreOffice calculate all workbooks at once; give sheets by name of the workbook."""
    folder = tmp_path_factory.mktemp("books")
    results = folder / "results"
    results.mkdir()
    befores = [make(folder / f"{make.__name__}.xlsx") for make in corpus.RICH]
    books = [*befores, *map(refresh, befores), with_own_sheet(folder / "own.xlsx")]
    convert(soffice, profile, books, results)

    def sheets_of(name: str) -> Sheets:
        return {
            file.stem.removeprefix(f"{name}-"): read(file) for file in results.glob(f"{name}-*.csv")
        }

    return sheets_of


def convert(soffice: str, profile: Path, books: list[Path], results: Path) -> None:
    place = f"-env:UserInstallation={profile.as_uri()}"
    command = [soffice, place, "--headless", "--convert-to", FILTER, "--outdir", results, *books]
    for _ in range(2):
        # The first start with a new profile may only set it up.
        subprocess.run(command, check=False, capture_output=True, timeout=100)  # noqa: S603  # ours
        if any(results.iterdir()):
            return
    pytest.fail("LibreOffice converts nothing")


def read(file: Path) -> list[list[str]]:
    with file.open(newline="", encoding="utf-8") as lines:
        return list(csv.reader(lines))


def with_own_sheet(path: Path) -> Path:
    with SavedWorkbook(corpus.tables(path)) as workbook:
        workbook.put_sheet("Invoices", [("Invoice Number", "Total"), ("0001", None), ("a,b", "=1")])
        workbook.commit(backup=False)
    return path


def others(sheets: Sheets) -> dict[tuple[str, int, int], str]:
    """Give the cells that are not the edit's own, nor depend on them."""
    return {
        (name, row, column): text
        for name, rows in sheets.items()
        for row, texts in enumerate(rows, 1)
        for column, text in enumerate(texts, 1)
        if text and name == "Orders" and (row, column) not in OWN and column != DEPENDENT
    }


@pytest.mark.parametrize("make", corpus.RICH)
def test_libreoffice_calculates_the_same_results(
    calculated: Callable[[str], Sheets], make: Make
) -> None:
    old, new = calculated(make.__name__), calculated(f"{make.__name__} after")
    assert others(new) == others(old)
    assert new["Orders"][1][4:8] == ["INV-1", "2026-03-31", "", "Found"]
    assert new["Orders"][3][4] == "007"


def test_libreoffice_calculates_what_depends_on_our_cells(
    calculated: Callable[[str], Sheets],
) -> None:
    assert [row[10] for row in calculated("formulas")["Orders"][1:4]] == ["<none>"] * 3
    assert calculated("formulas")["Sums"] == [["0"]]
    assert [row[10] for row in calculated("formulas after")["Orders"][1:4]] == [
        "25",
        "14",
        "199.98",
    ]
    assert calculated("formulas after")["Sums"] == [["4"]]


def test_libreoffice_reads_a_sheet_of_ours(calculated: Callable[[str], Sheets]) -> None:
    expected = [["Invoice Number", "Total"], ["0001", ""], ["a,b", "=1"]]
    assert calculated("own")["Invoices"] == expected
