"""The refusals of this adapter: each says what is wrong and how the user gets on."""

from typing import Final

from xlsx_addin.errors import WorkbookError

_REPAIR: Final = (
    "Open it in Excel, let Excel repair it, save it under a new name and refresh that file."
)
_RESAVE: Final = "Open it in Excel, save it under a new name and refresh that file."


def damaged(what: str) -> WorkbookError:
    """Refuse a file that is broken.

    Args:
        what: a clause that follows "The workbook is damaged:".
    """
    return WorkbookError(
        f"The workbook is damaged: {what}.", next_step=_REPAIR, code="damaged-workbook"
    )


def unusual(what: str) -> WorkbookError:
    """Refuse a file that is right but written in a way that cannot be edited safely.

    Args:
        what: a clause that follows "The workbook cannot be edited safely:".
    """
    return WorkbookError(
        f"The workbook cannot be edited safely: {what}.", next_step=_RESAVE, code="unusual-workbook"
    )
