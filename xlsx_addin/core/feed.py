"""The feed of transactions: a range of feed dates, cut into windows that are asked page by page.

Windows end where weeks do, whatever range is asked for, so that ranges which overlap share them.
"""

from datetime import UTC, datetime, time, timedelta
from typing import Final, NamedTuple

from xlsx_addin.core.outcomes import Failure

SETTLED_AFTER_S: Final = 86_400.0
"""Seconds after its end from which on nothing new comes into a window."""

_GROWS_AFTER_S: Final = 3_600.0
"""Seconds after which a window that was not settled may have grown."""

_WEEK: Final = timedelta(days=7)


class Window(NamedTuple):
    """A part of the feed.

    Args:
        start: the first feed date, in UTC, whole seconds.
        end: the feed date after the last.
    """

    start: datetime
    end: datetime


class Continuation(NamedTuple):
    """Where to go on with a window.

    Args:
        window: which one.
        page: number of the next page, from 0.
        token: asks for it; empty for page 0.
    """

    window: Window
    page: int = 0
    token: str = ""


class FeedPage(NamedTuple):
    """A page as it came.

    Args:
        window: that it is of.
        number: from 0.
        body: the answer, JSON.
        next_page_token: asks for the next one; empty if this is the last.
        damaged: how many of its entries cannot be read.
    """

    window: Window
    number: int
    body: bytes
    next_page_token: str = ""
    damaged: int = 0


class WindowFailed(NamedTuple):
    """A window that did not come to its end.

    Args:
        window: which one.
        failure: why.
    """

    window: Window
    failure: Failure


class FeedRecord(NamedTuple):
    """What is known of a window.

    Args:
        began_at: when its first page came, seconds since 1970.
        pages: how many came.
        next_page_token: asks for the next one; empty if all came.
        damaged: how many entries of its pages cannot be read.
    """

    began_at: float
    pages: int
    next_page_token: str = ""
    damaged: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether all pages came."""
        return not self.next_page_token

    def can_go_on(self, window: Window, now: float) -> bool:
        """Say whether its next page still belongs to those that came.

        Args:
            window: that it is about.
            now: seconds since 1970.
        """
        grows = window.end.timestamp() > self.began_at - SETTLED_AFTER_S
        return (
            self.pages > 0
            and not self.is_complete
            and not (grows and now > self.began_at + _GROWS_AFTER_S)
        )

    def is_settled(self, window: Window) -> bool:
        """Say whether asking again would bring nothing new.

        Args:
            window: that it is about.
        """
        lay_back = window.end.timestamp() <= self.began_at - SETTLED_AFTER_S
        return self.is_complete and lay_back and not self.damaged


def cut(start: datetime, end: datetime) -> list[Window]:
    """Cut a range into windows: whole weeks from Monday 00:00 UTC, and what is left at its ends.

    Args:
        start: the first feed date, with a time zone.
        end: the feed date after the last, with a time zone.
    """
    windows = []
    start, end = _whole(start), _whole(end)
    while start < end:
        monday = datetime.combine(start.date() - timedelta(days=start.weekday()), time(), UTC)
        windows.append(Window(start, min(monday + _WEEK, end)))
        start = windows[-1].end
    return windows


def _whole(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
