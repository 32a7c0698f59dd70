"""The part of the contract of workbook adapters about numbers, links and rows that are added."""

import warnings
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.workbooks import growing
from xlsx_addin.core.cells import Formula
from xlsx_addin.errors import SheetError
from xlsx_addin.workbooks.contract import (
    ColumnEdit,
    ColumnKind,
    Link,
    NewRows,
    ResultValue,
    SheetEdit,
    Workbook,
)

Open = Callable[[Path], Workbook]
Cells = dict[int, ResultValue]

ORDERS = ColumnEdit(1, ColumnKind.IDENTIFIER, {5: "0112-4", 6: "0112-5", 7: "0112-6"})
QUANTITIES = ColumnEdit(2, ColumnKind.COUNT, {5: 0, 6: 7, 7: None})
AMOUNTS = ColumnEdit(
    3, ColumnKind.NUMBER, {5: Decimal("0.00"), 6: Decimal("-19.99"), 7: Decimal(3)}
)
ADDED = NewRows(5, 7, 4, (1, 5), growing.TABLE)
PLAIN = NewRows(5, 7, 4, (1, 5), None)

PAGE = "https://www.amazon.com/b2b?order=1&line=2"


def more(*columns: ColumnEdit, new: NewRows | None = ADDED, extend: str | None = None) -> SheetEdit:
    return SheetEdit(growing.SHEET, columns, 1, extend, new)


def sheet_of(path: Path) -> Worksheet:
    with warnings.catch_warnings():
        # openpyxl does not know the newer half of a data bar.
        warnings.filterwarnings("ignore", ".* extension is not supported", UserWarning)
        return openpyxl.load_workbook(path)[growing.SHEET]


def values(path: Path, area: str) -> list[list[object]]:
    return [[one.value for one in row] for row in sheet_of(path)[area]]


class GrowthContract:
    """What every adapter does with numbers, links and new rows."""

    def grow(self, open_book: Open, path: Path, edit: SheetEdit) -> None:
        with open_book(path) as workbook:
            workbook.apply(edit)
            committed = workbook.commit(backup=False)
        assert not committed.disturbed

    # Numbers

    def test_numbers_are_written_zero_too(self, open_book: Open, path: Path) -> None:
        cells: Cells = {2: 0, 3: Decimal("0.00"), 4: Decimal("1234567.89")}
        edit = more(ColumnEdit(7, ColumnKind.NUMBER, cells, "Due"), new=None)
        self.grow(open_book, growing.plain(path), edit)
        assert values(path, "G1:G4") == [["Due"], [0], [0], [1234567.89]]

    def test_an_amount_gets_a_format_unless_it_has_one(self, open_book: Open, path: Path) -> None:
        cells: Cells = {2: Decimal("1.5")}
        edit = more(
            *(ColumnEdit(number, ColumnKind.NUMBER, cells) for number in (1, 2, 3)),
            ColumnEdit(7, ColumnKind.COUNT, {2: 3}),
            new=None,
        )
        self.grow(open_book, growing.plain(path), edit)
        row = sheet_of(path)[2]
        assert [row[place].value for place in (0, 1, 2, 6)] == [1.5, 1.5, 1.5, 3]
        formats = [row[place].number_format for place in (0, 1, 2, 6)]
        # The first one was text, which makes no sums.
        assert formats == ["#,##0.00", "#,##0.00", "0.000", "General"]
        assert row[0].font.bold

    def test_numbers_are_read_again(self, open_book: Open, path: Path) -> None:
        edit = more(ColumnEdit(7, ColumnKind.NUMBER, {2: Decimal("0.1"), 3: 12}), new=None)
        self.grow(open_book, growing.plain(path), edit)
        with open_book(path) as workbook:
            read = workbook.columns(growing.SHEET, [7], first_row=2, last_row=3)
        assert read[7] == [0.1, 12]

    # Links

    def test_links_show_their_text_and_lead_to_their_target(
        self, open_book: Open, path: Path
    ) -> None:
        links: Cells = {2: Link("007", "https://amazon.com/"), 3: Link("a & b", PAGE), 4: "none"}
        edit = more(ColumnEdit(7, ColumnKind.TEXT, links, "Invoice file"), new=None)
        self.grow(open_book, growing.plain(path), edit)
        sheet = sheet_of(path)
        assert [sheet.cell(row, 7).value for row in (2, 3, 4)] == ["007", "a & b", "none"]
        targets = [
            one and one.target for one in (sheet.cell(row, 7).hyperlink for row in (2, 3, 4))
        ]
        assert targets == ["https://amazon.com/", PAGE, None]
        with open_book(path) as workbook:
            read = workbook.columns(growing.SHEET, [7], first_row=2, last_row=4)
        assert read[7] == ["007", "a & b", "none"]

    def test_a_link_takes_the_place_of_another(self, open_book: Open, path: Path) -> None:
        growing.plain(path)
        for target in ("https://amazon.com/old", PAGE):
            cells: Cells = {2: Link("here", target), 3: Link("there", "https://amazon.com/")}
            self.grow(open_book, path, more(ColumnEdit(7, ColumnKind.TEXT, cells), new=None))
        sheet = sheet_of(path)
        assert sheet["G2"].hyperlink.target == PAGE
        assert sheet["G3"].hyperlink.target == "https://amazon.com/"

    def test_a_cell_that_is_emptied_leads_nowhere(self, open_book: Open, path: Path) -> None:
        growing.plain(path)
        cells: Cells = {2: Link("here", PAGE), 3: Link("there", PAGE)}
        self.grow(open_book, path, more(ColumnEdit(7, ColumnKind.TEXT, cells), new=None))
        self.grow(open_book, path, more(ColumnEdit(7, ColumnKind.TEXT, {2: None}), new=None))
        sheet = sheet_of(path)
        assert (sheet["G2"].value, sheet["G2"].hyperlink) == (None, None)
        assert sheet["G3"].hyperlink.target == PAGE

    # Rows below the data

    @pytest.mark.parametrize(
        ("make", "new"), [(growing.table, ADDED), (growing.plain, PLAIN)], ids=["table", "plain"]
    )
    def test_new_rows_get_values_formats_and_formulas(
        self, open_book: Open, path: Path, make: Callable[[Path], Path], new: NewRows
    ) -> None:
        self.grow(open_book, make(path), more(ORDERS, QUANTITIES, AMOUNTS, new=new))
        assert values(path, "A5:C7") == [
            ["0112-4", 0, 0],
            ["0112-5", 7, -19.99],
            ["0112-6", None, 3],
        ]
        sheet = sheet_of(path)
        for row in (5, 6, 7):
            assert [sheet.cell(row, column).number_format for column in (1, 2, 3, 4)] == [
                *("@", "General", "0.000", "0.000")
            ]
            assert sheet.cell(row, 1).font.bold
            assert sheet.cell(row, 4).fill.fgColor.rgb == "FFFFFF00"
            assert sheet.cell(row, 5).value == f"=SUM(C$2:C{row})"
            assert sheet.cell(row, 4).value == self.gross(path, row)
        assert sheet.max_row == 7
        with open_book(path) as workbook:
            read = workbook.columns(growing.SHEET, [4, 5], first_row=5, last_row=7)
        assert all(isinstance(cell, Formula) for cells in read.values() for cell in cells)

    def gross(self, path: Path, row: int) -> object:
        """The formula of a row like the last one that was there."""
        above = sheet_of(path)["D4"].value
        return above.replace("C4", f"C{row}")

    def test_rows_above_new_ones_stay(self, open_book: Open, path: Path) -> None:
        before = values(growing.table(path), "A1:E4")
        self.grow(open_book, path, more(ORDERS))
        assert values(path, "A1:E4") == before

    def test_a_table_reaches_its_new_rows(self, open_book: Open, path: Path) -> None:
        self.grow(open_book, growing.table(path), more(ORDERS))
        with open_book(path) as workbook:
            (table,) = workbook.facts(growing.SHEET).tables
        assert (table.area.first_row, table.area.last_row, table.area.last_column) == (1, 7, 5)
        assert sheet_of(path).tables[growing.TABLE].autoFilter.ref == "A1:E7"

    def test_a_table_grows_to_the_right_and_down_at_once(self, open_book: Open, path: Path) -> None:
        links: Cells = {2: Link("old", PAGE), 6: Link("new", PAGE)}
        edit = more(
            ORDERS,
            AMOUNTS,
            ColumnEdit(6, ColumnKind.TEXT, links, "Invoice file"),
            extend=growing.TABLE,
        )
        self.grow(open_book, growing.table(path), edit)
        table = sheet_of(path).tables[growing.TABLE]
        assert table.ref == "A1:F7"
        assert table.column_names == [*growing.HEADERS, "Invoice file"]
        assert values(path, "F1:F7") == [["Invoice file"], ["old"], *[[None]] * 3, ["new"], [None]]
        assert sheet_of(path)["F6"].hyperlink.target == PAGE
        assert values(path, "A5:A7") == [["0112-4"], ["0112-5"], ["0112-6"]]

    def test_a_value_wins_over_a_formula(self, open_book: Open, path: Path) -> None:
        own = ColumnEdit(5, ColumnKind.NUMBER, {5: Decimal("1.25"), 7: Decimal("2.5")})
        self.grow(open_book, growing.table(path), more(ORDERS, own))
        assert values(path, "E5:E7") == [[1.25], ["=SUM(C$2:C6)"], [2.5]]

    def test_old_rows_change_in_the_same_edit(self, open_book: Open, path: Path) -> None:
        orders = ColumnEdit(1, ColumnKind.IDENTIFIER, {4: "112-X", **ORDERS.cells})
        self.grow(open_book, growing.plain(path), more(orders, new=PLAIN))
        assert values(path, "A4:A7") == [["112-X"], ["0112-4"], ["0112-5"], ["0112-6"]]

    def test_without_a_row_to_be_like_new_rows_hold_values_alone(
        self, open_book: Open, path: Path
    ) -> None:
        self.grow(
            open_book, growing.plain(path), more(AMOUNTS, new=NewRows(5, 7, None, (1, 5), None))
        )
        sheet = sheet_of(path)
        assert sheet["C5"].number_format == "#,##0.00"
        assert values(path, "D5:E7") == [[None, None]] * 3

    def test_a_row_that_is_not_the_last_one_lends_its_looks_too(
        self, open_book: Open, path: Path
    ) -> None:
        self.grow(open_book, growing.plain(path), more(ORDERS, new=NewRows(5, 7, 2, (1, 5), None)))
        assert values(path, "B5:E5") == [[None, None, "=C5*2", "=SUM(C$2:C5)"]]
        assert values(path, "B7:E7") == [[None, None, "=C7*2", "=SUM(C$2:C7)"]]
        assert sheet_of(path)["C7"].number_format == "0.000"

    @pytest.mark.parametrize(
        ("make", "new", "words"),
        [
            (growing.table_with_totals, NewRows(6, 8, 4, (1, 5), growing.TABLE), "totals row"),
            (growing.table, NewRows(6, 8, 4, (1, 5), growing.TABLE), "directly below"),
            (growing.table, NewRows(5, 8, 4, (1, 5), "Gone"), "Gone"),
            (growing.filled_below, NewRows(5, 8, 4, (1, 5), growing.TABLE), r"\bC7\b"),
            (growing.merged_below, NewRows(5, 8, 4, (1, 5), growing.TABLE), r"\bB6\b"),
            (growing.table_below, NewRows(5, 8, 4, (1, 5), growing.TABLE), r"A7\b.*Others"),
            (growing.plain, NewRows(5, 1_048_577, 4, (1, 5), None), "do not fit"),
        ],
    )
    def test_rows_that_cannot_be_added_are_refused_and_nothing_is_applied(
        self,
        open_book: Open,
        path: Path,
        make: Callable[[Path], Path],
        new: NewRows,
        words: str,
    ) -> None:
        make(path)
        before = values(path, "A1:F9")
        cells: Cells = {new.first: "112-4"}
        with open_book(path) as workbook:
            with pytest.raises(SheetError, match=words) as caught:
                workbook.apply(more(ColumnEdit(1, ColumnKind.IDENTIFIER, cells), new=new))
            workbook.commit(backup=False)
        assert caught.value.next_step
        assert values(path, "A1:F9") == before
