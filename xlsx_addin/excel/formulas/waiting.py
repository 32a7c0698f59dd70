"""Who waits for which line items."""

from collections.abc import Collection, Hashable, Iterable
from typing import Generic, TypeVar

from xlsx_addin.core.line_items import LineItem

Waiter = TypeVar("Waiter", bound=Hashable)


class Waiting(Generic[Waiter]):
    """Waiters and the line items that each of them waits for, for one thread at a time."""

    def __init__(self) -> None:
        self._missing: dict[Waiter, set[LineItem]] = {}
        self._waiters: dict[LineItem, set[Waiter]] = {}

    def add(self, waiter: Waiter, line_items: Collection[LineItem]) -> None:
        """Note that somebody waits, also for what was noted before.

        Args:
            waiter: who.
            line_items: for what.
        """
        self._missing.setdefault(waiter, set()).update(line_items)
        for line_item in line_items:
            self._waiters.setdefault(line_item, set()).add(waiter)

    def remove(self, waiter: Waiter) -> None:
        """Note that somebody waits no more.

        Args:
            waiter: who.
        """
        for line_item in self._missing.pop(waiter, ()):
            waiters = self._waiters[line_item]
            waiters.discard(waiter)
            if not waiters:
                del self._waiters[line_item]

    def settle(self, line_items: Iterable[LineItem]) -> list[Waiter]:
        """Note that line items need not be waited for any more.

        Args:
            line_items: which.

        Returns:
            Those who have now all that they waited for.
        """
        ready: dict[Waiter, None] = {}
        for line_item in line_items:
            for waiter in self._waiters.pop(line_item, ()):
                missing = self._missing[waiter]
                missing.discard(line_item)
                if not missing:
                    del self._missing[waiter]
                    ready[waiter] = None
        return list(ready)
