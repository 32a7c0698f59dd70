"""How long asking Amazon still takes.

Amazon lets the first requests through at once and the rest at a steady pace, so the speed of the
first seconds would promise far too much. The estimate therefore starts from the pace that is
known, leaves the burst out of what it measures, and lets the speed of the last half minute take
over.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final

from xlsx_addin.core.wording import counted


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast line items may be asked about.

    Args:
        at_once: line items that go through without waiting.
        per_second: line items a second after them.
    """

    at_once: float
    per_second: float


AMAZON_PACE: Final = Pace(at_once=10 * 25, per_second=2 * 25)

PACES: Final = {"weeks": Pace(at_once=10, per_second=1), "PDFs": Pace(at_once=15, per_second=0.1)}
"""Of what is asked about otherwise than 25 at a time; a week has about two pages."""

_BURST_S: Final = 2.0  # after the first answer: how long answers of the burst come in
_RECENT_S: Final = 30.0
_TRUST_S: Final = 5.0  # what the known pace weighs, in seconds of measuring, at first
_LEAST_SPEED: Final = 0.1
_STALLED_S: Final = 20.0
_LEAST_S: Final = 1.0


class TimeLeft:
    """An estimate that is fed with what is answered.

    Args:
        total: line items that are asked about.
        now: when asking begins, in seconds.
        pace: the pace that is expected.
    """

    def __init__(self, total: int, now: float, pace: Pace = AMAZON_PACE) -> None:
        self._total = total
        self._done = 0
        self._began = now
        self._pace = pace
        self._first: float | None = None
        self._last = now
        self._recent: deque[tuple[float, int]] = deque()

    def advance(self, line_items: int, now: float) -> None:
        """Take note that so many more line items are answered.

        Args:
            line_items: how many.
            now: when, in seconds.
        """
        self._done += line_items
        self._last = now
        if self._first is None:
            self._first = now
        if now >= self._first + _BURST_S:
            self._recent.append((now, line_items))

    def seconds(self, now: float) -> float | None:
        """Estimate the seconds that are left, None if nobody can tell.

        Args:
            now: the present, in seconds.
        """
        if now - self._last >= _STALLED_S:
            return None
        # What the burst lets through at once takes no time of its own.
        left = self._total - max(self._done, self._burst(now))
        return max(_LEAST_S, left / self._speed(now)) if self._done < self._total else 0.0

    def _burst(self, now: float) -> float:
        return self._pace.at_once if self._measured_since(now) is None else 0.0

    def _measured_since(self, now: float) -> float | None:
        """Tell when measuring began, None while the burst may still be coming in."""
        if self._first is None or now <= self._first + _BURST_S:
            return None
        return max(self._first + _BURST_S, now - _RECENT_S)

    def _speed(self, now: float) -> float:
        since = self._measured_since(now)
        if since is None:
            beyond_burst = self._done - self._pace.at_once
            return max(self._pace.per_second, beyond_burst / max(now - self._began, 0.1))
        while self._recent and self._recent[0][0] < since:
            self._recent.popleft()
        answered = sum(count for _, count in self._recent)
        measured = now - since
        trust = _TRUST_S * (1 - measured / _RECENT_S)
        return max(_LEAST_SPEED, (self._pace.per_second * trust + answered) / (trust + measured))


def time_left_in_words(seconds: float) -> str:
    """Put an estimate into words that do not promise more than it can hold.

    Args:
        seconds: what is left.
    """
    if seconds < 10:
        return "a few seconds left"
    if seconds < 50:
        return f"about {10 * round(seconds / 10)} seconds left"
    minutes = max(1, round(seconds / 60))
    if minutes >= 10:
        minutes = 5 * round(minutes / 5)
    hours, minutes = divmod(minutes, 60)
    parts = [
        counted(count, word) for count, word in ((hours, "hour"), (minutes, "minute")) if count
    ]
    return f"about {' '.join(parts)} left"
