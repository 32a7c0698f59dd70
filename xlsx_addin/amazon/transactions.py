"""The transactions of an account, page by page, from Amazon Business' Reconciliation API."""

import logging
import queue
import threading
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from datetime import datetime
from typing import Final

from xlsx_addin.amazon.counts import Counts
from xlsx_addin.amazon.crew import Crew
from xlsx_addin.amazon.errors import Refusal, decoded, unreadable
from xlsx_addin.amazon.funnel import Operation, Question
from xlsx_addin.amazon.session import Session
from xlsx_addin.amazon.transport import HttpResponse
from xlsx_addin.amazon.verdicts import ends_run, failure_of
from xlsx_addin.amazon.waiting import POLL_S, Cancelled
from xlsx_addin.core.answers import Unreadable
from xlsx_addin.core.feed import Continuation, FeedPage, WindowFailed
from xlsx_addin.core.outcomes import Failure, Status
from xlsx_addin.core.transactions import read_transactions
from xlsx_addin.errors import RequestRefused, XlsxAddinError

TRANSACTIONS: Final = Operation("getTransactions", "GET", "/reconciliation/2021-01-08/transactions")

_MOST_WORKERS: Final = 16
"""Windows in flight; with a second an answer more than the rate asks for."""

_CANCELLED: Final = Failure(
    Status.CANCELLED, "Stopped before all pages of these days came. Start again to go on."
)
_LOST: Final = Failure(
    Status.FAILED,
    "The program lost this question, by an error of its own. Start again; if it happens once"
    " more, send the log to support.",
)

_log = logging.getLogger(__name__)


class TransactionClient:
    """Asks Amazon for transactions; any number of threads may use it.

    Args:
        session: the account's way to Amazon.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._funnel = session.funnel(TRANSACTIONS)

    @property
    def counts(self) -> Counts:
        """What asking has cost so far, over all runs of this client."""
        return self._funnel.counts

    def ask(
        self, starts: Sequence[Continuation], cancel: threading.Event
    ) -> Generator[FeedPage | WindowFailed, None, None]:
        """Ask for the pages of windows; those of one window come in order.

        Args:
            starts: where to begin with each window. One whose token Amazon refuses begins
                anew, with page 0.
            cancel: set by whoever wants it to stop.

        Yields:
            Pages as they come. A window ends with a page without a token for the next one, or
            with the failure that stopped it. Close the generator if you leave it before its
            end: its worker threads end then.
        """
        return _Sweep(self, starts, cancel, self._session).results()

    def page(self, at: Continuation, cancel: threading.Event) -> FeedPage:
        """Ask for one page.

        Args:
            at: which one.
            cancel: ends all waiting.

        Raises:
            XlsxAddinError, Cancelled: see `Funnel.call`.
        """
        query = {"feedStartDate": _instant(at.window.start), "feedEndDate": _instant(at.window.end)}
        if at.token:
            dates = query if self._session.options.repeats_dates else {}
            query = {**dates, "nextPageToken": at.token}

        def read(response: HttpResponse) -> FeedPage:
            return _read(at, response)

        return self._funnel.call(Question(query=query), read, cancel=cancel)


class _Sweep:
    """One run: worker threads that take a window each and ask for its pages one by one."""

    def __init__(
        self,
        client: TransactionClient,
        starts: Sequence[Continuation],
        cancel: threading.Event,
        session: Session,
    ) -> None:
        self._client = client
        self._starts = deque(starts)
        self._open = dict.fromkeys(start.window for start in starts)
        self._cancel = cancel
        self._clock = session.clock
        self._grace_s = session.options.grace_s
        self._received: queue.SimpleQueue[FeedPage | WindowFailed] = queue.SimpleQueue()
        self._crew = Crew(self._work, session.transport.interrupt)
        self._workers = min(len(starts), _MOST_WORKERS, session.options.max_workers)
        self._answered = False
        self._verdict: Failure | None = None

    def results(self) -> Generator[FeedPage | WindowFailed, None, None]:
        """Give what comes, on the caller's thread."""
        try:
            self._crew.start(self._workers)
            while self._open and not self._is_over():
                yield from self._receive()
            self._crew.stop.set()
            deadline = self._clock.now() + self._grace_s
            while self._open and self._crew.working and self._clock.now() < deadline:
                yield from self._receive()
            self._crew.end()
            while not self._received.empty():
                yield from self._receive()
            rest = self._verdict or (_CANCELLED if self._cancel.is_set() else _LOST)
            yield from [WindowFailed(window, rest) for window in self._open]
        finally:
            self._crew.end()

    def _is_over(self) -> bool:
        if self._cancel.is_set() or self._crew.stop.is_set():
            return True
        # In this order: the last worker leaves its results before it ends.
        return not self._crew.working and self._received.empty()

    def _receive(self) -> Iterator[FeedPage | WindowFailed]:
        try:
            one = self._received.get(timeout=POLL_S)
        except queue.Empty:
            return
        if isinstance(one, WindowFailed) or not one.next_page_token:
            del self._open[one.window]
        yield one

    def _work(self) -> None:
        while not self._crew.stop.is_set() and not self._cancel.is_set():
            try:
                start = self._starts.popleft()
            except IndexError:
                return
            self._ask(start)

    def _ask(self, start: Continuation) -> None:
        try:
            try:
                self._ask_pages(start)
            except RequestRefused:
                if not start.token:
                    raise
                # What stands in the way may be the token: it is of an earlier run.
                self._ask_pages(Continuation(start.window))
        except Cancelled:
            return
        except XlsxAddinError as error:
            failure = _failure_of(error)
            if ends_run(error) or (isinstance(error, RequestRefused) and not self._answered):
                self._verdict = self._verdict or failure
                self._crew.stop.set()
            self._received.put(WindowFailed(start.window, failure))
        except Exception:  # noqa: BLE001  # logged; no window may be lost
            _log.exception("A window was lost")
            self._received.put(WindowFailed(start.window, _LOST))

    def _ask_pages(self, at: Continuation) -> None:
        while not self._cancel.is_set():
            page = self._client.page(at, self._crew.stop)
            self._answered = True
            self._received.put(page)
            if not page.next_page_token:
                return
            at = Continuation(at.window, at.page + 1, page.next_page_token)


def _failure_of(error: XlsxAddinError) -> Failure:
    if isinstance(error, Refusal):
        return Failure(
            Status.FAILED,
            f"Amazon refuses to be asked for these days: {error.words} Send this message to"
            f" support. Amazon's request id: {error.request_id}.",
        )
    return failure_of(error)


def _instant(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _read(at: Continuation, response: HttpResponse) -> FeedPage:
    """Read a page.

    Raises:
        UnreadableAnswer: it is none, or asks for itself again.
    """
    page = read_transactions(decoded(response))
    if isinstance(page, Unreadable):
        raise unreadable(page.cause, response)
    if page.next_page_token and page.next_page_token == at.token:
        raise unreadable("the token of its next page is its own", response)
    return FeedPage(
        at.window, at.page, response.body, page.next_page_token, damaged=len(page.damaged)
    )
