"""When the line items of single cells go on their way together."""

from collections.abc import Iterable
from typing import Final

from xlsx_addin.core.line_items import BATCH_SIZE, LineItem

QUIET_S: Final = 0.1
"""Seconds without another line item after which nobody waits for a full batch."""

OLDEST_S: Final = 1.0
"""Seconds that a line item waits for a full batch at most."""


class Gathering:
    """Line items that wait to be asked about, for one thread at a time.

    Args:
        size: how many go in one request.
    """

    def __init__(self, size: int = BATCH_SIZE) -> None:
        self._size = size
        self._since: dict[LineItem, float] = {}
        self._latest = 0.0

    def __len__(self) -> int:
        return len(self._since)

    def add(self, line_items: Iterable[LineItem], now: float) -> None:
        """Put line items at the end; those that wait already keep their place.

        Args:
            line_items: any number of them.
            now: a monotonic clock.
        """
        for line_item in line_items:
            self._since.setdefault(line_item, now)
            self._latest = now

    def due_in(self, now: float) -> float | None:
        """Tell after how many seconds the next batch may go, None if nothing waits.

        Args:
            now: the same clock.
        """
        if not self._since:
            return None
        if len(self._since) >= self._size:
            return 0.0
        oldest = next(iter(self._since.values()))
        return max(0.0, min(self._latest + QUIET_S, oldest + OLDEST_S) - now)

    def take(self) -> list[LineItem]:
        """Give the next batch: those that wait longest."""
        batch = [line for line, _ in zip(self._since, range(self._size), strict=False)]
        for line_item in batch:
            del self._since[line_item]
        return batch

    def clear(self) -> None:
        """Let go of all that waits."""
        self._since.clear()
