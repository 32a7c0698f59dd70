"""How long a client secret is still good for.

Source: `docs/api.md`, access token: a secret is valid for 180 days.
"""

from datetime import date
from typing import Final

SECRET_LIFE_DAYS: Final = 180
TOLD_FROM_DAY: Final = 166
"""The day of a secret's life from which every run speaks of its end."""


def days_left(since: date, today: date) -> int:
    """Count the days until a client secret ends; 0 or less once it has.

    Args:
        since: the day it was made, as far as we know.
        today: the local day.
    """
    return SECRET_LIFE_DAYS - (today - since).days


def ending_soon(since: date, today: date) -> str:
    """Say that a client secret ends soon, or has ended; nothing while it is young enough.

    Args:
        since: the day it was made, as far as we know.
        today: the local day.
    """
    left = days_left(since, today)
    if left > SECRET_LIFE_DAYS - TOLD_FROM_DAY:
        return ""
    if left > 1:
        return f"The client secret ends in {left} days."
    if left == 1:
        return "The client secret ends tomorrow."
    return f"The client secret is from {since}; Amazon takes one for {SECRET_LIFE_DAYS} days only."


def renewing(option: str) -> str:
    """Tell how a client secret is replaced.

    Args:
        option: chooses the profile on the command line, with a blank before it, or is empty.
    """
    return (
        "Make a new one in the developer console and sign in with it: xlsx-addin"
        f" login{option}. The refresh token stays as it is."
    )
