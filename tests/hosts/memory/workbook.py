"""An open workbook, and the application that holds it: what is there, without any call."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import openpyxl
from openpyxl.workbook import Workbook as Parts

from tests.hosts.memory.boxes import Box
from tests.hosts.memory.calls import Calls
from tests.hosts.memory.cells import Calendar
from tests.hosts.memory.errors import disconnected, refused
from tests.hosts.memory.grid import Grid
from tests.hosts.memory.loading import load_grid, load_parts
from tests.hosts.memory.saving import save_parts
from tests.hosts.memory.writing import Writer

_SHEET_NAME = 31


@dataclass(eq=False)
class Application:
    """An instance of the application.

    Args:
        pid: its number.
        calls: where calls into it are counted.
        today: tells the day.
        settings: what xlwings reads and sets, by the names there.
    """

    pid: int
    calls: Calls
    today: Callable[[], date]
    workbooks: list["Workbook"] = field(default_factory=list)
    settings: dict[str, object] = field(
        default_factory=lambda: {
            "visible": True,
            "screen_updating": True,
            "display_alerts": True,
            "enable_events": True,
            "interactive": True,
            "calculation": "automatic",
            "status_bar": False,
        }
    )
    active: "Workbook | None" = None
    selection: tuple[Grid, Box] | None = None

    def add(self) -> "Workbook":
        """Make a new workbook, which has no file yet."""
        taken = {one.name for one in self.workbooks}
        number = next(n for n in range(1, len(taken) + 2) if f"Book{n}" not in taken)
        parts = openpyxl.Workbook()
        parts.worksheets[0].title = "Sheet1"
        return self._show(Workbook(self, parts, {}, None, f"Book{number}"))

    def open(self, path: Path) -> "Workbook":
        """Open a file.

        Raises:
            ComError: there is no such file, or one of the same name is open.
        """
        path = Path(path).resolve()
        if not path.exists():
            raise refused(f"Sorry, we couldn't find {path}.")
        if any(one.name.lower() == path.name.lower() for one in self.workbooks):
            raise refused(f"A workbook named {path.name} is open already.")
        parts, results = load_parts(path)
        return self._show(Workbook(self, parts, results, path, path.name))

    def _show(self, workbook: "Workbook") -> "Workbook":
        self.workbooks.append(workbook)
        self.activate(workbook)
        return workbook

    def activate(self, workbook: "Workbook") -> None:
        """Bring a workbook to the front."""
        self.active = workbook
        self.selection = workbook.active, Box(1, 1, 1, 1)

    def close(self, workbook: "Workbook") -> None:
        """Close a workbook without saving it."""
        workbook.check()
        self.workbooks.remove(workbook)
        workbook.is_open = False
        if self.active is workbook:
            self.active = self.selection = None
            if self.workbooks:
                self.activate(self.workbooks[-1])


class Workbook:
    """An open workbook.

    Args:
        application: who has it open.
        parts: what openpyxl keeps of it.
        results: the stored results of formulas, by sheet and cell.
        path: its file, None if it has none yet.
        name: its name.
    """

    def __init__(self, application, parts: Parts, results, path: Path | None, name: str) -> None:
        self.application = application
        self.parts = parts
        self.path = path
        self.name = name
        self.address = ""
        self.is_open = True
        self.calendar = Calendar(from_1904=parts.epoch.year == 1904)
        self.grids = [
            load_grid(part, results.get(part.title, {}), self.calendar, self.check)
            for part in parts.worksheets
        ]
        self.active = next(
            (grid for grid in self.grids if grid.part is parts.active), self.grids[0]
        )

    @property
    def full_name(self) -> str:
        """Its file with the folder, or its address on a server."""
        return self.address or str(self.path or self.name)

    def check(self) -> None:
        """Make sure that it is still open.

        Raises:
            ComError: it is not.
        """
        if not self.is_open:
            raise disconnected()

    def writer(self, grid: Grid) -> Writer:
        """Make a writer for one of its sheets."""
        return Writer(grid, self.calendar, self.application.today())

    def save(self, path: Path) -> None:
        """Write it to a file; it stays what it is."""
        self.parts.active = self.active.part
        save_parts(self.parts, self.grids, path)

    def add_sheet(self, position: int, name: str | None) -> Grid:
        """Add an empty sheet and show it.

        Args:
            position: how many sheets are before it.
            name: its name; None for the next free one.

        Raises:
            ComError: sheets cannot be added, or not with this name.
        """
        self._check_structure()
        if name is not None:
            self.check_name(name)
        taken = {one.part.title.lower() for one in self.grids}
        number = next(n for n in range(1, len(taken) + 2) if f"sheet{n}" not in taken)
        part = self.parts.create_sheet(name or f"Sheet{number}", position)
        grid = load_grid(part, {}, self.calendar, self.check)
        self.grids.insert(position, grid)
        self.active = grid
        return grid

    def delete_sheet(self, grid: Grid) -> None:
        """Delete a sheet.

        Raises:
            ComError: it is the last one that can be seen, or sheets cannot be deleted.
        """
        self._check_structure()
        others = [
            one for one in self.grids if one is not grid and one.part.sheet_state == "visible"
        ]
        if not others:
            raise refused("A workbook must contain at least one visible worksheet.")
        self.parts.remove(grid.part)
        self.grids.remove(grid)
        grid.check = _deleted
        if self.active is grid:
            self.active = others[0]
        selection = self.application.selection
        if selection is not None and selection[0] is grid:
            self.application.selection = self.active, Box(1, 1, 1, 1)

    def check_name(self, name: str) -> None:
        """Make sure that a sheet may have a name.

        Raises:
            ComError: it is taken, too long or has signs that no name has.
        """
        if any(one.part.title.lower() == name.lower() for one in self.grids):
            raise refused("That name is already taken. Try a different one.")
        if not name or len(name) > _SHEET_NAME or set(name) & set("\\/?*[]:"):
            raise refused("You typed an invalid name for a sheet or chart.")

    def _check_structure(self) -> None:
        if self.parts.security is not None and self.parts.security.lockStructure:
            raise refused("Workbook is protected and cannot be changed.")


def _deleted() -> None:
    raise disconnected()
