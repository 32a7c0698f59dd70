from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from xlsx_addin.core.cells import Area, CellError, Formula, Missing
from xlsx_addin.core.columns import detect
from xlsx_addin.core.data_rows import is_repeated_header, last_data_row
from xlsx_addin.core.headers import KeyField
from xlsx_addin.core.layout import Ambiguous, Layout, NotFound
from xlsx_addin.core.outcomes import ResultField

ORDER, LINE, SHIPMENT = KeyField

TELLING = [
    *("Order ID", "order id", "Order", "Line", "Line Item ID", "Shipment", "Shipment ID", "ID"),
    *("Invoice", "Number", "Invoice Status", "Total", "Amazon", "PO Line Item Id", "A", "="),
    *("111-1234567-1234567", "20764520160100", "DCYHpTnpG", "Invoice Message", "(", "[0].", "#"),
]
PLAIN = st.one_of(
    st.none(),
    st.sampled_from(TELLING),
    st.text(max_size=30),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.just(date(2025, 1, 1)),
    st.just(datetime(2025, 1, 1, tzinfo=UTC)),
    st.just(time(12)),
    st.just(timedelta(days=1)),
    st.just(CellError("#N/A")),
)
CELLS = PLAIN | PLAIN.map(Formula) | st.just(Formula(Missing.RESULT))
BLOCKS = st.lists(st.lists(CELLS, max_size=8), max_size=25)
NUMBERS = st.integers(1, 30)
MERGES = st.lists(
    st.tuples(NUMBERS, NUMBERS, st.integers(0, 3), st.integers(0, 5)).map(
        lambda corner: Area(corner[0], corner[1], corner[0] + corner[2], corner[1] + corner[3])
    ),
    max_size=4,
)
GIVEN = st.dictionaries(
    st.sampled_from(KeyField), st.sampled_from(TELLING) | st.text(max_size=4), max_size=3
)


@given(
    block=BLOCKS,
    first_row=NUMBERS,
    merges=MERGES,
    given=GIVEN,
    header_row=st.none() | st.integers(0, 40),
    columns=st.none() | st.tuples(st.integers(1, 4), st.integers(4, 9)),
)
@settings(max_examples=300, deadline=None)
def test_any_block_has_a_finding_and_a_sentence(block, **options):
    finding = detect(block, **options)
    if isinstance(finding, Layout):
        assert set(finding.keys) == set(KeyField)
        assert len({*finding.keys.values(), *finding.results.values()}) == 3 + len(finding.results)
        assert finding.header_row is None or finding.first_data_row == finding.header_row + 1
        first, last = finding.region
        assert options["columns"] or first <= min(finding.keys.values())
        assert options["columns"] or max(finding.keys.values()) <= last
    else:
        assert isinstance(finding, NotFound | Ambiguous)
        assert finding.message.endswith(".")
        assert finding.next_step.endswith(".")
    assert detect(block, **options) == finding


HEADERS = ["Order ID", "Line Item ID", "Shipment ID", "Title", "Amount", "PO Number", "Note"]
HEADERS += [field.header for field in ResultField]
VALUES = ["111-1234567-1234567", 20764520160100, "DCYHpTnpG", "Paper", 12.5, "4711", "x"]
VALUES += [None] * len(ResultField)


@given(st.permutations(range(len(HEADERS))), st.integers(0, 10))
def test_permuted_columns_give_permuted_numbers(order, titles):
    header, values = [HEADERS[index] for index in order], [VALUES[index] for index in order]
    layout = detect([["Purchases"], *[[]] * titles, header, values])
    assert isinstance(layout, Layout)
    assert layout.header_row == titles + 2
    assert layout.keys == {key: order.index(index) + 1 for index, key in enumerate(KeyField)}
    assert layout.results == {
        field: order.index(index) + 1 for index, field in enumerate(ResultField, start=7)
    }


@given(st.permutations(range(4)))
def test_a_doubt_stays_a_doubt_when_columns_are_permuted(order):
    headers = ["Order ID", "order_id", "Line Item ID", "Shipment ID"]
    finding = detect([[headers[index] for index in order]])
    assert isinstance(finding, Ambiguous)
    assert {column.header for column in finding.columns} == {"Order ID", "order_id"}


@given(st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), max_size=30), NUMBERS)
@settings(deadline=None)
def test_any_rows_have_an_end(rows, first_row):
    order, line, shipment, text = zip(*rows, strict=True) if rows else ((),) * 4
    last = last_data_row(order, line, shipment, first_row=first_row, text=text)
    assert first_row - 1 <= last < first_row + len(rows)
    for ids in rows:
        assert isinstance(is_repeated_header(*ids[:3]), bool)
