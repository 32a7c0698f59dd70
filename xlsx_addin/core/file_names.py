"""File names that every system takes and that never lead out of a folder.

Source: https://learn.microsoft.com/windows/win32/fileio/naming-a-file: reserved characters and
names, no blank or full stop at the end.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from itertools import count
from typing import Final

PDF: Final = ".pdf"
UNDATED: Final = "undated"

_LONGEST_BYTES: Final = 150
"""Bytes of a name without its ending: Linux takes 255, Windows 260 for a whole path."""

_UNSAFE: Final = re.compile(r'[<>:"/\\|?*%#]')
_RESERVED: Final = re.compile(
    r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])(?:\.|$)", re.IGNORECASE
)


def document_name(day: date | None, number: str) -> str:
    """Name the file of a document, without its ending.

    Args:
        day: when it was issued, None if that is not known.
        number: of the document, whatever Amazon sent.
    """
    return safe_name(f"{day.isoformat() if day else UNDATED}_{number}")


def safe_name(text: str) -> str:
    """Make a file name out of any text; what is unsafe becomes ``_``.

    Args:
        text: anything.
    """
    normal = unicodedata.normalize("NFC", text)
    kept = "".join(one if _is_safe(one) else "_" for one in normal)
    cut = kept.encode("utf-8", "replace")[:_LONGEST_BYTES].decode("utf-8", "ignore")
    name = cut.rstrip(". ").lstrip(". ") or "_"
    return f"_{name}" if _RESERVED.match(name) else name


def _is_safe(one: str) -> bool:
    # Controls, invisible marks that turn the reading order round, lone surrogates, private use.
    if one == " ":
        return True
    return unicodedata.category(one)[0] not in "CZ" and not _UNSAFE.match(one)


def candidates(name: str) -> Iterator[str]:
    """Give file names for a document: its own, then with a number for another of that name.

    Args:
        name: without its ending.
    """
    yield f"{name}{PDF}"
    for number in count(2):
        yield f"{name}-{number}{PDF}"
