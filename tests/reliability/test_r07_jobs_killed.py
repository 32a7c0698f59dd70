"""R7 for the other jobs: killed at any moment, nothing is half done, fetched or added twice."""

import time
from dataclasses import dataclass
from random import Random

import openpyxl
import pytest

from tests.conftest import one_invoice_each
from xlsx_addin.sandbox import INVOICES, PAYMENTS, TRANSACTIONS, UNLIMITED

CYCLES, KILLS = 3, 2
IN_FLIGHT = 10
"""Requests that may be on their way when a process is killed."""


@dataclass(frozen=True)
class Job:
    """A job: the commands that make its workbook, its own, and the operation that it calls."""

    prepare: tuple[tuple[str, ...], ...]
    words: tuple[str, ...]
    operation: str


MARCH = ("--from", "2025-03-01", "--to", "2025-03-31")
JOBS = {
    "transactions": Job((("new", "BOOK"),), ("transactions", "BOOK", *MARCH), TRANSACTIONS),
    "payments": Job(
        (("new", "BOOK"), ("transactions", "BOOK", *MARCH, "--refresh")),
        ("payments", "BOOK"),
        PAYMENTS,
    ),
}


def contents(path):
    """All values of a workbook."""
    book = openpyxl.load_workbook(path, read_only=True)
    try:
        return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}
    finally:
        book.close()


class Try:
    """A bed with a workbook for a job."""

    def __init__(self, job, bed, zygote):
        self.job, self.bed, self.zygote = job, bed, zygote
        self.path = bed.folder / "book.xlsx"
        for words in job.prepare:
            self.finish(words)
        bed.sandbox.requests.clear()

    def begin(self, words=None):
        named = [self.path if one == "BOOK" else one for one in words or self.job.words]
        return self.zygote.start([*named], self.bed.environment, self.bed.folder / "said.txt")

    def finish(self, words=None):
        process = self.begin(words)
        assert process.wait() == 0, process.said

    @property
    def asked(self):
        return self.bed.sandbox.requests.count(self.job.operation)


@pytest.mark.parametrize("name", JOBS)
def test_a_killed_job_leaves_the_old_or_the_new_content_and_goes_on(
    make_bed, zygote, figures, scale, name
):
    job, dice = JOBS[name], Random(name)
    limits = dict.fromkeys((INVOICES, TRANSACTIONS, PAYMENTS), UNLIMITED)
    options = {"latency_s": 0.02, "limits": limits, "shares": one_invoice_each()}
    undisturbed = Try(job, make_bed("undisturbed", **options), zygote)
    began = time.monotonic()
    undisturbed.finish()
    takes_s = time.monotonic() - began
    old_and_new = [None, contents(undisturbed.path)]
    kills = finished = 0
    for number in range(CYCLES * scale):
        one = Try(job, make_bed(f"cycle-{number}", **options), zygote)
        before, old_and_new[0] = one.path.read_bytes(), contents(one.path)
        for _ in range(KILLS):
            process = one.begin()
            time.sleep(dice.uniform(0, 1.1 * takes_s))
            process.kill()
            process.wait()
            kills += 1
            assert contents(one.path) in old_and_new, "half done"
        is_new = one.path.read_bytes() != before
        finished += is_new
        one.finish()
        assert contents(one.path) == old_and_new[1], "rows lost or added twice"
        assert one.asked <= undisturbed.asked + KILLS * IN_FLIGHT
        after, asked = one.path.read_bytes(), one.asked
        one.finish()
        assert (one.path.read_bytes(), one.asked) == (after, asked), "not finished"
        one.bed.sandbox.stop()
    figures(
        "R7",
        f"{name}: {kills} kills",
        f"the old or the new content, {finished} times the new; the next run completes it",
    )
