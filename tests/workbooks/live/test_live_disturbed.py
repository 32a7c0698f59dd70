"""Somebody works in the workbook while it is refreshed: at whatever call, results stay right."""

import itertools

import pytest

from tests.workbooks.live import purchases
from tests.workbooks.live.purchases import SHEET, Refresh, expected, found
from xlsx_addin.workbooks.live import reading

ROWS = purchases.purchases(8)

CHANGES = {
    "sorted": lambda host, sheet: host.sort_rows(sheet, 2, 9, by=4, descending=True),
    "inserted": lambda host, sheet: host.insert_row(sheet, 4, 2),
    "deleted": lambda host, sheet: host.delete_row(sheet, 4),
    "moved down": lambda host, sheet: host.insert_row(sheet, 1),
}


@pytest.fixture
def refresh():
    refresh = Refresh()
    refresh.know(ROWS)
    return refresh


@pytest.fixture
def book(memory_host, tmp_path):
    """Open a fresh workbook, the one before it is closed."""
    opened = []

    def book(**options):
        for one in opened:
            memory_host.close(one)
        path = purchases.workbook(tmp_path / "march.xlsx", ROWS, **options)
        opened[:] = [memory_host.open(path)]
        return opened[0]

    return book


def at_every_call(host, refresh, book, disturb, *, only_writing=False, **options):
    """Refresh a fresh workbook again and again, each time disturbed before another call.

    With `only_writing` calls count from the one on with which writing begins.
    """
    for at in itertools.count(1):
        opened, met = book(**options), []

        def meet(call, opened=opened, met=met):
            met.append(call)
            disturb(opened)

        def begin(_call=None, at=at, meet=meet):
            return host.on_call(meet, at=at)

        if only_writing:
            host.on_call(begin, at=1, member="App.screen_updating")
        else:
            begin()
        report = refresh(opened)
        if not met:
            return
        yield at, opened, report


def strays(book):
    """List results in rows without IDs."""
    bottom = book.sheets[SHEET].used_range.last_cell.row
    cells = book.sheets[SHEET][f"B1:I{bottom}"].options(ndim=2).value
    return [row for row in cells if row[0] is None and any(row[3:])]


@pytest.fixture(params=["at once", "in parts"])
def size(request, monkeypatch):
    """A sheet that is read at once, and one that is too large for that.

    Of the latter the columns are read one after the other. Rows that move meanwhile are not known
    then until writing begins, when all is read anew, as rows that are new are not.
    """
    is_large = request.param == "in parts"
    if is_large:
        monkeypatch.setattr(reading, "_AT_ONCE", 1)
        monkeypatch.setattr(reading, "_FEW_ROWS", 3)
    return {"only_writing": is_large}


@pytest.mark.parametrize("results", [False, True])
@pytest.mark.parametrize("table", [False, True])
@pytest.mark.parametrize("change", CHANGES)
def test_every_result_stands_in_its_own_row(
    memory_host, refresh, book, size, change, table, results
):
    calls = 0
    for at, opened, report in at_every_call(
        memory_host,
        refresh,
        book,
        lambda opened: CHANGES[change](memory_host, opened.sheets[SHEET]),
        table=table,
        results=results,
        **size,
    ):
        calls += 1
        if size["only_writing"] and report.error and change == "moved down":
            # The header was looked for where it is no more. Nothing was written.
            assert not any(filter(None, itertools.chain(*found(opened).values()))), at
            assert refresh(opened).error is None, at
        else:
            assert report.error is None, (at, report.error)
        values = found(opened)
        assert values == {one: expected(ROWS)[one] for one in values}, at
        assert len(values) == len(ROWS) - (change == "deleted"), at
        assert strays(opened) == [], at
    assert calls > 30


@pytest.mark.parametrize("change", ["sorted", "inserted", "deleted"])
def test_what_a_user_wrote_into_a_result_cell_stays_in_its_row(memory_host, refresh, book, change):
    noted, note = ROWS[6][1], "INV by hand"

    def book_with_note(**options):
        opened = book(**options)
        opened.sheets[SHEET]["E8"].value = note
        return opened

    for at, opened, report in at_every_call(
        memory_host,
        refresh,
        book_with_note,
        lambda opened: CHANGES[change](memory_host, opened.sheets[SHEET]),
    ):
        assert report.error is None, (at, report.error)
        values = found(opened)
        assert values.pop(noted)[0] == note, at
        assert values == {one: expected(ROWS)[one] for one in values}, at
