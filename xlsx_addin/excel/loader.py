"""The loader: one per process, turns the line items of single formulas into full batches.

A formula never waits for the network: it is told what is known, and its cell is recalculated
when the rest is in. One thread keeps a client at hand and asks; it ends when nobody has asked
for a while. A batch is given to the client when it is due (see `gathering`) and no other one
waits for its permit, so that line items gather while permits are scarce. Whatever happens,
every line item that was asked for ends in an answer or a failure.
"""

import logging
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import closing
from typing import Final, NamedTuple

from xlsx_addin.core.answers import Answer
from xlsx_addin.core.judging import judge_failure
from xlsx_addin.core.line_items import BATCH_SIZE, LineItem
from xlsx_addin.core.outcomes import Failure, Outcome, Status
from xlsx_addin.errors import SettingError, XlsxAddinError
from xlsx_addin.excel.formulas.contract import Clock, Limits, Recalculation
from xlsx_addin.excel.formulas.gathering import Gathering
from xlsx_addin.excel.formulas.memory import Known, Memory
from xlsx_addin.excel.formulas.patience import Patience
from xlsx_addin.excel.formulas.waiting import Waiting
from xlsx_addin.jobs.asking import AskAsTheyCome, asking_as_they_come
from xlsx_addin.jobs.tools import JobTools

_LOOK_S: Final = 0.02
"""How often the asking thread looks whether a batch is due."""

_ENDED: Final = Failure(
    Status.FAILED, "Asking Amazon ended before the turn of this line item. Refresh to try again."
)
_BROKEN: Final = Failure(
    Status.FAILED,
    "Something unexpected went wrong. Refresh to try again; if it happens again, send the log"
    " to support.",
)

_log = logging.getLogger(__name__)


class _Failed(NamedTuple):
    failure: Failure
    at: float


def _judge(failure: Failure, known: Known | None) -> Outcome:
    """Tell what a line item shows that failed: the values known before, if any."""
    if known is None:
        return judge_failure(failure, None)
    return known.outcome._replace(status=failure.status, message=failure.cause)


class Loader:
    """Looks up line items for formulas; any number of threads may use it.

    Args:
        tools: what asks and remembers; its cancel event ends everything.
        recalculation: what calculates cells again.
        clock: measures waits.
        limits: how long they are.
    """

    def __init__(
        self,
        tools: JobTools,
        recalculation: Recalculation,
        *,
        clock: Clock,
        limits: Limits | None = None,
    ) -> None:
        self._tools = tools
        self._recalculation = recalculation
        self._clock = clock
        self._limits = limits or Limits()
        self._memory = Memory(tools)
        self._lock = threading.Lock()
        self._key_came = threading.Event()
        # Guarded by the lock:
        self._gathering = Gathering()
        self._asked_for: set[LineItem] = set()
        self._cells: Waiting[str] = Waiting()
        self._arrays: Waiting[threading.Event] = Waiting()
        self._failed: dict[LineItem, _Failed] = {}
        self._refused: _Failed | None = None
        self._patience = Patience(self._limits.wait_s)
        self._thread: threading.Thread | None = None
        # Whether the run that goes on was given all that there was.
        self._gave_all = False

    def look_up(
        self, line_items: Collection[LineItem], cell: str, *, waits: bool = False
    ) -> dict[LineItem, Outcome]:
        """Tell what is known of line items, and ask for the rest.

        Args:
            line_items: distinct ones.
            cell: is calculated again when the rest is in; empty for none.
            waits: whether the formula may hold up Excel for a moment, and its cell be calculated
                again when a part of the rest is in.

        Returns:
            The outcomes; line items without one are being asked for. So are those with an old
            one that may have changed.

        Raises:
            StoreError: the store cannot be read.
        """
        self._recalculation.called(cell)
        ready = threading.Event()
        with self._lock:
            found, missing = self._sort(line_items)
            fresh = self._ask_for(missing)
            if not (waits and fresh):
                self._calculate_later(cell, missing, half=waits)
                return found
            self._arrays.add(ready, missing)
        self._hold_up(ready)
        with self._lock:
            self._arrays.remove(ready)
            found, missing = self._sort(line_items)
            self._ask_for(missing)  # nearly always they are asked for already
            self._calculate_later(cell, missing, half=True)
            return found

    def close(self) -> None:
        """End asking; what was asked for ends as cancelled."""
        self._tools.cancel.set()
        self._key_came.set()
        thread = self._thread
        if thread is not None:
            thread.join()

    def _sort(
        self, line_items: Collection[LineItem]
    ) -> tuple[dict[LineItem, Outcome], list[LineItem]]:
        """Tell what is known, and which line items are or must be asked for."""
        now, limits = self._tools.now(), self._limits
        after = now - limits.ask_again_s
        # A clock that was put back would make every answer too old, and each one be asked again.
        if limits.asks_again_before <= now:
            after = max(after, limits.asks_again_before)
        known = self._memory.known(line_items)
        found, missing = {}, []
        for line in line_items:
            one = known.get(line)
            if one is not None and (one.settled or one.answered_at >= after):
                found[line] = one.outcome
            elif failure := self._failure(line, now):
                found[line] = _judge(failure, one)
            else:
                missing.append(line)
                if one is not None:
                    found[line] = one.outcome  # better than nothing until there is news
        return found, missing

    def _failure(self, line_item: LineItem, now: float) -> Failure | None:
        """Give the failure that still stands for a line item."""
        failed, refused = self._failed.get(line_item), self._refused
        if failed is not None:
            if 0 <= now - failed.at < self._limits.ask_again_s:
                return failed.failure
            del self._failed[line_item]
        if refused is not None and line_item not in self._asked_for:
            if 0 <= now - refused.at < self._limits.refused_s:
                return refused.failure
            self._refused = None
        return None

    def _ask_for(self, line_items: Iterable[LineItem]) -> list[LineItem]:
        """Ask for line items, and tell about which ones nobody has asked yet."""
        fresh = [line for line in line_items if line not in self._asked_for]
        if fresh:
            self._start()
            self._asked_for.update(fresh)
            self._gathering.add(fresh, self._clock.now())
            self._key_came.set()
        return fresh

    def _start(self) -> None:
        """Start the asking thread, which waits for the lock; without one nothing is asked for."""
        if self._thread is None:
            thread = threading.Thread(target=self._work, name="xlsx-addin-formulas", daemon=True)
            thread.start()
            self._thread = thread

    def _calculate_later(self, cell: str, missing: Sequence[LineItem], *, half: bool) -> None:
        """Have a cell calculated when line items are in: a long array by and by.

        The half that was asked for first comes first; calculated again, the array waits for
        half of the rest, so that even one of days costs few calculations.
        """
        if missing:
            first = max(BATCH_SIZE, len(missing) // 2)
            self._cells.add(cell, missing[:first] if half else missing)

    def _hold_up(self, ready: threading.Event) -> None:
        began = self._clock.now()
        with self._lock:
            left_s = self._patience.left_s(began)
        self._clock.wait(left_s, ready)
        with self._lock:
            self._patience.spend(began, self._clock.now())

    # What follows runs on the asking thread.

    def _work(self) -> None:
        while self._has_work(ends_thread=True):
            try:
                with asking_as_they_come(self._tools) as ask:
                    self._serve(ask)
            except SettingError as error:
                self._give_up(Failure(Status.NOT_ALLOWED, str(error)))
            except XlsxAddinError as error:
                self._give_up(Failure(Status.FAILED, str(error)))
            except Exception:  # noqa: BLE001  # logged; no cell may be left waiting
                _log.exception("Asking for formulas broke off")
                self._give_up(_BROKEN)

    def _serve(self, ask: AskAsTheyCome) -> None:
        """Ask with one client until nobody has asked for a while, or it gets a verdict."""
        while self._wait_for_work():
            self._gave_all = False
            failure = _ENDED
            with closing(ask(self._next_batch)) as batches:
                for batch in batches:
                    failures = [one for one in batch.values() if isinstance(one, Failure)]
                    failure = failures[-1] if failures else failure
                    self._receive(batch)
            if not self._gave_all:
                # It ended before all was given to it, so nobody may go on.
                self._give_up(failure)
                return

    def _has_work(self, *, ends_thread: bool = False) -> bool:
        with self._lock:
            self._key_came.clear()
            if not self._asked_for and ends_thread:
                self._thread = None
            return bool(self._asked_for)

    def _wait_for_work(self) -> bool:
        if self._has_work():
            return True
        if self._tools.cancel.is_set():
            return False
        self._clock.wait(self._limits.idle_s, self._key_came)
        return self._has_work()

    def _next_batch(self, stop: threading.Event) -> Sequence[LineItem]:
        """Wait until a batch is due; give none once all that was given is answered."""
        while True:
            with self._lock:
                due_in = self._gathering.due_in(self._clock.now())
                if due_in == 0:
                    return self._gathering.take()
                if due_in is None and not self._asked_for:
                    self._gave_all = True
                    return ()
            wait_s = _LOOK_S if due_in is None else min(due_in, _LOOK_S)
            if self._clock.wait(wait_s, stop):
                return ()

    def _receive(self, batch: Mapping[LineItem, Answer | Failure]) -> None:
        failures = {line: one for line, one in batch.items() if isinstance(one, Failure)}
        self._memory.read([line for line in batch if line not in failures])
        at = self._tools.now()
        with self._lock:
            for line in batch:
                self._failed.pop(line, None)
            self._failed |= {line: _Failed(one, at) for line, one in failures.items()}
        self._settle(batch)

    def _give_up(self, failure: Failure) -> None:
        """End all that is asked for in one failure."""
        at = self._tools.now()
        with self._lock:
            lines = list(self._asked_for)
            self._gathering.clear()
            self._failed |= dict.fromkeys(lines, _Failed(failure, at))
            if failure.status is Status.NOT_ALLOWED:
                self._refused = _Failed(failure, at)
        self._settle(lines)

    def _settle(self, line_items: Collection[LineItem]) -> None:
        with self._lock:
            self._asked_for.difference_update(line_items)
            arrays = self._arrays.settle(line_items)
            cells = [cell for cell in self._cells.settle(line_items) if cell]
            all_in = not self._asked_for
        for ready in arrays:
            ready.set()
        if cells:
            self._recalculation.recalculate(cells)
        if all_in:
            self._recalculation.finish()
