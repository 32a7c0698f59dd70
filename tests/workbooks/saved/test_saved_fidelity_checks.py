"""The checks of fidelity see damage of every kind, and nothing in what may differ."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.workbooks.saved import corpus
from tests.workbooks.saved.fidelity import Expected, differences, flaws
from tests.workbooks.saved.handmade import write

OWN = Expected(corpus.SHEET_PART, lambda row, column: (row, column) == (2, 5))

WORKBOOK = "xl/workbook.xml"
STYLES = "xl/styles.xml"
TYPES = "[Content_Types].xml"
TABLE = "xl/tables/table1.xml"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "march.xlsx"


def in_rows(old: str, new: str) -> corpus.Rewrite:
    def rewrite(xml: bytes) -> bytes:
        changed = re.sub(old.encode(), new.encode(), xml, count=1)
        assert changed != xml
        return changed

    return rewrite


@pytest.mark.parametrize(
    ("part", "rewrite"),
    [
        (corpus.SHEET_PART, in_rows(r"<v>12.5</v>", "<v>12.4</v>")),
        (corpus.SHEET_PART, in_rows(r'(<c r="B2") s="[0-9]+"', r'\1 s="0"')),
        (corpus.SHEET_PART, in_rows(r'<c r="A3".*?</c>', "")),
        (corpus.SHEET_PART, in_rows(r"(</row>)", r'<c r="J1"/>\1')),
        (corpus.SHEET_PART, in_rows(r'<row r="3".*?</row>', "")),
        (corpus.SHEET_PART, in_rows(r'(<row r="3"[^>]*)>', r'\1 ht="9">')),
        (corpus.SHEET_PART, in_rows(r'hidden="1"', 'hidden="0"')),
        (corpus.SHEET_PART, in_rows(r"<conditionalFormatting.*?</conditionalFormatting>", "")),
        (corpus.SHEET_PART, in_rows(r"(?<=</ignoredErrors>)<extLst>.*</extLst>", "")),
        (corpus.SHEET_PART, in_rows(r'(<col min="2"[^>]*) width', r"\1 x")),
        (corpus.SHEET_PART, in_rows(r"<autoFilter [^>]*>", "")),
        (corpus.SHEET_PART, in_rows(r"(<pageMargins )", r'\1 x="1" ')),
        (WORKBOOK, in_rows(r"<definedName .*?</definedName>", "")),
        (WORKBOOK, in_rows(r'name="Orders"', 'name="Order"')),
        (WORKBOOK, in_rows(r'calcId="[0-9]+"', 'calcId="1"')),
        (STYLES, in_rows(r"(<cellXfs.*)<xf ", r'\1<xf applyFill="1" ')),
        (STYLES, in_rows(r"<dxf>.*?</dxf>", "")),
        (STYLES, in_rows(r"<cellXfs count=\"[0-9]+\"", '<cellXfs count="99"')),
        (TYPES, in_rows(r"<Override [^>]*theme[^>]*>", "")),
        ("xl/_rels/workbook.xml.rels", in_rows(r"<Relationship [^>]*theme[^>]*>", "")),
        ("xl/theme/theme1.xml", in_rows(r"Office", "office")),
        ("docProps/app.xml", in_rows(r"Excel", "excel")),
        ("xl/sharedStrings.xml", in_rows(r"Shipment ID", "Shipment Id")),
    ],
)
def test_damage_of_every_kind_is_seen(path: Path, part: str, rewrite: corpus.Rewrite) -> None:
    before = corpus.rules(path)
    after = corpus.rebuilt(before, path.with_stem("after"), {part: rewrite})
    found = differences(before, after, OWN)
    assert found
    assert all(one.startswith(part) for one in found)


def contents(path: Path) -> dict[str, str | bytes]:

    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize(
    "change",
    [
        lambda parts: {name: parts[name] for name in parts if "theme" not in name},
        lambda parts: {**parts, "xl/new.xml": b"<x/>"},
        lambda parts: dict(reversed(parts.items())),
    ],
)
def test_lost_new_and_moved_members_are_seen(
    path: Path, change: Callable[[dict[str, str | bytes]], dict[str, str | bytes]]
) -> None:
    corpus.rules(path)
    before = write(path.with_stem("before"), contents(path))
    after = write(path.with_stem("after"), change(contents(path)))
    assert differences(before, after, OWN)


def test_dates_of_members_and_the_comment_are_compared(path: Path) -> None:
    before = corpus.rules(path)
    after = write(path.with_stem("after"), contents(path))
    assert any("date" in one for one in differences(before, after, OWN))
    commented = corpus.with_leftovers(before, path.with_stem("commented"))
    assert any("comment" in one for one in differences(before, commented, OWN))


@pytest.mark.parametrize(
    ("part", "rewrite"),
    [
        (corpus.SHEET_PART, in_rows(r"(<row r=\"2\".*?)(</row>)", r'\1<c r="E2"><v>1</v></c>\2')),
        (corpus.SHEET_PART, in_rows(r' spans="[^"]*"', "")),
        (corpus.SHEET_PART, in_rows(r"<dimension [^>]*>", '<dimension ref="A1"/>')),
        (WORKBOOK, in_rows(r' fullCalcOnLoad="1"', "")),
        (STYLES, in_rows(r'(<cellXfs count=")([0-9]+)', r"\g<1>0")),
    ],
)
def test_what_may_differ_is_no_difference(path: Path, part: str, rewrite: corpus.Rewrite) -> None:
    def counted(xml: bytes) -> bytes:
        group = re.search(rb"<cellXfs.*?</cellXfs>", xml, re.DOTALL)
        number = b"%d" % (group[0].count(b"<xf ") + 1 if group else 0)
        xml = xml.replace(b"</cellXfs>", b'<xf numFmtId="14"/></cellXfs>')
        return re.sub(rb'(<cellXfs count=")[0-9]+', rb"\g<1>" + number, xml)

    before = corpus.rules(path)
    chosen = counted if part == STYLES else rewrite
    after = corpus.rebuilt(before, path.with_stem("after"), {part: chosen})
    assert differences(before, after, OWN) == []


@pytest.mark.parametrize(
    ("part", "rewrite", "words"),
    [
        (corpus.SHEET_PART, in_rows(r'<c r="B2"', '<c r="D2"'), "out of order"),
        (corpus.SHEET_PART, in_rows(r'<c r="B2"', '<c r="A2"'), "out of order"),
        (corpus.SHEET_PART, in_rows(r'<row r="3"', '<row r="1"'), "out of order"),
        (corpus.SHEET_PART, in_rows(r'<c r="B2"', '<c s="99" r="B2"'), "format"),
        (corpus.SHEET_PART, in_rows(r"<v>[0-9]+</v>", "<v>999</v>"), "string"),
        (corpus.SHEET_PART, in_rows(r"<v>12.5</v>", "<v>many</v>"), "no number"),
        (
            corpus.SHEET_PART,
            in_rows(r"(</sheetData>)", r'\1<mergeCells><mergeCell ref="A1:B1"/></mergeCells>'),
            "hide",
        ),
        (
            corpus.SHEET_PART,
            in_rows(r"<v>12.5</v>", '<f t="shared" si="5"/><v>12.5</v>'),
            "shares a formula",
        ),
        (TABLE, in_rows(r'name="Amount"', 'name="Amounts"'), "header"),
        (TABLE, in_rows(r'ref="A1:D4"', 'ref="A1:E4"'), "columns"),
        (TABLE, in_rows(r'id="2"', 'id="1"'), "id twice"),
        ("xl/tables/table2.xml", in_rows(r'ref="K1:L5"', 'ref="D1:E5"'), "meets"),
        (TYPES, in_rows(r"(</Types>)", r'<Override PartName="/xl/x.xml"/>\1'), "not there"),
        (TYPES, in_rows(r'Extension="xml"', 'Extension="y"'), "^$|content type"),
        ("xl/_rels/workbook.xml.rels", in_rows(r"theme1", "theme9"), "not there"),
    ],
)
def test_flaws_of_every_kind_are_seen(
    path: Path, part: str, rewrite: corpus.Rewrite, words: str
) -> None:
    before = corpus.tables(path)
    assert flaws(before) == []
    after = corpus.rebuilt(before, path.with_stem("after"), {part: rewrite})
    assert re.search(words, "\n".join(flaws(after)))
