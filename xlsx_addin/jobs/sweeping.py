"""Sweeping a range of the feed of transactions: only what is not known yet is asked for.

Every page is in the store before anything else is done with it; a sweep that was stopped goes on
at the page where it was. Any job that needs the transactions of some time does::

    sweep = Sweep(tools, start, end)
    sweep.ask()
    for transaction in sweep.transactions():
        ...
"""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime

from xlsx_addin.core.answers import Unreadable
from xlsx_addin.core.feed import Continuation, FeedPage, Window, WindowFailed, cut
from xlsx_addin.core.outcomes import Failure
from xlsx_addin.core.transactions import Transaction, read_transactions
from xlsx_addin.jobs.tools import JobTools, TransactionSource


class Sweep:
    """The transactions whose feed date is in a range.

    Args:
        tools: what the job works with.
        start: the first feed date, with a time zone.
        end: the feed date after the last, with a time zone; what lies in the future is left
            out.
        anew: ask also for what is known.

    Attributes:
        windows: the parts of the range.
        to_ask: where asking begins with those that are not known.
        failures: why windows that were asked for are not complete.
        pages: how many came.
        requests: calls of getTransactions with their repetitions.
        retries: repetitions among them.
        throttled: answers of 429 among them.
    """

    def __init__(
        self, tools: JobTools, start: datetime, end: datetime, *, anew: bool = False
    ) -> None:
        now = datetime.fromtimestamp(tools.now() // 60 * 60, tz=end.tzinfo)
        self.windows = cut(start, min(end, now))
        self.to_ask = _to_ask(tools, self.windows, anew=anew)
        self.failures: dict[Window, Failure] = {}
        self.pages = self.requests = self.retries = self.throttled = 0
        self._tools = tools

    @property
    def known(self) -> int:
        """How many windows need not be asked for."""
        return len(self.windows) - len(self.to_ask)

    def ask(self) -> None:
        """Ask for what is not known, and keep it.

        Raises:
            SettingError: the sign-in is not set up.
            StoreError: pages cannot be kept; asking ends.
        """
        tools = self._tools
        if not self.to_ask:
            return
        tools.progress.begin(len(self.to_ask), "weeks")
        try:
            with tools.connect() as amazon:
                source = amazon.transactions
                try:
                    self._keep_pages(source)
                finally:
                    counts = source.counts
                    self.requests, self.retries = counts.requests, counts.retries
                    self.throttled = counts.throttled
        finally:
            tools.progress.end()

    def transactions(self) -> Iterator[Transaction]:
        """Give the transactions of all windows that are complete, as far as they can be read.

        Raises:
            StoreError: the store cannot be read.
        """
        tools = self._tools
        known = tools.store.feed(tools.account, self.windows)
        for window in self.windows:
            if window in known and known[window].is_complete:
                for body in tools.store.feed_pages(tools.account, window):
                    page = read_transactions(json.loads(body))
                    yield from () if isinstance(page, Unreadable) else page.transactions

    def incomplete(self) -> list[Window]:
        """List the windows whose transactions are not all there.

        Raises:
            StoreError: the store cannot be read.
        """
        known = self._tools.store.feed(self._tools.account, self.windows)
        return [one for one in self.windows if one not in known or not known[one].is_complete]

    def damaged(self) -> int:
        """Count the entries that cannot be read.

        Raises:
            StoreError: the store cannot be read.
        """
        known = self._tools.store.feed(self._tools.account, self.windows)
        return sum(record.damaged for record in known.values())

    def _keep_pages(self, source: TransactionSource) -> None:
        tools = self._tools
        # A generator that is left early ends its worker threads only when it is closed.
        with closing(source.ask(self.to_ask, tools.cancel)) as coming:
            for one in coming:
                if isinstance(one, WindowFailed):
                    self.failures[one.window] = one.failure
                else:
                    self._keep(one)

    def _keep(self, page: FeedPage) -> None:
        tools = self._tools
        tools.store.save_page(tools.account, page, at=tools.now())
        self.pages += 1
        if not page.next_page_token:
            tools.progress.advance(1)


def _to_ask(tools: JobTools, windows: list[Window], *, anew: bool) -> list[Continuation]:
    """Tell where asking begins; a window that was not asked to its end goes on there."""
    known = tools.store.feed(tools.account, windows)
    now, starts = tools.now(), []
    for window in windows:
        record = known.get(window)
        if record is not None and record.can_go_on(window, now):
            starts.append(Continuation(window, record.pages, record.next_page_token))
        elif record is None or anew or not record.is_settled(window):
            starts.append(Continuation(window))
    return starts
