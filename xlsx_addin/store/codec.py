"""How answers are written in the store: short JSON, read many at a time.

An answer is the array of its fields, a detail likewise, both without what equals the defaults
at their ends: ``[[["INV-1","2026-03-04"]]]`` is one invoice, ``[]`` is "no invoice yet" and
``[[],false]`` "not returned". New fields go to the ends.
"""

import gc
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from xlsx_addin.core.answers import Answer, Detail

_NO_FIELDS: Final = ((), True, None)
_to_json: Final = json.JSONEncoder(separators=(",", ":")).encode


def encode_answer(answer: Answer) -> str:
    """Write an answer as JSON; equal answers give equal texts.

    Args:
        answer: what Amazon said.
    """
    details = tuple(_trimmed(detail, (None,) * len(detail)) for detail in answer.details)
    return _to_json(_trimmed((details, answer.returned, answer.refusal), _NO_FIELDS))


def decode_answers(texts: Iterable[str]) -> dict[str, Answer]:
    """Read answers; lines that share an invoice share its answer.

    Args:
        texts: as `encode_answer` wrote them, in any number of copies.

    Returns:
        The answer by its text.
    """
    distinct = list(set(texts))
    # One call for all of them takes a fraction of the time of a call for each.
    decoded = json.loads(f"[{','.join(distinct)}]")
    return dict(zip(distinct, map(_read_answer, decoded), strict=True))


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep Python's cycle collector from going through a growing mass of living objects.

    Measured with 300,000 lines: it takes as long as all other work together and finds nothing.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _trimmed(values: tuple[object, ...], defaults: tuple[object, ...]) -> tuple[object, ...]:
    length = len(values)
    while length and values[length - 1] == defaults[length - 1]:
        length -= 1
    return values[:length]


def _read_answer(fields: list[Any]) -> Answer:
    if not fields:
        return Answer()
    return Answer(tuple([Detail(*detail) for detail in fields[0]]), *fields[1:])
