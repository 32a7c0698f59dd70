from datetime import date, datetime

import pytest

from xlsx_addin.core.cells import Formula, Missing
from xlsx_addin.core.judging import NOTHING_TO_DO
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import Outcome, ResultField, Status
from xlsx_addin.core.ownership import Written
from xlsx_addin.core.results import SheetRows, find_changes

ALL = tuple(ResultField)
NUMBER, DATE, CONSOLIDATED, STATUS, MESSAGE = ALL
LINE = LineItem("111-1087441-1234567", "92258882544123", "XWwjNjAbC")
FOUND = Outcome(Status.FOUND, NOTHING_TO_DO, "INV-1", date(2024, 7, 19), "CON-1")
NONE_YET = Outcome(Status.NO_INVOICE_YET, "Refresh again later.")
DAY = date(2024, 7, 19)
PENDING_MESSAGE = "The consolidated invoice does not exist yet: refresh again later."
NONE_YET_MESSAGE = "Amazon has issued no invoice for this line item yet."
FILLED = ("INV-1", datetime(2024, 7, 19), "CON-1", "Found", NOTHING_TO_DO)


class Records:
    """What was written before, by line item."""

    def __init__(self, values=None):
        self.values = {line: frozenset(cells) for line, cells in (values or {}).items()}

    def written(self, line_items):
        return {line: self.values[line] for line in line_items if line in self.values}

    def on_record(self, values):
        return set(values) & set().union(*self.values.values())


class NoRecords:
    """Must not be asked."""

    def written(self, line_items):
        raise AssertionError

    on_record = written


def changes_of(cells, outcome=FOUND, *, key=LINE, fields=ALL, records=None, merged=()):
    """Find the changes of one row whose result cells hold these values."""
    columns = {one: [cell] for one, cell in zip(ALL, cells, strict=True)}
    rows = SheetRows(7, [key], columns, dict(merged))
    return find_changes(rows, {LINE: outcome}.__getitem__, fields, records or Records())


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
    assert changes.written == [(LINE, Written("INV-1", "2024-07-19", "CON-1"))]
    assert changes.statuses == {Status.FOUND: 1}


def test_columns_that_do_not_exist_yet_count_as_empty():
    changes = find_changes(SheetRows(7, [LINE], {}), {LINE: FOUND}.__getitem__, ALL, NoRecords())
    assert len(written(changes)) == 5


def test_a_finished_row_stays_as_it_is():
    changes = changes_of(FILLED)
    assert changes.cell_count == 0
    assert changes.written == []
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
    records = Records({LINE: [Written("INV-0", "2024-07-01", "")]})
    cells = ("INV-0", datetime(2024, 7, 1), None, "Pending", PENDING_MESSAGE)
    assert written(changes_of(cells, records=records)) == {
        NUMBER: "INV-1",
        DATE: date(2024, 7, 19),
        CONSOLIDATED: "CON-1",
        STATUS: "Found",
        MESSAGE: NOTHING_TO_DO,
    }


def test_a_value_of_ours_in_a_copy_is_recognised_by_the_line():
    records = Records({LINE: [Written("INV-0", "2024-07-01", "")]})
    assert NUMBER in written(changes_of(("INV-0", None, None, None, None), records=records))


def test_a_value_with_our_status_beside_it_is_ours_if_nothing_is_on_record():
    assert NUMBER in written(changes_of(("INV-0", *FILLED[1:])))


def test_an_edited_value_is_kept_and_said():
    records = Records({LINE: [Written("INV-1", "2024-07-19", "CON-1")]})
    changes = changes_of(("MINE", *FILLED[1:]), records=records)
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
    assert changes.written == []


def test_a_users_value_stays_the_users_after_a_failure():
    failed = Outcome(Status.FAILED, "No connection.", keeps_values=True)
    first = changes_of(("MINE", None, None, None, None), failed)
    records = Records({LINE: [dict(first.written)[LINE]]})
    then = changes_of(("MINE", None, None, "Failed", "No connection."), FOUND, records=records)
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
    changes = find_changes(rows, {LINE: FOUND}.__getitem__, ALL, NoRecords())
    assert len(changes.cells[NUMBER]) == 500
    assert changes.statuses == {Status.FOUND: 500}


def test_texts_that_no_cell_can_hold_are_made_visible():
    outcome = Outcome(Status.FOUND, NOTHING_TO_DO, "A\x00B" + "x" * 40_000)
    number = written(changes_of([None] * 5, outcome))[NUMBER]
    assert number.startswith("A\ufffdB")
    assert len(number) == 32_767
    assert number.endswith("…")


def test_records_are_read_only_for_rows_that_are_filled_and_change():
    columns = {one: [cell, None] for one, cell in zip(ALL, FILLED, strict=True)}
    rows = SheetRows(7, [LINE, LINE], columns)
    find_changes(rows, {LINE: FOUND}.__getitem__, ALL, NoRecords())


@pytest.mark.parametrize("status", ["No invoice yet", "Not returned", "Check IDs", "ID damaged"])
def test_a_value_typed_beside_a_status_without_values_is_the_users(status):
    changes = changes_of(("MINE", None, None, status, "x"))
    assert NUMBER not in written(changes)
    assert changes.kept == 1


def test_a_value_typed_into_a_row_with_damaged_ids_stays():
    damaged = Outcome(Status.ID_DAMAGED, "The shipment ID became a date.")
    changes = changes_of(("MINE", None, None, "ID damaged", damaged.message), key=damaged)
    assert written(changes) == {
        MESSAGE: "The shipment ID became a date. Invoice Number kept: the cell has MINE."
    }
    again = ("MINE", None, None, "ID damaged", written(changes)[MESSAGE])
    assert changes_of(again, key=damaged).cell_count == 0


def test_an_edited_value_stays_in_a_copy_too():
    records = Records({LINE: [Written("INV-1", "2024-07-19", "CON-1")]})
    assert NUMBER not in written(changes_of(("EDIT", *FILLED[1:]), records=records))


def test_results_of_the_line_that_stood_here_before_are_replaced():
    other = LINE._replace(order_line_item_id="1")
    records = Records(
        {
            LINE: [Written("INV-1", "2024-07-19", "CON-1")],
            other: [Written("INV-9", "2024-01-02", "")],
        }
    )
    cells = ("INV-9", datetime(2024, 1, 2), None, "Found", NOTHING_TO_DO)
    assert written(changes_of(cells, records=records))[NUMBER] == "INV-1"
    without_status = ("INV-9", datetime(2024, 1, 2), None, None, None)
    assert written(changes_of(without_status, records=records))[NUMBER] == "INV-1"


def test_results_that_the_user_copied_from_another_row_stay():
    other = LINE._replace(order_line_item_id="1")
    records = Records({LINE: [Written("", "", "")], other: [Written("INV-9", "2024-01-02", "")]})
    cells = ("INV-9", datetime(2024, 1, 2), None, "No invoice yet", NONE_YET.message)
    changes = changes_of(cells, NONE_YET, records=records)
    assert NUMBER not in written(changes)
    assert DATE not in written(changes)


def test_a_users_value_that_equals_amazons_stays_the_users():
    first = changes_of(("INV-1", None, None, None, None))
    assert dict(first.written)[LINE] == Written("", "2024-07-19", "CON-1")
    records = Records({LINE: [value for _, value in first.written]})
    later = Outcome(Status.FOUND, NOTHING_TO_DO, "INV-2", date(2024, 8, 1), "CON-2")
    changes = changes_of(FILLED, later, records=records)
    assert NUMBER not in written(changes)
    assert written(changes)[DATE] == date(2024, 8, 1)


def test_ours_stay_ours_when_only_a_part_of_the_row_changes():
    pending = Outcome(Status.PENDING, "The consolidated invoice does not exist yet.", "INV-1", DAY)
    first = changes_of([None] * 5, pending)
    records = Records({LINE: [value for _, value in first.written]})
    cells = ("INV-1", datetime(2024, 7, 19), None, "Pending", pending.message)
    second = changes_of(cells, FOUND, records=records)
    assert dict(second.written)[LINE] == Written("INV-1", "2024-07-19", "CON-1")


def test_a_users_own_message_stays_over_many_refreshes():
    first = changes_of((None, None, None, None, "call supplier"))
    assert MESSAGE not in written(first)
    assert written(first)[STATUS] == "Found"
    assert changes_of((*FILLED[:4], "call supplier")).cell_count == 0


def test_a_message_beside_a_users_own_status_stays_up_to_date():
    assert written(changes_of((*FILLED[:3], "paid", None))) == {MESSAGE: NOTHING_TO_DO}
    assert written(changes_of((*FILLED[:3], "paid", NONE_YET_MESSAGE))) == {MESSAGE: NOTHING_TO_DO}


def test_status_columns_that_are_not_written_do_not_make_a_row_differ():
    fields = (NUMBER, DATE, CONSOLIDATED)
    changes = changes_of((*FILLED[:3], "Pending", "old"), fields=fields, records=NoRecords())
    assert changes.cell_count == 0


def test_a_users_value_stays_the_users_when_a_failure_and_other_ids_come_between():
    """Found by random histories of a sheet."""
    other = LINE._replace(order_line_item_id="92258882544124")
    failed = Outcome(Status.FAILED, "Amazon is away.", keeps_values=True)
    cells = ["mine", None, None, None, None]
    first = written(changes_of(cells, failed))
    assert first[MESSAGE] == "Amazon is away. Invoice Number kept: the cell has mine."
    cells[3:] = first[STATUS], first[MESSAGE]
    columns = {one: [cell] for one, cell in zip(ALL, cells, strict=True)}
    changes = find_changes(
        SheetRows(7, [other], columns),
        {other: NONE_YET}.__getitem__,
        ALL,
        Records({LINE: [Written("", "", "")]}),
    )
    assert NUMBER not in written(changes)
