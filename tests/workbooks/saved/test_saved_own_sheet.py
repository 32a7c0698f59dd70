"""Sheets of our own: added without a trace elsewhere, replaced without losing what is theirs."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tests.workbooks.books import SHEET, Make
from tests.workbooks.saved import corpus, handmade
from tests.workbooks.saved.fidelity import Expected, differences, flaws
from xlsx_addin.workbooks.contract import ResultValue
from xlsx_addin.workbooks.saved import SavedWorkbook
from xlsx_addin.workbooks.sheet_names import free_name

Rows = Sequence[Sequence[ResultValue]]

ROWS: Rows = (("Invoice Number", "Invoice Date"), ("0001", date(2026, 3, 31)), ("<&>", None))
FEWER: Rows = (ROWS[0], ("0002", None))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "march.xlsx"


def put(path: Path, rows: Rows, name: str = "Invoices") -> None:
    with SavedWorkbook(path) as workbook:
        workbook.put_sheet(name, rows)
        workbook.commit(backup=False)


def new_part(path: Path, before: Path) -> str:
    (part,) = set(handmade.names(path)) - set(handmade.names(before))
    return part


@pytest.mark.parametrize("make", corpus.RICH)
def test_adding_a_sheet_changes_no_other(path: Path, make: Make) -> None:
    before = make(path)
    after = before.with_stem("after")
    after.write_bytes(before.read_bytes())
    put(after, ROWS)
    part = new_part(after, before)
    expected = Expected("none", lambda *_: False, added=frozenset({part}))
    assert differences(before, after, expected) == []
    assert set(flaws(after)) <= set(flaws(before))


@pytest.mark.filterwarnings("ignore:.*not supported and will be removed:UserWarning")
@pytest.mark.parametrize("make", corpus.RICH)
def test_openpyxl_reads_the_sheet(path: Path, make: Make) -> None:
    before = make(path)
    put(before, ROWS)
    sheet = openpyxl.load_workbook(before)["Invoices"]
    assert sheet["A1"].font.bold
    assert sheet["A2"].number_format == "@"
    assert sheet["B2"].value.date() == date(2026, 3, 31)
    assert sheet["A3"].value == "<&>"
    assert sheet.freeze_panes == "A2"


def test_a_strict_workbook_gets_a_strict_sheet(path: Path) -> None:
    plain = corpus.formulas(path.with_stem("plain"))
    rewrites = {
        name: corpus.strict for name in handmade.names(plain) if name.endswith((".xml", ".rels"))
    }
    before = corpus.rebuilt(plain, path.with_stem("before"), rewrites)
    path.write_bytes(before.read_bytes())
    put(path, ROWS)
    assert "purl.oclc.org/ooxml/spreadsheetml/main" in handmade.read(path, new_part(path, before))
    relations = handmade.read(path, "xl/_rels/workbook.xml.rels")
    assert relations.count("purl.oclc.org/ooxml/officeDocument/relationships/worksheet") == 3
    with SavedWorkbook(path) as workbook:
        assert [sheet.name for sheet in workbook.sheets()] == [SHEET, "Sums", "Invoices"]
        assert workbook.head("Invoices", first_row=1, rows=1) == [
            ["Invoice Number", "Invoice Date"]
        ]


def test_prefixes_of_the_workbook_are_kept(path: Path) -> None:
    plain = corpus.inline(path.with_stem("plain"))

    def rewrite(xml: bytes) -> bytes:
        return (
            corpus.prefixed(xml).replace(b"xmlns:r=", b"xmlns:rel=").replace(b" r:id", b" rel:id")
        )

    put(corpus.rebuilt(plain, path, {"xl/workbook.xml": rewrite}), ROWS)
    book = handmade.read(path, "xl/workbook.xml")
    assert '<x:sheet name="Invoices" sheetId="2" rel:id="rId' in book
    assert openpyxl.load_workbook(path).sheetnames == [SHEET, "Invoices"]


def test_replaced_rows_leave_widths_and_filters_alone(path: Path) -> None:
    put(corpus.formulas(path), ROWS)
    (part,) = [name for name in handmade.names(path) if name.endswith("sheet3.xml")]

    def decorate(xml: bytes) -> bytes:
        xml = xml.replace(b'width="', b'width="5')
        return xml.replace(b"</sheetData>", b'</sheetData><autoFilter ref="A1:B3"/>')

    before = corpus.rebuilt(path, path.with_stem("decorated"), {part: decorate})
    put(before, FEWER)
    sheet = handmade.read(before, part)
    assert 'width="5' in sheet
    assert '</sheetData><autoFilter ref="A1:B3"/>' in sheet
    assert "0002" in sheet
    assert "0001" not in sheet
    assert flaws(before) == []


def test_a_formula_in_a_replaced_row_leaves_no_trace_in_the_calculation_chain(path: Path) -> None:
    header = '<row r="1"><c r="A1" t="str"><v>Invoice Number</v></c></row>'
    parts = handmade.parts(f'{header}<row r="2"><c r="A2"><f>1+1</f><v>2</v></c></row>')
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(SHEET, "Invoices")
    parts["xl/_rels/workbook.xml.rels"] = handmade.relationships(
        {"worksheet": "worksheets/sheet1.xml", "styles": "styles.xml", "calcChain": "calcChain.xml"}
    )
    parts["xl/calcChain.xml"] = f'<calcChain xmlns="{handmade.MAIN}"><c r="A2" i="1"/></calcChain>'
    put(handmade.write(path, parts), [("Invoice Number",), ("1",)])
    assert "xl/calcChain.xml" not in handmade.names(path)
    assert flaws(path) == []


@pytest.mark.parametrize(
    ("name", "taken", "expected"),
    [
        ("Invoices", [], "Invoices"),
        ("Invoices", ["INVOICES"], "Invoices 2"),
        ("Invoices", ["Invoices", "Invoices 2"], "Invoices 3"),
        ("x" * 31, ["x" * 31], "x" * 29 + " 2"),
    ],
)
def test_a_free_name_is_found(name: str, taken: list[str], expected: str) -> None:
    assert free_name(name, taken) == expected


def test_an_edit_and_a_sheet_are_saved_together(path: Path) -> None:
    with SavedWorkbook(corpus.formulas(path)) as workbook:
        workbook.apply(
            handmade.SheetEdit(
                SHEET,
                (handmade.ColumnEdit(6, handmade.ColumnKind.DATE, {2: date(2026, 3, 31)}),),
            )
        )
        workbook.put_sheet("Invoices", ROWS)
        workbook.commit(backup=False)
    book = openpyxl.load_workbook(path)
    assert book[SHEET]["F2"].value == book["Invoices"]["B2"].value
    assert flaws(path) == []


def test_two_sheets_are_added_together(path: Path) -> None:
    with SavedWorkbook(corpus.formulas(path)) as workbook:
        workbook.put_sheet("Invoices", ROWS)
        workbook.put_sheet("Run Log", [("Run",), ("1",)])
        workbook.commit(backup=False)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == [SHEET, "Sums", "Invoices", "Run Log"]
    assert book["Invoices"]["A2"].value == "0001"
    assert book["Run Log"]["A2"].value == "1"
    assert flaws(path) == []
