"""The queue of documents: ordered, watched and fetched at the same time, each at its own pace.

Three threads work on it, because each waits for permits of its own operation: at 0.1 calls a
second nobody else may be held up by that. Every step is in the store before the next one, so
that a run can be stopped at any moment and resumed.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from xlsx_addin.core.document_records import DocumentRecord, DocumentState
from xlsx_addin.core.documents import DocumentKey, Wanted
from xlsx_addin.errors import ConnectionFault, LocalError, XlsxAddinError, unexpected
from xlsx_addin.jobs.pdf_steps import Steps
from xlsx_addin.jobs.tools import DocumentSource, JobTools, Pace, PdfTools

_log = logging.getLogger(__name__)

_LOOK_S: Final = 0.05
"""How often threads look whether something has changed."""

Step = Callable[[Wanted, DocumentRecord, threading.Event], DocumentRecord]
"""Takes a document from one state to the next; the event ends all waiting."""

_LANES: Final = (DocumentState.WANTED, DocumentState.REQUESTED, DocumentState.READY)
"""The states that a thread each takes documents on from: by ordering, looking, fetching."""

_GRACE_S: Final = 1.2
"""For requests in flight to be answered after a cancel; everything is idle within 2 s."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the documents of a run are.

    Args:
        total: documents that the run works on.
        ended: those that are saved, or will not come in this run.
        saved: those that were saved in this run.
        seconds_left: about how long the rest takes.
    """

    total: int
    ended: int
    saved: int
    seconds_left: float


class PdfQueue:
    """The documents that a run has to fetch.

    Args:
        wanted: the documents, each with the record from which it goes on.
        steps: what takes a document from one state to the next.
        source: where PDFs come from.
        tools: what the job works with.
        pdf_tools: what fetching works with.

    Attributes:
        records: how far each document is.
        causes: why documents do not come in this run, although they may in another.
        error: what ended the run before its time.
    """

    def __init__(
        self,
        wanted: Iterable[tuple[Wanted, DocumentRecord]],
        steps: Steps,
        source: DocumentSource,
        tools: JobTools,
        pdf_tools: PdfTools,
    ) -> None:
        pairs = list(wanted)
        self.records: dict[DocumentKey, DocumentRecord] = {one.key: record for one, record in pairs}
        self.causes: dict[DocumentKey, XlsxAddinError] = {}
        self.error: XlsxAddinError | None = None
        self._wanted: Mapping[DocumentKey, Wanted] = {one.key: one for one, _ in pairs}
        self._steps = steps
        self._source = source
        self._tools = tools
        self._pdf_tools = pdf_tools
        self._stop = threading.Event()
        self._changed = threading.Condition()
        # What waits for each lane, and from when on; always in the order in which it is due.
        self._lines: dict[DocumentState, dict[DocumentKey, float]] = {one: {} for one in _LANES}
        self._ended: Counter[DocumentState] = Counter()
        self._sent: Counter[DocumentState] = Counter()
        self._working: set[DocumentKey] = set()
        for record in sorted(self.records.values(), key=lambda one: one.requested_at):
            self._queue(record, due_at=0.0)

    def run(self, show: Callable[[Standing], None]) -> None:
        """Work until all that can be had is there, or until somebody cancels.

        Args:
            show: is told how far it is, several times a second.
        """
        steps = (self._steps.order, self._steps.look, self._steps.fetch)
        lanes = [
            threading.Thread(
                target=self._lane, args=(state, step), name=f"pdfs-{state}", daemon=True
            )
            for state, step in zip(_LANES, steps, strict=True)
        ]
        for lane in lanes:
            lane.start()
        try:
            for lane in lanes:
                while lane.is_alive():
                    lane.join(_LOOK_S)
                    show(self.standing())
                    if self._tools.cancel.is_set():
                        return
        finally:
            self._end(lanes)

    def _end(self, lanes: Iterable[threading.Thread]) -> None:
        """Let the threads end: answers on their way are waited for a little, then broken off."""
        self._stop.set()
        deadline = time.monotonic() + _GRACE_S
        for lane in lanes:
            lane.join(max(0.0, deadline - time.monotonic()))
        if any(lane.is_alive() for lane in lanes):
            self._source.interrupt()
        for lane in lanes:
            lane.join(_LOOK_S * 10)

    def standing(self) -> Standing:
        """Tell how far it is."""
        with self._changed:
            waiting = Counter({state: len(line) for state, line in self._lines.items()})
            waiting.update(self.records[key].state for key in self._working)
            sent, ended = self._sent.copy(), self._ended.copy()
        left_s = seconds_left(self._pdf_tools.pace, waiting, sent)
        return Standing(len(self.records), ended.total(), ended[DocumentState.SAVED], left_s)

    def _lane(self, state: DocumentState, step: Step) -> None:
        """Take every document of a state on by a step, until no more can come."""
        while (key := self._take(state)) is not None:
            try:
                record = step(self._wanted[key], self.records[key], self._stop)
            except Exception as error:  # noqa: BLE001  # a thread has nobody to raise it to
                if self._stop.is_set():
                    return
                self._fail(key, error)
            else:
                self._put(record)

    def _take(self, state: DocumentState) -> DocumentKey | None:
        """Wait for the next document of a state; None if no more can come."""
        line = self._lines[state]
        while not self._stop.is_set():
            with self._changed:
                key = next(iter(line), None)
                wait_s = 0.0 if key is None else line[key] - self._tools.now()
                if key is not None and wait_s <= 0:
                    del line[key]
                    self._working.add(key)
                    self._sent[state] += 1
                    return key
                if key is None:
                    if not self._working and not any(self._lines.values()):
                        return None
                    self._changed.wait(_LOOK_S)
            if key is not None:
                self._pdf_tools.wait(wait_s, self._stop)
        return None

    def _put(self, record: DocumentRecord) -> None:
        """Queue a document for its next step."""
        with self._changed:
            self._working.discard(record.key)
            self.records[record.key] = record
            is_watched = record.state is DocumentState.REQUESTED
            poll_s = self._pdf_tools.pace.poll_s if is_watched else 0.0
            self._queue(record, due_at=self._tools.now() + poll_s if is_watched else 0.0)
            self._changed.notify_all()

    def _queue(self, record: DocumentRecord, *, due_at: float) -> None:
        if record.state in self._lines:
            self._lines[record.state][record.key] = due_at
        else:
            self._ended[record.state] += 1

    def _fail(self, key: DocumentKey, error: Exception) -> None:
        """Leave a document for another run; some errors end this one."""
        if not isinstance(error, XlsxAddinError):
            _log.exception("unexpected, %s", key)
            error = unexpected(error)
        is_local = isinstance(error, LocalError) and not isinstance(error, ConnectionFault)
        _log.warning("%s: %s: %s", key.kind, error.code, error)
        with self._changed:
            self._working.discard(key)
            self.causes[key] = error
            self._ended[DocumentState.FAILED] += 1
            if is_local or self._source.ends_run(error):
                self.error = self.error or error
                self._stop.set()
            self._changed.notify_all()


def seconds_left(
    pace: Pace, waiting: Mapping[DocumentState, int], sent: Mapping[DocumentState, int]
) -> float:
    """Estimate how long documents take; ordering and fetching go on at the same time.

    Args:
        pace: how fast documents can be had.
        waiting: documents in each state.
        sent: documents that left each state in this run.
    """
    to_order = waiting.get(DocumentState.WANTED, 0)
    to_look = to_order + waiting.get(DocumentState.REQUESTED, 0)
    to_fetch = to_look + waiting.get(DocumentState.READY, 0)
    if not to_fetch:
        return 0.0
    orders_s = pace.seconds_for(to_order, sent=sent.get(DocumentState.WANTED, 0))
    fetches_s = pace.seconds_for(to_fetch, sent=sent.get(DocumentState.READY, 0))
    return max(orders_s + (2 * pace.poll_s if to_look else 0.0), fetches_s)
