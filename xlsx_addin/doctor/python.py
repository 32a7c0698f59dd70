"""Checks of Python and of what is installed in it."""

from collections.abc import Mapping
from typing import Final

from xlsx_addin.doctor.check import Finding, ok, problem
from xlsx_addin.installing.computer import NOT_INSTALLED

OLDEST: Final = (3, 11)
"""The oldest Python that the program runs on, as in `setup.cfg`."""


def check_python(version: tuple[int, int, int], path: str) -> Finding:
    """Check which Python this is.

    Args:
        version: its numbers.
        path: its program.
    """
    named = ".".join(map(str, version))
    if version[:2] < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        return problem(
            f"Python {named} is too old.",
            f"Install Python {oldest} or newer, and this program with it.",
        )
    return ok(f"Python {named}, {path}.")


def check_packages(program: str, found: Mapping[str, str | None], wanted: str) -> Finding:
    """Check what the program needs besides itself.

    Args:
        program: its own version; `NOT_INSTALLED` where its Python does not know it.
        found: the versions of the packages that it needs, None for those that are missing.
        wanted: the version of xlwings that the add-in was built from.
    """
    missing = [name for name, version in found.items() if version is None]
    if program == NOT_INSTALLED or missing:
        what = f"{', '.join(missing)} missing" if missing else "the program is not installed"
        return problem(
            f"Not all is installed: {what}.",
            "Run python -m pip install . in the program's folder.",
        )
    if found.get("xlwings") != wanted:
        return problem(
            f"xlwings is of version {found.get('xlwings')}, the add-in needs {wanted}.",
            f"Run python -m pip install xlwings=={wanted}.",
        )
    versions = ", ".join(f"{name} {version}" for name, version in found.items())
    return ok(f"xlsx_addin {program}, {versions}.")
