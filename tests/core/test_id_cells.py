"""Which cells change: free ID cells are filled, our own words replaced, all else kept."""

import pytest

from xlsx_addin.core import purchase_fields as fields
from xlsx_addin.core.cells import Formula
from xlsx_addin.core.id_cells import find_id_changes
from xlsx_addin.core.id_outcomes import IdOutcome, IdStatus

FILLED = IdOutcome(IdStatus.FILLED, "Matched by ASIN.", "1", "Aa1")
SPLIT = IdOutcome(IdStatus.SPLIT, "Two lines.")


def change(outcome, line=None, shipment=None, status=None, message=None, merged=None):
    """Find the changes of one row, as header and text; and all that was found."""
    cells = dict(zip(fields.FILLED_IN, ([line], [shipment], [status], [message]), strict=True))
    changes = find_id_changes({7: outcome}, cells, 7, merged or {})
    return {one.header: of[7] for one, of in changes.cells.items() if of}, changes


def test_free_cells_are_filled():
    written, changes = change(FILLED)
    assert written == {
        "Order Line Item ID": "1",
        "Shipment ID": "Aa1",
        "ID Status": "Filled",
        "ID Message": "Matched by ASIN.",
    }
    assert (changes.filled, changes.statuses) == (1, {IdStatus.FILLED: 1})


def test_an_id_that_is_there_already_is_not_written_again():
    written, _ = change(FILLED, line=1.0, status="Filled", message="Matched by ASIN.")
    assert written == {"Shipment ID": "Aa1"}


@pytest.mark.parametrize(
    ("cells", "merged"),
    [({"line": Formula("")}, {}), ({}, {fields.LINE: {7}}), ({"line": "of Ada"}, {})],
)
def test_a_cell_that_is_not_free_keeps_the_whole_row_and_is_named(cells, merged):
    written, changes = change(FILLED, merged=merged, **cells)
    assert written == {
        "ID Status": "Kept",
        "ID Message": "Order Line Item ID kept: the cell is not free; Amazon says 1.",
    }
    assert changes.filled == 0


def test_words_of_ours_are_replaced():
    written, _ = change(SPLIT, status="Not found", message="old")
    assert written == {"ID Status": "Split", "ID Message": "Two lines."}


def test_a_message_that_says_nothing_more_is_cleared():
    written, _ = change(IdOutcome(IdStatus.KEPT), status="Split", message="Two lines.")
    assert written == {"ID Status": "Kept", "ID Message": None}


@pytest.mark.parametrize("status", ["booked", Formula("Filled")])
def test_words_of_others_are_kept_and_counted(status):
    written, changes = change(SPLIT, status=status, message="call Ada")
    assert ("ID Status" in written, changes.kept) == (False, 1)


def test_a_row_that_was_filled_in_before_stays_as_it_is():
    written, changes = change(
        IdOutcome(IdStatus.KEPT, "", "1", "Aa1"), "1", "Aa1", "Filled", "Matched by ASIN."
    )
    assert (written, changes.statuses) == ({}, {IdStatus.FILLED: 1})


def test_texts_that_no_cell_can_hold_are_made_ones_that_it_can():
    written, _ = change(IdOutcome(IdStatus.SPLIT, "Title \x07"))
    assert written["ID Message"] == "Title \ufffd"
