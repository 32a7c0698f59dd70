"""A workbook as xlwings sees it, its sheets and its names."""

import os
from collections.abc import Iterator
from pathlib import Path

from xlwings import base_classes

from tests.hosts.memory.api import WorkbookApi
from tests.hosts.memory.boxes import Box
from tests.hosts.memory.calls import round_trip
from tests.hosts.memory.errors import refused
from tests.hosts.memory.grid import Grid, Reference
from tests.hosts.memory.ranges import Range
from tests.hosts.memory.sheet import Sheet
from tests.hosts.memory.workbook import Workbook


class Book(base_classes.Book):
    """An open workbook."""

    def __init__(self, engine, workbook: Workbook) -> None:
        self.engine = engine
        self.workbook = workbook
        self.calls = engine.calls

    @property
    def api(self) -> WorkbookApi:
        """What code reaches for behind xlwings."""
        return WorkbookApi(self.workbook)

    @property
    @round_trip
    def name(self) -> str:
        """The name of its file, or the one that it has without a file."""
        self.workbook.check()
        return self.workbook.name

    @property
    @round_trip
    def fullname(self) -> str:
        """Its file with the folder."""
        self.workbook.check()
        return self.workbook.full_name

    @property
    @round_trip
    def app(self):
        """The application that has it open."""
        from tests.hosts.memory.app import App  # noqa: PLC0415 - they know each other

        self.workbook.check()
        return App(self.engine, self.workbook.application)

    @property
    @round_trip
    def sheets(self) -> "Sheets":
        """Its worksheets."""
        self.workbook.check()
        return Sheets(self)

    @property
    @round_trip
    def names(self) -> "Names":
        """Its defined names."""
        self.workbook.check()
        return Names(self)

    @round_trip
    def activate(self) -> None:
        """Bring it to the front of its application."""
        self.workbook.check()
        self.workbook.application.activate(self.workbook)

    @round_trip
    def close(self) -> None:
        """Close it without saving it."""
        self.workbook.application.close(self.workbook)

    @round_trip
    def save(self, path: str | None = None, password: str | None = None) -> None:
        """Save it, in its place or as another file that it is from then on."""
        self.workbook.check()
        target = Path(path or self.workbook.path or f"{self.workbook.name}.xlsx").resolve()
        if not os.access(target.parent, os.W_OK):
            raise refused(f"Microsoft Excel cannot access the file '{target}'.")
        self.workbook.save(target)
        self.workbook.path, self.workbook.name = target, target.name


class Sheets(base_classes.Sheets):
    """The worksheets of a workbook."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.calls = book.calls
        self._workbook = book.workbook

    def _sheet(self, grid: Grid) -> Sheet:
        return Sheet(self.book.engine, self._workbook, grid)

    @property
    def api(self):
        """Nothing beyond xlwings."""
        raise NotImplementedError

    @property
    @round_trip
    def active(self) -> Sheet:
        """The one in front."""
        self._workbook.check()
        return self._sheet(self._workbook.active)

    @round_trip
    def __call__(self, key: str | int) -> Sheet:
        self._workbook.check()
        for position, grid in enumerate(self._workbook.grids, 1):
            if key == position or str(key).lower() == grid.part.title.lower():
                return self._sheet(grid)
        raise refused("Invalid index.")

    @round_trip
    def __len__(self) -> int:
        self._workbook.check()
        return len(self._workbook.grids)

    @round_trip
    def __iter__(self) -> Iterator[Sheet]:
        self._workbook.check()
        return iter([self._sheet(grid) for grid in self._workbook.grids])

    @round_trip
    def add(
        self, before: Sheet | None = None, after: Sheet | None = None, name: str | None = None
    ) -> Sheet:
        """Add a sheet; without a place it comes before the active one."""
        self._workbook.check()
        grids = self._workbook.grids
        if before is None and after is not None:
            position = grids.index(after.grid) + 1
        else:
            position = grids.index(before.grid if before is not None else self._workbook.active)
        return self._sheet(self._workbook.add_sheet(position, name))


class Names(base_classes.Names):
    """The defined names of a workbook; they can be read."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.calls = book.calls

    @property
    def api(self):
        """Nothing beyond xlwings."""
        raise NotImplementedError

    @property
    def _texts(self) -> dict[str, str]:
        return {name: one.attr_text for name, one in self.book.workbook.parts.defined_names.items()}

    @round_trip
    def __call__(self, key: str | int) -> "Name":
        names = list(self._texts)
        name = names[key - 1] if isinstance(key, int) else key
        if name not in names:
            raise KeyError(key)
        return Name(self.book, name, self._texts[name])

    @round_trip
    def snapshot(self) -> list[tuple[str, "Name"]]:
        """List them."""
        return [(name, Name(self.book, name, text)) for name, text in self._texts.items()]

    @round_trip
    def contains(self, key: str | int) -> bool:
        """Tell whether there is one."""
        return key in self._texts

    def __len__(self) -> int:
        return len(self._texts)

    def __iter__(self) -> Iterator["Name"]:
        return iter(name for _, name in self.snapshot())


class Name(base_classes.Name):
    """A defined name."""

    def __init__(self, book: Book, name: str, text: str) -> None:
        self.book = book
        self.calls = book.calls
        self._name = name
        self._text = text

    @property
    @round_trip
    def name(self) -> str:
        """The name."""
        return self._name

    @property
    @round_trip
    def refers_to(self) -> str:
        """What it stands for, as a formula."""
        return f"={self._text}"

    @property
    @round_trip
    def refers_to_range(self) -> Range:
        """The cells that it stands for."""
        workbook = self.book.workbook
        sheet, _, address = self._text.rpartition("!")
        for grid in workbook.grids:
            if grid.part.title.lower() == sheet.strip("'").replace("''", "'").lower():
                return Range(self.book.engine, workbook, Reference(grid, Box.parse(address)))
        raise refused("The name does not refer to cells.")
