"""Numbers of days, as people type them."""

from typing import Final

MOST_DAYS: Final = 36_500  # a hundred years


def read_days(text: str) -> int | None:
    """Read a number of days, None if it is none that can be used.

    Args:
        text: as typed.
    """
    text = text.strip()
    if not text.isdecimal() or len(text) > len(str(MOST_DAYS)):
        return None
    days = int(text)
    return days if 1 <= days <= MOST_DAYS else None
