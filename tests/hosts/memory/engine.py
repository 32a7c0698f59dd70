"""The engine that xlwings drives: the applications, and how values pass through it."""

import itertools
from collections.abc import Callable, Iterator
from datetime import date, datetime

from xlwings import base_classes

from tests.hosts.memory.app import App
from tests.hosts.memory.calls import Calls
from tests.hosts.memory.cells import CellError
from tests.hosts.memory.workbook import Application


class Engine:
    """A desktop engine of xlwings whose workbooks live in this process.

    Args:
        name: under which xlwings knows it.
        first_pid: the number of its first application; the others count on.
        calls: where calls are counted.
        today: tells the day.
    """

    type = "desktop"

    def __init__(
        self, name: str, *, first_pid: int, calls: Calls, today: Callable[[], date]
    ) -> None:
        self.name = name
        self.calls = calls
        self.applications: list[Application] = []
        self._pids = itertools.count(first_pid)
        self._today = today

    @property
    def apps(self) -> "Apps":
        """Its applications."""
        return Apps(self)

    def start(self) -> Application:
        """Start an application; it is the active one from then on."""
        application = Application(next(self._pids), self.calls, self._today)
        self.applications.insert(0, application)
        return application

    def bring_to_front(self, application: Application) -> None:
        """Make an application the active one."""
        self.applications.remove(application)
        self.applications.insert(0, application)

    def end(self, application: Application) -> None:
        """End an application; what is not saved is lost."""
        for workbook in tuple(application.workbooks):
            application.close(workbook)
        self.applications.remove(application)

    @staticmethod
    def prepare_xl_data_element(value: object, options: object) -> object:  # noqa: ARG004
        """Turn a value of Python into one that Excel takes, as xlwings does on Windows."""
        if value is None:
            return ""
        if isinstance(value, datetime):
            return value.replace(tzinfo=None)
        return value

    @staticmethod
    def clean_value_data(
        data: object,
        datetime_builder: Callable[..., object],
        empty_as: object,
        number_builder: Callable[[float], object] | None,
        err_to_str: bool,
    ) -> list[list[object]]:
        """Turn values of Excel into those of Python, as xlwings does on Windows."""

        def clean(value: object) -> object:
            match value:
                case None | "":
                    return empty_as
                case datetime():
                    return _build(value, datetime_builder)
                case float() if number_builder is not None:
                    return number_builder(value)
                case int() if value in _ERRORS:
                    return _ERRORS[value] if err_to_str else None
            return value

        return [[clean(value) for value in row] for row in data]


_ERRORS = {int(error): error.text for error in CellError}


def _build(moment: datetime, builder: Callable[..., object]) -> object:
    return builder(
        year=moment.year,
        month=moment.month,
        day=moment.day,
        hour=moment.hour,
        minute=moment.minute,
        second=moment.second,
        microsecond=moment.microsecond,
        tzinfo=None,
    )


class Apps(base_classes.Apps):
    """The applications of an engine, the active one first.

    xlwings finds them by their windows; that is no call into any of them.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keys(self) -> list[int]:
        """List their numbers."""
        return [one.pid for one in self._engine.applications]

    def add(self, spec=None, add_book=None, xl=None, visible=None) -> App:
        """Start another one."""
        application = self._engine.start()
        if add_book:
            application.add()
        return App(self._engine, application)

    @staticmethod
    def cleanup() -> None:
        """Leave everything as it is: there are no processes."""

    def __iter__(self) -> Iterator[App]:
        return iter([App(self._engine, one) for one in self._engine.applications])

    def __len__(self) -> int:
        return len(self._engine.applications)

    def __getitem__(self, pid: int) -> App:
        for application in self._engine.applications:
            if application.pid == pid:
                return App(self._engine, application)
        raise KeyError("Could not find an Excel instance with this PID.")
