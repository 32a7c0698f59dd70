"""Tables, which LibreOffice keeps as database ranges."""

from collections.abc import Iterator
from itertools import count
from typing import Any

from xlwings import base_classes

from tests.hosts.libreoffice.boxes import Box
from tests.hosts.libreoffice.calls import Calls, counted
from tests.hosts.libreoffice.errors import ExcelRefusesError
from tests.hosts.libreoffice.excel_api import ListObjectApi


class Table(base_classes.Table):
    """A table of a sheet.

    Args:
        sheet: Its sheet.
        xl: The database range.
    """

    def __init__(self, sheet: Any, xl: Any) -> None:
        self.sheet = sheet
        self.xl = xl

    @property
    def calls(self) -> Calls:
        """The counter of calls."""
        calls: Calls = self.sheet.calls
        return calls

    @property
    def api(self) -> ListObjectApi:
        return ListObjectApi(self)

    @property
    def parent(self) -> Any:
        return self.sheet

    @property
    @counted
    def name(self) -> str:
        name: str = self.xl.Name
        return name

    @property
    def display_name(self) -> str:
        name: str = self.name
        return name

    @property
    @counted
    def show_headers(self) -> bool:
        return bool(self.xl.ContainsHeader)

    @property
    @counted
    def show_totals(self) -> bool:
        return bool(self.xl.TotalsRow)

    @property
    @counted
    def show_autofilter(self) -> bool:
        return bool(self.xl.AutoFilter)

    @show_autofilter.setter
    @counted
    def show_autofilter(self, shown: bool) -> None:
        self.xl.AutoFilter = shown

    @property
    @counted
    def range(self) -> Any:
        return self.sheet.at(self.box)

    @property
    def box(self) -> Box:
        """Where the table is, with header and totals."""
        return Box.of(self.xl.DataArea)

    @property
    @counted
    def header_row_range(self) -> Any | None:
        if not self.xl.ContainsHeader:
            return None
        box = self.box
        return self.sheet.at(Box.at(box.row, box.column, 1, box.shape[1]))

    @property
    @counted
    def totals_row_range(self) -> Any | None:
        if not self.xl.TotalsRow:
            return None
        box = self.box
        return self.sheet.at(Box.at(box.last_row, box.column, 1, box.shape[1]))

    @property
    @counted
    def data_body_range(self) -> Any | None:
        box = self.box
        top = box.row + bool(self.xl.ContainsHeader)
        bottom = box.last_row - bool(self.xl.TotalsRow)
        if top > bottom:
            return None
        return self.sheet.at(Box(top, box.column, bottom, box.last_column))

    @counted
    def resize(self, cells: Any) -> None:
        """Give the table other cells; new columns without a header get one, as in Excel.

        Raises:
            ExcelRefusesError: The header would be in another row, or the sheet is protected.
        """
        old, new = self.box, getattr(cells, "impl", cells).box
        if new.row != old.row or old.meet(new) is None:
            raise ExcelRefusesError("The headers of a table stay in their row when it is resized.")
        if self.sheet.xl.isProtected():
            raise ExcelRefusesError("A table on a protected sheet cannot be resized.")
        self.xl.DataArea = new.for_office(self.sheet.xl.RangeAddress.Sheet)
        if self.xl.ContainsHeader:
            self._name_columns(Box.at(new.row, new.column, 1, new.shape[1]))

    def _name_columns(self, header: Box) -> None:
        cells = self.sheet.at(header).cells.xl
        (names,) = cells.getDataArray()
        taken = {str(name).casefold() for name in names}
        spare = (name for number in count(1) if (name := f"Column{number}").casefold() not in taken)
        for index, name in enumerate(names):
            if name == "":
                cells.getCellByPosition(index, 0).String = next(spare)


class Tables(base_classes.Tables):
    """The tables of a sheet.

    Args:
        sheet: The sheet.
    """

    def __init__(self, sheet: Any) -> None:
        self.sheet = sheet

    @property
    def api(self) -> Any:
        return self.sheet.book.document.DatabaseRanges

    @property
    def parent(self) -> Any:
        return self.sheet

    def __iter__(self) -> Iterator[Table]:
        self.sheet.calls.add()
        index = self.sheet.xl.RangeAddress.Sheet
        ranges = self.api
        for number in range(ranges.Count):
            found = ranges.getByIndex(number)
            if found.DataArea.Sheet == index:
                yield Table(self.sheet, found)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, key: object) -> bool:
        return any(key in (number, table.xl.Name) for number, table in enumerate(self, 1))

    def __call__(self, key: int | str) -> Table:
        for number, table in enumerate(self, 1):
            if key == number or str(key).casefold() == table.xl.Name.casefold():
                return table
        raise KeyError(key)
