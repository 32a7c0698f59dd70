"""What the loader of the formulas expects of those around it, and its times."""

import threading
from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol


class Clock(Protocol):
    """The time, and a way to let it pass."""

    def now(self) -> float:
        """Tell the seconds since any fixed moment; never goes back."""
        ...

    def wait(self, seconds: float, cancel: threading.Event) -> bool:
        """Let seconds pass, fewer if the event is set; tell whether it is."""
        ...


class Recalculation(Protocol):
    """What calculates cells again."""

    def recalculate(self, cells: Collection[str]) -> None:
        """Calculate cells again soon.

        Args:
            cells: as the formulas named them.
        """
        ...

    def called(self, cell: str) -> None:
        """Note that a cell was calculated.

        Args:
            cell: as its formula named it.
        """
        ...

    def finish(self) -> None:
        """Look for cells that were moved meanwhile: nothing is asked for any more."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """The times of a loader, in seconds.

    Args:
        wait_s: how long formulas may hold up Excel.
        ask_again_s: after which an answer that may change is asked for again.
        asks_again_before: answers that may change are asked for again if they came before
            this moment, in seconds since 1970.
        refused_s: for how long nobody asks after the sign-in was refused.
        idle_s: how long a client is kept for the next question.
    """

    wait_s: float = 2.0
    ask_again_s: float = 14_400.0
    asks_again_before: float = 0.0
    refused_s: float = 900.0
    idle_s: float = 60.0
