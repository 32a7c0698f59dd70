"""A spreadsheet application in memory, with Excel's habits, for code that uses xlwings."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path
from typing import Self

import xlwings
from xlwings import main

from tests.hosts.memory import filters, rows
from tests.hosts.memory.book import Book
from tests.hosts.memory.boxes import Box
from tests.hosts.memory.calls import Call, Calls, Count
from tests.hosts.memory.engine import Engine
from tests.hosts.memory.errors import Busy

_NAME = "memory"
_PIDS_A_HOST = 1000


class MemoryHost:
    """A spreadsheet application in memory; fulfils `tests.hosts.contract.Host`.

    xlwings sees it between `__enter__` and `__exit__`; several may be in use at a time, and the
    one that was entered last is the active engine. Opening, saving, closing and changing rows by
    the methods of this class is what a user does: none of it counts as a call.

    Formulas are not calculated: a formula has the result that the file stored for it, or that
    `set_result` gives it, and saving loses it. Members of xlwings that are not here raise
    NotImplementedError.

    Args:
        today: tells the day; it lends its year to days that are typed without one.
    """

    def __init__(self, *, today: Callable[[], date] = lambda: datetime.now().astimezone().date()):
        self._calls = Calls()
        self._today = today
        self._engine: Engine | None = None
        self._registered: xlwings.Engine | None = None
        self._before: xlwings.Engine | None = None

    def __enter__(self) -> Self:
        engines = xlwings.engines
        taken = engines.engines_by_name
        name = next(one for n in range(len(taken) + 1) if (one := f"{_NAME}{n or ''}") not in taken)
        first_pid = _PIDS_A_HOST * (1 + len(taken))
        self._engine = Engine(name, first_pid=first_pid, calls=self._calls, today=self._today)
        self._registered = xlwings.Engine(impl=self._engine)
        self._before = engines.active
        engines.add(self._registered)
        self._registered.activate()
        return self

    def __exit__(self, *error: object) -> None:
        engines = xlwings.engines
        engines.engines.remove(self._registered)
        del engines.engines_by_name[self.engine.name]
        if engines.active is self._registered:
            engines.active = self._before if self._before in engines.engines else None
        self._forget_caller()
        self._engine = self._registered = self._before = None

    def _forget_caller(self) -> None:
        """Take back a workbook of ours that stands for the one a macro is called from."""
        caller = getattr(main.Book, "_mock_caller", None)
        if isinstance(caller, main.Book) and getattr(caller.impl, "engine", None) is self._engine:
            main.Book._mock_caller = None

    @property
    def engine(self) -> Engine:
        """The engine behind it.

        Raises:
            RuntimeError: the host is not in use.
        """
        if self._engine is None:
            raise RuntimeError("Enter the host first: with MemoryHost() as host.")
        return self._engine

    @property
    def calls(self) -> int:
        """How many calls into the application were made."""
        return self._calls.number

    def counting(self) -> AbstractContextManager[Count]:
        """Count the calls of a stretch: `with host.counting() as count: ...; count.calls`."""
        return self._calls.counting()

    def start(self) -> xlwings.App:
        """Start another instance of the application; it is the active one from then on."""
        self.engine.start()
        return next(iter(self._registered.apps))

    def open(self, path: Path) -> xlwings.Book:
        """Open a workbook in the active instance, which is started if there is none."""
        engine = self.engine
        application = engine.applications[0] if engine.applications else engine.start()
        return xlwings.Book(impl=Book(engine, application.open(path)))

    def save(self, book: xlwings.Book, path: Path | None = None) -> Path:
        """Save a workbook; to another file it is copied, and stays what it is."""
        workbook = book.impl.workbook
        workbook.check()
        target = Path(path or workbook.path or f"{workbook.name}.xlsx").resolve()
        workbook.save(target)
        if workbook.path is None and path is None:
            workbook.path, workbook.name = target, target.name
        return target

    def put_on_server(self, book: xlwings.Book, address: str) -> None:
        """Let a workbook be one of a server, which Excel knows by its address alone."""
        book.impl.workbook.address = address

    def close(self, book: xlwings.Book) -> None:
        """Close a workbook without saving it."""
        workbook = book.impl.workbook
        workbook.application.close(workbook)

    def busy(self, times: int = 1, how: Busy = Busy.CALL_REJECTED) -> None:
        """Let the next calls fail, as while a cell is edited or a dialog is open.

        Args:
            times: how many; 0 ends it.
            how: with which of the errors that Excel has for it.
        """
        self._calls.busy(times, how)

    def on_call(
        self,
        callback: Callable[[Call], object],
        *,
        at: int | None = None,
        member: str | None = None,
    ) -> Callable[[], None]:
        """Run something before calls: a user who sorts, a test that raises.

        What the callback itself calls is not counted, and never busy.

        Args:
            callback: what is run; it is given the call.
            at: before which call from now on, once; None for each of them.
            member: only calls of this member count, for instance `Range.raw_value`.

        Returns:
            What takes it back.
        """
        return self._calls.on_call(callback, at, member)

    def insert_row(self, sheet: xlwings.Sheet, row: int, count: int = 1) -> None:
        """Insert rows before a row, as a user does."""
        rows.insert_rows(sheet.impl.grid, row, count)

    def delete_row(self, sheet: xlwings.Sheet, row: int, count: int = 1) -> None:
        """Delete rows from a row on, as a user does."""
        rows.delete_rows(sheet.impl.grid, row, count)

    def sort_rows(
        self,
        sheet: xlwings.Sheet,
        first_row: int,
        last_row: int,
        *,
        by: int,
        descending: bool = False,
    ) -> None:
        """Sort rows by a column, as a user does.

        Args:
            sheet: where.
            first_row: the first row, usually the one below the headers.
            last_row: the last one.
            by: number of the column.
            descending: whether large values come first.
        """
        rows.sort_rows(sheet.impl.grid, first_row, last_row, by=by, descending=descending)

    def filter_rows(self, sheet: xlwings.Sheet, address: str, hidden: Iterable[int]) -> None:
        """Filter an area, as a user does, so that some of its rows are hidden.

        Args:
            sheet: where.
            address: the area, its header row included.
            hidden: numbers of the rows that do not match.
        """
        filters.filter_rows(sheet.impl.grid, Box.parse(address), hidden)

    def show_all(self, sheet: xlwings.Sheet) -> None:
        """Take the criteria of all filters of a sheet away, as a user does."""
        filters.show_all(sheet.impl.grid)

    def set_result(self, sheet: xlwings.Sheet, address: str, value: object) -> None:
        """Give the formula of a cell a stored result, as a calculation would."""
        sheet.impl.workbook.writer(sheet.impl.grid).store_result(Box.parse(address).corner, value)
