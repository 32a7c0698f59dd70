"""What the buttons of the group Account tell: the settings and where help is."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import xlsx_addin
from xlsx_addin.settings import SETTINGS_FILE, SIGN_IN_VARIABLES

_TEMPLATE: Final = """\
# Settings of xlsx_addin; docs/settings.md tells all of them. Secrets do not belong in here.

[profiles.default]
region = "na"            # na, eu or jp
# time_zone = "Europe/Berlin"
"""

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


def settings_text(home: Path, environ: Mapping[str, str]) -> str:
    """Tell how the sign-in stands.

    Args:
        home: the folder of the program's own files.
        environ: the environment variables.
    """
    missing = [name for name in SIGN_IN_VARIABLES if not environ.get(name)]
    sign_in = (
        "The sign-in is set up in environment variables."
        if not missing
        else "The sign-in is not set up: "
        + ", ".join(missing)
        + " are missing. Ask the developer of your Amazon app for them, set them as environment"
        " variables of your user, and start Excel again."
    )
    return f"{sign_in}\n\nRegion and time zone are in the settings file\n{home / SETTINGS_FILE}"


def settings_file(home: Path) -> Path:
    """Make sure that there is a settings file, and give its path.

    Args:
        home: the folder of the program's own files.
    """
    path = home / SETTINGS_FILE
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_TEMPLATE, encoding="utf-8")
    return path


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
