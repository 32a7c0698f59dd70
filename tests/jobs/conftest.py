"""A refresh on made workbooks with a scripted source of invoices and a store in memory."""

import threading
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC
from types import SimpleNamespace

import pytest

from xlsx_addin.core.answers import Answer, Detail
from xlsx_addin.core.plan import batches
from xlsx_addin.jobs.refresh import RefreshOptions, WorkbookTools, refresh
from xlsx_addin.jobs.tools import JobTools
from xlsx_addin.store.memory import MemoryStore
from xlsx_addin.workbooks.keys import file_key
from xlsx_addin.workbooks.opening import open_workbook


@dataclass
class Counts:
    requests: int = 0
    retries: int = 0
    throttled: int = 0


@dataclass
class Source:
    """Answers every line with one invoice unless `answers` says otherwise."""

    answers: dict = field(default_factory=dict)
    asked: list = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    after_batch: object = None

    def ask(self, line_items, cancel):
        for batch in batches(line_items):
            self.counts.requests += 1
            self.asked += batch
            yield {line: self.answers.get(line, invoice(line)) for line in batch}
            if self.after_batch:
                self.after_batch(cancel)


def invoice(line):
    return Answer((Detail(f"INV-{line.order_line_item_id}", "2024-07-19T09:20:36Z"),))


@pytest.fixture
def source():
    return Source()


@pytest.fixture
def store():
    return MemoryStore()


@pytest.fixture
def tools(source, store):
    times = iter(range(1_790_000_000, 1_800_000_000))

    @contextmanager
    def connect():
        yield SimpleNamespace(invoices=source)

    return JobTools(
        store=store,
        connect=connect,
        account="account",
        now=lambda: float(next(times)),
        zone=UTC,
        cancel=threading.Event(),
    )


@pytest.fixture
def run(tools):
    """Refresh workbooks; keyword arguments are options."""

    def start(*paths, with_tools=None, **options):
        workbooks = WorkbookTools(
            open_workbook, lambda _path, _output: None, nullcontext_of, file_key
        )
        return refresh(paths, replace(RefreshOptions(), **options), with_tools or tools, workbooks)

    return start


def nullcontext_of(_path):
    return nullcontext()
