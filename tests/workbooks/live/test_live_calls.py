"""How many calls into Excel a refresh makes: each takes about as long as any other."""

import pytest

from tests.workbooks.live import purchases
from tests.workbooks.live.purchases import SHEET, Refresh, expected, found

ROWS = purchases.purchases(10_000)
MOST_CALLS = 60


@pytest.fixture(scope="module")
def known():
    refresh = Refresh()
    refresh.know(ROWS)
    return refresh


@pytest.mark.parametrize("table", [False, True])
def test_results_that_change_take_few_calls_whatever_the_number_of_rows(
    memory_host, tmp_path, table
):
    refresh = Refresh()
    refresh.know(ROWS, "OLD", day=18)
    book = memory_host.open(purchases.workbook(tmp_path / "march.xlsx", ROWS, table=table))
    assert refresh(book).error is None
    # Invoice numbers that the user looks up elsewhere.
    splits = {ROWS[place][1]: f'="split {place}"' for place in (10, 5000, 9000)}
    for place in (10, 5000, 9000):
        book.sheets[SHEET][place + 1, 4].formula = f'="split {place}"'
    refresh.know(ROWS, day=19)
    with memory_host.counting() as count:
        report = refresh(book)
    assert report.error is None
    assert report.changed > 2 * len(ROWS) - 10
    values = found(book)
    for row in ROWS:
        if row[1] not in splits:
            assert values[row[1]] == expected([row])[row[1]]
    formulas = [book.sheets[SHEET][place + 1, 4].formula for place in (10, 5000, 9000)]
    assert formulas == list(splits.values())
    assert count.calls <= MOST_CALLS


@pytest.mark.parametrize(
    ("table", "fit", "most_calls"),
    [
        (False, False, MOST_CALLS),
        # A table that grows costs calls of its own, and each of five widths two more.
        (True, False, MOST_CALLS + 5),
        (False, True, MOST_CALLS + 5),
        (True, True, MOST_CALLS + 15),
    ],
)
def test_new_columns_take_few_calls_whatever_the_number_of_rows(
    memory_host, tmp_path, known, table, fit, most_calls
):
    book = memory_host.open(
        purchases.workbook(tmp_path / "march.xlsx", ROWS, table=table, results=False)
    )
    with memory_host.counting() as count:
        report = known(book, fit=fit)
    assert report.error is None
    assert found(book) == expected(ROWS)
    assert count.calls <= most_calls
