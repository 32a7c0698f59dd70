from datetime import date, datetime

import pytest

from xlsx_addin.core.outcomes import Outcome, ResultField, Status
from xlsx_addin.excel.formulas.showing import LONGEST_TEXT, REQUESTING, short, show, show_row

NUMBER, DATE = ResultField.INVOICE_NUMBER, ResultField.INVOICE_DATE
CONSOLIDATED, STATUS = ResultField.CONSOLIDATED_INVOICE_NUMBER, ResultField.STATUS
FIELDS = (NUMBER, DATE, CONSOLIDATED, STATUS)

FOUND = Outcome(Status.FOUND, "Nothing to do.", "INV-1", date(2026, 3, 4), "C-1")
PENDING = Outcome(Status.PENDING, "Wait.", "INV-1", date(2026, 3, 4))
DAY = datetime(2026, 3, 4)


@pytest.mark.parametrize(
    ("outcome", "shown"),
    [
        (None, [REQUESTING] * 4),
        (FOUND, ["INV-1", DAY, "C-1", "Found"]),
        (FOUND._replace(consolidated_invoice_number=""), ["INV-1", DAY, "", "Found"]),
        (FOUND._replace(invoice_date=None), ["INV-1", "", "C-1", "Found"]),
        (FOUND._replace(status=Status.SEVERAL), ["INV-1", DAY, "C-1", "Several"]),
        (PENDING, ["INV-1", DAY, "Pending", "Pending"]),
        (Outcome(Status.NO_INVOICE_YET, "Later."), ["No invoice yet"] * 4),
        (Outcome(Status.NOT_RETURNED, "Later."), ["Not returned"] * 4),
        (
            Outcome(Status.CHECK_IDS, "The shipment ID is blank."),
            [*["Check IDs"] * 3, "Check IDs: The shipment ID is blank."],
        ),
        (Outcome(Status.ID_DAMAGED, "So."), [*["ID damaged"] * 3, "ID damaged: So."]),
        (
            Outcome(Status.NOT_ALLOWED, "Make a new secret."),
            [
                *["Not allowed: check the sign-in, then Refresh"] * 3,
                "Not allowed: Make a new secret.",
            ],
        ),
        (
            Outcome(Status.FAILED, "No connection."),
            [*["Failed: Refresh to try again"] * 3, "Failed: No connection."],
        ),
        (
            FOUND._replace(status=Status.FAILED, message="No connection."),
            ["INV-1", DAY, "C-1", "Failed: No connection."],
        ),
        (
            Outcome(Status.CANCELLED, "Stopped."),
            [*["Cancelled: Refresh to go on"] * 3, "Cancelled: Stopped."],
        ),
    ],
)
def test_what_each_function_shows(outcome, shown):
    assert [show(field, outcome) for field in FIELDS] == shown


def test_a_row_has_its_status_in_the_first_cell_only():
    assert show_row(None) == [REQUESTING, "", ""]
    assert show_row(FOUND) == ["INV-1", DAY, "C-1"]
    assert show_row(PENDING) == ["INV-1", DAY, "Pending"]
    assert show_row(Outcome(Status.NO_INVOICE_YET)) == ["No invoice yet", "", ""]


def test_no_text_is_longer_than_an_array_may_hold():
    long = FOUND._replace(invoice_number="1; " * 200, consolidated_invoice_number="x" * 256)
    for text in (*show_row(long)[::2], show(STATUS, Outcome(Status.FAILED, "y" * 999))):
        assert len(text) == LONGEST_TEXT
        assert text.endswith("…")
    assert short("x" * LONGEST_TEXT) == "x" * LONGEST_TEXT


@pytest.mark.parametrize("status", Status)
def test_every_status_shows_something_in_every_function(status):
    assert all(show(field, Outcome(status, "Why.")) for field in (NUMBER, STATUS)) or (
        status in {Status.FOUND, Status.SEVERAL, Status.PENDING}
    )
