"""What the tests of the formulas share.

`amazon` stands in for the client; `make_loader` makes loaders that ask it, in time that the
test turns; `cells` remembers what was to be calculated again.
"""

import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager

import pytest

from tests.hosts.udf.clock import TurnedClock
from xlsx_addin.core.answers import Answer, Detail
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import Failure
from xlsx_addin.excel.formulas.contract import Limits
from xlsx_addin.excel.loader import Loader
from xlsx_addin.jobs.tools import JobTools
from xlsx_addin.store.memory import MemoryStore

Results = dict[LineItem, Answer | Failure]


def line(number: int) -> LineItem:
    return LineItem("o", str(number), "s")


def invoice(line_item: LineItem) -> Answer:
    return Answer((Detail(f"INV-{line_item.order_line_item_id}", "2026-03-04"),))


class FakeAmazon:
    """Answers batches one after the other with what `behaviour` makes of them."""

    def __init__(self) -> None:
        self.behaviour: Callable[[Sequence[LineItem]], Results] = lambda lines: {
            one: invoice(one) for one in lines
        }
        self.batches: list[list[LineItem]] = []
        self.clients = 0
        self.open_clients = 0
        self.connect_error: Exception | None = None
        self.may_answer = threading.Event()
        self.may_answer.set()

    @contextmanager
    def connect(self) -> Iterator["FakeAmazon"]:
        if self.connect_error is not None:
            raise self.connect_error
        self.clients += 1
        self.open_clients += 1
        try:
            yield self
        finally:
            self.open_clients -= 1

    @property
    def invoices(self) -> "FakeAmazon":
        return self

    def ask_as_they_come(
        self, more: Callable[[threading.Event], Sequence[LineItem]], cancel: threading.Event
    ) -> Generator[Results, None, None]:
        while lines := more(cancel):
            self.batches.append(list(lines))
            assert self.may_answer.wait(20)
            yield self.behaviour(lines)


class Cells:
    """Remembers what was to be calculated again."""

    def __init__(self) -> None:
        self.calculated: list[str] = []
        self.finished = 0

    def recalculate(self, cells) -> None:
        self.calculated += cells

    def called(self, cell) -> None:
        pass

    def finish(self) -> None:
        self.finished += 1


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
def amazon() -> FakeAmazon:
    return FakeAmazon()


@pytest.fixture
def cells() -> Cells:
    return Cells()


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def make_loader(amazon, cells, clock, store):
    """Make a loader; whatever the test does, its thread ends with it."""
    made: list[Loader] = []

    def make(**limits: float) -> Loader:
        tools = JobTools(store, amazon.connect, "account", clock.now)
        loader = Loader(tools, cells, clock=clock, limits=Limits(**limits))
        made.append(loader)
        return loader

    yield make
    amazon.may_answer.set()
    for loader in made:
        loader.close()
    assert not [one for one in threading.enumerate() if one.name.startswith("xlsx-addin")]


@pytest.fixture
def loader(make_loader) -> Loader:
    return make_loader()
