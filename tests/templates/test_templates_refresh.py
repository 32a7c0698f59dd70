"""A copy of a template, filled in as people do, refreshes well and stays what it was."""

import re
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from tests.templates.conftest import part
from tests.workbooks.saved.fidelity import flaws
from xlsx_addin.core.line_items import LineItem

SHEET = "xl/worksheets/sheet1.xml"
TABLE = "xl/tables/table1.xml"
PUBLISHED = LineItem("111-1087441-1234567", "92258882544123", "XWwjNjAbC")
LINES = [
    PUBLISHED,
    LineItem("403-0461073-4444628", "00000000000012", "htH9adTWE"),
    LineItem("403-0461073-4444628", "9.22588E+13", "htH9adTWE"),
    LineItem("403-0461073-4444628", "", ""),
]


@pytest.fixture(params=["march.xlsx", "march.xlsm"])
def path(request, cli, tmp_path) -> Path:
    path = tmp_path / request.param
    assert cli("new", path).code == 0
    return path


def paste(path: Path, lines: list[LineItem], *, grow: bool = True) -> None:
    """Add rows below the header, and let the table grow as Excel does."""
    with zipfile.ZipFile(path) as package:
        contents = {name: package.read(name).decode("latin-1") for name in package.namelist()}
    rows = "".join(
        f'<row r="{number}">'
        + "".join(
            f'<c r="{column}{number}" s="1" t="inlineStr"><is><t>{value}</t></is></c>'
            for column, value in zip("ABC", line, strict=True)
            if value
        )
        + "</row>"
        for number, line in enumerate(lines, start=5)
    )
    contents[SHEET] = contents[SHEET].replace("</sheetData>", f"{rows}</sheetData>")
    if grow:
        contents[TABLE] = contents[TABLE].replace('"A4:P5"', f'"A4:P{4 + len(lines)}"')
    with zipfile.ZipFile(path, "w") as package:
        for name, text in contents.items():
            package.writestr(name, text.encode("latin-1"))


def results(path: Path) -> list[dict[str, object]]:
    book = openpyxl.load_workbook(path)
    header, *rows = book["Reconcile"].iter_rows(min_row=4, values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_invoices_are_filled_in_where_their_headers_are(path, refresh):
    paste(path, LINES)
    done = refresh(path, "--sandbox")
    assert done.code == 0
    first, second, damaged, blank = results(path)
    assert first["Invoice Number"] == "1677-HWGG-ABCD"
    assert first["Invoice Date"] == datetime(2023, 11, 22)
    assert second["Order Line Item ID"] == "00000000000012"
    assert second["Invoice Status"] in {"Found", "Several", "Pending", "No invoice yet"}
    statuses = [row["Invoice Status"] for row in (first, damaged, blank)]
    assert statuses == ["Found", "ID damaged", "Check IDs"]
    assert all(row["Invoice Message"] for row in (first, second, damaged, blank))
    assert all(row["Notes"] is None for row in (first, second, damaged, blank))


def test_results_look_as_the_columns_say(path, refresh):
    paste(path, LINES)
    refresh(path, "--sandbox")
    sheet = openpyxl.load_workbook(path)["Reconcile"]
    assert sheet["K5"].number_format == "@"
    assert (sheet["L5"].number_format, sheet["L5"].alignment.horizontal) == ("yyyy-mm-dd", "center")
    assert sheet["A5"].number_format == "@"


def test_colours_table_and_macros_are_as_before(path, refresh):
    paste(path, LINES)
    with zipfile.ZipFile(path) as package:
        before = {name: package.read(name) for name in package.namelist()}
    refresh(path, "--sandbox", "--no-backup")
    assert flaws(path) == []
    with zipfile.ZipFile(path) as package:
        after = {name: package.read(name) for name in package.namelist()}
    kept = before.keys() - {SHEET, "xl/sharedStrings.xml", "xl/styles.xml"}
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    colours = re.compile(rb"<conditionalFormatting.*</conditionalFormatting>", re.DOTALL)
    assert colours.findall(after[SHEET]) == colours.findall(before[SHEET]) != []
    assert b'ref="A4:P8"' in part(path, TABLE)


def test_the_header_row_gets_no_further_columns(path, refresh):
    paste(path, LINES)
    refresh(path, "--sandbox")
    sheet = openpyxl.load_workbook(path)["Reconcile"]
    assert (sheet.max_column, sheet.max_row) == (16, 8)


def test_rows_below_a_table_that_did_not_grow_are_filled_in_too(path, refresh):
    paste(path, LINES, grow=False)
    assert refresh(path, "--sandbox").code == 0
    assert [row["Invoice Status"] for row in results(path)][2:] == ["ID damaged", "Check IDs"]
    assert flaws(path) == []


def test_a_second_refresh_changes_nothing(path, refresh):
    paste(path, LINES[:1])
    refresh(path, "--sandbox")
    again = refresh(path, "--sandbox")
    assert (again.book["requests"], again.book["changed"]) == (0, 0)


def test_an_empty_copy_is_refreshed_without_a_request(path, refresh):
    before = path.read_bytes()
    done = refresh(path, "--sandbox")
    assert (done.code, done.json["requests"], done.book["rows"]) == (0, 0, 0)
    assert path.read_bytes() == before
