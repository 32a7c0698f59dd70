"""Disturbed answers: entries that are missing, null, mixed up, strange, repeated or wrong.

Some of it Amazon's API is known to do, the rest a client must survive.
"""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from xlsx_addin.sandbox.faults import FaultKind, Strike
from xlsx_addin.sandbox.options import SandboxOptions


@dataclass(frozen=True, slots=True)
class EntryForm:
    """What the entries of an operation's answers look like.

    Args:
        content: the member that holds what is told.
        make_strange: turns a copy of an entry into one that nobody asked about.
    """

    content: str
    make_strange: Callable[[dict[str, Any], Random], None]


def _strange_line(entry: dict[str, Any], dice: Random) -> None:
    # A digit more than any line item ID has: nobody can have asked about it.
    entry["orderLineItem"]["orderLineItemId"] = str(dice.randrange(10**14, 10**15))


def _strange_invoice(entry: dict[str, Any], dice: Random) -> None:
    entry["invoiceId"] = f"STRANGE-{dice.randrange(10**14, 10**15)}"


LINE_ENTRIES: Final = EntryForm("invoiceDetails", _strange_line)
PAYMENT_RESULTS: Final = EntryForm("paymentDetails", _strange_invoice)

Disturbance = Callable[[list[Any], int, Random, EntryForm], list[Any]]


def arrange(
    entries: list[Any],
    options: SandboxOptions,
    number: int,
    strike: Strike | None,
    form: EntryForm = LINE_ENTRIES,
) -> list[Any]:
    """Put the entries of an answer into the order and number that is chosen.

    Args:
        entries: in the order of the request.
        options: how the sandbox behaves.
        number: of the request.
        strike: what the fault plan has in store for it.
        form: what the entries look like.

    Returns:
        The entries as they are sent.
    """
    dice = Random(f"{options.seed}/{number}")
    if options.entry_order == "reversed":
        entries.reverse()
    habits = [
        (FaultKind.REORDERED, int(options.entry_order == "shuffled")),
        (FaultKind.EXTRA, options.extra_entries),
        (FaultKind.REPEATED, options.repeated_entries),
    ]
    for kind, count in habits:
        entries = disturb(entries, kind, count, dice, form)
    if strike:
        rule, dice = strike
        entries = disturb(entries, rule.kind, rule.entries, dice, form)
    return entries


def disturb(
    entries: list[Any], kind: FaultKind, count: int, dice: Random, form: EntryForm = LINE_ENTRIES
) -> list[Any]:
    """Disturb the entries of an answer.

    Args:
        entries: of an answer; left as they are.
        kind: how to disturb them; a kind that concerns no entries leaves all as it is.
        count: how many of them, at most.
        dice: chooses which.
        form: what the entries look like.

    Returns:
        The disturbed entries.
    """
    disturbance = _DISTURBANCES.get(kind)
    if disturbance is None or not entries or not count:
        return entries
    return disturbance(list(entries), min(count, len(entries)), dice, form)


def _drop(entries: list[Any], count: int, dice: Random, _: EntryForm) -> list[Any]:
    dropped = set(dice.sample(range(len(entries)), count))
    return [entry for place, entry in enumerate(entries) if place not in dropped]


def _shuffle(entries: list[Any], _count: int, dice: Random, _: EntryForm) -> list[Any]:
    dice.shuffle(entries)
    return entries


def _repeat(entries: list[Any], count: int, dice: Random, _: EntryForm) -> list[Any]:
    return entries + dice.sample(entries, count)


def _add_strangers(entries: list[Any], count: int, dice: Random, form: EntryForm) -> list[Any]:
    for known in dice.sample(entries, count):
        stranger = deepcopy(known)
        form.make_strange(stranger, dice)
        entries.insert(dice.randrange(len(entries) + 1), stranger)
    return entries


def _put_null(entries: list[Any], count: int, dice: Random, _: EntryForm) -> list[Any]:
    return _change(entries, count, dice, lambda _: None)


def _put_null_details(entries: list[Any], count: int, dice: Random, form: EntryForm) -> list[Any]:
    return _change(entries, count, dice, lambda entry: {**entry, form.content: None})


def _put_wrong_type(entries: list[Any], count: int, dice: Random, form: EntryForm) -> list[Any]:
    return _change(entries, count, dice, lambda entry: {**entry, form.content: "none"})


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
