"""What a person in Excel is told in place of advice for the command line."""

import threading
from contextlib import nullcontext
from datetime import UTC

import pytest

from tests.jobs.conftest import nullcontext_of
from xlsx_addin.errors import SheetError, XlsxAddinError
from xlsx_addin.excel.advice import in_excel
from xlsx_addin.jobs.add_ids import AddIdsOptions, add_ids
from xlsx_addin.jobs.payments import PaymentOptions, payments
from xlsx_addin.jobs.tools import JobTools, WorkbookTools
from xlsx_addin.store.memory import MemoryStore
from xlsx_addin.workbooks.keys import file_key
from xlsx_addin.workbooks.opening import open_workbook

WORKBOOKS = WorkbookTools(open_workbook, lambda _path, _output: None, nullcontext_of, file_key)


@pytest.fixture
def tools():
    """Nobody can be asked: all is refused before."""
    return JobTools(
        store=MemoryStore(),
        connect=nullcontext,
        account="account",
        now=lambda: 1_790_000_000.0,
        zone=UTC,
        cancel=threading.Event(),
    )


def refused_payments(path, tools):
    with pytest.raises(SheetError) as caught:
        payments(path, PaymentOptions(), tools, WORKBOOKS)
    return caught.value


def refused_ids(path, tools):
    error = add_ids(path, AddIdsOptions(), tools, WORKBOOKS).error
    assert isinstance(error, XlsxAddinError)
    return error


@pytest.mark.parametrize(
    ("refused", "headers", "rows", "advice"),
    [
        (refused_payments, ["Order ID"], [["1"]], "Press Refresh invoices first"),
        (refused_payments, [], [], "Open the sheet that you mean"),
        (refused_ids, ["Buyer"], [["x"]], "give its column that header"),
        (refused_ids, ["Order ID"], [["112-1111111-1111111"]], "Add a column Order Date"),
    ],
)
def test_what_the_jobs_of_the_group_data_lack_is_said_for_excel(
    refused, headers, rows, advice, make_book, tools
):
    said = in_excel(refused(make_book(rows, headers=headers), tools))
    assert advice in said
    assert "--" not in said
    assert "Shipment ID" not in said
