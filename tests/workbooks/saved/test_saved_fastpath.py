"""The fast way writes the very bytes of the exact way, and gives it what it does not know."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workbooks.saved import handmade
from xlsx_addin.core.cells import LONGEST_TEXT, Area, column_letters, column_number
from xlsx_addin.workbooks.contract import ColumnEdit, ColumnKind, Link, ResultValue, SheetEdit
from xlsx_addin.workbooks.saved.cellwriter import CellWriter, all_simple
from xlsx_addin.workbooks.saved.fastpath import FastRows
from xlsx_addin.workbooks.saved.findings import ColumnStyle, SheetSurvey
from xlsx_addin.workbooks.saved.formulas import LostMasters
from xlsx_addin.workbooks.saved.rowends import RowEnds, RowTags
from xlsx_addin.workbooks.saved.rowfacts import RowFacts
from xlsx_addin.workbooks.saved.rows import columns_after, columns_before, grammar, whole_rows
from xlsx_addin.workbooks.saved.styles import Styles
from xlsx_addin.workbooks.saved.survey import survey
from xlsx_addin.workbooks.saved.values import Epoch
from xlsx_addin.workbooks.saved.writer import RowWriter, Waiting

LEFT_COLUMNS = (1, 2, 3, 25, 26, 27, 28)
RIGHT_COLUMNS = (29, 30, 702, 703, 16_384)
COLUMNS = (1, 2, 3, 25, 26, 27, 28, 702, 703, 16_384)
VALUES: tuple[ResultValue, ...] = (
    *("x", "R&D", " y ", "", None, date(2026, 3, 31)),
    *(0, 7, Decimal(0), Decimal("-12.50"), Link("paid", "a.pdf")),
)
EVERYDAY_VALUES: tuple[ResultValue, ...] = (
    *("INV-1", "5 %", "%b", "a\nb", "", None),
    *(date(2026, 3, 31), 0, Decimal(0), Link("5 %", "a.pdf")),
)

CONTENTS = (
    "/>",
    ">\n</c>",
    "><v>1</v></c>",
    "><v></v></c>",
    "><f>A1</f><v /></c>",
    "><v/></c>",
    ' t="str"><f>A1</f><v xml:space="preserve"> x</v></c>',
    ' t="s"> <v>0</v> </c>',
    ' t="inlineStr"><is><t xml:space="preserve"> a&lt; </t></is></c>',
    "> <f>A1&amp;B1</f> <v>1</v></c>",
    '><f t="shared" si="0"/><v>1</v></c>',
    ' t="str"><f ca="1">A1</f></c>',
    ' cm="1"><v>1</v></c>',
    ' t="e" vm="1"><v>#VALUE!</v></c>',
)
STYLES = ("", ' s="1"', ' s="2"')
BLANKS = ("", "", "", "\n  ")
ROW_ATTRIBUTES = (
    "",
    ' spans="1:3"',
    ' ht="15.5" spans="2:2"',
    ' s="1" customFormat="1"',
    ' s="1" customFormat="false"',
    " s='1' customFormat='true'",
)


@st.composite
def rows(draw: st.DrawFn, among: tuple[int, ...] = COLUMNS) -> str:
    """Draw rows in the form that Excel writes."""
    written = []
    for number in draw(st.lists(st.integers(1, 12), unique=True, min_size=1).map(sorted)):
        columns = draw(st.lists(st.sampled_from(among), unique=True).map(sorted))
        cells = "".join(
            f'{draw(st.sampled_from(BLANKS))}<c r="{column_letters(column)}{number}"'
            f"{draw(st.sampled_from(STYLES))}{draw(st.sampled_from(CONTENTS))}"
            for column in columns
        )
        attributes = draw(st.sampled_from(ROW_ATTRIBUTES))
        blank = draw(st.sampled_from(BLANKS))
        closed = f">{cells}{blank}</row>" if cells or draw(st.booleans()) else "/>"
        written.append(f'{blank}<row r="{number}"{attributes}{closed}')
    return "".join(written) + draw(st.sampled_from(BLANKS))


@st.composite
def edits(
    draw: st.DrawFn,
    among: tuple[int, ...] = COLUMNS,
    values: tuple[ResultValue, ...] = VALUES,
) -> SheetEdit:
    """Draw an edit of a few columns."""
    cells = st.dictionaries(st.integers(1, 14), st.sampled_from(values))
    columns = draw(st.lists(st.sampled_from(among), unique=True, min_size=1, max_size=4))
    return SheetEdit(
        "s",
        tuple(
            ColumnEdit(
                column,
                draw(st.sampled_from(ColumnKind)),
                draw(cells),
                draw(st.sampled_from((None, "Invoice"))),
            )
            for column in columns
        ),
        header_row=draw(st.sampled_from((None, 1, 5))),
    )


def row_writer(edit: SheetEdit, survey: SheetSurvey) -> RowWriter:
    styles = Styles(handmade.STYLES.encode(), "styles")
    cells = CellWriter(survey.prefix, styles, Epoch(is_1904=False))
    return RowWriter(edit, survey, cells, LostMasters({}, ()))


@settings(max_examples=400, deadline=None)
@given(rows(), edits())
def test_both_ways_write_the_same_bytes(data: str, edit: SheetEdit) -> None:
    check_both_ways(data, edit)


@settings(max_examples=400, deadline=None)
@given(rows(LEFT_COLUMNS), edits(RIGHT_COLUMNS), edits(RIGHT_COLUMNS, EVERYDAY_VALUES))
def test_both_ways_write_the_same_bytes_behind_the_last_cells(
    data: str, edit: SheetEdit, everyday: SheetEdit
) -> None:
    check_both_ways(data, edit)
    # Only the rows that are there, as nearly always.
    there = set(map(int, grammar(b"").row_numbers.findall(data.encode())))
    columns = [
        replace(column, cells={row: column.cells[row] for row in there & column.cells.keys()})
        for column in everyday.columns
    ]
    check_both_ways(data, replace(everyday, columns=columns, header_row=None))


def test_an_edit_of_the_first_column_is_before_every_other_cell() -> None:
    edit = SheetEdit("s", [ColumnEdit(1, ColumnKind.IDENTIFIER, {1: "x"})])
    check_both_ways('<row r="1"><c r="AA1"/></row>', edit)


def test_texts_of_several_lines_or_too_long_ones_are_not_simple() -> None:
    assert all_simple(["INV-1", "", "INV 2"])
    assert not all_simple(["INV-1", "INV\n2"])
    assert not all_simple(["x" * (LONGEST_TEXT + 1)])


def test_cells_behind_the_last_ones_need_no_look_at_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = b"".join(
        b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (row, row) for row in range(2, 9)
    )
    cells: dict[int, ResultValue] = {row: f"INV-{row}" for row in range(2, 8)}
    edit = SheetEdit("s", [ColumnEdit(2, ColumnKind.IDENTIFIER, cells)])
    fast = row_writer(edit, SheetSurvey())
    monkeypatch.setattr(fast, "edit_rows", lambda *_: pytest.fail("a row took the exact way"))
    waiting = Waiting(fast.rows())
    ends = RowEnds(fast, SheetSurvey(), RowTags())
    assert (ends.edit_rows(data, waiting) or b"").count(b"<t>INV-") == len(cells)
    assert waiting.next is None


def check_both_ways(data: str, edit: SheetEdit) -> None:
    survey = SheetSurvey(column_styles=[ColumnStyle(2, 26, 2)])
    raw = data.encode()
    assert survey.grammar.plain.fullmatch(raw)
    exact, fast = row_writer(edit, survey), row_writer(edit, survey)
    exact_waiting, fast_waiting = Waiting(exact.rows()), Waiting(fast.rows())
    assert FastRows(fast, survey).edit_rows(raw, fast_waiting) == exact.edit_rows(
        raw, exact_waiting
    )
    assert fast.formulas_lost == exact.formulas_lost
    assert fast_waiting.next == exact_waiting.next
    assert fast.previous == exact.previous


@settings(max_examples=100, deadline=None)
@given(rows(), rows(LEFT_COLUMNS))
def test_both_ways_find_the_same_facts(first: str, second: str) -> None:
    moved = re.sub(r'(r="[A-Z]*)([0-9]+)"', lambda one: f'{one[1]}{int(one[2]) + 20}"', second)
    exact, fast = SheetSurvey(), SheetSurvey()
    exact_facts, fast_facts = RowFacts(exact), RowFacts(fast)
    for data in (first.encode(), moved.encode()):
        assert fast.grammar.plain.fullmatch(data)
        exact_facts.read(data)
        if not fast_facts.read_known(data):
            fast_facts.read_plain(data)
    exact_facts.finish()
    fast_facts.finish()
    letters = re.findall(r'<c r="([A-Z]+)', first + moved)
    assert fast.rightmost >= max((column_number(one) or 0 for one in letters), default=0)
    assert replace(fast, rightmost=exact.rightmost) == exact


@pytest.mark.parametrize(
    ("cells", "known"),
    [
        ('<c r="B9"><v>1</v></c>', True),
        ('<c r="D9" s="1"/>', True),
        ('<c r="A9"/>', False),
        ('<c r="E9"/>', False),
        ('<c r="AB9"/>', False),
        ('<c r="C9"><v>1</v><v>1</v></c>', False),
        ('<c r="C8"><v>1</v></c>', False),
        ('<c r="C9" t="str"><f>A1</f><v>x</v></c>', True),
        ('<c r="C9"><f t="shared" si="0"/><v>1</v></c>', False),
        ('<c r="C9"> <f ca="1">A1</f> <v>1</v></c>', False),
        ("", True),
    ],
)
def test_rows_within_the_used_columns_are_told_from_others(cells: str, known: bool) -> None:
    facts = RowFacts(SheetSurvey())
    facts.read_plain(b'<row r="1"><c r="B1"><v>1</v></c><c r="D1"><v>1</v></c></row>')
    assert facts.read_known(f'<row r="9">{cells}</row>'.encode()) == known


def test_columns_that_came_later_are_known_as_well() -> None:
    facts = RowFacts(SheetSurvey())
    for row, column in ((1, "B"), (2, "D")):
        data = f'<row r="{row}"><c r="{column}{row}"><v>1</v></c></row>'.encode()
        assert not facts.read_known(data)
        facts.read_plain(data)
    assert facts.read_known(b'<row r="3"><c r="D3"><v>1</v></c></row>')


@pytest.mark.parametrize("column", [1, 2, 26, 27, 28, 52, 53, 702, 703, 704, 16_383, 16_384])
def test_columns_are_told_apart_by_their_letters(column: int) -> None:

    before = re.compile(columns_before(column))
    after = re.compile(columns_after(column))
    for other in (*range(1, 1500), *range(16_300, 16_385)):
        letters = column_letters(other).encode()
        assert bool(before.fullmatch(letters)) == (other < column)
        assert bool(after.fullmatch(letters)) == (other > column)


@pytest.mark.parametrize(
    ("data", "plain"),
    [
        ('<row r="1"><c r="A1"/></row>', True),
        ('<row r="1" spans="1:1"/><row r="2"><c r="A2" t="s"><v>1</v></c></row>', True),
        ('<row r="1"><c r="A2"/></row>', False),
        ('<row r="12"><c r="A1"/></row>', False),
        ('<row r="1"><c r="A1"/><x/></row>', False),
        ('<row r="1"><c r="A1"><v>1</v><f>1</f></c></row>', False),
        ('<row r="1"><c r="A1"><v>1<!-- --></v></c></row>', False),
        ("<row r='1'/>", False),
        ('<row r="1"> </row>', True),
        ('\n<row r="1">\t<c r="A1"> <v>1</v> </c>\r\n</row>\n', True),
        ('<row r="1">x</row>', False),
        ('<row r="1"><c r="A1"/>', False),
        ('<row><c r="A1"/></row>', False),
        ('<row r="1" x="a>b"/>', False),
        ('<row r="01"/>', False),
        ("", True),
    ],
)
def test_only_rows_as_excel_writes_them_are_plain(data: str, plain: bool) -> None:
    assert bool(grammar(b"").plain.fullmatch(data.encode())) == plain


@pytest.mark.parametrize(
    ("start", "end", "plain"),
    [(0, 10, True), (5, 11, False), (12, 15, False), (19, 30, False), (20, 30, True)],
)
def test_a_chunk_that_meets_odd_rows_is_not_plain(start: int, end: int, plain: bool) -> None:
    assert SheetSurvey(odd=[(10, 20)]).is_plain(start, end) == plain


def blocks_of(data: bytes, size: int) -> Iterator[bytes]:
    for at in range(0, len(data), size):
        yield data[at : at + size]


@pytest.mark.parametrize("size", [1, 7, 40, 1000])
def test_chunks_hold_whole_rows(size: int) -> None:
    data = b'<row r="1"/><row r="2"><c r="A2"/></row>\n<row r="3"></row><row r="4"/>\n'
    found = list(whole_rows(blocks_of(data, size), b""))
    assert b"".join(found) == data
    assert all(grammar(b"").plain.fullmatch(chunk) for chunk in found)


def test_rows_without_cells_are_not_gathered() -> None:
    data = b"".join(b'<row r="%d" ht="15"/>' % number for number in range(1, 500))
    found = list(whole_rows(blocks_of(data, 100), b""))
    assert b"".join(found) == data
    assert max(map(len, found)) < 200


TAIL = '<mergeCells count="40">' + '<mergeCell ref="K8:L9"/>' * 40 + "</mergeCells>"


@pytest.mark.parametrize("size", [1, 11, 64, 200, 5000])
def test_a_sheet_is_surveyed_in_blocks_of_any_size(size: int) -> None:
    rows = (
        '<row r="1"><c r="B1"><v>1</v></c></row><row r="3"/><row r="4"><c r="D4"><f>1</f></c></row>'
    )
    part = handmade.parts(rows, head='<dimension ref="B1:D4"/>', tail=TAIL)[handmade.SHEET_PART]
    whole = survey(iter([part.encode()]), "sheet")
    assert len(whole.merges) == 40
    assert whole.used == Area(1, 2, 4, 4)
    assert replace(survey(blocks_of(part.encode(), size), "sheet"), odd=[]) == whole
