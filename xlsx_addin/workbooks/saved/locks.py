"""Which cells of an edit a protected sheet locks."""

from collections.abc import Iterable, Iterator

from xlsx_addin.core.cells import LAST_ROW, cell_name
from xlsx_addin.workbooks.contract import SheetEdit
from xlsx_addin.workbooks.saved.findings import SheetSurvey
from xlsx_addin.workbooks.saved.reader import SheetReader
from xlsx_addin.workbooks.saved.rowlooks import empty_style, own_style
from xlsx_addin.workbooks.saved.rows import RawRow
from xlsx_addin.workbooks.saved.styles import Styles
from xlsx_addin.workbooks.saved.writer import Waiting


def first_locked(
    edit: SheetEdit, survey: SheetSurvey, reader: SheetReader, styles: Styles
) -> str | None:
    """Name the first cell of an edit that is locked, row by row; None if none is.

    Args:
        edit: the edit.
        survey: what the first pass found.
        reader: reads the sheet.
        styles: the workbook's cell formats.
    """
    if not survey.protected:
        return None
    wanted = _columns_by_row(edit)
    for number, row in _rows(wanted, reader):
        for column in sorted(wanted[number]):
            if styles.locked(_style(row, column, survey)):
                return cell_name(number, column)
    return None


def _rows(wanted: Iterable[int], reader: SheetReader) -> Iterator[tuple[int, RawRow | None]]:
    """Give the wanted rows in order; None for one that is not there."""
    waiting = Waiting(sorted(wanted))
    for _, row in reader.rows(1, LAST_ROW):
        yield from ((missing, None) for missing in waiting.before(row.number))
        if waiting.take(row.number):
            yield row.number, row
    yield from ((missing, None) for missing in waiting.rest())


def _columns_by_row(edit: SheetEdit) -> dict[int, list[int]]:
    wanted: dict[int, list[int]] = {}
    for column in edit.columns:
        if column.header is not None and edit.header_row is not None:
            wanted.setdefault(edit.header_row, []).append(column.column)
        for row in column.cells:
            wanted.setdefault(row, []).append(column.column)
    return wanted


def _style(row: RawRow | None, column: int, survey: SheetSurvey) -> int:
    if row is None:
        return survey.column_style(column)
    cell = next((cell for cell in row.cells if cell.column == column), None)
    return own_style(cell) if cell else empty_style(row, column, survey)
