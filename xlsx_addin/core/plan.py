"""The plan of a refresh: which line items are asked about, and which answers are known."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final, TypeVar

from xlsx_addin.core.answers import KnownAnswer
from xlsx_addin.core.dates import invoice_day
from xlsx_addin.core.line_items import BATCH_SIZE, LineItem

DAY_S: Final = 86_400.0
JUST_ASKED_S: Final = 600.0
"""How long an answer that may change counts as known where nobody asked for news of it."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Policy:
    """Which known answers are good enough.

    Args:
        ask_all: ask about every valid line (`--all`).
        recheck_days: also ask about settled lines first answered or dated less than this
            many days ago (`--recheck`), None for not.
        fresh_s: answers younger than this count as known, settled or not. For a refresh that
            follows another job, which people repeat to go on with that job.
    """

    ask_all: bool = False
    recheck_days: float | None = None
    fresh_s: float = 0.0

    @property
    def asks_settled(self) -> bool:
        """Whether settled lines may be asked about again."""
        return self.ask_all or self.recheck_days is not None

    @property
    def name(self) -> str:
        """A word for the record of a run."""
        if self.ask_all:
            return "all"
        return "missing" if self.recheck_days is None else f"recheck {self.recheck_days:g}"


def must_ask(
    known: KnownAnswer | None,
    policy: Policy,
    *,
    now: float,
    resumed_since: float | None = None,
    zone: tzinfo = UTC,
) -> bool:
    """Decide whether Amazon is asked about a line item.

    Args:
        known: what the store holds of it, None if nothing.
        policy: what the user wants.
        now: seconds since 1970.
        resumed_since: when an unfinished run began whose answers count as known.
        zone: where the day of an invoice is counted.
    """
    if known is None:
        return True
    if resumed_since is not None and known.answered_at >= resumed_since:
        return False
    if 0 <= now - known.answered_at < policy.fresh_s:
        return False
    if policy.ask_all or not known.answer.is_settled:
        return True
    if policy.recheck_days is None:
        return False
    since = now - policy.recheck_days * DAY_S
    return known.first_answered_at > since or _dated_since(known, since, zone)


def _dated_since(known: KnownAnswer, since: float, zone: tzinfo) -> bool:
    # Not fromtimestamp, which refuses times before 1970 on Windows.
    first_day = (_EPOCH + timedelta(seconds=since)).astimezone(zone).date()
    days = (
        invoice_day(detail.invoice_date, zone)
        for detail in known.answer.documents
        if detail.invoice_date
    )
    return any(day > first_day for day in days if day is not None)


def line_items_to_ask(
    line_items: Iterable[LineItem],
    known: Mapping[LineItem, KnownAnswer],
    policy: Policy,
    *,
    now: float,
    resumed_since: float | None = None,
    zone: tzinfo = UTC,
) -> list[LineItem]:
    """List the distinct line items that Amazon is asked about, in the order of the sheet.

    Args:
        line_items: the valid ones of a sheet, repeated ones included.
        known: what the store holds of them.
        policy: what the user wants.
        now: seconds since 1970.
        resumed_since: when an unfinished run began whose answers count as known.
        zone: where the day of an invoice is counted.
    """
    distinct = dict.fromkeys(line_items)
    if policy == Policy() and resumed_since is None:
        # The everyday case of `must_ask`, without a call for each line.
        return [
            line_item
            for line_item in distinct
            if (one := known.get(line_item)) is None or not one.answer.is_settled
        ]
    return [
        line_item
        for line_item in distinct
        if must_ask(known.get(line_item), policy, now=now, resumed_since=resumed_since, zone=zone)
    ]


def batches(items: Sequence[Item], size: int = BATCH_SIZE) -> Iterator[Sequence[Item]]:
    """Cut a sequence into the fewest batches, all full but the last.

    Args:
        items: anything.
        size: how many go into one request.
    """
    return (items[start : start + size] for start in range(0, len(items), size))


def request_count(items: Collection[object], size: int = BATCH_SIZE) -> int:
    """Count the requests that a good day needs for these line items.

    Args:
        items: distinct line items.
        size: how many go into one request.
    """
    return -(-len(items) // size)
