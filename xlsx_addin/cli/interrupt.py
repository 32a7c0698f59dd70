"""Ctrl-C and a polite kill: the first asks the job to stop, the second stops it at once."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from xlsx_addin.cli.common import note

SAVING: Final = "Stopping: saving what was answered. Press Ctrl-C again to leave at once."


@contextmanager
def cancelled_by_signals(sentence: str = SAVING) -> Iterator[threading.Event]:
    """Give an event that Ctrl-C (SIGINT) and SIGTERM set.

    A job that sees it set writes what it has and ends within moments. A second signal raises
    KeyboardInterrupt. Outside of the main thread the event is simply never set.

    Args:
        sentence: what the user reads at the first signal.
    """
    cancel = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        if cancel.is_set():
            raise KeyboardInterrupt
        cancel.set()
        note(f"\n{sentence}")

    if threading.current_thread() is not threading.main_thread():
        yield cancel
        return
    old = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield cancel
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)
