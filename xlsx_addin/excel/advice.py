"""What a person in Excel can do, where an error advises an option of the command line."""

from collections.abc import Mapping
from typing import Final

from xlsx_addin.errors import XlsxAddinError

_OF_COMMAND_LINE: Final = ("--", "xlsx-addin ")
_SIGN_IN: Final = (
    "Sign in: press Sign in and settings on the tab Amazon Business, or run xlsx-addin login."
)

_OPEN: Final = "Open the sheet that you mean, then press the button again."

_ADVICE: Final[Mapping[str, str]] = {
    **dict.fromkeys(("several-sheets", "empty-sheet"), _OPEN),
    "several-tables": (
        "Move the table that you do not mean to a sheet of its own, then press the button again."
    ),
    "hidden-sheet": "Show it (right-click a sheet tab > Unhide), then press the button again.",
    "no-sheet": "Show it (right-click a sheet tab > Unhide), then press the button again.",
    "columns-not-found": (
        "Call the headers of the three columns Order ID, Order Line Item ID and Shipment ID, then"
        " press the button again."
    ),
    "headers-not-found": (
        "Open the sheet that you mean, or give its column that header, then press the button again."
    ),
    "no-invoice-numbers": (
        "Press Refresh invoices first; or open the sheet that has a column Invoice Number, then"
        " press the button again."
    ),
    "no-days": "Add a column Order Date, then press the button again.",
    "columns-ambiguous": (
        "Give the other column another header; or make every block a table (Insert > Table),"
        " click into the one you mean, and press the button again."
    ),
    **dict.fromkeys(("not-signed-in", "other-app", "sign-in-damaged"), _SIGN_IN),
}
"""By the code of the error."""


_AT_THE_DESK: Final[Mapping[str, str]] = {
    "client-refused": (
        "A secret is valid for 180 days: make a new one in the developer console and enter it"
        " here. Check that id and secret belong to the same app."
    ),
    "consent-withdrawn": (
        "Authorise the app again in Amazon Business and enter the new refresh token here."
    ),
    "token-refused": (
        "Check that it belongs to this app and region. Else authorise the app again in Amazon"
        " Business and enter the new refresh token here."
    ),
    "secret-ends": (
        "Make a new one in the developer console and enter it here; what is kept beside it stays."
    ),
    "wrong-region": "Choose that region and press Sign in again; what you leave empty is kept.",
    "no-keychain": (
        "Tick the box that keeps the sign-in in a file which only you can read, or set the"
        " environment variables that docs/settings.md names."
    ),
    "no-such-profile": "Enter another name, or sign in to make this profile.",
    "sign-in-damaged": "Sign in again.",
}
"""Where the window "Sign in and settings" is open already, by the code of the error."""


def in_excel(error: XlsxAddinError) -> str:
    """Put an error into words for a person in Excel.

    Args:
        error: anything that this package raises on purpose.
    """
    return _advised(error, _ADVICE)


def at_the_desk(error: XlsxAddinError) -> str:
    """Put an error into words for a person who is signing in, in the window for it.

    Args:
        error: anything that this package raises on purpose.
    """
    return _advised(error, _AT_THE_DESK)


def _advised(error: XlsxAddinError, table: Mapping[str, str]) -> str:
    advice = table.get(error.code)
    is_foreign = any(words in error.next_step for words in _OF_COMMAND_LINE)
    return f"{error.message} {advice}" if advice and is_foreign else str(error)
