"""Hyperlinks in the sheet and in its relationships: in their place, and no other is touched."""

from pathlib import Path

import pytest

from tests.workbooks.saved import handmade
from xlsx_addin.errors import SheetError
from xlsx_addin.workbooks.addresses import as_typed, as_uri
from xlsx_addin.workbooks.contract import ColumnEdit, ColumnKind, Link, ResultValue, SheetEdit
from xlsx_addin.workbooks.saved import SavedWorkbook, links

RELATIONS = "xl/worksheets/_rels/sheet1.xml.rels"
ROWS = '<row r="2"><c r="A2"><v>1</v></c></row>'
OLD = (
    f'<Relationships xmlns="{handmade.PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{handmade.OFFICE}/hyperlink" Target="a.pdf"'
    ' TargetMode="External"/><Relationship Id="rId7" '
    f'Type="{handmade.OFFICE}/hyperlink" Target="b.pdf" TargetMode="External"/></Relationships>'
)
NEW = (
    f'<Relationship Id="{{}}" Type="{handmade.OFFICE}/hyperlink" Target="{{}}"'
    ' TargetMode="External"/>'
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "march.xlsx"


def linked(path: Path, tail: str, relations: str = OLD) -> Path:
    parts = handmade.parts(ROWS, tail=tail)
    parts[RELATIONS] = relations
    return handmade.write(path, parts)


def tail_of(sheet: str) -> str:
    return sheet.partition("</sheetData>")[2].removesuffix("</worksheet>")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("", '<pageMargins left="1"/><tableParts/>'),
        ("<mergeCells/><conditionalFormatting/><conditionalFormatting/>", "<drawing/><extLst/>"),
        ("<dataValidations/>", "<printOptions/>"),
        ("", "<!-- nothing -->\n<pageSetup/>"),
    ],
)
def test_hyperlinks_stand_where_the_schema_wants_them(path: Path, before: str, after: str) -> None:
    handmade.book(path, ROWS, tail=before + after)
    edit = handmade.texts(
        {"B2": Link("file", "pdf/a%20b.pdf"), "C9": Link("page", "https://x/?a&b")}
    )
    assert tail_of(handmade.edited(path, edit)) == (
        f'{before}<hyperlinks><hyperlink ref="B2" r:id="rId1"/>'
        f'<hyperlink ref="C9" r:id="rId2"/></hyperlinks>{after}'
    )
    relations = handmade.read(path, RELATIONS)
    assert NEW.format("rId1", "pdf/a%20b.pdf") in relations
    assert NEW.format("rId2", "https://x/?a&amp;b") in relations


def test_equal_targets_share_a_relationship(path: Path) -> None:
    cells: dict[str, ResultValue] = {f"B{row}": Link("x", "b.pdf") for row in (2, 3)}
    after = handmade.edited(linked(path, ""), handmade.texts(cells))
    assert after.count('r:id="rId7"') == 2
    assert handmade.read(path, RELATIONS) == OLD


def test_a_sheet_without_a_prefix_for_relationships_gets_one_where_it_is_needed(path: Path) -> None:
    parts = handmade.parts(ROWS)
    parts[handmade.SHEET_PART] = (
        f'<x:worksheet xmlns:x="{handmade.MAIN}"><x:sheetData/><x:pageMargins/></x:worksheet>'
    )
    handmade.write(path, parts)
    assert handmade.edited(path, handmade.texts({"B2": Link("x", "a.pdf")})).endswith(
        f'<x:hyperlinks><x:hyperlink ref="B2" xmlns:r="{handmade.OFFICE}" r:id="rId1"/>'
        "</x:hyperlinks><x:pageMargins/></x:worksheet>"
    )


def test_relationships_that_are_no_default_type_are_listed(path: Path) -> None:
    parts = handmade.parts(ROWS)
    rels = 'application/vnd.openxmlformats-package.relationships+xml"'
    types = parts["[Content_Types].xml"].replace(
        f'<Default Extension="rels" ContentType="{rels}/>', ""
    )
    parts["[Content_Types].xml"] = types
    handmade.edited(handmade.write(path, parts), handmade.texts({"B2": Link("x", "a.pdf")}))
    override = f'<Override PartName="/{RELATIONS}" ContentType="{rels}/>'
    assert override in handmade.read(path, "[Content_Types].xml")


def test_only_the_hyperlink_of_the_very_cell_gives_way(path: Path) -> None:
    kept = '<hyperlink ref="A2" r:id="rId1" display="d" tooltip="t"/>'
    old = f'<hyperlinks>{kept}<hyperlink ref="B2" r:id="rId7" tooltip="t"/></hyperlinks>'
    after = handmade.edited(linked(path, old), handmade.texts({"B2": Link("x", "c.pdf")}))
    assert tail_of(after) == f'<hyperlinks>{kept}<hyperlink ref="B2" r:id="rId2"/></hyperlinks>'
    expected = OLD.replace(NEW.format("rId7", "b.pdf"), NEW.format("rId2", "c.pdf"))
    assert handmade.read(path, RELATIONS) == expected


def test_the_same_link_again_changes_nothing(path: Path) -> None:
    edit = handmade.texts({"B2": Link("x", "b.pdf")})
    handmade.edited(handmade.book(path, ROWS), edit)
    before = path.read_bytes()
    handmade.edited(path, edit)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("hyperlinks", "left", "relations"),
    [
        ('<hyperlink ref="A2" r:id="rId7"/>', "", OLD.replace(NEW.format("rId7", "b.pdf"), "")),
        ('<hyperlink ref="A2" location="Two!A1"/>', "", OLD),
        ('<hyperlink ref="A2" r:id="rId7"/><hyperlink ref="A3" r:id="rId7"/>', "A3", OLD),
        # Not ours alone.
        ('<hyperlink ref="A2:A3" r:id="rId7"/>', "A2:A3", OLD),
    ],
)
def test_an_emptied_cell_loses_its_hyperlink(
    path: Path, hyperlinks: str, left: str, relations: str
) -> None:
    linked(path, f"<hyperlinks>{hyperlinks}</hyperlinks><pageMargins/>")
    after = tail_of(handmade.edited(path, handmade.texts({"A2": None})))
    kept = f'<hyperlinks><hyperlink ref="{left}" r:id="rId7"/></hyperlinks>' if left else ""
    assert after == f"{kept}<pageMargins/>"
    assert handmade.read(path, RELATIONS) == relations


def test_a_cell_that_shares_a_hyperlink_with_others_is_refused(path: Path) -> None:
    tail = '<hyperlinks><hyperlink ref="A2:C3" r:id="rId7"/></hyperlinks>'
    before = linked(path, tail).read_bytes()
    with SavedWorkbook(path) as workbook:
        with pytest.raises(SheetError, match="B2") as caught:
            workbook.apply(handmade.texts({"B2": Link("x", "a.pdf")}))
        workbook.commit()
    assert "A2:C3" in str(caught.value)
    assert path.read_bytes() == before


def test_more_hyperlinks_than_excel_allows_are_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "MOST_LINKS", 2)
    tail = '<hyperlinks><hyperlink ref="A2" r:id="rId7"/></hyperlinks>'
    cells: dict[str, ResultValue] = {f"A{row}": Link("x", "a.pdf") for row in (2, 3, 4)}
    with (
        SavedWorkbook(linked(path, tail)) as workbook,
        pytest.raises(SheetError, match="3 links") as caught,
    ):
        workbook.apply(handmade.texts(cells))
    assert caught.value.code == "too-many-links"
    del cells["A4"]
    assert handmade.edited(path, handmade.texts(cells)).count("<hyperlink ") == 2


def test_a_link_looks_like_one_unless_its_cell_has_a_font_of_its_own(path: Path) -> None:
    parts = handmade.parts(ROWS)
    parts["xl/styles.xml"] = (
        handmade.STYLES.replace('<fonts count="1">', '<fonts count="2">')
        .replace("</fonts>", "<font><b/></font></fonts>")
        .replace('<sz val="11"/>', '<b/><sz val="11"/><color theme="1"/><name val="X"/>')
        .replace('<xf numFmtId="14"/>', '<xf numFmtId="14" fontId="1"/>')
    )
    parts[handmade.SHEET_PART] = parts[handmade.SHEET_PART].replace(
        ROWS, '<row r="2"><c r="A2" s="2"/><c r="B2" s="1"/></row>'
    )
    cells: dict[str, ResultValue] = {f"{name}2": Link("x", "a.pdf") for name in "ABC"}
    after = handmade.edited(handmade.write(path, parts), handmade.texts(cells))
    assert [
        f'r="{name}2" s="{style}"' in after for name, style in zip("ABC", (2, 3, 4), strict=True)
    ]
    styles = handmade.read(path, "xl/styles.xml")
    font = '<font><b/><u/><sz val="11"/><color rgb="FF0563C1"/><name val="X"/></font>'
    assert styles.count(font) == 1
    assert '<xf numFmtId="49" fontId="2" applyFont="1"/>' in styles


@pytest.mark.parametrize(
    ("target", "uri", "typed"),
    [
        ("pdf/a%20b.pdf", "pdf/a%20b.pdf", "pdf/a b.pdf"),
        ("../100%25.pdf", "../100%25.pdf", "../100%.pdf"),
        ("https://x.com/a%20b?c=1", "https://x.com/a%20b?c=1", "https://x.com/a%20b?c=1"),
        ("file:///C:/a%20b.pdf", "file:///C:/a%20b.pdf", "file:///C:/a%20b.pdf"),
        (r"C:\Invoices\ü 1.pdf", "file:///C:/Invoices/%C3%BC%201.pdf", r"C:\Invoices\ü 1.pdf"),
        (r"\\nas\pdf\a b.pdf", "file://nas/pdf/a%20b.pdf", r"\\nas\pdf\a b.pdf"),
        ("/home/ann/a b.pdf", "file:///home/ann/a%20b.pdf", "/home/ann/a b.pdf"),
    ],
)
def test_targets_are_written_as_files_and_excel_want_them(
    target: str, uri: str, typed: str
) -> None:
    assert (as_uri(target), as_typed(target)) == (uri, typed)


def test_links_in_another_column_kind_are_written_too(path: Path) -> None:
    column = ColumnEdit(2, ColumnKind.IDENTIFIER, {2: Link("007", "a.pdf")})
    edit = SheetEdit(handmade.SHEET, [column])
    assert '<hyperlink ref="B2"' in handmade.edited(handmade.book(path, ROWS), edit)
