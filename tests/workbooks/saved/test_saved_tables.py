"""Tables that grow, in forms that only other programs write."""

from pathlib import Path

import pytest

from tests.workbooks.saved import handmade
from xlsx_addin.errors import SheetError
from xlsx_addin.workbooks.contract import ColumnEdit, ColumnKind, SheetEdit
from xlsx_addin.workbooks.saved import SavedWorkbook

TABLE_PART = "xl/tables/table1.xml"
QUERY_PART = "xl/queryTables/queryTable1.xml"
TABLE = (
    f'<table xmlns="{handmade.MAIN}" id="1" name="T" displayName="Purchases" ref="A1:B3" '
    'totalsRowCount="0"{kind}><autoFilter ref="A1:B3"><filterColumn colId="0"/></autoFilter>'
    '<tableColumns count="2"><tableColumn id="7" name="Order ID"/>'
    '<tableColumn id="2" name="Amount"/></tableColumns><tableStyleInfo name="x"/></table>'
)
QUERY = (
    f'<queryTable xmlns="{handmade.MAIN}" name="Q" connectionId="1">'
    '<queryTableRefresh nextId="3"><queryTableFields count="2">'
    '<queryTableField id="1" name="Order ID" tableColumnId="7"/>'
    '<queryTableField id="2" name="Amount" tableColumnId="2"/>'
    "</queryTableFields></queryTableRefresh></queryTable>"
)
ROWS = '<row r="1"><c r="A1" t="str"><v>Order ID</v></c><c r="B1" t="str"><v>Amount</v></c></row>'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "march.xlsx"


def with_table(path: Path, *, query: bool = False, tail: str = "", table: str = TABLE) -> Path:
    tail += '<tableParts count="1"><tablePart r:id="rId1"/></tableParts>'
    parts = handmade.parts(ROWS, tail=tail)
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = handmade.relationships(
        {"table": "../tables/table1.xml"}
    )
    parts[TABLE_PART] = table.format(kind=' tableType="queryTable"' if query else "")
    if query:
        parts["xl/tables/_rels/table1.xml.rels"] = handmade.relationships(
            {"queryTable": "../queryTables/queryTable1.xml"}
        )
        parts[QUERY_PART] = QUERY
    return handmade.write(path, parts)


def new_columns(*headers: str, first: int = 3) -> SheetEdit:
    columns = tuple(
        ColumnEdit(number, ColumnKind.IDENTIFIER, {2: "x"}, header)
        for number, header in enumerate(headers, first)
    )
    return SheetEdit(handmade.SHEET, columns, header_row=1, extend_table="Purchases")


def test_a_table_gets_new_columns_with_ids_of_their_own(path: Path) -> None:
    handmade.edited(with_table(path), new_columns("Invoice Number", 'Say "no" & <go>'))
    assert handmade.read(path, TABLE_PART) == TABLE.format(kind="").replace(
        "A1:B3", "A1:D3"
    ).replace('count="2"', 'count="4"').replace(
        "</tableColumns>",
        '<tableColumn id="8" name="Invoice Number"/>'
        '<tableColumn id="9" name="Say &quot;no&quot; &amp; &lt;go&gt;"/></tableColumns>',
    )


def test_a_line_break_in_a_header_is_escaped_in_the_table(path: Path) -> None:
    sheet = handmade.edited(with_table(path), new_columns("Invoice\nNumber"))
    assert 'name="Invoice_x000a_Number"' in handmade.read(path, TABLE_PART)
    assert "Invoice\nNumber</t>" in sheet


def test_the_query_of_a_table_learns_that_the_columns_are_not_its_own(path: Path) -> None:
    handmade.edited(with_table(path, query=True), new_columns("Invoice Number", "Invoice Date"))
    assert (
        '<tableColumn id="8" name="Invoice Number" uniqueName="3" queryTableFieldId="3"/>'
        '<tableColumn id="9" name="Invoice Date" uniqueName="4" queryTableFieldId="4"/>'
    ) in handmade.read(path, TABLE_PART)
    assert handmade.read(path, QUERY_PART) == QUERY.replace(
        'nextId="3"', 'nextId="5" unboundColumnsRight="2"'
    ).replace('count="2"', 'count="4"').replace(
        "</queryTableFields>",
        '<queryTableField id="3" dataBound="0" tableColumnId="8"/>'
        '<queryTableField id="4" dataBound="0" tableColumnId="9"/></queryTableFields>',
    )


@pytest.mark.parametrize(
    ("edit", "tail", "words", "advice"),
    [
        (new_columns("Invoice Number", first=4), "", "directly", "Free the columns"),
        (new_columns("AMOUNT"), "", "has a column AMOUNT", "Rename or delete"),
        (new_columns("New", "new"), "", "has a column new", "Rename or delete"),
        (
            new_columns("Invoice Number"),
            '<mergeCells><mergeCell ref="C3:D9"/></mergeCells>',
            "C3:D9",
            "Free the columns",
        ),
    ],
)
def test_a_table_that_cannot_grow_is_refused_and_nothing_is_applied(
    path: Path, edit: SheetEdit, tail: str, words: str, advice: str
) -> None:
    before = with_table(path, tail=tail).read_bytes()
    with SavedWorkbook(path) as workbook:
        with pytest.raises(SheetError, match=words) as caught:
            workbook.apply(edit)
        assert caught.value.next_step.startswith(advice)
        workbook.commit()
    assert path.read_bytes() == before


def test_a_table_that_is_not_there_is_refused(path: Path) -> None:
    edit = SheetEdit(handmade.SHEET, new_columns("x").columns, 1, extend_table="Sales")
    with (
        SavedWorkbook(with_table(path)) as workbook,
        pytest.raises(SheetError, match="no table Sales"),
    ):
        workbook.apply(edit)


def test_cells_of_a_totals_row_are_not_written(path: Path) -> None:
    table = TABLE.replace('totalsRowCount="0"', 'totalsRowCount="1"')
    edit = SheetEdit(handmade.SHEET, (ColumnEdit(2, ColumnKind.TEXT, {2: "x", 3: "y"}),))
    with (
        SavedWorkbook(with_table(path, table=table)) as workbook,
        pytest.raises(SheetError, match=r"\bB3\b.*totals row") as caught,
    ):
        workbook.apply(edit)
    assert "Move the table" in caught.value.next_step
    assert "--columns" not in caught.value.next_step
