"""The library through which Excel on Windows starts the formulas."""

from pathlib import Path
from typing import Final

BITNESSES: Final = (64, 32)


def library_name(xlwings: str, bits: int) -> str:
    """Name the library that the macros load.

    Args:
        xlwings: the version of xlwings that the add-in was built from.
        bits: of Excel, 64 or 32.
    """
    return f"xlwings{bits}-{xlwings}.dll"


def find_library(interpreter: Path, xlwings: str, bits: int) -> Path | None:
    """Look for the library where the macros do: beside the Python, and one folder above.

    Args:
        interpreter: the Python that Excel starts.
        xlwings: the version of xlwings that the add-in was built from.
        bits: of Excel, 64 or 32.
    """
    name = library_name(xlwings, bits)
    places = (interpreter.parent / name, interpreter.parent.parent / name)
    return next((place for place in places if place.exists()), None)
