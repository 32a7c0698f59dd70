"""Number formats: what they make of a number."""

import re
from enum import Enum
from typing import Final


class NumberKind(Enum):
    """What a number format makes of a number."""

    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    DURATION = "duration"


_NO_CODE: Final = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE)
_DURATION: Final = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)


def kind_of_code(code: str) -> NumberKind:
    """Tell what a number format's code makes of a positive number."""
    first = _NO_CODE.sub("", code).split(";")[0].lower()
    if _DURATION.search(first):
        return NumberKind.DURATION
    if "general" in first:
        return NumberKind.NUMBER
    letters = first.replace("am/pm", "h").replace("a/p", "h")
    if "y" in letters or "d" in letters or ("m" in letters and not set("hs") & set(letters)):
        return NumberKind.DATE
    return NumberKind.TIME if set("hs") & set(letters) else NumberKind.NUMBER
