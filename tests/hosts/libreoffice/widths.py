"""Widths of columns, in Excel's unit: digits of the normal font, Calibri 11."""

from typing import Final

_DIGIT_PX: Final = 7
_MARGIN_PX: Final = 5
_FIRST_PX: Final = _DIGIT_PX + _MARGIN_PX
_PER_INCH: Final = 2540
_PX_PER_INCH: Final = 96


def column_width(width: int) -> float:
    """Turn a width of LibreOffice, in hundredths of a millimetre, into digits."""
    pixels = round(width * _PX_PER_INCH / _PER_INCH)
    if pixels < _FIRST_PX:
        return round(pixels / _FIRST_PX, 2)
    return round((pixels - _MARGIN_PX) / _DIGIT_PX, 2)


def office_width(digits: float) -> int:
    """Turn digits into a width of LibreOffice."""
    pixels = digits * _FIRST_PX if digits < 1 else digits * _DIGIT_PX + _MARGIN_PX
    return round(round(pixels) * _PER_INCH / _PX_PER_INCH)
