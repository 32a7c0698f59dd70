"""What a person in Excel can do, where an error advises an option of the command line."""

from collections.abc import Mapping
from typing import Final

from xlsx_addin.errors import XlsxAddinError

_OPTION: Final = "--"

_ADVICE: Final[Mapping[str, str]] = {
    "several-sheets": "Open the sheet that you mean, then press the button again.",
    "hidden-sheet": "Show it (right-click a sheet tab > Unhide), then press the button again.",
    "no-sheet": "Show it (right-click a sheet tab > Unhide), then press the button again.",
    "columns-not-found": (
        "Call the headers of the three columns Order ID, Order Line Item ID and Shipment ID, then"
        " press the button again."
    ),
    "columns-ambiguous": (
        "Give the other column another header; or make every block a table (Insert > Table),"
        " click into the one you mean, and press the button again."
    ),
    "not-signed-in": (
        "Set the environment variables that the developer of your Amazon app gave you, then start"
        " Excel again."
    ),
}
"""By the code of the error."""


def in_excel(error: XlsxAddinError) -> str:
    """Put an error into words for a person in Excel.

    Args:
        error: anything that this package raises on purpose.
    """
    advice = _ADVICE.get(error.code)
    return f"{error.message} {advice}" if advice and _OPTION in error.next_step else str(error)
