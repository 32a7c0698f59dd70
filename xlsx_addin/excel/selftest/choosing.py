"""Which Excel the self-test uses on which system."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from xlsx_addin.doctor.office import excel_on_mac, excel_on_windows, excel_program
from xlsx_addin.doctor.registry import read_registry
from xlsx_addin.errors import InputError
from xlsx_addin.excel.selftest.bench import Bench
from xlsx_addin.excel.selftest.contract import OwnExcel
from xlsx_addin.excel.selftest.mac_host import MacExcel
from xlsx_addin.excel.selftest.waiting import Waiting
from xlsx_addin.excel.selftest.windows_host import Installed, WindowsExcel
from xlsx_addin.installing.conf import entries_in
from xlsx_addin.installing.places import System, places_on

_CODE_PAGE: Final = "mbcs"
"""What VBA reads the file in: the code page of Windows."""

MakeExcel = Callable[[Bench, Waiting], OwnExcel]
"""Makes the Excel of a self-test, given its bench and what waits."""


class Choice(NamedTuple):
    """How the self-test is done on a system.

    Args:
        make: makes its Excel.
        parent: where its workbooks go for a while; None for the usual place of such files.
    """

    make: MakeExcel
    parent: Path | None = None


def choose(environ: Mapping[str, str], user_home: Path, platform: str = sys.platform) -> Choice:
    """Choose how the self-test is done.

    Args:
        environ: the environment variables.
        user_home: the user's own folder.
        platform: as `sys.platform` names it.

    Raises:
        InputError: there is no Excel for this system.
    """
    if platform == "win32":
        conf = places_on(System.WINDOWS, user_home, environ).conf
        python = (
            entries_in(_content(conf)).get("INTERPRETER_WIN", b"").decode(_CODE_PAGE, "replace")
        )
        found = Installed(excel_on_windows(read_registry), excel_program(read_registry), python)
        return Choice(lambda bench, waiting: WindowsExcel(bench, found, waiting))
    if platform == "darwin":
        # Excel may open files of its own container without asking the user for each.
        container = places_on(System.MAC, user_home, environ).conf.parent
        parent = container if container.is_dir() else None
        return Choice(lambda bench, waiting: MacExcel(bench, excel_on_mac(), waiting), parent)
    raise InputError(
        "There is no Excel on this system, so there is nothing to test.",
        next_step="Run this command on the computer that has Excel, with Python for Windows (not"
        " within WSL) or for macOS. The tests of this project do its steps in LibreOffice.",
        code="no-excel-here",
    )


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
