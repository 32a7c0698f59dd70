"""Edits of every workbook of the corpus, in every form, change their own cells and no others."""

import shutil
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from tests.workbooks.books import SHEET, Make
from tests.workbooks.saved import corpus
from tests.workbooks.saved.fidelity import Expected, differences, flaws
from tests.workbooks.saved.grown import grow
from xlsx_addin.workbooks.contract import ColumnEdit, ColumnKind, SheetEdit
from xlsx_addin.workbooks.saved import SavedWorkbook

DAY = date(2026, 3, 31)
EDIT = SheetEdit(
    SHEET,
    (
        ColumnEdit(
            5, ColumnKind.IDENTIFIER, {2: "INV-1", 3: "R&D <Ü>", 4: "007"}, "Invoice Number"
        ),
        ColumnEdit(6, ColumnKind.DATE, {2: DAY, 4: DAY, 9: DAY}, "Invoice Date"),
        ColumnEdit(8, ColumnKind.TEXT, {2: "Found", 3: None, 7: "new row"}, "Invoice Status"),
    ),
    header_row=1,
)
OWN = {(row, column.column) for column in EDIT.columns for row in (1, *column.cells)}


def expected(part: str = corpus.SHEET_PART) -> Expected:
    return Expected(part, lambda row, column: (row, column) in OWN)


def refresh(path: Path) -> Path:
    """Apply the edit to a copy and return it."""
    copy = path.with_stem(f"{path.stem} after")
    shutil.copy2(path, copy)
    with SavedWorkbook(copy) as workbook:
        workbook.apply(EDIT)
        workbook.commit(backup=False)
    return copy


def assert_lossless(before: Path, after: Path) -> None:
    assert differences(before, after, expected()) == []
    assert set(flaws(after)) <= set(flaws(before))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "march.xlsx"


@pytest.mark.parametrize("make", corpus.RICH)
def test_an_edit_changes_its_cells_and_nothing_else(path: Path, make: Make) -> None:
    before = make(path)
    assert_lossless(before, refresh(before))


@pytest.mark.parametrize("make", corpus.RICH)
@pytest.mark.parametrize("rewrite", corpus.SHEET_REWRITES)
def test_a_sheet_in_another_form_keeps_it(path: Path, make: Make, rewrite: corpus.Rewrite) -> None:
    plain = make(path.with_stem("plain"))
    before = corpus.rebuilt(plain, plain.with_stem("march"), {corpus.SHEET_PART: rewrite})
    assert_lossless(before, refresh(before))


@pytest.mark.parametrize("rewrite", corpus.SHEET_REWRITES)
def test_a_sheet_in_another_form_gets_the_same_values(path: Path, rewrite: corpus.Rewrite) -> None:
    plain = corpus.formulas(path.with_stem("plain"))
    before = corpus.rebuilt(plain, path, {corpus.SHEET_PART: rewrite})
    with SavedWorkbook(refresh(before)) as workbook:
        columns = workbook.columns(SHEET, [1, 5, 6, 8], first_row=1, last_row=9)
    day = datetime(2026, 3, 31)
    assert columns[1][1] == "112-1111111-1111111"
    assert columns[5][:4] == ["Invoice Number", "INV-1", "R&D <Ü>", "007"]
    assert columns[6] == ["Invoice Date", day, None, day, None, None, None, None, day]
    assert columns[8][:7] == ["Invoice Status", "Found", None, None, None, None, "new row"]


@pytest.mark.parametrize("make", corpus.RICH)
@pytest.mark.parametrize("change", corpus.PACKAGE_CHANGES)
def test_a_package_in_another_form_keeps_it(
    path: Path, make: Make, change: Callable[[Path, Path], Path]
) -> None:
    plain = make(path.with_stem("plain"))
    before = change(plain, plain.with_stem("march"))
    assert_lossless(before, refresh(before))


@pytest.mark.filterwarnings("ignore:.*not supported and will be removed:UserWarning")
@pytest.mark.parametrize("make", corpus.RICH)
def test_openpyxl_reads_the_result(path: Path, make: Make) -> None:
    sheet = openpyxl.load_workbook(refresh(make(path)))[SHEET]
    assert [sheet.cell(row, 5).value for row in range(1, 5)] == [
        "Invoice Number",
        "INV-1",
        "R&D <Ü>",
        "007",
    ]
    assert sheet["E2"].number_format == "@"
    assert sheet["F2"].value == sheet["F9"].value == datetime(2026, 3, 31)
    assert sheet["H7"].value == "new row"


@pytest.mark.parametrize("make", corpus.RICH)
def test_the_same_edit_again_changes_no_byte(path: Path, make: Make) -> None:
    once = refresh(make(path))
    twice = refresh(once)
    assert twice.read_bytes() == once.read_bytes()


def test_excel_calculates_anew_only_if_there_are_formulas(path: Path) -> None:
    with_formulas = refresh(corpus.formulas(path.with_stem("formulas")))
    without = refresh(corpus.inline(path.with_stem("without")))
    assert openpyxl.load_workbook(with_formulas).calculation.fullCalcOnLoad
    assert b"fullCalcOnLoad" in corpus.part(with_formulas, "xl/workbook.xml")
    before = path.with_stem("without")
    assert corpus.part(without, "xl/workbook.xml") == corpus.part(before, "xl/workbook.xml")


def test_a_formula_on_another_sheet_is_calculated_anew(path: Path) -> None:
    def drop_formulas(xml: bytes) -> bytes:
        return corpus.re.sub(rb"<f[ >].*?</f>", b"", xml)

    plain = corpus.formulas(path.with_stem("plain"))

    def unforced(xml: bytes) -> bytes:
        return xml.replace(b' fullCalcOnLoad="1"', b"")

    changes = {corpus.SHEET_PART: drop_formulas, "xl/workbook.xml": unforced}
    after = refresh(corpus.rebuilt(plain, path, changes))
    assert b'fullCalcOnLoad="1"' in corpus.part(after, "xl/workbook.xml")


@pytest.mark.parametrize("make", corpus.RICH)
@pytest.mark.parametrize("rewrite", corpus.SHEET_REWRITES)
def test_a_sheet_in_another_form_grows_and_keeps_all_else(
    path: Path, make: Make, rewrite: corpus.Rewrite
) -> None:
    plain = make(path.with_stem("plain"))
    before = corpus.rebuilt(plain, plain.with_stem("march"), {corpus.SHEET_PART: rewrite})
    with SavedWorkbook(before) as workbook:
        used = workbook.facts(SHEET).used
    assert used is not None
    after = grow(before, links=False)
    added = Expected(corpus.SHEET_PART, lambda row, _: row > used.last_row)
    # Rules of this one end with the data, and so reach its new rows.
    longer = ("conditionalFormatting", "dataValidations") if make is corpus.by_openpyxl else ()
    assert differences(before, after, added) == [
        f"{corpus.SHEET_PART}: {rule} differs" for rule in longer
    ]
    assert set(flaws(after)) <= set(flaws(before))
    with SavedWorkbook(grow(plain)) as expected, SavedWorkbook(grow(before)) as found:
        last = used.last_row + 3
        area = {"first_row": 1, "last_row": last}
        columns = range(1, used.last_column + 4)
        assert found.columns(SHEET, columns, **area) == expected.columns(SHEET, columns, **area)
