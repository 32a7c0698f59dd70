"""The few members of Excel's object model that code reaches for behind `api`."""

# ruff: noqa: N802 - Excel chose these names

from collections.abc import Iterable

from tests.hosts.memory.calls import Calls, round_trip
from tests.hosts.memory.errors import refused
from tests.hosts.memory.filters import criteria
from tests.hosts.memory.grid import Grid, Line, Reference
from tests.hosts.memory.table_model import TableModel
from tests.hosts.memory.workbook import Application, Workbook
from tests.hosts.memory.writing import check_allowed


def agreed(answers: Iterable[object]) -> object:
    """Tell what all say, None if they disagree."""
    different = set(answers)
    return different.pop() if len(different) == 1 else None


class WorkbookApi:
    """Excel's Workbook."""

    def __init__(self, workbook: Workbook) -> None:
        self.calls = workbook.application.calls
        self._workbook = workbook

    @property
    @round_trip
    def FullName(self) -> str:
        """Its file with the folder, its name without a file, or its address on a server."""
        self._workbook.check()
        return self._workbook.full_name


class ApplicationApi:
    """Excel's Application."""

    def __init__(self, application: Application) -> None:
        self.calls = application.calls
        self._application = application

    @property
    @round_trip
    def Ready(self) -> bool:
        """Whether it listens; if it does not, asking fails like everything else."""
        return True

    @property
    @round_trip
    def Hwnd(self) -> int:
        """Its window."""
        return self._application.pid * 16


class SheetApi:
    """Excel's Worksheet."""

    def __init__(self, calls: Calls, grid: Grid) -> None:
        self.calls = calls
        self.grid = grid

    @property
    @round_trip
    def ProtectContents(self) -> bool:
        """Whether it is protected."""
        self.grid.check()
        return self.grid.protection.on

    @property
    @round_trip
    def Hyperlinks(self) -> "HyperlinksApi":
        """Its hyperlinks."""
        return HyperlinksApi(self.calls, self.grid)

    @property
    @round_trip
    def AutoFilterMode(self) -> bool:
        """Whether it has filter buttons besides those of tables."""
        self.grid.check()
        return self.grid.part.auto_filter.ref is not None

    @property
    @round_trip
    def FilterMode(self) -> bool:
        """Whether a filter of it or of one of its tables has a criterion."""
        self.grid.check()
        return any(True for _ in criteria(self.grid))


class HyperlinksApi:
    """Excel's Hyperlinks of a sheet or a range."""

    def __init__(self, calls: Calls, grid: Grid) -> None:
        self.calls = calls
        self._grid = grid

    @property
    @round_trip
    def Count(self) -> int:
        """How many of the sheet there are."""
        self._grid.check()
        return sum(cell.link is not None for cell in self._grid.cells.values())

    @round_trip
    def Add(self, anchor: "RangeApi", address: str) -> None:
        """Let a cell lead to an address; a text that it has stays."""
        check_allowed(self._grid, "insert_hyperlinks")
        cell = self._grid.cell(*anchor.reference.box.corner)
        cell.link = address
        if not cell.filled:
            cell.value = address


class RangeApi:
    """Excel's Range."""

    def __init__(self, calls: Calls, reference: Reference) -> None:
        self.calls = calls
        self.reference = reference

    @property
    def _cells(self):
        """The cells that were ever touched."""
        return [cell for _, cell in self.reference.grid.inside(self.reference.box)]

    def _all_agree(self, answers: list[object], default: object) -> object:
        """Add the answer of cells that were never touched."""
        untouched = len(answers) < self.reference.box.size
        return agreed([*answers, default] if untouched else answers)

    @property
    @round_trip
    def Locked(self) -> bool | None:
        """Whether a protected sheet keeps the cells from being changed."""
        return agreed(one.locked for one in self.reference.grid.looks(self.reference.box))

    @Locked.setter
    @round_trip
    def Locked(self, value: bool) -> None:
        grid = self.reference.grid
        if grid.protection.on:
            raise refused("Unable to set the Locked property of the Range class")
        grid.change_looks(self.reference.box, locked=bool(value))

    @property
    @round_trip
    def HasFormula(self) -> bool | None:
        """Whether the cells have formulas."""
        return self._all_agree([one.formula is not None for one in self._cells], default=False)

    @property
    @round_trip
    def HasArray(self) -> bool | None:
        """Whether the cells are part of an array formula."""
        return self._all_agree([one.array is not None for one in self._cells], default=False)

    @property
    @round_trip
    def MergeCells(self) -> bool | None:
        """Whether the cells are merged."""
        return merged(self.reference)

    @property
    @round_trip
    def Hyperlinks(self) -> HyperlinksApi:
        """The hyperlinks of the cells."""
        return HyperlinksApi(self.calls, self.reference.grid)

    @round_trip
    def ClearHyperlinks(self) -> None:
        """Take the hyperlinks off the cells; contents and formats stay."""
        for cell in self._cells:
            cell.link = None

    @property
    @round_trip
    def EntireRow(self) -> "EntireRowApi":
        """The rows of the cells."""
        return EntireRowApi(self.calls, self.reference)


class EntireRowApi:
    """The rows of some cells, as Excel's Range."""

    def __init__(self, calls: Calls, reference: Reference) -> None:
        self.calls = calls
        self.reference = reference

    @property
    @round_trip
    def Hidden(self) -> bool | None:
        """Whether the rows are hidden."""
        return hidden(self.reference.grid.rows, self.reference.box.top, self.reference.box.bottom)

    @Hidden.setter
    @round_trip
    def Hidden(self, value: bool) -> None:
        hide_rows(self.reference, hide=bool(value))


class TableApi:
    """Excel's ListObject."""

    def __init__(self, calls: Calls, grid: Grid, table: TableModel, resize) -> None:
        self.calls = calls
        self._grid = grid
        self._table = table
        self._resize = resize

    @property
    @round_trip
    def Name(self) -> str:
        """Its name."""
        self._grid.check()
        return self._table.name

    @property
    @round_trip
    def Range(self) -> RangeApi:
        """All of it."""
        return RangeApi(self.calls, Reference(self._grid, self._table.box))

    @property
    @round_trip
    def SourceType(self) -> int:
        """What it is made of: cells, or a query (XlListObjectSourceType)."""
        self._grid.check()
        return 3 if self._table.part.tableType == "queryTable" else 1

    @property
    @round_trip
    def ShowHeaders(self) -> bool:
        """Whether its header row is shown."""
        self._grid.check()
        return self._table.headers

    @property
    @round_trip
    def ShowTotals(self) -> bool:
        """Whether its totals row is shown."""
        self._grid.check()
        return self._table.totals

    @round_trip
    def Resize(self, area: RangeApi) -> None:
        """Make it larger or smaller."""
        self._resize(area.reference)


def merged(reference: Reference) -> bool | None:
    """Tell whether cells are merged, None if only some are."""
    box = reference.box
    inside = sum(
        (min(one.bottom, box.bottom) - max(one.top, box.top) + 1)
        * (min(one.right, box.right) - max(one.left, box.left) + 1)
        for one in reference.grid.merges
        if one.meets(box)
    )
    return None if 0 < inside < box.size else inside > 0


def hidden(lines: dict[int, Line], first: int, last: int) -> bool | None:
    """Tell whether rows or columns are hidden, None if only some are."""
    count = sum(line.hidden for number, line in lines.items() if first <= number <= last)
    return None if 0 < count <= last - first else count > 0


def hide_rows(reference: Reference, *, hide: bool) -> None:
    """Hide rows or show them.

    Raises:
        ComError: the protection of the sheet forbids it.
    """
    check_allowed(reference.grid, "format_rows")
    for row in range(reference.box.top, reference.box.bottom + 1):
        reference.grid.rows.setdefault(row, Line()).hidden = hide
