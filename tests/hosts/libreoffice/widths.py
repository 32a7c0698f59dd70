"""Widths of columns, in Excel's unit: digits of the normal font, Calibri 11."""

from typing import Final

_DIGIT_PX: Final = 7
_MARGIN_PX: Final = 5
_PER_INCH: Final = 2540
_PX_PER_INCH: Final = 96


def column_width(width: int) -> float:
    """Turn a width of LibreOffice, in hundredths of a millimetre, into digits."""
    pixels = width * _PX_PER_INCH / _PER_INCH
    return round(max(pixels - _MARGIN_PX, 0) / _DIGIT_PX, 2)


def office_width(digits: float) -> int:
    """Turn digits into a width of LibreOffice."""
    return round((digits * _DIGIT_PX + _MARGIN_PX) * _PER_INCH / _PX_PER_INCH)
