"""What the self-test expects of an Excel of its own.

Excel on Windows and on a Mac fulfil it, and so do the hosts of the tests: the steps are the same.
What a host cannot do it says by `NotHere`, and the step counts as skipped, with the reason.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import xlwings

from xlsx_addin.core.line_items import LineItem
from xlsx_addin.errors import LocalError


class NotHere(Exception):
    """This host cannot do it; the text says why, as a sentence."""


class Wrong(LocalError):
    """Something is not as it should be."""

    default_code = "selftest"


class FormulaCells(Protocol):
    """An empty sheet for formulas."""

    def write(self, first_row: int, rows: Sequence[LineItem]) -> None:
        """Put IDs as text into the columns A, B and C from a row on."""
        ...

    def enter(self, cell: str, function: str, *arguments: str) -> None:
        """Enter a formula into a cell, whose results may spill.

        Args:
            cell: such as E2.
            function: its name.
            arguments: references such as A2:A9.
        """
        ...

    def shown(self, area: str) -> list[list[object]]:
        """Give what cells show, rows x columns; empty cells as None or an empty text."""
        ...

    def calculate_all(self) -> None:
        """Calculate every formula, as Ctrl+Alt+F9 does."""
        ...

    def copy(self, path: Path) -> None:
        """Write a copy of the workbook as it is now."""
        ...


class OwnExcel(Protocol):
    """An Excel that the self-test has started for itself; it touches no other one."""

    def find(self) -> str:
        """Tell which Excel there is, as a sentence.

        Raises:
            Wrong: there is none.
        """
        ...

    def start(self) -> str:
        """Start it and tell how, as a sentence."""
        ...

    @property
    def is_running(self) -> bool:
        """Whether it was started and has not ended."""
        ...

    def load_add_in(self) -> str:
        """Load the add-in, if it is not loaded, and tell which one, as a sentence."""
        ...

    def open(self, path: Path) -> xlwings.Book:
        """Open a workbook with its macros."""
        ...

    def check_macros(self, book: xlwings.Book) -> str:
        """Make sure that the macros of a workbook run and tell of it, as a sentence."""
        ...

    def press(self, book: xlwings.Book, action: str) -> None:
        """Press a button; returns once its work has begun.

        Args:
            book: the workbook.
            action: one of `xlsx_addin.excel.actions.ACTIONS`.
        """
        ...

    def is_working(self) -> bool:
        """Whether the work of a button goes on, or its window is open."""
        ...

    def leave(self) -> None:
        """Close the window of the add-in as a click on its X does: stops work that goes on."""
        ...

    def protect(self, sheet: xlwings.Sheet, *, on: bool) -> None:
        """Protect a sheet without a password, or end that."""
        ...

    def insert_rows(self, sheet: xlwings.Sheet, row: int, count: int) -> None:
        """Insert rows above a row, as a user does."""
        ...

    def formula_cells(self) -> FormulaCells:
        """Give an empty sheet of a new workbook, whose formulas are ours."""
        ...

    def copy(self, book: xlwings.Book, path: Path) -> None:
        """Write a copy of a workbook as it is now; it stays what it is."""
        ...

    def portray(self, book: xlwings.Book, path: Path) -> Path | None:
        """Write what the first sheet looks like.

        Args:
            book: the workbook.
            path: without the end of its name, which tells the kind of picture.

        Returns:
            The file; None if this host makes no pictures.
        """
        ...

    def questions(self) -> list[str]:
        """List the texts of dialogs that wait for an answer; asked from another thread."""
        ...

    def quit(self) -> None:
        """Close its workbooks without saving and let it end by itself.

        Raises:
            Wrong: it does not.
        """
        ...

    def kill(self) -> None:
        """End it at once, and all that it started; called from any thread, also twice."""
        ...

    def left(self) -> list[str]:
        """Name what is still there of it, and what is missing of what was there before."""
        ...
