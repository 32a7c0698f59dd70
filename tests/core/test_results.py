from datetime import date, datetime

import pytest

from xlsx_addin.core.cells import Formula, Missing
from xlsx_addin.core.judging import NOTHING_TO_DO
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import Outcome, ResultField, Status
from xlsx_addin.core.ownership import Ledger, Written
from xlsx_addin.core.results import SheetRows, find_changes

ALL = tuple(ResultField)
NUMBER, DATE, CONSOLIDATED, STATUS, MESSAGE = ALL
LINE = LineItem("111-1087441-1234567", "92258882544123", "XWwjNjAbC")
FOUND = Outcome(Status.FOUND, NOTHING_TO_DO, "INV-1", date(2024, 7, 19), "CON-1")
NONE_YET = Outcome(Status.NO_INVOICE_YET, "Refresh again later.")
FILLED = ("INV-1", datetime(2024, 7, 19), "CON-1", "Found", NOTHING_TO_DO)


def changes_of(cells, outcome=FOUND, *, key=LINE, fields=ALL, ledger=None, merged=()):
    """Find the changes of one row whose result cells hold these values."""
    rows = SheetRows(
        7, [key], {one: [cell] for one, cell in zip(ALL, cells, strict=True)}, dict(merged)
    )
    return find_changes(
        rows, {LINE: outcome}.__getitem__, fields, lambda _lines: ledger or Ledger()
    )


def written(changes):
    return {one: cells[7] for one, cells in changes.cells.items() if 7 in cells}


def test_empty_cells_are_filled():
    changes = changes_of([None] * 5)
    assert written(changes) == {
        NUMBER: "INV-1",
        DATE: date(2024, 7, 19),
        CONSOLIDATED: "CON-1",
        STATUS: "Found",
        MESSAGE: NOTHING_TO_DO,
    }
    assert changes.written == {LINE: Written("INV-1", "2024-07-19", "CON-1")}
    assert changes.statuses == {Status.FOUND: 1}


def test_columns_that_do_not_exist_yet_count_as_empty():
    changes = find_changes(
        SheetRows(7, [LINE], {}), {LINE: FOUND}.__getitem__, ALL, lambda _lines: Ledger()
    )
    assert len(written(changes)) == 5


def test_a_finished_row_stays_as_it_is():
    changes = changes_of(FILLED)
    assert changes.cell_count == 0
    assert changes.written == {}
    assert changes.statuses == {Status.FOUND: 1}


@pytest.mark.parametrize(
    "shown",
    [
        (" INV-1 ", *FILLED[1:]),
        ("INV-1", date(2024, 7, 19), *FILLED[2:]),
        ("INV-1", 45492.0, *FILLED[2:]),
        (Formula("INV-1"), *FILLED[1:]),
    ],
)
def test_a_cell_that_shows_the_value_in_another_way_is_left(shown):
    assert changes_of(shown).cell_count == 0


def test_a_date_as_text_is_made_a_true_date_if_it_is_ours():
    assert written(changes_of(("INV-1", "2024-07-19", *FILLED[2:])))[DATE] == date(2024, 7, 19)


def test_an_old_value_of_ours_is_replaced():
    ledger = Ledger({LINE}, {LINE: [Written("INV-0", "2024-07-01", "")]})
    cells = ("INV-0", datetime(2024, 7, 1), None, "Pending", "wait")
    assert written(changes_of(cells, ledger=ledger)) == {
        NUMBER: "INV-1",
        DATE: date(2024, 7, 19),
        CONSOLIDATED: "CON-1",
        STATUS: "Found",
        MESSAGE: NOTHING_TO_DO,
    }


def test_a_value_of_ours_in_a_copy_is_recognised_by_the_line():
    ledger = Ledger((), {LINE: [Written("INV-0", "2024-07-01", "")]})
    assert NUMBER in written(changes_of(("INV-0", None, None, None, None), ledger=ledger))


def test_a_value_with_our_status_beside_it_is_ours_if_nothing_is_on_record():
    assert NUMBER in written(changes_of(("INV-0", *FILLED[1:])))


def test_an_edited_value_is_kept_and_said():
    ledger = Ledger({LINE}, {LINE: [Written("INV-1", "2024-07-19", "CON-1")]})
    changes = changes_of(("MINE", *FILLED[1:]), ledger=ledger)
    assert written(changes) == {
        MESSAGE: "Invoice Number kept: the cell has MINE, Amazon says INV-1."
    }
    assert changes.statuses == {Status.FOUND: 1}


def test_a_kept_value_stays_kept_without_a_record():
    said = "Invoice Number kept: the cell has MINE, Amazon says INV-1."
    assert changes_of(("MINE", *FILLED[1:4], said)).cell_count == 0


def test_a_value_without_record_and_status_is_somebody_elses():
    changes = changes_of(("MINE", None, None, None, None))
    assert NUMBER not in written(changes)
    assert "the cell has MINE, Amazon says INV-1" in written(changes)[MESSAGE]


def test_ours_are_cleared_when_the_invoice_is_gone():
    changes = changes_of(FILLED, NONE_YET)
    assert written(changes) == {
        NUMBER: None,
        DATE: None,
        CONSOLIDATED: None,
        STATUS: "No invoice yet",
        MESSAGE: "Refresh again later.",
    }


def test_others_are_not_cleared_when_the_invoice_is_gone():
    changes = changes_of(("MINE", None, None, None, None), NONE_YET)
    assert NUMBER not in written(changes)
    assert written(changes)[MESSAGE].endswith("the cell has MINE, Amazon says nothing.")


@pytest.mark.parametrize("result", ["X", None, Missing.RESULT])
def test_a_formula_in_a_result_column_is_kept_and_reported(result):
    changes = changes_of((Formula(result), *FILLED[1:]))
    assert written(changes) == {
        MESSAGE: "Invoice Number kept: the cell has a formula, Amazon says INV-1."
    }


def test_formulas_for_status_and_message_are_left_alone():
    changes = changes_of((None, None, None, Formula("x"), Formula("y")))
    assert set(written(changes)) == {NUMBER, DATE, CONSOLIDATED}


def test_a_merged_cell_is_kept_and_reported():
    changes = changes_of([None] * 5, merged={NUMBER: {7}})
    assert NUMBER not in written(changes)
    assert "the cell has been merged, Amazon says INV-1" in written(changes)[MESSAGE]


def test_a_status_column_of_somebody_elses_words_is_left_alone():
    changes = changes_of((None, None, None, "paid", "my note"))
    assert set(written(changes)) == {NUMBER, DATE, CONSOLIDATED}


def test_a_failure_on_an_unknown_line_keeps_the_values_and_says_why():
    outcome = Outcome(Status.FAILED, "No connection.", keeps_values=True)
    changes = changes_of(FILLED, outcome)
    assert written(changes) == {STATUS: "Failed", MESSAGE: "No connection."}
    assert changes.written == {}


def test_a_users_value_stays_the_users_after_a_failure():
    failed = Outcome(Status.FAILED, "No connection.", keeps_values=True)
    first = changes_of(("MINE", None, None, None, None), failed)
    ledger = Ledger({LINE}, {LINE: [first.written[LINE]]})
    then = changes_of(("MINE", None, None, "Failed", "No connection."), FOUND, ledger=ledger)
    assert NUMBER not in written(then)


def test_a_row_without_a_valid_line_gets_its_status_and_loses_our_old_values():
    outcome = Outcome(Status.ID_DAMAGED, "The shipment ID became a date.")
    changes = changes_of(FILLED, key=outcome)
    assert written(changes)[STATUS] == "ID damaged"
    assert written(changes)[NUMBER] is None


def test_a_row_without_ids_is_untouched_and_uncounted():
    changes = changes_of(("MINE", None, None, "x", None), key=None)
    assert changes.cell_count == 0
    assert changes.statuses == {}


def test_fields_that_are_switched_off_are_not_written():
    changes = changes_of([None] * 5, fields=(NUMBER, DATE, CONSOLIDATED))
    assert set(written(changes)) == {NUMBER, DATE, CONSOLIDATED}


def test_a_line_repeated_500_times_fills_every_row():
    rows = SheetRows(2, [LINE] * 500, {})
    changes = find_changes(rows, {LINE: FOUND}.__getitem__, ALL, lambda _lines: Ledger())
    assert len(changes.cells[NUMBER]) == 500
    assert changes.statuses == {Status.FOUND: 500}


def test_texts_that_no_cell_can_hold_are_made_visible():
    outcome = Outcome(Status.FOUND, NOTHING_TO_DO, "A\x00B" + "x" * 40_000)
    number = written(changes_of([None] * 5, outcome))[NUMBER]
    assert number.startswith("A\ufffdB")
    assert len(number) == 32_767
    assert number.endswith("…")


def test_the_ledger_is_read_only_for_disputed_cells():
    def unexpected(_lines):
        raise AssertionError

    rows = SheetRows(
        7, [LINE, LINE], {one: [cell, None] for one, cell in zip(ALL, FILLED, strict=True)}
    )
    find_changes(rows, {LINE: FOUND}.__getitem__, ALL, unexpected)
