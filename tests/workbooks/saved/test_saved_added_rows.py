"""Rows below the data, in the forms of other programs: only what must changes."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.workbooks.saved import handmade
from xlsx_addin.errors import SheetError
from xlsx_addin.workbooks.contract import (
    ColumnEdit,
    ColumnKind,
    NewRows,
    ResultValue,
    SheetEdit,
)
from xlsx_addin.workbooks.saved import SavedWorkbook

TABLE_PART = "xl/tables/table1.xml"
HEADER = '<row r="1"><c r="A1" t="str"><v>Id</v></c><c r="B1" t="str"><v>Net</v></c></row>'
TABLE = (
    f'<table xmlns="{handmade.MAIN}" id="1" name="T" displayName="Paid" ref="A1:C2"{{more}}>'
    '<autoFilter ref="A1:C2"/><tableColumns count="3"><tableColumn id="1" name="Id"/>'
    '<tableColumn id="2" name="Net"/><tableColumn id="3" name="Gross">'
    "<calculatedColumnFormula>{formula}</calculatedColumnFormula></tableColumn>"
    "</tableColumns></table>"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "march.xlsx"


def below(
    *texts: str, first: int = 3, like: int | None = 2, area: tuple[int, int] = (1, 3)
) -> SheetEdit:
    """Add rows with texts in column A."""
    cells: dict[int, ResultValue] = dict(enumerate(texts, first))
    new = NewRows(first, first + len(texts) - 1, like, area, None)
    return SheetEdit(handmade.SHEET, [ColumnEdit(1, ColumnKind.TEXT, cells)], 1, None, new)


def text(name: str, content: str, style: str = "") -> str:
    return f'<c r="{name}"{style} t="inlineStr"><is><t>{content}</t></is></c>'


@pytest.mark.parametrize(
    ("like", "added"),
    [
        ('<c r="A2"/>', ""),
        ('<c r="B2" s="2"><v>1</v></c>', '<c r="B3" s="2"/>'),
        ('<c r="C2" s="1"/>', '<c r="C3" s="1"/>'),
        # Outside of the data region.
        ('<c r="D2" s="1"><f>A2</f></c>', ""),
        ('<c r="B2"><f>A2&amp;"x"</f><v>1</v></c>', '<c r="B3"><f>A3&amp;"x"</f></c>'),
        ('<c r="B2" s="1" t="str"><f ca="1">A2</f></c>', '<c r="B3" s="1"><f ca="1">A3</f></c>'),
        (
            '<c r="B2" cm="1"><f t="array" ref="B2">A2</f><v>1</v></c>',
            '<c r="B3" cm="1"><f t="array" ref="B3">A3</f></c>',
        ),
        ('<c r="B2"><f t="array" ref="B2:C2">A2:B2</f></c><c r="C2"><v>1</v></c>', ""),
        (
            (
                '<c r="B2"><f t="shared" ref="B2:C2" si="4">A$1+A2</f></c>'
                '<c r="C2"><f t="shared" si="4"/></c>'
            ),
            '<c r="B3"><f>A$1+A3</f></c><c r="C3"><f>B$1+B3</f></c>',
        ),
    ],
)
def test_a_new_row_takes_over_formats_and_formulas(path: Path, like: str, added: str) -> None:
    rows = f'{HEADER}<row r="2">{like}</row>'
    after = handmade.edited(handmade.book(path, rows), below("x"))
    assert handmade.rows_of(after) == f'{rows}<row r="3">{text("A3", "x")}{added}</row>'


@pytest.mark.parametrize(
    ("row", "height"),
    [
        ('r="2" ht="30" customHeight="1"', ' ht="30" customHeight="1"'),
        ('r="2" ht="30"', ""),
        ('r="2" hidden="1" outlineLevel="1"', ""),
    ],
)
def test_a_height_that_somebody_set_is_taken_over(path: Path, row: str, height: str) -> None:
    rows = f'{HEADER}<row {row}><c r="A2"/></row>'
    after = handmade.edited(handmade.book(path, rows), below("x"))
    assert handmade.rows_of(after) == f'{rows}<row r="3"{height}>{text("A3", "x")}</row>'


def test_a_row_format_is_given_to_the_cells_of_the_data_region(path: Path) -> None:
    rows = f'{HEADER}<row r="2" s="2" customFormat="1"><c r="A2"/></row>'
    after = handmade.edited(handmade.book(path, rows), below("x", area=(1, 2)))
    assert after.count('<c r="B3" s="2"/>') == 1


def test_rows_that_only_have_formats_are_filled_where_they_are(path: Path) -> None:
    rows = (
        f'{HEADER}<row r="2"><c r="A2"/><c r="B2" s="1"><f>A2</f></c></row>'
        '<row r="3" spans="1:1" foo="1"><c r="A3" s="2"/><c r="B3" s="2"/><c r="E3"><v>7</v></c>'
        '</row><row r="4"/><row r="9"><c r="A9"><v>1</v></c></row>'
    )
    after = handmade.edited(handmade.book(path, rows), below("x", "y", "z"))
    assert handmade.rows_of(after).removeprefix(HEADER) == (
        '<row r="2"><c r="A2"/><c r="B2" s="1"><f>A2</f></c></row>'
        f'<row r="3" spans="1:2" foo="1">{text("A3", "x")}<c r="B3" s="1"><f>A3</f></c>'
        f'<c r="E3"><v>7</v></c></row><row r="4">{text("A4", "y")}<c r="B4" s="1"><f>A4</f></c>'
        f'</row><row r="5">{text("A5", "z")}<c r="B5" s="1"><f>A5</f></c></row>'
        '<row r="9"><c r="A9"><v>1</v></c></row>'
    )


def test_rows_without_numbers_are_counted(path: Path) -> None:
    rows = "<row><c><v>1</v></c></row><row><c><v>2</v></c><c><f>A2</f></c></row>"
    after = handmade.edited(handmade.book(path, rows), below("x"))
    assert handmade.rows_of(after) == (
        f'{rows}<row r="3">{text("A3", "x")}<c r="B3"><f>A3</f></c></row>'
    )


def test_elements_with_a_prefix_keep_it(path: Path) -> None:
    parts = handmade.parts("")
    parts[handmade.SHEET_PART] = (
        f'<x:worksheet xmlns:x="{handmade.MAIN}"><x:sheetData><x:row r="2"><x:c r="B2" s="1">'
        "<x:f>A2</x:f></x:c></x:row></x:sheetData></x:worksheet>"
    )
    after = handmade.edited(handmade.write(path, parts), below("x"))
    assert after.partition("</x:row>")[2] == (
        '<x:row r="3"><x:c r="A3" t="inlineStr"><x:is><x:t>x</x:t></x:is></x:c>'
        '<x:c r="B3" s="1"><x:f>A3</x:f></x:c></x:row></x:sheetData></x:worksheet>'
    )


def test_the_dimension_covers_new_rows(path: Path) -> None:
    book = handmade.book(path, HEADER, head='<dimension ref="A1:B1"/>')
    assert '<dimension ref="A1:C4"/>' in handmade.edited(book, below("x", "y", like=1))


def test_days_are_counted_as_the_workbook_does(path: Path) -> None:
    parts = handmade.parts('<row r="2"><c r="A2" s="2"/></row>')
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(
        "<sheets>", '<workbookPr date1904="1"/><sheets>'
    )
    edit = SheetEdit(
        handmade.SHEET,
        [ColumnEdit(1, ColumnKind.DATE, {3: date(1904, 1, 3)})],
        new_rows=NewRows(3, 3, 2, (1, 1), None),
    )
    after = handmade.edited(handmade.write(path, parts), edit)
    assert '<row r="3"><c r="A3" s="2"><v>2</v></c></row>' in after


def test_decimals_are_written_to_their_last_digit(path: Path) -> None:
    cells: dict[int, ResultValue] = {
        2: Decimal("12345678901234567890.12"),
        3: Decimal("1E+3"),
        4: Decimal("-0.10"),
        5: 0,
    }
    edit = SheetEdit(handmade.SHEET, [ColumnEdit(1, ColumnKind.COUNT, cells)])
    after = handmade.edited(handmade.book(path, ""), edit)
    for number in ("12345678901234567890.12", "1000", "-0.10", "0"):
        assert f"<v>{number}</v>" in after


def test_what_is_no_number_is_not_written(path: Path) -> None:
    edit = SheetEdit(handmade.SHEET, [ColumnEdit(1, ColumnKind.NUMBER, {2: Decimal("NaN")})])
    with pytest.raises(ValueError, match="NaN"):
        handmade.edited(handmade.book(path, ""), edit)


# Rules


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("A2:C2", "A2:C4"),
        ("A2", "A2:A4"),
        ("A1:B2", "A1:B4"),
        ("C2:C3", "C2:C4"),
        # Whole columns and what reaches further stay; so do headers and what stands beside.
        *((stays, stays) for stays in ("A2:C9", "A1:C1", "D2:F2", "A1:A1048576", "C3:C9")),
        ("B2:E2", "B2:E2 B3:C4"),
        ("A2:A2 E5 B2", "A2:A4 E5 B2:B4"),
    ],
)
def test_rules_that_reach_the_last_row_reach_new_ones(path: Path, old: str, new: str) -> None:
    x14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
    xm = "http://schemas.microsoft.com/office/excel/2006/main"

    def tail(places: str) -> str:
        return (
            f'<conditionalFormatting sqref="{places}"><cfRule type="expression" priority="1">'
            "<formula>A2&gt;1</formula></cfRule></conditionalFormatting>"
            f'<dataValidations count="1"><dataValidation sqref="{places}"/></dataValidations>'
            f'<extLst><ext xmlns:x14="{x14}" xmlns:xm="{xm}"><x14:conditionalFormattings>'
            f"<x14:conditionalFormatting><x14:cfRule/><xm:sqref>{places}</xm:sqref>"
            "</x14:conditionalFormatting></x14:conditionalFormattings></ext>"
            "<ext><x14:sparklineGroups xmlns:x14="
            f'"{x14}" xmlns:xm="{xm}"><xm:sqref>A2</xm:sqref></x14:sparklineGroups></ext></extLst>'
        )

    rows = f'{HEADER}<row r="2"><c r="A2"/></row>'
    after = handmade.edited(handmade.book(path, rows, tail=tail(old)), below("x", "y"))
    assert after.partition("</sheetData>")[2] == f"{tail(new)}</worksheet>"


# Tables


def with_table(path: Path, rows: str, *, more: str = "", formula: str = "Paid[[#This Row],[Net]]"):
    parts = handmade.parts(
        HEADER + rows, tail='<tableParts count="1"><tablePart r:id="rId1"/></tableParts>'
    )
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = handmade.relationships(
        {"table": "../tables/table1.xml"}
    )
    parts[TABLE_PART] = TABLE.format(more=more, formula=formula)
    return handmade.write(path, parts)


def into_table(first: int = 3) -> SheetEdit:
    return SheetEdit(
        handmade.SHEET,
        [ColumnEdit(1, ColumnKind.TEXT, {first: "x"})],
        1,
        None,
        NewRows(first, first, first - 1, (1, 3), "Paid"),
    )


def test_a_table_changes_its_area_and_that_of_its_filter_alone(path: Path) -> None:
    handmade.edited(with_table(path, ""), into_table())
    before = TABLE.format(more="", formula="Paid[[#This Row],[Net]]")
    assert handmade.read(path, TABLE_PART) == before.replace("A1:C2", "A1:C3")


def test_the_row_to_type_into_becomes_a_row(path: Path) -> None:
    handmade.edited(with_table(path, "", more=' insertRow="1"'), into_table())
    assert 'ref="A1:C3" insertRow="0"' in handmade.read(path, TABLE_PART)


@pytest.mark.parametrize(
    ("rows", "formula", "filled"),
    [
        ("", "Paid[[#This Row],[Net]]", "<f>Paid[[#This Row],[Net]]</f>"),
        ('<row r="2"><c r="C2"><v>7</v></c></row>', "1+1", "<f>1+1</f>"),
        # The formula of the row itself is the better one.
        ('<row r="2"><c r="C2"><f>B2*3</f></c></row>', "B2*2", "<f>B3*3</f>"),
        # For which row this one is meant nobody says.
        ('<row r="2"><c r="C2"><v>7</v></c></row>', "B2*2", ""),
    ],
)
def test_a_calculated_column_is_filled(path: Path, rows: str, formula: str, filled: str) -> None:
    after = handmade.edited(with_table(path, rows, formula=formula), into_table())
    assert (f'<c r="C3">{filled}</c>' in after) == bool(filled)
    assert ("C3" in after) == bool(filled)
    if filled:
        assert 'fullCalcOnLoad="1"' in handmade.read(path, "xl/workbook.xml")


def test_a_table_that_a_query_fills_gets_no_rows(path: Path) -> None:
    with_table(path, "")
    parts = {name: handmade.read(path, name) for name in handmade.names(path)}
    parts["xl/tables/_rels/table1.xml.rels"] = handmade.relationships(
        {"queryTable": "../queryTables/queryTable1.xml"}
    )
    parts["xl/queryTables/queryTable1.xml"] = f'<queryTable xmlns="{handmade.MAIN}"/>'
    handmade.write(path, parts)
    before = path.read_bytes()
    with SavedWorkbook(path) as workbook:
        with pytest.raises(SheetError, match="query") as caught:
            workbook.apply(into_table())
        workbook.commit()
    assert caught.value.code == "cell-not-writable"
    assert path.read_bytes() == before


# Refusals


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        ('<row r="3"><c r="B3"><v>1</v></c></row>', "B3"),
        ('<row r="4"><c r="A4" s="1"/><c r="C4"><f>1</f></c></row>', "C4"),
        ('<row r="4"><c r="C4" t="inlineStr"><is><t> </t></is></c></row>', "C4"),
        ("<row><c/><c><v>1</v></c></row>", "B3"),
    ],
)
def test_the_first_filled_cell_in_the_way_is_named(path: Path, rows: str, name: str) -> None:
    before = handmade.book(path, f'{HEADER}<row r="2"><c r="A2"/></row>{rows}').read_bytes()
    with SavedWorkbook(path) as workbook:
        with pytest.raises(SheetError, match=rf"\b{name}\b") as caught:
            workbook.apply(below("x", "y"))
        workbook.commit()
    assert caught.value.code == "rows-in-the-way"
    assert path.read_bytes() == before


def test_what_stands_beside_the_data_is_not_in_the_way(path: Path) -> None:
    rows = f'{HEADER}<row r="3"><c r="E3"><v>1</v></c></row>'
    after = handmade.edited(handmade.book(path, rows), below("x"))
    assert f'<row r="3">{text("A3", "x")}<c r="E3"><v>1</v></c></row>' in after


def test_new_cells_may_be_locked(path: Path) -> None:
    book = handmade.book(path, HEADER, tail='<sheetProtection sheet="1"/>')
    with SavedWorkbook(book) as workbook:
        assert workbook.locked_cell(below("x", "y")) == "A3"


def test_the_order_of_calculation_is_dropped_when_formulas_are_added(path: Path) -> None:
    parts = handmade.parts('<row r="2"><c r="B2"><f>A2</f></c></row>')
    parts["xl/_rels/workbook.xml.rels"] = handmade.relationships(
        {
            "worksheet": "worksheets/sheet1.xml",
            "styles": "styles.xml",
            "calcChain": "calcChain.xml",
        }
    )
    parts["xl/calcChain.xml"] = f'<calcChain xmlns="{handmade.MAIN}"><c r="B2" i="1"/></calcChain>'
    handmade.edited(handmade.write(path, parts), below("x"))
    assert "xl/calcChain.xml" not in handmade.names(path)
    assert 'fullCalcOnLoad="1"' in handmade.read(path, "xl/workbook.xml")
