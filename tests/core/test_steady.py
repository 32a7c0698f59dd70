from datetime import date, datetime

from xlsx_addin.core.cells import Formula
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import Outcome, ResultField, Status
from xlsx_addin.core.results import SheetRows
from xlsx_addin.core.steady import steady_rows

NUMBER, DATE, _, STATUS, _ = ResultField
LINE = LineItem("111-1087441-1234567", "92258882544123", "XWwjNjAbC")
FOUND = Outcome(Status.FOUND, "Nothing to do.", "INV-1", date(2024, 7, 19))
BAD = Outcome(Status.CHECK_IDS, "The shipment ID is blank.")


def test_rows_whose_cell_holds_what_it_should_are_steady_field_by_field():
    rows = SheetRows(
        2,
        [LINE, LINE, LINE, None, BAD],
        {
            NUMBER: ["INV-1", "MINE", Formula("INV-1"), "INV-1", None],
            DATE: [datetime(2024, 7, 19), datetime(2024, 7, 19), None, None, None],
            STATUS: ["Found", None, "Found", "Found", "Check IDs"],
        },
    )
    assert steady_rows(rows, lambda _: FOUND) == {
        NUMBER: {2, 6},
        DATE: {2, 3, 6},
        STATUS: {2, 4, 6},
    }


def test_fields_without_a_column_are_left_out():
    rows = SheetRows(2, [LINE], {STATUS: ["Found"]})
    assert steady_rows(rows, lambda _: FOUND) == {STATUS: {2}}
