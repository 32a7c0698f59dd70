"""What becomes of a known answer when Amazon answers again: one rule for every store."""

from collections import Counter

from xlsx_addin.core.answers import Answer, KnownAnswer


def updated(known: KnownAnswer | None, answer: Answer, at: float) -> KnownAnswer:
    """Take a new answer into what is known of a line item.

    Args:
        known: what was known before, None if nothing.
        answer: what Amazon says now.
        at: seconds since 1970 when it says so.

    Returns:
        An equal answer changes only `answered_at`. A different one takes the place of the
        known one, which becomes `previous` if it was settled.
    """
    if known is None:
        return KnownAnswer(answer, at, at)
    if _equal(known.answer, answer):
        return known._replace(answered_at=at)
    previous = known.answer if known.answer.is_settled else known.previous
    if previous is not None and _equal(previous, answer):
        previous = None  # back to what it was: nothing differs any more
    return KnownAnswer(answer, at, known.first_answered_at, previous)


def _equal(one: Answer, other: Answer) -> bool:
    """Compare two answers; Amazon lists the documents of a line in any order."""
    return one == other or (
        (one.returned, one.refusal) == (other.returned, other.refusal)
        and Counter(one.details) == Counter(other.details)
    )
