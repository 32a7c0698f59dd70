"""What cells hold, read from every form that files have for it."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel, to_excel

from tests.workbooks.saved import handmade
from xlsx_addin.core.cells import CellError
from xlsx_addin.errors import WorkbookError
from xlsx_addin.workbooks.number_formats import NumberKind, kind_of_code
from xlsx_addin.workbooks.saved import SavedWorkbook
from xlsx_addin.workbooks.saved.strings import SharedStrings, _Texts, rich_text
from xlsx_addin.workbooks.saved.values import Epoch
from xlsx_addin.workbooks.saved.xml import escape, unescape


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "march.xlsx"


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<c r="A2"/>', None),
        ('<c r="A2"><v></v></c>', None),
        ('<c r="A2"><v>5</v></c>', 5),
        ('<c r="A2"><v>-5</v></c>', -5),
        ('<c r="A2"><v>5.5</v></c>', 5.5),
        ('<c r="A2"><v>1.2345678901234567E+16</v></c>', 12345678901234568),
        ('<c r="A2"><v>1E-3</v></c>', 0.001),
        ('<c r="A2"><v>5.0</v></c>', 5.0),
        ('<c r="A2"><v> 5 </v></c>', 5.0),
        ('<c r="A2"><v>many</v></c>', "many"),
        ('<c r="A2"><v>&#53;1</v></c>', 51),
        ('<c r="A2"><v>a &amp; b</v></c>', "a & b"),
        ('<c r="A2" t="n"><v>5</v></c>', 5),
        ('<c r="A2" t="b"><v>1</v></c>', True),
        ('<c r="A2" t="b"><v>0</v></c>', False),
        ('<c r="A2" t="e"><v>#N/A</v></c>', CellError("#N/A")),
        ('<c r="A2" t="str"><v>a&amp;b&#x41;&#10;_x000D_</v></c>', "a&bA\n\r"),
        ('<c r="A2" t="str"><v>a\r\nb</v></c>', "a\nb"),
        ('<c r="A2" t="d"><v>2026-03-31T18:05:00</v></c>', datetime(2026, 3, 31, 18, 5)),
        ('<c r="A2" t="d"><v>2026-03-31</v></c>', datetime(2026, 3, 31)),
        ('<c r="A2" t="d"><v>soon</v></c>', "soon"),
        ('<c r="A2" t="s"><v>9</v></c>', None),
        ('<c r="A2" t="s"><v>-1</v></c>', None),
        ('<c r="A2" t="inlineStr"><is><t>x</t></is></c>', "x"),
        ('<c r="A2" t="inlineStr"><is><t></t></is></c>', None),
        (
            '<c r="A2" t="inlineStr"><is><r><rPr><b/></rPr><t>x</t></r><r><t> y</t></r></is></c>',
            "x y",
        ),
        ('<c r="A2" t="inlineStr"><is><t>x</t><rPh sb="0" eb="1"><t>no</t></rPh></is></c>', "x"),
        ('<c r="A2" s="2"><v>46112</v></c>', datetime(2026, 3, 31)),
        ('<c r="A2" s="2"><v>46112.753472222219</v></c>', datetime(2026, 3, 31, 18, 5)),
        ('<c r="A2" s="2"><v>9E+99</v></c>', 9 * 10**99),
        ('<c r="A2" s="9"><v>5</v></c>', 5),
        ('<c r="A2" t="str"><v xml:space="preserve"> x</v></c>', " x"),
        ('<c r="A2" s="2"><v>INF</v></c>', float("inf")),
    ],
)
@pytest.mark.parametrize("form", ['<row r="2">{}</row>', '<row r="2" >\n{}</row>'])
def test_cells_are_read_alike_in_the_form_of_excel_and_in_others(
    path: Path, cell: str, value: object, form: str
) -> None:
    with SavedWorkbook(handmade.book(path, form.format(cell))) as workbook:
        (read,) = workbook.columns(handmade.SHEET, [1], first_row=2, last_row=2)[1]
    if isinstance(value, int) and value > 10**20:
        assert read == pytest.approx(value)
    else:
        assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("yyyy-mm-dd", NumberKind.DATE),
        ("dd/mm/yyyy hh:mm", NumberKind.DATE),
        ("[$-409]d-mmm-yy;@", NumberKind.DATE),
        ('d. mmmm "of" yyyy', NumberKind.DATE),
        ("mmm", NumberKind.DATE),
        ("hh:mm", NumberKind.TIME),
        ("h:mm:ss AM/PM", NumberKind.TIME),
        ("mm:ss.0", NumberKind.TIME),
        ("[h]:mm:ss", NumberKind.DURATION),
        ("[mm]:ss", NumberKind.DURATION),
        ("General", NumberKind.NUMBER),
        ("0.00E+00", NumberKind.NUMBER),
        ("#,##0.00 [$EUR]", NumberKind.NUMBER),
        ('0 "days"', NumberKind.NUMBER),
        (r"0\d", NumberKind.NUMBER),
        ("0_d", NumberKind.NUMBER),
        ("*d0", NumberKind.NUMBER),
        ("[Red]0;[Blue]yyyy", NumberKind.NUMBER),
        ("@", NumberKind.NUMBER),
        ("", NumberKind.NUMBER),
    ],
)
def test_a_format_says_what_a_number_is(code: str, kind: NumberKind) -> None:
    assert kind_of_code(code) is kind


@pytest.mark.parametrize("is_1904", [False, True])
@given(st.dates(date(1904, 1, 2), date(9999, 12, 30)))
def test_days_are_numbered_as_openpyxl_does(is_1904: bool, day: date) -> None:
    epoch = Epoch(is_1904=is_1904)
    base = MAC_EPOCH if is_1904 else WINDOWS_EPOCH
    serial = epoch.serial(day)
    assert serial == to_excel(day, base)
    assert epoch.moment(serial) == from_excel(serial, base)


@pytest.mark.parametrize("serial", [1, 2, 59])
def test_days_before_the_29th_of_february_1900_are_read_right(serial: int) -> None:
    moment = Epoch(is_1904=False).moment(serial)
    assert moment == datetime(1899, 12, 31) + timedelta(days=serial)
    assert Epoch(is_1904=False).serial(moment.date()) == serial


@pytest.mark.parametrize(("style", "value"), [(3, time(18, 5)), (4, timedelta(hours=42))])
def test_times_and_durations_are_told_apart(path: Path, style: int, value: object) -> None:
    number = 0.753472222222 if style == 3 else 1.75
    parts = handmade.parts(f'<row r="2"><c r="A2" s="{style}"><v>{number}</v></c></row>')
    parts["xl/styles.xml"] = (
        parts["xl/styles.xml"]
        .replace('count="3"', 'count="5"')
        .replace("</cellXfs>", '<xf numFmtId="20"/><xf numFmtId="46"/></cellXfs>')
    )
    with SavedWorkbook(handmade.write(path, parts)) as workbook:
        assert workbook.columns(handmade.SHEET, [1], first_row=2, last_row=2)[1] == [value]


def strings(items: str, prefix: str = "") -> bytes:
    name = f"{prefix}:" if prefix else ""
    colon = f":{prefix}" if prefix else ""
    items = items.replace("</", f"</{name}") if prefix else items
    items = items.replace("<", f"<{name}").replace(f"<{name}/{name}", f"</{name}")
    root = f'<{name}sst xmlns{colon}="{handmade.MAIN}">{items}</{name}sst>'
    return f'<?xml version="1.0"?>{root}'.encode()


ITEMS = (
    "<si><t>a&amp;b</t></si><si><t/></si><si/><si><t xml:space='preserve'> c </t></si>"
    '<si><r><rPr><b/><sz val="9"/></rPr><t>d</t></r><r><t>e</t></r>'
    '<rPh sb="0" eb="1"><t>no</t></rPh><phoneticPr fontId="1"/></si><si><t>_x0041__x000D_</t></si>'
)
TEXTS = ["a&b", None, None, " c ", "de", "A\r"]


@pytest.mark.parametrize(
    ("prefix", "items"),
    [
        ("", ITEMS),
        ("x", ITEMS),
        ("", ITEMS.replace("<si/>", "<si></si>")),
        ("x", ITEMS.replace("<si/>", "<si></si>")),
        ("", ITEMS.replace("</si>", "</si>\n")),
        ("", ITEMS.replace("a&amp;b", "<!-- <si> --><![CDATA[a&b]]>")),
    ],
)
def test_shared_strings_are_read_alike_in_every_form(prefix: str, items: str) -> None:
    table = SharedStrings(strings(items, prefix))
    assert [table.text(b"%d" % index) for index in range(6)] == TEXTS
    assert table.text(b"6") is None
    assert table.text(b" &#48; ") == TEXTS[0]


SINGLE_TEXTS = (
    "<si><t>a</t></si>",
    "<si><t>a&amp;b &gt; c</t></si>",
    "<si><t></t></si>",
    '<si><t xml:space="preserve"> c\r\n</t></si>',
    "<si><t>_x0041_</t></si>",
    "<si><t>\u00fc></t></si>",
)
OTHER_ITEMS = (
    "<si><t/></si>",
    "<si/>",
    "<si><r><t>a</t></r></si>",
    "<si><r><t>a</t></r><r><t>b</t></r></si>",
    "\n",
)


@given(
    st.lists(st.sampled_from(SINGLE_TEXTS), min_size=1),
    st.lists(st.sampled_from(OTHER_ITEMS), max_size=2),
    st.sampled_from(("", "x")),
    st.randoms(),
)
def test_strings_that_are_read_at_once_are_as_a_parser_reads_them(
    single: list[str], other: list[str], prefix: str, random: Any
) -> None:
    items = [*single, *other]
    random.shuffle(items)
    part = strings("".join(items), prefix)
    table, parsed = SharedStrings(part), _Texts().read(part)
    assert [table.text(b"%d" % index) for index in range(len(parsed))] == parsed
    assert table.text(b"%d" % len(parsed)) is None
    assert other or table.all_texts == parsed


def test_halves_of_a_character_are_read_as_one() -> None:
    assert rich_text(b"<t>_xD83D__xDE00_ _xD83D_</t>") == "\U0001f600 \ufffd"


def test_a_workbook_may_have_no_strings() -> None:
    assert SharedStrings(b"").text(b"0") is None


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"))))
def test_text_is_read_as_it_was_written(text: str) -> None:
    assert unescape(escape(text)) == text
    assert (rich_text(b"<t>" + escape(text) + b"</t>") or "").replace("_x", "") == text.replace(
        "_x", ""
    )


DIGITS = "9" * 5_000


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (f'<c r="A1"><v>{DIGITS}</v></c>', float("inf")),
        (f'<c r="A1" s="{DIGITS}"><v>7</v></c>', 7),
        (f'<c r="A1" t="s"><v>{DIGITS}</v></c>', None),
        (f'<c r="A1" t="str"><v>&#{DIGITS};</v></c>', None),
        (f'<c r="A1" t="inlineStr"><is><t>&#x{DIGITS};</t></is></c>', None),
    ],
)
def test_thousands_of_digits_make_no_reading_fail(tmp_path: Path, cell: str, value: object) -> None:
    """Python refuses to make a number of more than 4300 digits; one cell must not cost a run."""
    path = handmade.book(tmp_path / "march.xlsx", f'<row r="1">{cell}</row>')
    with SavedWorkbook(path) as book:
        read = book.columns(handmade.SHEET, [1], first_row=1, last_row=1)[1][0]
    assert read == value if value is not None else read in (None, "\ufffd")


@pytest.mark.parametrize("row", [f'<row r="{DIGITS}"/>', f'<row r="1"><c r="A{DIGITS}"/></row>'])
def test_a_row_of_thousands_of_digits_is_damage(tmp_path: Path, row: str) -> None:
    path = handmade.book(tmp_path / "march.xlsx", row)
    with pytest.raises(WorkbookError) as caught, SavedWorkbook(path) as book:
        book.columns(handmade.SHEET, [1], first_row=1, last_row=1)
    assert caught.value.code == "damaged-workbook"


def test_a_cell_with_a_format_of_thousands_of_digits_is_not_written(tmp_path: Path) -> None:
    path = handmade.book(tmp_path / "march.xlsx", f'<row r="1"><c r="A1" s="{DIGITS}"/></row>')
    with pytest.raises(WorkbookError) as caught:
        handmade.edited(path, handmade.texts({"A1": "x"}))
    assert caught.value.code == "damaged-workbook"
