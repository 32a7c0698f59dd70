"""How long formulas may hold up Excel."""

from typing import Final

_SHARE: Final = 0.1
"""The share of the time that Excel may be held up in the long run."""


class Patience:
    """Time that formulas may let Excel wait for answers; used up, they answer at once.

    A sheet may have many formulas, which Excel calculates one after the other: the limit holds
    for all of them together, and comes back slowly.

    Args:
        limit_s: seconds at once.
    """

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._left_s = limit_s
        self._at: float | None = None

    def left_s(self, now: float) -> float:
        """Tell how many seconds Excel may be held up now.

        Args:
            now: a monotonic clock.
        """
        if self._at is not None:
            self._left_s = min(self._limit_s, self._left_s + (now - self._at) * _SHARE)
        self._at = now
        return self._left_s

    def spend(self, began: float, now: float) -> None:
        """Note that Excel was held up.

        Args:
            began: since when.
            now: until when.
        """
        self.left_s(now)
        self._left_s = max(0.0, self._left_s - (now - began))
