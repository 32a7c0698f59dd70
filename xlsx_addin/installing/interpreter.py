"""How the macros find this Python: the entries of the user's file, or why they would not."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath
from typing import Final

from xlsx_addin.errors import LocalError
from xlsx_addin.installing.places import System

WINDOWS_NAMES: Final = ("INTERPRETER_WIN", "CONDA PATH", "CONDA ENV")
MAC_NAMES: Final = ("INTERPRETER_MAC",)

_SHORT: Final = ("LOCALAPPDATA", "APPDATA", "USERPROFILE")
"""Variables that stand for the beginning of a path, longest first."""

_CONDA_SCRIPTS: Final = 2
"""Folders that `Scripts\\conda.exe` lies below conda's own."""

_WITHOUT_QUOTES: Final = re.compile(r"[\w./$+@%:,=-]+", re.ASCII)
"""What a shell takes as it is: xlwings' script for the Mac puts the path into a command bare."""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python.

    Args:
        path: of its program.
        is_conda: whether it lives in an environment of conda.
        base: the folder of the Python that it was made from.
    """

    path: str
    is_conda: bool = False
    base: str = ""


def names_on(system: System) -> tuple[str, ...]:
    """List the entries that are ours.

    Args:
        system: the user's.
    """
    return WINDOWS_NAMES if system is System.WINDOWS else MAC_NAMES


def conf_entries(
    interpreter: Interpreter,
    system: System,
    environ: Mapping[str, str],
    *,
    user_home: str,
    encoding: str,
) -> dict[str, bytes | None]:
    """Give the entries that let the macros start a Python, by name.

    Args:
        interpreter: the Python.
        system: the user's.
        environ: the environment variables.
        user_home: the user's own folder.
        encoding: what VBA reads the file in.

    Returns:
        None for what must not be there.

    Raises:
        LocalError: the macros could not start it.
    """
    if system is System.MAC:
        return {"INTERPRETER_MAC": _encoded(_mac_path(interpreter.path, user_home), encoding)}
    check_seen_by_excel(interpreter)
    conda = _conda(interpreter, environ)
    path = "python" if conda else _windows_path(interpreter.path, environ)
    values = {"INTERPRETER_WIN": path, **dict(zip(WINDOWS_NAMES[1:], conda, strict=False))}
    return {
        name: _encoded(values[name], encoding) if name in values else None for name in WINDOWS_NAMES
    }


def check_seen_by_excel(interpreter: Interpreter) -> None:
    """Make sure that Excel sees what this Python writes.

    What a Python from the Microsoft Store writes below AppData goes into a folder of its own
    that other programs do not see
    (https://docs.python.org/3/using/windows.html, known issues of the Microsoft Store package).

    Args:
        interpreter: the Python.

    Raises:
        LocalError: it does not.
    """
    if "windowsapps" in interpreter.base.lower():
        raise LocalError(
            "This Python comes from the Microsoft Store: Excel does not see the files that it"
            " writes.",
            next_step="Install Python from https://www.python.org, make a new environment with it"
            " and install this program there.",
            code="python-from-store",
        )


def expanded(value: str, environ: Mapping[str, str], user_home: str) -> str:
    """Fill in the variables of a value as the macros do.

    Args:
        value: of an entry.
        environ: the environment variables, by name in any case.
        user_home: the user's own folder.
    """
    if value.startswith("$HOME/"):
        return user_home.rstrip("/") + value.removeprefix("$HOME")
    known = {name.upper(): text for name, text in environ.items()}
    return re.sub(r"%([^%]+)%", lambda found: known.get(found[1].upper(), found[0]), value)


def _windows_path(path: str, environ: Mapping[str, str]) -> str:
    for name in _SHORT:
        folder = environ.get(name, "").rstrip("\\/")
        rest = path[len(folder) :]
        if folder and path.lower().startswith(folder.lower()) and rest[:1] in {"\\", "/"}:
            path = f"%{name}%{rest}"
            break
    if "%" in path.removeprefix("%").partition("%")[2]:
        raise _unusable(path, "a percent sign")
    return path


def _conda(interpreter: Interpreter, environ: Mapping[str, str]) -> tuple[str, str] | tuple[()]:
    """Give conda's folder and the environment, which have to be activated before Python runs."""
    program, name = environ.get("CONDA_EXE", ""), environ.get("CONDA_DEFAULT_ENV", "")
    if not (interpreter.is_conda and program and name):
        return ()
    return str(PureWindowsPath(program).parents[_CONDA_SCRIPTS - 1]), name


def _mac_path(path: str, user_home: str) -> str:
    value = path
    if PurePosixPath(path).is_relative_to(user_home):
        value = f"$HOME/{PurePosixPath(path).relative_to(user_home)}"
    if not _WITHOUT_QUOTES.fullmatch(value):
        raise _unusable(path, "a space or another special letter")
    return value


def _encoded(value: str, encoding: str) -> bytes:
    try:
        return value.encode(encoding)
    except UnicodeEncodeError as error:
        letter = error.object[error.start : error.end]
        raise _unusable(value, f"the letter {letter}") from error


def _unusable(path: str, what: str) -> LocalError:
    return LocalError(
        f"Excel cannot start this Python: its path, {path}, has {what} in it.",
        next_step="Make an environment in a folder with a plain name and install this program"
        " there.",
        code="interpreter-path",
    )
