"""The colours, dark enough on light enough to be read by everybody; words never stand for less."""

from typing import Final, NamedTuple

from xlsx_addin.core.outcomes import Status


class Paint(NamedTuple):
    """Two colours.

    Args:
        text: of the letters.
        fill: behind them.
    """

    text: str
    fill: str


GREEN: Final = Paint("#0B5A1E", "#D5EFD9")
AMBER: Final = Paint("#7A4B00", "#FFEBB3")
RED: Final = Paint("#8E0B13", "#FBD0D3")
GREY: Final = Paint("#404040", "#DDDDDD")

PAINT_OF: Final[dict[Status, Paint]] = {
    Status.FOUND: GREEN,
    Status.SEVERAL: AMBER,
    Status.PENDING: AMBER,
    Status.NO_INVOICE_YET: AMBER,
    Status.NOT_RETURNED: AMBER,
    Status.CHECK_IDS: RED,
    Status.ID_DAMAGED: RED,
    Status.NOT_ALLOWED: RED,
    Status.FAILED: RED,
    Status.CANCELLED: GREY,
}
"""Green is done, amber waits or wants a look, red needs somebody, grey was not asked."""

HEAD_OF_IDS: Final = Paint("#FFFFFF", "#1F3864")
HEAD_OF_YOURS: Final = Paint("#FFFFFF", "#595959")
HEAD_OF_RESULTS: Final = Paint("#FFFFFF", "#1E5631")
SUBDUED: Final = "#595959"
