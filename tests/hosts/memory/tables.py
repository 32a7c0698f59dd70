"""Tables (ListObjects) as xlwings sees them."""

from collections.abc import Iterator

from openpyxl.worksheet.table import Table as Part
from openpyxl.worksheet.table import TableStyleInfo
from xlwings import base_classes

from tests.hosts.memory.api import TableApi
from tests.hosts.memory.boxes import Box
from tests.hosts.memory.calls import round_trip
from tests.hosts.memory.errors import gone, on_a_protected_sheet, refused
from tests.hosts.memory.grid import Grid, Reference
from tests.hosts.memory.ranges import Range
from tests.hosts.memory.table_model import TableModel
from tests.hosts.memory.writing import name_columns


class Tables(base_classes.Tables):
    """The tables of a sheet."""

    def __init__(self, sheet) -> None:
        self.sheet = sheet
        self.calls = sheet.calls

    def _table(self, table: TableModel) -> "Table":
        return Table(self.sheet, table)

    @round_trip
    def __call__(self, key: str | int) -> "Table":
        for position, table in enumerate(self.sheet.grid.tables, 1):
            if key == position or str(key).lower() == table.name.lower():
                return self._table(table)
        raise KeyError(key)

    @round_trip
    def __len__(self) -> int:
        return len(self.sheet.grid.tables)

    @round_trip
    def __iter__(self) -> Iterator["Table"]:
        return iter([self._table(one) for one in self.sheet.grid.tables])

    @round_trip
    def __contains__(self, key: str) -> bool:
        return any(str(key).lower() == one.name.lower() for one in self.sheet.grid.tables)

    @round_trip
    def add(
        self,
        source_type=None,
        source=None,
        link_source=None,
        has_headers=None,
        destination=None,
        table_style_name=None,
        name=None,
    ) -> "Table":
        """Make a table of cells.

        Raises:
            ComError: it would overlap another one, its name is taken, or the sheet is protected.
        """
        grid = self.sheet.grid
        box = source.impl.reference.box
        check_place(grid, box)
        if has_headers and box.height == 1:
            box = box._replace(bottom=box.bottom + 1)
        name = self._free_name(name)
        part = Part(
            id=1 + sum(len(one.tables) for one in self.sheet.workbook.grids),
            displayName=name,
            name=name,
            ref=box.address(row_absolute=False, column_absolute=False),
            tableStyleInfo=TableStyleInfo(name=table_style_name or "TableStyleMedium2"),
        )
        table = TableModel(name, box, bool(has_headers), False, bool(has_headers), [], part)
        grid.tables.append(table)
        name_columns(grid, table)
        return self._table(table)

    def _free_name(self, name: str | None) -> str:
        taken = {one.name.lower() for grid in self.sheet.workbook.grids for one in grid.tables}
        if name is None:
            return next(f"Table{n}" for n in range(1, len(taken) + 2) if f"table{n}" not in taken)
        if name.lower() in taken:
            raise refused("A table with this name exists already.")
        return name


def check_place(grid: Grid, box: Box, table: TableModel | None = None) -> None:
    """Make sure that a table may take up an area.

    Raises:
        ComError: it may not.
    """
    grid.check()
    if grid.protection.on:
        raise on_a_protected_sheet()
    if any(one.box.meets(box) for one in grid.tables if one is not table):
        raise refused("A table cannot overlap another table.")
    if any(one.meets(box) for one in grid.merges):
        raise refused("A table cannot have merged cells.")


class Table(base_classes.Table):
    """A table."""

    def __init__(self, sheet, table: TableModel) -> None:
        self.sheet = sheet
        self.table = table
        self.calls = sheet.calls

    @property
    def _live(self) -> TableModel:
        """What is known of it.

        Raises:
            ComError: it is gone.
        """
        self.sheet.grid.check()
        if self.table not in self.sheet.grid.tables:
            raise gone()
        return self.table

    def _range(self, box: Box | None) -> Range | None:
        if box is None:
            return None
        return Range(self.sheet.engine, self.sheet.workbook, Reference(self.sheet.grid, box))

    @property
    def api(self) -> TableApi:
        """What Excel knows beyond xlwings."""
        return TableApi(self.calls, self.sheet.grid, self._live, self._resize)

    @property
    @round_trip
    def parent(self):
        """Its sheet."""
        return self.sheet

    @property
    @round_trip
    def name(self) -> str:
        """Its name."""
        return self._live.name

    @name.setter
    @round_trip
    def name(self, value: str) -> None:
        others = [
            one.name.lower()
            for grid in self.sheet.workbook.grids
            for one in grid.tables
            if one is not self._live
        ]
        if value.lower() in others:
            raise refused("A table with this name exists already.")
        self._live.name = value

    @property
    @round_trip
    def display_name(self) -> str:
        """Its name, the same here."""
        return self._live.name

    @display_name.setter
    def display_name(self, value: str) -> None:
        self.name = value

    @property
    @round_trip
    def range(self) -> Range:
        """All of it."""
        return self._range(self._live.box)

    @property
    @round_trip
    def header_row_range(self) -> Range | None:
        """Its header row, None if it is not shown."""
        return self._range(self._live.header_box)

    @property
    @round_trip
    def data_body_range(self) -> Range | None:
        """The rows between header and totals."""
        return self._range(self._live.body_box)

    @property
    @round_trip
    def totals_row_range(self) -> Range | None:
        """Its totals row, None if it is not shown."""
        return self._range(self._live.totals_box)

    @property
    @round_trip
    def show_headers(self) -> bool:
        """Whether its header row is shown."""
        return self._live.headers

    @property
    @round_trip
    def show_totals(self) -> bool:
        """Whether its totals row is shown."""
        return self._live.totals

    @property
    @round_trip
    def show_autofilter(self) -> bool:
        """Whether its header cells have filter buttons."""
        return self._live.filters

    @show_autofilter.setter
    @round_trip
    def show_autofilter(self, value: bool) -> None:
        self._live.filters = bool(value)

    @round_trip
    def resize(self, area) -> None:
        """Make it larger or smaller; header cells become the names of columns.

        Raises:
            ComError: the header row would move, the areas have nothing in common, or there is
                another table.
        """
        self._resize(area.impl.reference)

    def _resize(self, reference: Reference) -> None:
        table, box, grid = self._live, reference.box, self.sheet.grid
        if reference.grid is not grid:
            raise refused("A table stays on its sheet.")
        check_place(grid, box, table)
        if not box.meets(table.box) or (table.headers and box.top != table.box.top):
            raise refused(
                "The headers must remain in the same row, and the resulting table must overlap "
                "the original table."
            )
        if box.height < 1 + table.headers + table.totals:
            raise refused("A table needs at least one row of data.")
        table.box = box
        name_columns(grid, table)
