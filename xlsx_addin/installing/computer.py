"""The computer and the program that are to be brought together, as plain values."""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from typing import Final

from xlsx_addin.errors import InputError
from xlsx_addin.installing.interpreter import Interpreter
from xlsx_addin.installing.places import System
from xlsx_addin.installing.running import excel_runs
from xlsx_addin.version import program_version
from xlsx_addin.workbooks.saving import save_atomically
from xlsx_addin.workbooks.template import Template, read_template

Save = Callable[[Path, bytes], None]
"""Writes a file, all of it or nothing."""

NOT_INSTALLED: Final = "0"
"""The version of a source tree that was never installed; see `program_version`."""

SYSTEMS: Final[Mapping[str, System]] = {"win32": System.WINDOWS, "darwin": System.MAC}


@dataclass(frozen=True, slots=True)
class Computer:
    """Whose Excel gets the add-in.

    Args:
        system: the user's.
        user_home: the user's own folder.
        environ: the environment variables.
        interpreter: the Python that Excel is to start.
        encoding: what VBA reads text files in.
        excel_runs: tells whether an Excel runs, None if nobody knows.
        save: writes a file, all of it or nothing.
    """

    system: System
    user_home: Path
    environ: Mapping[str, str]
    interpreter: Interpreter
    encoding: str
    excel_runs: Callable[[], bool | None]
    save: Save


@dataclass(frozen=True, slots=True)
class Program:
    """What is installed.

    Args:
        version: of this program; `NOT_INSTALLED` where its Python does not know it.
        xlwings: the version of xlwings in this Python, empty if there is none.
        add_in: the add-in.
        script: xlwings' script for Excel on a Mac, None if it is missing.
    """

    version: str
    xlwings: str
    add_in: bytes
    script: Path | None


def _user_id() -> int:
    return os.geteuid() if sys.platform != "win32" else -1


def this_computer(
    environ: Mapping[str, str],
    platform: str = sys.platform,
    user_id: Callable[[], int] = _user_id,
) -> Computer:
    """Describe the computer that this runs on.

    Args:
        environ: the environment variables.
        platform: as `sys.platform` names it.
        user_id: tells the user's number; that of the administrator is 0 on a Mac.

    Raises:
        InputError: there is no Excel for it, or this is another user's.
    """
    system = SYSTEMS.get(platform)
    if system is None:
        raise InputError(
            "There is no Excel on this system.",
            next_step="All else works without Excel, on closed workbooks: xlsx-addin refresh, undo,"
            " lookup, new and demo. For the buttons install this program and run this command on"
            " the computer that has Excel, with Python for Windows (not within WSL) or for macOS.",
            code="no-excel-here",
        )
    if system is System.MAC and user_id() == 0:
        raise InputError(
            "With sudo this would concern the administrator's Excel, not yours.",
            next_step="Run the same command without sudo.",
            code="run-with-sudo",
        )
    return Computer(
        system=system,
        user_home=Path.home(),
        environ=environ,
        interpreter=this_interpreter(),
        encoding="mbcs" if system is System.WINDOWS else "mac_roman",
        excel_runs=lambda: excel_runs(system),
        save=save,
    )


def this_interpreter() -> Interpreter:
    """Describe the Python that this runs in."""
    is_conda = Path(sys.prefix, "conda-meta").is_dir()
    return Interpreter(sys.executable, is_conda=is_conda, base=sys.base_prefix)


def this_program() -> Program:
    """Describe this program as it is installed."""
    try:
        xlwings = metadata.version("xlwings")
    except metadata.PackageNotFoundError:
        xlwings = ""
    return Program(
        version=program_version(),
        xlwings=xlwings,
        add_in=read_template(Template.ADD_IN),
        script=_script(xlwings),
    )


def script_name(xlwings: str) -> str:
    """Name the script that the macros of an add-in look for on a Mac.

    Args:
        xlwings: the version of xlwings that the add-in was built from.
    """
    return f"xlwings-{xlwings}.applescript"


def save(path: Path, content: bytes) -> None:
    """Write a file, all of it or nothing; see `save_atomically`.

    Args:
        path: the file; an old one is replaced.
        content: what it holds.
    """
    save_atomically(path, lambda file: file.write(content), replace=os.replace)


def _script(xlwings: str) -> Path | None:
    # Looked for without importing xlwings, which on Windows ends Excels without a window.
    found = util.find_spec("xlwings")
    if found is None or found.origin is None:
        return None
    script = Path(found.origin).with_name(script_name(xlwings))
    return script if script.exists() else None
