"""Whole columns are read out of plain rows as their cells are read one by one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workbooks.saved import handmade
from xlsx_addin.core.cells import CellValue, column_letters
from xlsx_addin.workbooks.saved.plaincolumns import PlainColumns, _PlainColumn
from xlsx_addin.workbooks.saved.rows import grammar, parse_rows
from xlsx_addin.workbooks.saved.strings import SharedStrings
from xlsx_addin.workbooks.saved.styles import Styles
from xlsx_addin.workbooks.saved.values import Epoch, ValueReader

FIRST, LAST = 2, 9
COLUMNS = (2, 3, 4, 7)
SHARED = (' t="s"><v>0</v></c>', ' s="1" t="s"><v>1</v></c>', ' t="s"><v>2</v></c>')
OTHER = (
    "/>",
    "><v>7</v></c>",
    ' t="s"><v>99</v></c>',
    ' t="s"> <v>1</v></c>',
    ' t="s"><f>A1</f><v>1</v></c>',
    ' t="inlineStr"><is><t>x</t></is></c>',
    ' t="str"><v>x</v></c>',
    ' t="str"><f>A1</f></c>',
    ' t="str"><f>A1</f><v></v></c>',
    ' t="str"> <f ca="1"/> <v/> </c>',
    "><f>A1</f>\n</c>",
)


def reader() -> ValueReader:
    items = "".join(f"<si><t>{text}</t></si>" for text in ("a", "b", ""))
    strings = SharedStrings(f'<sst xmlns="{handmade.MAIN}">{items}</sst>'.encode())
    kind = Styles(handmade.STYLES.encode(), "styles").kind
    return ValueReader(lambda: strings, kind, Epoch(is_1904=False))


@st.composite
def sheets(draw: st.DrawFn) -> bytes:
    """Draw rows that hold shared strings in most of the columns, with a few that do not."""
    # Mostly within the rows that are read, so that they are read at once if they are alike.
    first = draw(st.sampled_from((1, FIRST, FIRST, 4)))
    last = draw(st.sampled_from((4, 7, LAST, 12)))
    skipped = draw(st.sets(st.integers(1, 12), max_size=1))
    odd = draw(st.dictionaries(st.tuples(st.integers(1, 12), st.sampled_from(COLUMNS)),
                               st.sampled_from((*OTHER, "")), max_size=2))  # fmt: skip
    blank = draw(st.sampled_from(("", "", "\n ")))
    written = []
    for row in [row for row in range(first, last + 1) if row not in skipped]:
        cells = [f'<c r="A{row}"/>']
        for column in COLUMNS:
            content = odd.get((row, column), draw(st.sampled_from(SHARED)))
            if content:
                cells.append(f'<c r="{column_letters(column)}{row}"{content}')
        written.append(f'<row r="{row}">{blank.join(cells)}</row>')
    return "".join(written).encode()


def one_by_one(data: bytes) -> dict[int, list[CellValue]]:
    read: dict[int, list[CellValue]] = {column: [None] * (LAST - FIRST + 1) for column in COLUMNS}
    values = reader()
    for row in parse_rows(data, b"", 0):
        for cell in row.cells:
            if cell.column in read and FIRST <= row.number <= LAST:
                read[cell.column][row.number - FIRST] = values.cell(data, cell)
    return read


@settings(max_examples=300, deadline=None)
@given(sheets())
def test_columns_are_read_as_cells_are(data: bytes) -> None:
    assert grammar(b"").plain.fullmatch(data)
    read: dict[int, list[CellValue]] = {column: [None] * (LAST - FIRST + 1) for column in COLUMNS}
    PlainColumns(grammar(b""), COLUMNS, reader()).read(data, read, FIRST)
    assert read == one_by_one(data)


@pytest.mark.parametrize(
    ("first", "last", "odd"),
    [
        (FIRST, LAST, (FIRST, "><v>7</v></c>")),
        (FIRST, LAST, (LAST, "><v>7</v></c>")),
        (FIRST, LAST, (5, "><v>7</v></c>")),
        (FIRST, LAST, (5, ' t="s"><v>99</v></c>')),
        (FIRST, LAST + 2, None),
        (FIRST - 1, LAST, None),
        (FIRST + 1, LAST - 1, None),
    ],
)
def test_rows_that_are_not_all_alike_or_wanted(
    first: int, last: int, odd: tuple[int, str] | None
) -> None:
    rows = dict.fromkeys(range(first, last + 1), SHARED[0])
    rows.update([odd] if odd else [])
    data = "".join(f'<row r="{row}"><c r="B{row}"{cell}</row>' for row, cell in rows.items())
    read: dict[int, list[CellValue]] = {2: [None] * (LAST - FIRST + 1)}
    PlainColumns(grammar(b""), [2], reader()).read(data.encode(), read, FIRST)
    assert read[2] == one_by_one(data.encode())[2]


def test_shared_strings_in_every_row_are_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_PlainColumn, "read", lambda *_: pytest.fail("cells were read singly"))
    row = '<row r="{0}"><c r="B{0}" t="s"><v>0</v></c><c r="C{0}" s="1" t="s"><v>1</v></c></row>'
    data = "".join(row.format(number) for number in range(FIRST, LAST)).encode()
    read: dict[int, list[CellValue]] = {2: [None] * 10, 3: [None] * 10}
    PlainColumns(grammar(b""), [2, 3], reader()).read(data, read, FIRST)
    assert read == {2: ["a"] * 7 + [None] * 3, 3: ["b"] * 7 + [None] * 3}


def test_columns_that_differ_in_kind_are_soon_read_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    row = (
        '<row r="{0}"><c r="B{0}" t="s"><v>0</v></c><c r="C{0}" t="s"><v>1</v></c>'
        '<c r="D{0}"><v>7</v></c></row>'
    )
    data = "".join(row.format(number) for number in range(FIRST, LAST)).encode()
    read: dict[int, list[CellValue]] = {column: [None] * 7 for column in (2, 3, 4)}
    plain = PlainColumns(grammar(b""), [2, 3, 4], reader())
    for _ in range(5):
        plain.read(data, read, FIRST)
    singly: list[int] = []
    monkeypatch.setattr(_PlainColumn, "read", lambda self, *_: singly.append(self.number))
    plain.read(data, read, FIRST)
    assert singly == [4]
    assert read == {2: ["a"] * 7, 3: ["b"] * 7, 4: [7] * 7}
