"""R20: undo puts back our own cells and nothing else, whatever happened to the sheet since."""

from random import Random

import openpyxl
import pytest

from tests.conftest import one_invoice_each
from tests.reliability.bed import shown
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.errors import XlsxAddinError

LINES = 60


@pytest.fixture
def bed(make_bed):
    return make_bed(shares=one_invoice_each())


@pytest.fixture
def path(bed):
    return bed.book(bed.sandbox.account.line_items(LINES))


def rows_of(path):
    book = openpyxl.load_workbook(path)
    return [list(row) for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)]


def rewrite(path, rows):
    """Put other rows below the header, as somebody does who sorts or deletes."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    sheet.delete_rows(2, sheet.max_row)
    for row in rows:
        sheet.append(row)
    book.save(path)


def edited(rows, dice):
    """Edit some result cells as a person does; tell which cells of which line."""
    touched = {}
    for row in dice.sample(rows, 10):
        column = dice.choice([3, 5, 6, 7])
        row[column] = f"mine {dice.random()}"
        touched[tuple(row[:3])] = column, row[column]
    return touched


@pytest.mark.parametrize("moved", ["as it was", "sorted", "rows deleted", "rows inserted"])
def test_only_unedited_cells_of_ours_are_put_back(bed, path, figures, moved):
    dice = Random(20)
    bed.refresh(path)
    rows = rows_of(path)
    touched = edited(rows, dice)
    if moved == "sorted":
        rows.sort(key=lambda row: str(row[1]))
    elif moved == "rows deleted":
        rows = [row for number, row in enumerate(rows) if number % 7]
    elif moved == "rows inserted":
        for number in range(5):
            rows.insert(7 * number, ["112-0000000-0000000", f"9000000000000{number}", "Snew"])
    rewrite(path, rows)
    report = bed.undo(path)
    after = {tuple(row[:3]): row for row in rows_of(path)}
    for row in rows:
        now = [*after[tuple(row[:3])], *[None] * 8][:8]
        column, text = touched.get(tuple(row[:3]), (None, None))
        for number in range(3, 8):
            assert now[number] == (text if number == column else None), (row, number)
    figures("R20", f"edits, {moved}", f"{report.changed} cells put back, 10 edits kept")


def test_two_refreshes_are_undone_one_after_the_other(bed, path):
    bed.refresh(path)
    first = [one.cells for one in shown(path)]
    book = openpyxl.load_workbook(path)
    for row in range(2, 12):
        for column in range(4, 9):
            book.worksheets[0].cell(row, column).value = None
    book.save(path)
    bed.refresh(path)
    assert [one.cells for one in shown(path)] == first
    bed.undo(path)
    assert [one.cells.status for one in shown(path)] == [None] * 10 + ["Found"] * (LINES - 10)
    bed.undo(path)
    assert {one.cells.status for one in shown(path)} == {None}
    with pytest.raises(XlsxAddinError) as caught:
        bed.undo(path)
    assert caught.value.next_step


def test_rows_that_a_person_copied_since_stay_as_they_are(bed, path, figures):
    bed.refresh(path)
    rows = rows_of(path)
    rewrite(path, [*rows, *rows[:5]])
    report = bed.undo(path)
    after = rows_of(path)
    assert [row[6] for row in after[:LINES]] == [None] * LINES
    assert after[LINES:] == rows[:5]
    assert (report.edited, report.lost) == (0, 0)
    figures("R20", "5 rows copied since", "the copies stay, the rows in their places are put back")


def test_undo_in_a_workbook_that_was_never_refreshed_is_refused(bed, path, figures):
    before = path.read_bytes()
    with pytest.raises(XlsxAddinError) as caught:
        bed.undo(path)
    assert path.read_bytes() == before
    assert all(LineItem(*one.ids) for one in shown(path))
    figures("R20", "never refreshed", f"refused: {caught.value.message[:60]}…")
