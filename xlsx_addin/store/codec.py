"""How line items and answers are written in the store: short texts, read many at a time.

An answer is the JSON array of its fields, a detail likewise, both without what equals the
defaults at their ends: ``[[["INV-1","2026-03-04"]]]`` is one invoice, ``[]`` is "no invoice
yet" and ``[[],false]`` "not returned". New fields go to the ends. What is known of a line item
is the array of the answer, the two times and, if there was one, the previous answer.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any, Final

from xlsx_addin.core.answers import Answer, Detail, KnownAnswer
from xlsx_addin.core.line_items import LineItem

key_of: Final[Callable[[LineItem], str]] = "\x1f".join
"""Makes the key of a line item: its IDs, which hold no control characters, and separators."""

_NO_FIELDS: Final = ((), True, None)
_MISSING: Final = [(None,) * count for count in range(len(Detail._fields), -1, -1)]
"""The fields that a detail is written without, by the number of those that it has."""

# What calls of the classes themselves do, at half their cost; there are very many.
_new: Final = tuple.__new__
_to_json: Final = json.JSONEncoder(separators=(",", ":")).encode


def encode_known(known: KnownAnswer) -> str:
    """Write what is known of a line item as JSON.

    Args:
        known: anything.
    """
    fields = [_answer_fields(known.answer), known.answered_at, known.first_answered_at]
    if known.previous is not None:
        fields.append(_answer_fields(known.previous))
    return _to_json(fields)


def decode_known(texts: Iterable[str]) -> list[KnownAnswer]:
    """Read what is known, many at a time.

    Args:
        texts: as `encode_known` wrote them.

    Returns:
        What each text says, in their order.
    """
    # One call for all of them takes a fraction of the time of a call for each.
    decoded = json.loads(f"[{','.join(texts)}]")
    known: list[KnownAnswer] = []
    for fields in decoded:
        answer = fields[0]
        if len(fields) == 3 and len(answer) == 1 and len(answer[0]) == 1:
            # One document and nothing before it, as nearly always; without calls of our own.
            detail = answer[0][0]
            read = _new(Detail, (*detail, *_MISSING[len(detail)]))
            fields[0] = _new(Answer, ((read,), True, None))
            known.append(_new(KnownAnswer, (*fields, None)))
        else:
            known.append(_read_known(*fields))
    return known


def _answer_fields(answer: Answer) -> Any:  # noqa: ANN401  # nested arrays of texts
    details = tuple(_trimmed(detail, (None,) * len(detail)) for detail in answer.details)
    return _trimmed((details, answer.returned, answer.refusal), _NO_FIELDS)


def _trimmed(values: tuple[object, ...], defaults: tuple[object, ...]) -> tuple[object, ...]:
    length = len(values)
    while length and values[length - 1] == defaults[length - 1]:
        length -= 1
    return values[:length]


def _read_known(
    answer: list[Any], answered_at: float, first_answered_at: float, *previous: list[Any]
) -> KnownAnswer:
    before = _read_answer(previous[0]) if previous else None
    return KnownAnswer(_read_answer(answer), answered_at, first_answered_at, before)


def _read_answer(fields: list[Any]) -> Answer:
    if not fields:
        return Answer()
    return Answer(tuple([Detail(*detail) for detail in fields[0]]), *fields[1:])
