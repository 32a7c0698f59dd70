"""The windows of the add-in: a job under way, a question, a message.

This module can be imported without Tk; what needs it is imported when a window is to be shown.
Where Tk or a screen is missing, `run_without_window` does the job, and the caller shows its
summary in another way.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Literal

from xlsx_addin.errors import LocalError
from xlsx_addin.excel.destinations import Destination
from xlsx_addin.excel.periods import Period
from xlsx_addin.excel.progress_state import ProgressState
from xlsx_addin.excel.summary import Summary, summarize_error

if TYPE_CHECKING:
    from xlsx_addin.excel.desk import Desk

_log = logging.getLogger(__name__)

Kind = Literal["info", "warning", "error"]
"""Which sign stands beside a message."""


class WindowUnavailable(LocalError):
    """No window can be shown on this computer."""

    default_code = "no-window"


def run_without_window(job: Callable[[], Summary]) -> Summary:
    """Do a job in this thread, without showing anything.

    Args:
        job: what is done.

    Returns:
        What it came to. What it raises is put into words, not raised.
    """
    try:
        return job()
    except Exception as error:  # noqa: BLE001  # a person must never see a traceback
        _log.exception("the job ended with an error")
        return summarize_error(error)


class ProgressWindow:
    """A window that shows how far a job is, lets a person stop it, and says what it came to.

    Args:
        title: the name of the workbook.
        state: what the job tells.
        cancel: set when the person wants the job to stop.
        wants_front: asked again and again; true once when the window shall come to the front.
        close_after_s: how long a good result is shown before the window closes by itself.
        scaling: pixels a point, None to take what the screen says.

    Raises:
        WindowUnavailable: Tk or a screen is missing.
    """

    def __init__(
        self,
        title: str,
        state: ProgressState,
        *,
        cancel: threading.Event,
        wants_front: Callable[[], bool],
        close_after_s: float = 1.5,
        scaling: float | None = None,
    ) -> None:
        with _needs_tk():
            from xlsx_addin.excel.tk.job_window import JobWindow  # noqa: PLC0415

            self._window = JobWindow(
                title,
                state,
                cancel=cancel,
                wants_front=wants_front,
                close_after_s=close_after_s,
                scaling=scaling,
            )

    def run(self, job: Callable[[], Summary]) -> Summary:
        """Do a job in a thread of its own and show it until it is done and read.

        To be called once, from the thread that made the window.

        Args:
            job: what is done.

        Returns:
            What it came to. What it raises is put into words, not raised.
        """
        return self._window.run(lambda: run_without_window(job))


def ask_days(title: str, initial: int) -> int | None:
    """Ask how many days back a refresh looks.

    Args:
        title: of the window.
        initial: the number that is offered.

    Returns:
        A number from 1 to 36,500, None if the person changed their mind.

    Raises:
        WindowUnavailable: Tk or a screen is missing.
    """
    with _needs_tk():
        from xlsx_addin.excel.tk import dialogs  # noqa: PLC0415

        return dialogs.ask_days(title, initial)


def ask_period(title: str, initial: Period, today: date) -> Period | None:
    """Ask from which day to which transactions are imported.

    Args:
        title: of the window.
        initial: the period that is offered.
        today: the day it is.

    Returns:
        The period, None if the person changed their mind.

    Raises:
        WindowUnavailable: Tk or a screen is missing.
    """
    with _needs_tk():
        from xlsx_addin.excel.tk import dialogs  # noqa: PLC0415

        return dialogs.ask_period(title, initial, today)


def ask_destination(title: str, initial: Destination) -> Destination | None:
    """Ask where invoice PDFs go.

    Args:
        title: of the window.
        initial: what is offered.

    Returns:
        The folder and whether it is linked, None if the person changed their mind.

    Raises:
        WindowUnavailable: Tk or a screen is missing.
    """
    with _needs_tk():
        from xlsx_addin.excel.tk import dialogs  # noqa: PLC0415

        return dialogs.ask_destination(title, initial)


def show_sign_in(title: str, desk: "Desk", profile: str) -> None:
    """Show the window in which a person signs in, until it is closed.

    Args:
        title: of the window.
        desk: does the work.
        profile: whose sign-in is shown first.

    Raises:
        WindowUnavailable: Tk or a screen is missing.
    """
    with _needs_tk():
        from xlsx_addin.excel.tk.sign_in import SignInDialog  # noqa: PLC0415

        dialog = SignInDialog(title, desk, profile)
    dialog.run()


def show_message(title: str, text: str, kind: Kind) -> None:
    """Show a short message until it is read.

    Args:
        title: of the window, and above the text.
        text: a few sentences.
        kind: which sign stands beside it.

    Raises:
        WindowUnavailable: Tk or a screen is missing.
    """
    with _needs_tk():
        from xlsx_addin.excel.tk.message import show_box  # noqa: PLC0415

        show_box(title, text, kind)


@contextmanager
def _needs_tk() -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise WindowUnavailable(
            f"Python's window library Tk is missing ({error}).",
            next_step="Install Python with tcl/tk, or on Debian and Ubuntu python3-tk.",
        ) from error
    except Exception as error:
        # TclError cannot be named where Tk may be missing.
        if type(error).__name__ != "TclError":
            raise
        raise WindowUnavailable(
            f"No window can be shown: {error}.",
            next_step="Sign in with a screen, and see that Python was installed with tcl/tk.",
        ) from error
