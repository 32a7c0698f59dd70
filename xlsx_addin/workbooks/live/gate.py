"""The one gate to Excel: a call that finds Excel busy is repeated until a deadline.

Excel refuses calls while a cell is edited or a dialog is open. xlwings repeats some of them for
ever and without a pause, unless it is told not to (`fail_fast`); here they are waited out.
"""

import sys
from collections.abc import Callable
from typing import Final, TypeVar

from xlsx_addin.errors import WorkbookBusy, WorkbookError

Result = TypeVar("Result")

PATIENCE_S: Final = 120.0
"""Seconds to wait for Excel to take a call."""

_PAUSE_S: Final = 0.25

# [MS-ERREF] 2.1: RPC_E_CALL_REJECTED, RPC_E_SERVERCALL_RETRYLATER; Excel's own VBA_E_IGNORE.
BUSY: Final = frozenset({-2147418111, -2147417846, -2146777998})
# RPC_S_SERVER_UNAVAILABLE, RPC_S_CALL_FAILED, RPC_E_DISCONNECTED, CO_E_OBJNOTCONNECTED.
_GONE: Final = frozenset({-2147023174, -2147023170, -2147417848, -2147220995})
# Apple events: timed out; connection invalid, no such process (Apple's MacErrors.h).
_BUSY_ON_MAC: Final = frozenset({-1712})
_GONE_ON_MAC: Final = frozenset({-609, -600})


class ExcelGate:
    """Makes calls into Excel.

    Args:
        clock: seconds, never set back.
        wait: sleeps for some seconds; returns True to give up early, as
            `threading.Event.wait` does.
        patience_s: how long a call may find Excel busy.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        wait: Callable[[float], bool],
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._clock = clock
        self._wait = wait
        self._patience_s = patience_s

    def do(self, call: Callable[[], Result], *, stoppable: bool = True) -> Result:
        """Make a call, again and again while Excel is busy.

        Args:
            call: may be made several times; only its last result counts.
            stoppable: whether `wait` may give up early; not for what must be put back.

        Raises:
            WorkbookBusy: Excel was busy for too long.
            WorkbookError: Excel or the workbook was closed.
        """
        deadline = self._clock() + self._patience_s
        while True:
            try:
                return call()
            except Exception as error:
                numbers = _numbers(error)
                if numbers & (_GONE | _GONE_ON_MAC):
                    raise _closed() from error
                if not numbers & (BUSY | _BUSY_ON_MAC) and not _is_busy_by_name(error):
                    raise
                if self._clock() >= deadline or (self._wait(_PAUSE_S) and stoppable):
                    raise _busy() from error


def _numbers(error: Exception) -> set[int]:
    """Collect the numbers of an error: COM's own, and Excel's inside it."""
    found = [getattr(error, "hresult", None), getattr(error, "errornumber", None)]
    if error.args and type(error).__name__ == "com_error":
        found.append(error.args[0])
    details = error.args[2] if len(error.args) > 2 else None
    if isinstance(details, tuple) and details:
        found.append(details[-1])
    return {number for number in found if isinstance(number, int)}


def _is_busy_by_name(error: Exception) -> bool:
    # xlwings' class lives in a module that exists on Windows alone.
    return type(error).__name__ == "ExcelBusyError"


def _busy() -> WorkbookBusy:
    return WorkbookBusy(
        "Excel is busy: a cell is being edited, or a window waits for an answer.",
        next_step="Press Enter or Esc in Excel, close its windows, then refresh again: what was"
        " answered is known already.",
        code="excel-busy",
    )


def _closed() -> WorkbookError:
    return WorkbookError(
        "The sheet was deleted, or the workbook or Excel closed meanwhile.",
        next_step="Open the workbook and refresh again: what was answered is known already.",
        code="workbook-closed",
    )


def fail_fast() -> None:
    """Let xlwings raise at once when Excel is busy; without this it would never give up."""
    windows = sys.modules.get("xlwings._xlwindows")
    if windows is not None:
        windows.N_COM_ATTEMPTS = 1  # type: ignore[attr-defined]  # a setting of xlwings
