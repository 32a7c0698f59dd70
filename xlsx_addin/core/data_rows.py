"""Which rows below the header are data: not the totals at the end, not a repeated header.

A row whose three IDs are blank is no row anyway and needs no function.
"""

import re
import unicodedata
from collections.abc import Sequence
from enum import Enum, auto
from typing import Final

from xlsx_addin.core.cells import CellValue, Formula, Missing
from xlsx_addin.core.headers import KeyField, KeyName, header_name, header_text
from xlsx_addin.core.line_items import clean_id
from xlsx_addin.core.shapes import has_shape

# English, German, Czech, French, Italian, Spanish, Dutch, Japanese; without accents.
_TOTALS: Final = re.compile(
    r"(?:(?:grand|report|sub|sous)[ -]?)?(?:totals?|totaux)\b|sums?\b"
    r"|(?:end|gesamt|zwischen)?summen?\b|gesamt(?:betrag)?\b|insgesamt\b"
    r"|celkem\b|(?:mezi)?soucet\b|somme\b"
    r"|(?:sub)?totale\b|somma\b|suma\b|(?:sub|eind)?totaal\b"
    r"|総?合計|総計|小計"
)


_Ids = tuple[CellValue, CellValue, CellValue]


class _Row(Enum):
    BLANK = auto()
    TOTALS = auto()
    NOTE = auto()
    DATA = auto()


def last_data_row(
    order: Sequence[CellValue],
    line: Sequence[CellValue],
    shipment: Sequence[CellValue],
    *,
    first_row: int,
    text: Sequence[CellValue] | None = None,
) -> int:
    """Find the last row of the data, above totals rows with the notes below them.

    Args:
        order: the cells of the order ID column.
        line: the cells of the order line item ID column.
        shipment: the cells of the shipment ID column.
        first_row: number of their first row.
        text: the cells of one more column that may say ``Total``, such as the left-most one.

    Returns:
        The number of the row; first_row - 1 if no row is data.
    """

    def ids(index: int) -> _Ids:
        return order[index], line[index], shipment[index]

    end = len(order)
    for index in reversed(range(len(order))):
        kind = _kind(ids(index), None if text is None else text[index])
        if kind is _Row.DATA:
            break
        if kind is _Row.TOTALS:
            end = index
    while end and _kind(ids(end - 1)) is _Row.BLANK:
        end -= 1
    return first_row + end - 1


def is_totals_row(
    order: CellValue, line: CellValue, shipment: CellValue, *, text: CellValue = None
) -> bool:
    """Say whether a row holds totals: a word such as ``Total``, or nothing but sums.

    Args:
        order: the cell of the order ID.
        line: the cell of the order line item ID.
        shipment: the cell of the shipment ID.
        text: the cell of one more column that may say ``Total``.

    Returns:
        False for every row with an ID. A formula counts as a sum if it has a numeric result, or
        none stored, and stands beside a blank ID.
    """
    filled = [cell for cell in (order, line, shipment) if not _is_blank(cell)]
    if any(map(says_total, (*filled, text))):
        return all(says_total(cell) or _may_be_sum(cell) for cell in filled)
    return 0 < len(filled) < 3 and all(
        isinstance(cell, Formula) and _may_be_sum(cell) for cell in filled
    )


def is_repeated_header(order: CellValue, line: CellValue, shipment: CellValue) -> bool:
    """Say whether a row among the data is the header once more, as printed on every page."""
    # Nearly every row ends here: order IDs begin with digits, headers do not.
    if isinstance(order, str) and order[:3].isdigit():
        return False
    for key, cell in zip(KeyField, (order, line, shipment), strict=True):
        name = header_name(header_text(cell))
        if not isinstance(name, KeyName) or name.key is not key:
            return False
    return True


def _kind(ids: _Ids, text: CellValue = None) -> _Row:
    if is_totals_row(*ids, text=text):
        return _Row.TOTALS
    filled = [cell for cell in ids if not _is_blank(cell)]
    if not filled:
        return _Row.BLANK
    if len(filled) == 1 and isinstance(filled[0], str) and len(filled[0].split()) > 1:
        return _Row.NOTE
    return _Row.DATA


def _is_blank(cell: CellValue) -> bool:
    return clean_id(cell) == ""


def says_total(cell: CellValue) -> bool:
    """Say whether a cell begins with a word for totals, in any of some languages."""
    plain = unicodedata.normalize("NFKD", header_text(cell)).casefold()
    return _TOTALS.match("".join(c for c in plain if not unicodedata.combining(c))) is not None


def _may_be_sum(cell: CellValue) -> bool:
    value = cell.result if isinstance(cell, Formula) else cell
    if value is Missing.RESULT:
        return True
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and not has_shape(KeyField.LINE, value)
