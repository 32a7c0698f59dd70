"""The application and the engine, for xlwings."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar, Final

import xlwings
from xlwings import base_classes

from tests.hosts.libreoffice.books import Book, Books
from tests.hosts.libreoffice.boxes import Box
from tests.hosts.libreoffice.bridge import exception
from tests.hosts.libreoffice.calls import Calls
from tests.hosts.libreoffice.errors import NAMES
from tests.hosts.libreoffice.excel_api import ApplicationApi
from tests.hosts.libreoffice.ranges import Range
from tests.hosts.libreoffice.sheets import Sheet

NAME: Final = "libreoffice"
_ALERT, _DIALOG, _FILE_CHOOSER = 1, 12, 16


class App(base_classes.App):
    """A running LibreOffice that says it is Excel.

    Args:
        engine: The engine it belongs to.
        context: Where the services of the office come from.
        pid: Its process ID.
        visible: Whether it has windows.
    """

    # The base class has properties of these names, which cannot be set.
    pid: int = -1
    hwnd: int = -1
    visible: bool = False
    version: str = ""
    screen_updating: bool = True
    display_alerts: bool = True
    enable_events: bool = True
    interactive: bool = True
    status_bar: bool | str = False
    cut_copy_mode: bool | str = False

    def __init__(self, engine: "Engine", context: Any, *, pid: int, visible: bool) -> None:
        self._engine = engine
        self._context = context
        self.calls = Calls()
        self.pid = pid
        self.hwnd = pid
        self.visible = visible
        self.version = "16.0"
        self.last_active: str | None = None
        self._automatic = True
        self._books: dict[str, Book] = {}

    def service(self, name: str) -> Any:
        """Make a service of the office."""
        return self._context.ServiceManager.createInstanceWithContext(name, self._context)

    def is_gone(self) -> bool:
        """Tell whether the office has ended."""
        try:
            return self.desktop is None
        except exception("uno.Exception"):
            return True

    @property
    def desktop(self) -> Any:
        """The office's list of open documents."""
        return self.service("com.sun.star.frame.Desktop")

    @property
    def engine(self) -> "Engine":
        return self._engine

    @property
    def api(self) -> ApplicationApi:
        return ApplicationApi(self)

    @property
    def books(self) -> Books:
        return Books(self)

    def book_of(self, document: Any) -> Book:
        """Give the book of a document, always the same one."""
        return self._books.setdefault(document.RuntimeUID, Book(self, document))

    @property
    def selection(self) -> Range | None:
        book = self.books.active
        chosen = book.controller.getSelection() if book else None
        address = getattr(chosen, "RangeAddress", None)
        if book is None or address is None:
            return None
        return Sheet(book, book.document.Sheets.getByIndex(address.Sheet)).at(Box.of(address))

    @property
    def calculation(self) -> str:
        book = self.books.active
        if book is not None:
            self._automatic = bool(book.document.isAutomaticCalculationEnabled())
        return "automatic" if self._automatic else "manual"

    @calculation.setter
    def calculation(self, mode: str) -> None:
        self._automatic = mode != "manual"
        for book in self.books:
            book.document.enableAutomaticCalculation(self._automatic)

    def calculate(self) -> None:
        for book in self.books:
            self.calls.add()
            book.document.calculateAll()

    def activate(self, steal_focus: bool = False) -> None:
        """Come to the front; there is no other window that it could be behind."""

    def dialogs(self) -> list[str]:
        """List the titles of dialogs that wait for an answer."""
        toolkit = self.service("com.sun.star.awt.Toolkit")
        windows = (toolkit.getTopWindow(index) for index in range(toolkit.getTopWindowCount()))
        looks = [window.AccessibleContext for window in windows]
        roles = (_ALERT, _DIALOG, _FILE_CHOOSER)
        return [look.AccessibleName for look in looks if look and look.AccessibleRole in roles]

    def quit(self) -> None:
        """Close the workbooks; whoever started the office ends it."""
        for book in list(self.books):
            book.close()

    def kill(self) -> None:
        self.quit()


class Apps(base_classes.Apps):
    """The one application of an engine."""

    def __init__(self) -> None:
        self.running: list[App] = []

    def keys(self) -> list[int]:
        return [app.pid for app in self.running]

    def add(self, *_: Any, **__: Any) -> App:
        raise NotImplementedError("The tests start LibreOffice, not the code that they test")

    def cleanup(self) -> None:
        """Do nothing: the office ends with its fixture."""

    def __iter__(self) -> Iterator[App]:
        return iter(self.running)

    def __len__(self) -> int:
        return len(self.running)

    def __getitem__(self, pid: int) -> App:
        for app in self.running:
            if app.pid == pid:
                return app
        raise KeyError(pid)


class Engine:
    """What xlwings calls an engine."""

    name: ClassVar[str] = NAME
    type: ClassVar[str] = "desktop"

    def __init__(self) -> None:
        self.apps = Apps()

    @staticmethod
    def prepare_xl_data_element(value: Any, options: Any) -> Any:  # noqa: ARG004  # xlwings' way
        """Make a value ready to be written; what is no number is empty, as in Excel."""
        is_nan = isinstance(value, float) and value != value  # noqa: PLR0124  # that is nan
        return None if is_nan else value

    @staticmethod
    def clean_value_data(
        data: Sequence[Sequence[Any]],
        datetime_builder: Callable[..., Any],
        empty_as: Any,
        number_builder: Callable[[float], Any] | None,
        err_to_str: bool,
    ) -> list[list[Any]]:
        """Turn what was read into what the reader asked for."""

        def clean(value: Any) -> Any:
            match value:
                case None | "":
                    return empty_as
                case bool():
                    return value
                case int():
                    return NAMES[value] if err_to_str else None
                case dt.datetime():
                    return datetime_builder(**_parts(value))
                case float() if number_builder is not None:
                    return number_builder(value)
                case _:
                    return value

        return [[clean(value) for value in row] for row in data]


def _parts(when: dt.datetime) -> dict[str, Any]:
    names = ("year", "month", "day", "hour", "minute", "second", "microsecond")
    return {name: getattr(when, name) for name in names} | {"tzinfo": None}


class Registration:
    """Makes an engine the active one of xlwings for a while.

    Args:
        engine: The engine.
    """

    def __init__(self, engine: Engine) -> None:
        self._ours = xlwings.Engine(impl=engine)
        self._before: tuple[Any, Any] = (None, None)

    def enter(self) -> None:
        """Add the engine and make it the active one."""
        engines = xlwings.engines
        self._before = engines.active, engines.engines_by_name.get(NAME)
        engines.add(self._ours)
        self._ours.activate()

    def leave(self) -> None:
        """Take the engine away and make the former one active."""
        engines = xlwings.engines
        engines.active, namesake = self._before
        engines.engines.remove(self._ours)
        del engines.engines_by_name[NAME]
        if namesake is not None:
            engines.engines_by_name[NAME] = namesake
