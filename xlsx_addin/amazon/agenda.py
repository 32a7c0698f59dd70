"""What is still to be asked: batches, and the halves of batches that Amazon refuses."""

import heapq
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic

from xlsx_addin.core.line_items import BATCH_SIZE
from xlsx_addin.core.plan import Item, batches


@dataclass(slots=True)
class _Batch:
    """A whole batch and how many of its items were refused on their own."""

    size: int
    refused: int = 0


@dataclass(order=True, frozen=True, slots=True)
class Part(Generic[Item]):
    """What one request asks: a batch or a part of one.

    Args:
        batch_number: the earliest batch is asked first, so that its parts go before new
            batches.
        number: the order of parts.
        items: what to ask about.
        batch: which batch it is of.
    """

    batch_number: int
    number: int
    items: Sequence[Item] = field(compare=False)
    batch: _Batch = field(compare=False)

    def __hash__(self) -> int:
        return self.number


class Agenda(Generic[Item]):
    """What is still to be asked, for one thread at a time.

    Args:
        items: distinct ones.
        batch_size: how many one request may ask about.
    """

    def __init__(self, items: Iterable[Item], batch_size: int = BATCH_SIZE) -> None:
        self._parts: list[Part[Item]] = []
        self._numbers = itertools.count()
        self._batch_numbers = itertools.count()
        self._batch_size = batch_size
        self.refused_batches = 0
        self.add(items)

    def __len__(self) -> int:
        return len(self._parts)

    def add(self, items: Iterable[Item]) -> None:
        """Put items at the end.

        Args:
            items: distinct ones that were not on the agenda before.
        """
        for batch in batches(list(items), self._batch_size):
            self._add(next(self._batch_numbers), batch, _Batch(len(batch)))

    def take(self) -> Part[Item] | None:
        """Give what is to be asked next, None if there is nothing."""
        return heapq.heappop(self._parts) if self._parts else None

    def refuse(self, part: Part[Item]) -> bool:
        """Note that Amazon refuses a part: its halves are to be asked instead.

        Returns:
            Whether it cannot be halved: its only item is refused.
        """
        if len(part.items) == 1:
            part.batch.refused += 1
            # One item alone is no batch that would tell anything about the API.
            self.refused_batches += 1 < part.batch.size == part.batch.refused
            return True
        middle = (len(part.items) + 1) // 2
        for half in (part.items[:middle], part.items[middle:]):
            self._add(part.batch_number, half, part.batch)
        return False

    def _add(self, batch_number: int, items: Sequence[Item], batch: _Batch) -> None:
        part = Part(batch_number, next(self._numbers), items, batch)
        heapq.heappush(self._parts, part)
