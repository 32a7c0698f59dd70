"""The contract of workbook adapters as tests.

An adapter's test module subclasses `WorkbookContract` and gives the fixture `open_book`.
Results are read again with openpyxl, from the file.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from tests.workbooks import books
from tests.workbooks.growth_contract import GrowthContract
from xlsx_addin.core.cells import Area, CellError, CellValue, Formula
from xlsx_addin.errors import SheetError
from xlsx_addin.workbooks.contract import (
    ColumnEdit,
    ColumnKind,
    ResultValue,
    SheetEdit,
    SheetInfo,
    TableInfo,
    Workbook,
)

Open = Callable[[Path], Workbook]

DAY = date(2026, 3, 31)


def edit(
    *columns: ColumnEdit, header_row: int | None = 1, extend_table: str | None = None
) -> SheetEdit:
    return SheetEdit(books.SHEET, columns, header_row, extend_table)


def identifiers(
    column: int, cells: dict[int, ResultValue], header: str | None = None
) -> ColumnEdit:
    return ColumnEdit(column, ColumnKind.IDENTIFIER, cells, header)


def dates(column: int, cells: dict[int, ResultValue], header: str | None = None) -> ColumnEdit:
    return ColumnEdit(column, ColumnKind.DATE, cells, header)


def texts(column: int, cells: dict[int, ResultValue], header: str | None = None) -> ColumnEdit:
    return ColumnEdit(column, ColumnKind.TEXT, cells, header)


RESULTS = (
    identifiers(5, {2: "INV-1", 3: "INV-2"}, "Invoice Number"),
    dates(6, {2: DAY}, "Invoice Date"),
    texts(7, {4: "Not returned"}, "Invoice Status"),
)


def saved(path: Path, sheet: str = books.SHEET) -> Worksheet:
    return openpyxl.load_workbook(path)[sheet]


def cell(path: Path, name: str) -> Cell:
    return saved(path)[name]


def column(workbook: Workbook, number: int, first_row: int, last_row: int) -> list[CellValue]:
    read = workbook.columns(books.SHEET, [number], first_row=first_row, last_row=last_row)
    return read[number]


def looks(cell: Cell) -> tuple[object, ...]:
    formats = (cell.font, cell.fill, cell.border, cell.alignment, cell.protection)
    # openpyxl compares the formats of two workbooks by identity.
    return (cell.value, cell.data_type, cell.number_format, *map(repr, formats))


def trimmed(rows: Sequence[Sequence[CellValue]]) -> list[list[CellValue]]:
    """Rows without what is blank at their ends."""
    result = [list(row) for row in rows]
    for row in result:
        while row and row[-1] is None:
            row.pop()
    return result


def content(path: Path) -> list[list[object]]:
    """The values of all cells of the sheet, as they are saved."""
    # openpyxl compares array formulas by identity.
    return [[getattr(one.value, "text", one.value) for one in row] for row in saved(path)]


class WorkbookContract(GrowthContract):
    """What every adapter does, whatever it is made with."""

    @pytest.fixture
    def open_book(self) -> Open:
        raise NotImplementedError

    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return tmp_path / "march.xlsx"

    def refresh(self, open_book: Open, path: Path, *edits: SheetEdit) -> None:
        with open_book(path) as workbook:
            for one in edits:
                workbook.apply(one)
            workbook.commit(backup=False)

    # Reading

    def test_worksheets_are_listed_in_their_order_without_chart_sheets(
        self, open_book: Open, path: Path
    ) -> None:
        with open_book(books.several_sheets(path)) as workbook:
            assert list(workbook.sheets()) == [
                SheetInfo("January", visible=True, active=False),
                SheetInfo("February", visible=True, active=True),
                SheetInfo("Empty", visible=True, active=False),
            ]

    def test_hidden_sheets_are_listed_as_such(self, open_book: Open, path: Path) -> None:
        with open_book(books.hidden_sheet(path)) as workbook:
            visible = {sheet.name: sheet.visible for sheet in workbook.sheets()}
        assert visible == {"Archive": False, "Secrets": False, books.SHEET: True}

    @pytest.mark.parametrize(
        ("make", "used"),
        [
            (books.plain, Area(1, 1, 4, 4)),
            (books.plain_with_inline_strings, Area(1, 1, 4, 4)),
            (books.header_in_row_7, Area(1, 1, 10, 4)),
            (books.formatted, Area(1, 1, 4, 9)),
            (books.wide, Area(1, 1, 4, 16_384)),
        ],
    )
    def test_the_used_area_holds_every_cell_with_a_value(
        self, open_book: Open, path: Path, make: books.Make, used: Area
    ) -> None:
        with open_book(make(path)) as workbook:
            assert workbook.facts(books.SHEET).used == used

    def test_an_empty_sheet_uses_nothing(self, open_book: Open, path: Path) -> None:
        with open_book(books.several_sheets(path)) as workbook:
            assert workbook.facts("Empty").used is None
            assert trimmed(workbook.head("Empty", first_row=1, rows=20)) == []

    def test_merged_areas_are_told(self, open_book: Open, path: Path) -> None:
        with open_book(books.header_in_row_7(path)) as workbook:
            assert workbook.facts(books.SHEET).merges == (Area(1, 1, 2, 4),)

    @pytest.mark.parametrize(
        ("make", "tables"),
        [
            (books.plain, []),
            (books.table, [TableInfo(books.TABLE, Area(1, 1, 4, 4))]),
            (books.bold_table, [TableInfo(books.TABLE, Area(1, 1, 4, 4))]),
            (
                books.table_with_totals,
                [TableInfo(books.TABLE, Area(1, 1, 5, 4), totals_rows=1)],
            ),
            (
                books.table_without_header,
                [TableInfo(books.TABLE, Area(2, 1, 4, 4), header_rows=0)],
            ),
            (
                books.two_tables,
                [
                    TableInfo(books.TABLE, Area(1, 1, 4, 4)),
                    TableInfo("Others", Area(1, 7, 4, 10)),
                ],
            ),
        ],
    )
    def test_tables_are_told_with_their_header_and_totals_rows(
        self, open_book: Open, path: Path, make: books.Make, tables: list[TableInfo]
    ) -> None:
        with open_book(make(path)) as workbook:
            assert list(workbook.facts(books.SHEET).tables) == tables

    @pytest.mark.parametrize("make", [books.plain, books.plain_with_inline_strings])
    def test_the_head_is_whole_rows_of_one_length(
        self, open_book: Open, path: Path, make: books.Make
    ) -> None:
        with open_book(make(path)) as workbook:
            head = workbook.head(books.SHEET, first_row=1, rows=3)
        assert trimmed(head) == [list(books.HEADERS), list(books.ROWS[0]), list(books.ROWS[1])]
        assert len({len(row) for row in head}) == 1

    def test_the_head_starts_where_it_is_told_to(self, open_book: Open, path: Path) -> None:
        with open_book(books.header_in_row_7(path)) as workbook:
            head = workbook.head(books.SHEET, first_row=4, rows=4)
        assert trimmed(head) == [["as exported"], [], [], list(books.HEADERS)]

    def test_the_head_ends_with_the_used_rows(self, open_book: Open, path: Path) -> None:
        with open_book(books.plain(path)) as workbook:
            assert len(workbook.head(books.SHEET, first_row=3, rows=20)) == 2
            assert workbook.head(books.SHEET, first_row=5, rows=20) == []

    def test_columns_are_read_in_any_order_and_beyond_the_used_rows(
        self, open_book: Open, path: Path
    ) -> None:
        with open_book(books.plain(path)) as workbook:
            read = workbook.columns(books.SHEET, [3, 1, 9], first_row=3, last_row=6)
        assert read == {
            3: ["Dx1bbbbbb", "Dx1cccccc", None, None],
            1: ["112-2222222-2222222", "112-3333333-3333333", None, None],
            9: [None] * 4,
        }

    def test_every_type_of_cell_is_read(self, open_book: Open, path: Path) -> None:
        wanted = [read for _, read in books.EVERY_TYPE]
        with open_book(books.every_type(path)) as workbook:
            values = column(workbook, 1, 1, len(wanted))
        assert values == wanted
        assert [type(value) for value in values] == [type(value) for value in wanted]

    def test_odd_texts_are_read_as_excel_shows_them(self, open_book: Open, path: Path) -> None:
        with open_book(books.odd_texts(path)) as workbook:
            assert column(workbook, 1, 1, len(books.ODD_TEXTS)) == list(books.ODD_TEXTS)

    def test_dates_of_the_1904_system_are_the_days_they_show(
        self, open_book: Open, path: Path
    ) -> None:
        with open_book(books.dates_1904(path)) as workbook:
            assert column(workbook, 5, 2, 2) == [datetime(2026, 3, 31)]

    def test_formulas_are_read_with_their_stored_results(self, open_book: Open, path: Path) -> None:
        with open_book(books.stored_results(path)) as workbook:
            read = workbook.columns(books.SHEET, [1, 2, 4, 6], first_row=2, last_row=4)
        assert read[1] == [Formula("112-4"), books.ROWS[1][0], books.ROWS[2][0]]
        assert read[2][0] == Formula(42)
        assert read[4][0] == Formula(CellError("#DIV/0!"))
        assert read[6] == [Formula(1), Formula(2), Formula(3)]

    def test_a_sheet_that_is_not_there_is_said_with_those_that_are(
        self, open_book: Open, path: Path
    ) -> None:
        with open_book(books.plain(path)) as workbook, pytest.raises(SheetError) as caught:
            workbook.facts("April")
        assert "April" in str(caught.value)
        assert books.SHEET in str(caught.value)

    # Writing

    @pytest.mark.parametrize(
        "make", [books.plain, books.plain_with_inline_strings, books.hidden_sheet]
    )
    def test_results_stand_where_they_were_put_and_nothing_else_changes(
        self, open_book: Open, path: Path, make: books.Make
    ) -> None:
        make(path)
        before = [[looks(one) for one in row] for row in saved(path)["A1:D4"]]
        self.refresh(open_book, path, edit(*RESULTS))
        sheet = saved(path)
        assert [[looks(one) for one in row] for row in sheet["A1:D4"]] == before
        assert [[one.value for one in row] for row in sheet["E1:G4"]] == [
            ["Invoice Number", "Invoice Date", "Invoice Status"],
            ["INV-1", datetime(2026, 3, 31), None],
            ["INV-2", None, None],
            [None, None, "Not returned"],
        ]
        assert (sheet.max_row, sheet.max_column) == (4, 7)

    def test_results_are_read_again_as_they_were_written(self, open_book: Open, path: Path) -> None:
        cells = dict(enumerate(books.ODD_TEXTS, start=2))
        self.refresh(
            open_book, books.plain(path), edit(identifiers(5, dict(cells)), texts(6, dict(cells)))
        )
        with open_book(path) as workbook:
            assert column(workbook, 5, 2, len(cells) + 1) == list(books.ODD_TEXTS)
            assert column(workbook, 6, 2, len(cells) + 1) == list(books.ODD_TEXTS)

    @pytest.mark.parametrize("text", books.ODD_TEXTS)
    def test_texts_stay_texts(self, open_book: Open, path: Path, text: str) -> None:
        self.refresh(
            open_book, books.plain(path), edit(identifiers(5, {2: text}), texts(6, {2: text}))
        )
        assert cell(path, "E2").data_type == "s"
        assert cell(path, "E2").number_format == "@"
        assert cell(path, "F2").data_type == "s"
        assert cell(path, "F2").number_format == "General"

    def test_what_no_cell_can_hold_is_replaced(self, open_book: Open, path: Path) -> None:
        self.refresh(open_book, books.plain(path), edit(texts(5, {2: "a\0b", 3: "x" * 40_000})))
        assert cell(path, "E2").value == "a\ufffdb"
        assert len(cell(path, "E3").value) == 32_767

    def test_dates_are_true_dates_as_the_cell_shows_them(self, open_book: Open, path: Path) -> None:
        self.refresh(
            open_book, books.formatted(path), edit(dates(8, {2: DAY, 3: DAY, 4: DAY, 5: DAY}))
        )
        sheet = saved(path)
        assert [sheet.cell(row, 8).value for row in (2, 3, 4, 5)] == [datetime(2026, 3, 31)] * 4
        assert [sheet.cell(row, 8).number_format for row in (2, 3, 4, 5)] == [
            "dd.mm.yyyy",
            "yyyy-mm-dd",
            "yyyy-mm-dd",
            "yyyy-mm-dd",
        ]
        assert sheet["H4"].font.bold

    def test_dates_honour_the_1904_system(self, open_book: Open, path: Path) -> None:
        self.refresh(open_book, books.dates_1904(path), edit(dates(5, {2: DAY, 3: DAY})))
        sheet = saved(path)
        assert sheet["E2"].value == sheet["E3"].value == datetime(2026, 3, 31)

    def test_a_cleared_cell_keeps_its_format(self, open_book: Open, path: Path) -> None:
        self.refresh(open_book, books.formatted(path), edit(identifiers(9, {2: None})))
        assert cell(path, "I2").value is None
        assert (cell(path, "I2").font.bold, cell(path, "I2").font.size) == (True, 14)

    def test_a_written_cell_keeps_the_rest_of_its_format(self, open_book: Open, path: Path) -> None:
        self.refresh(open_book, books.formatted(path), edit(identifiers(9, {2: "INV-1"})))
        assert cell(path, "I2").number_format == "@"
        assert (cell(path, "I2").font.bold, cell(path, "I2").font.size) == (True, 14)

    def test_a_new_cell_looks_like_its_column_or_its_row(self, open_book: Open, path: Path) -> None:
        self.refresh(open_book, books.formatted(path), edit(identifiers(6, {2: "a", 3: "b"})))
        sheet = saved(path)
        assert sheet["F2"].font.italic
        assert sheet["F3"].fill.fgColor.rgb == "FFFFFF00"
        assert sheet["F2"].number_format == sheet["F3"].number_format == "@"

    def test_new_headers_look_like_the_header_at_their_left(
        self, open_book: Open, path: Path
    ) -> None:
        self.refresh(open_book, books.bold_table(path), edit(*RESULTS, extend_table=books.TABLE))
        assert [saved(path).cell(1, number).font.bold for number in (5, 6, 7)] == [True] * 3

    def test_without_a_header_row_no_header_is_written(self, open_book: Open, path: Path) -> None:
        self.refresh(open_book, books.plain(path), edit(*RESULTS, header_row=None))
        assert [saved(path).cell(1, number).value for number in (5, 6, 7)] == [None] * 3
        assert cell(path, "E2").value == "INV-1"

    @pytest.mark.parametrize(
        ("make", "ref", "filtered"),
        [
            (books.table, "A1:G4", "A1:G4"),
            (books.bold_table, "A1:G4", "A1:G4"),
            (books.table_without_filter, "A1:G4", None),
            (books.table_with_totals, "A1:G5", "A1:G4"),
        ],
    )
    def test_a_table_grows_by_the_new_columns(
        self, open_book: Open, path: Path, make: books.Make, ref: str, filtered: str | None
    ) -> None:
        self.refresh(open_book, make(path), edit(*RESULTS, extend_table=books.TABLE))
        sheet = saved(path)
        table = sheet.tables[books.TABLE]
        headers = [*books.HEADERS, "Invoice Number", "Invoice Date", "Invoice Status"]
        assert table.ref == ref
        assert (table.autoFilter and table.autoFilter.ref) == filtered
        assert table.column_names == headers
        assert len({one.id for one in table.tableColumns}) == len(headers)
        assert [one.value for one in sheet[1]] == headers

    def test_a_table_without_a_header_row_grows_without_header_cells(
        self, open_book: Open, path: Path
    ) -> None:
        grown = edit(*RESULTS[:2], header_row=None, extend_table=books.TABLE)
        self.refresh(open_book, books.table_without_header(path), grown)
        table = saved(path).tables[books.TABLE]
        assert table.ref == "A2:F4"
        assert table.column_names == [*books.HEADERS, "Invoice Number", "Invoice Date"]
        assert cell(path, "E1").value is None

    def test_the_other_table_stays_as_it_is(self, open_book: Open, path: Path) -> None:
        self.refresh(
            open_book, books.two_tables(path), edit(*RESULTS[:2], extend_table=books.TABLE)
        )
        tables = saved(path).tables
        assert tables[books.TABLE].ref == "A1:F4"
        assert tables["Others"].ref == "G1:J4"

    @pytest.mark.parametrize(
        ("make", "columns", "words"),
        [
            (books.two_tables, RESULTS, "Others"),
            (books.table, (identifiers(6, {}, "Invoice Number"),), "directly"),
            (books.table, (identifiers(5, {}, "amount"),), "amount"),
        ],
    )
    def test_a_table_that_cannot_grow_is_refused(
        self,
        open_book: Open,
        path: Path,
        make: books.Make,
        columns: Sequence[ColumnEdit],
        words: str,
    ) -> None:
        with open_book(make(path)) as workbook, pytest.raises(SheetError, match=words):
            workbook.apply(edit(*columns, extend_table=books.TABLE))

    @pytest.mark.parametrize(
        ("make", "columns", "name"),
        [
            (books.merged_results, (texts(5, {2: "a", 3: "b"}),), "E3"),
            (books.merged_results, (texts(7, {2: "a"}),), "G2"),
            (books.stored_results, (texts(6, {2: "a"}),), "F2"),
            (books.stored_results, (texts(6, {4: "a"}),), "F4"),
            (books.two_tables, (texts(8, {}, "Invoice Status"),), "H1"),
            (books.table, (texts(2, {1: "Invoice Status"}),), "B1"),
        ],
    )
    def test_a_cell_that_belongs_to_more_is_refused_by_name_and_nothing_is_applied(
        self,
        open_book: Open,
        path: Path,
        make: books.Make,
        columns: Sequence[ColumnEdit],
        name: str,
    ) -> None:
        before = content(make(path))
        with open_book(path) as workbook:
            with pytest.raises(SheetError, match=rf"\b{name}\b"):
                workbook.apply(edit(*columns))
            workbook.commit()
        assert content(path) == before

    def test_the_first_cell_of_a_merged_area_is_written(self, open_book: Open, path: Path) -> None:
        self.refresh(open_book, books.merged_results(path), edit(texts(6, {2: "a"})))
        assert cell(path, "F2").value == "a"
        assert {str(one) for one in saved(path).merged_cells.ranges} == {"E2:E3", "F2:G2"}

    @pytest.mark.parametrize(
        ("make", "columns", "locked"),
        [
            (books.plain, RESULTS, None),
            (books.protected, (identifiers(5, {2: "a"}), dates(6, {4: DAY})), None),
            (books.protected, (identifiers(7, {2: "a"}),), None),
            (books.protected, (identifiers(7, {2: "a", 4: "b", 3: "c"}),), "G3"),
            (books.protected, RESULTS, "G1"),
            (books.protected, (identifiers(5, {2: "a"}), texts(4, {3: "b"})), "D3"),
            (books.protected_by_openpyxl, (identifiers(5, {2: "a"}),), None),
            (books.protected_by_openpyxl, (identifiers(5, {2: "a", 3: "b"}),), "E3"),
        ],
    )
    def test_the_first_locked_cell_is_named(
        self,
        open_book: Open,
        path: Path,
        make: books.Make,
        columns: Sequence[ColumnEdit],
        locked: str | None,
    ) -> None:
        with open_book(make(path)) as workbook:
            assert workbook.locked_cell(edit(*columns)) == locked

    # Sheets of our own

    DETAILS: Sequence[Sequence[ResultValue]] = (
        ("Invoice Number", "Invoice Date"),
        ("0001", DAY),
        ("=2", None),
    )

    def put(self, open_book: Open, path: Path, rows: Sequence[Sequence[ResultValue]]) -> None:
        with open_book(path) as workbook:
            workbook.put_sheet("Invoices", rows)
            workbook.commit(backup=False)

    def assert_details(self, path: Path, name: str = "Invoices") -> None:
        rows = [[one.value for one in row] for row in saved(path, name).iter_rows()]
        assert rows == [
            ["Invoice Number", "Invoice Date"],
            ["0001", datetime(2026, 3, 31)],
            ["=2", None],
        ]
        assert saved(path, name)["A3"].data_type == "s"

    def test_a_sheet_of_ours_is_added_at_the_end(self, open_book: Open, path: Path) -> None:
        self.put(open_book, books.plain(path), self.DETAILS)
        assert openpyxl.load_workbook(path).sheetnames == [books.SHEET, "Invoices"]
        self.assert_details(path)

    def test_a_sheet_of_ours_is_replaced_where_it_is(self, open_book: Open, path: Path) -> None:
        old = [self.DETAILS[0], *[("old", "old")] * 9]
        self.put(open_book, books.with_own_sheet(path, old), self.DETAILS)
        assert openpyxl.load_workbook(path).sheetnames == ["Invoices", books.SHEET]
        self.assert_details(path)

    def test_a_sheet_of_somebody_else_is_left_and_ours_gets_a_number(
        self, open_book: Open, path: Path
    ) -> None:
        theirs = [("Invoice Number", "Invoice Date", "Paid"), ("1", "2", "3")]
        self.put(open_book, books.with_own_sheet(path, theirs, "INVOICES"), self.DETAILS)
        names = openpyxl.load_workbook(path).sheetnames
        assert names[:2] == ["INVOICES", books.SHEET]
        assert len(names) == 3
        assert names[2].startswith("Invoices")
        assert saved(path, "INVOICES")["C2"].value == "3"
        self.assert_details(path, names[2])
