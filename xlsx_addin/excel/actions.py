"""What the buttons do, by the words that their macros pass."""

from dataclasses import dataclass
from typing import Final

from xlsx_addin.core.plan import Policy


@dataclass(frozen=True, slots=True)
class Action:
    """A refresh that a button stands for.

    Args:
        title: what the progress window says.
        policy: which known answers are good enough; None if it has to be asked for.
        selected: whether only the selected rows are refreshed.
    """

    title: str
    policy: Policy | None
    selected: bool = False


REFRESHES: Final = {
    "refresh": Action("Refreshing invoices", Policy()),
    "refresh_selection": Action("Refreshing the selected rows", Policy(), selected=True),
    "refresh_everything": Action("Refreshing everything again", Policy(ask_all=True)),
    "month_end": Action("Month-end check", None),
}

DATA: Final = ("transactions", "add_ids", "payments", "pdfs")
"""The buttons of the group Data; what they do stands in `data_jobs`."""

UNDO: Final = "undo"
SETTINGS: Final = "settings"
HELP: Final = "help"

ACTIONS: Final = (*REFRESHES, UNDO, *DATA, SETTINGS, HELP)
"""All words that a macro may pass."""

DEFAULT_DAYS: Final = 45
"""How far back the month-end check looks unless another number is entered."""
