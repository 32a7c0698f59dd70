"""How far a job is, told by its thread and shown by others: the window, Excel's status bar."""

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from xlsx_addin.core.outcomes import Status
from xlsx_addin.excel.time_left import AMAZON_PACE, PACES, Pace, TimeLeft, time_left_in_words
from xlsx_addin.jobs.progress import LINE_ITEMS

READING: Final = "Reading the workbook"
ASKING: Final = "Asking Amazon"
WRITING: Final = "Writing the results"
STOPPING: Final = "Stopping: finished rows are written, the rest becomes Cancelled"
WAITING: Final = "waiting for Amazon"

_LONGEST_LINE: Final = 200  # Excel's status bar takes 255 characters


@dataclass(frozen=True, slots=True)
class ProgressView:
    """How far a job is at one moment.

    Args:
        title: what the job does.
        sentence: what is done just now.
        done: line items that are answered.
        total: line items that are asked about, 0 before asking begins.
        fraction: the part that is done, None if there is nothing to measure it by.
        seconds_left: an estimate of what asking still takes, None if nobody can tell.
        time_left: the same in words, empty if there is nothing to say.
        statuses: answered line items per status word, without those that have none.
        line: all of it in one line, for Excel's status bar.
        what: what is asked about.
    """

    title: str
    sentence: str
    done: int
    total: int
    fraction: float | None
    seconds_left: float | None
    time_left: str
    statuses: Mapping[Status, int]
    line: str
    what: str = LINE_ITEMS


class ProgressState:
    """Keeps how far a job is; any thread may tell it and any may ask.

    Args:
        clock: gives seconds that never run backwards.
        title: what the job does.
        pace: how fast Amazon is expected to answer; None for what is usual.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        title: str = "Refreshing invoices",
        pace: Pace | None = None,
    ) -> None:
        self._clock = clock
        self._title = title
        self._pace = pace
        self._lock = threading.Lock()
        self._sentence = READING
        self._done = self._total = 0
        self._what = LINE_ITEMS
        self._statuses: Counter[Status] = Counter()
        self._time_left: TimeLeft | None = None
        self._stopping = False

    def begin(self, count: int, what: str = LINE_ITEMS) -> None:
        """Begin to ask about this many line items, or whatever else is asked about."""
        with self._lock:
            self._done, self._total, self._what = 0, count, what
            self._statuses.clear()
            pace = self._pace or PACES.get(what, AMAZON_PACE)
            self._time_left = TimeLeft(count, self._clock(), pace)
            if not self._stopping:
                self._sentence = ASKING

    def advance(self, count: int) -> None:
        """So many more of them are answered."""
        with self._lock:
            self._done += count
            if self._time_left is not None:
                self._time_left.advance(count, self._clock())

    def count(self, statuses: Mapping[Status, int]) -> None:
        """So many line items more got these status words."""
        with self._lock:
            self._statuses.update(statuses)

    def end(self) -> None:
        """Nothing more is asked about."""
        with self._lock:
            self._time_left = None
            if not self._stopping:
                self._sentence = WRITING

    def say(self, sentence: str) -> None:
        """Tell what is done now, such as saving a workbook."""
        with self._lock:
            self._sentence = sentence

    def stop(self) -> None:
        """Tell that the user wants the job to stop."""
        with self._lock:
            if not self._stopping:
                self._stopping, self._sentence = True, STOPPING

    def view(self) -> ProgressView:
        """Tell how far the job is now."""
        with self._lock:
            seconds = self._seconds_left()
            time_left = self._words(seconds)
            return ProgressView(
                title=self._title,
                sentence=self._sentence,
                done=self._done,
                total=self._total,
                what=self._what,
                fraction=min(1.0, self._done / self._total) if self._total else None,
                seconds_left=seconds,
                time_left=time_left,
                statuses=MappingProxyType(
                    {one: self._statuses[one] for one in Status if self._statuses[one]}
                ),
                line=self._line(time_left),
            )

    def _seconds_left(self) -> float | None:
        if self._time_left is None or self._stopping:
            return None
        return self._time_left.seconds(self._clock())

    def _words(self, seconds: float | None) -> str:
        if self._time_left is None or self._stopping:
            return ""
        return WAITING if seconds is None else time_left_in_words(seconds)

    def _line(self, time_left: str) -> str:
        now = self._sentence
        if time_left:
            now = f"{self._done:,} of {self._total:,} {self._what}, {time_left}"
        line = f"{self._title}: {now}"
        return line if len(line) <= _LONGEST_LINE else f"{line[: _LONGEST_LINE - 1]}…"
