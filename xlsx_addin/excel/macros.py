"""The entry of the buttons: `RunPython "import xlsx_addin.excel.macros as m; m.main('refresh')"`.

Excel waits for the process that `RunPython` starts. It only starts another one, which does the
work and shows the window, and ends: Excel stays usable.
"""

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from xlsx_addin.errors import XlsxAddinError, unexpected
from xlsx_addin.excel.actions import ACTIONS
from xlsx_addin.logging_start import start_logging
from xlsx_addin.workbooks.live import ExcelGate
from xlsx_addin.workbooks.live.attach import OpenBook, calling_book

__all__ = ["ACTIONS", "main"]

_log = logging.getLogger(__name__)

# https://learn.microsoft.com/windows/win32/procthread/process-creation-flags
_DETACHED_PROCESS: Final = 0x00000008
_CREATE_NEW_PROCESS_GROUP: Final = 0x00000200

_PATIENCE_S: Final = 20.0
"""Seconds to wait for Excel, which waits for us, to say which workbook it is."""

Launch = Callable[[Sequence[str]], object]
"""Starts a process that outlives this one."""


def main(
    action: str = "refresh",
    *,
    find: Callable[[], OpenBook] | None = None,
    launch: Launch | None = None,
) -> None:
    """Start the work that a button stands for and return at once.

    Args:
        action: one of `ACTIONS`.
        find: names the workbook whose macro was called.
        launch: starts the process that does the work.

    Raises:
        SystemExit: it could not be started; the macro shows its text in a message box.
    """
    with ExitStack() as logs:
        try:
            start_logging(logs, os.environ)
            _start(action, find or _caller, launch or start_process)
        except XlsxAddinError as error:
            _log.warning("%s: %s", action, error)
            sys.exit(str(error))
        except Exception as error:  # noqa: BLE001  # a person must never see a traceback
            _log.exception("the macro %s failed", action)
            sys.exit(str(unexpected(error)))


def _start(action: str, find: Callable[[], OpenBook], launch: Launch) -> None:
    if action not in ACTIONS:
        raise XlsxAddinError(
            f"This version of the program has no action {action}.",
            next_step="The add-in and the program are of different versions: update both.",
            code="no-such-action",
        )
    book = find()
    launch(worker_command(action, book))
    _log.info("%s: started for %s in Excel %d", action, book.name, book.app)


def _caller() -> OpenBook:
    return calling_book(ExcelGate(time.monotonic, threading.Event().wait, _PATIENCE_S))


def worker_command(action: str, book: OpenBook) -> list[str]:
    """Spell the command of the process that does the work.

    Args:
        action: one of `ACTIONS`.
        book: the workbook.
    """
    # -P: nothing is imported from the current folder, which may be the workbook's.
    module = [_interpreter(), "-P", "-m", "xlsx_addin.excel.worker"]
    # --: a workbook's name may begin as an option does.
    return [*module, "--", action, str(book.app), book.name]


def _interpreter() -> str:
    """Choose the Python that opens no console window on Windows."""
    windowed = Path(sys.executable).with_name("pythonw.exe")
    return str(windowed) if windowed.exists() else sys.executable


def start_process(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start a process that outlives this one and Excel's wait for it.

    Args:
        command: its words.
    """
    apart: dict[str, Any] = (
        {"creationflags": _DETACHED_PROCESS | _CREATE_NEW_PROCESS_GROUP}
        if sys.platform == "win32"
        else {"start_new_session": True}
    )
    return subprocess.Popen(  # noqa: S603  # our own words; the book's name is one argument
        list(command),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=Path.home(),
        close_fds=True,
        **apart,
    )
