"""A sheet of our own: written new, or its rows replaced."""

from collections.abc import Iterator, Sequence
from typing import Final

from xlsx_addin.core.cells import Area
from xlsx_addin.workbooks.contract import ColumnEdit, ColumnKind, ResultValue
from xlsx_addin.workbooks.resultvalues import is_nothing
from xlsx_addin.workbooks.saved.cellwriter import CellWriter, ColumnWriter
from xlsx_addin.workbooks.saved.findings import SheetSurvey
from xlsx_addin.workbooks.saved.regions import Regions
from xlsx_addin.workbooks.saved.sheetedit import opened, with_dimension
from xlsx_addin.workbooks.saved.xml import STRICT_MAIN, TRANSITIONAL_MAIN

Rows = Sequence[Sequence[ResultValue]]

_NARROWEST: Final = 10
_WIDEST: Final = 60


def new_sheet(rows: Rows, cells: CellWriter, bold: int, *, strict: bool) -> Iterator[bytes]:
    """Write a sheet: its first row bold and always in view.

    Args:
        rows: what it holds.
        cells: writes values; without a prefix.
        bold: the format of the first row.
        strict: whether the workbook is of the strict form.
    """
    namespace = STRICT_MAIN if strict else TRANSITIONAL_MAIN
    yield (
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        b'<worksheet xmlns="%b"><sheetViews><sheetView workbookViewId="0">'
        b'<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        b"</sheetView></sheetViews>%b<sheetData>" % (namespace.encode(), _columns(rows))
    )
    yield from _rows(rows, cells, bold)
    yield b"</sheetData></worksheet>"


def replaced_rows(
    blocks: Iterator[bytes], survey: SheetSurvey, rows: Rows, cells: CellWriter, bold: int
) -> Iterator[bytes]:
    """Write other rows into a sheet and leave the rest of it alone.

    Args:
        blocks: the part, UTF-8.
        survey: what the first pass found.
        rows: what it is to hold.
        cells: writes values, with the prefix of the sheet.
        bold: the format of the first row.
    """
    regions = Regions(blocks, survey)
    width = max(map(len, rows), default=1)
    head = with_dimension(regions.head(), survey, Area(1, 1, max(1, len(rows)), width))
    new = _rows(rows, cells, bold)
    if survey.closes_itself:
        yield opened(head, survey, b"".join(new))
    else:
        yield head
        yield from new
        for _ in regions.rows():
            pass
    yield from regions.tail()


def _columns(rows: Rows) -> bytes:
    """Make columns as wide as their longest text, within bounds."""
    width = max(map(len, rows), default=0)
    widths = [
        max(len(str(row[column])) for row in rows if column < len(row)) + 2
        for column in range(width)
    ]
    return b"<cols>%b</cols>" % b"".join(
        b'<col min="%d" max="%d" width="%d" customWidth="1"/>'
        % (column, column, min(max(wide, _NARROWEST), _WIDEST))
        for column, wide in enumerate(widths, 1)
    )


def _rows(rows: Rows, cells: CellWriter, bold: int) -> Iterator[bytes]:
    width = max(map(len, rows), default=0)
    writers = [
        ColumnWriter(cells, ColumnEdit(column, ColumnKind.IDENTIFIER, {}))
        for column in range(1, width + 1)
    ]
    for number, row in enumerate(rows, 1):
        yield _row(b"%d" % number, row, writers, cells.prefix, bold if number == 1 else None)


def _row(
    name: bytes,
    row: Sequence[ResultValue],
    writers: list[ColumnWriter],
    prefix: bytes,
    bold: int | None,
) -> bytes:
    written = [
        writer.cell(name, value, 0) if bold is None else writer.formatted(name, value, bold)
        for writer, value in zip(writers, row, strict=False)
        if not is_nothing(value)
    ]
    return b'<%brow r="%b">%b</%brow>' % (prefix, name, b"".join(written), prefix)
