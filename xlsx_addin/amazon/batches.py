"""What every operation that is asked in batches has in common."""

import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Generic

from xlsx_addin.amazon.asking import Asking, More, Refusing, Reply, Results
from xlsx_addin.amazon.counts import Counts
from xlsx_addin.amazon.errors import decoded, unreadable
from xlsx_addin.amazon.funnel import Operation, Question
from xlsx_addin.amazon.session import Session
from xlsx_addin.amazon.transport import HttpResponse
from xlsx_addin.amazon.verdicts import failure_of
from xlsx_addin.core.answers import Unreadable
from xlsx_addin.core.outcomes import Failure
from xlsx_addin.core.plan import Item
from xlsx_addin.errors import RequestRefused


@dataclass(frozen=True, slots=True)
class BatchForm(Generic[Item, Reply]):
    """How an operation is asked about a batch.

    Args:
        operation: which one; its pace is one of the session's options.
        payload: makes the body of the question about some items.
        read: reads the decoded answer: something for each of the items asked about, or what
            makes the whole of it unreadable.
        refusing: what becomes of items that Amazon refuses.
    """

    operation: Operation
    payload: Callable[[Sequence[Item]], object]
    read: Callable[[Sequence[Item], object], Mapping[Item, Reply | Unreadable] | Unreadable]
    refusing: Refusing[Reply]


class BatchClient(Generic[Item, Reply]):
    """Asks Amazon about items in batches; any number of threads may use it.

    Args:
        session: the account's way to Amazon; the pace is one of its options.
        form: how to ask.
    """

    def __init__(self, session: Session, form: BatchForm[Item, Reply]) -> None:
        options = session.options
        self._session = session
        self._form = form
        self._funnel = session.funnel(
            replace(form.operation, rate_per_s=options.rate_per_s, burst=options.burst)
        )

    @property
    def counts(self) -> Counts:
        """What asking has cost so far, over all runs of this client."""
        return self._funnel.counts

    def try_asking(self, item: Item, cancel: threading.Event) -> None:
        """Ask about one item only to see whether we may ask; the answer does not matter.

        Args:
            item: any, a made-up one too: a refusal of it says that we may ask.
            cancel: ends all waiting.

        Raises:
            SignInRefused, AccessDenied: nobody may ask.
            Throttled, ServerFault, UnreadableAnswer, ConnectionFault: repetitions are used up.
        """
        with suppress(RequestRefused):
            self._ask_batch([item], cancel, lambda: None)

    def ask(
        self, items: Sequence[Item], cancel: threading.Event
    ) -> Generator[Results[Item, Reply], None, None]:
        """Ask about items; every one of them comes back exactly once, whatever happens.

        Args:
            items: distinct valid ones.
            cancel: set by whoever wants it to stop; what is not answered then is `Cancelled`.

        Yields:
            Answers and failures, as soon as they come. Close the generator if you leave it
            before its end: its worker threads end then.
        """
        return self._asking(items, cancel).results()

    def ask_as_they_come(
        self, more: More[Item], cancel: threading.Event
    ) -> Generator[Results[Item, Reply], None, None]:
        """Ask about items that are not known beforehand, otherwise like `ask`.

        Args:
            more: gives them; see `More`.
            cancel: set by whoever wants it to stop.

        Yields:
            Answers and failures of all that `more` gave. It ends when `more` gives nothing, or
            with a verdict that holds for everybody.
        """
        return self._asking((), cancel, more).results()

    def _asking(
        self, items: Sequence[Item], cancel: threading.Event, more: More[Item] | None = None
    ) -> Asking[Item, Reply]:
        return Asking(
            self._ask_batch,
            items,
            cancel,
            refusing=self._form.refusing,
            clock=self._session.clock,
            options=self._session.options,
            interrupt=self._session.transport.interrupt,
            more=more,
        )

    def _ask_batch(
        self, items: Sequence[Item], cancel: threading.Event, sending: Callable[[], None]
    ) -> Results[Item, Reply]:
        question = Question(self._form.payload(items))
        return self._funnel.call(
            question, partial(self._read, items), cancel=cancel, sending=sending
        )

    def _read(self, items: Sequence[Item], response: HttpResponse) -> Results[Item, Reply]:
        """Read the answer to a batch.

        Raises:
            UnreadableAnswer: there is nothing to be read in it.
        """
        answers = self._form.read(items, decoded(response))
        if isinstance(answers, Unreadable):
            raise unreadable(answers.cause, response)
        return {item: _result(answer, response) for item, answer in answers.items()}


def _result(answer: Reply | Unreadable, response: HttpResponse) -> Reply | Failure:
    if isinstance(answer, Unreadable):
        return failure_of(unreadable(answer.cause, response))
    return answer
