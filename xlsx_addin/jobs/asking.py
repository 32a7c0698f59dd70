"""Asking Amazon on behalf of a job: every answer is in the store before anything else."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field

from xlsx_addin.core.answers import Answer
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import Failure
from xlsx_addin.jobs.tools import InvoiceSource, JobTools


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
        with tools.connect() as source:
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
    # A generator that is left early ends its worker threads only when it is closed.
    with closing(source.ask(line_items, tools.cancel)) as batches:
        for batch in batches:
            answers = {line: one for line, one in batch.items() if isinstance(one, Answer)}
            tools.store.save(tools.account, answers, at=tools.now())
            asked.failures |= {line: one for line, one in batch.items() if isinstance(one, Failure)}
            tools.progress.advance(len(batch))
