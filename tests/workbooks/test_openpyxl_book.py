from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.workbooks import books
from tests.workbooks.contract import (
    RESULTS,
    WorkbookContract,
    column,
    edit,
    identifiers,
    saved,
    texts,
)
from xlsx_addin.errors import WorkbookError
from xlsx_addin.workbooks.contract import Workbook
from xlsx_addin.workbooks.openpyxl_book import OpenpyxlWorkbook


class TestOpenpyxlWorkbook(WorkbookContract):
    @pytest.fixture
    def open_book(self) -> Callable[[Path], Workbook]:
        return lambda path: OpenpyxlWorkbook(path, refuse_lossy=False)

    def test_odd_texts_are_read_as_excel_shows_them(
        self, open_book: Callable[[Path], Workbook], path: Path
    ) -> None:
        """Texts like _x0041_ are spoilt by openpyxl as it reads; such a workbook is refused."""
        with open_book(books.odd_texts(path)) as workbook:
            read = column(workbook, 1, 1, len(books.ODD_TEXTS))
        pairs = zip(books.ODD_TEXTS, read, strict=True)
        assert {text for text, value in pairs if text != value} == {"_x0041_", "_x000D_"}
        with pytest.raises(WorkbookError, match="texts such as _x0041_"):
            OpenpyxlWorkbook(path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "march.xlsx"


def refresh(path: Path, *edits: object) -> None:
    with OpenpyxlWorkbook(path, refuse_lossy=False) as workbook:
        for one in edits:
            workbook.apply(one)
        workbook.commit(backup=False)


def test_new_columns_are_as_wide_as_their_texts_within_bounds(path: Path) -> None:
    columns = (
        identifiers(5, {2: "INV-2026-000000123"}, "Invoice Number"),
        texts(6, {2: "no"}, "Short"),
        texts(7, {2: "x" * 500}, "Invoice Message"),
    )
    refresh(books.plain(path), edit(*columns))
    widths = saved(path).column_dimensions
    assert [widths[letter].width for letter in "EFG"] == [20, 12, 60]


def test_columns_that_have_a_width_keep_it(path: Path) -> None:
    before = saved(books.formatted(path)).column_dimensions["E"].width
    refresh(path, edit(identifiers(6, {2: "x" * 50}, "Invoice Number")))
    group = saved(path).column_dimensions["E"]
    assert (group.width, group.min, group.max) == (before, 5, 6)
    assert "F" not in saved(path).column_dimensions


def test_columns_that_are_not_new_keep_their_width(path: Path) -> None:
    refresh(books.plain(path), edit(texts(5, {2: "x" * 50})))
    assert "E" not in saved(path).column_dimensions


def test_a_sheet_of_ours_has_bold_headers_that_stay_in_sight(path: Path) -> None:
    with OpenpyxlWorkbook(books.plain(path)) as workbook:
        workbook.put_sheet("Invoices", [["Invoice Number", "Date"], ["1", date(2026, 3, 31)]])
        workbook.commit(backup=False)
    sheet = saved(path, "Invoices")
    assert [cell.font.bold for cell in sheet[1]] == [True, True]
    assert sheet.freeze_panes == "A2"
    assert sheet.column_dimensions["A"].width == len("Invoice Number") + 2
    assert [cell.number_format for cell in sheet[2]] == ["@", "yyyy-mm-dd"]


def test_a_long_name_of_a_sheet_leaves_room_for_its_number(path: Path) -> None:
    name = "Invoices of the whole company, 26"
    books.with_own_sheet(path, [["theirs"]], name[:31])
    with OpenpyxlWorkbook(path) as workbook:
        workbook.put_sheet(name, [["Invoice Number"]])
        assert workbook.sheets()[-1].name == "Invoices of the whole company 2"


def test_a_replaced_sheet_of_ours_stays_hidden(path: Path) -> None:
    with OpenpyxlWorkbook(books.plain(path)) as workbook:
        workbook.put_sheet("Invoices", [["Invoice Number"], ["1"]])
        workbook._workbook["Invoices"].sheet_state = "hidden"
        workbook.put_sheet("Invoices", [["Invoice Number"], ["2"]])
        assert not workbook.sheets()[-1].visible
        assert workbook.head("Invoices", first_row=2, rows=1) == [["2"]]


def test_what_was_applied_can_be_read_before_the_commit(path: Path) -> None:
    with OpenpyxlWorkbook(books.plain(path)) as workbook:
        workbook.apply(edit(*RESULTS))
        assert column(workbook, 5, 1, 3) == ["Invoice Number", "INV-1", "INV-2"]


def test_a_second_commit_writes_nothing(path: Path) -> None:
    with OpenpyxlWorkbook(books.plain(path)) as workbook:
        workbook.apply(edit(*RESULTS))
        workbook.commit(backup=False)
        before = path.stat()
        workbook.commit()
    assert path.stat() == before
