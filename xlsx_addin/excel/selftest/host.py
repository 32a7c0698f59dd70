"""What every Excel of the self-test does alike, through xlwings."""

import gc
from abc import ABC, abstractmethod
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Final

import xlwings

from xlsx_addin.core.line_items import LineItem
from xlsx_addin.excel.selftest.bench import Bench
from xlsx_addin.excel.selftest.contract import FormulaCells, NotHere, Wrong
from xlsx_addin.excel.selftest.waiting import Waiting
from xlsx_addin.workbooks.live import ExcelGate
from xlsx_addin.workbooks.live.attach import OpenBook

_PATIENCE_S: Final = 60.0
_ENDING_S: Final = 30.0


class XlwingsExcel(ABC):
    """An Excel of the self-test's own; fulfils `contract.OwnExcel`.

    All that it calls belongs to the one `xlwings.App` that it started; the lists of xlwings that
    know of other Excels are never gone through.

    Args:
        bench: sandbox and folders.
        waiting: waits for things.
    """

    def __init__(self, bench: Bench, waiting: Waiting) -> None:
        self.bench = bench
        self.waiting = waiting
        self.gate = waiting.gate(_PATIENCE_S)
        self._app: xlwings.App | None = None

    @property
    def app(self) -> xlwings.App:
        """The application.

        Raises:
            Wrong: it does not run.
        """
        if self._app is None:
            raise Wrong("Excel of the self-test does not run.")
        return self._app

    @property
    @abstractmethod
    def is_running(self) -> bool:
        """Whether it was started and has not ended."""

    @abstractmethod
    def kill(self) -> None:
        """End it at once, and all that it started; called from any thread, also twice."""

    @abstractmethod
    def quit_application(self) -> None:
        """Ask the application to end."""

    def open(self, path: Path) -> xlwings.Book:
        """Open a workbook with its macros."""
        return self.gate.do(lambda: self.app.books.open(str(path)))

    def named(self, book: xlwings.Book) -> OpenBook:
        """Name a workbook so that another thread finds it."""
        return self.gate.do(lambda: OpenBook(self.app.pid, book.name))

    def insert_rows(self, sheet: xlwings.Sheet, row: int, count: int) -> None:
        """Insert rows above a row, as a user does."""
        self.gate.do(lambda: sheet.range(f"{row}:{row + count - 1}").insert("down"))

    def questions(self) -> list[str]:
        """List the texts of dialogs: nobody can tell here."""
        return []

    def portray(self, book: xlwings.Book, path: Path) -> Path | None:  # noqa: ARG002  # for others
        """Make no picture."""
        return None

    def formula_cells(self) -> FormulaCells:
        """Give a sheet for formulas: there is none."""
        raise NotHere("Formulas need Excel for Windows.")

    def quit(self) -> None:
        """Close its workbooks without saving and let it end by itself."""
        self._close_books()
        self.gate.do(self.quit_application)
        # An Excel whose objects somebody holds does not end.
        self._app = None
        gc.collect()
        if not self.waiting.until(lambda: not self.is_running, _ENDING_S):
            raise Wrong(f"Excel did not end within {_ENDING_S:g} s.")

    def _close_books(self) -> None:
        # In a function of its own, so that no variable holds a workbook when Excel is to end.
        for book in self.gate.do(lambda: list(self.app.books)):
            self.gate.do(book.close)


def no_excel() -> Wrong:
    """Say that there is no Excel."""
    return Wrong(
        "There is no Excel on this computer.",
        next_step="Run the self-test on the computer that has Excel.",
    )


def missing(before: AbstractSet[int], now: AbstractSet[int]) -> list[str]:
    """Name the Excels of the user that are there no more.

    Args:
        before: the numbers of their processes when the self-test began.
        now: those that run now.
    """
    return [f"no more: Excel that ran before (process {pid})" for pid in sorted(before - now)]


class SheetOfFormulas:
    """The first sheet of a new workbook; fulfils `contract.FormulaCells`.

    Args:
        book: the workbook.
        gate: makes calls into Excel.
    """

    def __init__(self, book: xlwings.Book, gate: ExcelGate) -> None:
        self._gate = gate
        self._book = book
        self._sheet: xlwings.Sheet = gate.do(lambda: book.sheets[0])

    def write(self, first_row: int, rows: Sequence[LineItem]) -> None:
        """Put IDs as text into the columns A, B and C from a row on."""
        last = first_row + len(rows) - 1
        cells = self._gate.do(lambda: self._sheet.range((first_row, 1), (last, 3)))
        self._gate.do(lambda: setattr(cells, "number_format", "@"))
        self._gate.do(lambda: setattr(cells, "value", [list(row) for row in rows]))

    def enter(self, cell: str, function: str, *arguments: str) -> None:
        """Enter a formula into a cell, whose results may spill."""
        formula = f"={function}({','.join(arguments)})"
        cells = self._gate.do(lambda: self._sheet.range(cell))
        self._gate.do(lambda: setattr(cells, "formula2", formula))

    def shown(self, area: str) -> list[list[object]]:
        """Give what cells show, rows x columns; errors of Excel as texts."""
        cells = self._gate.do(lambda: self._sheet.range(area))
        block: list[list[object]] = self._gate.do(
            lambda: cells.options(ndim=2, err_to_str=True).value
        )
        return block

    def calculate_all(self) -> None:
        """Calculate every formula, as Ctrl+Alt+F9 does."""
        self._gate.do(self._book.app.api.CalculateFull)

    def copy(self, path: Path) -> None:
        """Write a copy of the workbook as it is now."""
        self._gate.do(lambda: self._book.api.SaveCopyAs(str(path)))
