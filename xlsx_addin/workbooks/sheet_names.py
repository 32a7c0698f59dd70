"""Names of sheets."""

from collections.abc import Sequence
from typing import Final

_LONGEST_NAME: Final = 31


def free_name(name: str, taken: Sequence[str]) -> str:
    """Append a number to a name until no sheet has it; Excel ignores case in such names."""
    lower = {other.casefold() for other in taken}
    number = 1
    candidate = name
    while candidate.casefold() in lower:
        number += 1
        ending = f" {number}"
        candidate = name[: _LONGEST_NAME - len(ending)] + ending
    return candidate
