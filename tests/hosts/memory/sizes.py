"""Widths, heights and fills, in the units of the file and in those of Excel's object model."""

from collections.abc import Iterator

from openpyxl.worksheet.worksheet import Worksheet

from tests.hosts.memory.grid import Line

_DIGIT = 7
_PADDING = 5
_NARROW = 12
"""Pixels of a digit of the usual font, of the padding of a column, and of a column of width 1."""
_USUAL_WIDTH = 8.43
_USUAL_HEIGHT = 15.0


def lines(known: dict[int, Line], first: int, last: int) -> Iterator[Line]:
    """List rows or columns, those that nothing is known of once at most."""
    found = [line for number, line in known.items() if first <= number <= last]
    yield from found
    if len(found) <= last - first:
        yield Line()


def column_width(line: Line, part: Worksheet) -> float:
    """Tell how many characters a column shows; none if it is hidden."""
    if line.hidden:
        return 0.0
    width = part.sheet_format.defaultColWidth if line.size is None else line.size
    if width is None:
        return _USUAL_WIDTH
    pixels = int(width * _DIGIT + 0.5)
    if pixels <= _NARROW:
        return round(pixels / _NARROW, 2)
    return round((pixels - _PADDING) / _DIGIT, 2)


def set_column_width(line: Line, characters: float) -> None:
    """Make a column show so many characters."""
    line.hidden = characters == 0
    if characters:
        pixels = round(characters * _DIGIT) + _PADDING if characters >= 1 else _NARROW * characters
        line.size = int(pixels / _DIGIT * 256) / 256


def row_height(line: Line, part: Worksheet) -> float:
    """Tell how many points high a row is; none if it is hidden."""
    if line.hidden:
        return 0.0
    return float(line.size or part.sheet_format.defaultRowHeight or _USUAL_HEIGHT)


def fill(style: object, part: Worksheet) -> tuple[int, int, int] | None:
    """Tell the colour of a solid fill, None if there is none that is written as such."""
    if style is None:
        return None
    pattern = part.parent._fills[style.fillId]
    colour = getattr(pattern, "fgColor", None)
    if getattr(pattern, "patternType", None) != "solid" or not isinstance(colour.rgb, str):
        return None
    return tuple(bytes.fromhex(colour.rgb[-6:]))
