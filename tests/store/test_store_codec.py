import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlsx_addin.core.answers import NOT_RETURNED, Answer, Detail, KnownAnswer
from xlsx_addin.store.codec import decode_known, encode_known

TEXTS = st.none() | st.text(st.characters())
DETAILS = st.builds(Detail, *[TEXTS] * len(Detail._fields))
ANSWERS = st.builds(Answer, st.lists(DETAILS, max_size=4).map(tuple), st.booleans(), TEXTS)
TIMES = st.floats(allow_nan=False, allow_infinity=False)
KNOWN = st.builds(KnownAnswer, ANSWERS, TIMES, TIMES, st.none() | ANSWERS)


@given(st.lists(KNOWN, max_size=5))
def test_whatever_is_known_survives(known: list[KnownAnswer]) -> None:
    texts = [encode_known(one) for one in known]
    assert decode_known(texts) == known


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
def test_texts_are_short_and_stay_readable_by_later_versions(answer: Answer, text: str) -> None:
    known = {
        f"[{text},2.5,1.0]": KnownAnswer(answer, 2.5, 1.0),
        f"[{text},2.5,1.0,{text}]": KnownAnswer(answer, 2.5, 1.0, answer),
    }
    assert [encode_known(one) for one in known.values()] == list(known)
    assert decode_known(known) == list(known.values())
