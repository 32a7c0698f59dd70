"""Workbooks made of reports that were downloaded as CSV: one sheet with one table.

Texts that look like numbers stay text, amounts become numbers, days true dates, and nothing ever
becomes a formula. Rows are written as they are read, so that large reports fit into memory.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, cast

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from xlsx_addin.core.cells import LAST_COLUMN, LAST_ROW
from xlsx_addin.core.report_columns import (
    Kind,
    Reading,
    read_columns,
    unique_headers,
)
from xlsx_addin.core.reports import recognise
from xlsx_addin.errors import InputError
from xlsx_addin.workbooks.creating import check_name, create
from xlsx_addin.workbooks.csv_files import CsvFile, find_csv

_FORMATS: Final = {
    Kind.TEXT: "@",
    Kind.MONEY: "#,##0.00",
    Kind.COUNT: "General",
    Kind.DATE: "yyyy-mm-dd",
}
_WIDTHS: Final = {Kind.TEXT: 16, Kind.MONEY: 12, Kind.COUNT: 10, Kind.DATE: 12}
_WIDE: Final = {"title": 44, "titel": 44, "order id": 21, "bestellnummer": 21}
_NARROWEST_HEADER: Final = 24
_SHEET_NAME: Final = "Report"


@dataclass(slots=True)
class NewReport:
    """What was made of a report.

    Args:
        path: the workbook.
        name: what Amazon calls the report; empty if it is another table.
        sheet: the sheet it is on.
        rows: rows below the header.
        columns: columns of the file.
        dates_as_text: dates that stay text since they may be two days.
        amounts_as_text: amounts that stay text since they may be two numbers.
    """

    path: Path
    name: str = ""
    sheet: str = ""
    rows: int = 0
    columns: int = 0
    dates_as_text: int = 0
    amounts_as_text: int = 0


def new_from_report(path: Path, source: Path) -> NewReport:
    """Make a workbook of a downloaded report.

    Args:
        path: where the workbook goes; ends in .xlsx.
        source: the CSV file.

    Raises:
        InputError: the file cannot be read, or is no table; names the line.
        WorkbookError: there is a workbook already, or its name ends in something else.
        LocalError: the folder cannot be written.
    """
    check_name(path, ".xlsx")
    maker = _Maker(find_csv(source), NewReport(path))
    create(path, maker.write)
    return maker.report


class _Maker:
    """Writes the workbook of a report; what is wrong with the file is found before that."""

    def __init__(self, file: CsvFile, report: NewReport) -> None:
        self.report = report
        self._file = file
        headers = self._headers()
        found = recognise(headers)
        report.name = found.name if found else ""
        report.sheet = report.name.removesuffix(" report") or _SHEET_NAME
        report.columns = len(headers)
        self._names = unique_headers(headers)
        report.rows = self._count()
        self._reading: Reading = read_columns(headers, self._rows, is_amazons=bool(found))

    def write(self, target: IO[bytes]) -> None:
        """Write the workbook.

        Args:
            target: the file, opened.
        """
        book = Workbook(write_only=True)
        # A write-only sheet has all that is used here, although its type says less.
        sheet = cast("Worksheet", book.create_sheet(self.report.sheet))
        sheet.freeze_panes = "A2"
        for at, (name, kind) in enumerate(zip(self._names, self._reading.kinds, strict=True)):
            width = _WIDE.get(name.casefold()) or _WIDTHS[kind]
            column = sheet.column_dimensions[get_column_letter(at + 1)]
            column.width = max(width, min(len(name) + 4, _NARROWEST_HEADER))
        sheet.append(self._header_cells(sheet))
        cells = [self._empty(sheet, kind) for kind in self._reading.kinds]
        for row in self._rows():
            sheet.append([self._filled(cells, at, text) for at, text in enumerate(row)])
        sheet.tables.add(self._table())
        book.save(target)

    def _headers(self) -> Sequence[str]:
        filled = (row for _, row in self._file.rows() if any(map(str.strip, row)))
        headers = next(filled, [])
        name = self._file.path.name
        if len(headers) < 2:
            raise InputError(
                f"{name} has a single column: {', '.join(headers)[:80]!r}.",
                next_step="Cells are separated by commas, semicolons, tabs or bars; download the"
                " report again, as CSV.",
                code="csv-unreadable",
            )
        if len(headers) > LAST_COLUMN:
            raise InputError(
                f"{name} has {len(headers):,} columns; a sheet has {LAST_COLUMN:,}.",
                next_step="Check that it is the report that you want.",
                code="csv-unreadable",
            )
        return headers

    def _count(self) -> int:
        """Count the rows, and check that each has the cells of the header."""
        count, width, name = 0, self.report.columns, self._file.path.name
        for line, row in self._numbered():
            count += 1
            if len(row) < width or any(map(str.strip, row[width:])):
                raise InputError(
                    f"Line {line} of {name} has {len(row)} cells, but the header has {width}.",
                    next_step="Perhaps a quotation mark or a separator is missing in or above that"
                    " line. Download the report again, or correct the line.",
                    code="csv-ragged",
                )
        if not count:
            raise InputError(
                f"{name} has a header and no rows.",
                next_step="Download the report for another time.",
                code="csv-empty",
            )
        if count >= LAST_ROW:
            raise InputError(
                f"{name} has {count:,} rows; a sheet has {LAST_ROW:,}.",
                next_step="Download the report in parts, of a month each.",
                code="too-many-rows",
            )
        return count

    def _numbered(self) -> Iterator[tuple[int, list[str]]]:
        filled = (one for one in self._file.rows() if any(map(str.strip, one[1])))
        next(filled, None)
        return filled

    def _rows(self) -> Iterator[list[str]]:
        width = self.report.columns
        return (row[:width] for _, row in self._numbered())

    def _header_cells(self, sheet: Worksheet) -> list[Cell]:
        cells = []
        for name in self._names:
            cell = WriteOnlyCell(sheet, name)
            # A name such as `=1+1` is a name.
            cell.data_type = "s"
            cell.font = Font(name="Calibri", size=11, bold=True)
            cell.fill = PatternFill(fgColor="FFDDEBF7", fill_type="solid")
            cells.append(cell)
        return cells

    def _empty(self, sheet: Worksheet, kind: Kind) -> Cell:
        cell = WriteOnlyCell(sheet)
        cell.number_format = _FORMATS[kind]
        return cell

    def _filled(self, cells: Sequence[Cell], at: int, text: str) -> Cell | None:
        """Put a value into the cell of a column; it is written out before the next row comes."""
        value = self._reading.value(text, at)
        if value is None:
            return None
        cell = cells[at]
        cell.value = value
        if isinstance(value, str):
            # Else `=1+1` is a formula and `#N/A` an error.
            cell.data_type = "s"
            self._note_text(at)
        return cell

    def _note_text(self, at: int) -> None:
        kind = self._reading.kinds[at]
        self.report.dates_as_text += kind is Kind.DATE and self._reading.order is None
        self.report.amounts_as_text += kind is Kind.MONEY and self._reading.mark is None

    def _table(self) -> Table:
        last = get_column_letter(len(self._names))
        table = Table(displayName="tblReport", ref=f"A1:{last}{self.report.rows + 1}")
        table.tableStyleInfo = TableStyleInfo(name="TableStyleLight9", showRowStripes=True)
        # openpyxl cannot take them from rows that are written out already.
        table.tableColumns = [
            TableColumn(id=number, name=name) for number, name in enumerate(self._names, start=1)
        ]
        table.autoFilter = AutoFilter(ref=table.ref)
        return table
