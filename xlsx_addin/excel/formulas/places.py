"""The places of cells: how formulas name them, and how Excel takes many at once."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from xlsx_addin.core.cells import column_letters, column_number

SEPARATOR: Final = "|"
"""Between the window of an Excel and the address in it."""

LONGEST_AREA: Final = 255
"""Characters of an address that Excel takes."""

_PLACE: Final = re.compile(
    r"(\d+)\|(?:\[(?P<book>[^\]]+)\](?P<sheet>[^!']+)"
    r"|'\[(?P<quoted_book>[^\]]+)\](?P<quoted_sheet>(?:[^']|'')+)')!(?P<address>\$[$A-Z0-9:,]+)"
)
_CELL: Final = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")


class Sheet(NamedTuple):
    """A sheet in an open workbook.

    Args:
        window: handle of the Excel's main window.
        book: the workbook's name.
        name: the sheet's name.
    """

    window: int
    book: str
    name: str


class Place(NamedTuple):
    """A cell, or the cells of an array formula."""

    sheet: Sheet
    address: str


def read_place(text: str) -> Place | None:
    """Read how a formula names its cell, such as ``132|[Book1.xlsx]Sheet1!$D$2``.

    Args:
        text: the handle of the window and Excel's external address.

    Returns:
        The place, None if it is none.
    """
    match = _PLACE.fullmatch(text)
    if match is None:
        return None
    book = match["book"] or match["quoted_book"].replace("''", "'")
    sheet = match["sheet"] or match["quoted_sheet"].replace("''", "'")
    return Place(Sheet(int(match[1]), book, sheet), match["address"])


def join(addresses: Iterable[str], most: int) -> Iterator[str]:
    """Join the addresses of cells of one sheet into few areas.

    Args:
        addresses: such as ``$D$2``; runs within a column become ranges.
        most: cells in an area.

    Yields:
        Addresses that Excel takes, such as ``D2:D26,F7``.
    """
    rows: defaultdict[int, list[int]] = defaultdict(list)
    for address in dict.fromkeys(addresses):
        match = _CELL.fullmatch(address)
        column = column_number(match[1]) if match else None
        if match is None or column is None:
            yield address.replace("$", "")
        else:
            rows[column].append(int(match[2]))
    area, cells = "", 0
    for column in sorted(rows):
        for first, last in _runs(sorted(rows[column]), most):
            size = last - first + 1
            letters = column_letters(column)
            run = f"{letters}{first}" if size == 1 else f"{letters}{first}:{letters}{last}"
            if area and (cells + size > most or len(area) + len(run) >= LONGEST_AREA):
                yield area
                area, cells = "", 0
            area, cells = f"{area},{run}" if area else run, cells + size
    if area:
        yield area


def _runs(rows: list[int], most: int) -> Iterator[tuple[int, int]]:
    first = last = rows[0]
    for row in rows[1:]:
        if row != last + 1 or row - first >= most:
            yield first, last
            first = row
        last = row
    yield first, last
