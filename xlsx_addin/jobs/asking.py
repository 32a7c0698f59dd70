"""Asking Amazon on behalf of a job: every answer is in the store before anything else."""

import threading
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import tzinfo

from xlsx_addin.core.answers import Answer
from xlsx_addin.core.judging import judge_answer
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import Failure, Status
from xlsx_addin.jobs.tools import InvoiceSource, JobTools

Results = dict[LineItem, Answer | Failure]

Batches = Generator[Results, None, None]

AskAsTheyCome = Callable[[Callable[[threading.Event], Sequence[LineItem]]], Batches]
"""Asks about what `more` gives; see `InvoiceSource.ask_as_they_come`."""


@dataclass(slots=True)
class Asked:
    """What asking came to.

    Args:
        line_items: how many were asked about.
        failures: why some got no answer.
        requests: calls of the invoice operation with their repetitions.
        retries: repetitions among them.
        throttled: answers of 429 among them.
    """

    line_items: int = 0
    failures: dict[LineItem, Failure] = field(default_factory=dict)
    requests: int = 0
    retries: int = 0
    throttled: int = 0

    @property
    def answered(self) -> int:
        """How many line items Amazon answered."""
        return self.line_items - len(self.failures)


def ask_and_keep(asked: Asked, line_items: Sequence[LineItem], tools: JobTools) -> None:
    """Ask Amazon about line items and keep each batch of answers as it comes.

    Args:
        asked: what asking comes to is put in here, so that it is known after an error too.
        line_items: distinct valid line items; none of them, and nobody is asked.
        tools: what the job works with.

    Raises:
        SettingError: the sign-in is not set up.
        StoreError: answers cannot be kept; asking ends.
    """
    if not line_items:
        return
    asked.line_items = len(line_items)
    tools.progress.begin(len(line_items))
    try:
        with tools.connect() as amazon:
            source = amazon.invoices
            try:
                _keep_answers(source, line_items, tools, asked)
            finally:
                counts = source.counts
                asked.requests, asked.retries = counts.requests, counts.retries
                asked.throttled = counts.throttled
    finally:
        tools.progress.end()


def _keep_answers(
    source: InvoiceSource, line_items: Sequence[LineItem], tools: JobTools, asked: Asked
) -> None:
    with closing(_kept(source.ask(line_items, tools.cancel), tools)) as batches:
        for batch in batches:
            asked.failures |= {line: one for line, one in batch.items() if isinstance(one, Failure)}
            tools.progress.advance(len(batch))
            tools.progress.count(Counter(_status(one, tools.zone) for one in batch.values()))


def _status(one: Answer | Failure, zone: tzinfo) -> Status:
    return one.status if isinstance(one, Failure) else judge_answer(one, zone).status


def _kept(batches: Batches, tools: JobTools) -> Batches:
    """Pass on each batch of results once its answers are in the store."""
    # A generator that is left early ends its worker threads only when it is closed.
    with closing(batches):
        for batch in batches:
            answers = {line: one for line, one in batch.items() if isinstance(one, Answer)}
            tools.store.save(tools.account, answers, at=tools.now())
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
        yield lambda more: _kept(source.ask_as_they_come(more, tools.cancel), tools)
