"""The members of Excel's object model that code reaches for where xlwings has none.

They are named as in Excel.
"""
# ruff: noqa: N802

from typing import Any

from tests.hosts.libreoffice.calls import PartOf, counted
from tests.hosts.libreoffice.cells import agreed
from tests.hosts.libreoffice.reading import real_formulas


class ApplicationApi(PartOf):
    """`Application`.

    Args:
        app: The application.
    """

    whole = "_app"

    def __init__(self, app: Any) -> None:
        self._app = app

    @property
    @counted
    def Ready(self) -> bool:
        """Whether the application takes commands: no dialog is open."""
        return not self._app.dialogs()

    @property
    def Hwnd(self) -> int:
        """The number of the window."""
        hwnd: int = self._app.hwnd
        return hwnd


class WorkbookApi(PartOf):
    """`Workbook`.

    Args:
        book: The workbook.
    """

    whole = "_book"

    def __init__(self, book: Any) -> None:
        self._book = book

    @property
    @counted
    def FullName(self) -> str:
        """Its file with the folder."""
        name: str = self._book.fullname
        return name


class WorksheetApi(PartOf):
    """`Worksheet`.

    Args:
        sheet: The sheet.
    """

    whole = "_sheet"

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet

    @property
    @counted
    def ProtectContents(self) -> bool:
        """Whether locked cells cannot be changed."""
        return bool(self._sheet.xl.isProtected())

    @property
    def Hyperlinks(self) -> "HyperlinksApi":
        """Its hyperlinks."""
        return HyperlinksApi(self._sheet)

    @property
    @counted
    def AutoFilterMode(self) -> bool:
        """Whether the sheet, not a table of it, shows the arrows of a filter."""
        return bool(self._sheet.has_own_filter())

    @property
    @counted
    def FilterMode(self) -> bool:
        """Whether a filter hides rows."""
        return bool(self._sheet.filters_rows())


class HyperlinksApi(PartOf):
    """`Hyperlinks` of a sheet or a range.

    Args:
        sheet: The sheet.
    """

    whole = "_sheet"

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet

    @property
    @counted
    def Count(self) -> int:
        """How many of the used cells of the sheet have one."""
        return sum(1 for _ in self._sheet.used_range.linked())

    @counted
    def Add(self, anchor: "RangeApi", address: str) -> None:
        """Let a cell lead to an address; a text that it has stays."""
        anchor.range.link_to(address)


class EntireRowApi:
    """`Range.EntireRow`.

    Args:
        cells: The range.
    """

    def __init__(self, cells: Any) -> None:
        self._range = cells

    @property
    def Hidden(self) -> bool | None:
        """Whether the rows are hidden; None if some are."""
        hidden: bool | None = self._range.row_hidden
        return hidden

    @Hidden.setter
    def Hidden(self, hidden: bool) -> None:
        self._range.row_hidden = hidden


class RangeApi(PartOf):
    """`Range`.

    Args:
        cells: The range.
    """

    whole = "range"

    def __init__(self, cells: Any) -> None:
        self.range = cells

    @property
    def Address(self) -> str:
        """Where it is."""
        address: str = self.range.address
        return address

    @property
    @counted
    def Locked(self) -> bool | None:
        """Whether the cells are locked; None if some are."""
        locked: bool | None = self.range.cells.locked()
        return locked

    @property
    @counted
    def HasFormula(self) -> bool | None:
        """Whether the cells hold formulas; None if some do."""
        return agreed(one for row in real_formulas(self.range.cells) for one in row)

    @property
    def HasArray(self) -> bool | None:
        """Whether the cells are part of an array formula; None if some are."""
        has_array: bool | None = self.range.has_array
        return has_array

    @property
    def MergeCells(self) -> bool | None:
        """Whether the cells are merged; None if some are."""
        merged: bool | None = self.range.merge_cells
        return merged

    @property
    def Hyperlinks(self) -> HyperlinksApi:
        """The hyperlinks of the range."""
        return HyperlinksApi(self.range.sheet)

    @counted
    def ClearHyperlinks(self) -> None:
        """Take the hyperlinks off the cells; contents and formats stay."""
        self.range.unlink()

    @property
    def EntireRow(self) -> EntireRowApi:
        """The rows of the range."""
        return EntireRowApi(self.range)


class ListObjectApi:
    """`ListObject`.

    Args:
        table: The table.
    """

    def __init__(self, table: Any) -> None:
        self._table = table

    @property
    def Name(self) -> str:
        """Its name."""
        name: str = self._table.name
        return name

    @property
    def Range(self) -> RangeApi:
        """Its cells, with header and totals."""
        api: RangeApi = self._table.range.api
        return api

    @property
    def SourceType(self) -> int:
        """What it is made of: always cells (xlSrcRange)."""
        return 1

    @property
    def ShowHeaders(self) -> bool:
        """Whether it has a header row."""
        shown: bool = self._table.show_headers
        return shown

    @property
    def ShowTotals(self) -> bool:
        """Whether it has a totals row."""
        shown: bool = self._table.show_totals
        return shown

    def Resize(self, cells: RangeApi) -> None:
        """Give it other cells."""
        self._table.resize(cells.range)
