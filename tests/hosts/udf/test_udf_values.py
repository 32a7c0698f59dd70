"""What goes into our functions and comes out of them, through the conversion of xlwings."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hosts.udf.pywin32 import ComError
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import Outcome, Status
from xlsx_addin.errors import StoreError
from xlsx_addin.excel.formulas import serving

NAMES = (
    "AB_INVOICES",
    "AB_INVOICE_NUMBER",
    "AB_INVOICE_DATE",
    "AB_CONSOLIDATED_INVOICE",
    "AB_INVOICE_STATUS",
)
FOUND = Outcome(Status.FOUND, "Nothing to do.", "00123", dt.date(2026, 3, 4), "C-1")


class KnowsAll:
    """A loader that knows an outcome for every line item, or fails."""

    def __init__(self) -> None:
        self.outcome = FOUND
        self.error: BaseException | None = None
        self.asked: list[LineItem] = []
        self.cells: list[str] = []

    def look_up(self, line_items, cell, *, waits=False):
        if self.error is not None:
            raise self.error
        self.asked += line_items
        self.cells.append(cell)
        return {} if self.outcome is None else dict.fromkeys(line_items, self.outcome)


class _Server:
    def __init__(self, loader: KnowsAll) -> None:
        self.loader = lambda: loader

    def refresh(self, window: int, book: str) -> None:
        raise StoreError(f"{window} {book}")


@pytest.fixture
def loader(functions):
    loader = KnowsAll()
    serving.serve_with(_Server(loader))
    yield loader
    serving.serve_with(None)


@pytest.fixture
def sheet(loader, excel):
    return excel.add_sheet("My sheet")


def test_numbers_come_as_text_and_dates_as_dates(sheet):
    sheet.write(1, [("250-1", 92258882544123.0, "Dx1")])
    for row, name in enumerate(NAMES[1:], 1):
        sheet.enter(f"E{row}", name, "=A1", "=B1", "=C1")
    day = dt.datetime(2026, 3, 4)
    assert sheet.shown("E1:E4") == [["00123"], [day], ["C-1"], ["Found"]]


def test_ids_are_cleaned_as_everywhere(sheet, loader):
    sheet.write(1, [(" 250-1\u200b", 92258882544123.0, '="Dx1"')])
    sheet.enter("E1", "AB_INVOICE_NUMBER", "=A1", "=B1", "=C1")
    assert loader.asked == [LineItem("250-1", "92258882544123", "Dx1")]
    assert loader.cells == ["132|'[Book1.xlsx]My sheet'!$E$1"]


def test_literals_may_stand_for_cells(sheet, loader):
    sheet.write(1, [("a",), ("b",)])
    sheet.enter("E1", "AB_INVOICES", "=A1:A2", 12.0, "s")
    assert loader.asked == [LineItem("a", "12", "s"), LineItem("b", "12", "s")]
    assert sheet.shown("E1:G2") == [["00123", dt.datetime(2026, 3, 4), "C-1"]] * 2


def test_a_function_for_one_cell_takes_columns_too(sheet):
    sheet.write(1, [("a", "1", "s"), ("b", "2", "s")])
    sheet.enter("E1", "AB_INVOICE_NUMBER", "=A1:A2", "=B1:B2", "=C1")
    assert sheet.shown("E1:E2") == [["00123"]] * 2


def test_blank_cells_give_blank_results(sheet, loader):
    sheet.write(1, [("a", "1", "s"), (None, None, None)])
    sheet.enter("E1", "AB_INVOICES", "=A1:A3", "=B1:B3", "=C1:C3")
    sheet.enter("I1", "AB_INVOICE_NUMBER", "=A2", "=B2", "=C2")
    assert sheet.shown("E2:G3") == [["", "", ""]] * 2
    assert sheet.shown("I1") == ""
    assert len(loader.asked) == 1


def test_an_error_in_a_cell_is_no_id(sheet):
    sheet.write(1, [("a", -2146826246, "s")])
    sheet.enter("E1", "AB_INVOICE_STATUS", "=A1", "=B1", "=C1")
    assert sheet.shown("E1").startswith("ID damaged: The order line item ID holds the error #N/A")


def test_whole_columns_are_cut_and_keep_their_rows(sheet, excel):
    sheet.write(3, [("Order ID", "Order Line Item ID", "Shipment ID"), ("a", "1", "s")])
    excel.reads.clear()
    sheet.enter("E1", "AB_INVOICES", "=A:A", "=B:B", "=C:C")
    assert excel.reads == [4, 4, 4]
    assert sheet.shown("E1:E4")[3] == ["00123"]
    sheet.values.clear()
    sheet.write(1, [("Order ID", "Order Line Item ID", "Shipment ID"), ("a", "1", "s")])
    sheet.enter("E1", "AB_INVOICES", "=A:A", "=B:B", "=C:C")
    header = ["Invoice Number", "Invoice Date", "Consolidated Invoice Number"]
    assert sheet.shown("E1:G1") == [header]


def test_the_argument_that_is_off_is_named(sheet):
    sheet.write(1, [("a", "1", "s")] * 9)
    sheet.enter("E1", "AB_INVOICES", "=A1:A9", "=B1:B8", "=C1:C9")
    assert sheet.shown("E1") == "Check line_items: it has 8 x 1 cells, orders has 9 x 1 cells."
    sheet.enter("E2", "AB_INVOICES", "=A1:B9", "=A1:B9", "=A1:B9")
    assert sheet.shown("E2") == "Check the ranges: each must be one column, not 9 x 2 cells."


def test_cells_that_cannot_be_read_are_told(sheet, monkeypatch):
    def refuse(_range):
        raise ComError(-2146827284, "1004")

    monkeypatch.setattr("tests.hosts.udf.excel.Range.Value", property(refuse))
    sheet.enter("E1", "AB_INVOICE_DATE", "a", "=B1", "s")
    assert sheet.values[1, 5] == "Check line_item: Excel does not let its cells be read."


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (StoreError("The disk is full.", next_step="Make room."), "The disk is full. Make room."),
        (ZeroDivisionError("x"), "Something unexpected went wrong: ZeroDivisionError"),
        (RecursionError("y" * 999), "Something unexpected went wrong: RecursionError"),
    ],
)
def test_an_error_is_a_sentence_in_the_cell(sheet, loader, error, text, caplog):
    loader.error = error
    sheet.enter("E1", "AB_INVOICES", "a", "1", "s")
    assert sheet.shown("E1").startswith(f"Failed: {text}")
    assert "Traceback" not in sheet.shown("E1")


def test_a_server_that_cannot_be_made_is_told_in_the_cell(functions, excel, monkeypatch):
    def fail():
        raise ImportError("pywintypes")

    monkeypatch.setattr(functions, "server", fail)
    sheet = excel.add_sheet()
    sheet.enter("E1", "AB_INVOICE_NUMBER", "a", "1", "s")
    assert sheet.shown("E1").startswith("Failed: Something unexpected went wrong: ImportError")


def test_a_refresh_that_fails_reaches_the_macro_and_the_log(loader, excel, caplog):
    with pytest.raises(StoreError):
        excel.run("RefreshInvoiceFormulas", 132, "Book1.xlsx")
    assert "132 Book1.xlsx" in caplog.text


ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.text(max_size=300),
    st.floats(),
    st.integers(),
    st.sampled_from(["#N/A", "=1+1", -2146826246, -2147352572, "250-1234567-1234567"]),
    st.datetimes(),
    st.decimals(),
    st.binary(max_size=5),
    st.builds(object),
)
ANYTHING = st.one_of(
    ODD,
    st.lists(ODD, max_size=4),
    st.lists(st.lists(ODD, max_size=4), max_size=4),
    st.lists(st.one_of(ODD, st.lists(ODD, max_size=2)), max_size=3),
    st.recursive(ODD, lambda inner: st.lists(inner, max_size=3), max_leaves=8),
)
OUTCOMES = st.one_of(
    st.none(),
    st.builds(
        Outcome,
        st.sampled_from(Status),
        st.text(max_size=300),
        st.text(max_size=300),
        st.one_of(st.none(), st.dates(min_value=dt.date(1994, 1, 1))),
        st.text(max_size=300),
    ),
)
ERRORS = st.sampled_from(
    [None, StoreError("x"), ValueError(), KeyError("k"), RuntimeError("é" * 999)]
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(
    st.sampled_from(NAMES),
    st.tuples(ANYTHING, ANYTHING, ANYTHING, st.one_of(st.text(), st.none(), st.integers())),
    OUTCOMES,
    ERRORS,
)
def test_whatever_goes_in_texts_and_dates_come_out(loader, excel, name, arguments, outcome, error):
    loader.outcome, loader.error = outcome, error
    caller = excel.add_sheet().cell(1, 1)
    result = excel._server.CallUDF("xlsx_addin.excel.functions", name, arguments, None, caller)
    rows = result if isinstance(result, (list, tuple)) else [result]
    cells = [one for row in rows for one in (row if isinstance(row, (list, tuple)) else [row])]
    assert cells
    for one in cells:
        assert isinstance(one, (str, dt.datetime))
        assert not isinstance(one, str) or len(one) <= 255
