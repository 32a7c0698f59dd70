"""Formulas are kept with their results, and none loses its meaning through an edit."""

from pathlib import Path

import pytest

from tests.workbooks.saved import handmade
from tests.workbooks.saved.handmade import SHEET, book, edited, rows_of, texts
from xlsx_addin.core.cells import Formula, Missing
from xlsx_addin.errors import SheetError
from xlsx_addin.workbooks.saved import SavedWorkbook

SHARED = (
    '<row r="2"><c r="B2"><f t="shared" ref="B2:B4" si="0">A2*$A$1&amp;"&lt;"</f><v>1</v></c></row>'
    '<row r="3"><c r="B3"><f t="shared" si="0"/><v>2</v></c></row>'
    '<row r="4"><c r="B4" s="1"><f t="shared" si="0"/><v>3</v></c></row>'
)
ARRAY = (
    '<row r="2"><c r="B2"><f t="array" ref="B2:B4">A2:A4</f><v>1</v></c></row>'
    '<row r="3"><c r="B3"><v>2</v></c></row><row r="4"/>'
)
DATA_TABLE = ARRAY.replace('t="array"', 't="dataTable" dt2D="0" r1="A1"')
SINGLE_ARRAY = '<row r="2"><c r="B2" cm="1"><f t="array" ref="B2">SUM(A2:A4)</f><v>1</v></c></row>'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "march.xlsx"


def column(path: Path, number: int = 2, last: int = 4) -> list[object]:
    with SavedWorkbook(path) as workbook:
        return list(workbook.columns(SHEET, [number], first_row=2, last_row=last)[number])


def test_cells_that_share_an_overwritten_formula_get_their_own_text(path: Path) -> None:
    rows = rows_of(edited(book(path, SHARED), texts({"B2": "x"})))
    assert rows == (
        '<row r="2"><c r="B2" t="inlineStr"><is><t>x</t></is></c></row>'
        '<row r="3"><c r="B3"><f>A3*$A$1&amp;"&lt;"</f><v>2</v></c></row>'
        '<row r="4"><c r="B4" s="1"><f>A4*$A$1&amp;"&lt;"</f><v>3</v></c></row>'
    )


def test_an_index_of_shared_formulas_may_be_used_again(path: Path) -> None:
    again = SHARED + (
        '<row r="5"><c r="B5"><f t="shared" ref="B5:B6" si="0">A5*9</f><v>1</v></c></row>'
        '<row r="6"><c r="B6"><f t="shared" si="0"/><v>2</v></c></row>'
    )
    first = rows_of(edited(book(path, again), texts({"B2": "x"})))
    assert '<c r="B3"><f>A3*$A$1&amp;"&lt;"</f>' in first
    assert first.endswith(again.removeprefix(SHARED))
    second = rows_of(edited(book(path, again), texts({"B5": "x"})))
    assert second.startswith(SHARED)
    assert '<c r="B6"><f>A6*9</f>' in second


def test_a_cell_that_shares_a_formula_may_be_overwritten(path: Path) -> None:
    rows = rows_of(edited(book(path, SHARED), texts({"B3": "x"})))
    assert rows == SHARED.replace(
        '<c r="B3"><f t="shared" si="0"/><v>2</v></c>',
        '<c r="B3" t="inlineStr"><is><t>x</t></is></c>',
    )


def test_all_cells_of_a_shared_formula_may_be_overwritten(path: Path) -> None:
    rows = rows_of(edited(book(path, SHARED), texts({"B2": "x", "B3": "y", "B4": None})))
    assert "<f" not in rows
    assert '<c r="B4" s="1"/>' in rows


def test_a_formula_shared_by_cells_before_it_is_not_overwritten(path: Path) -> None:
    early = SHARED.replace(
        '<row r="2">', '<row r="1"><c r="B1"><f t="shared" si="0"/></c></row><row r="2">'
    )
    with (
        SavedWorkbook(book(path, early)) as workbook,
        pytest.raises(SheetError, match=r"\bB2\b.*share"),
    ):
        workbook.apply(texts({"B2": "x"}))


@pytest.mark.parametrize("rows", [ARRAY, DATA_TABLE])
@pytest.mark.parametrize("name", ["B2", "B3", "B4"])
def test_a_cell_of_an_array_is_not_written_not_even_cleared(
    path: Path, rows: str, name: str
) -> None:
    before = book(path, rows).read_bytes()
    with SavedWorkbook(path) as workbook:
        for value in ("x", None):
            with pytest.raises(SheetError, match=rf"\b{name}\b.*B2:B4"):
                workbook.apply(texts({"A1": "a", name: value}))
        workbook.commit()
    assert path.read_bytes() == before


def test_an_array_of_one_cell_is_overwritten(path: Path) -> None:
    rows = rows_of(edited(book(path, SINGLE_ARRAY), texts({"B2": "x"})))
    assert rows == '<row r="2"><c r="B2" t="inlineStr"><is><t>x</t></is></c></row>'


@pytest.mark.parametrize(
    ("rows", "values"),
    [
        (SHARED, [Formula(1), Formula(2), Formula(3)]),
        (ARRAY, [Formula(1), Formula(2), Formula(None)]),
        (DATA_TABLE, [Formula(1), Formula(2), Formula(None)]),
        (
            (
                '<row r="2"><c r="B2" t="str"><f>A1</f><v></v></c></row>'
                '<row r="3"><c r="B3"><f>A1</f><v/></c></row>'
                '<row r="4"><c r="B4"><f>A1</f></c></row>'
            ),
            [Formula(""), Formula(Missing.RESULT), Formula(Missing.RESULT)],
        ),
    ],
)
def test_formulas_are_read_with_their_results(path: Path, rows: str, values: list[object]) -> None:
    assert column(book(path, rows)) == values


def with_chain(path: Path, rows: str) -> Path:
    parts: dict[str, str | bytes] = {**handmade.parts(rows)}
    parts["xl/_rels/workbook.xml.rels"] = handmade.relationships(
        {
            "worksheet": "worksheets/sheet1.xml",
            "calcChain": "calcChain.xml",
            "styles": "/xl/styles.xml",
        }
    )
    parts["xl/calcChain.xml"] = (
        f'<calcChain xmlns="{handmade.MAIN}"><c r="B2" i="1"/><c r="B3"/><c r="B4"/></calcChain>'
    )
    types = str(parts["[Content_Types].xml"])
    chain = '<Override PartName="/xl/calcChain.xml" ContentType="x"/>'
    parts["[Content_Types].xml"] = types.replace("</Types>", f"{chain}</Types>")
    return handmade.write(path, parts)


def test_the_calculation_chain_goes_with_an_overwritten_formula(path: Path) -> None:
    edited(with_chain(path, SHARED), texts({"B3": "x"}))
    assert "xl/calcChain.xml" not in handmade.names(path)
    assert "calcChain" not in handmade.read(path, "xl/_rels/workbook.xml.rels")
    assert "calcChain" not in handmade.read(path, "[Content_Types].xml")
    assert "styles.xml" in handmade.read(path, "xl/_rels/workbook.xml.rels")


def test_the_calculation_chain_stays_otherwise(path: Path) -> None:
    edited(with_chain(path, SHARED), texts({"C3": "x"}))
    assert "xl/calcChain.xml" in handmade.names(path)
    assert "calcChain" in handmade.read(path, "[Content_Types].xml")


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("", '</sheets><calcPr fullCalcOnLoad="1"/></workbook>'),
        ("<calcPr calcId='1'/>", "<calcPr calcId='1' fullCalcOnLoad=\"1\"/></workbook>"),
        ('<calcPr fullCalcOnLoad="0"/>', '<calcPr fullCalcOnLoad="1"/></workbook>'),
        ('<calcPr fullCalcOnLoad="true"/>', '<calcPr fullCalcOnLoad="true"/></workbook>'),
        ("<definedNames/><extLst/>", '<definedNames/><calcPr fullCalcOnLoad="1"/><extLst/>'),
        ("<pivotCaches/>", '<calcPr fullCalcOnLoad="1"/><pivotCaches/>'),
    ],
)
def test_excel_is_told_to_calculate_anew_in_the_right_place(
    path: Path, settings: str, expected: str
) -> None:
    parts = handmade.parts(SHARED)
    workbook = parts["xl/workbook.xml"]
    parts["xl/workbook.xml"] = workbook.replace("</sheets>", f"</sheets>{settings}")
    edited(handmade.write(path, parts), texts({"C3": "x"}))
    assert expected in handmade.read(path, "xl/workbook.xml")
