import pytest

from xlsx_addin.core.cells import Area
from xlsx_addin.core.columns import HEAD_ROWS, detect_on_sheet
from xlsx_addin.core.headers import KeyField
from xlsx_addin.core.layout import Ambiguous, Layout, NotFound
from xlsx_addin.core.outcomes import ResultField
from xlsx_addin.workbooks.contract import TableInfo

ORDER, LINE, SHIPMENT = KeyField
IDS = ["Order ID", "Order Line Item ID", "Shipment ID"]
VALUES = ["111-1234567-1234567", "20764520160100", "DCYHpTnpG"]
LETTERS = {ORDER: "A", LINE: "B", SHIPMENT: "C"}


def reader(rows):
    """Stands for a sheet; like an adapter it hands out rows of one length."""
    width = max(map(len, rows), default=0)
    sheet = [[*row, *[None] * (width - len(row))] for row in rows]

    def read_head(*, first_row, rows):
        assert rows <= HEAD_ROWS
        return sheet[first_row - 1 : first_row - 1 + rows]

    return read_head


def test_without_tables_the_sheet_itself_is_looked_at():
    layout = detect_on_sheet(reader([["Title"], IDS, VALUES]))
    assert (layout.header_row, layout.table) == (2, None)


def test_the_search_begins_with_the_first_row_in_use():
    layout = detect_on_sheet(reader([[]] * 99 + [IDS, VALUES]), first_row=100)
    assert layout.header_row == 100


def test_a_table_with_the_three_ids_comes_first():
    rows = [[*IDS, None, *IDS], [*VALUES, None, *VALUES]]
    layout = detect_on_sheet(reader(rows), tables=[TableInfo("Lines", Area(1, 5, 2, 7))])
    assert layout == Layout(1, 2, {ORDER: 5, LINE: 6, SHIPMENT: 7}, {}, (5, 7), "Lines")


def test_a_table_far_down_the_sheet_is_found():
    rows = [[]] * 400 + [[None, *IDS, "Invoice Number"], [None, *VALUES]]
    layout = detect_on_sheet(reader(rows), tables=[TableInfo("Lines", Area(401, 2, 402, 5))])
    assert (layout.header_row, layout.first_data_row, layout.table) == (401, 402, "Lines")
    assert layout.results == {ResultField.INVOICE_NUMBER: 5}
    assert layout.region == (2, 5)


def test_a_table_without_the_ids_leaves_the_sheet():
    rows = [["Name", None, *IDS], ["x", None, *VALUES]]
    layout = detect_on_sheet(reader(rows), tables=[TableInfo("Names", Area(1, 1, 2, 1))])
    assert (layout.keys[ORDER], layout.table) == (3, None)


TWO = reader([[*IDS, None, *IDS], [*VALUES, None, *VALUES]])
TWO_TABLES = [TableInfo("March", Area(1, 1, 2, 3)), TableInfo("April", Area(1, 5, 2, 7))]


def test_two_tables_that_fit_are_left_to_the_user():
    finding = detect_on_sheet(TWO, tables=TWO_TABLES)
    assert finding == Ambiguous(tables=("March", "April"))


@pytest.mark.parametrize("name", ["April", "APRIL"])
def test_a_named_table_is_taken(name):
    assert detect_on_sheet(TWO, tables=TWO_TABLES, table=name).table == "April"


def test_a_named_table_that_is_not_there_is_said():
    finding = detect_on_sheet(TWO, tables=TWO_TABLES, table="May")
    assert isinstance(finding, NotFound)
    assert "May" in finding.message


def test_letters_choose_among_tables():
    assert detect_on_sheet(TWO, tables=TWO_TABLES, given=LETTERS).table == "March"


@pytest.mark.parametrize("header_rows", [1, 0])
def test_values_below_a_table_are_none_of_its_own(header_rows):
    rows = [["Order ID", "Line", "Shipment"], ["?", "?", "?"], VALUES, VALUES, VALUES]
    table = TableInfo("Lines", Area(1, 1, 2, 3), header_rows=header_rows)
    finding = detect_on_sheet(reader(rows), tables=[table], table="Lines")
    assert isinstance(finding, NotFound)


def test_a_table_without_header_row_is_read_by_letters():
    table = TableInfo("Lines", Area(3, 1, 4, 3), header_rows=0)
    rows = [[], ["Title"], VALUES, VALUES]
    layout = detect_on_sheet(reader(rows), tables=[table], given=LETTERS)
    assert (layout.header_row, layout.first_data_row, layout.table) == (None, 3, "Lines")


LINES = reader([IDS, *[VALUES] * 20])
LINES_TABLE = TableInfo("Lines", Area(1, 1, 20, 3), totals_rows=1)


class TestGivenRows:
    def test_within_a_table_its_own_header_counts(self):
        layout = detect_on_sheet(LINES, tables=[LINES_TABLE], header_row=9)
        assert (layout.header_row, layout.first_data_row, layout.table) == (1, 10, "Lines")

    def test_right_below_its_header_nothing_changes(self):
        layout = detect_on_sheet(LINES, tables=[LINES_TABLE], header_row=1)
        assert (layout.header_row, layout.first_data_row, layout.table) == (1, 2, "Lines")

    @pytest.mark.parametrize("header_row", [0, 19])
    def test_rows_outside_of_its_data_are_rows_of_the_sheet(self, header_row):
        options = {"tables": [LINES_TABLE], "header_row": header_row}
        assert isinstance(detect_on_sheet(LINES, **options), NotFound)
        layout = detect_on_sheet(LINES, **options, given=LETTERS)
        assert (layout.first_data_row, layout.table) == (header_row + 1, None)

    def test_a_header_of_two_rows_is_read_whole(self):
        rows = [["Order", "Line", "Shipment"], ["ID", "ID", "ID"], VALUES]
        assert detect_on_sheet(reader(rows), header_row=2).first_data_row == 3

    def test_the_header_may_lie_far_down(self):
        rows = [[]] * 499 + [IDS, VALUES]
        assert detect_on_sheet(reader(rows), header_row=500).first_data_row == 501


class TestWhatIsSaidIfNothingFits:
    def test_a_doubt_in_a_table_says_more_than_an_empty_head(self):
        rows = [[]] * 99 + [[*IDS, "order id"], [*VALUES, VALUES[0]]]
        finding = detect_on_sheet(reader(rows), tables=[TableInfo("Lines", Area(100, 1, 101, 4))])
        assert isinstance(finding, Ambiguous)
        assert finding.key is ORDER

    def test_the_table_with_more_ids_is_reported(self):
        rows = [["Order ID", "Note"]] + [[]] * 98 + [IDS[:2], VALUES[:2]]
        finding = detect_on_sheet(reader(rows), tables=[TableInfo("Lines", Area(100, 1, 101, 2))])
        assert (finding.header_row, finding.table) == (100, "Lines")

    def test_of_equal_ones_the_sheet_itself_is_reported(self):
        finding = detect_on_sheet(
            reader([["Order ID"], VALUES[:1]]), tables=[TableInfo("Lines", Area(1, 1, 2, 1))]
        )
        assert (finding.header_row, finding.table) == (1, None)
