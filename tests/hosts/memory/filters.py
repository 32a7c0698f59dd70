"""Filters of a sheet and of its tables: who has one, and which rows it hides."""

from collections.abc import Iterable, Iterator

from openpyxl.worksheet.filters import FilterColumn, Filters

from tests.hosts.memory.boxes import Box
from tests.hosts.memory.grid import Grid, Line


def criteria(grid: Grid) -> Iterator[Box]:
    """List the areas of filters that have a criterion, header rows included."""
    own = grid.part.auto_filter
    if own.ref is not None and own.filterColumn:
        yield Box.parse(own.ref)
    for table in grid.tables:
        if table.filters and table.part.autoFilter and table.part.autoFilter.filterColumn:
            yield table.box


def filtered_rows(grid: Grid, box: Box) -> set[int]:
    """Collect the rows of a box that a filter hides; hiding them by hand is another thing."""
    hidden = {
        number
        for number, line in grid.rows.items()
        if line.hidden and box.top <= number <= box.bottom
    }
    areas = list(criteria(grid)) if hidden else []
    return {row for row in hidden if any(one.top < row <= one.bottom for one in areas)}


def filter_rows(grid: Grid, box: Box, rows: Iterable[int]) -> None:
    """Filter an area so that some of its rows are hidden."""
    own = grid.part.auto_filter
    own.ref = box.address(row_absolute=False, column_absolute=False)
    own.filterColumn = [FilterColumn(colId=0, filters=Filters(blank=True))]
    for row in rows:
        grid.rows.setdefault(row, Line()).hidden = True


def show_all(grid: Grid) -> None:
    """Take the criteria away, and show the rows that they hid."""
    for area in list(criteria(grid)):
        for row in filtered_rows(grid, area):
            grid.rows[row].hidden = False
    grid.part.auto_filter.filterColumn = []
    for table in grid.tables:
        if table.part.autoFilter:
            table.part.autoFilter.filterColumn = []
