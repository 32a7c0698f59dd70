"""What this process remembers of the store, so that a recalculation costs next to nothing."""

import threading
from collections.abc import Collection
from typing import Final, NamedTuple

from xlsx_addin.core.judging import judge
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import Outcome
from xlsx_addin.jobs.tools import JobTools

_CHECKED_EVERY_S: Final = 1.0
"""How old the news may be that another process has saved something."""

MOST: Final = 400_000
"""Line items that are remembered at most, some 0.3 kB each."""


class Known(NamedTuple):
    """What is known of a line item.

    Args:
        outcome: what its cells show.
        settled: whether nothing is expected to change.
        answered_at: when Amazon said so, in seconds since 1970.
    """

    outcome: Outcome
    settled: bool
    answered_at: float


class Memory:
    """What was read from the store; forgotten when another process saves into it.

    Threads may share it.

    Args:
        tools: store, account, time zone and wall clock.
        most: how many line items are remembered; once there are more, those of now only.
    """

    def __init__(self, tools: JobTools, most: int = MOST) -> None:
        self._tools = tools
        self._most = most
        self._lock = threading.Lock()
        self._known: dict[LineItem, Known] = {}
        self._revision: int | None = None
        self._checked_at = float("-inf")

    def known(self, line_items: Collection[LineItem]) -> dict[LineItem, Known]:
        """Look up what is known of line items; absent keys are not known.

        Args:
            line_items: any number of them.

        Raises:
            StoreError: the store cannot be read.
        """
        self._notice_others()
        known = self._known
        found = {line: known[line] for line in line_items if line in known}
        if len(found) < len(line_items):
            found |= self.read([line for line in line_items if line not in found])
        return found

    def read(self, line_items: Collection[LineItem]) -> dict[LineItem, Known]:
        """Read line items from the store, whatever is remembered of them.

        Args:
            line_items: any number of them.

        Raises:
            StoreError: the store cannot be read.
        """
        tools = self._tools
        # Under the lock, so that what was read first is not remembered last.
        with self._lock:
            found = {
                line: Known(judge(one, tools.zone), one.answer.is_settled, one.answered_at)
                for line, one in tools.store.known(tools.account, line_items).items()
            }
            if len(self._known) + len(found) > self._most:
                self._known = {}  # of workbooks that may be closed for days
            if len(found) <= self._most:
                self._known |= found
        return found

    def _notice_others(self) -> None:
        now = self._tools.now()
        if 0 <= now - self._checked_at < _CHECKED_EVERY_S:
            return
        self._checked_at = now
        # Under the lock, so that nothing is remembered that was read before.
        with self._lock:
            revision = self._tools.store.revision()
            if revision != self._revision:
                self._revision = revision
                self._known = {}
