from datetime import date

import pytest

from xlsx_addin.core.cells import Area, Formula
from xlsx_addin.core.columns import detect
from xlsx_addin.core.headers import KeyField
from xlsx_addin.core.layout import Ambiguous, Layout, NotFound
from xlsx_addin.core.outcomes import ResultField

ORDER, LINE, SHIPMENT = KeyField
NUMBER, DATE, CONSOLIDATED, STATUS, MESSAGE = ResultField
RESULTS = [field.header for field in ResultField]

IDS = ["Order ID", "Order Line Item ID", "Shipment ID"]
VALUES = ["111-1234567-1234567", "20764520160100", "DCYHpTnpG"]
PLAIN_VALUES = ["first", "second", "third"]
FIRST_THREE = {ORDER: 1, LINE: 2, SHIPMENT: 3}


def found(*args, **options):
    finding = detect(*args, **options)
    assert isinstance(finding, Layout), finding
    return finding


class TestOneHeaderRow:
    def test_the_first_row_and_its_three_ids_are_found(self):
        layout = found([IDS, VALUES])
        assert layout == Layout(1, 2, FIRST_THREE, {}, (1, 3))

    def test_the_order_of_the_columns_does_not_matter(self):
        layout = found([["Amount", "shipmentId", "orderLineItemId", "Note", "orderId"]])
        assert layout.keys == {SHIPMENT: 2, LINE: 3, ORDER: 5}
        assert layout.region == (1, 5)

    def test_titles_and_empty_rows_above_are_passed_over(self):
        layout = found([["Purchases of March"], [], [None, date(2025, 3, 31)], IDS, VALUES])
        assert (layout.header_row, layout.first_data_row) == (4, 5)

    def test_rows_count_from_the_first_row_handed_in(self):
        layout = found([[], IDS, VALUES], first_row=100)
        assert (layout.header_row, layout.first_data_row) == (101, 102)

    def test_the_twentieth_row_is_the_last_that_may_be_the_header(self):
        assert found([[]] * 19 + [IDS]).header_row == 20
        assert isinstance(detect([[]] * 20 + [IDS]), NotFound)

    def test_a_header_repeated_on_every_page_counts_once(self):
        pages = [IDS, VALUES, VALUES, [*IDS, "Page 2"], VALUES]
        assert found(pages).header_row == 1

    def test_headers_may_be_the_results_of_formulas(self):
        assert found([[Formula(text) for text in IDS], VALUES]).keys == FIRST_THREE

    def test_headers_that_are_no_text_are_passed_over(self):
        header = [date(2025, 1, 1), 2024, *IDS, True, 1.5]
        assert found([header, [None, None, *VALUES]]).keys == {ORDER: 3, LINE: 4, SHIPMENT: 5}

    def test_numbers_serve_as_line_items(self):
        layout = found([["Order", "Line", "Shipment"], [VALUES[0], 20764520160100.0, VALUES[2]]])
        assert layout.keys == FIRST_THREE

    def test_the_last_column_of_a_sheet_is_in_reach(self):
        layout = found([[None] * 16381 + IDS])
        assert layout.keys == {ORDER: 16382, LINE: 16383, SHIPMENT: 16384}
        assert layout.region == (16382, 16384)

    def test_rows_may_differ_in_length(self):
        assert found([["Title"], IDS, VALUES[:1], [*VALUES, "note"]]).region == (1, 4)


class TestNamesAndShapes:
    @pytest.mark.parametrize("header", [["Order ID", "Line", "Shipment"]])
    def test_uncertain_names_count_if_the_values_confirm_them(self, header):
        assert found([header, VALUES]).keys == FIRST_THREE
        assert isinstance(detect([header, PLAIN_VALUES]), NotFound)

    def test_line_numbers_are_no_line_item_ids(self):
        finding = detect([["Order ID", "Line No", "Shipment ID"], [VALUES[0], 1, VALUES[2]]])
        assert isinstance(finding, NotFound)
        assert finding.missing == (LINE,)

    def test_a_status_such_as_delivered_is_no_shipment_id(self):
        finding = detect([["Order ID", "Line Item ID", "Shipment"], [*VALUES[:2], "Delivered"]])
        assert isinstance(finding, NotFound)

    def test_values_alone_never_decide(self):
        finding = detect([["A-No.", "B-No.", "C-No."], VALUES])
        assert isinstance(finding, NotFound)
        assert finding.missing == tuple(KeyField)

    def test_values_decide_between_two_names(self):
        header = ["Order Number", *IDS]
        assert found([header, ["4711", *VALUES]]).keys == {ORDER: 2, LINE: 3, SHIPMENT: 4}

    def test_values_decide_by_majority(self):
        header = ["Order Number", *IDS]
        rows = [["4711", *VALUES]] * 3 + [[VALUES[0], "?", *VALUES[1:]]] * 2
        assert found([header, *rows]).keys[ORDER] == 2

    def test_blank_cells_have_no_vote(self):
        blank = [[None, " ", Formula("")]] * 5
        assert found([["Order", "Line", "Shipment"], *blank, VALUES]).keys == FIRST_THREE

    def test_a_column_with_the_right_values_and_another_header_is_no_rival(self):
        header = [*IDS, "Reference"]
        assert found([header, [*PLAIN_VALUES, VALUES[0]]]).keys == FIRST_THREE

    @pytest.mark.parametrize("values", [PLAIN_VALUES, VALUES])
    def test_equal_claims_are_left_to_the_user(self, values):
        finding = detect([[*IDS, "order id"], [*values, values[0]]])
        assert isinstance(finding, Ambiguous)
        assert finding.key is ORDER
        assert [column.number for column in finding.columns] == [1, 4]

    def test_a_purchase_order_line_is_rejected(self):
        header = ["Order ID", "purchaseOrder.lineItemId", "Shipment ID"]
        finding = detect([header, VALUES])
        assert isinstance(finding, NotFound)
        assert finding.lookalikes[LINE].number == 2


class TestTwoHeaderRows:
    def test_a_group_above_completes_the_names(self):
        layout = found([["Order", "Line", "Shipment"], ["ID", "ID", "ID"], VALUES])
        assert layout == Layout(2, 3, FIRST_THREE, {}, (1, 3))

    def test_a_merged_group_stands_above_all_of_its_columns(self):
        rows = [["Order", None, "Shipment"], ["ID", "Line Item ID", "ID"], VALUES]
        layout = found(rows, merges=[Area(1, 1, 1, 2)])
        assert (layout.header_row, layout.keys) == (2, FIRST_THREE)

    def test_a_group_that_adds_nothing_leaves_one_header_row(self):
        rows = [["Amazon", None, None, "Books"], [*IDS, "Account"], VALUES]
        layout = found(rows, merges=[Area(1, 1, 1, 3)])
        assert (layout.header_row, layout.first_data_row) == (2, 3)

    def test_results_are_named_by_their_group_too(self):
        rows = [
            [*IDS, "Invoice", None, None],
            [None, None, None, "Number", "Date", "Status"],
            VALUES,
        ]
        layout = found(rows, merges=[Area(1, 4, 1, 6)])
        assert (layout.header_row, layout.first_data_row) == (2, 3)
        assert layout.results == {NUMBER: 4, DATE: 5, STATUS: 6}

    def test_header_cells_merged_downwards_end_the_header(self):
        rows = [[*IDS, "Money"], [None, None, None, "net"], [*VALUES, 12.5]]
        merges = [Area(1, column, 2, column) for column in (1, 2, 3)]
        layout = found(rows, merges=merges)
        assert (layout.header_row, layout.first_data_row) == (2, 3)

    def test_a_header_merged_over_two_columns_is_the_first_of_them(self):
        rows = [["Order ID", None, *IDS[1:]], [VALUES[0], None, *VALUES[1:]]]
        layout = found(rows, merges=[Area(1, 1, 1, 2)])
        assert layout.keys == {ORDER: 1, LINE: 3, SHIPMENT: 4}

    def test_the_group_tells_purchase_orders_from_amazon(self):
        rows = [
            ["Purchase order", None, "Amazon", None, None],
            ["Number", "Line Item ID", *IDS[:1], "Line Item ID", "Shipment ID"],
        ]
        layout = found(rows, merges=[Area(1, 1, 1, 2), Area(1, 3, 1, 5)])
        assert layout.keys == {ORDER: 3, LINE: 4, SHIPMENT: 5}


class TestResults:
    def test_all_five_are_found_wherever_they_are(self):
        layout = found([[*reversed(RESULTS), *IDS]])
        assert layout.results == dict(zip(ResultField, (5, 4, 3, 2, 1), strict=True))

    def test_a_bare_status_is_never_ours(self):
        assert found([[*IDS, "Status", "Message"]]).results == {}

    def test_our_own_header_beats_other_spellings(self):
        header = [*IDS, "Rechnungsnummer", "INVOICE NUMBER", "Invoice Number"]
        assert found([header]).results == {NUMBER: 6}
        assert found([header[:-1]]).results == {NUMBER: 5}

    @pytest.mark.parametrize(
        ("header", "column"),
        [
            (["Invoice Number", *IDS, *"abcde", "Invoice Number", "Invoice Number"], 10),
            (["Invoice Number", "Invoice Number", *IDS], 2),
        ],
    )
    def test_of_equal_headers_the_next_one_right_of_the_ids_is_taken(self, header, column):
        assert found([header]).results == {NUMBER: column}

    def test_an_id_column_that_the_user_named_is_no_result(self):
        header = ["Invoice Number", *IDS[1:]]
        assert found([header], given={ORDER: "A"}).results == {}


class TestRegion:
    def test_it_ends_at_the_first_empty_column(self):
        header = ["Far", None, "Note", *IDS, "Amount", None, "Legend"]
        assert found([header, [None] * 9]).region == (3, 7)

    def test_a_column_without_header_belongs_if_it_has_data(self):
        rows = [[*IDS, None, "Amount"], [*VALUES, "checked", 12.5]]
        assert found(rows).region == (1, 5)

    def test_gaps_between_the_ids_belong(self):
        assert found([["Order ID", None, "Line Item ID", None, "Shipment ID"]]).region == (1, 5)

    def test_a_title_above_does_not_widen_it(self):
        title = [None, None, None, "A wide title"]
        assert found([title, [], IDS, VALUES]).region == (1, 3)

    def test_a_merged_header_cell_does(self):
        rows = [[*IDS, "Remarks", None], VALUES]
        assert found(rows, merges=[Area(1, 4, 1, 5)]).region == (1, 5)


UNKNOWN = ["Ref", "Pos", "Box"]


class TestGivenColumns:
    def test_an_exact_header_names_a_column(self):
        rows = [["Some title"], UNKNOWN, PLAIN_VALUES]
        layout = found(rows, given={ORDER: "Ref", LINE: "Pos", SHIPMENT: "Box"})
        assert (layout.header_row, layout.keys) == (2, FIRST_THREE)

    def test_keys_left_out_are_detected(self):
        rows = [["Ref", *IDS[1:]], VALUES]
        assert found(rows, given={ORDER: "Ref"}).keys == FIRST_THREE

    def test_a_named_column_ends_a_doubt(self):
        rows = [[*IDS, "order id"], [*VALUES, VALUES[0]]]
        assert found(rows, given={ORDER: "D"}).keys[ORDER] == 4
        assert found(rows, given={ORDER: "order id"}).keys[ORDER] == 4

    def test_a_named_column_is_not_detected_for_another_id(self):
        finding = detect([IDS, VALUES], given={ORDER: "B"})
        assert isinstance(finding, NotFound)
        assert finding.missing == (LINE,)

    def test_an_exact_header_beats_letters(self):
        assert found([[*IDS, "B"], VALUES], given={ORDER: "B", LINE: "A"}).keys == {
            ORDER: 4,
            LINE: 1,
            SHIPMENT: 3,
        }

    def test_letters_beat_a_header_in_other_case(self):
        assert found([[*IDS, "B"]], given={LINE: "b"}).keys[LINE] == 2

    def test_a_header_in_other_case_beats_letters_beyond_the_sheet(self):
        rows = [["Ref", *IDS[1:]], VALUES]
        assert found(rows, given={ORDER: "REF"}).keys[ORDER] == 1
        assert found(rows, given={ORDER: "xfd"}).keys[ORDER] == 16384

    def test_headers_of_short_words_are_found_among_letters(self):
        rows = [["List"], ["ID", "LI", "SH"], PLAIN_VALUES]
        layout = found(rows, given={ORDER: "ID", LINE: "LI", SHIPMENT: "SH"})
        assert (layout.header_row, layout.keys) == (2, FIRST_THREE)

    def test_a_cell_of_data_that_reads_like_letters_is_no_header(self):
        rows = [UNKNOWN, VALUES, [*VALUES, "A"], [*VALUES, "B"]]
        layout = found(rows, given={ORDER: "A", LINE: "B", SHIPMENT: "C"})
        assert (layout.header_row, layout.keys) == (1, FIRST_THREE)

    @pytest.mark.parametrize(
        ("rows", "header_row", "first_data_row"),
        [
            pytest.param([["Title"], [], UNKNOWN, VALUES], 3, 4, id="the row above the IDs"),
            pytest.param([[], VALUES, VALUES], None, 2, id="no header above the IDs"),
            pytest.param([["T"], UNKNOWN, PLAIN_VALUES], 2, 3, id="the first full row"),
            pytest.param([], None, 1, id="nothing at all"),
        ],
    )
    def test_letters_find_headers_that_say_nothing(self, rows, header_row, first_data_row):
        layout = found(rows, given={ORDER: "A", LINE: "B", SHIPMENT: "C"})
        assert (layout.header_row, layout.first_data_row) == (header_row, first_data_row)

    @pytest.mark.parametrize("text", ["Nowhere", "XFE", "", "A1"])
    def test_what_fits_nothing_is_reported(self, text):
        finding = detect([IDS, VALUES], given={LINE: text})
        assert isinstance(finding, NotFound)
        assert finding.unknown == {LINE: text}

    def test_one_column_cannot_be_two_ids(self):
        finding = detect([IDS, VALUES], given={ORDER: "A", LINE: "A"})
        assert isinstance(finding, NotFound)
        assert finding.unknown == {LINE: "A"}

    def test_a_header_that_stands_twice_is_a_doubt(self):
        finding = detect([[*IDS, "Ref", "Ref"]], given={ORDER: "Ref"})
        assert isinstance(finding, Ambiguous)
        assert [column.number for column in finding.columns] == [4, 5]


class TestGivenHeaderRow:
    def test_only_that_row_is_looked_at(self):
        rows = [IDS, VALUES, ["Shipment ID", "Order ID", "Line Item ID"], VALUES]
        assert found(rows, header_row=3).keys == {SHIPMENT: 1, ORDER: 2, LINE: 3}

    def test_a_row_of_data_is_no_header(self):
        finding = detect([IDS, VALUES, VALUES], header_row=2)
        assert isinstance(finding, NotFound)
        assert finding.header_row == 2

    def test_the_row_above_may_complete_it(self):
        rows = [["Order", "Line", "Shipment"], ["ID", "ID", "ID"], VALUES]
        assert found(rows, header_row=2).first_data_row == 3

    def test_merged_cells_do_not_move_the_data(self):
        merges = [Area(1, column, 2, column) for column in (1, 2, 3)]
        assert found([IDS, [], VALUES], merges=merges, header_row=1).first_data_row == 2

    def test_it_may_lie_below_the_first_twenty(self):
        assert found([IDS, VALUES], first_row=500, header_row=500).first_data_row == 501

    def test_without_a_header_letters_are_needed(self):
        assert isinstance(detect([VALUES], header_row=0), NotFound)
        layout = found([VALUES], header_row=0, given={ORDER: "A", LINE: "B", SHIPMENT: "C"})
        assert (layout.header_row, layout.first_data_row) == (None, 1)
        assert layout.results == {}

    def test_outside_of_the_rows_nothing_is_found(self):
        assert isinstance(detect([IDS], header_row=7), NotFound)


def test_columns_outside_the_restriction_are_not_seen():
    rows = [[*IDS, *IDS], [*VALUES, *VALUES]]
    layout = found(rows, columns=(4, 6))
    assert layout.keys == {ORDER: 4, LINE: 5, SHIPMENT: 6}
    assert isinstance(detect(rows, columns=(4, 6), given={ORDER: "A"}), NotFound)
