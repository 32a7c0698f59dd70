"""Sheets, for xlwings."""

from collections.abc import Iterator
from itertools import count
from typing import Any, Final

from xlwings import base_classes

from tests.hosts.libreoffice.boxes import LAST_COLUMN, LAST_ROW, Box
from tests.hosts.libreoffice.calls import PartOf, counted
from tests.hosts.libreoffice.errors import ExcelRefusesError
from tests.hosts.libreoffice.excel_api import WorksheetApi
from tests.hosts.libreoffice.ranges import Range
from tests.hosts.libreoffice.tables import Tables
from tests.hosts.libreoffice.writing import CONTENTS

_VISIBLE: Final = -1
_HIDDEN: Final = 0

Corner = Range | str | tuple[int, int]


class Sheet(PartOf, base_classes.Sheet):
    """A sheet of an open workbook.

    Args:
        book: The workbook.
        xl: The sheet, as LibreOffice knows it.
    """

    whole = "_book"

    def __init__(self, book: Any, xl: Any) -> None:
        self._book = book
        self.xl = xl

    @property
    def api(self) -> WorksheetApi:
        return WorksheetApi(self)

    @property
    def book(self) -> Any:
        return self._book

    @property
    @counted
    def index(self) -> int:
        return int(self.xl.RangeAddress.Sheet) + 1

    @property
    @counted
    def name(self) -> str:
        name: str = self.xl.Name
        return name

    @name.setter
    @counted
    def name(self, name: str) -> None:
        self.xl.setName(name)

    @property
    @counted
    def visible(self) -> int:
        return _VISIBLE if self.xl.IsVisible else _HIDDEN

    @visible.setter
    @counted
    def visible(self, visible: bool | int) -> None:
        self.xl.IsVisible = visible in (True, _VISIBLE)

    @property
    def tables(self) -> Tables:
        return Tables(self)

    @property
    def cells(self) -> Range:
        return self.at(Box(1, 1, LAST_ROW, LAST_COLUMN))

    @property
    @counted
    def used_range(self) -> Range:
        return self.at(self.used_box())

    def used_box(self) -> Box:
        """Give the box around everything that is used."""
        cursor = self.xl.createCursor()
        cursor.gotoStartOfUsedArea(False)
        cursor.gotoEndOfUsedArea(True)
        return Box.of(cursor.RangeAddress)

    def at(self, box: Box) -> Range:
        """Give the range of a box."""
        return Range(self, box)

    def range(self, arg1: Corner, arg2: Corner | None = None) -> Range:
        first = self._corner(arg1)
        if arg2 is None:
            return first
        return first.sheet.at(first.box.join(self._corner(arg2).box))

    @property
    def is_active(self) -> bool:
        """Whether its window shows it."""
        return bool(self._book.controller.ActiveSheet.Name == self.xl.Name)

    def _corner(self, corner: Corner) -> Range:
        if isinstance(corner, Range):
            return corner
        if isinstance(corner, tuple):
            return self.at(Box.at(*corner))
        sheet, _, address = corner.rpartition("!")
        if sheet:
            return self._book.sheets(sheet.strip("'").replace("''", "'"))._corner(address)
        box = Box.parse(address)
        return self._table(address) if box is None else self.at(box)

    def _table(self, name: str) -> Range:
        """Give the data of a table; its name is a range in Excel."""
        for sheet in self._book.sheets:
            if name in sheet.tables:
                return sheet.tables(name).data_body_range
        raise ExcelRefusesError(f"There is no range {name!r}.")

    @counted
    def activate(self) -> None:
        self._book.controller.setActiveSheet(self.xl)

    def select(self) -> None:
        self.activate()

    @counted
    def clear_contents(self) -> None:
        self.xl.clearContents(CONTENTS)

    @counted
    def delete(self) -> None:
        if not any(one.visible for one in self._book.sheets if one.name != self.name):
            raise ExcelRefusesError("A workbook must contain at least one visible worksheet.")
        self._book.document.Sheets.removeByName(self.name)

    def autofit(self, axis: str | None = None) -> None:
        self.cells.autofit(axis)

    def has_own_filter(self) -> bool:
        """Tell whether a range of the sheet that is no table has a filter."""
        unnamed = self._book.document.getPropertyValue("UnnamedDatabaseRanges")
        index = self.index - 1
        return bool(unnamed.hasByTable(index) and unnamed.getByTable(index).AutoFilter)

    def filters_rows(self) -> bool:
        """Tell whether a filter hides rows."""
        rows = self.xl.Rows
        hidden = Range(self, self.used_box()).cells.rows_out_of_sight()
        return any(rows.getByIndex(row - 1).IsFiltered for row in hidden)


class Sheets(PartOf, base_classes.Sheets):
    """The sheets of an open workbook.

    Args:
        book: The workbook.
    """

    whole = "book"

    def __init__(self, book: Any) -> None:
        self.book = book

    @property
    @counted
    def api(self) -> Any:
        return self.book.document.Sheets

    @property
    @counted
    def active(self) -> Sheet:
        return Sheet(self.book, self.book.controller.ActiveSheet)

    def __call__(self, key: int | str) -> Sheet:
        sheets = self.api
        if isinstance(key, int):
            if not 1 <= key <= sheets.Count:
                raise KeyError(key)
            return Sheet(self.book, sheets.getByIndex(key - 1))
        for name in sheets.ElementNames:
            if name.casefold() == key.casefold():
                return Sheet(self.book, sheets.getByName(name))
        raise KeyError(key)

    def __len__(self) -> int:
        return int(self.api.Count)

    def __iter__(self) -> Iterator[Sheet]:
        sheets = self.api
        for index in range(sheets.Count):
            yield Sheet(self.book, sheets.getByIndex(index))

    def __contains__(self, key: object) -> bool:
        return str(key).casefold() in {name.casefold() for name in self.api.ElementNames}

    def add(
        self,
        before: Sheet | None = None,
        after: Sheet | None = None,
        name: str | None = None,
    ) -> Sheet:
        index = before.index - 1 if before else after.index if after else len(self)
        free = next(one for number in count(1) if (one := f"Sheet{number}") not in self)
        self.api.insertNewByName(name or free, index)
        added = self(name or free)
        added.activate()
        return added
