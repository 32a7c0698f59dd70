"""What cannot be edited safely is refused with a reason and a way out, and left as it is."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.workbooks.saved import handmade
from tests.workbooks.saved.handmade import SHEET, SHEET_PART, texts
from xlsx_addin.errors import SheetError, WorkbookError
from xlsx_addin.workbooks import harm
from xlsx_addin.workbooks.contract import ColumnEdit, ColumnKind, SheetEdit
from xlsx_addin.workbooks.saved import SavedWorkbook, refusals

ROW = '<row r="2"><c r="A2"/></row>'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "march.xlsx"


def try_to_edit(path: Path) -> None:
    with SavedWorkbook(path) as workbook:
        workbook.apply(texts({"A2": "x"}))
        workbook.commit()


def assert_refused(path: Path, words: str) -> None:
    before = path.read_bytes()
    with pytest.raises(WorkbookError, match=words) as caught:
        try_to_edit(path)
    assert caught.value.next_step
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (f"<!-- {ROW} -->{ROW}", "comments"),
        (f"{ROW}<?hidden {ROW}?>", "comments|out of order|well-formed"),
        ('<row r="2"><c r="A2" t="str"><v><![CDATA[</v>]]></v></c></row>', "raw sections"),
        (ROW * 2, "out of order"),
        ('<row r="3"/><row r="2"/>', "out of order"),
        ('<row r="2"><c r="B2"/><c r="A2"/></row>', "out of order"),
        ('<row r="2"><c r="A2"/><c r="A2"/></row>', "out of order"),
        ('<row r="2"><c r="A3"/></row>', "another row"),
        ('<row r="2"><c r="2A"/></row>', "another row"),
        ('<row r="x"/>', "no number"),
        ('<row r="1048577"/>', "out of order"),
        ('<row r="2"><c r="XFE2"><v>1</v></c></row>', "column XFE"),
        ("<row r='2'><c r='A2'/><c r='XFE2'/></row>", "out of order"),
        ('<row r="2"><c r="A2" s="x"/></row>', "format"),
        (f'<row r="2"><x:c xmlns:x="{handmade.MAIN}" r="A2"/></row>', "namespaces"),
        ('<row r="2"><c xmlns="urn:other" r="A2"/></row>', "namespaces"),
        ('<row r="2"><c r="A2"></row>', "well-formed"),
        ("<row r='2'><c r='A2' r='A2'/></row>", "well-formed"),
        ('<row r="2"><c r="A2"><v>&nothing;</v><x/></c></row>', "well-formed"),
    ],
)
def test_rows_that_cannot_be_read_without_doubt_are_refused(
    path: Path, rows: str, words: str
) -> None:
    assert_refused(handmade.book(path, rows), words)


def rewritten(path: Path, part: str, rewrite: Callable[[str], str | bytes]) -> Path:
    parts: dict[str, str | bytes] = {**handmade.parts(ROW)}
    parts[part] = rewrite(str(parts[part]))
    return handmade.write(path, parts)


BOMB = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "part", [SHEET_PART, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"]
)
def test_a_document_type_is_refused(path: Path, part: str) -> None:
    assert_refused(rewritten(path, part, lambda xml: BOMB + xml), "document type")


@pytest.mark.parametrize("part", [SHEET_PART, "xl/workbook.xml", "xl/styles.xml", "_rels/.rels"])
@pytest.mark.parametrize(
    "spoil",
    [
        lambda xml: xml[:-5],
        lambda xml: xml.replace("<", "<<", 1),
        lambda _: "",
        lambda _: "no XML",
        lambda xml: xml.encode("utf-8") + b"\xff\xfe",
    ],
)
def test_a_part_that_is_not_well_formed_is_refused(
    path: Path, part: str, spoil: Callable[[str], str | bytes]
) -> None:
    assert_refused(rewritten(path, part, spoil), "damaged|not a workbook|not an Excel")


@pytest.mark.parametrize(
    ("part", "old", "new", "words"),
    [
        (SHEET_PART, handmade.MAIN, "urn:other", "no worksheet"),
        (SHEET_PART, "sheetData", "dataSheet", "no cells"),
        (SHEET_PART, "</worksheet>", "<sheetData/></worksheet>", "twice"),
        ("xl/styles.xml", "cellXfs", "xfsCell", "no cell formats"),
        ("xl/styles.xml", 'numFmtId="0"', 'numFmtId="many"', "numFmtId"),
        ("xl/_rels/workbook.xml.rels", "worksheets/sheet1", "worksheets/sheet9", "missing"),
    ],
)
def test_parts_that_lack_what_is_needed_are_refused(
    path: Path, part: str, old: str, new: str, words: str
) -> None:
    rewritten(path, part, lambda xml: xml.replace(old, new))
    before = path.read_bytes()
    edit = SheetEdit(SHEET, (ColumnEdit(1, ColumnKind.IDENTIFIER, {2: "x"}),))
    with SavedWorkbook(path) as workbook, pytest.raises(WorkbookError, match=words):
        workbook.apply(edit)
    assert path.read_bytes() == before


def test_rows_with_another_prefix_of_the_same_namespace_are_refused(path: Path) -> None:
    def rewrite(xml: str) -> str:
        xml = xml.replace("<worksheet ", f'<worksheet xmlns:x="{handmade.MAIN}" ')
        return xml.replace("<row", "<x:row").replace("</row", "</x:row")

    assert_refused(rewritten(path, SHEET_PART, rewrite), "namespaces")


@pytest.mark.parametrize("encoding", ["EBCDIC-unknown", "utf-16"])
def test_an_encoding_that_does_not_hold_is_refused(path: Path, encoding: str) -> None:
    declared = f'<?xml version="1.0" encoding="{encoding}"?>'
    assert_refused(rewritten(path, SHEET_PART, lambda xml: declared + xml), "encoded|well-formed")


def test_two_members_of_one_name_are_refused(path: Path) -> None:
    handmade.book(path, ROW)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("XL/Workbook.xml", "<workbook/>")
    assert_refused(path, "two parts")


def signed(path: Path) -> Path:
    kind = "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin"
    entry = f'<Relationship Id="s" Type="{kind}" Target="_xmlsignatures/origin.sigs"/>'
    parts: dict[str, str | bytes] = {**handmade.parts(ROW), "_xmlsignatures/origin.sigs": b""}
    roots = str(parts["_rels/.rels"])
    parts["_rels/.rels"] = roots.replace("</Relationships>", f"{entry}</Relationships>")
    return handmade.write(path, parts)


def test_a_signed_workbook_is_refused_because_its_signature_would_be_void(path: Path) -> None:
    assert_refused(signed(path), "signed.*signature")


def test_a_signed_workbook_is_edited_if_that_is_wanted(path: Path) -> None:
    with SavedWorkbook(signed(path), force=True) as workbook:
        workbook.apply(texts({"A2": "x"}))
        workbook.commit(backup=False)
    assert "<t>x</t>" in handmade.read(path, SHEET_PART)
    assert "_xmlsignatures/origin.sigs" in handmade.names(path)


def test_an_edit_outside_the_sheet_is_refused(path: Path) -> None:
    handmade.book(path, ROW)
    for column, row in ((0, 2), (16_385, 2), (1, 0), (1, 1_048_577)):
        edit = SheetEdit(SHEET, (ColumnEdit(column, ColumnKind.TEXT, {row: "x"}),))
        with SavedWorkbook(path) as workbook, pytest.raises(SheetError, match="not fit"):
            workbook.apply(edit)


def test_every_refusal_names_a_way_out() -> None:
    for error in (
        refusals.damaged("x"),
        refusals.unusual("x"),
        harm.not_writable("A1", "S", "x", "y"),
    ):
        assert re.search(r"\bx\.", error.message)
        assert error.next_step
