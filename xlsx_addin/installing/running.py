"""Whether Excel runs."""

import subprocess
from collections.abc import Callable, Sequence
from typing import Final

from xlsx_addin.installing.places import System

# Images are named alike in every language; asking xlwings would end Excels without a window.
_QUESTIONS: Final[dict[System, list[str]]] = {
    System.WINDOWS: ["tasklist", "/FI", "IMAGENAME eq EXCEL.EXE", "/NH", "/FO", "CSV"],
    System.MAC: ["pgrep", "-x", "Microsoft Excel"],
}
_PATIENCE_S: Final = 5.0

Ask = Callable[[Sequence[str]], bytes]
"""Runs a program and gives what it prints."""


def excel_runs(system: System, ask: Ask | None = None) -> bool | None:
    """Tell whether an Excel runs; None if nobody knows.

    Args:
        system: the user's.
        ask: runs a program, given its words, and gives what it prints.
    """
    try:
        printed = (ask or _printed_by)(_QUESTIONS[system])
    except (OSError, subprocess.SubprocessError):
        return None
    return b'"excel.exe"' in printed.lower() if system is System.WINDOWS else bool(printed.strip())


def _printed_by(words: Sequence[str]) -> bytes:
    # pgrep ends with 1 where it finds nothing.
    done = subprocess.run(  # noqa: S603  # our own words
        list(words), capture_output=True, timeout=_PATIENCE_S, check=False
    )
    return done.stdout
