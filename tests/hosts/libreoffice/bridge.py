"""Finds LibreOffice and its Python bridge, and speaks the bridge's small language.

Debian's `python3-uno` is built for the system's Python and works in any environment of the same
version, if its folder comes last on the path: nothing else of it may get in front.
"""

import builtins
import importlib
import os
import shutil
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest

REQUIRE: Final = "XLSX_ADDIN_REQUIRE_LIBREOFFICE"
_SYSTEM_PACKAGES: Final = Path("/usr/lib/python3/dist-packages")
_PROGRAMS: Final = (
    Path("/usr/lib/libreoffice/program/soffice.bin"),
    Path("/usr/lib64/libreoffice/program/soffice.bin"),
    Path("/opt/libreoffice/program/soffice.bin"),
)


class NoLibreOfficeError(Exception):
    """LibreOffice, or a part of it that is needed here, is not installed."""


@cache
def bridge() -> ModuleType:
    """Import `uno`, and leave no trace of it for other tests.

    It comes from a folder with many other packages, and changes how everybody imports.

    Raises:
        NoLibreOfficeError: It is not installed for this version of Python.
    """
    usual = builtins.__import__
    sys.path.append(str(_SYSTEM_PACKAGES))
    try:
        return importlib.import_module("uno")
    except ImportError as problem:
        raise NoLibreOfficeError("python3-uno is not installed for this Python") from problem
    finally:
        sys.path.remove(str(_SYSTEM_PACKAGES))
        builtins.__import__ = usual


def program() -> Path:
    """Find `soffice.bin` itself: the scripts around it leave processes behind.

    Raises:
        NoLibreOfficeError: It is not installed.
    """
    script = shutil.which("soffice")
    beside = [Path(script).resolve().parent / "soffice.bin"] if script else []
    for path in (*beside, *_PROGRAMS):
        if path.is_file():
            return path
    raise NoLibreOfficeError("LibreOffice is not installed")


def tool(name: str) -> str:
    """Find a program of the system.

    Raises:
        NoLibreOfficeError: It is not installed.
    """
    found = shutil.which(name)
    if found is None:
        raise NoLibreOfficeError(f"{name} is not installed")
    return found


def skip_without(*tools: str) -> None:
    """Skip the test if LibreOffice or one of the programs is not there; fail if it is required."""
    try:
        bridge()
        program()
        for name in tools:
            tool(name)
    except NoLibreOfficeError as missing:
        if os.environ.get(REQUIRE) == "1":
            pytest.fail(f"{missing}, though {REQUIRE}=1 asks for it", pytrace=False)
        pytest.skip(str(missing))


def exception(name: str) -> type[Exception]:
    """Give an exception of the bridge, such as `connection.NoConnectException`."""
    found: type[Exception] = bridge().getClass(f"com.sun.star.{name}")
    return found


def struct(name: str, **fields: Any) -> Any:
    """Make a structure of the bridge, such as `table.CellRangeAddress`."""
    made = bridge().createUnoStruct(f"com.sun.star.{name}")
    for field, value in fields.items():
        setattr(made, field, value)
    return made


def properties(**values: Any) -> tuple[Any, ...]:
    """Make the list of named values that most calls of LibreOffice take."""
    return tuple(
        struct("beans.PropertyValue", Name=name, Value=value) for name, value in values.items()
    )
