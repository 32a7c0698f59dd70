"""What becomes of a value that is written into a cell."""

from datetime import date
from decimal import Decimal

from xlsx_addin.core.cells import CellValue, cell_text, start_of_day
from xlsx_addin.workbooks.contract import Link, ResultValue


def is_nothing(value: ResultValue) -> bool:
    """Say whether a value clears its cell; zero does not.

    Args:
        value: what is written.
    """
    return value is None or value == ""


def as_read(value: ResultValue) -> CellValue:
    """Tell as what a written value is read again.

    Args:
        value: what is written.
    """
    if isinstance(value, Link):
        value = value.text
    if isinstance(value, str):
        return cell_text(value) or None
    if isinstance(value, date):
        return start_of_day(value)
    # Cells hold binary numbers: ECMA-376 part 1, 18.3.1.96, and Excel's limit of 15 digits.
    return float(value) if isinstance(value, Decimal) else value
