"""Asking Amazon on behalf of a job: every answer is in the store before anything else."""

import threading
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import partial
from typing import Generic

from xlsx_addin.core.answers import Answer
from xlsx_addin.core.judging import judge_answer
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import Failure, Status
from xlsx_addin.core.payments import PaymentAnswer
from xlsx_addin.core.plan import Item
from xlsx_addin.jobs.tools import Amazon, BatchSource, JobTools, Reply

Results = dict[LineItem, Answer | Failure]

Batches = Generator[Results, None, None]

AskAsTheyCome = Callable[[Callable[[threading.Event], Sequence[LineItem]]], Batches]
"""Asks about what `more` gives; see `InvoiceSource.ask_as_they_come`."""


@dataclass(slots=True)
class Asked(Generic[Item]):
    """What asking came to.

    Args:
        items: how many were asked about.
        failures: why some got no answer.
        requests: calls of the operation with their repetitions.
        retries: repetitions among them.
        throttled: answers of 429 among them.
    """

    items: int = 0
    failures: dict[Item, Failure] = field(default_factory=dict)
    requests: int = 0
    retries: int = 0
    throttled: int = 0

    @property
    def answered(self) -> int:
        """How many items Amazon answered."""
        return self.items - len(self.failures)


def ask_and_keep(asked: Asked[LineItem], line_items: Sequence[LineItem], tools: JobTools) -> None:
    """Ask Amazon about line items and keep each batch of answers as it comes.

    Args:
        asked: what asking comes to is put in here, so that it is known after an error too.
        line_items: distinct valid line items; none of them, and nobody is asked.
        tools: what the job works with.

    Raises:
        SettingError: the sign-in is not set up.
        StoreError: answers cannot be kept; asking ends.
    """

    def watch(batch: Results) -> None:
        tools.progress.count(Counter(_status(one, tools.zone) for one in batch.values()))

    how = _Asking(lambda amazon: amazon.invoices, partial(_save, tools), watch)
    _ask(asked, line_items, tools, how)


def ask_payments(asked: Asked[str], invoices: Sequence[str], tools: JobTools) -> None:
    """Ask Amazon about the payment of invoices and keep each batch of answers as it comes.

    Args:
        asked: as for `ask_and_keep`.
        invoices: distinct invoice numbers; none of them, and nobody is asked.
        tools: what the job works with.

    Raises:
        SettingError: the sign-in is not set up.
        StoreError: answers cannot be kept; asking ends.
    """

    def save(answers: Mapping[str, PaymentAnswer]) -> None:
        tools.store.save_payments(tools.account, answers, at=tools.now())

    _ask(asked, invoices, tools, _Asking(lambda amazon: amazon.payments, save))


@dataclass(frozen=True, slots=True)
class _Asking(Generic[Item, Reply]):
    """What differs from one operation to the other.

    Args:
        source: whom to ask.
        save: keeps answers in the store.
        watch: sees each batch once its answers are kept.
    """

    source: Callable[[Amazon], BatchSource[Item, Reply]]
    save: Callable[[Mapping[Item, Reply]], None]
    watch: Callable[[dict[Item, Reply | Failure]], None] = lambda _: None


def _ask(
    asked: Asked[Item], items: Sequence[Item], tools: JobTools, how: _Asking[Item, Reply]
) -> None:
    if not items:
        return
    asked.items = len(items)
    tools.progress.begin(len(items))
    try:
        with tools.connect() as amazon:
            source = how.source(amazon)
            try:
                _keep_answers(source, items, tools, asked, how)
            finally:
                counts = source.counts
                asked.requests, asked.retries = counts.requests, counts.retries
                asked.throttled = counts.throttled
    finally:
        tools.progress.end()


def _keep_answers(
    source: BatchSource[Item, Reply],
    items: Sequence[Item],
    tools: JobTools,
    asked: Asked[Item],
    how: _Asking[Item, Reply],
) -> None:
    with closing(_kept(source.ask(items, tools.cancel), how.save)) as batches:
        for batch in batches:
            asked.failures |= {item: one for item, one in batch.items() if isinstance(one, Failure)}
            tools.progress.advance(len(batch))
            how.watch(batch)


def _save(tools: JobTools, answers: Mapping[LineItem, Answer]) -> None:
    tools.store.save(tools.account, answers, at=tools.now())


def _status(one: Answer | Failure, zone: tzinfo) -> Status:
    return one.status if isinstance(one, Failure) else judge_answer(one, zone).status


def _kept(
    batches: Generator[dict[Item, Reply | Failure], None, None],
    save: Callable[[Mapping[Item, Reply]], None],
) -> Generator[dict[Item, Reply | Failure], None, None]:
    """Pass on each batch of results once its answers are in the store."""
    # A generator that is left early ends its worker threads only when it is closed.
    with closing(batches):
        for batch in batches:
            save({item: one for item, one in batch.items() if not isinstance(one, Failure)})
            yield batch


@contextmanager
def asking_as_they_come(tools: JobTools) -> Iterator[AskAsTheyCome]:
    """Keep a client at hand for line items that are not known beforehand.

    Args:
        tools: what the job works with.

    Yields:
        What asks about all that comes, until no more can come; every answer is in the store
        before it is passed on.

    Raises:
        SettingError: the sign-in is not set up.
        StoreError: answers cannot be kept.
    """
    with tools.connect() as amazon:
        source = amazon.invoices
        save = partial(_save, tools)
        yield lambda more: _kept(source.ask_as_they_come(more, tools.cancel), save)
