"""An application as xlwings sees it, and its open workbooks."""

from collections.abc import Iterator
from pathlib import Path

from xlwings import base_classes

from tests.hosts.memory.api import ApplicationApi
from tests.hosts.memory.book import Book
from tests.hosts.memory.calls import round_trip
from tests.hosts.memory.grid import Reference
from tests.hosts.memory.ranges import Range
from tests.hosts.memory.workbook import Application

_CALCULATIONS = ("automatic", "manual", "semiautomatic")


def _setting(name: str) -> property:
    """Make a property that is a setting of the application."""

    def get(self):
        return self.application.settings[name]

    def put(self, value):
        if name == "calculation" and value not in _CALCULATIONS:
            raise KeyError(value)
        self.application.settings[name] = value

    for accessor in (get, put):
        accessor.__qualname__ = f"App.{name}"
    return property(round_trip(get), round_trip(put))


class App(base_classes.App):
    """An instance of the application."""

    visible = _setting("visible")
    screen_updating = _setting("screen_updating")
    display_alerts = _setting("display_alerts")
    enable_events = _setting("enable_events")
    interactive = _setting("interactive")
    calculation = _setting("calculation")
    status_bar = _setting("status_bar")

    def __init__(self, engine, application: Application) -> None:
        self.engine_impl = engine
        self.application = application
        self.calls = application.calls

    @property
    def engine(self):
        """The engine that it belongs to."""
        return self.engine_impl

    @property
    def api(self) -> ApplicationApi:
        """What Excel knows beyond xlwings."""
        return ApplicationApi(self.application)

    @property
    @round_trip
    def pid(self) -> int:
        """Its number, by way of its window."""
        return self.application.pid

    @property
    @round_trip
    def hwnd(self) -> int:
        """Its window."""
        return self.application.pid * 16

    @property
    @round_trip
    def version(self) -> str:
        """That of Excel since 2016."""
        return "16.0"

    @property
    @round_trip
    def selection(self) -> Range | None:
        """The selected cells, None if no workbook is open."""
        if self.application.selection is None:
            return None
        grid, box = self.application.selection
        workbook = next(one for one in self.application.workbooks if grid in one.grids)
        return Range(self.engine_impl, workbook, Reference(grid, box))

    @property
    def books(self) -> "Books":
        """Its open workbooks."""
        return Books(self)

    def activate(self, steal_focus: bool = False) -> None:
        """Make it the active one."""
        self.engine_impl.bring_to_front(self.application)

    @round_trip
    def calculate(self) -> None:
        """Do nothing: results of formulas are what they were stored as."""

    @round_trip
    def quit(self) -> None:
        """End it; what is not saved is lost."""
        self.engine_impl.end(self.application)

    def kill(self) -> None:
        """End it without asking it."""
        if self.application in self.engine_impl.applications:
            self.engine_impl.end(self.application)


class Books(base_classes.Books):
    """The open workbooks of an application."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.calls = app.calls
        self._application = app.application

    def _book(self, workbook) -> Book:
        return Book(self.app.engine_impl, workbook)

    @property
    def api(self):
        """Nothing beyond xlwings."""
        raise NotImplementedError

    @property
    @round_trip
    def active(self) -> Book:
        """The one in front; without any it is a workbook that can do nothing, as in Excel."""
        return self._book(self._application.active)

    @round_trip
    def __call__(self, key: str | int) -> Book:
        workbooks = self._application.workbooks
        if isinstance(key, int) and 1 <= key <= len(workbooks):
            return self._book(workbooks[key - 1])
        for workbook in workbooks:
            if isinstance(key, str) and workbook.name.lower() == key.lower():
                return self._book(workbook)
        raise KeyError(key)

    @round_trip
    def __len__(self) -> int:
        return len(self._application.workbooks)

    @round_trip
    def __iter__(self) -> Iterator[Book]:
        return iter([self._book(one) for one in self._application.workbooks])

    @round_trip
    def add(self) -> Book:
        """Make a new workbook."""
        return self._book(self._application.add())

    @round_trip
    def open(self, fullname: str, *options: object, **more: object) -> Book:
        """Open a file; how it is to be opened makes no difference here."""
        return self._book(self._application.open(Path(fullname)))
