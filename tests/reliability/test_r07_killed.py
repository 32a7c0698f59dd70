"""R7 and R8: killed or interrupted at any moment, nothing is lost and nothing is half done."""

import sqlite3
import time
from collections import Counter
from contextlib import closing
from random import Random

from tests.conftest import one_invoice_each
from tests.reliability.bed import shown
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.sandbox import INVOICES, Limit

LINES = 500
KILLS, MOST_KILLS = 200, 5
INTERRUPTIONS = 8
IDLE_S = 2.0


def is_finished(bed, lines, path):
    """Tell whether a workbook holds every answer; anything between that and nothing fails."""
    rows = shown(path)
    assert [one.ids for one in rows] == lines
    right = [one.cells == bed.truth(LineItem(*one.ids)) for one in rows]
    blank = [one.cells.status is None for one in rows]
    assert all(right) or all(blank), "a mix of old and new content"
    return all(right)


def known_lines(bed):
    """Count the answers that the store holds."""
    path = bed.folder / "home" / "store.sqlite"
    if not path.exists():
        return 0
    with closing(sqlite3.connect(path)) as connection:
        try:
            return connection.execute("SELECT COUNT(*) FROM answers").fetchone()[0]
        except sqlite3.OperationalError:
            return 0  # killed before there was a table


def timed(bed, zygote, path):
    """Run once undisturbed, for how long such a run takes."""
    began = time.monotonic()
    process = zygote.start(
        ["refresh", path, "--no-backup"], bed.environment, bed.folder / "undisturbed.txt"
    )
    assert process.wait() == 0, process.said
    return time.monotonic() - began


def test_a_killed_refresh_leaves_the_old_or_the_new_content(make_bed, zygote, figures, scale):
    dice = Random(7)
    kills = old = cycles = 0
    # Every line ends settled, so that what is asked twice is what was not committed.
    options = {"latency_s": 0.02, "shares": one_invoice_each()}
    bed = make_bed("undisturbed", **options)
    lines = bed.sandbox.account.line_items(LINES)
    takes_s = timed(bed, zygote, bed.book(lines))
    while kills < KILLS * scale:
        cycles += 1
        bed = make_bed(f"cycle-{cycles}", **options)
        path = bed.book(lines)
        before = path.read_bytes()
        finished = False
        for _ in range(MOST_KILLS):
            process = zygote.start(
                ["refresh", path, "--no-backup"], bed.environment, bed.folder / "said.txt"
            )
            time.sleep(dice.uniform(0, 1.1 * takes_s))
            process.kill()
            process.wait()
            kills += 1
            finished = path.read_bytes() != before
            if finished:
                break
            old += 1
        assert is_finished(bed, lines, path) == finished
        known = known_lines(bed)
        bed.sandbox.requests.clear()
        process = zygote.start(
            ["refresh", path, "--no-backup"], bed.environment, bed.folder / "said.txt"
        )
        assert process.wait() == 0, process.said
        # Whatever was committed counts as known.
        assert len(bed.sandbox.requests.line_items()) == LINES - known
        assert is_finished(bed, lines, path)
        bed.sandbox.stop()
    figures(
        "R7",
        f"{kills} kills",
        f"{old} times the old content, {kills - old} times the new, never a mix; nothing that was"
        " committed was asked again",
    )


def test_what_a_killed_run_learnt_counts_as_known_settled_or_not(make_bed, zygote, figures, scale):
    """Lines without an invoice would be asked about again, were the run not unfinished."""
    dice = Random(70)
    saved = waiting = 0
    for number in range(6 * scale):
        bed = make_bed(f"unsettled-{number}", latency_s=0.02, limits={INVOICES: Limit(40, 10)})
        bed.set_pace(40, 10)
        lines = bed.sandbox.account.line_items(LINES)
        path = bed.book(lines)
        before = path.read_bytes()
        process = zygote.start(
            ["refresh", path, "--no-backup"], bed.environment, bed.folder / "said.txt"
        )
        enough = dice.randrange(3, 15)
        while bed.sandbox.requests.count(INVOICES, 200) < enough:
            time.sleep(0.005)
        process.kill()
        process.wait()
        assert path.read_bytes() == before
        known = known_lines(bed)
        answered = sum(bed.sandbox.requests.line_items().values())
        # Committed before anything else: at most what was in flight is lost.
        assert answered - known <= 25 * 10
        assert known >= 25 * (enough - 10)
        bed.sandbox.requests.clear()
        again = zygote.start(
            ["refresh", path, "--no-backup"], bed.environment, bed.folder / "2.txt"
        )
        assert again.wait() in (0, 1), again.said
        assert len(bed.sandbox.requests.line_items()) == LINES - known
        assert is_finished(bed, lines, path)
        saved += known
        waiting += sum(bed.truth(line).number is None for line in lines)
        bed.sandbox.stop()
    assert waiting, "the test must have lines that are not settled"
    figures("R7", "killed while asking", f"{saved} answers known afterwards, settled or not")


def test_ctrl_c_ends_a_refresh_within_two_seconds(make_bed, zygote, figures, scale):
    dice = Random(8)
    longest = 0.0
    codes = Counter()
    for number in range(INTERRUPTIONS * scale):
        bed = make_bed(f"moment-{number}", latency_s=0.3)
        lines = bed.sandbox.account.line_items(2 * LINES)
        # Slow enough that there is something to interrupt.
        bed.set_pace(40, 10)
        path = bed.book(lines)
        process = zygote.start(
            ["refresh", path, "--no-backup"], bed.environment, bed.folder / "said.txt"
        )
        time.sleep(dice.uniform(0.1, 1.4))
        began = time.monotonic()
        process.interrupt()
        codes[process.wait()] += 1
        longest = max(longest, time.monotonic() - began)
        assert "Traceback" not in process.said
        for row in shown(path):
            if row.cells.status not in ("Cancelled", None):
                assert row.cells == bed.truth(LineItem(*row.ids))
        bed.set_pace(2000, 2000)
        again = zygote.start(
            ["refresh", path, "--no-backup"], bed.environment, bed.folder / "2.txt"
        )
        assert again.wait() == 0, again.said
        assert all(one.cells == bed.truth(LineItem(*one.ids)) for one in shown(path))
        bed.sandbox.stop()
    assert codes.keys() <= {0, 4}
    figures(
        "R8",
        f"Ctrl-C at {codes.total()} moments",
        f"idle within {longest:.1f} s; {codes[4]} times stopped; the second run completes",
    )
    assert longest <= 1.5 * IDLE_S
