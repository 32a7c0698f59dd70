"""Finding an open workbook: the one a macro was called from, or one by its Excel and name."""

import atexit
import os
import sys
from importlib import import_module
from typing import NamedTuple

import xlwings

from xlsx_addin.errors import WorkbookError
from xlsx_addin.workbooks.live.gate import ExcelGate, fail_fast


class OpenBook(NamedTuple):
    """An open workbook, named so that another process finds it.

    Args:
        app: the process id of its Excel.
        name: its name there.
    """

    app: int
    name: str


def spare_other_excels() -> None:
    """Keep xlwings from ending Excels without a window when this process ends.

    On Windows it takes them for left-overs; an Excel at its start screen, or one that another
    program works with, has no window either.
    """
    windows = sys.modules.get("xlwings._xlwindows")
    if windows is not None:
        atexit.unregister(windows.cleanup)


def tame_xlwings() -> None:
    """Spare other Excels, and let a busy one be waited for here rather than without end."""
    fail_fast()
    spare_other_excels()


def let_thread_call_excel(*, on_windows: bool = os.name == "nt") -> None:
    """Let the current thread call Excel: on Windows every thread has to say so.

    It is not taken back: that must not come before the last object of Excel is let go of, and
    the thread's end does the same.

    Args:
        on_windows: whether this is Windows.
    """
    if on_windows:
        import_module("pythoncom").CoInitialize()


def calling_book(gate: ExcelGate) -> OpenBook:
    """Name the workbook whose macro started this process.

    Args:
        gate: makes calls into Excel.
    """
    tame_xlwings()
    return gate.do(lambda: _named(xlwings.Book.caller()))


def _named(book: xlwings.Book) -> OpenBook:
    return OpenBook(book.app.pid, book.name)


def find_book(wanted: OpenBook) -> xlwings.Book:
    """Find an open workbook.

    Args:
        wanted: its Excel and name.

    Raises:
        WorkbookError: it is not open there any more.
    """
    tame_xlwings()
    for app in xlwings.apps:
        if app.pid != wanted.app:
            continue
        for book in app.books:
            if book.name == wanted.name:
                return book
    raise WorkbookError(
        f"{wanted.name} is not open in Excel any more.",
        next_step="Open it and press the button again.",
        code="workbook-closed",
    )
