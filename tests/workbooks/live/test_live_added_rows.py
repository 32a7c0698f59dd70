"""Rows are added while somebody works in the workbook: none is lost, none is there twice."""

import itertools
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from tests.workbooks import growing
from tests.workbooks.live.live_books import patient_gate
from xlsx_addin.core.cells import is_blank
from xlsx_addin.errors import SheetError
from xlsx_addin.workbooks.contract import ColumnEdit, ColumnKind, Link, NewRows, SheetEdit
from xlsx_addin.workbooks.live import LiveWorkbook

OLD = {order: net for order, _, net in growing.ROWS}
NEW = {f"0112-{number}": Decimal(number) / 4 for number in range(4, 8)}
MOST_TRIES = 4

CHANGES = {
    "inserted": lambda host, sheet: host.insert_row(sheet, 3),
    "inserted below": lambda host, sheet: host.insert_row(sheet, 5),
    "deleted": lambda host, sheet: host.delete_row(sheet, 3),
    "sorted": lambda host, sheet: host.sort_rows(sheet, 2, 4, by=3, descending=True),
    "moved down": lambda host, sheet: host.insert_row(sheet, 1),
}


def add_missing(book, new, *, table):
    """Add the rows that are not there yet, as a job does: read anew until nobody interferes."""
    with LiveWorkbook(book, patient_gate()) as workbook:
        for _ in range(MOST_TRIES):
            with workbook.writing():
                edit = missing(workbook, new, table=table)
                if edit is None:
                    return
                workbook.apply(edit)
                if not workbook.commit().disturbed:
                    return
        pytest.fail("it was disturbed again and again")


def missing(workbook, new, *, table):
    facts = workbook.facts(growing.SHEET)
    used = facts.used
    last = facts.tables[0].area.last_row if table else used.last_row
    orders = workbook.columns(growing.SHEET, [1, 2], first_row=1, last_row=last)[1]
    wanted = [order for order in new if order not in orders]
    if not wanted:
        return None
    while is_blank(orders[last - 1]):
        last -= 1
    rows = dict(enumerate(wanted, last + 1))
    nets = {row: new[order] for row, order in rows.items()}
    end = facts.tables[0].area.last_row if table else last
    added = NewRows(end + 1, max(rows), last, (1, 5), growing.TABLE if table else None)
    return SheetEdit(
        growing.SHEET,
        [
            ColumnEdit(1, ColumnKind.IDENTIFIER, dict(rows)),
            ColumnEdit(3, ColumnKind.NUMBER, dict(nets)),
        ],
        header_row=1,
        new_rows=added if added.last >= added.first else None,
    )


def found(book):
    """Net amounts by order ID, and how often each order is there."""
    sheet = book.sheets[growing.SHEET]
    rows = sheet.used_range.options(ndim=2).value
    orders = [row[0] for row in rows if row[0] not in (None, growing.HEADERS[0])]
    return {row[0]: row[2] for row in rows if row[0] in orders}, orders


@pytest.mark.parametrize("table", [False, True])
@pytest.mark.parametrize("change", CHANGES)
def test_every_row_is_there_once_whatever_happens_at_whatever_call(
    memory_host, tmp_path, change, table
):
    make = growing.table if table else growing.plain
    for at in itertools.count(1):
        book = memory_host.open(make(tmp_path / "march.xlsx"))
        met = []

        def meet(call, book=book, met=met):
            met.append(call)
            CHANGES[change](memory_host, book.sheets[growing.SHEET])

        memory_host.on_call(meet, at=at)
        add_missing(book, NEW, table=table)
        nets, orders = found(book)
        memory_host.close(book)
        assert sorted(orders) == sorted({*orders}), (at, met, orders)
        expected = {**OLD, **{order: float(net) for order, net in NEW.items()}}
        if change == "deleted":
            assert len(expected) - len(nets) <= 1, (at, met, nets)
            expected = {order: net for order, net in expected.items() if order in nets}
        assert nets == expected, (at, met)
        if not met:
            break
    assert at > 30


def test_what_somebody_types_below_the_data_is_not_overwritten(memory_host, tmp_path):
    refused = 0
    for at in itertools.count(1):
        book = memory_host.open(growing.plain(tmp_path / "march.xlsx"))
        met = []

        def meet(call, book=book, met=met):
            met.append(call)
            if book.sheets[growing.SHEET]["A5"].value is None:
                book.sheets[growing.SHEET]["C6"].value = 777

        memory_host.on_call(meet, at=at, member="Range.raw_value")
        try:
            add_missing(book, NEW, table=False)
        except SheetError as error:
            refused += error.code == "rows-in-the-way"
        nets, orders = found(book)
        values = [row[2] for row in book.sheets[growing.SHEET]["A1:C20"].value]
        memory_host.close(book)
        if not met:
            break
        typed = 777 in values
        assert typed or orders[:3] == list(OLD), at
        assert {order: nets[order] for order in OLD} == OLD
    assert refused


@pytest.mark.parametrize("table", [False, True])
def test_rows_take_few_calls_whatever_their_number(memory_host, tmp_path, table):
    make = growing.table if table else growing.plain
    book = memory_host.open(make(tmp_path / "march.xlsx"))
    new = {f"0112-{number}": Decimal(number) for number in range(10_000)}
    with memory_host.counting() as count:
        add_missing(book, new, table=table)
    nets, orders = found(book)
    assert len(orders) == len(OLD) + len(new)
    assert nets["0112-9999"] == 9999
    assert count.calls <= 75


def test_a_link_costs_few_calls(memory_host, tmp_path):
    book = memory_host.open(growing.plain(tmp_path / "march.xlsx"))
    calls = []
    for number in (1, 11):
        cells = {row: Link(f"INV-{row}", f"pdf/{row}.pdf") for row in range(2, 2 + number)}
        with LiveWorkbook(book, patient_gate()) as workbook, memory_host.counting() as count:
            workbook.apply(SheetEdit(growing.SHEET, [ColumnEdit(7, ColumnKind.TEXT, cells)]))
            workbook.commit()
        calls.append(count.calls)
    assert calls[1] - calls[0] <= 10 * 4


def test_formulas_beside_an_array_are_filled_and_the_array_is_not(memory_host, tmp_path):
    path = growing.plain(tmp_path / "march.xlsx")
    made = openpyxl.load_workbook(path)
    made[growing.SHEET]["D4"] = ArrayFormula("D4", "=SUM(C2:C4)")
    made.save(path)
    book = memory_host.open(path)
    add_missing(book, {"0112-4": Decimal(1)}, table=False)
    assert book.sheets[growing.SHEET]["D5:E5"].formula == (("", "=SUM(C$2:C5)"),)


def test_a_table_that_a_query_fills_gets_no_rows(memory_host, tmp_path):
    path = growing.table(tmp_path / "march.xlsx")
    made = openpyxl.load_workbook(path)
    made[growing.SHEET].tables[growing.TABLE].tableType = "queryTable"
    made.save(path)
    with pytest.raises(SheetError, match="query"):
        add_missing(memory_host.open(path), {"0112-4": Decimal(1)}, table=True)
