"""The window around a real refresh."""

from collections import Counter

import pytest

from tests.conftest import cells_of
from xlsx_addin.core.line_items import BATCH_SIZE

ROWS = 40 * BATCH_SIZE


@pytest.fixture
def book(make_book):
    lines = [(f"111-{n:07}-0000000", f"{92_258_882_540_000 + n}", "XWwjNjAbC") for n in range(ROWS)]
    return make_book(lines, name="march.xlsx")


def statuses_in(book):
    return Counter(row[6] for row in cells_of(book)[1:])


def test_a_refresh_fills_the_bar_and_the_window_closes_by_itself(amazon, book, start_job):
    ended = start_job(refresh=str(book), close_after_s=0).end()
    assert ended["headline"] == f"All {ROWS:,} rows have their invoice."
    assert statuses_in(book) == {"Found": ROWS}


def test_a_cancelled_refresh_writes_finished_rows_and_marks_the_rest(
    amazon, home, book, start_job, screen
):
    (home / "settings.toml").write_text("[profiles.default]\nrate_per_s = 2\nburst = 2\n")
    window = start_job(refresh=str(book))
    seen = window.see(lambda seen: seen["bar"][0] > 0 and seen["modes"] == ["determinate"])
    assert "Found" in seen["labels"]
    screen.press("Escape")
    ended = window.end()
    statuses = statuses_in(book)
    assert statuses.keys() == {"Found", "Cancelled"}
    assert statuses["Found"] % BATCH_SIZE == 0
    assert ended["headline"] == f"Stopped: {statuses['Found']:,} of {ROWS:,} rows are finished."
