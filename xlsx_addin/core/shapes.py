"""What Amazon's IDs look like. A hint for finding columns; it never decides about a line.

Source: the samples of the API reference and of published bug reports; order numbers of digital
orders begin with a D.
"""

import re
from collections.abc import Iterable
from typing import Final

from xlsx_addin.core.cells import CellValue
from xlsx_addin.core.headers import KeyField
from xlsx_addin.core.line_items import clean_id

_SHAPES: Final = {
    KeyField.ORDER: re.compile(r"(?:\d{3}|D\d{2})-\d{7}-\d{7}"),
    KeyField.LINE: re.compile(r"\d{14}"),
    KeyField.SHIPMENT: re.compile(r"(?=.*[a-z])(?=.*[A-Z])[0-9A-Za-z]{8,9}"),
}

# `Delivered` has the letters of a shipment ID, `DCYHpTnpG` is no word.
_WORD: Final = re.compile(r"[A-Z][a-z]+")


def has_shape(key: KeyField, value: CellValue) -> bool:
    """Say whether a cell holds what looks like an ID.

    Args:
        key: the ID.
        value: the cell; a number counts by its digits, a formula by its result.
    """
    text = clean_id(value)
    return isinstance(text, str) and _SHAPES[key].fullmatch(text) is not None


def have_shape(key: KeyField, values: Iterable[CellValue]) -> bool:
    """Say whether most of the cells look like an ID.

    Args:
        key: the ID.
        values: filled cells of one column; none at all look like nothing.
    """
    cells = list(values)
    shaped = [cell for cell in cells if has_shape(key, cell)]
    if key is KeyField.SHIPMENT and all(_WORD.fullmatch(str(cell)) for cell in shaped):
        return False
    return 2 * len(shaped) > len(cells)
