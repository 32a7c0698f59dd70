"""The openpyxl adapter refuses whatever openpyxl would drop, and says what in plain words."""

import contextlib
import random
import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from tests.workbooks import books
from tests.workbooks.contract import RESULTS, edit, saved
from xlsx_addin.errors import WorkbookError, XlsxAddinError
from xlsx_addin.workbooks.openpyxl_book import OpenpyxlWorkbook, losses

Draw = Callable[[xlsxwriter.Workbook, Worksheet], object]
Change = Callable[[str], str]

SHEET_PART = "xl/worksheets/sheet1.xml"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63"
    "64f8ff9f010005fe02fe0def46b80000000049454e44ae426082"
)


def with_more(path: Path, draw: Draw) -> Path:
    """Make the plain workbook with something more on its sheet."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(books.SHEET)
        for number, row in enumerate((books.HEADERS, *books.ROWS)):
            sheet.write_row(number, 0, row)
        draw(book, sheet)
    return path


def change_part(path: Path, part: str, change: Change) -> Path:
    """Rewrite a part of a workbook, from nothing if it has none."""
    with zipfile.ZipFile(path) as package:
        parts = {info.filename: package.read(info) for info in package.infolist()}
    parts[part] = change(parts.get(part, b"").decode("latin-1")).encode("latin-1")
    with zipfile.ZipFile(path, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return path


def replaced(old: str, new: str) -> Change:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


def before_end(element: str) -> Change:
    """Put an element before the end tag of the root."""
    return lambda text: re.sub(r"(</\w+>)\s*\Z", lambda end: element + end[1], text)


def extension(uri: str) -> Change:
    return before_end(f'<extLst><ext uri="{uri}"/></extLst>')


def draw_chart(book: xlsxwriter.Workbook, sheet: Worksheet) -> None:
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=Orders!$D$2:$D$4"})
    sheet.insert_chart("F2", chart)


def draw_value_under_a_merge(_: xlsxwriter.Workbook, sheet: Worksheet) -> None:
    sheet.merge_range("E1:F1", "Title")
    sheet.write_string("F1", "hidden")


def refuse(path: Path) -> WorkbookError:
    """Open a workbook and give back the refusal; the file must stay as it is."""
    before = path.read_bytes()
    with pytest.raises(WorkbookError) as caught:
        OpenpyxlWorkbook(path)
    assert path.read_bytes() == before
    return caught.value


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "march.xlsx"


@pytest.mark.parametrize(
    ("draw", "words"),
    [
        (draw_chart, "charts"),
        (
            lambda _, sheet: sheet.insert_image("F2", "a", {"image_data": BytesIO(PIXEL)}),
            "pictures",
        ),
        (lambda _, sheet: sheet.embed_image("F2", "a", {"image_data": BytesIO(PIXEL)}), "pictures"),
        (lambda _, sheet: sheet.insert_textbox("F2", "note"), "drawings"),
        (lambda _, sheet: sheet.insert_button("F2"), "form controls"),
        (lambda _, sheet: sheet.write_comment("A1", "ask Anna"), "comments"),
        (lambda _, sheet: sheet.write_formula("E2", "=D2*2", None, 25), "results of formulas"),
        (lambda _, sheet: sheet.write_dynamic_array_formula("E2", "=UNIQUE(A2:A4)"), "dynamic"),
        (
            lambda book, sheet: sheet.write_rich_string(
                "E2", "plain ", book.add_format({"bold": True}), "bold"
            ),
            "several formats in one cell",
        ),
        (lambda _, sheet: sheet.add_sparkline("E2", {"range": "Orders!D2:D4"}), "sparklines"),
        (
            lambda _, sheet: sheet.conditional_format(
                "D2:D4", {"type": "data_bar", "data_bar_2010": True}
            ),
            "newer conditional formats",
        ),
        (
            lambda _, sheet: sheet.ignore_errors({"number_stored_as_text": "A1:C4"}),
            "error marks",
        ),
        (
            lambda book, sheet: sheet.merge_range("E1:F1", "a", book.add_format({"border": 1})),
            "formats of merged cells",
        ),
        (draw_value_under_a_merge, "values hidden under merged cells"),
        (lambda _, sheet: sheet.set_header('&L&"Arial,Bold"Page'), "headers or footers with fonts"),
        (lambda _, sheet: sheet.set_header("no section"), "headers or footers with fonts"),
        (lambda book, _: book.read_only_recommended(), "open it read-only"),
        (
            lambda book, sheet: sheet.write_number(
                "E2", 99_999_999, book.add_format({"num_format": "yyyy-mm-dd"})
            ),
            "contents that openpyxl cannot read (Cell E2 is marked as a date",
        ),
    ],
)
def test_what_openpyxl_drops_is_refused_by_name(path: Path, draw: Draw, words: str) -> None:
    error = refuse(with_more(path, draw))
    assert words in error.message
    assert "march.xlsx" in error.message
    assert error.code == "would-lose-parts"
    assert error.next_step


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("xl/pivotTables/pivotTable1.xml", "pivot tables"),
        ("xl/pivotCache/pivotCacheDefinition1.xml", "pivot tables"),
        ("xl/slicers/slicer1.xml", "slicers"),
        ("xl/timelines/timeline1.xml", "timelines"),
        ("xl/connections.xml", "data connections"),
        ("xl/queryTables/queryTable1.xml", "data connections"),
        ("xl/model/item.data", "a data model"),
        ("xl/externalLinks/externalLink1.xml", "links to other workbooks"),
        ("customXml/item1.xml", "custom XML data"),
        ("xl/printerSettings/printerSettings1.bin", "printer settings"),
        ("xl/embeddings/oleObject1.bin", "embedded objects"),
        ("xl/activeX/activeX1.xml", "form controls"),
        ("xl/threadedComments/threadedComment1.xml", "comments"),
        ("xl/vbaProjectSignature.bin", "a signature of its macros"),
        ("xl/macrosheets/sheet1.xml", "Excel 4 macro sheets"),
        ("customUI/customUI14.xml", "buttons of its own"),
        ("xl/metadata.xml", "dynamic arrays"),
        ("_xmlsignatures/sig1.xml", "a digital signature"),
        ("docMetadata/LabelInfo.xml", "a sensitivity label"),
        ("xl/theme/theme2.xml", "the part xl/theme/theme2.xml"),
        ("somebody/else.bin", "the part somebody/else.bin"),
    ],
)
def test_a_part_that_openpyxl_does_not_keep_is_refused(path: Path, part: str, words: str) -> None:
    error = refuse(change_part(books.plain(path), part, lambda _: "anything"))
    assert words in error.message
    assert error.code == "would-lose-parts"


@pytest.mark.parametrize(
    ("part", "change", "words"),
    [
        (SHEET_PART, extension("{A8765BA9-456A-4dab-B4F3-ACF838C121DE}"), "slicers"),
        (SHEET_PART, extension("{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"), "data validations"),
        (SHEET_PART, extension("{00000000-0000-0000-0000-000000000000}"), "newer Excel"),
        ("xl/workbook.xml", extension("{FCE2AD5D-F65C-4FA6-A056-5C36A1767C68}"), "a data model"),
        (SHEET_PART, before_end("<protectedRanges/>"), "ranges that some users may edit"),
        (SHEET_PART, before_end('<sortState ref="A2:D4"/>'), "the last sort order"),
        (SHEET_PART, before_end("<somethingNew/>"), "the element somethingNew"),
        (
            SHEET_PART,
            replaced('<row r="2"', '<row r="2" ht="30"'),
            "row heights that follow the content",
        ),
        (
            SHEET_PART,
            before_end('<hyperlinks><hyperlink ref="E2" location="A1"/></hyperlinks>'),
            "links on blank cells",
        ),
        (
            SHEET_PART,
            before_end('<hyperlinks><hyperlink ref="A2:A3" location="A1"/></hyperlinks>'),
            "links over several cells",
        ),
        ("xl/sharedStrings.xml", replaced("</t>", "</t><rPh/>"), "phonetic guides"),
        (SHEET_PART, replaced("<v>12.5<", "<v>0.30000000000000004<"), "last digits of numbers"),
        (
            SHEET_PART,
            replaced('<c r="D2"><v>', '<c r="D2" t="str"><f>""</f><v>'),
            "results of formulas",
        ),
        (
            "xl/workbook.xml",
            replaced(
                "</sheets>",
                '</sheets><definedNames><definedName name="_xlnm.Print_Area" localSheetId="0">'
                "OFFSET(Orders!$A$1,0,0,2,2)</definedName></definedNames>",
            ),
            "a print area that is calculated",
        ),
        (
            "xl/workbook.xml",
            replaced("</sheets>", "</sheets><customWorkbookViews/>"),
            "custom views",
        ),
        (
            "xl/workbook.xml",
            replaced(
                "</sheets>",
                '</sheets><definedNames><definedName name="_xlnm.Criteria" localSheetId="0">'
                "Orders!$A$1</definedName></definedNames>",
            ),
            "advanced filter",
        ),
        (
            "xl/workbook.xml",
            replaced("schemas.openxmlformats.org/spreadsheetml/2006/main", "purl.oclc.org/ooxml"),
            "Strict",
        ),
        (
            "xl/styles.xml",
            before_end(
                '<extLst><ext uri="{EB79DEF2-80B8-43e5-98BD-54CBDDF9020C}">'
                '<slicerStyles defaultSlicerStyle="a"><slicerStyle name="a"/></slicerStyles>'
                "</ext></extLst>"
            ),
            "styles of slicers",
        ),
    ],
)
def test_an_element_that_openpyxl_does_not_keep_is_refused(
    path: Path, part: str, change: Change, words: str
) -> None:
    assert words in refuse(change_part(books.plain(path), part, change)).message


@pytest.mark.parametrize(
    "make",
    [
        books.plain,
        books.plain_with_inline_strings,
        books.table,
        books.table_with_totals,
        books.two_tables,
        books.hidden_sheet,
        books.protected,
        books.dates_1904,
        books.formulas_never_calculated,
        books.every_type,
        books.formatted,
        books.wide,
    ],
)
def test_a_workbook_that_openpyxl_keeps_is_taken(path: Path, make: books.Make) -> None:
    with OpenpyxlWorkbook(make(path)) as workbook:
        workbook.apply(edit(*RESULTS[:1], header_row=None))
        workbook.commit()
    assert saved(path)["E2"].value == "INV-1"


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("xl/styles.xml", extension("{EB79DEF2-80B8-43e5-98BD-54CBDDF9020C}")),
        ("xl/workbook.xml", extension("{140A7094-0E35-4892-8432-C4D2E57EDEB5}")),
        (
            SHEET_PART,
            before_end("<headerFooter><oddFooter>&amp;LPage &amp;P</oddFooter></headerFooter>"),
        ),
        (SHEET_PART, before_end('<phoneticPr fontId="1"/>')),
        (SHEET_PART, replaced('<row r="2"', '<row r="2" ht="30" customHeight="1"')),
        (
            "xl/workbook.xml",
            replaced(
                "</sheets>",
                '</sheets><definedNames><definedName name="_xlnm.Print_Area" localSheetId="0">'
                "'Orders (2)'!$A$1:$D$4</definedName></definedNames>",
            ),
        ),
    ],
)
def test_what_every_excel_file_has_is_no_loss(path: Path, part: str, change: Change) -> None:
    OpenpyxlWorkbook(change_part(books.plain(path), part, change)).close()


def test_all_losses_are_named_at_once(path: Path) -> None:
    def draw(book: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        draw_chart(book, sheet)
        sheet.write_comment("A1", "ask Anna")
        sheet.write_formula("E2", "=D2*2", None, 25)

    message = refuse(with_more(path, draw)).message
    assert all(words in message for words in ("charts", "comments", "results of formulas", " and "))


@pytest.mark.parametrize(
    ("part", "change"),
    [
        (SHEET_PART, replaced("</sheetData>", "")),
        (SHEET_PART, lambda _: ""),
        (SHEET_PART, replaced("<worksheet", "<!DOCTYPE a [<!ENTITY b 'c'>]><worksheet")),
        ("xl/workbook.xml", lambda text: text[: len(text) // 2]),
        (
            "xl/sharedStrings.xml",
            lambda _: '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>',
        ),
        (SHEET_PART, replaced('<c r="A1"', '<c s="999" r="A1"')),
    ],
)
def test_damaged_xml_is_refused_as_damage(path: Path, part: str, change: Change) -> None:
    error = refuse(change_part(books.plain(path), part, change))
    assert error.code == "corrupt"
    assert "march.xlsx is damaged" in error.message


def test_a_part_with_a_wrong_checksum_is_refused_as_damage(path: Path) -> None:
    content = bytearray(books.plain(path).read_bytes())
    with zipfile.ZipFile(path) as package:
        info = package.getinfo("xl/sharedStrings.xml")
    start = info.header_offset + 30 + len(info.filename)
    content[start + 20] ^= 0xFF
    path.write_bytes(content)
    assert refuse(path).code == "corrupt"


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_file_is_refused_or_read_but_never_harmed(path: Path, seed: int) -> None:
    chance = random.Random(seed)
    content = bytearray(books.table(path).read_bytes())
    for _ in range(chance.randint(1, 8)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    if chance.random() < 0.3:
        del content[chance.randrange(len(content)) :]
    path.write_bytes(content)
    with contextlib.suppress(XlsxAddinError), OpenpyxlWorkbook(path) as workbook:
        workbook.facts(books.SHEET)
        workbook.head(books.SHEET, first_row=1, rows=20)
    assert path.read_bytes() == content


def test_two_parts_of_one_name_are_refused(path: Path) -> None:
    books.plain(path)
    with zipfile.ZipFile(path, "a") as package, pytest.warns(UserWarning, match="Duplicate"):
        package.writestr(SHEET_PART, "<worksheet/>")
    assert refuse(path).code == "corrupt"


@pytest.mark.parametrize("bound", ["MOST_BYTES", "MOST_PARTS"])
def test_a_workbook_without_bounds_is_refused(
    path: Path, bound: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(losses, bound, 5)
    assert refuse(books.plain(path)).code == "corrupt"


def test_the_macros_of_an_xlsm_are_kept(tmp_path: Path) -> None:
    path, project = tmp_path / "march.xlsm", tmp_path / "vbaProject.bin"
    project.write_bytes(b"a macro project")
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet(books.SHEET).write_row(0, 0, books.HEADERS)
        book.add_vba_project(str(project))
    with OpenpyxlWorkbook(path) as workbook:
        workbook.apply(edit(*RESULTS))
        committed = workbook.commit()
    assert committed.backup is not None
    assert committed.backup.suffix == ".xlsm"
    with zipfile.ZipFile(path) as package:
        assert package.read("xl/vbaProject.bin") == b"a macro project"
        assert b"macroEnabled.main" in package.read("[Content_Types].xml")
    assert openpyxl.load_workbook(path)[books.SHEET]["E2"].value == "INV-1"


def test_an_xlsm_without_macros_is_refused(tmp_path: Path) -> None:
    path = change_part(
        books.plain(tmp_path / "march.xlsm"),
        "[Content_Types].xml",
        replaced(
            "vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
            "vnd.ms-excel.sheet.macroEnabled.main+xml",
        ),
    )
    assert "the type .xlsm without macros" in refuse(path).message
