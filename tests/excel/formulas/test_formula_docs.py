"""The table of `docs/formulas.md` is what the functions show."""

import re
from datetime import date, datetime
from pathlib import Path

import pytest

from xlsx_addin.core.outcomes import Outcome, ResultField, Status
from xlsx_addin.excel.formulas.showing import REQUESTING, show

PAGE = (Path(__file__).parents[3] / "docs" / "formulas.md").read_text(encoding="utf-8")
FIELDS = (
    ResultField.INVOICE_NUMBER,
    ResultField.INVOICE_DATE,
    ResultField.CONSOLIDATED_INVOICE_NUMBER,
    ResultField.STATUS,
)
VALUES = {"invoice_number": "INV-1", "invoice_date": date(2024, 7, 19)}
FULL = VALUES | {"consolidated_invoice_number": "CONS-7"}
VALUES_OF = {Status.FOUND: FULL, Status.SEVERAL: FULL, Status.PENDING: VALUES}


def table() -> dict[str, list[str]]:
    rows = re.findall(r"^\| `([A-Z][A-Za-z ]+)` \|(.+)\|$", PAGE, re.MULTILINE)
    return {state: [cell.strip() for cell in cells.split("|")] for state, cells in rows}


def test_every_state_is_in_the_table():
    assert set(Status) <= table().keys()


@pytest.mark.parametrize("status", Status)
def test_the_table_tells_what_is_shown(status):
    outcome = Outcome(status, "Why.", **VALUES_OF.get(status, {}))
    for told, field in zip(table()[status], FIELDS, strict=True):
        shown = show(field, outcome)
        quoted = re.match(r"`([^`]+)`", told)
        if quoted:
            assert shown in (quoted[1], f"{quoted[1]} Why.")
            assert (shown != quoted[1]) == (" and " in told)
        else:
            assert re.match("number|date", told)
            assert isinstance(shown, datetime) == told.startswith("date")


def test_the_text_while_asking_is_told():
    assert f"| being asked for |{f' `{REQUESTING}` |' * 4}" in PAGE


@pytest.mark.parametrize("field", FIELDS)
def test_nothing_but_the_text_while_asking_is_shown_without_an_outcome(field):
    assert show(field, None) == REQUESTING


def test_every_function_has_an_example():
    import xlsx_addin.excel.functions as module  # noqa: PLC0415  # imports xlwings

    names = {name for name in vars(module) if name.startswith("AB_")}
    assert set(re.findall(r"^\| `=(AB_\w+)\(", PAGE, re.MULTILINE)) == names
