"""LibreOffice as a host: what tests use."""

import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import xlwings

from tests.hosts.libreoffice import users
from tests.hosts.libreoffice.application import App, Engine, Registration
from tests.hosts.libreoffice.books import FILTERS
from tests.hosts.libreoffice.bridge import exception
from tests.hosts.libreoffice.buttons import press
from tests.hosts.libreoffice.office import Office, OfficeFailedError, connect
from tests.hosts.libreoffice.pictures import draw
from tests.hosts.libreoffice.screen import Screen


class LibreOfficeHost:
    """A running LibreOffice, driven through xlwings while the host is entered.

    Args:
        context: Where the services of the office come from.
        pid: Its process ID.
        visible: Whether it has windows.
    """

    def __init__(self, context: Any, *, pid: int = -1, visible: bool = False) -> None:
        engine = Engine()
        self.app = App(engine, context, pid=pid, visible=visible)
        engine.apps.running.append(self.app)
        self._registration = Registration(engine)

    @classmethod
    def of(cls, office: Office) -> Self:
        """Give the host of an office that these tests have started."""
        return cls(office.context, pid=office.pid, visible=office.visible)

    @classmethod
    def attach(cls, pipe: str, *, deadline_s: float = 10) -> Self:
        """Give the host of an office that another process has started.

        Args:
            pipe: The name of the pipe on which it listens.
            deadline_s: How long to try.

        Raises:
            OfficeFailedError: Nobody listens.
        """
        end = time.monotonic() + deadline_s
        while (context := connect(pipe)) is None:
            if time.monotonic() > end:
                raise OfficeFailedError(f"No LibreOffice listens on the pipe {pipe}")
            time.sleep(0.05)
        return cls(context)

    def __enter__(self) -> Self:
        self._registration.enter()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._registration.leave()

    # The contract of all hosts

    @property
    def calls(self) -> int:
        """How many calls into the application were made, each a round trip in Excel."""
        return self.app.calls.count

    def open(self, path: Path, *, macros: bool = False) -> xlwings.Book:
        """Open a workbook as a user does.

        Args:
            path: The file.
            macros: Its macros may run.
        """
        return xlwings.Book(impl=self.app.books.open(path, macros=macros))

    def wait_for(self, name: str, *, deadline_s: float = 30) -> xlwings.Book:
        """Wait until a workbook is open that the office was started with.

        Args:
            name: The name of its file.
            deadline_s: How long to wait.

        Raises:
            OfficeFailedError: It does not open.
        """
        end = time.monotonic() + deadline_s
        while time.monotonic() < end:
            with suppress(KeyError):
                return xlwings.Book(impl=self.app.books(name))
            time.sleep(0.05)
        raise OfficeFailedError(f"LibreOffice has not opened {name} within {deadline_s:g} s")

    def save(self, book: xlwings.Book, path: Path | None = None) -> Path:
        """Save an open workbook as .xlsx, in its place or as another file.

        The workbook stays what it is: another file is a copy of it.
        """
        target = Path(path or book.fullname).resolve()
        if target.suffix.lower() not in FILTERS:
            raise ValueError(f"{target.name} is no name for a workbook")
        if path is None:
            book.impl.save()
        else:
            book.impl.save_copy(target)
        return target

    def close(self, book: xlwings.Book) -> None:
        """Close a workbook without saving it."""
        book.impl.close()

    # What users do themselves

    def sort_rows(
        self,
        sheet: xlwings.Sheet,
        first_row: int,
        last_row: int,
        *,
        by: int,
        descending: bool = False,
    ) -> None:
        """Sort rows by a column.

        Args:
            sheet: Where.
            first_row: The first row, usually the one below the headers.
            last_row: The last one.
            by: The number of the column.
            descending: Large values come first.
        """
        users.sort_rows(sheet.impl, (first_row, last_row), by, descending=descending)

    def insert_row(self, sheet: xlwings.Sheet, row: int, count: int = 1) -> None:
        """Insert rows above a row."""
        users.insert_rows(sheet.impl, row, count)

    def delete_row(self, sheet: xlwings.Sheet, row: int, count: int = 1) -> None:
        """Delete rows from a row on."""
        users.delete_rows(sheet.impl, row, count)

    def picture(self, book: xlwings.Book, path: Path) -> Path:
        """Draw the first sheet of an open workbook as PNG, without a screen."""
        return draw(book.impl, path)

    def press(self, book: xlwings.Book, label: str, screen: Screen | None = None) -> None:
        """Press a button: on a screen by a click, else by calling its macro."""
        press(book.impl, label, screen)

    # Leaving it as it was found

    def close_all(self) -> list[str]:
        """Close all workbooks, and list what kept one from being closed at once."""
        problems = [f"the dialog {title!r} is open" for title in self.app.dialogs()]
        for book in list(self.app.books):
            while book.document.hasControllersLocked():
                problems.append(f"{book.name} is locked: its window shows no changes")
                book.document.unlockControllers()
            try:
                book.close()
            except exception("util.CloseVetoException"):
                problems.append(f"{book.name} does not let itself be closed")
        return problems
