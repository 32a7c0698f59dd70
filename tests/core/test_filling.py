"""Which cells of a row are filled in, replaced and kept."""

from datetime import date, datetime

import pytest

from xlsx_addin.core.cells import Formula
from xlsx_addin.core.fields import Field
from xlsx_addin.core.filling import Filled, FilledColumns, RowCells, Wish, find_fills

STATUS, DUE, MESSAGE = Field("Status"), Field("Due"), Field("Message")
COLUMNS = FilledColumns(
    (STATUS, DUE, MESSAGE), STATUS, MESSAGE, {"Open", "Closed", "Failed"}, {"Failed"}
)
OPEN = Wish("A", {STATUS: "Open", DUE: date(2026, 3, 4), MESSAGE: "Pay it."})
CLOSED = Wish("A", {STATUS: "Closed", DUE: date(2026, 3, 4), MESSAGE: "Nothing to do."})
DAY = datetime(2026, 3, 4)  # cells have no zone


class Records:
    def __init__(self, *filled):
        self._filled = filled
        self.asked = []

    def filled(self, keys):
        self.asked.append(set(keys))
        return [one for one in self._filled if one.key in keys]


def fill(cells, wish=OPEN, records=None, merged=()):
    """Fill one row, the second of the sheet, and give what changes in it by header."""
    rows = RowCells(
        2,
        {one: [cell] for one, cell in zip(COLUMNS.fields, cells, strict=True)},
        {one: {2} for one in merged},
    )
    fills = find_fills(rows, [wish], COLUMNS, records or Records())
    changed = {one.header: there[2] for one, there in fills.cells.items() if 2 in there}
    return changed, fills


def test_an_empty_row_is_filled_and_recorded_without_a_look_at_the_records():
    records = Records()
    changed, fills = fill((None, " ", None), records=records)
    assert changed == {"Status": "Open", "Due": date(2026, 3, 4), "Message": "Pay it."}
    assert sorted(fills.written) == [
        Filled("A", "Due", "2026-03-04"),
        Filled("A", "Message", "Pay it."),
        Filled("A", "Status", "Open"),
    ]
    assert records.asked == []


def test_columns_that_do_not_exist_yet_are_empty():
    fills = find_fills(RowCells(2, {}), [None, OPEN], COLUMNS, Records())
    assert fills.cells[STATUS] == {3: "Open"}


def test_a_row_that_shows_it_already_is_left_alone_and_steady():
    records = Records()
    changed, fills = fill(("Open", DAY, "Pay it."), records=records)
    assert (changed, fills.written, records.asked) == ({}, [], [])
    assert fills.steady == {STATUS: {2}, DUE: {2}, MESSAGE: {2}}


def test_a_date_as_a_number_counts_as_shown():
    assert fill(("Open", 46085, "Pay it."))[0] == {}


def test_what_is_on_record_is_replaced():
    records = Records(
        Filled("A", "Status", "Odd"), Filled("A", "Due", "2026-01-01"), Filled("A", "Message", "x")
    )
    old = datetime(2026, 1, 1)  # cells have no zone
    changed, fills = fill(("Odd", old, "x"), records=records)
    assert changed == {"Status": "Open", "Due": date(2026, 3, 4), "Message": "Pay it."}
    assert fills.kept == 0


def test_what_a_person_wrote_instead_is_kept_and_said():
    records = Records(Filled("A", "Status", "Open"), Filled("A", "Message", "Pay it."))
    changed, fills = fill(("Closed", DAY, "Pay it."), records=records)
    assert changed == {"Message": "Pay it. Status kept: the cell has Closed, Amazon says Open."}
    assert fills.kept == 1
    # Once it is said, nothing changes any more.
    said = Records(*fills.written, Filled("A", "Status", "Open"))
    again, fills = fill(("Closed", DAY, changed["Message"]), records=said)
    assert (again, fills.kept) == ({}, 1)


def test_without_a_record_a_row_with_our_word_and_a_message_is_ours():
    changed, _ = fill(("Open", datetime(2025, 1, 1), "Pay it."), CLOSED)
    assert changed == {"Status": "Closed", "Message": "Nothing to do."} | {"Due": date(2026, 3, 4)}


def test_without_a_record_what_the_message_says_was_kept_is_kept():
    message = "Pay it. Status kept: the cell has Closed, Amazon says Open."
    changed, fills = fill(("Closed", DAY, message))
    assert (changed, fills.kept) == ({}, 1)


@pytest.mark.parametrize(
    "cells", [("paid", None, None), ("Closed", None, None), ("Closed; paid", None, "by card")]
)
def test_without_a_record_another_status_is_a_persons(cells):
    changed, fills = fill(cells)
    assert "Status" not in changed
    assert fills.kept == 1
    assert changed["Due"] == date(2026, 3, 4)


def test_a_word_that_nobody_else_writes_is_ours_even_alone():
    assert fill(("Failed", None, None))[0]["Status"] == "Open"


def test_a_persons_message_stays_without_a_word():
    changed, _ = fill(("paid", None, "my note"))
    assert "Message" not in changed


@pytest.mark.parametrize("cell", [Formula("x"), Formula(None)])
def test_a_formula_is_kept_and_said(cell):
    changed, fills = fill((cell, None, None))
    assert "Status kept: the cell has a formula, Amazon says Open." in changed["Message"]
    assert (fills.kept, "Status" in changed) == (1, False)


def test_a_merged_cell_is_kept_even_if_it_is_empty():
    changed, _ = fill((None, None, None), merged=[DUE])
    assert "Due" not in changed
    assert "Due kept: the cell has been merged, Amazon says 2026-03-04." in changed["Message"]


def test_a_field_that_is_not_wished_for_stays():
    wish = Wish("A", {STATUS: "Failed", MESSAGE: "No connection."})
    changed, fills = fill(("Open", DAY, "Pay it."), wish)
    assert changed == {"Status": "Failed", "Message": "No connection."}
    assert fills.kept == 0


def test_ours_is_cleared_when_there_is_nothing_any_more():
    wish = Wish("A", {STATUS: "Open", DUE: None, MESSAGE: "Pay it."})
    assert fill(("Open", DAY, "Pay it."), wish)[0] == {"Due": None}
    note = fill(("Open", DAY, "x"), wish, Records(Filled("A", "Due", "2026-01-01")))
    assert "Due kept: the cell has 2026-03-04, Amazon says nothing." in note[0]["Message"]
