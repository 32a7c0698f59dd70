"""Outcomes: what a row gets, a plain status word and a sentence that says what to do."""

from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum
from typing import Final, NamedTuple


class Status(StrEnum):
    """The ten status words. English and fixed, so that people can filter on them."""

    FOUND = "Found"
    SEVERAL = "Several"
    PENDING = "Pending"
    NO_INVOICE_YET = "No invoice yet"
    NOT_RETURNED = "Not returned"
    CHECK_IDS = "Check IDs"
    ID_DAMAGED = "ID damaged"
    NOT_ALLOWED = "Not allowed"
    FAILED = "Failed"
    CANCELLED = "Cancelled"


STATUS_WORDS: Final = frozenset(status.value for status in Status)
"""The status words, as cells hold them."""


class ResultField(Enum):
    """The result columns, in the order in which they are created, with their headers."""

    INVOICE_NUMBER = "Invoice Number"
    INVOICE_DATE = "Invoice Date"
    CONSOLIDATED_INVOICE_NUMBER = "Consolidated Invoice Number"
    STATUS = "Invoice Status"
    MESSAGE = "Invoice Message"

    @property
    def header(self) -> str:
        """The header of the column."""
        return self.value


class Outcome(NamedTuple):
    """What a row gets.

    Args:
        status: one of the ten words.
        message: what happened and what to do; empty if there is nothing to say.
        invoice_number: text for its cell, empty if there is none.
        invoice_date: the local day of the newest invoice, None if there is none.
        consolidated_invoice_number: text for its cell, empty if there is none.
        keeps_values: nothing is known of the line, so its value cells stay as they are.
    """

    status: Status
    message: str = ""
    invoice_number: str = ""
    invoice_date: date | None = None
    consolidated_invoice_number: str = ""
    keeps_values: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a line item has no answer this time.

    Args:
        status: `FAILED`, `NOT_ALLOWED` or `CANCELLED`.
        cause: a sentence or two with the cause, Amazon's request id and what to do.
    """

    status: Status
    cause: str
