"""Disturbed answers: entries that are missing, null, mixed up, strange, repeated or wrong.

Some of it Amazon's API is known to do, the rest a client must survive.
"""

from collections.abc import Callable, Mapping
from copy import deepcopy
from random import Random
from typing import Any, Final

from xlsx_addin.sandbox.faults import FaultKind

Disturbance = Callable[[list[Any], int, Random], list[Any]]


def disturb(entries: list[Any], kind: FaultKind, count: int, dice: Random) -> list[Any]:
    """Disturb the entries of an answer.

    Args:
        entries: of an answer; left as they are.
        kind: how to disturb them; a kind that concerns no entries leaves all as it is.
        count: how many of them, at most.
        dice: chooses which.

    Returns:
        The disturbed entries.
    """
    disturbance = _DISTURBANCES.get(kind)
    if disturbance is None or not entries or not count:
        return entries
    return disturbance(list(entries), min(count, len(entries)), dice)


def _drop(entries: list[Any], count: int, dice: Random) -> list[Any]:
    dropped = set(dice.sample(range(len(entries)), count))
    return [entry for place, entry in enumerate(entries) if place not in dropped]


def _shuffle(entries: list[Any], _count: int, dice: Random) -> list[Any]:
    dice.shuffle(entries)
    return entries


def _repeat(entries: list[Any], count: int, dice: Random) -> list[Any]:
    return entries + dice.sample(entries, count)


def _add_strangers(entries: list[Any], count: int, dice: Random) -> list[Any]:
    for known in dice.sample(entries, count):
        stranger = deepcopy(known)
        # A digit more than any line item ID has: nobody can have asked about it.
        stranger["orderLineItem"]["orderLineItemId"] = str(dice.randrange(10**14, 10**15))
        entries.insert(dice.randrange(len(entries) + 1), stranger)
    return entries


def _put_null(entries: list[Any], count: int, dice: Random) -> list[Any]:
    return _change(entries, count, dice, lambda _: None)


def _put_null_details(entries: list[Any], count: int, dice: Random) -> list[Any]:
    return _change(entries, count, dice, lambda entry: {**entry, "invoiceDetails": None})


def _put_wrong_type(entries: list[Any], count: int, dice: Random) -> list[Any]:
    return _change(entries, count, dice, lambda entry: {**entry, "invoiceDetails": "none"})


def _change(
    entries: list[Any], count: int, dice: Random, change: Callable[[Any], Any]
) -> list[Any]:
    for place in dice.sample(range(len(entries)), count):
        entries[place] = change(entries[place])
    return entries


_DISTURBANCES: Final[Mapping[FaultKind, Disturbance]] = {
    FaultKind.MISSING: _drop,
    FaultKind.NULL: _put_null_details,
    FaultKind.NULL_ENTRY: _put_null,
    FaultKind.REORDERED: _shuffle,
    FaultKind.EXTRA: _add_strangers,
    FaultKind.REPEATED: _repeat,
    FaultKind.WRONG_TYPE: _put_wrong_type,
}
