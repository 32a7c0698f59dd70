"""R16, R17, R20: IDs as sheets damage them, and workbooks in every state."""

import errno
import os
import shutil
import zipfile
from datetime import datetime

import openpyxl
import pytest
from openpyxl.styles import PatternFill, Protection
from openpyxl.worksheet.table import Table

from tests.conftest import one_invoice_each
from tests.reliability.bed import HEADERS, shown
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.sandbox import INVOICES

ORDER, LINE, SHIPMENT = "111-1087441-1234567", "92258882544123", "XWwjNjAbC"
RIGHT = LineItem(ORDER, LINE, SHIPMENT)

ZOO = {
    "as they are": ((ORDER, LINE, SHIPMENT), RIGHT),
    "a float": ((ORDER, float(LINE), SHIPMENT), RIGHT),
    "a whole number": ((ORDER, int(LINE), SHIPMENT), RIGHT),
    "quoted": ((f'="{ORDER}"', f'="{LINE}"', SHIPMENT), RIGHT),
    "an apostrophe": ((ORDER, f"'{LINE}", SHIPMENT), RIGHT),
    "spaces around": ((f" {ORDER} ", f"\u00a0{LINE}", f"{SHIPMENT}\u200b"), RIGHT),
    "a BOM": ((f"\ufeff{ORDER}", LINE, SHIPMENT), RIGHT),
    "a trailing .0": ((ORDER, f"{LINE}.0", SHIPMENT), RIGHT),
    "leading zeros": (
        (ORDER, "00" + LINE[2:], SHIPMENT),
        LineItem(ORDER, "00" + LINE[2:], SHIPMENT),
    ),
    "lower case": ((ORDER, LINE, SHIPMENT.lower()), LineItem(ORDER, LINE, SHIPMENT.lower())),
    "scientific text": ((ORDER, "9.22589E+13", SHIPMENT), "ID damaged"),
    "16 digits as a number": ((ORDER, 9225888254412345, SHIPMENT), "ID damaged"),
    "a shipment that became a number": (
        (ORDER, LINE, 12e10),
        LineItem(ORDER, LINE, "120000000000"),
    ),
    "a date": ((ORDER, LINE, datetime(2026, 3, 1)), "ID damaged"),
    "TRUE": ((ORDER, True, SHIPMENT), "ID damaged"),
    "an error": ((ORDER, "#N/A", SHIPMENT), "ID damaged"),
    "no shipment": ((ORDER, LINE, None), "Check IDs"),
    "only an order": ((ORDER, None, None), "Check IDs"),
    "a space inside": ((ORDER, LINE, "XWwj NjAbC"), "Check IDs"),
    "a line break inside": ((ORDER, "9225888\n2544123", SHIPMENT), "Check IDs"),
    "too long": ((ORDER, LINE, "X" * 101), "Check IDs"),
}


def test_no_damaged_id_is_ever_asked_about(make_bed, figures):
    bed = make_bed(shares=one_invoice_each())
    path = bed.folder / "zoo.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(HEADERS)
    for cells, _ in ZOO.values():
        sheet.append([None] * 3)
        for column, value in enumerate(cells, start=1):
            cell = sheet.cell(sheet.max_row, column, value)
            if isinstance(value, str) and value != "#N/A":
                cell.data_type = "s"
    book.save(path)
    bed.refresh(path)
    book = openpyxl.load_workbook(path)
    rows = list(book.active.iter_rows(min_row=2, values_only=True))
    asked = set(bed.sandbox.requests.line_items())
    for (name, (_, meant)), row in zip(ZOO.items(), rows, strict=True):
        if isinstance(meant, LineItem):
            assert meant in asked, name
            assert (row[3], row[6]) == (bed.truth(meant).number, "Found"), name
        else:
            assert row[6] == meant, (name, row)
            assert row[7], name
    assert asked == {meant for _, meant in ZOO.values() if isinstance(meant, LineItem)}
    figures("R16", f"{len(ZOO)} kinds of IDs", "the right key or a status word; none damaged asked")


def parts(path):
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def changed_parts(before, after):
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def values_and_looks(path):
    """All cells of all sheets with what can be seen of them."""
    book = openpyxl.load_workbook(path)
    return {
        (sheet.title, cell.coordinate): (
            cell.value,
            cell.number_format,
            cell.fill.fgColor.rgb,
            cell.font.b,
            cell.protection.locked,
        )
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
    }


def tabled(sheet):
    table = Table(displayName="tbl", ref=f"A1:D{sheet.max_row}")
    sheet.cell(1, 4, "Notes")
    sheet.add_table(table)


def totalled(sheet):
    sheet.append(["Total", None, None])
    sheet.cell(sheet.max_row, 5, "=SUM(E2:E10)")


def hide(sheet):
    for row in range(3, 8):
        sheet.row_dimensions[row].hidden = True


def filtered(sheet):
    sheet.auto_filter.ref = f"A1:C{sheet.max_row}"
    hide(sheet)


def merged_title(sheet):
    sheet.insert_rows(1, 2)
    sheet["A1"] = "March"
    sheet.merge_cells("A1:C1")


def own_formulas(sheet):
    sheet["E1"] = "Net"
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, 5, f"=ROW(A{row})*2")


def coloured(sheet):
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.fill = PatternFill("solid", fgColor="FFFFF2CC")


def moved(sheet):
    sheet.insert_cols(1)
    sheet["A1"] = "My own"


STATES = {
    one.__name__: one
    for one in (tabled, totalled, hide, filtered, merged_title, own_formulas, coloured, moved)
}


@pytest.mark.parametrize("state", STATES)
def test_nothing_outside_the_result_cells_changes(make_bed, figures, state):
    bed = make_bed(shares=one_invoice_each())
    path = bed.book(bed.sandbox.account.line_items(20))
    book = openpyxl.load_workbook(path)
    STATES[state](book.worksheets[0])
    other = book.create_sheet("Other")
    other["A1"], other["B2"] = "=Lines!A2", 5
    book.save(path)
    before, looks = parts(path), values_and_looks(path)
    report = bed.refresh(path)
    assert report.workbooks[0].error is None, report.workbooks[0].error
    after = values_and_looks(path)
    touched = changed_parts(before, parts(path))
    allowed = {
        "xl/worksheets/sheet1.xml",
        "xl/styles.xml",
        "xl/tables/table1.xml",
        "xl/workbook.xml",
    }
    assert touched <= allowed, touched
    for place, cell in looks.items():
        if cell[0] is not None:
            assert after[place] == cell, place
    numbers = [cell[0] for cell in after.values() if cell[0] is not None]
    for line in bed.sandbox.account.line_items(20):
        assert bed.truth(line).number in numbers
    figures("R17", state.replace("_", " "), f"changed parts: {len(touched)}; all other cells equal")


def protect(path):
    book = openpyxl.load_workbook(path)
    book.worksheets[0].protection.enable()
    book.save(path)


def encrypt(path):
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2000))


def open_elsewhere(path):
    path.with_name(f"~${path.name}").write_bytes(b"\x05Maria" + bytes(160))


def truncate(path):
    path.write_bytes(path.read_bytes()[:-200])


def make_read_only(path):
    path.chmod(0o444)


@pytest.mark.parametrize(
    ("spoil", "code", "word"),
    [
        (protect, 2, "protected"),
        (encrypt, 2, ""),
        (open_elsewhere, 5, "open"),
        (truncate, 2, ""),
        pytest.param(
            make_read_only,
            2,
            "read-only",
        ),
    ],
)
def test_a_workbook_that_cannot_be_refreshed_is_left_alone_with_advice(
    make_bed, figures, spoil, code, word
):
    bed = make_bed()
    path = bed.book(bed.sandbox.account.line_items(20))
    spoil(path)
    before = path.read_bytes()
    report = bed.refresh(path)
    error = report.workbooks[0].error
    assert error is not None
    assert report.exit_code == code
    assert word in error.message
    assert error.next_step
    assert path.read_bytes() == before
    figures("R17", spoil.__name__.replace("_", " "), f"exit {code}: {error.message[:60]}…")


@pytest.mark.parametrize(
    "name", ["a b.xlsx", "ü😀日本.xlsx", "a'b&c;d.xlsx", "#1 (2)[3]{4}.xlsx", "-x.xlsx", "%20.xlsx"]
)
def test_names_with_every_odd_character_work(make_bed, name):
    bed = make_bed(shares=one_invoice_each())
    path = bed.book(bed.sandbox.account.line_items(3), name)
    assert bed.refresh(path).workbooks[0].error is None
    assert all(one.cells.status == "Found" for one in shown(path))


def test_a_target_that_vanishes_while_asking_is_said_and_costs_no_answer(make_bed, figures):
    bed = make_bed(latency_s=0.2, shares=one_invoice_each())
    lines = bed.sandbox.account.line_items(50)
    path = bed.book(lines)
    kept = shutil.copy(path, bed.folder / "kept.xlsx")

    class Watcher:
        def begin(self, _count, *_more):
            path.unlink()

        def __getattr__(self, _name):
            return lambda *_args, **_named: None

    report = bed.refresh(path, progress=Watcher())
    assert report.workbooks[0].error is not None
    assert not path.exists()
    os.replace(kept, path)  # noqa: PTH105  # put back
    bed.sandbox.requests.clear()
    assert bed.refresh(path).requests == 0
    assert all(one.cells.status == "Found" for one in shown(path))
    figures("R17", "target vanishes while asking", "an error; its answers cost no second request")
    assert bed.sandbox.requests.count(INVOICES) == 0


def test_unlocked_cells_of_a_protected_sheet_are_filled(make_bed):
    bed = make_bed(shares=one_invoice_each())
    path = bed.book(bed.sandbox.account.line_items(5))
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    for row in sheet.iter_rows(min_row=1, max_row=6, min_col=4, max_col=8):
        for cell in row:
            cell.protection = Protection(locked=False)
    sheet.protection.enable()
    book.save(path)
    assert bed.refresh(path).workbooks[0].error is None
    assert all(one.cells.status == "Found" for one in shown(path))


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_a_disk_that_is_full_when_saving_costs_no_answer(make_bed, figures, monkeypatch, number):
    bed = make_bed(shares=one_invoice_each())
    path = bed.book(bed.sandbox.account.line_items(50))
    before = path.read_bytes()

    def full(_file):
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr("xlsx_addin.workbooks.saving.flush", full)
        report = bed.refresh(path)
    error = report.workbooks[0].error
    assert error is not None
    assert error.next_step
    assert path.read_bytes() == before
    assert not list(bed.folder.glob(".*.tmp")), "a temporary file was left"
    bed.sandbox.requests.clear()
    assert bed.refresh(path).requests == 0
    assert all(one.cells.status == "Found" for one in shown(path))
    figures("R17", os.strerror(number).lower(), f"{error.message[:60]}…; the next run asks nothing")
