"""One run of questions: worker threads, and every line item answered exactly once."""

import logging
import queue
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from xlsx_addin.amazon.agenda import Agenda, Part
from xlsx_addin.amazon.errors import Refusal
from xlsx_addin.amazon.options import ClientOptions
from xlsx_addin.amazon.verdicts import ends_run, failure_of
from xlsx_addin.amazon.waiting import POLL_S, Cancelled, Clock
from xlsx_addin.core.answers import Answer
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import Failure, Status
from xlsx_addin.errors import XlsxAddinError

Results = dict[LineItem, Answer | Failure]

AskBatch = Callable[
    [Sequence[LineItem], threading.Event, Callable[[], None]], Mapping[LineItem, Answer | Failure]
]
"""Asks about one batch: its line items, what cancels it, what to tell when a request leaves."""

More = Callable[[threading.Event], Sequence[LineItem]]
"""Waits for the next batch of line items that were not asked about before in this run.

It gives none once no more can come, or when the event is set. A worker calls it when it is
free and nobody waits to send, so that what is gathered meanwhile goes in one request.
"""

_REFUSED_BATCHES: Final = 2
"""Whole batches refused line by line after which it is the API that changed, not the IDs."""

_JOIN_S: Final = 0.4
"""How long interrupted workers are waited for."""

_CANCELLED: Final = Failure(
    Status.CANCELLED, "Stopped before Amazon answered for this row. Refresh again to go on."
)
_LOST: Final = Failure(
    Status.FAILED,
    "The program lost this question, by an error of its own. Refresh again; if it happens"
    " again, send the log to support.",
)

_log = logging.getLogger(__name__)


class Asking:
    """One run of questions.

    A worker is added whenever a request leaves, work is left and nobody waits to send it:
    as many as rate x latency asks for, and one to wait. Once Amazon has refused something and
    not answered anything, one worker goes on alone: perhaps it refuses all it is asked.

    Args:
        ask_batch: asks about one batch; see `AskBatch`.
        line_items: distinct line items.
        cancel: set by whoever wants it to stop.
        clock: measures the grace.
        options: most workers, and the grace.
        interrupt: breaks off the requests whose cancel event is set.
        more: where further line items come from; see `More`.
    """

    def __init__(
        self,
        ask_batch: AskBatch,
        line_items: Iterable[LineItem],
        cancel: threading.Event,
        *,
        clock: Clock,
        options: ClientOptions,
        interrupt: Callable[[], None],
        more: More | None = None,
    ) -> None:
        self._ask_batch = ask_batch
        self._cancel = cancel
        self._clock = clock
        self._options = options
        self._interrupt = interrupt
        self._more = more
        self._missing = dict.fromkeys(line_items)
        self._received: queue.SimpleQueue[Results] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._lock = threading.Lock()
        # Guarded by the lock:
        self._agenda = Agenda(self._missing)
        self._waiting: set[Part] = set()
        self._in_flight: set[Part] = set()
        self._refused = self._answered = False
        self._workers: list[threading.Thread] = []
        self._verdict: Failure | None = None
        self._more_may_come = more is not None
        self._fetching = False

    def results(self) -> Generator[Results, None, None]:
        """Give the results as they come, on the caller's thread.

        Every line item comes exactly once. When the generator ends or is closed, so have
        the workers.

        Refusals are held back until Amazon has answered something, or until nothing else is
        in question: if it refuses all it is asked, then nobody's IDs are wrong.
        """
        doubted: Results = {}
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
            self._end_workers()

    def _run(self) -> Iterator[Results]:
        """Receive until all is there, or until the grace after a stop is over."""
        if self._missing or self._more_may_come:
            with self._lock:
                self._add_worker()
        while (self._missing or self._more_may_come) and not self._is_over():
            yield from self._receive()
        self._stop.set()
        deadline = self._clock.now() + self._options.grace_s
        while self._missing and self._is_working() and self._clock.now() < deadline:
            yield from self._receive()
        self._end_workers()
        while not self._received.empty():
            yield from self._receive()

    def _rest(self, doubted: Results) -> Results:
        """Give what every line item gets that has nothing yet."""
        if not self._missing and self._verdict is None:
            return doubted
        failure = self._verdict or (_CANCELLED if self._cancel.is_set() else _LOST)
        return dict.fromkeys((*doubted, *self._missing), failure)

    def _receive(self) -> Iterator[Results]:
        try:
            received = self._received.get(timeout=POLL_S)
        except queue.Empty:
            return
        fresh = {line: one for line, one in received.items() if line in self._missing}
        for line in fresh:
            del self._missing[line]
        if fresh:
            yield fresh

    def _is_over(self) -> bool:
        if self._is_stopped():
            return True
        # In this order: the last worker leaves its results before it ends.
        return not self._is_working() and self._received.empty()

    def _is_working(self) -> bool:
        return bool(self._alive())

    def _alive(self) -> list[threading.Thread]:
        with self._lock:
            return [worker for worker in self._workers if worker.is_alive()]

    def _add_worker(self) -> None:
        worker = threading.Thread(target=self._work, name="xlsx-addin-ask", daemon=True)
        worker.start()
        self._workers = [known for known in self._workers if known.is_alive()] + [worker]

    def _end_workers(self) -> None:
        """See every worker off; one whose connection is still being made ends by itself."""
        self._stop.set()
        # Threads live in real time, whatever clock was handed in.
        deadline = time.monotonic() + _JOIN_S
        while (alive := self._alive()) and time.monotonic() < deadline:
            self._interrupt()
            alive[0].join(POLL_S)

    def _work(self) -> None:
        while (part := self._take()) is not None:
            self._received.put(self._ask(part))

    def _take(self) -> Part | None:
        with self._lock:
            if self._refused and not self._answered and self._in_flight:
                return None
            part = self._next_part()
            if part is not None or self._more is None or not self._may_fetch():
                return part
            self._fetching = True
        # Outside of the lock: this may take as long as people do.
        line_items = self._more(self._stop)
        with self._lock:
            self._fetching = False
            self._more_may_come = bool(line_items)
            self._missing.update(dict.fromkeys(line_items))
            self._agenda.add(line_items)
            return self._next_part()

    def _next_part(self) -> Part | None:
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
        return self._cancel.is_set() or self._stop.is_set()

    def _ask(self, part: Part) -> Results:
        try:
            results = dict(self._ask_batch(part.line_items, self._stop, partial(self._sent, part)))
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
            return dict.fromkeys(part.line_items, failure)
        except Exception:  # noqa: BLE001  # logged; no line item may be lost
            _log.exception("A batch was lost")
            return dict.fromkeys(part.line_items, _LOST)
        finally:
            with self._lock:
                self._waiting.discard(part)
                self._in_flight.discard(part)

    def _sent(self, part: Part) -> None:
        """Add a worker if a request leaves while work is left that nobody waits to send."""
        with self._lock:
            self._waiting.discard(part)
            left = len(self._agenda) > 0 or self._may_fetch()
            idle = left and not self._waiting and not self._stop.is_set()
            idle = idle and (self._answered or not self._refused)
            working = sum(worker.is_alive() for worker in self._workers)
            if idle and working < self._options.max_workers:
                self._add_worker()

    def _refuse(self, part: Part, refusal: Refusal) -> Results:
        with self._lock:
            self._refused = True
            alone = self._agenda.refuse(part)
            changed = self._agenda.refused_batches >= _REFUSED_BATCHES
        if changed:
            self._give_up(_api_changed(refusal))
        return {part.line_items[0]: Answer(refusal=refusal.words)} if alone else {}

    def _give_up(self, verdict: Failure) -> None:
        """Ask nothing more; the first verdict stands for all that is left."""
        with self._lock:
            self._verdict = self._verdict or verdict
        self._stop.set()


def _api_changed(refusal: Refusal) -> Failure:
    trace = f" Amazon's request id: {refusal.request_id}." if refusal.request_id else ""
    return Failure(
        Status.FAILED,
        f"Amazon refuses whole batches of line items: {refusal.words} Perhaps its API changed:"
        f" look for a new version of this program, or send this message to support.{trace}",
    )


def _is_answer(one: Answer | Failure) -> bool:
    return isinstance(one, Answer) and one.refusal is None


def _is_refusal(one: Answer | Failure) -> bool:
    return isinstance(one, Answer) and one.refusal is not None
