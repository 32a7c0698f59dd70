"""Texts that must stay texts, though Excel reads what it is given as if it were typed."""

import re
from typing import Final

from xlsx_addin.core.outcomes import STATUS_WORDS

# A sentence of ours; a text of this form is never read as a number, a date or a formula.
_SENTENCE: Final = re.compile(r"[A-Z][a-z]+(?: \S+){2,}\.", re.DOTALL)
_LONGEST_READ: Final = 255
"""Characters beyond which nothing that is typed is read as a number or a date."""

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "'")


def typed(text: str, *, in_text_cell: bool) -> str:
    """Spell a text so that Excel takes it for that text.

    A leading apostrophe is not part of the text that Excel keeps; it says that a text follows.

    Args:
        text: what the cell shall hold.
        in_text_cell: whether the cell has the number format ``@``.
    """
    if text.startswith(_FORMULA_STARTS):
        return f"'{text}"
    if in_text_cell or len(text) > _LONGEST_READ:
        return text
    return text if text in STATUS_WORDS or _SENTENCE.fullmatch(text) else f"'{text}"
