"""The invoice numbers of a cell, as a refresh or a person wrote them there."""

import re
from typing import Final, NamedTuple

from xlsx_addin.core.answers import PENDING
from xlsx_addin.core.cells import CellValue, Formula, Missing, is_blank
from xlsx_addin.core.data_rows import says_total
from xlsx_addin.core.headers import header_name, header_text
from xlsx_addin.core.judging import CREDIT_MARK
from xlsx_addin.core.line_items import Flaw, clean_id
from xlsx_addin.core.outcomes import ResultField

LONGEST_NUMBER: Final = 255
"""Characters of an invoice number at most (getBatchInvoicePaymentDetails, `docs/api.md`)."""

_SEPARATORS: Final = re.compile(r"[;\r\n]")
_REMEDY: Final = "format the column as Text and copy the number again from its source."
_SEVERAL: Final = "write ; between several numbers, or copy the number again from its source."


class BadNumber(NamedTuple):
    """What stands in place of an invoice number.

    Args:
        text: what the cell shows, shortened.
        sentence: what is wrong with it and what to do.
    """

    text: str
    sentence: str


def read_invoice_numbers(cell: CellValue) -> tuple[str | BadNumber, ...]:
    """Read the invoice numbers of a cell: one, or several with ``;`` or line breaks between.

    Args:
        cell: as the workbook adapter read it.

    Returns:
        The distinct numbers in their order, without the mark of credit memos; none if the cell
        is blank, a word for totals, the header once more, or Amazon's word for a consolidated
        invoice that does not exist yet.
    """
    value = cell.result if isinstance(cell, Formula) else cell
    if value is Missing.RESULT:
        sentence = (
            "The invoice number is a formula that was never calculated: open the workbook in"
            " Excel, save it and try again."
        )
        return (BadNumber("", sentence),)
    if not isinstance(value, str):
        return _distinct(_read(cell))
    if is_blank(value) or _is_no_number(value):
        return ()
    return _distinct(*map(_read, _SEPARATORS.split(value)))


def _is_no_number(text: str) -> bool:
    if any(character.isdigit() for character in text):
        return False
    if text.strip() == PENDING:
        return True
    return says_total(text) or header_name(header_text(text)) is ResultField.INVOICE_NUMBER


def _distinct(*numbers: str | BadNumber) -> tuple[str | BadNumber, ...]:
    return tuple(dict.fromkeys(number for number in numbers if number))


def _read(value: CellValue) -> str | BadNumber:
    if isinstance(value, str):
        value = value.strip().removesuffix(CREDIT_MARK)
    number = clean_id(value, LONGEST_NUMBER)
    if not isinstance(number, Flaw):
        return number
    # The remedies of IDs speak of IDs.
    reason = number.reason.partition(":")[0]
    remedy = _SEVERAL if "white space" in reason else _REMEDY
    shown = value if isinstance(value, str) else ""
    return BadNumber(shown[:40], f"The invoice number {reason}: {remedy}")
