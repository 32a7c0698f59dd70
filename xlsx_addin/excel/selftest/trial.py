"""One run of the self-test: what its steps share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

import xlwings

from xlsx_addin.doctor.check import Finding
from xlsx_addin.excel.selftest.bench import Bench
from xlsx_addin.excel.selftest.contract import FormulaCells, OwnExcel, Wrong
from xlsx_addin.excel.selftest.reconciliation import Reconciliation
from xlsx_addin.excel.selftest.waiting import Waiting
from xlsx_addin.workbooks.live import ExcelGate

_TOLD: Final = 2
"""Warnings of the log that are repeated where something goes wrong."""


class Limits(NamedTuple):
    """How long things may take, in seconds.

    Args:
        patience_s: the work of a button.
        idle_s: what goes on after Cancel.
        formula_wait_s: until a cell shows something else than Requesting….
    """

    patience_s: float = 60.0
    idle_s: float = 2.0
    formula_wait_s: float = 30.0


@dataclass
class Trial:
    """What the steps work with.

    Args:
        excel: the Excel of the self-test.
        bench: sandbox and folders.
        waiting: waits for things.
        limits: how long things may take.
        book: the workbook of the self-test, while it is open.
        sheet: its sheet, likewise.
        cells: the sheet of the formulas, likewise.
        was_started: whether Excel was started, or tried to.
    """

    excel: OwnExcel
    bench: Bench
    waiting: Waiting
    limits: Limits = field(default_factory=Limits)
    book: xlwings.Book | None = None
    sheet: Reconciliation | None = None
    cells: FormulaCells | None = None
    was_started: bool = False

    @property
    def gate(self) -> ExcelGate:
        """What makes calls into Excel."""
        return self.waiting.gate(self.limits.patience_s)

    @property
    def path(self) -> Path:
        """The file of the workbook."""
        return self.bench.folder / "xlsx-addin-selftest.xlsm"

    def opened(self) -> xlwings.Book:
        """Give the workbook.

        Raises:
            Wrong: it is not open.
        """
        if self.book is None:
            raise Wrong("The workbook is not open.")
        return self.book

    @property
    def page(self) -> Reconciliation:
        """The sheet of the workbook.

        Raises:
            Wrong: it is not open.
        """
        if self.sheet is None:
            raise Wrong("The workbook is not open.")
        return self.sheet

    def let_go(self) -> None:
        """Let go of all objects of Excel: it does not end while somebody holds one."""
        self.book = self.sheet = self.cells = None

    def press(self, action: str) -> None:
        """Press a button and wait until its work is done and its window closed.

        Args:
            action: one of `xlsx_addin.excel.actions.ACTIONS`.

        Raises:
            Wrong: it takes too long.
        """
        self.excel.press(self.opened(), action)
        self.wait_for_end()

    def wait_for_end(self) -> None:
        """Wait until the work of a button is done and its window closed.

        Raises:
            Wrong: it takes too long.
        """
        if self.waiting.until(lambda: not self.excel.is_working(), self.limits.patience_s):
            return
        self.excel.leave()
        raise Wrong(
            f"The button still worked after {self.limits.patience_s:g} s. {self.log()}",
            next_step="Look at the log in the folder: what the worker waits for stands last.",
        )

    def close_window(self) -> None:
        """Close the window of the add-in.

        Raises:
            Wrong: it does not close.
        """

        def is_closed() -> bool:
            if self.excel.is_working():
                # Again and again: a click in the moment when the work ends only stops it.
                self.excel.leave()
            return not self.excel.is_working()

        if not self.waiting.until(is_closed, self.limits.patience_s):
            raise Wrong(f"The window of the add-in does not close. {self.log()}")

    def log(self) -> str:
        """Tell what the program has logged last as a warning, as a sentence."""
        told = self.bench.warnings()[-_TOLD:]
        return f"The log says: {' / '.join(told)}" if told else "The log has no warning."


Do = Callable[[Trial], Finding]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that the self-test checks.

    Args:
        name: one or two words.
        reason: what it is good for, as a sentence.
        do: does it; what it raises counts as a failure, but for `NotHere`.
        limit_s: seconds after which it counts as hanging, and Excel is ended.
        needs: steps without whose success there is nothing to check.
        closes: whether it is done whatever happened before.
        about_formulas: whether the workbook of the formulas is its evidence.
    """

    name: str
    reason: str
    do: Do
    limit_s: float = 120.0
    needs: Sequence[str] = ()
    closes: bool = False
    about_formulas: bool = False
