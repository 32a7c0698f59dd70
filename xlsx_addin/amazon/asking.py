"""One run of questions: worker threads, and everything that is asked answered exactly once."""

import logging
import queue
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Generic, Protocol, TypeVar

from xlsx_addin.amazon.agenda import Agenda, Part
from xlsx_addin.amazon.crew import Crew
from xlsx_addin.amazon.errors import Refusal
from xlsx_addin.amazon.options import ClientOptions
from xlsx_addin.amazon.verdicts import ends_run, failure_of
from xlsx_addin.amazon.waiting import POLL_S, Cancelled, Clock
from xlsx_addin.core.outcomes import Failure, Status
from xlsx_addin.core.plan import Item
from xlsx_addin.errors import XlsxAddinError


class Refusable(Protocol):
    """What Amazon said about one item of a batch."""

    @property
    def refusal(self) -> str | None:
        """Amazon's words if it refuses to be asked about the item (400)."""
        ...


Reply = TypeVar("Reply", bound=Refusable)

Results = dict[Item, Reply | Failure]


@dataclass(frozen=True, slots=True)
class Refusing(Generic[Reply]):
    """What becomes of items that Amazon refuses.

    Args:
        reply: makes the reply of one item out of Amazon's words.
        what: what the items are called.
    """

    reply: Callable[[str], Reply]
    what: str


AskBatch = Callable[
    [Sequence[Item], threading.Event, Callable[[], None]], Mapping[Item, Reply | Failure]
]
"""Asks about one batch: its items, what cancels it, what to tell when a request leaves."""

More = Callable[[threading.Event], Sequence[Item]]
"""Waits for the next batch of items that were not asked about before in this run.

It gives none once no more can come, or when the event is set. A worker calls it when it is
free and nobody waits to send, so that what is gathered meanwhile goes in one request.
"""

_REFUSED_BATCHES: Final = 2
"""Whole batches refused line by line after which it is the API that changed, not the IDs."""

_CANCELLED: Final = Failure(
    Status.CANCELLED, "Stopped before Amazon answered for this row. Start again to go on."
)
_LOST: Final = Failure(
    Status.FAILED,
    "The program lost this question, by an error of its own. Start again; if it happens"
    " once more, send the log to support.",
)

_log = logging.getLogger(__name__)


class Asking(Generic[Item, Reply]):
    """One run of questions about items of any kind.

    A worker is added whenever a request leaves, work is left and nobody waits to send it:
    as many as rate x latency asks for, and one to wait. Once Amazon has refused something and
    not answered anything, one worker goes on alone: perhaps it refuses all it is asked.

    Args:
        ask_batch: asks about one batch; see `AskBatch`.
        items: distinct ones.
        cancel: set by whoever wants it to stop.
        refusing: what becomes of items that Amazon refuses.
        clock: measures the grace.
        options: most workers, and the grace.
        interrupt: breaks off the requests whose cancel event is set.
        more: where further items come from; see `More`.
    """

    def __init__(
        self,
        ask_batch: AskBatch[Item, Reply],
        items: Iterable[Item],
        cancel: threading.Event,
        *,
        refusing: Refusing[Reply],
        clock: Clock,
        options: ClientOptions,
        interrupt: Callable[[], None],
        more: More[Item] | None = None,
    ) -> None:
        self._ask_batch = ask_batch
        self._cancel = cancel
        self._clock = clock
        self._options = options
        self._more = more
        self._refusing = refusing
        self._missing = dict.fromkeys(items)
        self._received: queue.SimpleQueue[Results[Item, Reply]] = queue.SimpleQueue()
        self._crew = Crew(self._work, interrupt)
        self._lock = threading.Lock()
        # Guarded by the lock:
        self._agenda: Agenda[Item] = Agenda(self._missing)
        self._waiting: set[Part[Item]] = set()
        self._in_flight: set[Part[Item]] = set()
        self._refused = self._answered = False
        self._verdict: Failure | None = None
        self._more_may_come = more is not None
        self._fetching = False

    def results(self) -> Generator[Results[Item, Reply], None, None]:
        """Give the results as they come, on the caller's thread.

        Every item comes exactly once. When the generator ends or is closed, so have
        the workers.

        Refusals are held back until Amazon has answered something, or until nothing else is
        in question: if it refuses all it is asked, then nothing is wrong with any of it.
        """
        doubted: Results[Item, Reply] = {}
        trusted = False
        try:
            for results in self._run():
                trusted = trusted or any(map(_is_answer, results.values()))
                if trusted:
                    yield doubted | results
                    doubted = {}
                elif all(map(_is_refusal, results.values())):
                    doubted |= results
                    if self._more_may_come and not self._missing:
                        yield doubted
                        doubted = {}
                else:
                    yield results
            rest = self._rest(doubted)
            if rest:
                yield rest
        finally:
            self._crew.end()

    def _run(self) -> Iterator[Results[Item, Reply]]:
        """Receive until all is there, or until the grace after a stop is over."""
        if self._missing or self._more_may_come:
            self._crew.start()
        while (self._missing or self._more_may_come) and not self._is_over():
            yield from self._receive()
        self._crew.stop.set()
        deadline = self._clock.now() + self._options.grace_s
        while self._missing and self._crew.working and self._clock.now() < deadline:
            yield from self._receive()
        self._crew.end()
        while not self._received.empty():
            yield from self._receive()

    def _rest(self, doubted: Results[Item, Reply]) -> Results[Item, Reply]:
        """Give what every item gets that has nothing yet."""
        if not self._missing and self._verdict is None:
            return doubted
        failure = self._verdict or (_CANCELLED if self._cancel.is_set() else _LOST)
        return dict.fromkeys((*doubted, *self._missing), failure)

    def _receive(self) -> Iterator[Results[Item, Reply]]:
        try:
            received = self._received.get(timeout=POLL_S)
        except queue.Empty:
            return
        fresh = {item: one for item, one in received.items() if item in self._missing}
        for item in fresh:
            del self._missing[item]
        if fresh:
            yield fresh

    def _is_over(self) -> bool:
        if self._is_stopped():
            return True
        # In this order: the last worker leaves its results before it ends.
        return not self._crew.working and self._received.empty()

    def _work(self) -> None:
        while (part := self._take()) is not None:
            self._received.put(self._ask(part))

    def _take(self) -> Part[Item] | None:
        with self._lock:
            if self._refused and not self._answered and self._in_flight:
                return None
            part = self._next_part()
            if part is not None or self._more is None or not self._may_fetch():
                return part
            self._fetching = True
        # Outside of the lock: this may take as long as people do.
        items = self._more(self._crew.stop)
        with self._lock:
            self._fetching = False
            self._more_may_come = bool(items)
            self._missing.update(dict.fromkeys(items))
            self._agenda.add(items)
            return self._next_part()

    def _next_part(self) -> Part[Item] | None:
        if self._is_stopped():
            return None
        part = self._agenda.take()
        if part is not None:
            self._waiting.add(part)
            self._in_flight.add(part)
        return part

    def _may_fetch(self) -> bool:
        return self._more_may_come and not self._fetching and not self._is_stopped()

    def _is_stopped(self) -> bool:
        return self._cancel.is_set() or self._crew.stop.is_set()

    def _ask(self, part: Part[Item]) -> Results[Item, Reply]:
        try:
            results = dict(self._ask_batch(part.items, self._crew.stop, partial(self._sent, part)))
            self._answered = True
            return results  # noqa: TRY300  # of what was tried
        except Cancelled:
            return {}
        except Refusal as refusal:
            return self._refuse(part, refusal)
        except XlsxAddinError as error:
            failure = failure_of(error)
            if ends_run(error):
                self._give_up(failure)
            return dict.fromkeys(part.items, failure)
        except Exception:  # noqa: BLE001  # logged; nothing may be lost
            _log.exception("A batch was lost")
            return dict.fromkeys(part.items, _LOST)
        finally:
            with self._lock:
                self._waiting.discard(part)
                self._in_flight.discard(part)

    def _sent(self, part: Part[Item]) -> None:
        """Add a worker if a request leaves while work is left that nobody waits to send."""
        with self._lock:
            self._waiting.discard(part)
            left = len(self._agenda) > 0 or self._may_fetch()
            idle = left and not self._waiting and not self._crew.stop.is_set()
            idle = idle and (self._answered or not self._refused)
            if idle and self._crew.working < self._options.max_workers:
                self._crew.start()

    def _refuse(self, part: Part[Item], refusal: Refusal) -> Results[Item, Reply]:
        with self._lock:
            self._refused = True
            alone = self._agenda.refuse(part)
            changed = self._agenda.refused_batches >= _REFUSED_BATCHES
        if changed:
            self._give_up(_api_changed(refusal, self._refusing.what))
        return {part.items[0]: self._refusing.reply(refusal.words)} if alone else {}

    def _give_up(self, verdict: Failure) -> None:
        """Ask nothing more; the first verdict stands for all that is left."""
        with self._lock:
            self._verdict = self._verdict or verdict
        self._crew.stop.set()


def _api_changed(refusal: Refusal, what: str) -> Failure:
    trace = f" Amazon's request id: {refusal.request_id}." if refusal.request_id else ""
    return Failure(
        Status.FAILED,
        f"Amazon refuses whole batches of {what}: {refusal.words} Perhaps its API changed:"
        f" look for a new version of this program, or send this message to support.{trace}",
    )


def _is_answer(one: Refusable | Failure) -> bool:
    return not isinstance(one, Failure) and one.refusal is None


def _is_refusal(one: Refusable | Failure) -> bool:
    return not isinstance(one, Failure) and one.refusal is not None
