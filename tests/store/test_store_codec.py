import gc
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlsx_addin.core.answers import NOT_RETURNED, Answer, Detail
from xlsx_addin.store.codec import collector_paused, decode_answers, encode_answer

TEXTS = st.none() | st.text(st.characters())
DETAILS = st.builds(Detail, *[TEXTS] * len(Detail._fields))
ANSWERS = st.builds(Answer, st.lists(DETAILS, max_size=4).map(tuple), st.booleans(), TEXTS)


@given(st.lists(ANSWERS))
def test_any_answers_survive(answers: list[Answer]) -> None:
    texts = [encode_answer(answer) for answer in answers]
    decoded = decode_answers(texts)
    assert [decoded[text] for text in texts] == answers


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (Answer(), "[]"),
        (NOT_RETURNED, "[[],false]"),
        (Answer(refusal="No such line."), '[[],true,"No such line."]'),
        (Answer((Detail("INV-1", "2026-03-04"),)), '[[["INV-1","2026-03-04"]]]'),
        (Answer((Detail(),)), "[[[]]]"),
        (Answer((Detail(), Detail(None, None, "C-1"))), '[[[],[null,null,"C-1"]]]'),
    ],
)
def test_answers_are_short_and_stay_readable_by_later_versions(answer: Answer, text: str) -> None:
    assert encode_answer(answer) == text
    assert decode_answers([text]) == {text: answer}


def test_equal_answers_are_shared() -> None:
    decoded = decode_answers([encode_answer(Answer((Detail("INV-1"),))) for _ in range(3)])
    assert len(decoded) == 1


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_is_left_as_it_was_found(*, enabled: bool) -> None:
    was_enabled = gc.isenabled()
    try:
        (gc.enable if enabled else gc.disable)()
        with suppress(ArithmeticError), collector_paused():
            seen = gc.isenabled()
            raise ArithmeticError
        assert not seen
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if was_enabled else gc.disable)()
