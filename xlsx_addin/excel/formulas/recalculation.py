"""Calculates the cells again whose answers are in: in chunks, and only when Excel has time."""

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Collection
from functools import partial
from typing import Final, Protocol, TypeVar

from xlsx_addin.excel.formulas.places import Place, Sheet, join, read_place
from xlsx_addin.excel.formulas.showing import REQUESTING

T = TypeVar("T")

CELLS_AT_ONCE: Final = 50
"""Cells that are calculated at once, so that people can type in between."""

FORMULA_START: Final = "AB_"
"""How the names of our functions begin."""

_BREATH_S: Final = 0.02
_SHORTEST_PAUSE_S: Final = 0.1
_LONGEST_PAUSE_S: Final = 2.0

_log = logging.getLogger(__name__)


class ExcelBusy(Exception):
    """Excel calculates, shows a dialog, or somebody edits a cell."""


class ExcelGone(Exception):
    """The Excel, the workbook or the sheet is not there any more."""


class ExcelHost(Protocol):
    """What is wanted of Excel; every method raises `ExcelBusy` or `ExcelGone`."""

    def calculate(self, sheet: Sheet, area: str) -> None:
        """Calculate the cells of an area."""
        ...

    def calculate_dependents(self, sheet: Sheet) -> None:
        """Calculate what depends on calculated cells, unless the user calculates by hand."""
        ...

    def find(self, sheet: Sheet, part: str, shown: str | None = None) -> list[str]:
        """List the cells with something in their formulas, and in what they show or spill."""
        ...

    def sheets(self, window: int, book: str | None) -> list[Sheet]:
        """List the worksheets of an open workbook, or of all."""
        ...


class NoRecalculation:
    """Stands in where there is no Excel to reach: cells change when they are calculated next."""

    def recalculate(self, cells: Collection[str]) -> None:
        """Let the cells be."""

    def called(self, cell: str) -> None:
        """Take no note."""

    def finish(self) -> None:
        """Look for nothing."""

    def recalculate_formulas(self, window: int, book: str) -> None:
        """Let the formulas of the workbook be."""


class RecalculationQueue:
    """Cells to be calculated again, and the thread that has it done.

    Args:
        host: the Excel.
        wait: lets seconds pass, fewer if the event is set; tells whether it is.
    """

    def __init__(self, host: ExcelHost, wait: Callable[[float, threading.Event], bool]) -> None:
        self._host = host
        self._wait = wait
        self._stop = threading.Event()
        self._lock = threading.Lock()
        # Guarded by the lock:
        self._cells: defaultdict[Sheet, dict[str, None]] = defaultdict(dict)
        self._silent: set[Place] = set()
        self._doubted: set[Sheet] = set()
        self._work: dict[Callable[[], None], None] = {}
        self._thread: threading.Thread | None = None

    def recalculate(self, cells: Collection[str]) -> None:
        """Calculate cells again soon.

        Args:
            cells: as the formulas named them; what is no place is passed over.
        """
        with self._lock:
            for cell in cells:
                place = read_place(cell)
                if place is not None:
                    self._cells[place.sheet][place.address] = None
                    self._silent.add(place)
            self._start()

    def called(self, cell: str) -> None:
        """Note that the formula of a cell was calculated.

        Args:
            cell: as the formula named it.
        """
        if self._silent:
            place = read_place(cell)
            with self._lock:
                self._silent.discard(place)

    def finish(self) -> None:
        """Look for cells that still wait although nothing is asked for.

        Where a cell was calculated and its formula did not call, it was moved meanwhile, or its
        sheet or workbook got another name.
        """
        with self._lock:
            self._work[self._sweep] = None
            self._start()

    def recalculate_formulas(self, window: int, book: str) -> None:
        """Calculate all cells of a workbook that use our functions.

        Args:
            window: handle of the Excel's main window.
            book: name of the workbook.
        """
        with self._lock:
            self._work[lambda: self._calculate_sheets(window, book)] = None
            self._start()

    def close(self) -> None:
        """Let go of what is left, and end the thread."""
        self._stop.set()
        thread = self._thread
        if thread is not None:
            thread.join()

    def _start(self) -> None:
        if self._thread is None and (self._cells or self._work):
            thread = threading.Thread(target=self._run, name="xlsx-addin-recalculate", daemon=True)
            try:
                thread.start()
            except RuntimeError:  # too many threads: the next call tries again
                _log.exception("Cells wait to be calculated again")
            else:
                self._thread = thread

    def _run(self) -> None:
        while (work := self._next()) is not None:
            try:
                work()
            except Exception:  # noqa: BLE001  # logged; the other cells get their turn
                _log.exception("Cells could not be calculated again")

    def _next(self) -> Callable[[], None] | None:
        """Give what is to be done next: single cells first."""
        with self._lock:
            if self._stop.is_set() or not (self._cells or self._work):
                self._thread = None
                return None
            if not self._cells:
                work = next(iter(self._work))
                del self._work[work]
                return work
            sheet = next(iter(self._cells))
            addresses = self._cells.pop(sheet)
        return lambda: self._calculate(sheet, addresses)

    def _calculate(self, sheet: Sheet, addresses: Collection[str]) -> None:
        for area in join(addresses, CELLS_AT_ONCE):
            self._patiently(partial(self._host.calculate, sheet, area))
            if self._wait(_BREATH_S, self._stop):
                return
        self._patiently(lambda: self._host.calculate_dependents(sheet))
        places = {Place(sheet, address) for address in addresses}
        with self._lock:
            if self._silent & places:
                self._silent -= places
                self._doubted.add(sheet)

    def _sweep(self) -> None:
        with self._lock:
            doubted, self._doubted = self._doubted, set()
        gone = {one.window for one in doubted if not self._calculate_found(one, REQUESTING)}
        # What is not found by its name was closed, or else renamed or saved under another name.
        for window in gone:
            self._calculate_sheets(window, None, REQUESTING)

    def _calculate_sheets(self, window: int, book: str | None, shown: str | None = None) -> None:
        for sheet in self._patiently(lambda: self._host.sheets(window, book)) or ():
            self._calculate_found(sheet, shown)

    def _calculate_found(self, sheet: Sheet, shown: str | None = None) -> bool:
        """Calculate cells with our functions on a sheet, and tell whether it is there."""
        found = self._patiently(lambda: self._host.find(sheet, FORMULA_START, shown))
        if found:
            self._calculate(sheet, found)
        return found is not None

    def _patiently(self, work: Callable[[], T]) -> T | None:
        """Do something as soon as Excel has time for it, None if it cannot be done any more."""
        pause_s = _SHORTEST_PAUSE_S
        while not self._stop.is_set():
            try:
                return work()
            except ExcelBusy:
                self._wait(pause_s, self._stop)
                pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
            except ExcelGone as error:
                _log.info("Cells are not calculated again: %s", error)
                return None
        return None
