"""A long run: 100,000 lines, within bounds of memory, and no thread or file left behind."""

import gc
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.reliability.bed import shown
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.sandbox import INVOICES, UNLIMITED

MEASURED = """
import sys
from xlsx_addin.cli.main import main
code = main(sys.argv[1:])
with open("/proc/self/status") as status:
    print(*(line.split()[1] for line in status if line.startswith("VmHWM:")), file=sys.stderr)
sys.exit(code)
"""
"""The command, which tells its own peak of memory in the end, in KiB.

Not by `getrusage`: what that tells a child begins with its parent's peak.
"""

LINES = 100_000
MOST_MB = 400


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
def test_a_hundred_thousand_lines_stay_within_memory(make_bed, figures, scale):
    bed = make_bed(limits={INVOICES: UNLIMITED})
    bed.set_pace(100_000, 100_000)
    lines = bed.sandbox.account.line_items(LINES * scale)
    path = bed.book(lines)
    done = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-c", MEASURED, "refresh", path, "--no-backup", "--json"],
        env=bed.environment,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    peak_mb = int(done.stderr.split()[-1]) / 1024
    report = json.loads(done.stdout)
    rows = shown(path)
    wrong = sum(one.cells != bed.truth(LineItem(*one.ids)) for one in rows)
    figures(
        "soak",
        f"{len(rows):,} lines",
        f"{report['requests']:,} requests, {wrong} wrong rows, peak {peak_mb:.0f} MB",
    )
    assert len(rows) == LINES * scale
    assert wrong == 0
    assert report["requests"] == LINES * scale // 25
    assert peak_mb <= MOST_MB * scale


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc")
def test_refresh_after_refresh_leaves_no_thread_and_no_file(make_bed, figures):
    bed = make_bed()
    paths = [bed.book(bed.sandbox.account.line_items(100), f"{n}.xlsx") for n in range(12)]

    def left():
        gc.collect()
        return threading.active_count(), len(os.listdir("/proc/self/fd"))  # noqa: PTH208

    bed.refresh(paths[0])
    before = left()
    for path in paths[1:]:
        bed.store.unlink()
        bed.refresh(path)
    after = left()
    figures(
        "soak", "12 refreshes in a process", f"threads and files: {before} before, {after} after"
    )
    assert after[0] <= before[0]
    assert after[1] <= before[1] + 2  # connections of the sandbox that it has not closed yet
