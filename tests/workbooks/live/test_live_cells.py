"""Cells that are special: protected, hidden, merged, of formulas, with odd texts."""

import openpyxl
import pytest
import xlsxwriter
from openpyxl.styles import Protection

from tests.workbooks import books
from tests.workbooks.contract import DAY, column, dates, edit, identifiers, texts
from tests.workbooks.live import purchases
from tests.workbooks.live.live_books import opener, patient_gate
from tests.workbooks.live.purchases import SHEET, Refresh, expected, found
from xlsx_addin.errors import SheetError
from xlsx_addin.workbooks.contract import SheetEdit
from xlsx_addin.workbooks.live import LiveWorkbook

ROWS = purchases.purchases(6)


@pytest.fixture
def refresh():
    refresh = Refresh()
    refresh.know(ROWS)
    return refresh


def changed(path, change, **options):
    """Make a workbook with purchases and change its sheet by openpyxl."""
    purchases.workbook(path, ROWS, **options)
    book = openpyxl.load_workbook(path)
    change(book[SHEET])
    book.save(path)
    return path


def protect(sheet, *, first_row=2):
    for rows in sheet[f"E{first_row}:I40"]:
        for cell in rows:
            cell.protection = Protection(locked=False)
    sheet.protection.enable()


def test_a_protected_sheet_is_filled_in_where_its_cells_are_not_locked(
    memory_host, tmp_path, refresh
):
    # Its protection allows no formats: numbers of invoices must stay texts all the same.
    refresh.know(ROWS, prefix="0")
    book = memory_host.open(changed(tmp_path / "march.xlsx", protect))
    sheet = book.sheets[SHEET]
    assert sheet.api.ProtectContents is True
    report = refresh(book)
    assert report.error is None
    assert found(book) == expected(ROWS, prefix="0")
    assert sheet["E2"].number_format == "General"


def test_new_headers_of_a_protected_sheet_do_without_formats(memory_host, tmp_path, refresh):
    path = changed(tmp_path / "march.xlsx", lambda one: protect(one, first_row=1), results=False)
    book = memory_host.open(path)
    assert refresh(book, fit=True).error is None
    assert book.sheets[SHEET]["E1:I1"].value == list(purchases.RESULTS)
    assert found(book) == expected(ROWS)


def test_odd_texts_come_out_right_though_the_format_of_texts_is_refused(memory_host, tmp_path):
    path = changed(tmp_path / "march.xlsx", protect)
    cells = dict(enumerate(books.ODD_TEXTS, start=2))
    book = memory_host.open(path)
    with LiveWorkbook(book, patient_gate()) as workbook:
        workbook.apply(edit(identifiers(5, dict(cells)), texts(8, dict(cells)), dates(6, {2: DAY})))
        workbook.commit()
    sheet = book.sheets[SHEET]
    for letter in "EH":
        assert sheet[f"{letter}2:{letter}{len(cells) + 1}"].value == list(books.ODD_TEXTS)
    assert sheet["F2"].value.date() == DAY


def test_texts_are_spelled_otherwise_in_few_calls(memory_host, tmp_path):
    path = changed(tmp_path / "march.xlsx", protect)
    numbers = {row: f"{row:04}" for row in range(2, 41)}
    book = memory_host.open(path)
    with LiveWorkbook(book, patient_gate()) as workbook, memory_host.counting() as count:
        workbook.apply(edit(identifiers(5, dict(numbers))))
        workbook.commit()
    assert book.sheets[SHEET]["E2:E40"].value == list(numbers.values())
    assert count.calls < 25


def test_a_text_that_excel_never_takes_is_said_with_its_cell(memory_host, tmp_path):
    book = memory_host.open(changed(tmp_path / "march.xlsx", lambda _: None))

    def spoil(call):
        book.sheets[SHEET]["E3"].value = 7

    with LiveWorkbook(book, patient_gate()) as workbook:
        workbook.apply(edit(identifiers(5, {2: "a", 3: "007", 4: "c"})))
        # Before each reading, the ones after writing included.
        memory_host.on_call(spoil, member="Range.raw_value")
        with pytest.raises(SheetError, match=r"\bE3\b.*'007'.*'7'") as caught:
            workbook.commit()
    assert caught.value.code == "not-as-written"


def test_hidden_rows_are_written_too_and_stay_hidden(memory_host, tmp_path, refresh):
    def hide(sheet):
        sheet.auto_filter.ref = "A1:I7"
        sheet.auto_filter.add_filter_column(0, [ROWS[0][0]])
        for row in (3, 4, 6):
            sheet.row_dimensions[row].hidden = True

    book = memory_host.open(changed(tmp_path / "march.xlsx", hide))
    assert refresh(book).error is None
    assert found(book) == expected(ROWS)
    sheet = book.sheets[SHEET]
    hidden = [row for row in range(1, 9) if sheet[f"A{row}"].api.EntireRow.Hidden]
    assert hidden == [3, 4, 6]
    assert sheet.api.FilterMode is True


def test_merged_cells_keep_their_size_and_cells_behind_them_are_left(
    memory_host, tmp_path, refresh
):
    book = memory_host.open(
        changed(tmp_path / "march.xlsx", lambda sheet: sheet.merge_cells("H3:I3"))
    )
    report = refresh(book)
    sheet = book.sheets[SHEET]
    assert report.error is None
    assert sheet["H3"].merge_area.address == "$H$3:$I$3"
    assert found(book) == expected(ROWS)


def test_a_merged_header_at_the_left_gives_its_looks_to_nobody(memory_host, tmp_path, refresh):
    path = changed(tmp_path / "march.xlsx", lambda sheet: sheet.merge_cells("D1:D2"), results=False)
    book = memory_host.open(path)
    assert refresh(book).error is None
    assert book.sheets[SHEET]["E1:I1"].value == list(purchases.RESULTS)


def test_formulas_of_a_user_stay_and_the_cells_around_them_are_filled_in(
    memory_host, tmp_path, refresh
):
    path = tmp_path / "march.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet(SHEET)
        sheet.write_row(0, 0, [*purchases.KEYS, "Amount", *purchases.RESULTS])
        for number, row in enumerate(ROWS, start=1):
            sheet.write_row(number, 0, row)
        sheet.write_formula("E3", "=UPPER(A3)", None, "OTHER")
        sheet.write_array_formula("E5:E6", "{=LOWER(A5:A6)}", None, "x")
    book = memory_host.open(path)
    report = refresh(book)
    assert report.error is None
    page = book.sheets[SHEET]
    assert page["E3"].formula == "=UPPER(A3)"
    assert page["E5:E6"].api.HasArray is True
    values = found(book)
    for place in (0, 2, 5):
        assert values[ROWS[place][1]] == expected(ROWS)[ROWS[place][1]]
    assert report.kept == 3


def test_a_part_of_an_array_is_named_before_anything_is_written(memory_host, tmp_path):
    path = books.stored_results(tmp_path / "march.xlsx")
    with opener(memory_host)(path) as workbook:
        before = column(workbook, 7, 2, 4)
        with pytest.raises(SheetError, match=r"\bF3\b"):
            workbook.apply(
                SheetEdit(books.SHEET, [texts(6, {3: "a"}), texts(7, {2: "b"})], header_row=1)
            )
        workbook.commit()
        assert column(workbook, 7, 2, 4) == before
