"""What a row gets when its IDs are looked for: a plain word, a sentence, and the two IDs."""

from enum import StrEnum
from typing import Final, NamedTuple

from xlsx_addin.core.outcomes import Status


class IdStatus(StrEnum):
    """The words of the column `ID Status`. English and fixed, so that people can filter on them."""

    FILLED = "Filled"
    KEPT = "Kept"
    AMBIGUOUS = "Ambiguous"
    SPLIT = "Split"
    NOT_FOUND = "Not found"
    SKIPPED = "Skipped"
    CHECK_IDS = Status.CHECK_IDS.value
    ID_DAMAGED = Status.ID_DAMAGED.value
    NOT_ALLOWED = Status.NOT_ALLOWED.value
    FAILED = Status.FAILED.value
    CANCELLED = Status.CANCELLED.value


ID_STATUS_WORDS: Final = frozenset(status.value for status in IdStatus)
"""The words, as cells hold them."""

UNANSWERED: Final = frozenset({IdStatus.FAILED, IdStatus.NOT_ALLOWED, IdStatus.CANCELLED})
"""The words of rows that nothing could be found out about this time."""


class IdOutcome(NamedTuple):
    """What a row gets.

    Args:
        status: one of the words.
        message: why, and what to do; empty if there is nothing to say.
        order_line_item_id: the ID that was found, empty if none was.
        shipment_id: likewise.
    """

    status: IdStatus
    message: str = ""
    order_line_item_id: str = ""
    shipment_id: str = ""
