"""What the buttons of the group Account need besides: help, and an editor for texts."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import xlsx_addin

_EDITORS: Final = {"win32": ["notepad.exe"], "darwin": ["open", "-t"]}


def help_text(home: Path) -> str:
    """Tell the version and where things are.

    Args:
        home: the folder of the program's own files.
    """
    return (
        f"Amazon Business invoices, version {xlsx_addin.__version__}.\n\n"
        "Refresh invoices fills in invoice number, date and consolidated invoice number beside"
        " the order, line item and shipment IDs of the sheet. Every row ends in a status word and"
        " a sentence that says what to do. Nothing is saved: that is up to you.\n\n"
        "Undo last refresh puts back what the last refresh overwrote.\n\n"
        f"Settings and the support log are in\n{home}"
    )


def open_file(
    path: Path,
    run: Callable[[list[str]], object] | None = None,
    platform: str = sys.platform,
) -> None:
    """Open a text file in an editor.

    Args:
        path: the file.
        run: starts a program, given its words.
        platform: as `sys.platform` names it.

    Raises:
        OSError: there is no editor.
    """
    # Few computers know what opens a .toml; all have an editor of texts.
    opener = _EDITORS.get(platform, ["xdg-open"])
    (run or subprocess.Popen)([*opener, str(path)])
