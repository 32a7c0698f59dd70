"""What serves the formulas of this process: made when first needed, made anew by Refresh.

Excel starts one process for its formulas and calls functions by their name, so that what they
share has to be found from a module. This is the one place for that.
"""

import importlib
import os
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Final, Protocol

from xlsx_addin.amazon.waiting import SystemClock
from xlsx_addin.app import App
from xlsx_addin.excel.formulas.com import ComExcel, connect_by_window
from xlsx_addin.excel.formulas.contract import Clock, Limits, Recalculation
from xlsx_addin.excel.formulas.recalculation import NoRecalculation, RecalculationQueue
from xlsx_addin.excel.loader import Loader
from xlsx_addin.settings import Settings, load_settings
from xlsx_addin.workbooks.live.attach import spare_other_excels

_HOUR_S: Final = 3600.0


class FormulaRecalculation(Recalculation, Protocol):
    """What calculates cells again, and all formulas of a workbook."""

    def recalculate_formulas(self, window: int, book: str) -> None:
        """Calculate all cells of a workbook that use our functions."""
        ...


class Server:
    """The loader of this process, which its formulas use.

    Args:
        settings: reads the settings; read again by `refresh`.
        recalculation: what calculates cells again.
        clock: measures waits.
    """

    def __init__(
        self,
        settings: Callable[[], Settings],
        recalculation: FormulaRecalculation,
        clock: Clock | None = None,
    ) -> None:
        self._settings = settings
        self._recalculation = recalculation
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._stack = ExitStack()
        self._loader: Loader | None = None
        self._asks_again_before = 0.0

    def loader(self) -> Loader:
        """Give the loader; the first call makes it.

        Raises:
            SettingError: the settings are wrong.
            StoreError: the store cannot be opened.
        """
        with self._lock:
            if self._loader is None:
                self._loader = self._new_loader()
            return self._loader

    def refresh(self, window: int, book: str) -> None:
        """Ask again about all that may have changed, with the settings as they are now.

        Args:
            window: handle of the Excel's main window.
            book: name of the workbook whose formulas are calculated.
        """
        self.close()
        self._asks_again_before = time.time()
        self._recalculation.recalculate_formulas(window, book)

    def close(self) -> None:
        """End asking and let go of the store; the next formula begins anew."""
        with self._lock:
            self._stack.close()
            self._loader = None

    def _new_loader(self) -> Loader:
        settings = self._settings()
        with ExitStack() as stack:
            app = stack.enter_context(App(settings))
            loader = Loader(
                app.formula_tools(threading.Event()),
                self._recalculation,
                clock=self._clock,
                limits=_limits(settings.numbers, self._asks_again_before),
            )
            stack.callback(loader.close)
            self._stack = stack.pop_all()
        return loader


def _limits(numbers: Mapping[str, float], asks_again_before: float) -> Limits:
    defaults = Limits()
    return Limits(
        wait_s=numbers.get("formula_wait_s", defaults.wait_s),
        ask_again_s=numbers.get("formula_ask_again_h", defaults.ask_again_s / _HOUR_S) * _HOUR_S,
        asks_again_before=asks_again_before,
    )


def server() -> Server:
    """Give the server of this process; the first call makes it."""
    return _PROCESS.get()


def serve_with(server: Server | None) -> None:
    """Let this process be served by another server.

    Args:
        server: the other one; None for a new one when it is needed.
    """
    _PROCESS.put(server)


class _Process:
    """Holds the server of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._server: Server | None = None

    def get(self) -> Server:
        with self._lock:
            if self._server is None:
                self._server = Server(
                    lambda: load_settings(os.environ), recalculation(on_windows=os.name == "nt")
                )
            return self._server

    def put(self, server: Server | None) -> None:
        with self._lock:
            self._server = server


_PROCESS: Final = _Process()


def recalculation(*, on_windows: bool) -> FormulaRecalculation:
    """Make what calculates cells again.

    Args:
        on_windows: whether there is an Excel that can be reached.
    """
    if not on_windows:
        return NoRecalculation()
    spare_other_excels()
    pywintypes = importlib.import_module("pywintypes")
    errors = (pywintypes.com_error, pywintypes.error, OSError)
    return RecalculationQueue(ComExcel(connect_by_window, errors), SystemClock().wait)
