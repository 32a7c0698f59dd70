"""What becomes of single cells and rows, byte by byte."""

import re
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from lxml import etree

from tests.workbooks.saved import handmade
from tests.workbooks.saved.fidelity import flaws
from tests.workbooks.saved.handmade import SHEET, SHEET_PART, book, edited, read, rows_of, texts
from xlsx_addin.workbooks.contract import ColumnEdit, ColumnKind, ResultValue, SheetEdit
from xlsx_addin.workbooks.saved import SavedWorkbook
from xlsx_addin.workbooks.saved.xml import STRICT_MAIN, TRANSITIONAL_MAIN

ROW_STYLE = '<row r="2" s="2" customFormat="1"><c r="A2"/></row>'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "march.xlsx"


@pytest.mark.parametrize(
    ("rows", "cells", "expected"),
    [
        # A cell that is there keeps its place and format.
        (
            '<row r="2"><c r="A2" s="1"><v>5</v></c><c r="B2"/></row>',
            {"A2": "x"},
            '<row r="2"><c r="A2" s="1" t="inlineStr"><is><t>x</t></is></c><c r="B2"/></row>',
        ),
        (
            '<row r="2"><c r="A2" s=" 1 "/></row>',
            {"A2": "x"},
            '<row r="2"><c r="A2" s="1" t="inlineStr"><is><t>x</t></is></c></row>',
        ),
        # Metadata of what was there goes with it.
        (
            '<row r="2"><c r="A2" s="1" t="e" cm="1" vm="2" ph="1"><v>#VALUE!</v></c></row>',
            {"A2": "x"},
            '<row r="2"><c r="A2" s="1" t="inlineStr"><is><t>x</t></is></c></row>',
        ),
        # A new cell finds its place, and spans are widened.
        (
            '<row r="2" spans="1:3" x="&gt;"><c r="A2"/><c r="C2"/></row>',
            {"B2": "x", "D2": "y"},
            (
                '<row r="2" spans="1:4" x="&gt;"><c r="A2"/>'
                '<c r="B2" t="inlineStr"><is><t>x</t></is></c><c r="C2"/>'
                '<c r="D2" t="inlineStr"><is><t>y</t></is></c></row>'
            ),
        ),
        # A row that closes itself is opened.
        (
            '<row r="2" ht="30"/>',
            {"B2": "x"},
            '<row r="2" ht="30"><c r="B2" t="inlineStr"><is><t>x</t></is></c></row>',
        ),
        # A missing row is made where it belongs.
        (
            '<row r="2"/><row r="5"/>',
            {"A1": "a", "A3": "b", "A9": "c"},
            (
                '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row><row r="2"/>'
                '<row r="3"><c r="A3" t="inlineStr"><is><t>b</t></is></c></row><row r="5"/>'
                '<row r="9"><c r="A9" t="inlineStr"><is><t>c</t></is></c></row>'
            ),
        ),
        # Cells without names are counted, and stay without.
        (
            "<row><c><v>1</v></c><c><v>2</v></c></row>",
            {"A1": "a", "C1": "c"},
            (
                '<row><c r="A1" t="inlineStr"><is><t>a</t></is></c><c><v>2</v></c>'
                '<c r="C1" t="inlineStr"><is><t>c</t></is></c></row>'
            ),
        ),
        # A cleared cell keeps its format; one that is not there is not made.
        (
            '<row r="2" spans="1:1"><c r="A2" s="1"><v>5</v></c></row>',
            {"A2": None, "C2": None, "A7": None, "A8": ""},
            '<row r="2" spans="1:1"><c r="A2" s="1"/></row>',
        ),
        # White space between the elements stays.
        (
            '\n<row r="2">\n <c r="A2"/>\n</row>\n',
            {"A2": "x", "B2": "y", "A9": "z"},
            (
                '\n<row r="2">\n <c r="A2" t="inlineStr"><is><t>x</t></is></c>'
                '<c r="B2" t="inlineStr"><is><t>y</t></is></c>\n</row>\n'
                '<row r="9"><c r="A9" t="inlineStr"><is><t>z</t></is></c></row>'
            ),
        ),
        # What is no cell stays last.
        (
            '<row r="2"><c r="A2"/><extLst><ext><c r="B2"/></ext></extLst></row>',
            {"B2": "x"},
            (
                '<row r="2"><c r="A2"/><c r="B2" t="inlineStr"><is><t>x</t></is></c>'
                '<extLst><ext><c r="B2"/></ext></extLst></row>'
            ),
        ),
        # An element of that name inside another is no cell.
        (
            '<row r="2"><c r="A2"><extLst><c r="B2"/></extLst></c></row>',
            {"B2": "x"},
            (
                '<row r="2"><c r="A2"><extLst><c r="B2"/></extLst></c>'
                '<c r="B2" t="inlineStr"><is><t>x</t></is></c></row>'
            ),
        ),
    ],
)
def test_cells_are_written_in_their_place(
    path: Path, rows: str, cells: dict[str, ResultValue], expected: str
) -> None:
    assert rows_of(edited(book(path, rows), texts(cells))) == expected


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("x", "<t>x</t>"),
        ("R&D <b>", "<t>R&amp;D &lt;b&gt;</t>"),
        (" x", '<t xml:space="preserve"> x</t>'),
        ("x  y", '<t xml:space="preserve">x  y</t>'),
        ("a\nb", '<t xml:space="preserve">a\nb</t>'),
        ("a\r\nb", '<t xml:space="preserve">a_x000D_\nb</t>'),
        ("_x0041_", "<t>_x005F_x0041_</t>"),
        ("x_1", "<t>x_1</t>"),
        ("\0", "<t>\ufffd</t>"),
        ("Ü€😀", "<t>Ü€😀</t>"),
    ],
)
def test_texts_are_written_so_that_they_are_read_again(path: Path, text: str, written: str) -> None:
    assert written in edited(book(path, '<row r="2"/>'), texts({"A2": text}))


@pytest.mark.parametrize("encoding", ["US-ASCII", "ascii", "utf8", "iso-8859-1"])
def test_texts_fit_into_the_encoding_of_their_part(path: Path, encoding: str) -> None:
    # Rows in no form of Excel's, which all parsers have to read.
    parts = handmade.parts('<row  r="1"><c r="A1"><v>1</v></c></row>')
    parts[SHEET_PART] = f"<?xml version='1.0' encoding='{encoding}'?>" + parts[SHEET_PART]
    for cell in ("B1", "C1"):
        edited(handmade.write(path, parts) if cell == "B1" else path, texts({cell: "Größe"}))
        with zipfile.ZipFile(path) as archive:
            assert "Größe" in etree.fromstring(archive.read(SHEET_PART)).itertext()


def test_a_sheet_without_rows_gets_them(path: Path) -> None:
    sheet = edited(book(path, ""), texts({"B3": "x"}))
    expected = '<row r="3"><c r="B3" t="inlineStr"><is><t>x</t></is></c></row>'
    assert rows_of(sheet) == expected


@pytest.mark.parametrize("tag", ["<sheetData/>", "<sheetData />"])
def test_sheet_data_that_closes_itself_is_opened(path: Path, tag: str) -> None:
    parts = handmade.parts("")
    parts[handmade.SHEET_PART] = parts[handmade.SHEET_PART].replace("<sheetData></sheetData>", tag)
    sheet = edited(handmade.write(path, parts), texts({"A1": "x"}))
    assert rows_of(sheet) == '<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<dimension ref="B2:C3"/>', '<dimension ref="A1:D9"/>'),
        ('<dimension ref="A1:Z99"/>', '<dimension ref="A1:Z99"/>'),
        ("<dimension ref='A1'/>", "<dimension ref='A1:D9'/>"),
        ("", ""),
    ],
)
def test_the_dimension_covers_what_is_written(path: Path, before: str, after: str) -> None:
    sheet = edited(book(path, "", head=before), texts({"A1": "x", "D9": "y", "E10": None}))
    assert sheet.partition("<sheetData>")[0].endswith(f'relationships">{after}')


@pytest.mark.parametrize(
    ("head", "rows", "kind", "value", "style"),
    [
        ("", '<row r="2"/>', ColumnKind.TEXT, "x", 0),
        ("", '<row r="2"/>', ColumnKind.IDENTIFIER, "x", 3),
        ("", '<row r="2"/>', ColumnKind.DATE, date(2026, 3, 31), 3),
        ("", '<row r="2"/>', ColumnKind.DATE, "unknown", 0),
        ("", '<row r="2"><c r="C2" s="1"/></row>', ColumnKind.IDENTIFIER, "x", 1),
        ("", '<row r="2"><c r="C2" s="2"/></row>', ColumnKind.DATE, date(2026, 3, 31), 2),
        ("", ROW_STYLE, ColumnKind.DATE, date(2026, 3, 31), 2),
        ("", '<row r="2" s="2"/>', ColumnKind.TEXT, "x", 0),
        ('<cols><col min="2" max="3" style="1"/></cols>', "", ColumnKind.TEXT, "x", 1),
        ('<cols><col min="2" max="3" style="1"/></cols>', ROW_STYLE, ColumnKind.TEXT, "x", 2),
        ('<cols><col min="4" max="9" style="1"/></cols>', "", ColumnKind.TEXT, "x", 0),
    ],
)
def test_a_cell_takes_its_own_format_or_that_of_its_row_or_column(
    path: Path, head: str, rows: str, kind: ColumnKind, value: ResultValue, style: int
) -> None:
    edit = SheetEdit(SHEET, (ColumnEdit(3, kind, {2: value}),))
    sheet = edited(book(path, rows, head=head), edit)
    written = f'<c r="C2" s="{style}"' if style else '<c r="C2"'
    assert f"{written}>" in sheet or f"{written} t=" in sheet
    formats = read(path, "xl/styles.xml")
    assert ('<cellXfs count="4">' in formats) == (style == 3)


@pytest.mark.parametrize("namespace", [TRANSITIONAL_MAIN, STRICT_MAIN])
def test_a_workbook_without_formats_gets_the_ones_it_needs(path: Path, namespace: str) -> None:
    parts = handmade.parts('<row r="2"><c r="A2"><v>1</v></c></row>')
    del parts["xl/styles.xml"]
    parts["[Content_Types].xml"] = re.sub(
        "<Override[^>]*styles[^>]*>", "", parts["[Content_Types].xml"]
    )
    parts["xl/_rels/workbook.xml.rels"] = handmade.relationships(
        {"worksheet": "worksheets/sheet1.xml"}
    )
    for name, content in parts.items():
        parts[name] = content.replace(handmade.MAIN, namespace)
    edit = SheetEdit(
        SHEET,
        (
            ColumnEdit(3, ColumnKind.IDENTIFIER, {2: "007"}),
            ColumnEdit(4, ColumnKind.DATE, {2: date(2026, 3, 31)}),
        ),
    )
    edited(handmade.write(path, parts), edit)
    assert flaws(path) == []
    assert f'<styleSheet xmlns="{namespace}">' in read(path, "xl/styles.xml")
    with SavedWorkbook(path) as workbook:
        assert workbook.head(SHEET, first_row=2, rows=1) == [
            [1, None, "007", datetime(2026, 3, 31)]
        ]


def test_a_new_format_differs_in_its_number_format_alone(path: Path) -> None:
    xf = (
        '<xf numFmtId="2" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1">'
        '<alignment wrapText="1"/><protection locked="0"/></xf>'
    )
    parts = handmade.parts('<row r="2"><c r="C2" s="3"/></row>')
    parts["xl/styles.xml"] = (
        parts["xl/styles.xml"]
        .replace('count="3"><xf numFmtId="0"/>', f'count="4">{"<xf/>" * 3}')
        .replace('<xf numFmtId="49"/><xf numFmtId="14"/>', xf)
    )
    edit = SheetEdit(
        SHEET,
        (
            ColumnEdit(3, ColumnKind.DATE, {2: date(2026, 3, 31)}),
            ColumnEdit(4, ColumnKind.DATE, {2: date(2026, 3, 31)}),
        ),
    )
    edited(handmade.write(path, parts), edit)
    formats = read(path, "xl/styles.xml")
    assert '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy-mm-dd"/></numFmts><f' in (
        formats
    )
    new = xf.replace('numFmtId="2"', 'numFmtId="164"').replace(
        'quotePrefix="1"', 'quotePrefix="1" applyNumberFormat="1"'
    )
    assert f'{xf}{new}<xf numFmtId="164" applyNumberFormat="1"/></cellXfs>' in formats


@pytest.mark.parametrize(
    ("is_1904", "day", "serial"),
    [
        (False, date(2026, 3, 31), "<v>46112</v>"),
        (True, date(2026, 3, 31), "<v>44650</v>"),
        (False, date(1900, 1, 1), "<v>1</v>"),
        (False, date(1900, 2, 28), "<v>59</v>"),
        (False, date(1900, 3, 1), "<v>61</v>"),
        (False, date(1899, 12, 31), "<t>1899-12-31</t>"),
        (True, date(1904, 1, 1), "<v>0</v>"),
        (True, date(1903, 12, 31), "<t>1903-12-31</t>"),
    ],
)
def test_dates_are_counted_as_the_workbook_does(
    path: Path, is_1904: bool, day: date, serial: str
) -> None:
    parts = handmade.parts("")
    settings = '<workbookPr date1904="1"/>' if is_1904 else ""
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace("<sheets>", f"{settings}<sheets>")
    edit = SheetEdit(SHEET, (ColumnEdit(3, ColumnKind.DATE, {2: day}),))
    assert serial in edited(handmade.write(path, parts), edit)
