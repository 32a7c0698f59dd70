"""R7 for the other jobs: killed at any moment, nothing is half done, fetched or added twice."""

import time
from dataclasses import dataclass
from random import Random

import openpyxl
import pytest

from tests.conftest import one_invoice_each
from xlsx_addin.sandbox import (
    DOCUMENT_API,
    INVOICES,
    PAYMENTS,
    TRANSACTIONS,
    UNLIMITED,
    Documents,
)

CYCLES, KILLS = 3, 2
IN_FLIGHT = 10
"""Requests that may be on their way when a process is killed."""


@dataclass(frozen=True)
class Job:
    """A job: the commands that make its workbook, its own, and the operation that it calls."""

    prepare: tuple[tuple[str, ...], ...]
    words: tuple[str, ...]
    operation: str


DAYS = ("--from", "2025-03-03", "--to", "2025-03-05")
MARCH = ("--from", "2025-03-01", "--to", "2025-03-31")
REPORT = ("sandbox", "--region", "na", "--orders-report", "orders.csv", "--report-rows", "120")
JOBS = {
    "add-ids": Job(
        (REPORT, ("new", "BOOK", "--from-report", "orders.csv")), ("add-ids", "BOOK"), TRANSACTIONS
    ),
    "pdfs": Job(
        (("new", "BOOK"), ("transactions", "BOOK", *DAYS, "--refresh")),
        ("pdfs", "BOOK", "--to", "pdfs", "--link"),
        DOCUMENT_API[0],
    ),
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


def names(folder):
    return {file.name for file in folder.glob("[!.]*")} if folder.exists() else set()


class Try:
    """A bed with a workbook for a job."""

    def __init__(self, job, bed, zygote):
        self.job, self.bed, self.zygote = job, bed, zygote
        self.path, self.pdfs = bed.folder / "book.xlsx", bed.folder / "pdfs"
        bed.set_pace(200, 100)
        with (bed.folder / "home" / "settings.toml").open("a") as settings:
            settings.write("report_poll_s = 0.01\n")
        for words in job.prepare:
            self.finish(words)
        bed.sandbox.requests.clear()

    def begin(self, words=None):
        folder = self.bed.folder
        places = {one: folder / one for one in ("pdfs", "orders.csv")} | {"BOOK": self.path}
        named = [
            places.get(one, one) if at else one for at, one in enumerate(words or self.job.words)
        ]
        return self.zygote.start([*named], self.bed.environment, self.bed.folder / "said.txt")

    def finish(self, words=None):
        process = self.begin(words)
        assert process.wait() == 0, process.said

    def check_pdfs(self):
        """Every PDF is whole; what a killed run leaves of one is hidden."""
        for file in self.pdfs.glob("[!.]*") if self.pdfs.exists() else ():
            content = file.read_bytes()
            assert content.startswith(b"%PDF-")
            assert content.endswith(b"%%EOF\n")

    @property
    def asked(self):
        return self.bed.sandbox.requests.count(self.job.operation)


@pytest.mark.parametrize("name", JOBS)
def test_a_killed_job_leaves_the_old_or_the_new_content_and_goes_on(
    make_bed, zygote, figures, scale, name
):
    job, dice = JOBS[name], Random(name)
    limits = dict.fromkeys((INVOICES, TRANSACTIONS, PAYMENTS, *DOCUMENT_API), UNLIMITED)
    documents = Documents(queue_s=0.0, progress_s=0.0, without_pdf=0.0, fatal=0.0)
    options = {"latency_s": 0.02, "limits": limits, "shares": one_invoice_each()}
    options["documents"] = documents
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
            one.check_pdfs()
        is_new = one.path.read_bytes() != before
        finished += is_new
        one.finish()
        assert contents(one.path) == old_and_new[1], "rows lost or added twice"
        one.check_pdfs()
        assert names(one.pdfs) == names(undisturbed.pdfs)
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
