"""Tables, which LibreOffice keeps as database ranges."""

from collections.abc import Collection, Iterator, Sequence
from itertools import count
from typing import Any

from xlwings import base_classes

from tests.hosts.libreoffice.boxes import Box
from tests.hosts.libreoffice.calls import PartOf, counted
from tests.hosts.libreoffice.entries import number_text
from tests.hosts.libreoffice.errors import ExcelRefusesError
from tests.hosts.libreoffice.excel_api import ListObjectApi


class Table(PartOf, base_classes.Table):
    """A table of a sheet.

    Args:
        sheet: Its sheet.
        xl: The database range.
    """

    whole = "sheet"

    def __init__(self, sheet: Any, xl: Any) -> None:
        self.sheet = sheet
        self.xl = xl

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
        if self.sheet.at(new).cells.merged_areas():
            raise ExcelRefusesError("A table cannot contain merged cells.")
        if any(one.box.meet(new) for one in self.sheet.tables if one.box != old):
            raise ExcelRefusesError("A table can't overlap another table.")
        self.xl.DataArea = new.for_office(self.sheet.xl.RangeAddress.Sheet)
        self.name_columns()

    def name_columns(self, changed: Box | None = None) -> None:
        """Make the headers different texts, as Excel does whenever one changes.

        Args:
            changed: Which cells were changed: others keep their names.
        """
        if not self.xl.ContainsHeader:
            return
        box = self.box
        header = Box.at(box.row, box.column, 1, box.shape[1])
        cells = self.sheet.at(header).cells.xl
        (found,) = cells.getDataArray()
        new = {column for _, column in changed.cells(header)} if changed else set()
        for index, name in column_names(found, new).items():
            if name != found[index]:
                cells.getCellByPosition(index, 0).String = name


def column_names(found: Sequence[Any], changed: Collection[int]) -> dict[int, str]:
    """Name the columns of a table that has these values in its header cells.

    Args:
        found: The values.
        changed: Which of them, counted from 0, give way to the others.
    """
    texts = [number_text(one) if isinstance(one, float) else str(one or "") for one in found]
    names: dict[int, str] = {}
    for index in sorted(range(len(texts)), key=lambda one: (one in changed, one)):
        taken = {name.casefold() for name in (*names.values(), *texts[index + 1 :])}
        text = texts[index]
        if not text:
            names[index] = _free("Column", taken, 1)
        elif text.casefold() in {name.casefold() for name in names.values()}:
            names[index] = _free(text, taken, 2)
        else:
            names[index] = text
    return names


def _free(name: str, taken: Collection[str], first: int) -> str:
    numbered = (f"{name}{number}" for number in count(first))
    return next(one for one in numbered if one.casefold() not in taken)


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

    def name_columns(self, changed: Box) -> None:
        """Look after the headers of tables among cells that were changed."""
        for table in self._all():
            box = table.box
            if Box.at(box.row, box.column, 1, box.shape[1]).meet(changed):
                table.name_columns(changed)

    def __iter__(self) -> Iterator[Table]:
        self.sheet.calls.add()
        return self._all()

    def _all(self) -> Iterator[Table]:
        index = self.sheet.xl.RangeAddress.Sheet
        ranges = [self.api.getByIndex(number) for number in range(self.api.Count)]
        tables = [Table(self.sheet, one) for one in ranges if one.DataArea.Sheet == index]
        # LibreOffice lists them by name. Excel lists the oldest first, which is not known here;
        # most are made from left to right and downwards.
        return iter(sorted(tables, key=lambda one: (one.box.column, one.box.row)))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, key: object) -> bool:
        return any(key in (number, table.xl.Name) for number, table in enumerate(self, 1))

    def __call__(self, key: int | str) -> Table:
        for number, table in enumerate(self, 1):
            if key == number or str(key).casefold() == table.xl.Name.casefold():
                return table
        raise KeyError(key)
